"""The viewer of differences, for every page that shows one: the files at the side, and each file when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from belvedere.errors import NotFound
from belvedere.text.word_changes import Effort
from belvedere.vcs.diffs import FileDiff, LineCount
from belvedere.web.diff_cards import Card, card_of, fill
from belvedere.web.diff_folding import HUGE
from belvedere.web.diff_gaps import gap_maker
from belvedere.web.diff_options import MOST_CONTEXT, Options, options_from
from belvedere.web.diff_rows import SPLIT, UNIFIED, Frame, rows_of
from belvedere.web.diff_source import MOST_LINES, ChangedFile, Counts, Difference
from belvedere.web.diff_tree import tree_of
from belvedere.web.repository import Link

ON_A_PAGE = 40
"""Files that a page holds; the others are a page or a scroll away."""
FILES_AT_ONCE = 20
LINES_AT_ONCE = 1000
BYTES_AT_ONCE = 256 << 10
IN_THE_TREE = 200
PIECE = 2000
"""Lines of one file that come at once."""
MOST_FILE_BYTES = 8 << 20
PATIENCE = 0.12
MOST_COUNTED = 300
"""Seconds that a page waits for the numbers of lines, and files that it does that for; else they come later."""

CONTEXTS = {3: "3 lines around", 10: "10 lines around", 30: "30 lines around", MOST_CONTEXT: "Whole files"}

Address = Callable[..., str]


@dataclass(slots=True)
class DiffView:
    """What `diffs/_diff.html` shows.

    `cards` are the files on this page, `tree` those at the side. `alone` is the number of the only file that was asked
    for. `downloads` are other forms of the same difference, for a menu.
    """

    difference: Difference
    options: Options
    address: Address
    total: int
    added: int
    removed: int
    is_counted: bool
    cards: list[Card] = field(default_factory=list)
    tree: SafeString = field(default_factory=SafeString)
    tree_rest: int = 0
    alone: int | None = None
    first: int = 1
    downloads: list[Link] = field(default_factory=list)

    def add_up(self, counts: Counts) -> None:
        """Take the numbers of lines for the whole difference."""
        self.added = sum(each.added or 0 for each in counts.values())
        self.removed = sum(each.removed or 0 for each in counts.values())

    def at(self, **more: Any) -> str:
        """Give the address of this difference, with more in its query."""
        return self.address(**{**self.options.query, **more})

    @property
    def unified_url(self) -> str:
        """The same with lines below each other."""
        return self.at(file=self.alone, view=UNIFIED)

    @property
    def split_url(self) -> str:
        """The same with lines side by side."""
        return self.at(file=self.alone, view=SPLIT)

    @property
    def blanks_url(self) -> str:
        """The same, with blanks taken the other way."""
        return self.at(file=self.alone, ignorews=None if self.options.ignores_whitespace else 1)

    @property
    def contexts(self) -> list[Link]:
        """The same with more lines around the changes."""
        return [
            Link(label, self.at(file=self.alone, context=lines), lines == self.options.context)
            for lines, label in CONTEXTS.items()
        ]

    @property
    def tree_source(self) -> str:
        """Where the whole list of files comes from, with the numbers of lines."""
        return self.at(part="tree")

    @property
    def all_files_url(self) -> str:
        """The page of the first files."""
        return self.at()

    @property
    def next_url(self) -> str:
        """The page of the files that follow, if there are any."""
        following = self.first + len(self.cards)
        return self.at(start=following) if not self.alone and following <= self.total else ""

    @property
    def next_source(self) -> str:
        """The files that follow, alone."""
        return self.at(start=self.first + len(self.cards), part="more")

    @property
    def left(self) -> int:
        """How many files follow."""
        return self.total - self.first - len(self.cards) + 1


def diff_view(
    request: HttpRequest,
    difference: Difference,
    address: Address,
    *,
    downloads: Iterable[Link] = (),
    options: Options | None = None,
) -> DiffView:
    """Make the viewer of a page; `address` gives the page's address with a query, for exactly these changesets."""
    options = options or options_from(request)
    files = difference.files()
    counts, is_counted = Counts(), not files
    if FILES_AT_ONCE < len(files) <= MOST_COUNTED:
        counts, is_counted = difference.counts(options, PATIENCE)
    view = DiffView(
        difference,
        options,
        address,
        total=len(files),
        added=0,
        removed=0,
        is_counted=is_counted,
        downloads=list(downloads),
    )
    view.add_up(counts)
    wanted = request.GET.get("file", "")
    if wanted:
        chosen = chosen_of(files, wanted)
        view.alone = view.first = chosen.number
        view.cards = [alone(view, chosen, counts, piece=whole_number(request.GET.get("piece", "")))]
    else:
        view.first = start_of(request, len(files))
        view.cards = cards_of(view, files[view.first - 1 : view.first - 1 + ON_A_PAGE], counts)
    if len(view.cards) == len(files) and all(card.count for card in view.cards):
        view.is_counted = True
        view.add_up({card.change.path: card.count for card in view.cards if card.count})
    put_tree(view, files, counts, IN_THE_TREE)
    return view


def _bare(view: DiffView, file: ChangedFile, count: LineCount | None) -> Card:
    url, source = view.at(file=file.number), view.at(file=file.number, part="file")
    return card_of(view.difference, file, count, url, source)


