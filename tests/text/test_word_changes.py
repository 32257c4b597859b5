"""Words that changed, and lines that belong together."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from belvedere.text.word_changes import Effort, changed_words, paired


def marked(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = changed_words(old, new, Effort())
    return [old[start:end] for start, end in before], [new[start:end] for start, end in after]


def test_one_word() -> None:
    assert marked('{"method": "pull", "repo": 1}', '{"method": "pull", "repoid": 1}') == (["repo"], ["repoid"])


def test_words_that_come_and_go() -> None:
    assert marked("def up(m):", "def up(m: int):") == ([], [": int"])
    assert marked("call(one, two, three)", "call(one, three)") == (["two, "], [])


def test_indentation_is_a_change() -> None:
    assert marked("  value = compute(x)", "      value = compute(x)") == (["  "], ["      "])


def test_lines_that_have_nothing_in_common_have_no_marks() -> None:
    assert marked("return metres + 1", "raise ValueError") == ([], [])


def test_blanks_between_changed_words_are_marked_too() -> None:
    assert marked("the quick brown fox is here today", "the slow red fox is here today") == (
        ["quick brown"],
        ["slow red"],
    )


def test_lines_are_paired_by_likeness() -> None:
    old = ["alpha = compute(1)", "beta = compute(2)"]
    new = ["# a remark", "alpha = compute(10)", "# another", "beta = compute(20)"]
    assert paired(old, new, Effort()) == [(None, 0), (0, 1), (None, 2), (1, 3)]
    assert paired([], ["x"], Effort()) == [(None, 0)]
    assert paired(["x"], [], Effort()) == [(0, None)]


@given(st.lists(st.sampled_from("abc "), max_size=30), st.lists(st.sampled_from("abc "), max_size=30))
def test_what_is_not_marked_is_the_same(one: list[str], other: list[str]) -> None:
    old, new = " ".join(one), " ".join(other)
    before, after = changed_words(old, new, Effort())
    if before or after:
        assert rest(old, before) == rest(new, after)


def rest(text: str, spans: list[tuple[int, int]]) -> str:
    return "".join(char for at, char in enumerate(text) if not any(start <= at < end for start, end in spans))


@given(st.lists(st.text("ab c", max_size=6), max_size=8), st.lists(st.text("ab c", max_size=6), max_size=8))
def test_every_line_has_one_place(old: list[str], new: list[str]) -> None:
    found = paired(old, new, Effort())
    assert [one for one, _ in found if one is not None] == list(range(len(old)))
    assert [other for _, other in found if other is not None] == list(range(len(new)))


def test_cost_is_bounded() -> None:
    effort = Effort()
    old, new = "a b c d e f " * 3000, "b a d c f e " * 3000
    started = time.thread_time()
    changed_words(old, new, effort)
    paired(["x y"] * 1000, ["y x"] * 1000, effort)
    for _ in range(1000):
        changed_words("a b c d e f " * 100, "f e d c b a " * 100, effort)
    assert time.thread_time() - started < 3
