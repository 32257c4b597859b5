"""The files at the side of a difference, in their directories: thousands of them, so made without templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from belvedere.text.characters import without_hidden
from belvedere.text.paths import shown
from belvedere.vcs.diffs import ChangeKind, LineCount
from belvedere.web.diff_source import ChangedFile

LETTERS = {
    ChangeKind.ADDED: ("A", "added"),
    ChangeKind.MODIFIED: ("M", "changed"),
    ChangeKind.REMOVED: ("D", "removed"),
    ChangeKind.RENAMED: ("R", "renamed"),
    ChangeKind.COPIED: ("C", "copied"),
}
"""One letter for what happened, as programs of both systems write it, and the word."""


def tree_of(
    files: Iterable[ChangedFile], counts: Mapping[str, LineCount], address: Callable[[ChangedFile], str]
) -> SafeString:
    """Make the lists of files, a list for each directory; `address` tells where a file is shown."""
    parts: list[str] = []
    for directory, inside in groupby(files, key=lambda file: file.change.path.rpartition("/")[0]):
        if directory:
            name = escape(without_hidden(shown(directory)))
            parts.append(f'<p title="{name}/"><bdi>{name}/</bdi></p>')
        parts += ["<ul>", *_leaves(inside, counts, address), "</ul>"]
    return mark_safe("".join(parts))  # noqa: S308 every name and address is escaped


def _leaves(
    files: Iterable[ChangedFile], counts: Mapping[str, LineCount], address: Callable[[ChangedFile], str]
) -> Iterator[str]:
    for file in files:
        path = without_hidden(shown(file.change.path))
        letter, word = LETTERS[file.change.kind]
        yield (
            f'<li><a href="{escape(address(file))}" title="{escape(path)}"><abbr class="{word}" title="{word}">{letter}'
            f"</abbr><bdi>{escape(path.rpartition('/')[2])}</bdi></a>{_count(counts.get(file.change.path))}</li>"
        )


def _count(count: LineCount | None) -> str:
    if count is None or not (count.added or count.removed):
        return ""
    added = f'<span class="plus">+{count.added:,}</span>' if count.added else ""
    removed = f'<span class="minus">\N{MINUS SIGN}{count.removed:,}</span>' if count.removed else ""
    return f'<span class="count">{added} {removed}</span>'
