"""Gists on pages: who sees which, making and changing them with several files, and their files as they are."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.events.models import Event
from belvedere.gists.models import Gist
from tests.api.conftest import Caller
from tests.web.conftest import text_of

NEW = "/_admin/gists/new"


def files(*named: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Give what a browser sends for these files."""
    names, contents = [name for name, _ in named], [content for _, content in named]
    blanks = [""] * len(named)
    return {"filenames": names, "contents": contents, "mimetypes": blanks, "files": blanks, **more}


def made(client: Client, *named: tuple[str, str], **more: Any) -> str:
    """Make a gist and give its address."""
    response = client.post(NEW, files(*named, **more))
    assert response.status_code == 302, response.content.decode()
    address: str = response["Location"]
    return address


def base_of(client: Client, address: str) -> str:
    found = re.search(r'name="parent_hash" value="([0-9a-f]{40})"', text_of(client.get(f"{address}/edit")))
    assert found
    return found[1]


@pytest.fixture
def author(owner: Caller, signed_in: Any) -> Client:
    return signed_in(owner)


def test_a_public_gist_is_for_everybody(author: Client, outsider: Caller, signed_in: Any) -> None:
    address = made(author, ("way.py", "import this\r\n"), description="A <b>way</b>", public="1")
    assert address == f"/_admin/gists/{Gist.objects.get().pk}"
    for client in (Client(), signed_in(outsider)):
        shown = text_of(client.get(address))
        assert 'class="k">import' in shown
        assert "A &lt;b&gt;way&lt;/b&gt;" in shown
        assert f'{address}/edit"' not in shown
        assert client.get(f"{address}/edit").status_code in (302, 404)
        assert address in text_of(client.get("/_admin/gists"))
    assert f'{address}/edit"' in text_of(author.get(address))


def test_a_private_gist_is_for_those_who_know_its_address(author: Client, outsider: Caller, signed_in: Any) -> None:
    address = made(author, ("a", "text\n"), description="whisper", private="1")
    gist = Gist.objects.get()
    assert gist.secret
    assert gist.secret in address
    assert "whisper" in text_of(Client().get(address))
    assert Client().get(f"/_admin/gists/{gist.pk}").status_code == 404
    for client in (Client(), signed_in(outsider)):
        for query in ("", "?private=1", "?private=1&public=1"):
            assert "whisper" not in text_of(client.get(f"/_admin/gists{query}"))
    assert "whisper" not in text_of(author.get("/_admin/gists?public=1"))
    assert "whisper" in text_of(author.get("/_admin/gists?private=1"))
    assert signed_in(outsider).post(f"{address}/delete").status_code == 404


def test_a_gist_that_ended_is_missing(author: Client) -> None:
    address = made(author, ("a", "text\n"), public="1", lifetime="60")
    gist = Gist.objects.get()
    assert gist.expires_on is not None
    assert timedelta(minutes=59) < gist.expires_on - timezone.now() <= timedelta(minutes=60)
    assert "ends " in text_of(Client().get(address))
    Gist.objects.update(expires_on=timezone.now())
    assert author.get(address).status_code == 404
    assert address not in text_of(author.get("/_admin/gists"))


def test_several_files_and_nothing_typed_gets_lost(author: Client) -> None:
    both = (("one.md", "# One\n"), ("one.md", "other text\n"))
    refused = text_of(author.post(NEW, files(*both, description="kept words")), 400)
    assert "Two files are called <code>one.md</code>." in refused
    assert "kept words" in refused
    assert "other text" in refused
    assert "at least one file" in text_of(author.post(NEW, files(("", ""))), 400)
    assert "has no directories" in text_of(author.post(NEW, files(("a/b", "x"))), 400)
    assert "is not known" in text_of(author.post(NEW, files(("a", "x")) | {"mimetypes": ["nonsense"]}), 400)
    assert "number of minutes" in text_of(author.post(NEW, files(("a", "x"), lifetime="soon")), 400)
    assert not Gist.objects.exists()
    one_more = text_of(author.post(NEW, files(("a", "typed so far"), add="1")))
    assert one_more.count('name="filenames"') == 3  # and one in the template
    assert "typed so far" in one_more
    address = made(author, ("one.md", "# One\n"), ("", "unnamed\n"), ("", ""))
    shown = text_of(author.get(address))
    assert "gistfile2.txt" in shown
    assert 'class="markup code"' in shown
    assert "# One" not in shown
    assert "# One" in text_of(author.get(f"{address}?source=1"))


