"""Gists through the API."""

from __future__ import annotations

import dataclasses
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from belvedere.events.models import Event
from belvedere.gists.files import MOST_BYTES, MOST_FILE_BYTES, MOST_FILES
from belvedere.gists.models import Gist
from belvedere.repos.storage import root
from belvedere.vcs.backends import backend
from tests.api.conftest import Caller

KEYS = {"gist_id", "access_id", "type", "description", "url", "owner", "expires", "created_on"}
ONE = {"notes.txt": {"content": "höhe\r\n", "lexer": None}}


def make(caller: Caller, **more: Any) -> dict[str, Any]:
    answer = caller("create_gist", **{"files": ONE, **more})
    assert set(answer) == {"msg", "gist"}
    assert answer["msg"] == "created new gist"
    assert set(answer["gist"]) == KEYS
    gist: dict[str, Any] = answer["gist"]
    return gist


def stores() -> list[Path]:
    return [path for path in root().glob(".gists/*/*") if path.is_dir()]


def expire(gist: dict[str, Any]) -> None:
    Gist.objects.filter(pk=gist["gist_id"]).update(expires_on=timezone.now())


def test_a_public_gist(owner: Caller) -> None:
    gist = make(owner)
    assert gist["access_id"] == str(gist["gist_id"])
    assert (gist["type"], gist["description"], gist["owner"]) == ("public", "", "owner")
    assert gist["url"] == f"/_admin/gists/{gist['access_id']}"
    assert gist["expires"] == -1.0
    assert isinstance(gist["expires"], float)
    assert datetime.fromisoformat(gist["created_on"])
    for given in (gist["gist_id"], gist["access_id"]):
        files = owner("get_gist", gistid=given).pop("files")
        assert files == {"notes.txt": {"content": "höhe\r\n", "lexer": None, "size": 7}}
    assert {key: value for key, value in owner("get_gist", gistid=gist["access_id"]).items() if key != "files"} == gist
    event = Event.objects.get(kind="GistCreated")
    assert (event.actor_id, event.payload["gist_id"]) == (owner.user_id, gist["gist_id"])


def test_a_private_gist_is_found_by_its_secret_alone(owner: Caller, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, base_url="https://code.example.org/")
    gist = make(owner, gist_type="private", description="Why")
    assert re.fullmatch(r"[A-Za-z0-9]{20}", gist["access_id"])
    assert (gist["type"], gist["description"]) == ("private", "Why")
    assert gist["url"] == f"https://code.example.org/_admin/gists/{gist['access_id']}"
    assert owner("get_gist", gistid=gist["access_id"])["gist_id"] == gist["gist_id"]
    number = gist["gist_id"]
    for wrong in (number, str(number), gist["access_id"][:-1], gist["access_id"].swapcase(), "", None, "9" * 30):
        assert owner.error("get_gist", gistid=wrong) == f"gist `{wrong}` does not exist"
        assert owner.error("delete_gist", gistid=wrong) == f"gist `{wrong}` does not exist"
    assert make(owner, gist_type="private")["access_id"] != gist["access_id"]


def test_it_is_a_mercurial_repository_that_is_never_listed(owner: Caller, administrator: Caller) -> None:
    gist = make(owner, files={"b.py": {"content": "b\n", "lexer": "python"}, "a": {"content": ""}})
    (place,) = stores()
    repository = backend("hg").open(place)
    assert [entry.path for entry in repository.tree("tip")] == ["a", "b.py"]
    tip = repository.changeset("tip")
    assert (tip.author, tip.message) == ("owner <owner@example.org>", "Add b.py, a")
    assert administrator("get_repos") == []
    assert administrator("rescan_repos") == {"added": [], "removed": []}
    assert administrator("get_gist", gistid=gist["gist_id"])["files"] == {
        "a": {"content": "", "lexer": None, "size": 0},
        "b.py": {"content": "b\n", "lexer": "python", "size": 2},
    }


def test_lifetime(owner: Caller) -> None:
    before = time.time()
    gist = make(owner, lifetime="10")
    assert before + 600 <= gist["expires"] <= time.time() + 600
    assert make(owner, lifetime=-1)["expires"] == make(owner, lifetime=None)["expires"] == -1.0
    assert make(owner, lifetime=999_999_999)["expires"] > before
    for wrong in (0, -2, "0"):
        error = owner.error("create_gist", files=ONE, lifetime=wrong)
        assert error == "failed to create gist: the lifetime is a number of minutes, or -1 for ever"
        answer = owner.in_kallithea("create_gist", files=ONE, lifetime=wrong)
        assert answer["error"] == "failed to create gist"
    for wrong in ("soon", 1.5, [], True, 10**9):
        assert "invalid value of argument `lifetime`" in owner.error("create_gist", files=ONE, lifetime=wrong)
    assert len(owner("get_gists")) == len(stores()) == 4


