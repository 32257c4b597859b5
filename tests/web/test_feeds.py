"""Feeds of changesets: well-formed whatever was committed, and cheap for those who ask again."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from django.test import Client

from belvedere.repos.models import Repository
from tests.api.conftest import Caller
from tests.vcs.scribe import Scribe
from tests.web.conftest import text_of
from tests.web.rocks import Written, pushed, rocks, scribe, written

__all__ = ["rocks", "scribe", "written"]

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 our own


def test_newest_changesets_as_atom_and_rss(scribe: Scribe, administrator: Caller) -> None:
    for number in range(22):
        last = scribe.write("path/file.txt", f"{number}\n").commit(f"change {number} <i>\n\nand \x1b why\ufffe")
    pushed(scribe)
    pk = Repository.objects.get(name="rocks").pk
    response = Client().get("/rocks/feed/atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = parsed(response.content)
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 20
    assert entries[0].findtext("a:title", "", ATOM) == "change 21 <i>"
    assert entries[0].findtext("a:id", "", ATOM) == f"http://testserver/_{pk}/changeset/{last}"
    assert entries[0].findtext("a:author/a:name", "", ATOM) == "Ann Example"
    text = entries[0].findtext("a:summary", "", ATOM)
    assert "change 21 &lt;i&gt;\n\nand \ufffd why" in text
    assert "path/file.txt" in text
    link = entries[0].find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == f"http://testserver/rocks/changeset/{last}"

    rss = Client().get("/rocks/feed/rss")
    assert rss["Content-Type"] == "application/rss+xml; charset=utf-8"
    items = parsed(rss.content).findall("channel/item")
    assert [items[0].findtext("guid"), len(items)] == [f"http://testserver/_{pk}/changeset/{last}", 20]

    administrator("update_repo", repoid="rocks", name="stones")
    renamed = parsed(Client().get("/stones/feed/atom").content)
    assert renamed.findtext("a:entry/a:id", "", ATOM) == f"http://testserver/_{pk}/changeset/{last}"


def test_who_has_it_gets_nothing_again(scribe: Scribe) -> None:
    scribe.write("a", "1\n").commit("begin")
    pushed(scribe)
    tag = Client().get("/rocks/feed/rss")["ETag"]
    again = Client().get("/rocks/feed/rss", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    scribe.write("a", "2\n").commit("go on")
    pushed(scribe)
    assert Client().get("/rocks/feed/rss", headers={"If-None-Match": tag}).status_code == 200


def test_what_there_is_no_feed_of(scribe: Scribe, administrator: Caller) -> None:
    assert parsed(Client().get("/rocks/feed/atom").content).findall("a:entry", ATOM) == []
    assert Client().get("/rocks/feed/json").status_code == 404
    administrator("update_repo", repoid="rocks", private=True)
    assert Client().get("/rocks/feed/atom").status_code == 404
    assert Client().get(f"/rocks/feed/atom?api_key={administrator.key}").status_code == 200


def test_a_feed_of_a_branch(rocks: Written) -> None:
    titles = [
        each.text for each in parsed(Client().get("/rocks/feed/atom?branch=side").content).iter(f"{{{ATOM['a']}}}title")
    ]
    assert titles[1:3] == ["further aside", "go aside"]
    assert Client().get("/rocks/feed/rss?branch=absent").status_code == 404


def test_pages_name_the_feeds(scribe: Scribe) -> None:
    shown = text_of(Client().get("/rocks/changelog"))
    assert '<link rel="alternate" type="application/atom+xml"' in shown
    assert 'href="/rocks/feed/rss"' in shown