def test_changing_keeps_what_was_not_touched(author: Client) -> None:
    address = made(author, ("a.txt", "one\n"), ("b.txt", "two\n"), public="1", lifetime="60")
    base = base_of(author, address)
    ends = Gist.objects.get().expires_on
    changed = {
        "parent_hash": base, "description": "now", "lifetime": "0", "files": ["a.txt", "b.txt", ""],
        "filenames": ["a.txt", "c.txt", "d.py"], "contents": ["one\r\n", "two\r\n", "x = 1\r\n"],
        "mimetypes": ["", "", "python"],
    }  # fmt: skip
    assert author.post(f"{address}/edit", changed)["Location"] == address
    gist = Gist.objects.get()
    assert (gist.expires_on, gist.description, gist.lexers) == (ends, "now", {"d.py": "python"})
    shown = text_of(author.get(address))
    assert re.findall(r'<a href="#file-\d"><bdi>([^<]*)</bdi>', shown) == ["a.txt", "c.txt", "d.py"]
    assert "2 states" in shown
    before = text_of(Client().get(f"{address}/{base}"))
    assert "b.txt" in before
    assert "This is how the gist was" in before
    assert Event.objects.filter(kind="GistChanged").count() == 1
    removed = {"files": ["a.txt", "c.txt", "d.py"], "remove": ["1", "2"], "lifetime": "-1"}
    assert (
        author.post(f"{address}/edit", changed | removed | {"parent_hash": base_of(author, address)}).status_code == 302
    )
    assert Gist.objects.get().expires_on is None
    assert "c.txt" not in text_of(author.get(f"{address}/edit")).partition("<template>")[0]


def test_a_browser_changes_no_line_ends(author: Client, owner: Caller) -> None:
    gist = owner("create_gist", files={"dos.txt": {"content": "a\r\nb\r\n", "lexer": None}})["gist"]
    address = f"/_admin/gists/{gist['access_id']}"
    sent = {"files": ["dos.txt"], "filenames": ["dos.txt"], "contents": ["a\r\nb\r\n"], "mimetypes": [""]}
    author.post(f"{address}/edit", {**sent, "parent_hash": base_of(author, address), "lifetime": "0"})
    assert "states</summary>" not in text_of(author.get(address))
    sent["contents"] = ["a\r\nc\r\n"]
    author.post(f"{address}/edit", {**sent, "parent_hash": base_of(author, address), "lifetime": "0"})
    assert author.get(f"{address}/tip/raw/dos.txt").content == b"a\r\nc\r\n"


def test_two_who_change_at_once_lose_nothing(author: Client, administrator: Caller, signed_in: Any) -> None:
    address = made(author, ("a.txt", "one\n"), public="1")
    base = base_of(author, address)
    mine = {"parent_hash": base, "lifetime": "0", "files": ["a.txt"], "filenames": ["a.txt"], "mimetypes": [""]}
    theirs = mine | {
        "files": ["a.txt", ""], "filenames": ["a.txt", "new.txt"], "contents": ["theirs\n", "another\n"],
        "mimetypes": ["", ""],
    }  # fmt: skip
    assert signed_in(administrator).post(f"{address}/edit", theirs).status_code == 302
    assert author.post(f"{address}/edit/check_revision", {"revision": base}).json() == {"success": False}
    refused = text_of(author.post(f"{address}/edit", mine | {"contents": ["mine\n"]}), 409)
    assert "Somebody else changed this gist" in refused
    for text in ("mine\n", "theirs\n", "another\n"):
        assert text in refused
    found = re.search(r'name="parent_hash" value="([0-9a-f]{40})"', refused)
    assert found
    assert found[1] != base
    assert author.get(f"{address}/edit/check_revision", {"revision": found[1]}).json() == {"success": True}
    assert refused.partition("<template>")[0].count('name="filenames"') == 2
    assert author.post(f"{address}/edit", theirs | {"parent_hash": found[1], "contents": ["mine\n", "another\n"]})
    assert author.get(f"{address}/tip/raw").content == b"mine\nanother\n"


def test_raw_files_can_do_nothing(author: Client) -> None:
    address = made(author, ("page.html", "<script>alert(1)</script>\n"), ("ü b.txt", "x\n"), public="1")
    raw = Client().get(f"{address}/tip/raw/page.html")
    assert raw.content == b"<script>alert(1)</script>\n"
    assert raw["Content-Type"] == "text/plain; charset=utf-8"
    assert raw["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert raw["X-Content-Type-Options"] == "nosniff"
    named = re.findall(r'href="([^"]*/raw/[^"]*b\.txt)"', text_of(Client().get(address)))
    assert [Client().get(each).content for each in named] == [b"x\n"]
    for nothing in ("tip/raw/absent", "tip/pdf", "tip/html/a", "0123456789ab", "-1x"):
        assert Client().get(f"{address}/{nothing}").status_code == 404, nothing
    assert Client().get(f"{address}/tip/html").status_code == 200
    assert "<script>alert" not in text_of(Client().get(address))


def test_deleting_is_asked_about(author: Client) -> None:
    address = made(author, ("a", "text\n"), public="1")
    assert "for good" in text_of(author.get(f"{address}/delete"))
    assert Gist.objects.count() == 1
    assert author.post(f"{address}/delete")["Location"] == "/_admin/gists?public=1"
    assert not Gist.objects.exists()
    assert author.get(address).status_code == 404


def test_only_who_has_a_name_makes_gists(administrator: Caller) -> None:
    assert Client().get(NEW).status_code == 302
    assert Client().post(NEW, files(("a", "b")))["Location"].startswith("/_admin/login")
    assert "Sign in" in text_of(Client().get("/_admin/gists"))


def test_a_long_file_leaves_the_page_small(author: Client) -> None:
    address = made(author, ("long.txt", "line\n" * 40_000), ("after.txt", "after\n"), public="1")
    shown = author.get(address)
    assert len(shown.content) < 1_000_000
    assert "The page ends here" in text_of(shown)
    assert "after" in text_of(shown)
