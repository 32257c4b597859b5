"""Changesets and files through the API, the same for both systems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.api.history import History


@pytest.fixture(params=["hg", "git"])
def history(request: Any, owner: Caller, tmp_path: Path) -> History:
    owner("create_repo", repo_name="repo", repo_type=request.param)
    return History(request.param, "repo", tmp_path / "work")


@pytest.fixture
def hashes(history: History) -> list[str]:
    found = [
        history.commit("first", a="1\n", b="1\n"),
        history.commit("second", a="2\n"),
        history.commit("third ünï\n\nmore", b=None, c="1\n"),
        history.commit("fourth", c="2\n"),
    ]
    history.push()
    return found


def ids(answers: list[dict[str, Any]]) -> list[str]:
    return [each["raw_id"] for each in answers]


def test_all_changesets_oldest_first(owner: Caller, hashes: list[str]) -> None:
    told = owner("get_changesets", repoid="repo")
    assert ids(told) == hashes
    assert set(told[0]) == {"raw_id", "short_id", "revision", "message", "author", "date"}
    assert told[0]["short_id"] == hashes[0][:12]
    assert [each["revision"] for each in told] == [0, 1, 2, 3]
    assert told[2]["message"] == "third ünï\n\nmore"
    assert len(told[0]["date"]) == len("2026-11-21T22:14:05")
    assert ids(owner("get_changesets", repoid="repo", reverse="true")) == hashes[::-1]


def test_ranges_take_numbers_hashes_and_names(owner: Caller, hashes: list[str], history: History) -> None:
    branch = "main" if history.row.scheme == "git" else "default"
    for start, end, first, last in (
        (1, 2, 1, 2),
        ("1", "2", 1, 2),
        (hashes[1], hashes[2], 1, 2),
        (hashes[1][:8], None, 1, 3),
        (None, 0, 0, 0),
        (0, 0, 0, 0),
        ("", "1", 0, 1),
        ("tip", None, 3, 3),
        (None, branch, 0, 3),
        (2, 1, 2, 1),
    ):
        told = owner("get_changesets", repoid="repo", start=start, end=end)
        assert ids(told) == hashes[first : last + 1], (start, end)


def test_the_newest_ones_within_every_other_filter(owner: Caller, hashes: list[str]) -> None:
    assert ids(owner("get_changesets", repoid="repo", max_revisions=2)) == hashes[2:]
    assert ids(owner("get_changesets", repoid="repo", max_revisions="2", reverse=True)) == hashes[:1:-1]
    assert ids(owner("get_changesets", repoid="repo", max_revisions=1, end=2)) == hashes[2:3]
    assert ids(owner("get_changesets", repoid="repo", max_revisions=0)) == []


def test_dates_with_and_without_seconds_and_zone(owner: Caller, hashes: list[str]) -> None:
    told = owner("get_changesets", repoid="repo")
    date = told[0]["date"]
    assert ids(owner("get_changesets", repoid="repo", start_date=date))[-1] == hashes[-1]
    assert ids(owner("get_changesets", repoid="repo", end_date="2020-01-01T00:00:00")) == []
    assert ids(owner("get_changesets", repoid="repo", start_date="2020-01-01")) == hashes
    assert ids(owner("get_changesets", repoid="repo", start_date="2020-01-01T00:00")) == hashes
    assert ids(owner("get_changesets", repoid="repo", end_date="2100-01-01T00:00:00+02:00")) == hashes
    for wrong in ("yesterday", "2020-13-01", 5, [], "2020-01-01T25:00:00"):
        error = owner.error("get_changesets", repoid="repo", start_date=wrong)
        assert error.startswith("invalid value of argument `start_date`: must be a date")


def test_file_lists(owner: Caller, hashes: list[str]) -> None:
    told = owner("get_changesets", repoid="repo", with_file_list=1)
    assert [(each["added"], each["changed"], each["removed"]) for each in told] == [
        (["a", "b"], [], []),
        ([], ["a"], []),
        (["c"], [], ["b"]),
        ([], ["c"], []),
    ]


def test_what_does_not_exist(owner: Caller, hashes: list[str]) -> None:
    for argument in ("start", "end", "branch_name"):
        assert "nowhere" in owner.error("get_changesets", repoid="repo", **{argument: "nowhere"})
    assert "max_revisions" in owner.error("get_changesets", repoid="repo", max_revisions=-1)
    assert "max_revisions" in owner.error("get_changesets", repoid="repo", max_revisions="many")
    for wrong in ("f" * 40, "nowhere", "4", 99, "-5", "--help", "zz" * 20, "a b", "../x", "", " "):
        if wrong == "":
            continue
        assert owner.error("get_changeset", repoid="repo", raw_id=wrong) == f"Changeset {wrong} does not exist"
    for wrong in ([], {}, True, 1.5, "x" * 256, "a\u0000b"):
        assert owner.error("get_changeset", repoid="repo", raw_id=wrong).startswith(
            "invalid value of argument `raw_id`"
        )


def test_an_empty_repository(owner: Caller, history: History) -> None:
    assert owner.error("get_changesets", repoid="repo") == "Repository is empty"
    assert owner.error("get_changesets", repoid="repo", start="0") == "Repository is empty"
    assert "nternal" not in owner.error("get_changeset", repoid="repo", raw_id="tip")


def test_one_changeset_by_each_of_its_names(owner: Caller, hashes: list[str], history: History) -> None:
    told = owner("get_changeset", repoid="repo", raw_id=hashes[2])
    assert told == {
        "raw_id": hashes[2],
        "short_id": hashes[2][:12],
        "id": hashes[2],
        "revision": 2,
        "message": "third ünï\n\nmore",
        "date": told["date"],
        "author": {"name": "Ada", "email": "ada@example.org"},
        "added": ["c"],
        "changed": [],
        "removed": ["b"],
    }
    for name in (2, "2", hashes[2][:12], hashes[2][:6], f"rev:{hashes[2]}"):
        assert owner("get_changeset", repoid="repo", raw_id=name)["raw_id"] == hashes[2]
    branch = "main" if history.row.scheme == "git" else "default"
    for name in ("tip", "-1", -1, branch, f"branch:{branch}"):
        assert owner("get_changeset", repoid="repo", raw_id=name)["raw_id"] == hashes[3]
    assert owner("get_changeset", repoid="repo", raw_id="tip", with_reviews="yes")["reviews"] == []


def test_nodes_of_a_tree(owner: Caller, history: History) -> None:
    (history.work.place / "dir" / "deep").mkdir(parents=True)
    (history.work.place / "dir" / "deep" / "x").write_text("x")
    (history.work.place / "dir" / "y").write_text("y")
    (history.work.place / "empty").mkdir()
    history.commit("tree", a="1\n", zz="1\n")
    history.push()
    every = [
        ("dir", "dir"),
        ("dir/deep", "dir"),
        ("a", "file"),
        ("zz", "file"),
        ("dir/y", "file"),
        ("dir/deep/x", "file"),
    ]

    def nodes(root_path: str, **more: Any) -> list[tuple[str, str]]:
        told = owner("get_repo_nodes", repoid="repo", revision="tip", root_path=root_path, **more)
        return [(each["name"], each["type"]) for each in told]

    for root in ("/", "", "//"):
        assert nodes(root) == every
    assert nodes("/", ret_type=None) == every
    assert nodes("/", ret_type="dirs") == every[:2]
    assert nodes("/", ret_type="files") == every[2:]
    for root in ("dir", "/dir/", "/dir"):
        assert nodes(root) == [("dir/deep", "dir"), ("dir/y", "file"), ("dir/deep/x", "file")]
    assert nodes("dir/deep") == [("dir/deep/x", "file")]


def test_nodes_that_are_not_there(owner: Caller, hashes: list[str]) -> None:
    failed = "failed to get repo: `repo` nodes"
    for revision, path, word in (
        ("nowhere", "/", "nowhere"),
        ("tip", "nothing", "nothing"),
        ("tip", "a", "a"),
        ("tip", "../x", "x"),
    ):
        error = owner.error("get_repo_nodes", repoid="repo", revision=revision, root_path=path)
        assert error.startswith(f"{failed}: ")
        assert word in error.removeprefix(failed)
        old = owner.in_kallithea("get_repo_nodes", repoid="repo", revision=revision, root_path=path)
        assert old["error"] == failed
    wrong = owner.error("get_repo_nodes", repoid="repo", revision="tip", root_path="/", ret_type="links")
    assert "ret_type must be one of all,dirs,files" in wrong


def test_reading_spawns_no_process(owner: Caller, hashes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_more: Any) -> None:
        raise AssertionError("a process was started")

    owner("get_changeset", repoid="repo", raw_id="tip")
    monkeypatch.setattr("subprocess.Popen.__init__", refuse)
    monkeypatch.setattr("os.fork", refuse)
    owner("get_user")
    owner("get_repo", repoid="repo")
    owner("get_repos")
    owner("get_changeset", repoid="repo", raw_id=hashes[1])
    owner("get_changesets", repoid="repo", start=1, end=3)
    owner("get_repo_nodes", repoid="repo", revision="tip", root_path="/")
