"""The reference of the API shows what there is, with an example of each."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.api import openrpc
from belvedere.api.examples import examples
from belvedere.api.markdown import PAGE, reference_page
from belvedere.api.registry import Method
from belvedere.api.schemas import schema_of
from tests.house.tree import ROOT

ALL = {method.name: method for method in openrpc.methods()}


def test_the_page_is_the_one_that_the_methods_make() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == reference_page(), "run `make docs`"


def test_every_method_has_an_example() -> None:
    missing = sorted(set(ALL) - set(examples()))
    assert missing == [], "add a line to CALLS in tests/api/examples.py and run `make docs`"
    assert sorted(set(examples()) - set(ALL)) == [], "run `make docs`"


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_every_argument_has_a_type_that_is_told(method: Method) -> None:
    for parameter in method.parameters:
        schema = schema_of(parameter.annotation)
        assert {"type", "anyOf", "description"} & schema.keys(), f"{parameter.name}: api/schemas.py says nothing"


@pytest.mark.parametrize("method", ALL.values(), ids=ALL)
def test_the_example_calls_what_there_is(method: Method) -> None:
    given: dict[str, Any] = examples()[method.name].arguments if method.name in examples() else {}
    assert set(given) <= {each.name for each in method.parameters}, "run `make docs`"
    assert {each.name for each in method.parameters if each.is_required} <= set(given), "run `make docs`"
