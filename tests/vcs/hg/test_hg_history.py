"""What only Mercurial has: hidden and secret changesets, named branches, subrepositories, and our index of paths."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from belvedere.vcs.errors import RevisionNotFound
from belvedere.vcs.hg import BACKEND
from belvedere.vcs.hg.repository import HgRepository
from belvedere.vcs.model import ChangesetQuery, EntryKind, Phase

if TYPE_CHECKING:
    from tests.vcs.hg.inside import Builder


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Mercurial inside this process; what its engine sets in the environment would spoil other tests' clients."""
    for name in ("HGRCPATH", "HGPLAIN", "HGRCSKIPREPO", "HGENCODING"):
        monkeypatch.setenv(name, {"HGRCPATH": "", "HGENCODING": "utf-8"}.get(name, "1"))
    return importlib.import_module("tests.vcs.hg.inside")


@pytest.fixture
def build(tmp_path: Path, inside: Any) -> Builder:
    built: Builder = inside.Builder(tmp_path / "repo")
    return built


@pytest.fixture
def opened(build: Builder) -> HgRepository:
    return BACKEND.open(build.path)


def numbers(repository: HgRepository, **query: Any) -> list[int]:
    return [changeset.revision for changeset in repository.changesets(ChangesetQuery(**query))]


def test_the_client_never_imports_mercurial() -> None:
    code = "import sys, belvedere.vcs.hg; sys.exit(any(name.startswith('mercurial') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_secret_and_hidden_changesets_are_not_there(build: Builder, opened: HgRepository, inside: Any) -> None:
    first = build.commit({b"a": b"1"})
    old = build.commit({b"a": b"2"}, first)
    new = build.commit({b"a": b"2!"}, first)
    secret = build.commit({b"a": b"3"}, new)
    repo = build.repo
    with repo.lock(), repo.transaction(b"t") as transaction:
        inside.obsolete.createmarkers(repo, [(repo[old], (repo[new],))])
        inside.phases.retractboundary(repo, transaction, inside.phases.secret, [repo[secret].node()])

    assert numbers(opened) == [first, new]
    assert [opened.count(until) for until in (None, new, old)] == [2, 2, 1]
    assert opened.changeset("tip").revision == new
    assert opened.changeset("tip").phase is Phase.DRAFT
    assert opened.refs().heads == (repo[new].hex().decode(),)
    for hidden in (old, secret, repo[old].hex().decode(), repo[secret].hex().decode()[:12]):
        with pytest.raises(RevisionNotFound):
            opened.resolve(hidden)


def test_a_topic_is_told_until_its_changesets_are_public(build: Builder, opened: HgRepository, inside: Any) -> None:
    first = build.commit({b"a": b"1"})
    older = build.commit({b"a": b"2"}, first, extra={b"topic": b"faster"})
    newer = build.commit({b"a": b"3"}, older, extra={b"topic": b"faster"})
    assert [opened.changeset(each).topic for each in (first, older, newer)] == [None, "faster", "faster"]
    assert opened.refs().topics == {"faster": opened.resolve(newer)}
    repo = build.repo
    with repo.lock(), repo.transaction(b"t") as transaction:
        inside.phases.advanceboundary(repo, transaction, inside.phases.public, [repo[newer].node()])
    assert opened.changeset(older).topic is None
    assert opened.refs().topics == {}


def test_what_is_built_upon_rewritten_changesets_is_told(build: Builder, opened: HgRepository, inside: Any) -> None:
    first = build.commit({b"a": b"1"})
    old = build.commit({b"a": b"2"}, first)
    orphan = build.commit({b"b": b"2"}, old)
    rivals = [build.commit({b"a": text}, first) for text in (b"2!", b"2?")]
    repo = build.repo
    with repo.lock(), repo.transaction(b"t"):
        inside.obsolete.createmarkers(repo, [(repo[old], (repo[each],)) for each in rivals])
    assert opened.changeset(old).is_obsolete
    assert opened.changeset(orphan).instabilities == ("orphan",)
    assert [opened.changeset(each).instabilities for each in rivals] == [("content-divergent",)] * 2
    assert opened.changeset(first).instabilities == ()
    assert opened.children(first) == [opened.resolve(each) for each in (old, *rivals)]


