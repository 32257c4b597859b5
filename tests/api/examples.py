"""The examples of the reference: a small site, and one call for every method. Add a line to `CALLS` for a new one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django_tasks_db.models import DBTaskResult

from belvedere.accounts.actions import create_first_administrator
from belvedere.repos.fetch import recorded
from belvedere.repos.models import Repository
from belvedere.repos.pushes import record
from belvedere.repos.storage import open_repository, place_of
from belvedere.vcs.model import Movement
from tests.api.conftest import ADMINISTRATOR_KEY, Caller
from tests.vcs.scribe import SCRIBES

SHOWN_JOB = "3f0c9e5a-1c52-4f6b-9d8a-7be2c1f0a4d6"
SHOWN_KEY = "0123456789abcdef0123456789abcdef01234567"
SHOWN_MOMENT = "2026-03-02T09:30:00.125"
SHOWN_SECONDS = 1772443800.125

LAPTOP = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEeUyge0WXsdCLWDNSJb31wbWAz9HUwbBFORnV05oU0P"
DESK = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINbPfcbFA+kY9Z/pvDJQQbKEheCZCwF5D2tLdrhWuZUY"
DESK_FINGERPRINT = "QuCYQv37TpoA0qw6l76yqO3HigPw5jYaMny6QtgD0bc"

Arguments = dict[str, Any]
File = tuple[str, int, int]


@dataclass
class Story:
    """A site of three people, who write about nature in a Git and a Mercurial repository."""

    place: Path
    admin: Caller
    people: dict[str, Caller] = field(default_factory=dict)
    first: str = ""
    newest: str = ""
    pull_request: int = 0
    comment: int = 0
    gist: str = ""
    api_key: int = 0
    kept: set[File] = field(default_factory=set)

    @property
    def repositories(self) -> Path:
        return self.place / "repositories"

    def call(self, method: str, arguments: Arguments) -> Any:
        with other_servers() if method == "pull" else nullcontext():
            return self._call(method, arguments)

    def _call(self, method: str, arguments: Arguments) -> Any:
        return self.people.get(CALLED_BY.get(method, ""), self.admin)(method, **arguments)

    def keep(self) -> None:
        """Remember what is on disk."""
        shutil.copytree(self.repositories, self.place / "kept", symlinks=True)
        self.kept = _files(self.place / "kept")

    def restore(self) -> bool:
        """Bring back what a call has changed on disk; tell whether there was anything."""
        if _files(self.repositories) == self.kept:
            return False
        shutil.rmtree(self.repositories)
        shutil.copytree(self.place / "kept", self.repositories, symlinks=True)
        return True


@contextmanager
def other_servers() -> Iterator[None]:
    """Pretend that another server answers, with nothing new."""
    with (
        patch("belvedere.repos.remotes.pinned"),
        patch("belvedere.vcs.git.repository.GitRepository.pull", return_value=Movement()),
    ):
        yield


def _files(place: Path) -> set[File]:
    """Give every file with its size and time, which copies keep."""
    found: set[File] = set()
    waiting = [str(place)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                stat = entry.stat(follow_symlinks=False)
                found.add((entry.path.removeprefix(str(place)), stat.st_size, stat.st_mtime_ns))
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return found


def tell(place: Path) -> Story:
    """Set the site up through the API."""
    create_first_administrator("password", ADMINISTRATOR_KEY)
    admin = Caller(ADMINISTRATOR_KEY, "admin")
    story = Story(place, admin)
    for name, last in (("ann", "Lind"), ("bent", "Holm"), ("clara", "Berg")):
        made = admin(
            "create_user", username=name, email=f"{name}@example.org", firstname=name.capitalize(), lastname=last
        )
        story.people[name] = Caller(made["user"]["api_key"], name, made["user"]["user_id"])
    admin("create_repo_group", group_name="nature", description="What is out there", owner="ann")
    admin("create_user_group", group_name="walkers", description="They go and look", owner="ann")
    admin("create_user_group", group_name="guests", owner="ann")
    admin("add_user_to_user_group", usersgroupid="walkers", userid="bent")
    admin("create_repo", repo_name="mountains", repo_type="git", description="Heights and names", owner="ann")
    admin("create_repo", repo_name="nature/lakes", repo_type="hg", description="Depths and names", owner="ann")
    admin("grant_user_permission", repoid="mountains", userid="bent", perm="repository.write")
    _write(story)
    _review(story)
    _note(story)
    _keys(story)
    return story


def _write(story: Story) -> None:
    git = SCRIBES["git"](story.place / "work.git")
    story.first = git.write("README.md", "# Mountains\n").write("alps/eiger", "3967\n").commit("Begin with the Eiger")
    git.branch("heights").write("alps/eiger", "3967 m\n")
    story.newest = git.write("alps/jungfrau", "4158 m\n").commit("Give heights in metres")
    git.switch("main")
    _push(git, "mountains")
    hg = SCRIBES["hg"](story.place / "work.hg")
    hg.write("README", "Lakes\n").commit("Begin")
    hg.write("alps/thun", "217\n").commit("Add Lake Thun")
    _push(hg, "nature/lakes")


def _push(scribe: Any, name: str) -> None:
    row = Repository.objects.get(name=name)
    scribe.push(place_of(row))
    record(None, "", recorded(row), open_repository(row).catch_up())


def _review(story: Story) -> None:
    bent = story.people["bent"]
    made = bent(
        "create_pullrequest",
        org_repo="mountains",
        org_ref="branch:heights",
        other_repo="mountains",
        other_ref="branch:main",
        title="Heights in metres",
        description="Numbers alone say too little.",
        reviewers=["clara"],
    )
    story.pull_request = made["pull_request_id"]
    said = {"pullrequest_id": story.pull_request, "comment_msg": "Good to read.", "status": "approved"}
    story.people["clara"]("comment_pullrequest", **said)
    comments = bent("get_pullrequest_comments", pullrequest_id=story.pull_request)
    story.comment = comments[-1]["comment_id"]


def _note(story: Story) -> None:
    files = {"eiger.txt": {"content": "3967 m\n", "lexer": None}}
    story.gist = story.people["bent"]("create_gist", files=files, description="To be checked")["gist"]["access_id"]


def _keys(story: Story) -> None:
    bent = story.people["bent"]
    made = bent("create_api_key", description="notebook", access="write", repositories=["mountains"])
    story.api_key = made["api_key"]["api_key_id"]
    bent("add_ssh_key", public_key=f"{DESK} bent@desk")


def of_pull_request(**more: Any) -> Callable[[Story], Arguments]:
    """Give arguments that name the story's pull request."""
    return lambda story: {"pullrequest_id": story.pull_request, **more}


