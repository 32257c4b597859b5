"""Differences as people read them: at every width and colour, by keyboard, and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import People
from tests.browser.world import World
from tests.vcs.scribe import GitScribe

LINES = [f"value = {each}\n" for each in range(200)]


@pytest.fixture(scope="module")
def many(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A changeset of thirty files, the first with lines far apart; and two other lines of history beside it."""
    scribe = GitScribe(tmp_path_factory.mktemp("many") / "work")
    scribe.write("a.py", "".join(LINES)).write("package-lock.json", "{}\n").commit("first")
    scribe.branch("side").write("side.txt", "side\n").commit("on the side")
    scribe.switch("main")
    scribe.branch("few").write("a.py", "".join([*LINES[:9], "value = 9 + 1\n", *LINES[10:]])).commit("one file")
    scribe.switch("main")
    changed = [*LINES[:20], "value = 20 + 1\n", *LINES[21:150], "more = 1\n", *LINES[150:]]
    scribe.write("a.py", "".join(changed)).write("package-lock.json", '{"a": 1}\n').write("image.svg", "<svg/>\n")
    for number in range(28):
        scribe.write(f"dir/f{number:02}.txt", f"content of {number}\n" * 3)
    raw_id = scribe.commit("many files")
    world.server.api("create_repo", repo_name="many", repo_type="git", owner="owner")
    host = world.server.url.removeprefix("http://")
    scribe("push", "-q", "--all", f"http://owner:{world.keys['owner']}@{host}/many")
    return f"/many/changeset/{raw_id}"


@pytest.mark.parametrize("view", ["unified", "split"])
def test_a_changeset_can_be_read_everywhere(look: Any, world: World, view: str) -> None:
    raw_id = world.changesets["nature/mountains"]["renamed" if view == "split" else "changed"]
    look(f"/nature/mountains/changeset/{raw_id}?view={view}", name=f"changeset-{view}")


def test_many_files_can_be_read_everywhere(look: Any, many: str) -> None:
    look(many, name="changeset-many")


def test_a_range_and_a_comparison_can_be_read_everywhere(look: Any, many: str, world: World) -> None:
    ids = world.changesets["nature/high/lakes"]
    look(f"/nature/high/lakes/changeset/{ids['changed']}...{ids['renamed']}", name="range")
    look("/many/compare/branch@side...branch@few?merge=1", name="compare")
    look("/many/compare", name="compare-form")


def test_files_come_when_they_are_wanted(people: People, many: str) -> None:
    visit = people.visit("owner")
    page = visit.go(many)
    assert page.locator("text=content of 27").count() == 0
    page.locator(".tree >> text=f27.txt").click()
    page.locator("text=content of 27").first.wait_for()
    page.locator("#C-package-lock\\.json >> text=Show it").click()
    page.locator("#package-lockjson_n1").wait_for()
    page.locator("#C-a\\.py >> text=20 lines down").click()
    page.locator("#apy_n30").wait_for()
    assert page.locator("#apy_n60").count() == 0
    page.locator("#C-a\\.py >> text=lines >> nth=-1").wait_for()
    assert visit.complaints == []
    page.close()


def test_a_link_to_a_line_brings_its_file(people: People, many: str) -> None:
    visit = people.visit("owner")
    page = visit.go(f"{many}#dirf27txt_n2")
    page.locator("#dirf27txt_n2").wait_for()
    page.wait_for_function("document.getElementById('dirf27txt_n2').getBoundingClientRect().top < innerHeight")
    page.close()


def test_keys_go_from_file_to_file_and_change_to_change(people: People, many: str) -> None:
    page = people.visit("owner").go(f"{many}?view=unified")
    page.keyboard.press("n")
    assert page.locator("tr.spot").first.inner_text().split()[-1] == "20"
    page.keyboard.press("n")
    assert "more" in page.locator("tr.spot").first.inner_text()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") != "C-a.py"
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "C-a.py"
    page.keyboard.press("x")
    assert not page.locator("#apy_n20").is_visible()
    page.close()


def test_what_was_viewed_is_remembered(people: People, many: str) -> None:
    visit = people.visit("owner")
    page = visit.go(many)
    page.get_by_label("Viewed a.py").check()
    assert not page.locator("#apy_n20").is_visible()
    page.reload()
    assert page.get_by_label("Viewed a.py").is_checked()
    page.get_by_label("Viewed a.py").uncheck()
    assert page.locator("#apy_n20").is_visible()
    page.close()


def test_everything_is_there_without_javascript(people: People, many: str) -> None:
    visit = people.visit("owner", javascript=False)
    page = visit.go(many)
    page.locator("text=Show the lines").first.click()
    assert page.locator("article.file").count() == 1
    assert page.locator("text=content of").count() > 0
    page.locator("text=Show all files").click()
    page.locator("#C-package-lock\\.json >> text=Show it").click()
    assert page.locator("#package-lockjson_n1").count() == 1
    page = visit.go(many)
    page.locator("#C-a\\.py >> text=20 lines down").click()
    assert page.locator("#apy_n40").count() == 1
    page.locator("text=Show children").click()
    assert "Children of" in page.locator("h1").inner_text()
    page.close()