def test_an_expired_gist_is_missing(owner: Caller, administrator: Caller) -> None:
    kept, gone = make(owner), make(owner, lifetime=5)
    expire(gone)
    name = gone["access_id"]
    for caller in (owner, administrator):
        assert caller.error("get_gist", gistid=name) == f"gist `{name}` does not exist"
        assert caller.error("delete_gist", gistid=name) == f"gist `{name}` does not exist"
        assert caller("get_gists", userid="owner") == [kept]


def test_lists(owner: Caller, writer: Caller, administrator: Caller, django_assert_max_num_queries: Any) -> None:
    made = [
        make(owner, gist_type=kind, lifetime=life) for kind, life in (("public", -1), ("private", 9), ("public", 9))
    ]
    assert owner("get_gists") == owner("get_gists", userid=owner.user_id) == owner("get_gists", userid="owner")
    assert owner("get_gists") == made[::-1]
    assert administrator("get_gists", userid=str(owner.user_id)) == made[::-1]
    assert administrator("get_gists") == writer("get_gists", userid=None) == []
    assert writer.error("get_gists", userid="owner") == "userid is not the same as your user"
    assert administrator.error("get_gists", userid="nobody") == "user `nobody` does not exist"
    for _ in range(5):
        make(owner)
    with django_assert_max_num_queries(6):
        assert len(owner("get_gists")) == 8


def test_owners(owner: Caller, writer: Caller, administrator: Caller) -> None:
    by_name = make(administrator, owner="owner")
    by_id = make(administrator, owner=str(owner.user_id))
    assert [gist["owner"] for gist in owner("get_gists")] == ["owner", "owner"]
    refused = "Only Kallithea admin can specify `owner` param"
    assert writer.error("create_gist", files=ONE, owner="owner") == refused
    assert administrator.error("create_gist", files=ONE, owner="nobody") == "user `nobody` does not exist"
    for gist in (by_name, by_id):
        name = gist["access_id"]
        for method in ("get_gist", "delete_gist"):
            assert writer.error(method, gistid=name) == f"gist `{name}` does not exist"
        assert administrator("get_gist", gistid=name) == owner("get_gist", gistid=name)


def test_deletion(owner: Caller, administrator: Caller, django_capture_on_commit_callbacks: Any) -> None:
    first, second = make(owner), make(owner, gist_type="private")
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner("delete_gist", gistid=second["access_id"])
    assert answer == {"msg": f"deleted gist ID:{second['access_id']}", "gist": None}
    assert len(stores()) == 1
    assert owner("get_gists") == [first]
    assert owner.error("delete_gist", gistid=second["access_id"]).endswith("does not exist")
    with django_capture_on_commit_callbacks(execute=True):
        assert administrator("delete_gist", gistid=first["gist_id"])["msg"] == f"deleted gist ID:{first['access_id']}"
    assert stores() == []
    assert not (root() / ".recycled").exists()
    assert make(owner)["gist_id"] > second["gist_id"]
    deleted = Event.objects.filter(kind="GistDeleted").order_by("pk").values_list("actor_id", flat=True)
    assert list(deleted) == [owner.user_id, administrator.user_id]


def test_a_deleted_user_takes_his_gists_along(
    owner: Caller, administrator: Caller, django_capture_on_commit_callbacks: Any
) -> None:
    gist = make(owner)
    with django_capture_on_commit_callbacks(execute=True):
        administrator("delete_user", userid="owner")
    assert stores() == []
    assert administrator.error("get_gist", gistid=gist["gist_id"]) == f"gist `{gist['gist_id']}` does not exist"


