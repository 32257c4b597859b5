"""Files, differences and names through the API."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from belvedere.api.methods import content
from tests.api.conftest import Caller
from tests.api.proposals import BINARY, LATIN, Hosted, hosted


@pytest.fixture(params=["git", "hg"])
def project(request: Any, owner: Caller, outsider: Caller, administrator: Caller) -> Hosted:
    made = hosted(owner, request.param)
    administrator("grant_user_permission", repoid="project", userid="default", perm="repository.none")
    return made


def test_files(project: Hosted, owner: Caller) -> None:
    def file(path: str, **given: Any) -> dict[str, Any]:
        shown = owner("get_repo_file", **{"repoid": "project", "revision": "feature", "f_path": path, **given})
        assert shown["revision"] == project.last or given
        return shown

    text = file("new")
    assert (text["content"], text["encoding"], text["size"]) == ("new\n", "utf-8", 4)
    assert (text["path"], text["name"], text["type"]) == ("new", "new", "file")
    assert (text["is_binary"], text["is_truncated"], text["is_executable"]) == (False, False, False)
    for path, stored in (("dir/binary", BINARY), ("/latin", LATIN)):
        shown = file(path)
        assert (shown["encoding"], shown["is_binary"], shown["size"]) == ("base64", True, len(stored))
        assert base64.b64decode(shown["content"]) == stored
    assert file("run")["is_executable"] is True
    link = file("link")
    assert (link["type"], link["content"]) == ("symlink", "dir/binary")
    long = file("long", max_file_bytes=1999)
    assert (long["content"], long["is_truncated"], long["size"]) == (None, True, 2000)
    assert len(file("long", max_bytes="2000")["content"]) == 2000
    basic = file("long", details="basic")
    assert (basic["content"], basic["is_truncated"]) == (None, False)
    assert file("gone", revision=project.first)["content"] == "old\n"


def test_files_that_cannot_be_given(project: Hosted, owner: Caller, outsider: Caller) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"f_path": "nowhere"}, "failed to get file of repo `project`: "),
        ({"f_path": "dir"}, "dir"),
        ({"f_path": ""}, ""),
        ({"f_path": "../secret"}, ""),
        ({"revision": "nowhere"}, "failed to get file of repo `project`: "),
        ({"max_bytes": -1}, "`max_bytes`: must be 0 to"),
        ({"max_bytes": 1 << 29}, "`max_bytes`: must be 0 to"),
        ({"details": "all"}, "details must be one of"),
        ({"f_path": []}, "`f_path`"),
    ]
    for given, error in cases:
        told = owner.error("get_repo_file", **{"repoid": "project", "revision": "feature", "f_path": "new", **given})
        assert error in told
        assert "nternal" not in told
    given = {"repoid": "project", "revision": "feature", "f_path": "new"}
    assert outsider.error("get_repo_file", **given) == "repository `project` does not exist"


def test_names(project: Hosted, owner: Caller, outsider: Caller) -> None:
    refs = owner("get_repo_refs", repoid="project")
    assert set(refs) == {"branches", "branches_closed", "tags", "bookmarks", "default"}
    assert set(refs["branches"]) == {project.main, "feature"}
    assert refs["branches"][project.main] == project.base
    assert refs["default"] == project.main
    assert outsider.error("get_repo_refs", repoid="project") == "repository `project` does not exist"


def test_the_difference_of_a_changeset(project: Hosted, owner: Caller) -> None:
    shown = owner("get_diff", repoid="project", revision=project.first)
    assert (shown["old"], shown["new"], shown["next_offset"]) == (None, project.first, None)
    new, readme = shown["files"]
    assert (new["path"], new["kind"], new["old_path"], new["added"], new["removed"]) == ("new", "added", None, 1, 0)
    assert (readme["path"], readme["kind"], readme["is_binary"]) == ("readme", "modified", False)
    (hunk,) = readme["hunks"]
    assert [hunk[key] for key in ("old_start", "old_count", "new_start", "new_count")] == [1, 2, 1, 2]
    assert hunk["lines"] == [[" ", 1, 1, "one"], ["-", 2, None, "two"], ["+", None, 2, "2"]]
    removed = owner("get_diff", repoid="project", revision=project.second)["files"][0]
    assert (removed["path"], removed["kind"], removed["new_path"]) == ("gone", "removed", None)


def test_the_difference_of_two_is_paged_by_file(project: Hosted, owner: Caller) -> None:
    given = {"repoid": "project", "base": project.main, "revision": "feature"}
    whole = owner("get_diff", **given)
    paths = [each["path"] for each in whole["files"]]
    assert paths == ["dir/binary", "gone", "latin", "link", "long", "new", "readme", "run"]
    assert (whole["old"], whole["next_offset"]) == (project.base, None)
    assert whole["files"][0]["is_binary"] is True
    paged: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        page = owner("get_diff", **given, offset=offset, limit=3)
        assert len(page["files"]) <= 3
        paged += page["files"]
        offset = page["next_offset"]
    assert paged == whole["files"]
    only = owner("get_diff", **given, f_path="dir/", context=0)["files"]
    assert [each["path"] for each in only] == ["dir/binary"]
    assert owner("get_diff", **given, offset=100)["files"] == []


def test_a_page_of_large_files_ends_early(project: Hosted, owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_PAGE_BYTES", 10)
    given = {"repoid": "project", "base": project.main, "revision": "feature"}
    page = owner("get_diff", **given, offset=3)
    assert [each["path"] for each in page["files"]] == ["link"]
    assert page["next_offset"] == 4
    assert owner("get_diff", **given, offset=7)["next_offset"] is None


def test_differences_that_cannot_be_given(project: Hosted, owner: Caller, outsider: Caller) -> None:
    for wrong in (
        {"revision": "nowhere"},
        {"base": "nowhere"},
        {"context": -1},
        {"context": 100_000},
        {"offset": -1},
        {"limit": 0},
        {"ignore_whitespace": "perhaps"},
    ):
        told = owner.error("get_diff", **{"repoid": "project", "revision": "feature", **wrong})
        assert "nternal" not in told
    assert outsider.error("get_diff", repoid="project", revision="tip") == "repository `project` does not exist"