def test_the_amended_file_is_found_though_its_filelog_names_the_hidden_changeset(
    build: Builder, opened: HgRepository, inside: Any
) -> None:
    first = build.commit({b"a": b"1", b"b": b"1"})
    old = build.commit({b"a": b"2"}, first)
    new = build.commit({b"a": b"2"}, first, text=b"the same file, another message")
    repo = build.repo
    with repo.lock(), repo.transaction(b"t"):
        inside.obsolete.createmarkers(repo, [(repo[old], (repo[new],))])
    opened.maintain()

    node = repo[new].hex().decode()
    assert numbers(opened, path="a") == [first, new]
    assert opened.last_changed("tip")["a"] == node
    assert opened.annotate("tip", "a")[0].raw_id == node


def test_a_branch_is_listed_with_its_closed_heads(build: Builder, opened: HgRepository) -> None:
    first = build.commit({b"a": b"1"})
    side = build.commit({b"b": b"1"}, first, branch=b"side")
    closing = build.commit({}, side, branch=b"side", closes=True)

    refs = opened.refs()
    assert list(refs.branches) == ["default"]
    assert refs.closed_branches == {"side": opened.resolve(closing)}
    assert opened.changeset(closing).closes_branch
    assert numbers(opened, branch="side") == [side, closing]
    assert numbers(opened, branch="default") == [first]


def test_a_merge_is_sorted_against_both_parents(build: Builder, opened: HgRepository) -> None:
    base = build.commit({b"a": b"1", b"gone": b"1"})
    one = build.commit({b"a": b"2"}, base)
    two = build.commit({b"b": b"1"}, base)
    merge = build.commit({b"a": b"3", b"b": b"2", b"new": b"1", b"gone": None}, one, two)

    files = opened.changeset(merge, files=True).files
    assert files is not None
    assert (files.added, files.changed, files.removed) == (("new",), ("a", "b"), ("gone",))


def test_bytes_that_are_not_utf8(build: Builder, opened: HgRepository, inside: Any) -> None:
    # Mercurial refuses to write them; other programs have written such repositories.
    user, text = (inside.encoding.localstr(stored, b"?") for stored in (b"Ren\xe9 <r@example.org>", b"\xff"))
    build.commit({b"caf\xe9": b"1"}, user=user, text=text)

    changeset = opened.changeset("tip", files=True)
    assert (changeset.author_name, changeset.message) == ("Ren\ufffd", "\ufffd")
    assert changeset.files is not None
    assert changeset.files.added == ("caf\udce9",)
    assert opened.read("tip", "caf\udce9") == b"1"
    assert b"\xe9" in b"".join(opened.archive("tip", "tar", prefix="x"))
    assert b"".join(opened.archive("tip", "zip", prefix="x")).startswith(b"PK")


def test_subrepositories_stand_in_the_tree(build: Builder, opened: HgRepository) -> None:
    pin = b"1" * 40
    state = b"%s vendor/lib\nnonsense\n%s top\n" % (pin, pin)
    build.commit({b".hgsub": b"vendor/lib = http://x\n", b".hgsubstate": state, b"z": b""})

    found = {entry.path: entry.kind for entry in opened.tree("tip")}
    assert found["vendor"] is EntryKind.DIRECTORY
    assert found["top"] is EntryKind.SUBREPOSITORY
    assert [(e.path, e.id) for e in opened.tree("tip", "vendor")] == [("vendor/lib", "1" * 40)]
    assert opened.entry("tip", "vendor/lib").kind is EntryKind.SUBREPOSITORY
    assert opened.entry("tip", "vendor").kind is EntryKind.DIRECTORY


def test_a_walk_goes_on_in_slices(build: Builder, monkeypatch: pytest.MonkeyPatch, inside: Any) -> None:
    for number in range(12):
        build.commit({b"a": b"%d" % number, b"n%d" % number: b""}, *([number - 1] if number else []))
    served = build.repo.filtered(b"served")
    monkeypatch.setattr(inside.history, "BATCH", 2)
    monkeypatch.setattr(inside.history, "SLICE", -1.0)

    def walk(query: ChangesetQuery) -> list[int]:
        found, rest = inside.history.page(served, query)
        seen = [changeset.revision for changeset in found]
        while rest is not None:
            found, rest = inside.history.page(served, rest, continued=True)
            seen += [changeset.revision for changeset in found]
        return seen

    assert walk(ChangesetQuery()) == list(range(12))
    assert walk(ChangesetQuery(newest_first=True, skip=3, limit=5)) == [8, 7, 6, 5, 4]
    assert walk(ChangesetQuery(start=2, end=9, newest_first=True, limit=7)) == [9, 8, 7, 6, 5, 4, 3]
    assert walk(ChangesetQuery(path="a", start=5)) == list(range(5, 12))