FILE = {"content": "x"}
WRONG_FILES: list[tuple[Any, str]] = [
    ({}, "must be an object of at least one file"),
    ([], "must be an object of at least one file"),
    ("x", "must be an object of at least one file"),
    (None, "must be an object of at least one file"),
    ([["a", FILE]], "must be an object of at least one file"),
    ({"a": "x"}, "the file `a` must be an object with `content`, which is text"),
    ({"a": None}, "the file `a` must be an object with `content`"),
    ({"a": {}}, "the file `a` must be an object with `content`"),
    ({"a": {"content": None}}, "the file `a` must be an object with `content`"),
    ({"a": {"content": 1}}, "the file `a` must be an object with `content`"),
    ({"a": {**FILE, "mode": 1}}, "the file `a` has `mode` beside `content` and `lexer`"),
    ({"a": {**FILE, "lexer": 1}}, "the lexer of `a`"),
    ({"a": {**FILE, "lexer": "x" * 65}}, "the lexer of `a`"),
    ({"a": {"content": "\0"}}, "characters that are no text"),
    ({"a": {"content": "\ud800"}}, "characters that are no text"),
    ({"\ud800": FILE}, "characters that are no text"),
    ({"a\0": FILE}, "characters that are no text"),
    ({"": FILE}, "a file's name has 1 to 255 bytes"),
    ({"ä" * 128: FILE}, "a file's name has 1 to 255 bytes"),
    ({"a/b": FILE}, "a gist has no directories"),
    ({"../a": FILE}, "a gist has no directories"),
    ({"a\\b": FILE}, "a gist has no directories"),
    ({"..": FILE}, "a gist has no directories"),
    ({" a": FILE}, "has blanks at its ends"),
    ({"a\n": FILE}, "has blanks at its ends"),
    ({"a\u202eb": FILE}, "characters that cannot be shown"),
    ({".hg": FILE}, "failed to create gist: nothing may be written at `.hg`"),
    ({"fine": FILE, ".GIT": FILE}, "failed to create gist: nothing may be written at `.GIT`"),
    ({f"{number}": FILE for number in range(MOST_FILES + 1)}, f"a gist has at most {MOST_FILES} files"),
    ({"a": {"content": "x" * (MOST_FILE_BYTES + 1)}}, f"the file `a` has more than {MOST_FILE_BYTES:,} bytes"),
    (
        {name: {"content": "x" * (MOST_BYTES // 3 + 1)} for name in "abc"},
        f"the files of a gist have at most {MOST_BYTES:,} bytes together",
    ),
]


def test_wrong_files_make_nothing(owner: Caller) -> None:
    for files, error in WRONG_FILES:
        assert error in owner.error("create_gist", files=files)
    assert owner.error("create_gist") == "Missing non optional `files` arg in JSON DATA"
    assert stores() == []
    assert not Gist.objects.exists()


def test_other_wrong_arguments(owner: Caller) -> None:
    assert owner.error("create_gist", files=ONE, gist_type="secret") == "gist_type must be one of public,private"
    assert "`description`" in owner.error("create_gist", files=ONE, description=[])
    assert "`description`" in owner.error("create_gist", files=ONE, description="x" * 100_001)
    assert "`owner`" in owner.error("create_gist", files=ONE, owner=[])
    assert owner.error("create_gist", files=ONE, name="x") == "Unknown `name` arg in JSON DATA"
    for method in ("get_gist", "delete_gist"):
        assert owner.error(method) == "Missing non optional `gistid` arg in JSON DATA"
        for wrong in ([], {}, True, 1.5):
            assert "must be an id or a name" in owner.error(method, gistid=wrong)
    assert not Gist.objects.exists()


def test_names_that_are_right(owner: Caller) -> None:
    names = ["Grüße, 世界.txt", "a b", "-x", "--config", "$HOME", "~", "re:x", "a:b", ".hidden", "x" * 255, ".hgtags"]
    gist = make(owner, files={name: {"content": name, "lexer": ""} for name in names}, description=None, owner=None)
    files = owner("get_gist", gistid=gist["gist_id"])["files"]
    assert {name: file["content"] for name, file in files.items()} == {name: name for name in names}


def test_both_dialects_agree(owner: Caller) -> None:
    old = owner.in_kallithea("create_gist", files=ONE)["result"]
    assert old["msg"] == "created new gist"
    name = old["gist"]["access_id"]
    assert owner.in_kallithea("get_gist", gistid=name)["result"] == owner("get_gist", gistid=name)
    missing = owner.in_kallithea("get_gist", gistid="x")
    assert (missing["result"], missing["error"]) == (None, "gist `x` does not exist")
    assert owner.in_kallithea("get_gists")["result"] == [old["gist"]]
    assert owner.in_kallithea("delete_gist", gistid=name)["result"]["msg"] == f"deleted gist ID:{name}"


def test_nothing_is_left_when_the_row_cannot_be_stored(owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Gist, "save", refuse)
    assert "Internal server error" in owner.error("create_gist", files=ONE)
    assert stores() == []


def test_the_content_of_a_gist_that_lost_its_directory(owner: Caller) -> None:
    gist = make(owner)
    stores()[0].rename(root() / "elsewhere")
    assert owner.error("get_gist", gistid=gist["gist_id"]) == "there is no mercurial repository"
    assert owner("get_gists") == [gist]
    assert timedelta(0) <= timezone.now() - Gist.objects.get().created_on
