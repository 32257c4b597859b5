"""What pages cost: how often they ask the database and the Mercurial workers, and that this does not grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository
from belvedere.vcs.hg import client as pool
from belvedere.vcs.hg import remembered
from belvedere.vcs.model import RefKind
from tests.api.conftest import Caller
from tests.web.conftest import text_of
from tests.web.repositories import Written, scheme, write

__all__ = ["scheme", "write"]

PAGES = {
    "summary": ("/hills", 10, 6),
    "files": ("/hills/files/tip/", 6, 6),
    "directory": ("/hills/files/tip/src", 6, 6),
    "source": ("/hills/files/tip/src/one.txt", 6, 4),
    "annotate": ("/hills/annotate/tip/src/one.txt", 6, 3),
    "changelog": ("/hills/changelog", 8, 2),
    "changeset": ("/hills/changeset/tip", 6, 5),
}
"""Addresses, with the most queries of a page, and the most questions to the workers after a push."""


@pytest.fixture
def hills(write: Callable[..., Written], scheme: str) -> Written:
    written = write(scheme)
    for number in range(3):
        written.scribe.write("README.md", f"# Hills {number}\n").write("src/one.txt", f"{number}\n")
        written.scribe.commit(f"change {number}")
    written.push()
    return written


@pytest.fixture
def key(reader: Caller) -> Client:
    """Somebody with a key, as a program asks for pages."""
    return Client(headers={"Authorization": f"Bearer {reader.key}"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every short question to the Mercurial workers."""
    requests: list[bytes] = []
    ask = pool.ask
    monkeypatch.setattr(pool, "ask", lambda request: requests.append(request) or ask(request))
    return requests


def costs(client: Client, path: str, asked: list[bytes]) -> tuple[int, int]:
    """Give how many queries and how many questions a page takes."""
    asked.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    return len(queries), len(asked)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_little(
    page: str, hills: Written, key: Client, asked: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, most_queries, most_questions = PAGES[page]
    key.get(path)
    monkeypatch.setattr(remembered, "_memory", remembered._Memory())
    first, again = costs(key, path, asked), costs(key, path, asked)
    assert first[0] <= most_queries
    assert first[1] <= (most_questions if hills.scribe.scheme == "hg" else 0)
    assert again == (first[0], 0)


def test_the_first_page_asks_little(hills: Written, key: Client, asked: list[bytes]) -> None:
    key.get("/")
    queries, questions = costs(key, "/", asked)
    assert queries <= 7
    assert not questions


def test_a_push_is_on_every_page_at_once(hills: Written, key: Client) -> None:
    for path, *_costs in PAGES.values():
        key.get(path)
    hills.scribe.write("README.md", "# New hills\n").write("src/one.txt", "three\n").write("src/new.txt", "new\n")
    newest = hills.scribe.commit("a fourth change")
    hills.push()
    seen = {page: text_of(key.get(path)) for page, (path, *_costs) in PAGES.items()}
    assert "New hills" in seen["summary"]
    assert "a fourth change" in seen["summary"]
    assert "New hills" in seen["files"]
    assert "new.txt" in seen["directory"]
    for page in ("source", "annotate"):
        assert "three" in seen[page]
    assert "a fourth change" in seen["changelog"]
    assert newest in seen["changeset"]


def test_a_name_that_moves_is_followed_at_once(hills: Written, key: Client) -> None:
    opened = open_repository(Repository.objects.get(name="hills"))
    kind = RefKind.BOOKMARK if hills.scribe.scheme == "hg" else RefKind.BRANCH
    first, second = opened.resolve("0"), opened.resolve("1")
    assert key.get("/hills/files/moving/").status_code == 404
    for raw_id, text in ((first, "Hills 0"), (second, "Hills 1")):
        opened.set_ref(kind, "moving", raw_id)
        assert text in text_of(key.get("/hills/files/moving/"))
        assert "moving" in text_of(key.get("/hills/files/tip/"))
    opened.delete_ref(kind, "moving")
    assert key.get("/hills/files/moving/").status_code == 404
    assert "moving" not in text_of(key.get("/hills/files/tip/"))