@pytest.mark.parametrize("indexed", [0, 3, 20])
def test_the_index_of_paths_only_makes_it_fast(build: Builder, opened: HgRepository, indexed: int, inside: Any) -> None:
    """The same answers whether it covers nothing, a part or all."""
    names = [b"d/a", b"d/b", b"d/sub/c", b"e", b"d.txt"]
    for number in range(20):
        if number == indexed:
            opened.maintain()
        files: dict[bytes, bytes | None] = {
            name: b"%d" % number for at, name in enumerate(names) if number % (at + 2) == 0
        }
        build.commit(files or {b"other": b"%d" % number}, *([number - 1] if number else []))
    if indexed == 20:
        opened.maintain()
    assert inside.touched.load(build.repo).covered == indexed

    every = {changeset.revision: changeset for changeset in opened.changesets(ChangesetQuery(files=True))}

    def touches(path: str) -> list[int]:
        return [n for n, c in every.items() if c.files and any(_is_below(f, path) for f in _all(c.files))]

    for path in ("d", "d/sub", "d/sub/c", "e", "d.txt", "nothing", "d/a/"):
        assert numbers(opened, path=path) == touches(path.strip("/"))
        assert numbers(opened, path=path, newest_first=True, start=4, end=15) == [
            n for n in reversed(touches(path.strip("/"))) if 4 <= n <= 15
        ]
    for at in (19, 11):
        expected = {p: every[max(n for n in touches(f"d/{p}") if n <= at)].raw_id for p in ("a", "b", "sub")}
        assert opened.last_changed(at, "d") == expected


def _all(files: Any) -> tuple[str, ...]:
    return (*files.added, *files.changed, *files.removed)


def _is_below(file: str, path: str) -> bool:
    return file == path or file.startswith(path + "/")


def test_an_index_of_stripped_history_is_made_anew(build: Builder, opened: HgRepository, inside: Any) -> None:
    first = build.commit({b"a": b"1"})
    build.commit({b"b": b"1"}, first)
    opened.maintain()
    Path(build.path, ".hg", "cache", inside.touched.STATE).rename(build.path / "kept")
    other = inside.Builder(build.path.with_name("other"))
    other.commit({b"a": b"1"})
    other.commit({b"c": b"1"}, 0)
    os.replace(build.path / "kept", other.path / ".hg" / "cache" / inside.touched.STATE)  # noqa: PTH105 -- short
    repository = BACKEND.open(other.path)

    assert inside.touched.load(other.repo).covered == 0
    assert numbers(repository, path="c") == [1]
    repository.maintain()
    assert inside.touched.load(other.repo).covered == 2
    assert numbers(repository, path="c") == [1]


def test_last_changed_keeps_to_the_ancestors(build: Builder, monkeypatch: pytest.MonkeyPatch, inside: Any) -> None:
    base = build.commit({b"a": b"1"})
    here = build.commit({b"b": b"1"}, base)
    build.commit({b"a": b"2"}, base)
    BACKEND.open(build.path).maintain()
    monkeypatch.setattr(inside.newest, "WALKED", 0)
    served = build.repo.filtered(b"served")

    node: Callable[[int], str] = lambda number: served[number].hex().decode()  # noqa: E731 -- short
    assert inside.newest.last_changed(served, here, "") == {"a": node(base), "b": node(here)}


@pytest.mark.parametrize(
    "entry", [b"0" * 40 + b"\nann\n0 0\n\nempty", b"0" * 40 + b"\nann\n1.5 x branch:b\na\nb\n\nm\n\nn"]
)
def test_odd_entries_are_read(entry: bytes, inside: Any) -> None:
    described = inside.changesets.describe(entry)

    assert described.offset == 0
    assert described.files in {(), (b"a", b"b")}
    assert described.message in {"empty", "m\n\nn"}
