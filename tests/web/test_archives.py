"""Trees to take away as one file."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.test import Client

from belvedere.events.models import Event
from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import RefKind
from belvedere.web import archives
from tests.api.conftest import Caller
from tests.api.history import History
from tests.web.conftest import text_of

FORMATS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.zst")


@pytest.fixture(params=["git", "hg"])
def history(request: Any, administrator: Caller, tmp_path: Path) -> History:
    administrator("create_repo_group", group_name="nature")
    administrator("create_repo", repo_name="nature/rocks", repo_type=request.param)
    made = History(request.param, "nature/rocks", tmp_path / "work")
    made.commit("one", README="rocks\n")
    (made.work.place / "docs").mkdir()
    made.commit("two", **{"docs/deep.txt": "deep\n"})
    made.push()
    return made


def content_of(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    content: bytes = response.getvalue()
    return content


def names_of(content: bytes, archive_format: str) -> set[str]:
    if archive_format == "zip":
        return {each for each in zipfile.ZipFile(io.BytesIO(content)).namelist() if not each.endswith("/")}
    if archive_format == "tar.zst":
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {each.name for each in tar.getmembers() if each.isfile()}


def test_every_format_holds_the_tree(anonymous: Client, history: History) -> None:
    newest: Any = Repository.objects.get(name="nature/rocks").last_changeset
    short = newest["raw_id"][:12]
    for archive_format in FORMATS:
        response = anonymous.get(f"/nature/rocks/archive/tip.{archive_format}")
        content = content_of(response)
        assert response["Content-Disposition"] == f'attachment; filename="nature_rocks-{short}.{archive_format}"'
        names = names_of(content, archive_format)
        assert {f"rocks-{short}/README", f"rocks-{short}/docs/deep.txt"} <= names
        assert (f"rocks-{short}/.hg_archival.txt" in names) == (history.row.scheme == "hg")
        again = anonymous.get(f"/nature/rocks/archive/{short}.{archive_format}")
        assert content_of(again) == content
        assert again["ETag"] == response["ETag"]


def test_what_is_known_is_not_sent_again(anonymous: Client, history: History, monkeypatch: Any) -> None:
    address = "/nature/rocks/archive/tip.tar.gz"
    response = anonymous.get(address)
    content_of(response)
    noted = Event.objects.filter(kind="ArchiveDownloaded").count()
    assert noted == 1
    monkeypatch.setattr("belvedere.web.pages.archives.take_place", lambda: pytest.fail("nothing is to be made"))
    known = anonymous.get(address, headers={"If-None-Match": f'"x", {response["ETag"]}'})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", response["ETag"])
    head = anonymous.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert (head["Content-Type"], head["ETag"]) == ("application/gzip", response["ETag"])
    assert Event.objects.filter(kind="ArchiveDownloaded").count() == noted
    others = [anonymous.head(f"/nature/rocks/archive/tip.{each}")["ETag"] for each in FORMATS]
    assert len({*others, anonymous.head("/nature/rocks/archive/tip/docs.zip")["ETag"]}) == len(FORMATS) + 1


def test_a_name_that_moves_makes_it_another_file(anonymous: Client, history: History) -> None:
    """Mercurial and Git can both write the names of a changeset into it."""
    opened = open_repository(history.row)
    address = f"/nature/rocks/archive/{opened.resolve('tip')}.zip"
    before = anonymous.head(address)["ETag"]
    opened.set_ref(RefKind.BOOKMARK if opened.scheme == "hg" else RefKind.BRANCH, "elsewhere", opened.resolve("tip"))
    assert anonymous.head(address)["ETag"] != before


def test_names_have_slashes_and_so_have_directories(anonymous: Client, history: History) -> None:
    if history.row.scheme == "git":
        history.work.good("branch", "topic/one.two")
        history.push()
    else:
        history.work.good("branch", "-q", "topic/one.two")
        history.commit("three", more="more\n")
        history.push()
    whole = names_of(content_of(anonymous.get("/nature/rocks/archive/topic/one.two.zip")), "zip")
    assert any(each.endswith("/README") for each in whole)
    for address in ("topic/one.two/docs.zip", "topic/one.two.zip?path=docs"):
        (name,) = names_of(content_of(anonymous.get(f"/nature/rocks/archive/{address}")), "zip")
        assert name.endswith("/docs/deep.txt")
    chosen = anonymous.get("/nature/rocks/archive", {"revision": "topic/one.two", "format": "tar"})
    assert chosen["Location"] == "/nature/rocks/archive/topic/one.two.tar"


def test_mistakes_are_told(anonymous: Client, history: History) -> None:
    for address, status, said in (
        ("tip.rar", 400, "Unknown archive type"),
        ("never/was.zip", 404, "Unknown revision never/was"),
        ("tip/README.zip", 404, "Unknown directory README"),
        ("tip/nowhere.zip", 404, "Unknown directory nowhere"),
    ):
        assert said in text_of(anonymous.get(f"/nature/rocks/archive/{address}"), status)
        assert anonymous.head(f"/nature/rocks/archive/{address}").status_code == status


def test_downloads_are_switched_off_by_the_repository(anonymous: Client, history: History) -> None:
    Repository.objects.filter(name="nature/rocks").update(has_downloads=False)
    assert "Downloads disabled" in text_of(anonymous.get("/nature/rocks/archive/tip.zip"), 403)
    assert "archive" not in text_of(anonymous.get("/nature/rocks"))


def test_an_empty_repository_has_nothing_to_give(administrator: Caller, anonymous: Client) -> None:
    administrator("create_repo", repo_name="bare", repo_type="git")
    assert "Empty repository" in text_of(anonymous.get("/bare/archive/tip.zip"), 404)


def test_a_hidden_repository_gives_nothing(administrator: Caller, anonymous: Client) -> None:
    administrator("create_repo", repo_name="bare", repo_type="git", private=True)
    assert "Empty" not in text_of(anonymous.get("/bare/archive/tip.zip"), 404)


def test_as_many_as_there_are_places(anonymous: Client, history: History, monkeypatch: Any) -> None:
    monkeypatch.setattr(archives, "LONGEST_WAIT", 0.01)
    places = archives.places()
    open_ones = []
    while places.acquire(blocking=False):
        open_ones.append(places)
    try:
        assert "try again" in text_of(anonymous.get("/nature/rocks/archive/tip.zip"), 503)
        open_ones.pop().release()
        response = anonymous.get("/nature/rocks/archive/tip.zip")
        assert "try again" in text_of(anonymous.get("/nature/rocks/archive/tip.tar"), 503)
        response.close()
        content_of(anonymous.get("/nature/rocks/archive/tip.tar"))
    finally:
        for each in open_ones:
            each.release()


def pinned(history: History, inner: str, sources: dict[str, str]) -> None:
    """Record subrepositories, all of them pinned to one changeset."""
    place = history.work.place
    if history.row.scheme == "git":
        lines = [f'[submodule "{path}"]\n\tpath = {path}\n\turl = {source}\n' for path, source in sources.items()]
        (place / ".gitmodules").write_text("".join(lines))
        for path in sources:
            history.work.good("update-index", "--add", "--cacheinfo", f"160000,{inner},{path}")
        history.work.good("add", ".gitmodules")
        history.work.good("commit", "-q", "-m", "pin")
        history.push()
        return
    opened = open_repository(history.row)  # a client would want to push them too
    changes = {
        ".hgsub": "".join(f"{path} = {source}\n" for path, source in sources.items()).encode(),
        ".hgsubstate": "".join(f"{inner} {path}\n" for path in sorted(sources)).encode(),
    }
    opened.commit(opened.resolve("tip"), changes, author="Ada", message="pin")


def test_subrepositories_of_this_site_come_along(
    administrator: Caller, reader: Caller, signed_in: Any, history: History, tmp_path: Path
) -> None:
    scheme = history.row.scheme
    for name in ("nature/stone", "unseen"):
        administrator("create_repo", repo_name=name, repo_type=scheme, private=name == "unseen")
    stone = History(scheme, "nature/stone", tmp_path / "stone")
    inner = stone.commit("stone", hard="hard\n")
    stone.push()
    pinned(
        history,
        inner,
        {
            "lib/stone": "../stone",
            "lib/same": f"http://testserver/_{stone.row.pk}",
            "lib/hidden": "../../unseen",
            "lib/away": "https://elsewhere.example/x",
        },
    )
    browser = signed_in(reader)
    without = browser.get("/nature/rocks/archive/tip.tar")
    assert "X-Archive-Subrepositories" not in without
    assert not any(each.endswith("/hard") for each in names_of(content_of(without), "tar"))
    for archive_format in ("tar.zst", "zip"):
        response = browser.get(f"/nature/rocks/archive/tip.{archive_format}?subrepos=true")
        names = names_of(content_of(response), archive_format)
        assert response["X-Archive-Subrepositories"] == "2 included, 2 left out"
        assert {name.partition("/")[2] for name in names} >= {"lib/stone/hard", "lib/same/hard", "README"}
        known = {"If-None-Match": response["ETag"]}
        again = f"/nature/rocks/archive/tip.{archive_format}"
        assert browser.get(f"{again}?subrepos=true", headers=known).status_code == 304
        assert browser.head(again)["ETag"] != response["ETag"]
