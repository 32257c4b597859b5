"""The site in the administration: lists, what everyone may do, defaults, the disk, system and settings."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from belvedere.accounts.models import AddressRule, GlobalGrant, User
from belvedere.choices.models import Choice
from belvedere.conf.proxies import NEAREST
from belvedere.errors import Forbidden
from belvedere.events.models import Event
from belvedere.repos.models import Repository, RepositoryGrant
from tests.api.conftest import Caller
from tests.web.conftest import text_of

PAGES = (
    "_admin",
    "_admin/audit.csv",
    "_admin/repos",
    "_admin/repo_groups",
    "_admin/permissions",
    "_admin/permissions/perms",
    "_admin/permissions/ips",
    "_admin/permissions/apply/repository",
    "_admin/defaults",
    "_admin/settings",
    "_admin/settings/mapping",
    "_admin/settings/system",
    "_admin/settings/email",
    "_admin/settings/global",
)


@pytest.fixture
def boss(administrator: Caller, signed_in: Any) -> Client:
    return signed_in(administrator)


def test_only_administrators_see_the_administration(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    for path in PAGES:
        assert client.get(f"/{path}").status_code == 403, path
        assert Client().get(f"/{path}").status_code == 302, path


def test_every_page_opens_and_names_the_others(boss: Client) -> None:
    for path in PAGES:
        response = boss.get(f"/{path}")
        assert response.status_code in (200, 302), path
        if response.status_code == 200 and not response.streaming:
            assert 'aria-label="Administration"' in text_of(response), path
    assert boss.get("/_admin/settings/vcs")["Location"] == "/_admin/settings#version-control"


def names(client: Client, path: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)', text_of(client.get(path)))


def test_repositories_are_found_and_put_in_order(boss: Client, administrator: Caller, owner: Caller) -> None:
    assert "There are no repositories yet" in text_of(boss.get("/_admin/repos"))
    administrator("create_repo_group", group_name="nature", description="Out there")
    administrator("create_repo", repo_name="nature/lakes", repo_type="git", owner="owner", private=True)
    administrator("create_repo", repo_name="mountains", description="<b>high</b>")
    assert names(boss, "/_admin/repos") == ["mountains", "nature/lakes"]
    assert names(boss, "/_admin/repos?order=desc") == ["nature/lakes", "mountains"]
    assert names(boss, "/_admin/repos?show=private") == ["nature/lakes"]
    assert names(boss, "/_admin/repos?show=hg") == ["mountains"]
    assert names(boss, "/_admin/repos?q=owner") == ["nature/lakes"]
    page = text_of(boss.get("/_admin/repos?q=high"))
    assert "&lt;b&gt;high" in page
    assert "No repository fits" in text_of(boss.get("/_admin/repos?q=seas"))
    page = text_of(boss.get("/_admin/repo_groups"))
    assert "1 repository" in page
    assert names(boss, "/_admin/repo_groups?q=out") == ["nature"]


def test_lists_ask_the_same_however_long_they_are(
    boss: Client, administrator: Caller, django_assert_max_num_queries: Any
) -> None:
    administrator("create_repo", repo_name="first")
    first = Repository.objects.get()
    Repository.objects.bulk_create(
        Repository(name=f"r{number:05}", key=f"r{number:05}", scheme="hg", storage=f"s{number}", owner=first.owner)
        for number in range(2000)
    )
    with django_assert_max_num_queries(6):
        page = text_of(boss.get("/_admin/repos?page=12&sort=changed"))
    assert "Page 12 of 41" in page
    assert len(page) < 60_000


EVERYONE = {
    "is_open": "on",
    "registration": "hg.register.none",
    "permissions": ["hg.fork.repository"],
    "repository": "none",
    "group": "read",
    "usergroup": "write",
}


def test_what_everyone_may_do_is_changed(boss: Client, administrator: Caller, owner: Caller) -> None:
    page = text_of(boss.get("/_admin/permissions"))
    assert re.search(r'value="hg.register.manual_activate"[^>]*checked', page)
    assert boss.post("/_admin/permissions", EVERYONE).status_code == 302
    assert set(GlobalGrant.objects.filter(user_id=1).values_list("permission", flat=True)) == {
        "repository.none",
        "group.read",
        "usergroup.write",
        "hg.create.none",
        "hg.fork.repository",
        "hg.usergroup.create.false",
        "hg.register.none",
        "hg.extern_activate.auto",
    }
    assert "no permission to create top level repo" in owner.error("create_repo", repo_name="mine")
    administrator("create_repo", repo_name="mountains")
    assert Client().get("/mountains").status_code == 404
    changed = Event.objects.get(kind="GlobalPermissionsChanged").payload
    assert "hg.create.none" in changed["granted"]
    assert "hg.create.repository" in changed["revoked"]
    assert boss.post("/_admin/permissions", EVERYONE).status_code == 302
    assert Event.objects.filter(kind="GlobalPermissionsChanged").count() == 1
    assert boss.post("/_admin/permissions", {**EVERYONE, "repository": "owner"}).status_code == 400


def test_the_site_is_closed_and_opened(boss: Client) -> None:
    assert Client().get("/").status_code == 200
    boss.post("/_admin/permissions", {**EVERYONE, "is_open": ""})
    assert Client().get("/").status_code == 302
    assert Event.objects.get(kind="AnonymousAccessChanged").payload == {"is_open": False}
    boss.post("/_admin/permissions", EVERYONE)
    assert Client().get("/").status_code == 200


def test_default_levels_are_given_to_what_is_there(boss: Client, administrator: Caller) -> None:
    for name in ("mountains", "lakes"):
        administrator("create_repo", repo_name=name)
    administrator("create_repo", repo_name="hidden", private=True)
    boss.post("/_admin/permissions", {**EVERYONE, "repository": "write"})
    page = text_of(boss.get("/_admin/permissions/apply/repository"))
    assert "Change 2" in page
    assert re.findall(r"<li><div><bdi>(.*?)</bdi>", page) == ["lakes", "mountains"]
    assert boss.post("/_admin/permissions/apply/repository").status_code == 302
    levels = dict(RepositoryGrant.objects.filter(user_id=1).values_list("target__name", "level"))
    assert levels == {"mountains": 2, "lakes": 2, "hidden": 0}
    assert "Nothing would change" in text_of(boss.get("/_admin/permissions/apply/repository"))
    told = Event.objects.filter(kind="LevelsChanged").latest("pk").payload
    assert (told["count"], told["level"], told["holder_name"]) == (2, "write", "default")
    for kind in ("group", "usergroup"):
        assert boss.get(f"/_admin/permissions/apply/{kind}").status_code == 200
    assert boss.get("/_admin/permissions/apply/hg").status_code == 400
    assert "mountains" in text_of(boss.get("/_admin/permissions/perms"))
    assert "<bdi>hidden" not in text_of(boss.get("/_admin/permissions/perms"))


def test_address_rules_ask_before_they_lock_out(boss: Client) -> None:
    page = text_of(boss.post("/_admin/permissions/ips", {"new_ip": "10.0.0.0/8"}), 409)
    assert "You are at <code>127.0.0.1</code>" in page
    assert "Do it all the same" in page
    assert not AddressRule.objects.exists()
    assert boss.post("/_admin/permissions/ips", {"new_ip": "127.0.0.0/8"}).status_code == 302
    assert boss.post("/_admin/permissions/ips", {"new_ip": "10.0.0.0/8"}).status_code == 302
    page = text_of(boss.post("/_admin/permissions/ips", {"new_ip": " 10.1.2.3/8 "}), 400)
    assert "a rule for 10.0.0.0/8 already" in page
    mine = AddressRule.objects.get(network="127.0.0.0/8")
    assert "lock yourself out" in text_of(boss.post("/_admin/permissions/ips/delete", {"del_ip_id": mine.pk}), 409)
    assert boss.post("/_admin/permissions/ips/delete", {"del_ip_id": 99}).status_code == 404
    confirmed = {"del_ip_id": mine.pk, "may_lock_out": "1"}
    assert boss.post("/_admin/permissions/ips/delete", confirmed).status_code == 302
    assert Client().get("/").status_code == 302
    assert Client(REMOTE_ADDR="10.9.9.9").get("/").status_code == 200


def test_defaults_are_what_new_repositories_begin_with(boss: Client, administrator: Caller) -> None:
    sent = {"repository_type": "git", "repository_private": "on"}
    assert boss.post("/_admin/defaults", {**sent, "repository_type": "svn"}).status_code == 400
    assert boss.post("/_admin/defaults", sent).status_code == 302
    made = administrator("create_repo", repo_name="mountains")["repo"]
    assert (made["repo_type"], made["enable_downloads"], made["enable_statistics"]) == ("git", False, False)
    assert re.search(r'value="git"[^>]*checked', text_of(boss.get("/_admin/defaults")))
    assert Event.objects.get(kind="ChoicesChanged").payload["changed"]["repository_type"] == "git"
    assert Choice.objects.count() == 4


def test_what_lies_on_disk_is_looked_at_then_adopted(boss: Client, administrator: Caller, site: Path) -> None:
    administrator("create_repo", repo_name="mountains", repo_type="git")
    root = site / "repositories"
    shutil.copytree(root / Repository.objects.get().storage, root / "nature" / "lakes.git")
    page = text_of(boss.post("/_admin/settings/mapping", {"deed": "look"}))
    assert "nature/lakes.git" in page
    assert Repository.objects.count() == 1
    assert "nature/lakes" in text_of(boss.post("/_admin/settings/mapping", {"deed": "adopt"}))
    assert Client().get("/nature/lakes").status_code == 200
    shutil.rmtree(root / Repository.objects.get(name="mountains").storage)
    page = text_of(boss.post("/_admin/settings/mapping", {"deed": "look"}))
    assert "Take them off the list" in page
    assert Repository.objects.filter(name="mountains").exists()
    assert "Taken off the list: 1" in text_of(boss.post("/_admin/settings/mapping", {"deed": "forget"}))
    assert not Repository.objects.filter(name="mountains").exists()
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True))[-2:] == [
        "RepositoryForgotten",
        "Rescanned",
    ]


def test_many_are_adopted_in_the_background(
    boss: Client, administrator: Caller, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator("create_repo", repo_name="mountains", repo_type="git")
    root = site / "repositories"
    for name in ("lakes", "seas"):
        shutil.copytree(root / Repository.objects.get().storage, root / name)
    monkeypatch.setattr("belvedere.web.pages.admin_rescan.MOST_AT_ONCE", 1)
    assert boss.post("/_admin/settings/mapping", {"deed": "adopt"}).status_code == 302
    assert Repository.objects.count() == 1
    job = DBTaskResult.objects.get(task_path="belvedere.repos.adopting.adopt")
    job.task.func(*job.args_kwargs["args"])
    assert Repository.objects.count() == 3
    assert Event.objects.get(kind="Rescanned").actor_name == "admin"
    User.objects.filter(username="admin").update(is_active=False)
    with pytest.raises(Forbidden):
        job.task.func(*job.args_kwargs["args"])


def test_a_missing_disk_is_told(boss: Client, administrator: Caller, site: Path) -> None:
    administrator("create_repo", repo_name="mountains")
    shutil.rmtree(site / "repositories")
    page = text_of(boss.post("/_admin/settings/mapping", {"deed": "forget"}), 503)
    assert "is its disk mounted" in page
    assert Repository.objects.exists()
    assert "is not there" in text_of(boss.get("/_admin/settings/system"))


def test_everything_is_read_anew_in_the_background(boss: Client, administrator: Caller) -> None:
    administrator("create_repo", repo_name="mountains")
    before = DBTaskResult.objects.count()
    assert boss.post("/_admin/settings/mapping", {"deed": "reread"}).status_code == 302
    assert DBTaskResult.objects.count() == before + 1
    job = DBTaskResult.objects.latest("enqueued_at")
    job.task.func(*job.args_kwargs["args"])


def test_the_system_page_tells_what_is_wrong(boss: Client, settings: Any, tmp_path: Path) -> None:
    page = text_of(boss.get("/_admin/settings/system"))
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    for word in ("Mercurial", database, "base_url is empty", "Your address", "127.0.0.1"):
        assert word in page
    initial = tmp_path / "initial-admin.json"
    initial.write_text("{}")
    settings.BELVEDERE_INITIAL = initial
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, database="postgresql://user:sesame@host/name")
    page = text_of(boss.get("/_admin/settings/system"))
    assert "initial-admin.json" in page
    assert "sesame" not in page
    behind = boss.get("/_admin/settings/system", **{NEAREST: ("10.0.0.7", False, True)})
    assert "10.0.0.7 says for whom it speaks, but is not believed" in text_of(behind)


def failed_job() -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path="belvedere.mail.deliver",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after="2026-01-01T00:00:00Z",
        status="FAILED",
        traceback="Traceback\nOSError: <b>no route</b>",
        exception_class_path="builtins.OSError",
    )


def test_failed_jobs_are_tried_again_or_forgotten(boss: Client) -> None:
    first, second, third = failed_job(), failed_job(), failed_job()
    page = text_of(boss.get("/_admin/settings/system"))
    assert "OSError: &lt;b&gt;no route" in page
    place = "/_admin/settings/system/jobs"
    assert boss.post(place, {"retry": str(first.pk)}).status_code == 302
    assert boss.post(place, {"retry": str(first.pk)}).status_code == 404
    assert DBTaskResult.objects.ready().filter(pk=first.pk).exists()
    assert boss.post(place, {"discard": str(second.pk)}).status_code == 302
    assert not DBTaskResult.objects.filter(pk=second.pk).exists()
    assert boss.post(place, {"retry": "all"}).status_code == 302
    assert DBTaskResult.objects.ready().filter(pk=third.pk).exists()
    for nonsense in ("", "x", "../.."):
        assert boss.post(place, {"discard": nonsense}).status_code == 404


def test_settings_are_told_without_secrets(boss: Client, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, smtp_password="sesame", title="Our <code>")
    page = text_of(boss.get("/_admin/settings"))
    assert "smtp_password = (hidden)" in page
    assert "sesame" not in page
    assert "Our &lt;code&gt;" in page
    assert "BELVEDERE_TRUSTED_PROXIES" in page
    assert re.search(r"used after a restart: title, .*smtp_password", page)


def test_the_site_is_called_something_else_at_once(boss: Client, settings: Any) -> None:
    assert boss.post("/_admin/settings/title", {"title": "Heights & Depths"}).status_code == 302
    for path in ("/", "/about", "/_admin/users"):
        assert '<a class="instance" href="/">Heights &amp; Depths</a>' in text_of(boss.get(path))
    assert "Heights &amp; Depths</title>" in text_of(Client().get("/absent"), 404)
    assert boss.post("/_admin/settings/title", {"title": "x" * 101}).status_code == 400
    assert 'value="Heights &amp; Depths"' in text_of(boss.get("/_admin/settings"))
    boss.post("/_admin/settings/title", {"title": ""})
    assert '<a class="instance" href="/">Belvedere</a>' in text_of(boss.get("/"))


def test_an_announcement_stands_above_every_page(boss: Client) -> None:
    text = "Down at  10\n<b>pm</b>: see https://status.example.org/"
    assert boss.post("/_admin/settings/announcement", {"announcement": text}).status_code == 302
    for path in ("/", "/absent", "/_admin/login"):
        page = Client().get(path).content.decode()
        assert "Down at 10 &lt;b&gt;pm&lt;/b&gt;" in page
        assert 'href="https://status.example.org/"' in page
    assert boss.post("/_admin/settings/announcement", {"announcement": "x" * 1001}).status_code == 400
    boss.post("/_admin/settings/announcement", {"announcement": ""})
    assert "Down at" not in Client().get("/").content.decode()


def test_a_trial_mail_is_sent(boss: Client, settings: Any, administrator: Caller) -> None:
    assert boss.post("/_admin/settings/email").status_code == 302
    assert "mail is not set up" in text_of(boss.get("/_admin/settings"))
    settings.BELVEDERE = dataclasses.replace(
        settings.BELVEDERE, smtp_host="mail.example.org", base_url="https://example.org", mail_from="b@example.org"
    )
    boss.post("/_admin/settings/email")
    assert "no verified main e-mail address" in text_of(boss.get("/_admin/settings"))
    administrator("update_user", userid="admin", email="boss@example.org")
    boss.post("/_admin/settings/email")
    assert [letter.to for letter in outbox.outbox] == [["boss@example.org"]]
    settings.EMAIL_BACKEND = "tests.web.test_admin_site.Broken"
    boss.post("/_admin/settings/email")
    assert "The mail server did not take it: no route" in text_of(boss.get("/_admin/settings"))


class Broken:
    """A mail server that cannot be reached."""

    def __init__(self, **_given: object) -> None:
        pass

    def send_messages(self, _letters: object) -> None:
        raise OSError("no route")


def test_an_inactive_administrator_counts_for_nothing(boss: Client) -> None:
    User.objects.filter(username="admin").update(is_active=False)
    assert boss.get("/_admin").status_code == 302