def of_job(status: str, arguments: Arguments | None = None) -> Callable[[Story], Arguments]:
    """Have a job of this status; give these arguments, or such that name it."""

    def made(_story: Story) -> Arguments:
        more = {"status": status, "args_kwargs": {"args": [1], "kwargs": {}}, "backend_name": "default"}
        more |= {"task_path": "belvedere.repos.figures.count_repository", "run_after": "9999-01-01T00:00:00Z"}
        DBTaskResult.objects.get_or_create(pk=SHOWN_JOB, defaults=more)
        return {"job_id": SHOWN_JOB} if arguments is None else arguments

    return made


MOUNTAINS = {"repoid": "mountains"}
NATURE = {"repogroupid": "nature"}
WALKERS = {"usergroupid": "walkers"}

CALLS: dict[str, Arguments | Callable[[Story], Arguments]] = {
    "add_address_rule": {"network": "192.0.2.0/24", "userid": "bent"},
    "add_email": {"userid": "bent", "email": "bent@home.example.org"},
    "add_field_to_repo": {**MOUNTAINS, "key": "country", "label": "Country"},
    "add_ssh_key": {"public_key": f"{LAPTOP} ann@laptop", "userid": "ann"},
    "add_user_to_user_group": {"usersgroupid": "walkers", "userid": "clara"},
    "apply_default_level": {"kind": "repository", "dry_run": True},
    "cancel_job": of_job("READY"),
    "close_pullrequest": of_pull_request(comment_msg="Not needed any more."),
    "comment_changeset": {**MOUNTAINS, "raw_id": "heights", "comment_msg": "Nice view.", "status": "approved"},
    "comment_pullrequest": lambda story: {"pull_request_id": story.pull_request, "comment_msg": "Above sea level?"},
    "create_api_key": {
        "description": "nightly build",
        "lifetime": 525600,
        "access": "read",
        "methods": ["changesets", "vcs"],
        "repository_groups": ["nature"],
        "userid": "bent",
    },
    "create_gist": {
        "files": {"build.log": {"content": "cc: not found\n", "lexer": "text"}},
        "description": "Why it fails",
        "lifetime": 60,
    },
    "create_pullrequest": {
        "org_repo": "mountains",
        "org_ref": "branch:heights",
        "other_repo": "mountains",
        "other_ref": "branch:main",
        "title": "Heights",
        "reviewers": ["ann", "clara"],
    },
    "create_repo": {"repo_name": "nature/rivers", "repo_type": "hg", "description": "Lengths and names"},
    "create_repo_group": {"group_name": "birds", "parent": "nature"},
    "create_user": {"username": "dora", "email": "dora@example.org", "firstname": "Dora", "active": True},
    "create_user_group": {"group_name": "sailors", "description": "They know the lakes"},
    "delete_address_rule": {"network": "192.0.2.0/24", "userid": "bent"},
    "delete_api_key": lambda story: {"api_key_id": story.api_key},
    "delete_email": {"userid": "bent", "email": "bent@example.org"},
    "delete_gist": lambda story: {"gistid": story.gist},
    "delete_repo": {"repoid": "nature/lakes"},
    "delete_repo_group": {"repogroupid": "birds"},
    "delete_ssh_key": {"ssh_key_id": DESK_FINGERPRINT},
    "delete_user": {"userid": "clara"},
    "delete_user_group": {"usergroupid": "guests"},
    "edit_reviewers": lambda story: {"pull_request_id": story.pull_request, "add": ["ann"], "remove": ["clara"]},
    "end_sessions": {"userid": "bent"},
    "explain_permission": {"userid": "bent", **MOUNTAINS},
    "fork_repo": {**MOUNTAINS, "fork_name": "nature/hills", "description": "Where one begins"},
    "get_address_rules": {"userid": "bent"},
    "get_api_keys": {"userid": "bent"},
    "get_audit_logs": {"topic": "User groups", "limit": 2},
    "get_changeset": {**MOUNTAINS, "raw_id": "heights", "with_reviews": True},
    "get_changesets": {**MOUNTAINS, "branch_name": "heights", "max_revisions": 1, "with_file_list": True},
    "get_comment": lambda story: {"comment_id": story.comment},
    "get_comments": {**MOUNTAINS, "limit": 1},
    "get_diff": {**MOUNTAINS, "revision": "heights", "f_path": "alps/eiger"},
    "get_emails": {"userid": "bent"},
    "get_failed_jobs": {},
    "get_gist": lambda story: {"gistid": story.gist},
    "get_gists": {"userid": "bent"},
    "get_ip": {"userid": "ann"},
    "get_jobs": of_job("FAILED", {"state": "failed"}),
    "get_method": {"pattern": "get_repo"},
    "get_pullrequest": of_pull_request(),
    "get_pullrequest_comments": of_pull_request(),
    "get_pullrequests": {**MOUNTAINS, "reviewer": "clara"},
    "get_repo": {**MOUNTAINS, "with_revision_names": True},
    "get_repo_file": {**MOUNTAINS, "revision": "heights", "f_path": "alps/eiger"},
    "get_repo_group": NATURE,
    "get_repo_groups": {},
    "get_repo_nodes": {**MOUNTAINS, "revision": "heights", "root_path": "/"},
    "get_repo_refs": MOUNTAINS,
    "get_repos": {},
    "get_server_info": {},
    "get_sessions": {"userid": "bent"},
    "get_site_choices": {},
    "get_site_permissions": {},
    "get_site_status": {},
    "get_ssh_keys": {"userid": "bent"},
    "get_user": {"userid": "bent"},
    "get_user_group": WALKERS,
    "get_user_groups": {},
    "get_users": {},
    "grant_global_permission": {"perm": "hg.usergroup.create.true", "userid": "bent"},
    "grant_user_group_permission": {**MOUNTAINS, "usersgroupid": "walkers", "perm": "repository.write"},
    "grant_user_group_permission_to_repo_group": {
        **NATURE,
        **WALKERS,
        "perm": "group.read",
        "apply_to_children": "all",
    },
    "grant_user_group_permission_to_user_group": {
        **WALKERS,
        "sourceusergroupid": "guests",
        "perm": "usergroup.read",
    },
    "grant_user_permission": {**MOUNTAINS, "userid": "clara", "perm": "repository.write"},
    "grant_user_permission_to_repo_group": {**NATURE, "userid": "clara", "perm": "group.write"},
    "grant_user_permission_to_user_group": {**WALKERS, "userid": "clara", "perm": "usergroup.read"},
    "invalidate_cache": MOUNTAINS,
    "move_ownership": {"userid": "ann", "owner": "bent"},
    "pull": {**MOUNTAINS, "clone_uri": "https://code.example.net/mountains"},
    "remove_field_from_repo": {**MOUNTAINS, "key": "country"},
    "remove_user_from_user_group": {"usersgroupid": "walkers", "userid": "bent"},
    "rescan_repos": {},
    "reread_repos": {},
    "reset_api_key": {"userid": "clara"},
    "retry_jobs": {},
    "revoke_global_permission": {"perm": "hg.usergroup.create.true", "userid": "bent"},
    "revoke_user_group_permission": {**MOUNTAINS, "usersgroupid": "walkers"},
    "revoke_user_group_permission_from_repo_group": {**NATURE, **WALKERS},
    "revoke_user_group_permission_from_user_group": {**WALKERS, "sourceusergroupid": "guests"},
    "revoke_user_permission": {**MOUNTAINS, "userid": "bent"},
    "revoke_user_permission_from_repo_group": {**NATURE, "userid": "clara"},
    "revoke_user_permission_from_user_group": {**WALKERS, "userid": "clara"},
    "rpc.discover": {},
    "test": {"args": ["anything", 1, None]},
    "update_pullrequest": of_pull_request(title="Heights in metres, for all"),
    "update_repo": {**MOUNTAINS, "description": "Heights, names and first ascents", "private": True},
    "update_repo_group": {**NATURE, "description": "Everything out there"},
    "update_site_choices": {"announcement": "Down for an hour on Sunday", "repo_type": "git"},
    "update_site_permissions": {"anonymous_access": False, "new_repository": "none"},
    "update_user": {"userid": "bent", "lastname": "Holmes", "active": False},
    "update_user_group": {**WALKERS, "description": "They walk and look"},
}
"""A call for each method: its arguments, or a function that gives them where they name something of the story."""