def frame_of(view: DiffView, file: ChangedFile) -> Frame:
    """Give what is around the rows of a file."""
    frame = Frame(file.change.path, file.prefix, view.options.view)
    return replace(frame, gap=gap_maker(frame, file, view.at))


def cards_of(view: DiffView, files: list[ChangedFile], counts: Counts) -> list[Card]:
    """Make the files of a page, the first of them with their lines."""
    if len(files) == 1:
        return [alone(view, files[0], counts, is_wanted=False)]
    cards = [_bare(view, file, counts.get(file.change.path)) for file in files]
    first = {card.file.number: card for card in _first(cards)}
    if not first:
        return cards
    effort, lines = Effort(), 0
    diffs = view.difference.diffs(
        [card.file for card in first.values()], view.options, most_lines=HUGE + 200, most_bytes=BYTES_AT_ONCE
    )
    for read in diffs:
        card, diff = first[read.file.number], read.diff
        is_huge = diff.added + diff.removed > HUGE
        lines += 0 if is_huge else sum(len(hunk.lines) for hunk in diff.hunks)
        if not is_huge and (lines > LINES_AT_ONCE or diff.is_truncated):
            break
        if fill(card, view.difference, read, view.options, is_wanted=False):
            _put_rows(view, card, diff, effort)
    return cards


def _first(cards: list[Card]) -> list[Card]:
    """Choose whose lines the page holds: the first that are not folded, as far as the numbers of lines are known."""
    chosen: list[Card] = []
    lines = 0
    for card in cards:
        if len(chosen) == FILES_AT_ONCE or lines > LINES_AT_ONCE:
            break
        if not card.fold:
            chosen.append(card)
            lines += (card.count.added or 0) + (card.count.removed or 0) if card.count else 0
    return chosen


def alone(view: DiffView, file: ChangedFile, counts: Counts, *, piece: int = 0, is_wanted: bool = True) -> Card:
    """Make a file that was asked for, with all of its lines or a piece of them."""
    card = _bare(view, file, counts.get(file.change.path))
    if card.fold and not is_wanted:
        return card
    most = min((piece + 1) * PIECE + 1, MOST_LINES)
    for read in view.difference.diffs([file], view.options, most_lines=most, most_bytes=MOST_FILE_BYTES):
        if fill(card, view.difference, read, view.options, is_wanted=is_wanted):
            _put_rows(view, card, read.diff, Effort(), piece)
    return card


def _put_rows(view: DiffView, card: Card, diff: FileDiff, effort: Effort, piece: int = 0) -> None:
    """Make the rows of a piece of a file, and say where the next one is."""
    cut, is_last = _piece_of(diff, piece * PIECE)
    frame = frame_of(view, card.file)
    if piece:
        frame = replace(frame, gap=None)
    card.rows = rows_of(cut, frame, effort, is_whole=is_last and not diff.is_truncated)
    if is_last and not diff.is_truncated:
        return
    if (piece + 1) * PIECE < MOST_LINES and not is_last:
        card.rest = view.at(file=card.file.number, part="file", piece=piece + 1)
        card.rest_url = view.at(file=card.file.number, piece=piece + 1)
    else:
        card.note = f"The first {MOST_LINES:,} lines are shown. The raw difference has all of them."


def _piece_of(diff: FileDiff, start: int) -> tuple[FileDiff, bool]:
    """Cut as many lines as come at once out of a file's hunks, and tell whether they are the last."""
    end, position, hunks = start + PIECE, 0, []
    total = sum(len(hunk.lines) for hunk in diff.hunks)
    if not start and total <= PIECE:
        return diff, True
    for hunk in diff.hunks:
        first, last = max(start - position, 0), end - position
        position += len(hunk.lines)
        lines = hunk.lines[first:last] if last > 0 else ()
        if lines:
            hunks.append(replace(hunk, lines=lines))
    return replace(diff, hunks=tuple(hunks)), total <= end


def put_tree(view: DiffView, files: list[ChangedFile], counts: Counts, most: int) -> None:
    """Put files at the side; links lead to those that are on the page, and to the pages of the others."""
    here = {card.file.number for card in view.cards}
    known = {**counts, **{card.change.path: card.count for card in view.cards if card.count}}

    @cache
    def page_from(start: int) -> str:
        return view.at(start=start)

    def address(file: ChangedFile) -> str:
        start = (file.number - 1) // ON_A_PAGE * ON_A_PAGE + 1
        return f"#{file.anchor}" if file.number in here else f"{page_from(start)}#{file.anchor}"

    view.tree, view.tree_rest = tree_of(files[:most], known, address), max(len(files) - most, 0)


def chosen_of(files: list[ChangedFile], wanted: str) -> ChangedFile:
    """Find a file by its number, or by its path."""
    number = whole_number(wanted)
    if 0 < number <= len(files):
        return files[number - 1]
    for each in files:
        if wanted in (each.change.path, each.change.old_path):
            return each
    raise NotFound("this file does not differ here")


def start_of(request: HttpRequest, total: int) -> int:
    """Read the number of the file that a page begins with."""
    return max(1, min(whole_number(request.GET.get("start", "")), total))


def whole_number(text: str) -> int:
    """Read a number; whatever is none is 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 digits enough
