"""The changelog: pages, filters, names and lines, and the same for both systems."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository
from belvedere.vcs.model import Changeset, Phase, Refs
from belvedere.web import changelog_pages
from belvedere.web.changelog_rows import lines_of
from belvedere.web.ref_labels import labels_of
from tests.api.conftest import Caller
from tests.vcs.scribe import START, GitScribe, HgScribe, Scribe
from tests.web.conftest import text_of
from tests.web.rocks import ALL, Written, pushed, rocks, scribe, written

__all__ = ["rocks", "scribe", "written"]

PATH = "/rocks/changelog"
PARTIAL = {"HX-Request": "true"}


def shown(path: str = PATH, **headers: str) -> str:
    return text_of(Client().get(path, headers=headers))


def subjects(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'class="subject" href="[^"]*"><bdi>(.*?)</bdi>', html)]


def next_of(html: str) -> str:
    found = re.search(r'href="([^"]*)" rel="next"', html)
    return unescape(found[1]) if found else ""


def walked(path: str) -> tuple[list[str], list[str]]:
    """Follow the list to its end; give all first lines, and all graphs."""
    found, graphs = [], []
    while path:
        html = shown(path)
        found += subjects(html)
        graphs += re.findall(r"<svg width.*?</svg>", html)
        path = next_of(html)
    return found, graphs


def tagged(scribe: Scribe, *names: str) -> None:
    if isinstance(scribe, HgScribe):
        scribe("tag", *names, "-d", f"{scribe.tick(None)} 0", "-u", "ann")
    elif isinstance(scribe, GitScribe):
        for name in names:
            scribe("tag", name)


def test_the_history_of_a_path_goes_on_under_its_former_name(scribe: Scribe) -> None:
    scribe.write("old/a", "one\n").commit("begin")
    scribe.write("old/a", "two\n").commit("before")
    scribe.rename("old/a", "new/a").commit("rename")
    scribe.write("new/a", "three\n").commit("after")
    pushed(scribe)
    for path, origin in (("new/a", "old/a"), ("new", "old")):
        page = shown(f"{PATH}?path={path}")
        assert subjects(page) == ["after", "rename"]
        assert "Before that it was" not in shown(f"{PATH}?path={path}&size=1")
        assert "Before that it was" not in shown(f"{PATH}?path={path}&text=rename")
        before = re.search(r'Before that it was <a href="([^"]*)"><bdi>(.*?)</bdi>', page)
        assert before is not None
        assert before[2] == origin
        earlier = shown(unescape(before[1]))
        assert subjects(earlier) == ["before", "begin"]
        assert "Before that it was" not in earlier


def test_one_page_leads_to_the_next(rocks: Written) -> None:
    assert subjects(shown()) == ALL
    first = shown(f"{PATH}?size=2")
    assert subjects(first) == ALL[:2]
    second = shown(next_of(first), **PARTIAL)
    assert subjects(second) == ALL[2:4]
    assert "<html" not in second
    assert walked(f"{PATH}?size=2")[0] == ALL
    assert subjects(shown(f"{PATH}?size=2&page=2")) == ALL[2:4]
    assert subjects(shown(f"{PATH}?size=2&page=99")) == []


def test_lines_go_on_from_page_to_page(rocks: Written) -> None:
    whole, pages = walked(f"{PATH}?size=40")[1], walked(f"{PATH}?size=2")[1]
    assert len(whole) == len(ALL)

    def drawn(graphs: list[str]) -> list[str]:
        return [re.sub(r' width="\d+"', "", each) for each in graphs]

    assert drawn(pages) == drawn(whole)
    assert next_of(shown(f"{PATH}?size=2")).count("lanes=") == 1
    assert subjects(shown(f"{PATH}?size=2&before=4&lanes=nonsense")) == subjects(shown(f"{PATH}?size=2&before=4"))


def test_a_branch_keeps_what_is_on_it(rocks: Written) -> None:
    on_side = ["further aside", "go aside"] + (["begin"] if rocks.scheme == "git" else [])
    assert walked(f"{PATH}?branch=side")[0] == on_side
    assert walked(f"{PATH}?branch=side&size=1")[0] == on_side
    main = rocks.main
    everything = ALL if rocks.scheme == "git" else [each for each in ALL if "aside" not in each]
    assert walked(f"{PATH}?branch={main}&size=2")[0] == everything
    assert walked(f"{PATH}?branch={main}&size=2&page=2")[0] == everything[2:]
    assert Client().get(f"{PATH}?branch=absent").status_code == 404


def test_a_revision_keeps_what_it_is_built_upon(rocks: Written) -> None:
    ids = rocks.ids
    below = ["merge them", "go on", "further aside", "go aside", "begin"]
    for size in (1, 2, 40):
        assert walked(f"{PATH}?branch={ids['merge']}&size={size}")[0] == below
    forged = f"{PATH}?branch={ids['on']}&before=99&lanes=0-{'f' * 12}0"
    assert subjects(shown(forged)) == ["go on", "begin"]


def test_filters(rocks: Written) -> None:
    assert subjects(shown(f"{PATH}?author=BOB")) == ["further aside", "go aside"]
    assert subjects(shown(f"{PATH}?text=Because")) == ["go on"]
    assert subjects(shown(f"{PATH}?path=docs/")) == ["further aside", "go aside"]
    assert subjects(shown(f"{PATH}?author=bob&size=1&text=further")) == ["further aside"]
    assert walked(f"{PATH}?author=bob&size=1")[0] == ["further aside", "go aside"]
    assert "<svg width" not in shown(f"{PATH}?author=bob")
    day = time.strftime("%Y-%m-%d", time.gmtime(START))
    assert len(subjects(shown(f"{PATH}?since={day}&until={day}"))) < len(ALL)
    assert subjects(shown(f"{PATH}?since=2100-01-01")) == []
    assert "No changeset is like that" in shown(f"{PATH}?text=nobody+said+this")


def test_names_that_are_no_text_are_found(administrator: Caller, tmp_path: Path) -> None:
    administrator("create_repo", repo_name="rocks", repo_type="git")
    scribe = GitScribe(tmp_path / "work")
    scribe.write("caf\udce9.txt", "1\n").commit("begin")
    scribe.write("a", "1\n").commit("go on")
    scribe("branch", b"na\xefve", "HEAD~1")
    pushed(scribe)
    assert subjects(shown(f"{PATH}?path=caf%E9.txt")) == ["begin"]
    there = re.search(r'href="(/rocks/changelog\?branch=na%EFve)"', shown())
    assert there
    assert subjects(shown(there[1])) == ["begin"]
    assert "na\ufffdve" in shown("/rocks/branches")


def test_what_cannot_be_read_is_said_and_kept(rocks: Written) -> None:
    response = Client().get(f"{PATH}?since=yesterday&author=%3Cbob%3E")
    html = text_of(response, 400)
    assert "Enter a valid date." in html
    assert 'value="yesterday"' in html
    assert 'value="&lt;bob&gt;"' in html
    for path in (PATH, f"{PATH}?size=40"):
        assert "bob" not in shown(path).partition("</form>")[0]
    for query in ("before=x", "page=-1", "size=0", "size=99999", "path=%FF%00", "path=..%2F", "branch=", "lanes=1"):
        assert Client().get(f"{PATH}?{query}").status_code == 200
    for name in (
        "%00",
        "%FF",
        "--all",
        "-500",
        "9" * 30,
        "branch:",
        "tag:x",
        "..",
        "a" * 5000,
        "0" * 40,
        "%F0%9F%8F%94",
    ):
        for path in (f"{PATH}?branch={name}", f"{PATH}/{name}", f"/rocks/changelog_details/{name}"):
            assert Client().get(path).status_code == 404, path
        assert Client().get(f"/rocks/feed/rss?branch={name}").status_code == 404
        assert Client().get(f"/rocks/tags?q={name}&page={name}&sort={name}").status_code == 200
        assert Client().get(f"/rocks/refs-data?q={name}").status_code == 200
        assert Client().get(f"{PATH}?before=5&lanes={name}&branch={rocks.main}").status_code == 200
        assert Client().get(f"{PATH}?pick={name}&show=range")["Location"] == PATH


def test_a_search_that_takes_long_is_gone_on_with(rocks: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog_pages, "FIRST_REACH", 2)
    monkeypatch.setattr(changelog_pages, "STRIDE", 0.0)
    monkeypatch.setattr(changelog_pages, "PATIENCE", -1.0)
    html = shown(f"{PATH}?author=bob")
    assert "Nothing found yet: searched down to number 5" in html
    assert "Go on searching" in html
    assert walked(f"{PATH}?author=bob")[0] == ["further aside", "go aside"]


def test_sizes_are_remembered(rocks: Written) -> None:
    client = Client()
    assert 'href="/rocks/changelog?size=20"' in text_of(client.get(PATH))
    client.get(f"{PATH}?size=20")
    assert 'aria-current="true">20</a>' in text_of(client.get(PATH))
    assert len(subjects(text_of(client.get(f"{PATH}?size=2")))) == 2
    assert 'aria-current="true">20</a>' in text_of(client.get(PATH))


def test_names_stand_beside_their_changesets(rocks: Written) -> None:
    html = shown()
    rows = dict(zip(subjects(html), re.findall(r'<li class="change.*?</li>', html, re.DOTALL), strict=True))
    assert f"<bdi>{rocks.main}</bdi>" in rows["last 1"]
    assert '<span class="unseen">branch </span>' in rows["last 1"]
    assert f"<bdi>{rocks.main}</bdi>" not in rows["last 0"]
    assert "<bdi>side</bdi>" in rows["further aside"]
    assert ("<bdi>side</bdi>" in rows["go aside"]) == (rocks.scheme == "hg")
    assert "&lt;b&gt;this&lt;/b&gt;" in rows["go on"]


def test_tags_stand_beside_their_changesets(scribe: Scribe) -> None:
    scribe.write("a", "1\n").commit("begin")
    tagged(scribe, *(f"v{number}" for number in range(12)))
    pushed(scribe)
    row = re.findall(r'<li class="change.*?</li>', shown(), re.DOTALL)[-1]
    assert row.count('class="ref tagged"') + row.count('class="ref branch"') == 8
    assert re.search(r"and [45] more", row)


def test_drafts_topics_and_rewritten_changesets_are_marked() -> None:
    known = {"author": "Ann", "date": 0.0, "offset": 0, "branch": "default"}
    draft = Changeset("1" * 40, 7, ("2" * 40,), message="one", phase=Phase.DRAFT, topic="fas<t>er", **known)
    gone = Changeset("2" * 40, 6, (), message="", is_obsolete=True, instabilities=("orphan",), **known)
    refs = Refs(branches={"default": "3" * 40}, default="default")
    labels = labels_of(refs, "rocks", [draft, gone])
    lines = lines_of("rocks", [draft, gone], labels)
    assert [line.states for line in lines] == [["draft"], ["obsolete", "orphan"]]
    assert [label.name for label in lines[0].labels.shown] == ["fas<t>er"]
    assert lines[1].subject == "No message"
    html = render_to_string("changelog/_rows.html", {"lines": lines, "next": None, "origin": None})
    assert "<bdi>fas&lt;t&gt;er</bdi>" in html
    assert '<span class="phase">orphan</span>' in html


def test_the_second_look(rocks: Written) -> None:
    ids = rocks.ids
    html = shown(f"/rocks/changelog_details/{ids['on']}")
    assert "because of &lt;b&gt;this&lt;/b&gt;" in html
    assert f'href="/rocks/changeset/{ids["begin"]}"' in html
    children = shown(f"/rocks/changelog_details/{ids['on']}/children")
    assert f'href="/rocks/changeset/{ids["merge"]}"' in children
    assert Client().get("/rocks/changelog_details/absent").status_code == 404


def test_some_are_chosen(rocks: Written) -> None:
    ids = rocks.ids
    new, middle, old = ids["last 1"], ids["on"], ids["begin"]
    for query, there in (
        (f"pick={new}&pick={middle}&pick={old}&show=range", f"changeset/{old}...{new}"),
        (f"pick={old}&pick={new}", f"changeset/{old}...{new}"),
        (f"pick={new}&pick={old}&show=compare", f"compare/rev@{old}...rev@{new}"),
        (f"pick={middle}&show=compare", f"changeset/{middle}"),
        ("pick=absent&show=range", "changelog"),
    ):
        assert Client().get(f"{PATH}?{query}")["Location"] == f"/rocks/{there}"


def test_a_fork_is_compared_with_what_it_is_a_fork_of(
    rocks: Written, administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    administrator("fork_repo", repoid="rocks", fork_name="stones")
    there = "/rocks/compare/rev@tip...rev@tip?other_repo=stones"
    assert f'href="{there}"' in shown("/stones/changelog")
    assert Client().get(there).status_code == 200
    administrator("update_repo", repoid="rocks", private=True)
    hidden = text_of(signed_in(reader).get("/stones/changelog"))
    assert "Compare with" not in hidden
    assert 'href="/stones/compare"' in hidden


def test_old_addresses_lead_to_filters(rocks: Written) -> None:
    ids = rocks.ids
    there = Client().get(f"{PATH}/{ids['merge']}/docs/b")["Location"]
    assert there == f"{PATH}?branch={ids['merge']}&path=docs%2Fb"
    assert subjects(shown(there)) == ["further aside", "go aside"]
    assert Client().get(f"{PATH}/side")["Location"] == f"{PATH}?branch=side"
    assert Client().get(f"{PATH}/absent/x").status_code == 404


def test_votes_and_comments_are_counted(rocks: Written, administrator: Caller, reader: Caller) -> None:
    ids = rocks.ids
    administrator("comment_commit", repoid="rocks", commit_id=ids["on"], message="why?", status="rejected")
    administrator("comment_commit", repoid="rocks", commit_id=ids["on"], message="ah", status="approved")
    row = re.findall(r'<li class="change.*?</li>', shown(), re.DOTALL)[ALL.index("go on")]
    assert '<span class="good">approved</span>' in row
    assert "2 comments" in row
    assert shown().count("approved") == 1


def test_votes_on_pull_requests_count_for_their_changesets(rocks: Written, administrator: Caller) -> None:
    administrator("fork_repo", repoid="rocks", fork_name="stones")
    opened = open_repository(Repository.objects.get(name="stones"))
    parent = opened.resolve(f"branch:{rocks.main}")
    added = opened.commit(parent, {"new": b"1"}, author="Ann", message="propose it", branch=rocks.main)
    opened.catch_up()
    ends = {
        "org_repo": "stones",
        "org_ref": f"branch:{rocks.main}",
        "other_repo": "rocks",
        "other_ref": f"branch:{rocks.main}",
    }
    number = administrator("create_pullrequest", **ends)["pull_request_id"]
    administrator("comment_pullrequest", pull_request_id=number, comment_msg="", status="rejected")
    html = shown("/stones/changelog")
    row = re.findall(r'<li class="change.*?</li>', html, re.DOTALL)[0]
    assert added[:12] in row
    assert '<span class="bad">rejected</span>' in row
    assert html.count("rejected") == 1


def test_a_repository_that_one_may_not_read_is_not_there(
    rocks: Written, administrator: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("update_repo", repoid="rocks", private=True)
    for path in (PATH, "/rocks/branches", "/rocks/changelog_details/tip", "/rocks/changelog_details/tip/children"):
        assert Client().get(path).status_code == 404
        assert signed_in(outsider).get(path).status_code == 404


def test_an_empty_repository_says_what_to_do_next(scribe: Scribe) -> None:
    assert "There are no changesets yet" in shown()
    assert "There are no changesets yet" in shown(f"{PATH}?author=bob")
