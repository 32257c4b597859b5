"""Lanes of the changelog: every line begins at a child, ends at its parent, and is whole between."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belvedere.vcs.graph import COLOURS, KEY_LENGTH, MOST_LANES, Edge, Lane, Lanes, Row, drawn, lanes_from

History = list[tuple[str, list[str]]]


def name(number: int) -> str:
    return hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Changesets newest first, each with up to four parents that come later."""
    count = draw(st.integers(1, 40))
    numbers = range(count)
    found = []
    for number in numbers:
        older = st.integers(number + 1, count + 3)  # some are not in the list
        parents = draw(st.lists(older, max_size=4, unique=True))
        found.append((name(number), [name(each) for each in parents]))
    return found


def key(raw_id: str) -> str:
    return raw_id[:KEY_LENGTH]


def test_a_line_of_changesets_is_one_lane() -> None:
    rows = list(drawn(Lanes(), [(name(n), [name(n + 1)]) for n in range(3)] + [(name(3), [])]))
    assert [row.column for row in rows] == [0, 0, 0, 0]
    assert rows[0].edges == (Edge(None, 0, 0, key(name(1))),)
    assert rows[1].edges == (Edge(0, None, 0, key(name(1))), Edge(None, 0, 0, key(name(2))))
    assert rows[3].edges == (Edge(0, None, 0, key(name(3))),)
    assert {row.width for row in rows} == {1}


def test_a_merge_opens_a_lane_and_the_branching_point_closes_it() -> None:
    merge, left, right, root = (name(n) for n in range(4))
    rows = list(drawn(Lanes(), [(merge, [left, right]), (left, [root]), (right, [root]), (root, [])]))
    assert [row.column for row in rows] == [0, 0, 1, 0]
    assert [row.width for row in rows] == [2, 2, 2, 1]
    assert rows[2].edges[-1] == Edge(None, 0, 1, key(root))
    assert rows[0].colour != rows[2].colour


def test_a_free_column_is_used_again() -> None:
    rows = list(drawn(Lanes(), [(name(1), [name(9)]), (name(2), []), (name(3), [name(9)]), (name(9), [])]))
    assert [row.column for row in rows] == [0, 1, 1, 0]


@settings(max_examples=40, deadline=None)
@given(histories())
def test_every_line_is_whole(history: History) -> None:
    open_lines: dict[int, str] = {}
    for (raw_id, parents), row in zip(history, drawn(Lanes(), history), strict=True):
        arriving = {edge.start: edge.to for edge in row.edges if edge.start is not None}
        assert arriving == open_lines
        ended = [edge.to for edge in row.edges if edge.end is None]
        assert set(ended) <= {key(raw_id)}
        assert (key(raw_id) in open_lines.values()) == bool(ended)
        begun = [edge.to for edge in row.edges if edge.start is None]
        assert begun == [key(parent) for parent in parents]
        for edge in row.edges:
            assert edge.start is None or edge.end in (None, edge.start)
        open_lines = {edge.end: edge.to for edge in row.edges if edge.end is not None}
        assert len(set(open_lines.values())) == len(open_lines)
        passing = [edge.start for edge in row.edges if edge.start is not None and edge.end is not None]
        assert row.column not in passing
    shown = {key(raw_id) for raw_id, _ in history}
    assert not shown & set(open_lines.values())


@settings(max_examples=40, deadline=None)
@given(histories(), st.data())
def test_pages_together_are_what_one_page_is(history: History, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    whole = list(drawn(Lanes(), history))
    lanes = Lanes()
    first = list(drawn(lanes, history[:cut]))
    if lanes.columns and not lanes.written():
        return
    second = list(drawn(lanes_from(lanes.written()) if lanes.columns else lanes, history[cut:]))
    assert first + second == whole


@settings(max_examples=20, deadline=None)
@given(histories())
def test_colours_are_known(history: History) -> None:
    for row in drawn(Lanes(), history):
        assert {row.colour, *(edge.colour for edge in row.edges)} <= set(range(COLOURS))


def test_what_is_too_wide_is_not_written() -> None:
    wide = Lanes([Lane(key(name(n)), 0) for n in range(MOST_LANES + 1)])
    assert wide.written() == ""
    assert Lanes().written() == ""
    full = Lanes([Lane(key(name(n)), n % COLOURS) for n in range(MOST_LANES)], 3)
    assert lanes_from(full.written()) == full


@pytest.mark.parametrize("text", ["", "x", "0", "9-", "0-zz", "0-0123456789ab", "0-" + "-." * 999, "0-../..", "0-\n"])
def test_nonsense_is_no_lane(text: str) -> None:
    assert lanes_from(text) == Lanes() or lanes_from(text).columns == []


def test_the_way_is_deterministic() -> None:
    history = [(name(n), [name(n + 1), name(n * 3 + 5)]) for n in range(60)]
    assert list(drawn(Lanes(), history)) == list(drawn(Lanes(), history))
    assert isinstance(next(drawn(Lanes(), history)), Row)
