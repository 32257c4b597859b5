"""One file of a difference as its part of the page: what is said above the lines, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from django.utils.safestring import SafeString

from belvedere.text.paths import shown
from belvedere.vcs.diffs import ChangeKind, FileChange, FileDiff, LineCount
from belvedere.vcs.errors import VcsError
from belvedere.web.diff_folding import HUGE, fold_of
from belvedere.web.diff_options import Options
from belvedere.web.diff_source import ChangedFile, Difference, Read
from belvedere.web.diff_tree import LETTERS
from belvedere.web.links import address_of

IMAGES = (".png", ".gif", ".jpg", ".jpeg", ".webp", ".ico", ".svg")
SUBREPOSITORY = "160000"
LARGE = f"A large difference: more than {HUGE:,} lines changed."
EXECUTABLE, SYMLINK = "100755", "120000"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of one side."""

    label: str
    url: str
    size: int | None


@dataclass(slots=True)
class Card:
    """A file as the template shows it.

    `rows` holds its lines if they are here; else `note` says why there are none, `fold` why they come on request, and
    where neither is set they come when they are wanted. `url` shows the file alone, `source` gives this part alone.
    """

    file: ChangedFile
    url: str
    source: str
    count: LineCount | None = None
    rows: SafeString | None = None
    rest: str = ""
    rest_url: str = ""
    note: str = ""
    fold: str = ""
    pictures: list[Picture] = field(default_factory=list)
    view_url: str = ""
    history_url: str = ""
    raw_url: str = ""
    key: str = ""

    @property
    def change(self) -> FileChange:
        """What happened to the file."""
        return self.file.change

    @property
    def word(self) -> str:
        """What happened."""
        return LETTERS[self.change.kind][1]

    @property
    def directory(self) -> str:
        """The path up to the name, with its slash, to show."""
        return shown(self.change.path[: -len(self.name)] if self.name else self.change.path)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.change.path.rpartition("/")[2]

    @property
    def old_path(self) -> str:
        """Where the file was, if it was elsewhere."""
        is_moved = self.change.kind in (ChangeKind.RENAMED, ChangeKind.COPIED)
        return self.change.old_path or "" if is_moved else ""

    @property
    def plain_anchor(self) -> str:
        """The other form of the anchor, without a hyphen behind the letter, as Jenkins links to files."""
        return self.file.anchor.replace("C-", "C", 1)

    @property
    def mode(self) -> str:
        """What changed of the file's kind."""
        return mode_change(self.change)


def mode_change(change: FileChange) -> str:
    """Say how the mode changed, or what a new file is beside a plain one."""
    old, new = change.old_mode, change.new_mode
    if new is None or old == new:
        return ""
    if old is None:
        return {EXECUTABLE: "executable", SYMLINK: "symbolic link", SUBREPOSITORY: "subrepository"}.get(new, "")
    if SUBREPOSITORY in (old, new):
        return "now a subrepository" if new == SUBREPOSITORY else "no longer a subrepository"
    if SYMLINK in (old, new):
        return "now a symbolic link" if new == SYMLINK else "no longer a symbolic link"
    return "now executable" if new == EXECUTABLE else "no longer executable"


def card_of(difference: Difference, file: ChangedFile, count: LineCount | None, url: str, source: str) -> Card:
    """Make the part of a file without its lines; folded where few would want them."""
    change = file.change
    changed = None if count is None or count.added is None else count.added + (count.removed or 0)
    card = Card(file, url, source, count, fold=fold_of(change.path, changed))
    name = difference.repository.name
    revision, path = (difference.new, change.new_path) if change.new_path is not None else _old(difference, change)
    if revision and change.new_mode != SUBREPOSITORY and path is not None:
        card.view_url = address_of(name, "files", revision, path)
        card.history_url = address_of(name, "history", revision, path)
        card.raw_url = address_of(name, "raw", revision, path)
    text = f"{difference.repository.pk} {difference.old} {difference.new} {change.path}"
    card.key = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=9).hexdigest()
    return card


def fill(card: Card, difference: Difference, read: Read, options: Options, *, is_wanted: bool) -> bool:
    """Say what stands in the place of lines, and tell whether there are lines to show.

    `is_wanted` shows also what is folded at first.
    """
    diff = read.diff
    if card.count is None and read.is_exact:
        card.count = (
            LineCount(diff.path, None, None) if diff.is_binary else LineCount(diff.path, diff.added, diff.removed)
        )
    if is_wanted:
        card.fold = ""
    elif not card.fold and diff.added + diff.removed > HUGE:
        card.fold = fold_of("", diff.added + diff.removed) if read.is_exact else LARGE
    if card.fold:
        return False
    if card.change.path.lower().endswith(IMAGES):
        card.pictures = _pictures(difference, card.change)
    if SUBREPOSITORY in (card.change.old_mode, card.change.new_mode) and diff.hunks:
        card.note = _pins(diff)
    elif diff.is_binary:
        card.note = "" if card.pictures else _binary(difference, card.change)
    elif not diff.hunks:
        card.note = _nothing(card, options)
    return not card.note and bool(diff.hunks)


def _old(difference: Difference, change: FileChange) -> tuple[str, str | None]:
    return difference.old or "", change.old_path


def _nothing(card: Card, options: Options) -> str:
    if card.change.kind in (ChangeKind.RENAMED, ChangeKind.COPIED):
        return f"The content is the same: the file was only {card.word}."
    if card.mode and card.change.kind is ChangeKind.MODIFIED:
        return f"The content is the same: the file is {card.mode}."
    if options.ignores_whitespace and card.change.kind is ChangeKind.MODIFIED:
        return "Only blanks changed."
    return "The file is empty." if card.change.kind is not ChangeKind.MODIFIED else "No line changed."


def _pins(diff: FileDiff) -> str:
    """Say between which revisions a subrepository moved."""
    pins = {line.kind.name: line.content.decode("utf-8", "replace") for hunk in diff.hunks for line in hunk.lines}
    old, new = (pins.get(kind, "").removeprefix("Subproject commit ") for kind in ("REMOVED", "ADDED"))
    if old and new:
        return f"The subrepository moved from {old[:12]} to {new[:12]}."
    return f"A subrepository at {new[:12]}." if new else f"The subrepository at {old[:12]} is gone."


def _binary(difference: Difference, change: FileChange) -> str:
    old, new = _sizes(difference, change)
    if old is not None and new is not None:
        return f"A binary file: {old:,} bytes before, {new:,} bytes now."
    size = new if new is not None else old
    return "A binary file." if size is None else f"A binary file of {size:,} bytes."


def _pictures(difference: Difference, change: FileChange) -> list[Picture]:
    sizes = _sizes(difference, change)
    sides = (("Before", difference.old, change.old_path), ("After", difference.new, change.new_path))
    return [
        Picture(label, address_of(difference.repository.name, "raw", revision, path), size)
        for (label, revision, path), size in zip(sides, sizes, strict=True)
        if revision and path is not None and size is not None
    ]


def _sizes(difference: Difference, change: FileChange) -> tuple[int | None, int | None]:
    """Ask for the sizes of both sides: two questions, and only for what has no lines to show."""
    return _size(difference, difference.old, change.old_path), _size(difference, difference.new, change.new_path)


def _size(difference: Difference, revision: str | None, path: str | None) -> int | None:
    if revision is None or path is None:
        return None
    try:
        return difference.opened.entry(revision, path).size
    except VcsError:  # a size is a courtesy
        return None
