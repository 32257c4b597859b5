"""Anything may be sent: the answer is an envelope with a foreseen error or a result, and an error changed nothing.

`FUZZ_EXAMPLES=1000` looks longer, and elsewhere at each run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import chain
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.api.dialects import NAMES
from belvedere.api.openrpc import methods
from belvedere.api.registry import READING, Method
from belvedere.api.schemas import schema_of
from belvedere.errors import Invalid
from tests.api.examples import CALLS, FIRST, Story
from tests.api.story import telling

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
CALLERS = ("admin", "admin", "ann", "bent")
OURS = ("accounts", "repos", "reviews", "gists", "events")
WRITTEN_ON_ERRORS = {"Invalid API key": ("Failures", "Event")}
"""Tables in which an error leaves something: a refused key is counted and told."""


def bounded(examples: int) -> Any:
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


text = st.text(st.characters(codec=None, categories=None), max_size=12)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 1, 2, 10**9, 2**63, 10**40]),
    st.floats(),
    text,
    st.sampled_from(
        ["", " ", "/", "..", "../x", "a/b", "%s", "\0", "\ud800", "0", "-1", "tip", "9" * 40, "x" * 300, "ü`'\""]
    ),
)
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=5
)
moments = st.datetimes().map(lambda moment: moment.isoformat()) | st.sampled_from(
    ["0001-01-01", "9999-12-31T23:59:59-14:00"]
)


class Site:
    """The site of the examples, and what it was like before each call."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.callers = {"admin": story.admin, **story.people}
        self.tables = [model for label in OURS for model in apps.get_app_config(label).get_models()]
        self.before = self.rows()
        story.keep()
        self.known = pool(story)

    def rows(self) -> dict[str, list[Any]]:
        """Give everything in the database."""
        return {each.__name__: list(each._default_manager.order_by("pk").values_list()) for each in self.tables}

    def call(self, who: str, method: str, arguments: Any, dialect: str) -> None:
        """Make a call, undo it, and see that an error left nothing behind."""
        with transaction.atomic():
            before = self.prepared_for(method)
            written = changes()
            answer = self.callers[who].answer(method, arguments, **{"X-API-Dialect": dialect})
            check(answer, 1)
            if answer["error"] is not None and (written is None or written != changes()):
                may_differ = {table: before[table] for table in WRITTEN_ON_ERRORS.get(answer["error"], ())}
                assert self.rows() | may_differ == before, answer["error"]
            transaction.set_rollback(True)
        is_undone = not READING.match(method) and self.story.restore()
        assert answer["error"] is None or not is_undone or method in FIRST, f"left on disk: {answer['error']}"

    def prepared_for(self, method: str) -> dict[str, list[Any]]:
        """Do what has to be done before a call; gives everything as it is then."""
        for name, more in FIRST.get(method, ()):
            self.story.call(name, more)
        return self.rows() if method in FIRST else self.before

    def example(self, method: str) -> dict[str, Any]:
        call = CALLS[method]
        return call(self.story) if callable(call) else call


def changes() -> int | None:
    """Count what this connection has ever written, where the database tells: a cheap look before a long one."""
    count: int | None = getattr(connection.connection, "total_changes", None)
    return count


def check(answer: Any, known_id: Any) -> None:
    assert set(answer) == {"id", "result", "error"}
    assert answer["error"] is None or answer["result"] is None
    error = answer["error"]
    assert error is None or (isinstance(error, str) and error.strip())
    assert not (error or "").lower().startswith(("internal server error", "error encoding response")), error
    assert answer["id"] == known_id


def pool(story: Story) -> dict[str, list[Any]]:
    """Give what examples say for arguments of each name."""
    found: dict[str, list[Any]] = {}
    for call in CALLS.values():
        for name, value in (call(story) if callable(call) else call).items():
            found.setdefault(name, []).append(value)
    return found


def values(name: str, annotation: Any, known: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    """Give right values, and wrong ones that are nearly right, for an argument of this type."""
    schema = schema_of(annotation)
    kinds = [
        *known.get(name, ()),
        *chain.from_iterable(each.get("enum", ()) for each in (schema, *schema.get("anyOf", ()))),
    ]
    strategies = [junk]
    if kinds:
        strategies += [st.sampled_from(kinds), st.sampled_from(kinds), st.sampled_from(kinds).map(str)]
    types = schema.get("type", ())
    for kind in (types,) if isinstance(types, str) else types:
        strategies += {
            "boolean": [st.booleans(), st.sampled_from(["true", "No", "0"])],
            "integer": [st.integers(-2, 12), st.integers(-2, 12).map(str), st.integers()],
            "string": [
                st.sampled_from(["mountains", "nature", "walkers", "bent", "heights", "default"]),
                text,
                moments,
            ],
            "array": [st.lists(st.sampled_from(kinds or ["ann", 1]) | scalars, max_size=3)],
            "object": [st.dictionaries(text, junk, max_size=2)],
        }.get(kind, [])
    return st.one_of(strategies)


@st.composite
def arguments_of(draw: Any, method: Method, known: dict[str, list[Any]], example: dict[str, Any]) -> Any:
    """Spoil a call that works: up to two arguments get other values, one may go, another may come."""
    if draw(st.integers(0, 19)) == 19:
        return draw(junk)
    given = dict(example)
    each = {one.name: one.annotation for one in method.parameters}
    for name in draw(st.lists(st.sampled_from(sorted(each)), max_size=2)) if each else ():
        given[name] = draw(values(name, each[name], known))
    if given and draw(st.integers(0, 9)) == 9:
        del given[draw(st.sampled_from(sorted(given)))]
    if draw(st.integers(0, 19)) == 19:
        given[draw(text)] = draw(junk)
    return given


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nowhere = patch("belvedere.repos.remotes.pinned", side_effect=Invalid("nobody is reached from here"))
    with telling(tmp_path_factory.mktemp("fuzz"), django_db_blocker) as story, nowhere:
        yield Site(story)


@pytest.mark.django_db
@pytest.mark.parametrize("method", [pytest.param(each, id=each.name) for each in methods()])
def test_any_arguments(site: Site, method: Method) -> None:
    @bounded(9)
    @given(
        st.sampled_from(CALLERS), arguments_of(method, site.known, site.example(method.name)), st.sampled_from(NAMES)
    )
    def call(who: str, arguments: Any, dialect: str) -> None:
        site.call(who, method.name, arguments, dialect)

    call()


@pytest.mark.django_db
def test_any_envelope(site: Site) -> None:
    parts = {
        "api_key": st.just(site.story.admin.key) | junk,
        "id": junk.filter(lambda value: value == value),  # noqa: PLR0124 NaN is no JSON and like nothing
        "method": st.sampled_from([*CALLS, "_x", "x"]) | junk,
        "args": st.just({}) | junk,
    }
    requests = st.fixed_dictionaries({}, optional=parts) | st.fixed_dictionaries(parts) | junk
    bodies = (requests | st.lists(requests, max_size=3)).map(json.dumps) | st.binary(min_size=1, max_size=40)

    @bounded(150)
    @given(bodies)
    def post(body: str | bytes) -> None:
        with transaction.atomic():
            response = Client().post("/_admin/api", body, content_type="text/plain")
            transaction.set_rollback(True)
        assert response.status_code == 200
        told = json.loads(response.content)
        sent = decoded(body)
        pairs = zip(told, sent, strict=True) if isinstance(sent, list) and isinstance(told, list) else [(told, sent)]
        for answer, request in pairs:
            has_id = isinstance(request, dict) and "api_key" in request
            check(answer, request.get("id") if has_id else None)

    post()


def decoded(body: str | bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
