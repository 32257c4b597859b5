"""The changelog: pages, filters, names and lines, and the same for both systems."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from belvedere.repos.models import Repository
from belvedere.repos.storage import open_repository, place_of
from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES, Scribe
from tests.web.conftest import text_of

PATH = "/rocks/changelog"


@pytest.fixture(params=["git", "hg"])
def scribe(request: Any, administrator: Caller, tmp_path: Path) -> Any:
    administrator("create_repo", repo_name="rocks", repo_type=request.param)
    made = SCRIBES[request.param](tmp_path / "work")
    yield made
    getattr(made, "close", lambda: None)()


def pushed(scribe: Scribe) -> Any:
    row = Repository.objects.get(name="rocks")
    scribe.push(place_of(row))
    opened = open_repository(row)
    opened.catch_up()
    return opened


def subjects(html: str) -> list[str]:
    return re.findall(r'class="subject" href="[^"]*"><bdi>(.*?)</bdi>', html)


def next_of(html: str) -> str:
    found = re.search(r'href="([^"]*)" rel="next"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_one_page_leads_to_the_next(scribe: Scribe) -> None:
    for number in range(5):
        scribe.write("a", f"{number}\n").commit(f"change {number}")
    pushed(scribe)
    first = text_of(Client().get(f"{PATH}?size=2"))
    assert subjects(first) == ["change 4", "change 3"]
    second = text_of(Client().get(next_of(first)))
    assert subjects(second) == ["change 2", "change 1"]
    third = text_of(Client().get(next_of(second), headers={"HX-Request": "true"}))
    assert subjects(third) == ["change 0"]
    assert "<html" not in third
    assert next_of(third) == ""
    assert subjects(text_of(Client().get(f"{PATH}?size=2&page=2"))) == ["change 2", "change 1"]
