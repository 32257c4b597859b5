"""An import in the background as a browser shows it: it moves by itself, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import People, faults_of
from tests.browser.world import World
from tests.scenarios.clients import new_checkout
from tests.scenarios.slow_line import SlowLine, slow_line, write_noise

Begin = Callable[..., None]


@pytest.fixture(scope="module")
def noise(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a repository on the same site that takes a while to bring over, with the owner's key."""
    world.api("owner", "create_repo", repo_name="noise", repo_type="git", private=True)
    checkout = new_checkout("git", tmp_path_factory.mktemp("noise") / "checkout")
    write_noise(checkout)
    host = world.server.url.removeprefix("http://")
    assert checkout.push(f"http://owner:{world.keys['owner']}@{host}/noise").code == 0
    return "noise"


@pytest.fixture
def line(world: World) -> Iterator[SlowLine]:
    host, port = world.server.url.removeprefix("http://").split(":")
    with slow_line((host, int(port))) as made:
        made.stall()
        yield made


@pytest.fixture
def begin(world: World, people: People, line: SlowLine, noise: str) -> Begin:
    """Ask for an import by the form, and wait until it stands still in the middle."""

    def ask(name: str, *, javascript: bool = True) -> Any:
        visit = people.visit("owner", javascript=javascript)
        page = visit.go("/_admin/create_repository")
        page.locator("[name=repo_name]").fill(name)
        page.locator("[name=repo_type][value=git]").check()
        page.get_by_text("Import from elsewhere").click()
        page.locator("[name=clone_uri]").fill(f"http://owner:{world.keys['owner']}@127.0.0.1:{line.port}/{noise}")
        page.get_by_role("button", name="Create repository").click()
        page.wait_for_url(f"**/{name}")
        assert line.stalled.wait(30)
        return visit

    return ask


def test_the_page_follows_and_turns_into_the_summary(begin: Begin, line: SlowLine, look: Any, world: World) -> None:
    visit = begin("followed")
    page = visit.page
    page.get_by_text("Bringing it over").wait_for()
    page.get_by_text("of 9 objects").wait_for()
    assert world.keys["owner"] not in page.content()
    assert page.get_by_role("progressbar").get_attribute("max") == "9"
    assert faults_of(visit) == []
    look("/followed", "owner", "arriving")
    look("/", "owner", "arriving-listed")
    look("/_admin/settings/system", "administrator", "arriving-jobs")
    page.evaluate("window.stays = true")
    line.flow()
    page.get_by_text("part 2").first.wait_for()
    assert page.url.endswith("/followed")
    assert page.evaluate("window.stays") is None
    page = visit.go("/followed/settings/remote")
    page.get_by_role("button", name="Pull now").click()
    page.get_by_text("there was nothing new").wait_for()
    line.stall()
    line.let_through(100)
    page.get_by_role("button", name="Pull now").click()
    page.get_by_role("button", name="Stop").wait_for()
    assert line.stalled.wait(30)
    look("/followed/settings/remote", "owner", "pulling")
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("It was stopped.").wait_for()
    assert faults_of(visit) == []


def test_without_javascript_it_comes_too(begin: Begin, line: SlowLine) -> None:
    visit = begin("patient", javascript=False)
    assert visit.page.locator("noscript a").inner_text() == "Load it now"
    line.flow()
    visit.page.get_by_text("part 2").first.wait_for()


def test_what_fails_says_why_and_what_to_do(begin: Begin, line: SlowLine, look: Any, people: People) -> None:
    visit = begin("unwanted")
    line.close()
    visit.page.get_by_role("button", name="Stop and delete").wait_for()
    visit.page.get_by_role("button", name="Stop and delete").click()
    visit.page.get_by_text("nothing of it is left").wait_for()
    visit.go("/_admin/create_repository")
    page = visit.page
    page.locator("[name=repo_name]").fill("nowhere")
    page.get_by_text("Import from elsewhere").click()
    page.locator("[name=clone_uri]").fill(f"http://127.0.0.1:{line.port}/noise")
    page.get_by_role("button", name="Create repository").click()
    page.get_by_text("The import failed.").wait_for()
    page.get_by_text("The server does not answer.").wait_for()
    look("/nowhere", "owner", "arriving-failed")
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("nothing of it is left").wait_for()
    assert faults_of(visit) == []
