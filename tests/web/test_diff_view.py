"""The viewer of differences: every kind of file and line, and what comes only when it is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.vcs.scribe import GitScribe
from tests.web.conftest import text_of
from tests.web.repositories import Written, scheme, write

__all__ = ["scheme", "write"]

Write = Callable[..., Written]
TIP = "/hills/changeset/tip"
PNG = bytes.fromhex("89504e470d0a1a0a") + bytes(40)


@pytest.fixture
def client(administrator: Caller) -> Client:
    return Client()


def links(text: str, attribute: str) -> list[str]:
    return [unescape(each) for each in re.findall(rf'{attribute}="([^"]*)"', text)]


def numbered(count: int, **changed: str) -> str:
    return "".join(changed.get(f"l{each}", f"line {each}\n") for each in range(1, count + 1))


def test_lines_between_hunks_come_when_they_are_wanted(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    hills.scribe.write("a.txt", numbered(300)).commit("first")
    hills.scribe.write("a.txt", numbered(300, l50="", l51="changed\n", l200="also\n")).commit("second")
    hills.push()
    text = text_of(client.get(TIP))
    assert "line 100<" not in text
    sources = links(text, "data-rows")
    assert [re.search(r"gap=([\d_-]+)&take=(\w+)", each).groups() for each in sources] == [  # type: ignore[union-attr]
        ("1_46_0", "all"),
        ("54_195_1", "top"),
        ("54_195_1", "bottom"),
        ("54_195_1", "all"),
        ("203__1", "top"),
    ]
    above = text_of(client.get(sources[0]))
    assert above.count("<tr>") == 46
    assert 'id="atxt_n1"' in above
    top = text_of(client.get(sources[1]))
    assert '<td class="no">55</td><td class="no"><a id="atxt_n54"' in top
    assert top.count("<tr>") == 20
    assert "gap=74_195_1" in top
    bottom = text_of(client.get(sources[2]))
    assert "gap=54_175_1" in bottom
    assert 'id="atxt_n195"' in bottom
    whole = text_of(client.get(sources[3]))
    assert whole.count("<tr>") == 142
    below = text_of(client.get(sources[4]))
    assert "line 204<" in below
    assert "gap=223_299_1" in below
    assert client.get(f"{TIP}?part=lines&file=1&gap=x").status_code == 400
    plain = [unescape(each) for each in re.findall(r'<a href="([^"]*)" data-rows', text)]
    assert "line 30<" in text_of(client.get(plain[1].partition("#")[0]))
    assert "line 120<" in text_of(client.get(plain[3].partition("#")[0]))


def test_the_end_of_a_file_offers_nothing_below(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("a.txt", "one\ntwo\n").write("gone", "x\n").commit("first")
    hills.scribe.write("a.txt", "one\ntwo\nthree").write("new", "y\n").remove("gone").commit("second")
    hills.push()
    text = text_of(client.get(TIP))
    assert "data-rows" not in text
    assert "no newline at the end" in text


def test_more_context_and_no_blanks(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    hills.scribe.write("a.txt", numbered(40)).write("b.txt", "x\n").commit("first")
    hills.scribe.write("a.txt", numbered(40, l20="twenty\n")).write("b.txt", "  x\n").commit("second")
    hills.push()
    text = text_of(client.get(TIP))
    assert "line 5<" not in text
    assert "line 10<" in text_of(client.get(f"{TIP}?context=10"))
    assert "line 5<" in text_of(client.get(f"{TIP}?context=10000"))
    assert client.get(f"{TIP}?context=many").status_code == 400
    without = text_of(client.get(f"{TIP}?ignorews=1"))
    assert "Only blanks changed." in without
    assert 'id="btxt_n1"' not in without
    assert "ignorews=1" in links(without, "data-rows")[0]


def test_lines_side_by_side_are_remembered(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("a.txt", "one\ntwo\nthree\n").commit("first")
    hills.scribe.write("a.txt", "one\ntwo!\nfour\nthree\n").commit("second")
    hills.push()
    assert "diff code unified" in text_of(client.get(TIP))
    text = text_of(client.get(f"{TIP}?view=split"))
    rows = re.findall(r'<tr class="both">(.*?)</tr>', text)
    assert len(rows) == 2
    assert 'id="atxt_o2"' in rows[0]
    assert 'id="atxt_n2"' in rows[0]
    assert "none" in rows[1]
    assert "diff code split" in text_of(client.get(TIP))
    assert "diff code unified" in text_of(client.get(f"{TIP}?view=unified"))


def test_only_the_first_files_are_on_the_page(write: Write, client: Client) -> None:
    hills = write("git")
    for number in range(45):
        hills.scribe.write(f"d{number // 10}/f{number:02}.txt", f"content {number}\n" * 10)
    hills.scribe.commit("many")
    hills.push()
    text = text_of(client.get(TIP))
    assert "45 files changed" in text
    assert text.count("<article") == 40
    assert text.count('<table class="diff') == 20
    assert "content 19" in text
    assert "content 20" not in text
    later = links(text, "data-article")
    assert len(later) == 20
    part = text_of(client.get(later[0]))
    assert "content 20" in part
    assert "<html" not in part
    assert 'id="C-d2-f20.txt"' in part
    more = links(text, "data-more")
    rest = text_of(client.get(more[0]))
    assert rest.count("<article") == 5
    assert "content 44" in rest
    page = text_of(client.get(f"{TIP}?start=41"))
    assert "content 44" in page
    alone = text_of(client.get(f"{TIP}?file=d4/f44.txt"))
    assert alone.count("<article") == 1
    assert "content 44" in alone
    assert "content 44" in text_of(client.get(f"{TIP}?file=45"))
    assert client.get(f"{TIP}?file=46").status_code == 404
    assert client.get(f"{TIP}?part=nonsense").status_code == 404


def test_the_list_of_files_is_short_at_first(write: Write, client: Client) -> None:
    hills = write("git")
    for number in range(230):
        hills.scribe.write(f"f{number:03}.txt", "x\n")
    hills.scribe.commit("many")
    hills.push()
    text = text_of(client.get(TIP))
    assert "and 30 more" in text
    assert "f229.txt" not in text
    tree = text_of(client.get(links(text, "data-source")[-1]))
    assert tree.count("<li>") == 230
    assert tree.count("+1") == 230
    assert "start=201#C-f229.txt" in tree


def test_what_few_want_to_read_is_folded(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("package-lock.json", '{"a": 1}\n').write("app.min.js", "x()\n").write("vendor/x.c", "int x;\n")
    hills.scribe.write("huge.txt", numbered(2600)).write("small.txt", "small\n").commit("first")
    hills.push()
    text = text_of(client.get(TIP))
    assert "A lock file" in text
    assert "A generated file" in text
    assert "A copy of what others write" in text
    assert "A large difference: 2,600 lines changed." in text
    assert "smalltxt_n1" in text
    assert "line 7<" not in text
    folded = [each for each in links(text, "data-article") if each.endswith("show=1")]
    assert len(folded) == 4
    huge = text_of(client.get(f"{TIP}?part=file&file=2&show=1"))
    assert "line 2000<" in huge
    assert "line 2001<" not in huge
    rest = text_of(client.get(links(huge, "data-rows")[0]))
    assert 'id="hugetxt_n2001"' in rest
    assert "line 2600<" in rest
    assert "<article" not in rest
    assert "line 2600<" in text_of(client.get(links(huge, "href")[-1]))
    assert "A lock file" in text_of(client.get(f"{TIP}?part=file&file=3"))


def test_files_that_have_no_lines(write: Write, scheme: str, client: Client) -> None:
    hills = write(scheme)
    scribe = hills.scribe
    scribe.write("old.txt", "the same\n").write("run.sh", "#!/bin/sh\n").write("data.bin", b"\0" * 10).write(
        "x.png", PNG
    )
    scribe.write("becomes", "a link\n").commit("first")
    scribe.rename("old.txt", "new name.txt").make_executable("run.sh").write("data.bin", b"\0" * 12).write("empty", "")
    scribe.write("x.png", PNG + b"\0").remove("becomes").link("becomes", "run.sh").commit("second")
    hills.push()
    text = text_of(client.get(TIP))
    assert "The content is the same: the file was only renamed." in text
    assert "old.txt" in text
    assert "now executable" in text
    assert "A binary file: 10 bytes before, 12 bytes now." in text
    assert "The file is empty." in text
    assert "now a symbolic link" in text
    pictures = re.findall(r'<img src="(/hills/raw/[0-9a-f]{40}/x\.png)"', text)
    assert len(set(pictures)) == 2


def test_subrepositories_move(write: Write, client: Client) -> None:
    hills = write("git")
    scribe = hills.scribe
    assert isinstance(scribe, GitScribe)
    scribe.write("a", "a\n")
    for number in ("1", "2"):
        scribe("update-index", "--add", "--cacheinfo", f"160000,{number * 40},sub")
        scribe("commit", "-q", "-m", number)
    hills.push()
    text = text_of(client.get(TIP))
    assert f"The subrepository moved from {'1' * 12} to {'2' * 12}." in text
    assert "/raw/" not in text[text.index("<article") :]


def test_hostile_names_and_contents(write: Write, client: Client) -> None:
    hills = write("git")
    name = "<script>alert(1)<script>&\"' .js"
    hills.scribe.write(name, "</td><script>alert(2)</script>\n\u202e evil\n").write("caf\udce9.txt", "x\n")
    hills.scribe.write("a-b", "1\n").write("a/b", "2\n").write("שלום.txt", b"\xff\xfe latin\n").write("CR", "a\r\nb\n")
    hills.scribe.commit("<script>alert(3)</script>")
    hills.push()
    text = text_of(client.get(TIP))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(2)" in text
    assert "U+202E" in text
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {"C-a-b", "C-a-b-2"} <= set(ids)
    assert "/files/" in text
    assert "caf%E9.txt" in text
    assert client.get(f"{TIP}?file=" + "caf%E9.txt").status_code in (200, 404)
    for url in links(text, "data-article"):
        assert client.get(url).status_code == 200


def test_long_lines_are_cut(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("a.txt", "x" * 100_000 + "\n").commit("first")
    hills.push()
    text = text_of(client.get(TIP))
    assert "98,000 more characters" in text
    assert len(text) < 60_000


def test_a_changed_line_end_is_seen(write: Write, client: Client) -> None:
    hills = write("git")
    hills.scribe.write("a.txt", "one\ntwo\n").commit("first")
    hills.scribe.write("a.txt", "one\r\ntwo\n").commit("second")
    hills.push()
    assert '<span class="sign">CR</span>' in text_of(client.get(TIP))