CALLED_BY = {"comment_pullrequest": "bent", "edit_reviewers": "bent", "update_pullrequest": "bent"}
"""Who calls, where it is not the administrator."""

FIRST: dict[str, list[tuple[str, Arguments]]] = {
    "delete_address_rule": [("add_address_rule", {"network": "192.0.2.0/24", "userid": "bent"})],
    "remove_field_from_repo": [("add_field_to_repo", {"repoid": "mountains", "key": "country"})],
    "delete_repo_group": [("create_repo_group", {"group_name": "birds"})],
}
"""What has to be done before a call."""


def _discovered(result: Any) -> Any:
    method = next(each for each in result["methods"] if each["name"] == "get_repo_refs")
    told = {**method, "result": {"name": "result", "schema": {"type": "object"}}, "examples": []}
    info = {"title": "Belvedere", "version": "0.1.0", "description": "..."}
    return {**result, "info": info, "methods": [told], "x-envelope": {}}


def _server(result: Any) -> Any:
    same = {
        "platform": "Linux-6.12-x86_64",
        "py_version": "3.13.5",
        "git_version": "2.47.3",
        "git_path": "/usr/bin/git",
    }
    return {**result, **same, "modules": [["Django", "5.2.8"], ["mercurial", "7.2"]], "belvedere_version": "0.1.0"}


