"""Every method is called as the reference shows it, and answers what the reference shows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belvedere.api import examples as shown
from belvedere.api.schemas import shape_of
from tests.api.examples import CALLS, FIRST, Story, stable
from tests.api.story import telling

RECORDS = Path(shown.__file__).with_name(shown.FILE)
IS_RECORDING = os.environ.get("RECORD_EXAMPLES") == "1"
"""`make docs` records what it gets; all other runs compare it with what is recorded."""


@pytest.fixture(scope="module")
def recorded() -> Iterator[dict[str, Any]]:
    found = json.loads(RECORDS.read_text("utf-8"))
    yield found
    if IS_RECORDING:
        kept = {method: found[method] for method in sorted(CALLS) if method in found}
        RECORDS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with telling(tmp_path_factory.mktemp("story"), django_db_blocker) as told:
        told.keep()
        yield told


@pytest.mark.django_db
@pytest.mark.parametrize("method", sorted(CALLS))
def test_the_example(story: Story, recorded: dict[str, Any], method: str) -> None:
    call = CALLS[method]
    arguments = call(story) if callable(call) else call
    for name, more in FIRST.get(method, ()):
        story.call(name, more)
    result = stable(method, story.call(method, arguments))
    if not method.startswith("get_"):
        story.restore()
    if IS_RECORDING:
        recorded[method] = {"args": arguments, "result": result}
        return
    assert method in recorded, "run `make docs`"
    then = recorded[method]
    assert shape_of(then["args"]) == shape_of(arguments), "run `make docs`"
    assert shape_of(then["result"]) == shape_of(result), "run `make docs`"
