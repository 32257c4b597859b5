"""What administrators do with the whole site: rules of addresses, permissions, sessions, owners, jobs, the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from belvedere.accounts.models import AddressRule, GlobalGrant, Session
from belvedere.events.models import Event
from belvedere.repos.models import Repository
from tests.api.conftest import Caller


def test_address_rules(administrator: Caller, reader: Caller) -> None:
    assert administrator("get_address_rules") == {"username": "default", "rules": []}
    added = administrator("add_address_rule", network="10.1.2.3/8", userid="reader")
    assert added["rules"] == [{"ip_addr": "10.0.0.0/8", "ip_range": ["10.0.0.0", "10.255.255.255"]}]
    assert reader.error("get_repos") == "Invalid API key"
    assert administrator("get_ip", userid="reader")["user_ips"][0]["ip_addr"] == "10.0.0.0/8"
    assert "a rule for 10.0.0.0/8 already" in administrator.error(
        "add_address_rule", network="10.0.0.0/8", userid="reader"
    )
    for nonsense in ("", "10.0.0.0/33", "10.0.0.1-9", "localhost", "x" * 200, "fe80::1%eth0/64"):
        assert administrator.error("add_address_rule", network=nonsense)
    assert "lock yourself out" in administrator.error("add_address_rule", network="2001:db8::/32")
    assert AddressRule.objects.count() == 1
    assert administrator("delete_address_rule", network="10.0.0.0/8", userid="reader")["rules"] == []
    assert "no such rule" in administrator.error("delete_address_rule", network="10.0.0.0/8", userid="reader")
    assert reader("get_repos") == []
    administrator("add_address_rule", network="2001:db8::/32", may_lock_out=True)
    assert administrator.error("get_repos") == "Invalid API key"


def test_permissions_of_everyone(administrator: Caller, reader: Caller) -> None:
    before = administrator("get_site_permissions")
    assert before == {
        "anonymous_access": True,
        "registration": "by_approval",
        "create_repositories": True,
        "fork_repositories": True,
        "create_user_groups": False,
        "new_repository": "read",
        "new_repository_group": "read",
        "new_user_group": "read",
    }
    changed = administrator(
        "update_site_permissions", registration="open", create_user_groups=True, new_user_group="none"
    )
    assert changed["success"]
    after = administrator("get_site_permissions")
    assert after == before | {"registration": "open", "create_user_groups": True, "new_user_group": "none"}
    assert reader("create_user_group", group_name="mine")
    assert "registration must be one of" in administrator.error("update_site_permissions", registration="never")
    assert administrator("update_site_permissions", anonymous_access=False)["anonymous_access"] is False
    assert Client().get("/").status_code == 302
    administrator("update_site_permissions")
    assert administrator("get_site_permissions") == after | {"anonymous_access": False}


def test_default_levels_are_applied(administrator: Caller) -> None:
    administrator("create_repo", repo_name="mountains")
    administrator("update_site_permissions", new_repository="write")
    told = administrator("apply_default_level", kind="repository", dry_run=True)
    assert told == {"permission": "repository.write", "count": 1, "names": ["mountains"], "success": False}
    assert administrator("apply_default_level", kind="repository")["count"] == 1
    members = administrator("get_repo", repoid="mountains")["members"]
    assert [each["permission"] for each in members if each["name"] == "default"] == ["repository.write"]
    assert administrator("apply_default_level", kind="repository")["count"] == 0


def test_global_permissions_of_users_and_groups(administrator: Caller, reader: Caller) -> None:
    administrator("create_user_group", group_name="walkers")
    administrator("add_user_to_user_group", usersgroupid="walkers", userid="reader")
    perm = "hg.usergroup.create.true"
    administrator("grant_global_permission", perm=perm, usergroupid="walkers")
    assert perm in reader("get_user")["permissions"]["global"]
    administrator("grant_global_permission", perm=perm, userid="reader")
    administrator("grant_global_permission", perm=perm, userid="reader")
    assert GlobalGrant.objects.filter(permission=perm).count() == 2
    administrator("revoke_global_permission", perm=perm, userid="reader")
    administrator("revoke_global_permission", perm=perm, usergroupid="walkers")
    assert perm not in reader("get_user")["permissions"]["global"]
    assert "give one of" in administrator.error("grant_global_permission", perm=perm)
    assert "give one of" in administrator.error(
        "grant_global_permission", perm=perm, userid="reader", usergroupid="walkers"
    )
    assert "everyone" in administrator.error("grant_global_permission", perm=perm, userid="default")
    assert administrator.error("grant_global_permission", perm="hg.admin", userid="reader")


def test_sessions(administrator: Caller, reader: Caller, outsider: Caller) -> None:
    administrator("update_user", userid="reader", password="a long password")
    client = Client(HTTP_USER_AGENT="Firefox/1 Linux")
    client.post("/_admin/login", {"username": "reader", "password": "a long password"})
    [session] = reader("get_sessions")
    assert (session["ip_addr"], session["user_agent"]) == ("127.0.0.1", "Firefox/1 Linux")
    assert administrator("get_sessions", userid="reader") == [session]
    assert outsider.error("get_sessions", userid="reader") == "userid is not the same as your user"
    assert outsider.error("end_sessions", session_id=session["session_id"])
    assert administrator("end_sessions", userid="reader", session_id=session["session_id"])["success"]
    assert reader("end_sessions")["msg"] == "Ended 0 sessions of `reader`"
    assert not Session.objects.exists()


def test_emails(administrator: Caller, reader: Caller) -> None:
    administrator("add_email", userid="reader", email="Second@example.org", main=True)
    assert administrator("get_emails", userid="reader") == [
        {"email": "second@example.org", "main": True, "verified": True},
        {"email": "reader@example.org", "main": False, "verified": True},
    ]
    assert "already exist" in administrator.error("add_email", userid="admin", email="second@example.org")
    administrator("delete_email", userid="reader", email="SECOND@example.org")
    assert administrator("get_emails", userid="reader")[0]["main"]
    assert "no such e-mail" in administrator.error("delete_email", userid="reader", email="x@example.org")


def test_the_log(administrator: Caller, reader: Caller, owner: Caller) -> None:
    owner("create_repo", repo_name="mountains")
    administrator("update_repo", repoid="mountains", description="High")
    found = administrator("get_audit_logs", repoid="mountains")
    assert [each["text"] for each in found["entries"]] == [
        "changed mountains: description",
        "created the repository mountains",
    ]
    assert found["next"] is None
    first = administrator("get_audit_logs", limit=1)
    second = administrator("get_audit_logs", limit=1, before=first["next"])
    assert second["entries"][0]["text"] == "created the repository mountains"
    assert administrator("get_audit_logs", userid="owner")["entries"][0]["username"] == "owner"
    assert administrator("get_audit_logs", topic="Gists") == {"entries": [], "next": None}
    assert administrator("get_audit_logs", until="2020-01-01")["entries"] == []
    assert len(administrator("get_audit_logs", since="2020-01-01T00:00:00+02:00")["entries"]) == 5
    assert "limit is from 1" in administrator.error("get_audit_logs", limit=0)
    assert "only an administrator" in reader.error("get_audit_logs")


def test_owners(administrator: Caller, owner: Caller, reader: Caller) -> None:
    administrator("create_repo", repo_name="mountains", owner="owner")
    assert "still owns" in administrator.error("delete_user", userid="owner")
    administrator("move_ownership", userid="owner", owner="reader")
    administrator("delete_user", userid="owner")
    assert Repository.objects.get().owner_id == reader.user_id
    assert "owns it already" in administrator.error("move_ownership", userid="reader", owner="reader")


def test_the_state_of_the_site(administrator: Caller) -> None:
    told = administrator("get_site_status", deep=True)
    assert {each["verdict"] for each in told["checks"]} <= {"good", "warning", "error"}
    topics = {each["topic"] for each in told["checks"]}
    assert "Database" in topics
    assert ("Database file" in topics) == (connection.vendor == "sqlite")
    assert told["jobs"]["failed"] == 0


def test_jobs(administrator: Caller) -> None:
    job = DBTaskResult.objects.create(
        task_path="belvedere.mail.deliver",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after="2026-01-01T00:00:00Z",
        status="FAILED",
        traceback="Traceback\nOSError: no route",
    )
    assert administrator("get_failed_jobs")[0]["error"] == "OSError: no route"
    administrator("retry_jobs", job_id=str(job.pk))
    assert administrator("get_failed_jobs") == []
    assert "no such job" in administrator.error("retry_jobs", job_id=str(job.pk))
    assert administrator("retry_jobs")["msg"] == "0 jobs will be tried again"


def test_jobs_are_listed_and_cancelled(administrator: Caller, owner: Caller) -> None:
    made = {
        status: DBTaskResult.objects.create(
            task_path="belvedere.mail.deliver",
            args_kwargs={"args": [], "kwargs": {}},
            backend_name="default",
            run_after=after,
            status=status.rstrip("+"),
        )
        for status, after in (
            ("FAILED", "2026-01-01T00:00:00Z"),
            ("READY", "2026-01-01T00:00:00Z"),
            ("READY+", "2998-01-01T00:00:00Z"),
            ("RUNNING", "2026-01-01T00:00:00Z"),
            ("SUCCESSFUL", "2026-01-01T00:00:00Z"),
        )
    }
    told = administrator("get_jobs")
    assert [each["state"] for each in told] == ["running", "waiting", "later", "failed"]
    assert {each["name"] for each in told} == {"deliver"}
    assert [each["runs_after"] is None for each in told] == [True, True, False, True]
    for state in ("running", "waiting", "later", "failed"):
        assert [each["state"] for each in administrator("get_jobs", state=state)] == [state]
    administrator("cancel_job", job_id=str(made["READY"].pk))
    administrator("cancel_job", job_id=str(made["READY+"].pk))
    assert [each["state"] for each in administrator("get_jobs")] == ["running", "failed"]
    for status in ("RUNNING", "FAILED", "SUCCESSFUL"):
        assert "ended, or cannot be stopped" in administrator.error("cancel_job", job_id=str(made[status].pk))
    for wrong in (str(made["READY"].pk), "x"):
        assert "no such job" in administrator.error("cancel_job", job_id=wrong)
    assert "only an administrator" in owner.error("get_jobs")
    assert "only an administrator" in owner.error("cancel_job", job_id=str(made["RUNNING"].pk))


def test_choices(administrator: Caller) -> None:
    changed = administrator("update_site_choices", announcement="Down", repo_type="git", enable_downloads=False)
    assert administrator("get_site_choices") == {
        "title": "",
        "announcement": "Down",
        "repo_type": "git",
        "private": False,
        "enable_downloads": False,
        "enable_statistics": True,
    }
    assert changed["announcement"] == "Down"
    assert administrator("create_repo", repo_name="mountains")["repo"]["repo_type"] == "git"
    assert administrator("create_repo", repo_name="lakes", repo_type="hg")["repo"]["repo_type"] == "hg"
    assert administrator.error("update_site_choices", announcement="x" * 1001)
    assert administrator("update_site_choices", announcement="")["announcement"] == ""
    assert administrator("update_site_choices", title="Höhen")["title"] == "Höhen"
    for wrong in ("x" * 101, "two\nlines"):
        assert administrator.error("update_site_choices", title=wrong)
    assert administrator("get_site_choices")["title"] == "Höhen"
    assert administrator("reread_repos")["msg"] == "2 repositories are read anew"


@pytest.mark.parametrize("method", ["update_site_choices", "update_site_permissions"])
def test_nothing_given_changes_nothing(administrator: Caller, method: str) -> None:
    before: Any = Event.objects.count()
    administrator(method)
    assert Event.objects.count() == before
