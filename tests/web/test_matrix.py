"""Who may open what: every page and every form as every kind of visitor, with an API key.

The table is documentation too; `make docs` writes what is found here, and all other runs compare with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from belvedere.access.scope import PAGES as PAGES_SCOPE
from belvedere.accounts.models import User
from belvedere.repos.models import Arrival, ExtraField, Repository
from belvedere.repos.recycling import entries
from belvedere.repos.storage import new_storage
from belvedere.web.registry import PLACEHOLDER, Page, load
from tests.api.examples import Story, other_servers
from tests.api.story import telling
from tests.api.test_matrix import LEVELS, Site
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "develop" / "page-permissions.md"
IS_RECORDING = os.environ.get("RECORD_EXAMPLES") == "1"

ROLES = ("anonymous", "no pages", *LEVELS, "administrator", "reading key", "key elsewhere")

HEAD = """\
# Who may open which page

Every page (GET) and every form (POST, sent empty) as every kind of visitor, with an API key. Tests ask for them;
`make docs` writes this page from what they find, and a change of permission shows up as a change here.

Visitors: *anonymous* has no key, *no pages* one that is narrowed to a method of the API. *none*, *read*, *write* and
*admin* are users with that level on everything that the addresses name: a repository, its group, a user group, of which
everyone else has none. *administrator* is one of the site, *reading key* is a key of his with the scope `read`, and
*key elsewhere* one that is narrowed to another repository.

| answer | meaning |
|---|---|
| yes | the page is shown, or the form is read (what is empty may be refused then) |
| no | refused with the reason: the level is too low, or the page is another's |
| sign in | sent to the page for signing in |
| scope | refused: the key's scope does not go so far |
| hidden | as if there were nothing |"""

SAMPLES = {
    "repository": "mountains",
    "group": "nature",
    "arrival": "rivers",
    "revision": "tip",
    "user": "ann",
    "user_group": "walkers",
    "rest": "tip",
    "name": "mountains",
}
"""What stands for a placeholder, wherever it is not said for a pattern."""

SAMPLES_OF: dict[str, dict[str, str]] = {
    "<repository>/annotate/<rest:rest>": {"rest": "tip/README.md"},
    "<repository>/raw/<rest:rest>": {"rest": "tip/README.md"},
    "<repository>/rawfile/<rest:rest>": {"rest": "tip/README.md"},
    "<repository>/compare/<rest:refs>": {"refs": "branch@main...branch@heights"},
    "<repository>/feed/<kind>": {"kind": "atom"},
    "_admin/gists/<gist>/<revision>/<form>/<rest:path>": {"form": "html", "path": ""},
}
"""The same for single patterns."""


def rows() -> list[tuple[str, Page]]:
    """Give every page under its method and pattern."""
    found: list[tuple[str, Page]] = []
    for page in load():
        found += [(f"GET /{page.pattern}", page)] if page.takes_get else []
        found += [(f"POST /{page.pattern}", page)] if page.takes_post else []
    return sorted(found)


ROWS = dict(rows())


class Doors:
    """The site of the API's examples, seen through its pages."""

    def __init__(self, story: Story) -> None:
        self.story = story
        story.admin("create_repo", repo_name="gone")
        story.admin("delete_repo", repoid="gone")
        field = ExtraField.objects.create(repository=Repository.objects.get(name="mountains"), key="height")
        site = Site(story)
        self.keys = {role: caller.key for role, caller in site.callers.items()}
        self.keys |= {"anonymous": "", "no pages": site._key(story.admin, methods="get_repo").key}
        self.samples = SAMPLES | samples_from(story, field)
        Arrival.objects.create(
            way=Arrival.Way.IMPORT,
            state=Arrival.State.FAILED,
            user=User.objects.filter(is_administrator=True).earliest("pk"),
            name="rivers",
            key="rivers",
            scheme="git",
            storage=new_storage("git"),
            remote_uri="https://code.example.net/rivers",
            plan={"description": "", "is_private": False, "landing": None, "copy_permissions": False},
        )

    def outcome(self, row: str, role: str) -> str:
        """Ask as a role, undo it, and name what came of it."""
        method, _, pattern = row.partition(" /")
        key = self.keys[role]
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        path = "/" + PLACEHOLDER.sub(lambda match: self._sample(pattern, match[2]), pattern)
        client = Client(headers=headers, raise_request_exception=False)
        with transaction.atomic(), other_servers():
            response = client.get(path) if method == "GET" else client.post(path)
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)
        if method == "POST":
            self.story.restore()
        return word_for(response)

    def _sample(self, pattern: str, name: str) -> str:
        return (self.samples | SAMPLES_OF.get(pattern, {})).get(name, "tip")