def _status(result: Any) -> Any:
    same = {
        "checks": [{"topic": "Mail", "verdict": "good", "text": "sent by mail.example.org", "advice": ""}],
        "database": {"kind": "SQLite", "size": 5_242_880},
        "repositories": {"path": "/srv/belvedere/repositories", "total": 250_000_000_000, "free": 120_000_000_000},
        "home": {"path": "/srv/belvedere", "total": 250_000_000_000, "free": 120_000_000_000},
    }
    return {**result, **same, "jobs": {"waiting": 0, "later": 1, "running": 0, "failed": 0, "done": 128}}


SHORTENED: dict[str, Callable[[Any], Any]] = {
    "rpc.discover": _discovered,
    "get_server_info": _server,
    "get_site_status": _status,
}
"""Answers that are too long to show, or differ from machine to machine."""

MOMENT = re.compile(r"(?!1970|2023)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")
KEY = re.compile(r"[0-9a-f]{40}")


def stable(method: str, result: Any) -> Any:
    """Give an answer as the reference shows it: without what is another at each run (commits are of 2023, or none)."""
    return _stable(SHORTENED.get(method, lambda given: given)(result))


def _stable(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _stable(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_stable(each, name) for each in value]
    if isinstance(value, str) and name in ("api_key", "api_keys") and KEY.fullmatch(value):
        return SHOWN_KEY
    if isinstance(value, float) and name == "expires" and value > 0:
        return SHOWN_SECONDS
    return SHOWN_MOMENT if isinstance(value, str) and MOMENT.fullmatch(value) else value
