"""Rescanning, refreshing and extra fields through the API."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from belvedere.repos.models import ExtraField, Repository, RepositoryGroup
from belvedere.repos.storage import new_storage, open_repository, place_of
from belvedere.vcs.backends import backend
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES

EMPTY = {"added": [], "removed": []}


@pytest.fixture
def root(site: Path) -> Path:
    (site / "repositories").mkdir(exist_ok=True)
    return site / "repositories"


def test_rescan_adopts_what_lies_there(administrator: Caller, owner: Caller, root: Path, tmp_path: Path) -> None:
    owner("create_repo", repo_name="known")
    scribe = SCRIBES["git"](tmp_path / "work")
    newest = scribe.write("a", "1\n").commit("first")
    scribe.push(backend("git").create(root / "old" / "deep" / "bare.git").path)
    backend("hg").create(root / "old" / "lakes")
    backend("hg").create(root / "top")
    added = ["old/deep/bare", "old/lakes", "top"]
    assert administrator("rescan_repos") == {"added": added, "removed": []}
    shown = administrator("get_repo", repoid="old/deep/bare")
    assert (shown["repo_type"], shown["owner"], shown["last_changeset"]["raw_id"]) == ("git", "admin", newest)
    assert Repository.objects.get(name="old/deep/bare").storage == "old/deep/bare.git"
    assert set(RepositoryGroup.objects.values_list("name", flat=True)) == {"old", "old/deep"}
    assert administrator("rescan_repos") == EMPTY


def test_rescan_leaves_alone_what_is_none_of_its_business(administrator: Caller, root: Path, tmp_path: Path) -> None:
    administrator("create_repo", repo_name="deleted")
    administrator("delete_repo", repoid="deleted")
    backend("hg").create(root / new_storage("hg"))  # somebody is just creating it
    backend("git").create(root / ".hidden" / "a")
    backend("git").create(root / "12345")
    backend("git").create(tmp_path / "outside")
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "dir").mkdir()
    (root / "dir" / "link").symlink_to(root)
    subprocess.run(["git", "init", "-q", root / "checkout"], check=True)
    assert administrator("rescan_repos", remove_obsolete=True) == EMPTY


def test_rescan_does_not_take_a_name_twice(administrator: Caller, root: Path) -> None:
    administrator("create_repo", repo_name="Taken")
    backend("hg").create(root / "taken")
    administrator("create_repo_group", group_name="group")
    backend("hg").create(root / "group")
    assert administrator("rescan_repos") == EMPTY


@pytest.mark.parametrize("yes", [True, "true", 1])
def test_rescan_names_what_is_missing_and_forgets_it_on_request(administrator: Caller, root: Path, yes: Any) -> None:
    for name in ("lost", "kept"):
        administrator("create_repo", repo_name=name)
    shutil.rmtree(place_of(Repository.objects.get(name="lost")))
    expected = {"added": [], "removed": ["lost"]}
    assert administrator("rescan_repos") == expected
    assert administrator("rescan_repos", remove_obsolete="false") == expected
    assert administrator("rescan_repos", remove_obsolete=yes) == expected
    assert administrator("rescan_repos") == EMPTY
    assert [row["repo_name"] for row in administrator("get_repos")] == ["kept"]


def test_a_missing_disk_forgets_nothing(administrator: Caller, root: Path) -> None:
    administrator("create_repo", repo_name="mine")
    shutil.rmtree(root)
    for _ in range(2):
        assert "mounted" in administrator.error("rescan_repos", remove_obsolete=True)
        root.mkdir(exist_ok=True)
    assert Repository.objects.count() == 1


def test_who_may_rescan(owner: Caller, administrator: Caller) -> None:
    assert "administrator" in owner.error("rescan_repos")
    assert "remove_obsolete" in administrator.error("rescan_repos", remove_obsolete="perhaps")
    assert administrator("rescan_repos", remove_obsolete=None) == EMPTY


@pytest.mark.parametrize("scheme", ["hg", "git"])
def test_invalidate_cache(owner: Caller, administrator: Caller, scheme: str, tmp_path: Path) -> None:
    owner("create_repo", repo_name="mine", repo_type=scheme)
    row = Repository.objects.get()
    scribe = SCRIBES[scheme](tmp_path / "work")
    newest = scribe.write("a", "1\n").commit("by hand")
    scribe.push(place_of(row))
    assert owner("invalidate_cache", repoid="mine") == "Caches of repository `mine`"
    assert owner("get_repo", repoid="mine")["last_changeset"]["raw_id"] == newest
    assert not open_repository(row).catch_up()
    Repository.objects.update(last_changeset=None)
    answer = owner.in_kallithea("invalidate_cache", repoid=str(row.pk))
    assert answer["result"] == {"msg": f"Cache for repository `{row.pk}` was invalidated", "repository": "mine"}
    assert owner("get_repo", repoid="mine")["last_changeset"]["raw_id"] == newest


def test_who_may_invalidate(owner: Caller, writer: Caller, reader: Caller, administrator: Caller) -> None:
    owner("create_repo", repo_name="mine", private=True)
    assert reader.error("invalidate_cache", repoid="mine") == "repository `mine` does not exist"
    assert reader.error("invalidate_cache", repoid="none") == "repository `none` does not exist"
    administrator("grant_user_permission", repoid="mine", userid="reader", perm="repository.read")
    administrator("grant_user_permission", repoid="mine", userid="writer", perm="repository.write")
    assert "write access" in reader.error("invalidate_cache", repoid="mine")
    writer("invalidate_cache", repoid="mine")
    assert owner.error("invalidate_cache") == "Missing non optional `repoid` arg in JSON DATA"
    assert owner.error("invalidate_cache", repoid=None) == "repository `None` does not exist"


def test_extra_fields(owner: Caller, reader: Caller) -> None:
    owner("create_repo", repo_name="mine")
    assert owner("add_field_to_repo", repoid="mine", key="cost_centre", label="Cost centre") == {
        "msg": "Added new repository field `cost_centre`",
        "success": True,
    }
    owner("add_field_to_repo", repoid="mine", key="room")
    assert owner("get_repo", repoid="mine")["ex_cost_centre"] == ""
    for given in ({"cost_centre": "4711", "ex_room": "B2"}, "cost_centre=4711, room=B2"):
        ExtraField.objects.update(value="")
        shown = owner("update_repo", repoid="mine", fields=given)["repository"]
        assert (shown["ex_cost_centre"], shown["ex_room"]) == ("4711", "B2")
    assert [each["ex_room"] for each in reader("get_repos")] == ["B2"]
    assert owner("remove_field_from_repo", repoid="mine", key="room") == {
        "msg": "Deleted repository field `room`",
        "success": True,
    }
    assert "ex_room" not in owner("get_repo", repoid="mine")


def test_extra_fields_that_are_refused(owner: Caller, reader: Caller) -> None:
    owner("create_repo", repo_name="mine")
    owner("add_field_to_repo", repoid="mine", key="room")
    error = owner.error("add_field_to_repo", repoid="mine", key="room")
    assert error == "Field with key `room` exists for repo `mine`"
    error = owner.error("remove_field_from_repo", repoid="mine", key="floor")
    assert error == "Field with key `floor` does not exists for repo `mine`"
    for key in ("", "a b", "ü", "x" * 65):
        assert "a key has" in owner.error("add_field_to_repo", repoid="mine", key=key)
    for wrong in ({"floor": "1"}, {"room": 1}, ["room"], "room", {"room": "B2", "floor": "1"}):
        assert owner.error("update_repo", repoid="mine", fields=wrong, description="changed")
    shown = owner("get_repo", repoid="mine")
    assert (shown["ex_room"], shown["description"]) == ("", "mine")
    assert "admin access" in reader.error("add_field_to_repo", repoid="mine", key="floor")
    assert "admin access" in reader.error("remove_field_from_repo", repoid="mine", key="room")


def test_lists_cost_the_same_with_extra_fields(owner: Caller, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        owner("create_repo", repo_name=f"r{number}", repo_type="git")
        owner("add_field_to_repo", repoid=f"r{number}", key="room")
    with django_assert_max_num_queries(8):
        assert len(owner("get_repos")) == 8