def word_for(response: Any) -> str:
    status = response.status_code
    location = response.headers.get("Location", "")
    if status in (301, 302, 303):
        return "sign in" if location.startswith("/_admin/login") else "yes"
    if status == 403 and response["Content-Type"].startswith("text/plain"):
        return "scope" if b"scope" in response.content or b"narrowed" in response.content else "no"
    words = {200: "yes", 304: "yes", 400: "yes", 409: "yes", 401: "sign in", 403: "no", 404: "hidden"}
    assert status in words, (status, response.content[:500])
    return words[status]


def samples_from(story: Story, field: ExtraField) -> dict[str, str]:
    """Give what stands for placeholders and is known only now."""
    deleted = next(each.name for each in entries() if each.about["repo_name"] == "gone")
    return {"gist": story.gist, "name": deleted, "field_id": str(field.pk)}


@pytest.fixture(scope="module")
def doors(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with telling(tmp_path_factory.mktemp("doors"), django_db_blocker) as story:
        yield Doors(story)


@pytest.fixture(scope="module")
def written() -> Iterator[dict[str, list[str]]]:
    """Give the rows of the page."""
    found: dict[str, list[str]] = {}
    if PAGE.exists():
        for name, cells in re.findall(r"^\| `([^`]+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE):
            found[name] = cells.split(" | ")
    yield found
    if IS_RECORDING:
        PAGE.write_text(table({row: found[row] for row in ROWS if row in found}), "utf-8")


def table(found: dict[str, list[str]]) -> str:
    """Write the table of each module of pages."""
    blocks = [HEAD]
    listed = sorted((ROWS[row].function.__module__.rpartition(".")[2], row) for row in found)
    for topic, members in groupby(listed, key=lambda pair: pair[0]):
        title = topic.replace("_", " ").capitalize()
        lines = [f"## {title}", "", f"| page | {' | '.join(ROLES)} |", "|---" * (len(ROLES) + 1) + "|"]
        lines += [f"| `{row}` | {' | '.join(found[row])} |" for _topic, row in members]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS)
def test_who_may_open(doors: Doors, written: dict[str, list[str]], row: str) -> None:
    found = [doors.outcome(row, role) for role in ROLES]
    if row.startswith("GET"):
        assert found[ROLES.index("administrator")] == "yes", "say in SAMPLES what stands for its placeholders"
    assert found[1] == "scope", f"a key without `{PAGES_SCOPE}` opens no page"
    if IS_RECORDING:
        written[row] = found
    assert dict(zip(ROLES, written.get(row, ()), strict=False)) == dict(zip(ROLES, found, strict=True)), (
        "run `make docs`"
    )


def test_the_page_has_every_row_and_no_other(written: dict[str, list[str]]) -> None:
    assert IS_RECORDING or sorted(written) == sorted(ROWS), "run `make docs`"


def test_whoever_has_no_level_finds_nothing(written: dict[str, list[str]]) -> None:
    """What is about a repository, a group or a user group is hidden from those who may not know of it."""
    about = [
        row
        for row in written
        if re.search(r"<(repository|group)>", row) and ROWS[row].actor_type.__name__ != "Administrator"
    ]
    assert about
    leaks = {row: written[row] for row in about if written[row][ROLES.index("none")] == "yes"}
    assert leaks == {}
