"""The audit log: what happened, found by who, what, where and when, and sent as a table."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.activity.patterns import KINDS, TOPICS
from belvedere.events.bus import Happening
from belvedere.events.models import Event
from belvedere.web.registry import load
from tests.api.conftest import Caller
from tests.web.conftest import PASSWORD, signing_in, text_of


@pytest.fixture
def boss(administrator: Caller, signed_in: Any) -> Client:
    return signed_in(administrator)


def told(client: Client, query: str = "", status: int = 200) -> list[str]:
    """Give the sentences of a page with their subjects, the newest first."""
    page = text_of(client.get(f"/_admin?{query}"), status)
    lines = re.findall(r"<li>\s*<time.*?</time>\s*<p>(.*?)</p>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", line).replace("&#x27;", "'") for line in lines]


def subclasses(kind: type[Happening]) -> set[type[Happening]]:
    below = set(kind.__subclasses__())
    return below | {each for one in below for each in subclasses(one)}


def test_every_kind_of_event_has_a_sentence() -> None:
    load()
    kinds = {each.__name__ for each in subclasses(Happening) if not each.__name__.startswith("About")}
    assert kinds - KINDS.keys() == set(), "write a sentence in belvedere/activity/patterns.py"
    assert {kind.topic for kind in KINDS.values()} <= set(TOPICS)


def test_what_happens_is_told(boss: Client, administrator: Caller, owner: Caller, signed_in: Any) -> None:
    signed_in(owner)
    signing_in(Client(), "owner", "wrong")
    signing_in(Client(), "my secret password", "wrong")
    administrator("create_repo_group", group_name="nature")
    administrator("create_repo", repo_name="nature/lakes", owner="owner")
    owner("update_repo", repoid="nature/lakes", name="seas", private=True)
    administrator("grant_user_permission", repoid="nature/seas", userid="default", perm="repository.read")
    administrator("update_repo_group", repogroupid="nature", group_name="outside")
    owner("fork_repo", repoid="outside/seas", fork_name="oceans")
    owner("delete_repo", repoid="oceans")
    administrator("create_user_group", group_name="walkers")
    administrator("add_user_to_user_group", usersgroupid="walkers", userid="owner")
    administrator("delete_user_group", usergroupid="walkers")
    assert told(boss) == [
        "admin deleted the user group walkers",
        "admin added owner to the user group walkers",
        "admin created the user group walkers",
        "owner deleted the repository oceans",
        "owner forked outside/seas as oceans",
        "admin changed the repository group outside (formerly nature): name",
        "admin gave everyone the read level on outside/seas",
        "owner changed outside/seas (formerly nature/lakes): private, name",
        "admin created the repository outside/seas",
        "admin created the repository group nature",
        "anonymous failed to sign in under a name that nobody has",
        "anonymous failed to sign in as owner",
        "owner signed in",
        "admin changed owner: password",
        "admin created the user owner",
        "admin signed in",
        "The server created the administrator admin",
    ]
    assert "my secret" not in json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert Event.objects.exclude(address="127.0.0.1").count() == 1


def test_failures_are_noted_only_until_they_are_refused(administrator: Caller) -> None:
    for _ in range(9):
        signing_in(Client(), "admin", "wrong")
    assert Event.objects.filter(kind="SignInFailed").count() == 6


def test_the_log_is_narrowed(boss: Client, administrator: Caller, owner: Caller) -> None:
    for name in ("lakes", "mountains"):
        owner("create_repo", repo_name=name)
    administrator("update_repo", repoid="lakes", description="Deep")
    assert told(boss, "user=owner") == ["owner created the repository mountains", "owner created the repository lakes"]
    assert told(boss, f"user={owner.user_id}&repository=lakes") == ["owner created the repository lakes"]
    assert told(boss, "repository=lakes") == ["admin changed lakes: description", "owner created the repository lakes"]
    assert told(boss, "topic=Users") == ["admin created the user owner", "The server created the administrator admin"]
    assert told(boss, "topic=Users&user=admin") == ["admin created the user owner"]
    assert told(boss, "topic=Gists") == []
    page = text_of(boss.get("/_admin?user=nobody&repository=absent"), 400)
    assert "user <code>nobody</code> does not exist" in page.lower()
    assert "repository <code>absent</code> does not exist" in page.lower()
    assert boss.get("/_admin?topic=nonsense").status_code == 400
    assert boss.get("/_admin?since=yesterday").status_code == 400


def test_days_are_those_of_the_site(boss: Client, settings: Any) -> None:
    Event.objects.all().delete()
    day = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for offset in range(5):
        _event(day + timedelta(days=offset))
    assert len(told(boss, "since=2026-03-03&until=2026-03-04")) == 2
    assert len(told(boss, "since=2026-03-04")) == 3
    assert len(told(boss, "until=2026-03-02")) == 1
    assert told(boss, "since=2027-01-01") == []
    assert "4 March 2026" in text_of(boss.get("/_admin"))


def _event(when: datetime, **more: Any) -> Event:
    payload = {"user_id": 1, "username": "default", "changed": ["firstname"], "former_name": ""}
    event = Event.objects.create(**{"kind": "UserUpdated", "payload": payload, **more})
    Event.objects.filter(pk=event.pk).update(happened_on=when)
    return event


def test_pages_are_turned_both_ways(boss: Client) -> None:
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(kind="Rescanned", payload={"added": number, "missing": 0}, actor_id=7) for number in range(250)
    )
    first = text_of(boss.get("/_admin"))
    assert "249 found" in first
    assert "150 found" in first
    assert "Newer" not in first
    second = text_of(boss.get(_link(first, "Older")))
    assert "149 found" in second
    third = text_of(boss.get(_link(second, "Older")))
    assert "0 found" in third
    assert "Older" not in third
    assert "149 found" in text_of(boss.get(_link(third, "Newer")))
    assert text_of(boss.get(_link(second, "Newer"))).count("<li>") == first.count("<li>")
    narrowed = text_of(boss.get("/_admin?topic=Repositories"))
    assert "topic=Repositories" in _link(narrowed, "Older")
    assert "149 found" in text_of(boss.get(_link(narrowed, "Older")))
    assert "249 found" in text_of(boss.get("/_admin?before=nonsense&after=-1"))


def _link(page: str, word: str) -> str:
    found = re.search(rf'href="([^"]+)">{word}</a>', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_page_of_the_log_asks_the_same_however_long_it_is(boss: Client, django_assert_max_num_queries: Any) -> None:
    Event.objects.bulk_create(
        Event(kind="Rescanned", payload={"added": 1, "missing": 0}, actor_id=number, repository_id=number)
        for number in range(300)
    )
    with django_assert_max_num_queries(8):
        page = text_of(boss.get("/_admin"))
    assert len(page) < 80_000


def test_the_log_is_sent_as_a_table(boss: Client, administrator: Caller) -> None:
    administrator("create_user", username="dora", email=None, firstname="x")
    administrator("create_gist", files={"a": {"content": "b"}}, description="=SUM(A1)")
    response = boss.get("/_admin/audit.csv")
    rows = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))
    assert rows[0] == ["number", "time", "who", "address", "topic", "kind", "repository", "what"]
    assert rows[2][2:] == ["admin", "127.0.0.1", "Users", "UserCreated", "", "created the user dora"]
    only = b"".join(boss.get("/_admin/audit.csv?topic=Gists").streaming_content).decode().splitlines()
    assert len(only) == 2
    assert boss.get("/_admin/audit.csv?user=nobody").status_code == 400


def test_names_outlive_what_they_name(boss: Client, administrator: Caller, owner: Caller) -> None:
    owner("create_repo", repo_name="lakes")
    pk = administrator("get_repo", repoid="lakes")["repo_id"]
    administrator("delete_repo", repoid="lakes")
    administrator("delete_user", userid="owner")
    lines = told(boss)
    assert "owner created the repository lakes" in lines
    assert "admin deleted the user owner" in lines
    page = text_of(boss.get("/_admin"))
    assert f'href="/_admin/users/{owner.user_id}/edit"><bdi>owner</bdi></a> created' not in page
    assert Event.objects.filter(repository_id=pk, kind="RepositoryDeleted").exists()


def test_events_of_another_version_are_told_by_their_kind(boss: Client) -> None:
    Event.objects.create(kind="MoonLanded", payload={"x": "<script>"})
    Event.objects.create(kind="UserCreated", payload={})
    assert told(boss)[:2] == ["The server user created", "The server moon landed"]


def test_hostile_text_is_shown_as_text(boss: Client, administrator: Caller) -> None:
    Event.objects.create(
        kind="PullRequestCreated",
        payload={"pull_request_id": 1, "title": "<script>alert(1)</script>"},
        actor_name="<b>x</b>",
        actor_id=99,
    )
    page = text_of(boss.get("/_admin"))
    assert "<script>alert" not in page
    assert "&lt;b&gt;x" in page


def test_signing_out_and_a_new_password_are_told(boss: Client, administrator: Caller, owner: Caller) -> None:
    administrator("update_user", userid="owner", password=PASSWORD)
    client = Client(REMOTE_ADDR="10.1.2.3")
    signing_in(client, "owner", PASSWORD)
    client.post("/_admin/logout")
    assert told(boss, "topic=Signing+in")[:2] == ["owner ended a session of owner", "owner signed in"]
    assert Event.objects.filter(kind="SessionBegun").latest("pk").address == "10.1.2.3"
    assert timezone.now() - Event.objects.latest("pk").happened_on < timedelta(minutes=1)
