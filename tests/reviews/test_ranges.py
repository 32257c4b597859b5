"""What a pull request brings, inside one repository and across two that share no objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from belvedere.errors import Invalid, NotFound
from belvedere.reviews import ranges
from belvedere.reviews.ranges import range_between
from belvedere.reviews.refs import Ref, now, ref_from
from belvedere.vcs.backends import backend
from belvedere.vcs.repository import Repository
from tests.vcs.scribe import GitScribe

Make = Callable[[str], Repository]


@pytest.fixture
def scribe(tmp_path: Path) -> GitScribe:
    return GitScribe(tmp_path / "work")


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda name: backend("git").create(tmp_path / name)


def test_across_as_inside(scribe: GitScribe, make: Make) -> None:
    """A merge from the target and back, so that the way to the ancestor is no line."""
    scribe.write("a", "0").commit("root")
    scribe.branch("feature").write("f", "1").commit("feature one")
    scribe.switch("main").write("m", "1").commit("main one")
    target, origin, both = make("target"), make("origin"), make("both")
    scribe.switch("feature").merge("main", "take main in")
    head = scribe.write("f", "2").commit("feature two")
    scribe.push(origin.path)
    base = scribe.switch("main").write("m", "2").commit("main two")
    scribe("push", "-q", str(target.path), "main")
    scribe.push(both.path)
    inside = range_between(both, head, both, base)
    across = range_between(origin, head, target, base)
    assert len(inside.changesets) == 3
    assert across == inside


def test_what_the_target_has_on_another_branch_is_brought_too(scribe: GitScribe, make: Make) -> None:
    scribe.write("a", "0").commit("root")
    shared = scribe.branch("side").write("s", "1").commit("on a side branch of both")
    head = scribe.branch("feature").write("f", "1").commit("feature")
    base = scribe.switch("main").write("m", "1").commit("main")
    target, origin = make("target"), make("origin")
    scribe("push", "-q", str(target.path), "main", "side")
    scribe("push", "-q", str(origin.path), "feature")
    assert range_between(origin, head, target, base).changesets == (shared, head)


def test_there_is_nothing_or_too_much(scribe: GitScribe, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    base = scribe.write("a", "0").commit("root")
    middle = scribe.write("a", "1").commit("one")
    head = scribe.write("a", "2").commit("two")
    repository, other = make("repository"), make("other")
    scribe.push(repository.path)
    scribe("push", "-q", str(other.path), f"{base}:refs/heads/main")
    with pytest.raises(Invalid, match="has every changeset"):
        range_between(repository, base, repository, head)
    with pytest.raises(Invalid, match="has every changeset"):
        range_between(other, base, repository, head)
    monkeypatch.setattr(ranges, "MOST_CHANGESETS", 1)
    assert range_between(repository, middle, repository, base).changesets == (middle,)
    for target in (repository, other):
        with pytest.raises(Invalid, match="at most 1 changesets, and this one would have more"):
            range_between(repository, head, target, base)


def test_names(scribe: GitScribe, make: Make) -> None:
    head = scribe.write("a", "0").commit("root")
    scribe("tag", "v1")
    scribe("branch", "rel/1.0")
    repository = make("repository")
    scribe.push(repository.path)

    def found(text: str) -> Ref:
        return ref_from(repository, "it", text)

    assert found("main") == found("branch:main") == found(f"branch:main:{head}") == ("branch", "main", head)
    assert found("branch:rel/1.0") == found("rel/1.0") == ("branch", "rel/1.0", head)
    assert found("v1") == found("tag:v1") == ("tag", "v1", head)
    assert found(head[:9]) == found(head) == ("rev", head, head)
    assert found(f"rev:{head}") == found(f"rev:{head}:{head}") == ("rev", head, head)
    assert found(f"branch:gone:{head}") == ("branch", "gone", head), "the hash counts"
    assert (found("main").short, found(head).short) == ("main", head[:12])
    assert now(repository, "it", found(head)) == ("rev", head, head)
    for missing in ("tag:main", "branch:v1", "book:main", f"branch:main:{'0' * 40}", "strange:main"):
        with pytest.raises(NotFound, match="not found in `it`"):
            found(missing)
    for wrong in ("", "branch:", f"branch::{head}"):
        with pytest.raises(Invalid, match="neither a name nor type:name"):
            found(wrong)


def test_a_name_that_moved(scribe: GitScribe, make: Make) -> None:
    before = scribe.write("a", "0").commit("root")
    repository = make("repository")
    scribe.push(repository.path)
    held = ref_from(repository, "it", "main")
    after = scribe.write("a", "1").commit("next")
    scribe.push(repository.path)
    assert (held.raw_id, now(repository, "it", held).raw_id) == (before, after)
