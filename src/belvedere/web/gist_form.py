"""The form of a gist: several files, each with a name, a language and its text; nothing that was typed gets lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

from belvedere.errors import Invalid
from belvedere.gists.actions import FOR_EVER
from belvedere.gists.files import LEXER_LENGTH, MOST_BYTES, MOST_FILES, KeptFile, NewFile, files_from
from belvedere.gists.languages import LANGUAGES
from belvedere.text.lexers import lexer_class_named

DESCRIPTION_LENGTH = 1000
KEEP = 0
HOUR = 60
LIFETIMES = (
    (FOR_EVER, "until it is deleted"),
    (HOUR, "1 hour"),
    (24 * HOUR, "1 day"),
    (7 * 24 * HOUR, "1 week"),
    (30 * 24 * HOUR, "1 month"),
    (365 * 24 * HOUR, "1 year"),
)
LONGEST_LIFETIME = 50 * 365 * 24 * HOUR
DEFAULT_NAME = "gistfile{}.txt"


@dataclass(slots=True)
class FileRow:
    """One file as it stands in the form; `was` is its name when it was opened, empty for a new one."""

    name: str = ""
    content: str = ""
    lexer: str = ""
    was: str = ""
    is_removed: bool = False
    error: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has typed anything."""
        return not (self.name.strip() or self.content or self.was)

    @property
    def languages(self) -> dict[str, str]:
        """What can be chosen: also what a program chose that is not offered."""
        return LANGUAGES if not self.lexer or self.lexer in LANGUAGES else {**LANGUAGES, self.lexer: self.lexer}


@dataclass(slots=True)
class GistForm:
    """Everything that was typed, and what is wrong with it."""

    rows: list[FileRow]
    description: str = ""
    lifetime: int = FOR_EVER
    base: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether there is anything to mend."""
        return bool(self.errors) or any(row.error for row in self.rows)


def blank_form() -> GistForm:
    """Give the form for a new gist."""
    return GistForm([FileRow()])


def form_of(files: Iterable[KeptFile], description: str, base: str) -> GistForm:
    """Give the form for changing a gist whose newest state is `base`."""
    rows = [FileRow(file.name, file.content, file.lexer or "", was=file.name) for file in files]
    return GistForm(rows, description, KEEP, base)


def form_from(posted: QueryDict) -> GistForm:
    """Read what was sent, under the names that Kallithea's forms have too."""
    names, contents, lexers = (
        posted.getlist(several) or posted.getlist(one)
        for several, one in (("filenames", "filename"), ("contents", "content"), ("mimetypes", "mimetype"))
    )
    opened = posted.getlist("files")
    removed = set(posted.getlist("remove"))
    count = min(max(len(names), len(contents)), MOST_FILES + 1)
    rows = [
        FileRow(_at(names, n), _at(contents, n), _at(lexers, n), _at(opened, n), is_removed=str(n) in removed)
        for n in range(count)
    ]
    form = GistForm(rows or [FileRow()], posted.get("description", "").strip(), base=posted.get("parent_hash", ""))
    _read_lifetime(form, posted.get("lifetime", str(FOR_EVER)))
    if len(form.description) > DESCRIPTION_LENGTH:
        form.errors.append(f"The description has more than {DESCRIPTION_LENGTH:,} characters.")
    return form


def checked_files(form: GistForm, old: dict[str, bytes] | None = None) -> list[NewFile]:
    """Give the files that the form stands for; what is wrong is told beside each, or above all.

    `old` has the stored content of each file, so that a browser, which sends every line end as CRLF and text only,
    changes nothing that a person did not.
    """
    found: dict[str, NewFile] = {}
    for place, row in enumerate(form.rows, start=1):
        if row.is_removed or row.is_blank:
            continue
        row.name = row.name.strip() or DEFAULT_NAME.format(place)
        try:
            if row.name in found:
                raise Invalid(f"two files are called `{row.name}`")
            found[row.name] = _file(row, (old or {}).get(row.was))
        except Invalid as error:
            row.error = error.message[:1].upper() + error.message[1:] + "."
    if not found and not form.is_wrong:
        form.errors.append("A gist has at least one file: type some text.")
    if len(found) > MOST_FILES:
        form.errors.append(f"A gist has at most {MOST_FILES} files.")
    if sum(len(file.content) for file in found.values()) > MOST_BYTES:
        form.errors.append(f"The files of a gist have at most {MOST_BYTES:,} bytes together.")
    return list(found.values())


def _file(row: FileRow, old: bytes | None) -> NewFile:
    is_known = not row.lexer or row.lexer in LANGUAGES or lexer_class_named(row.lexer) is not None
    if len(row.lexer) > LEXER_LENGTH or not is_known:
        raise Invalid(f"the language `{row.lexer[:LEXER_LENGTH]}` is not known")
    [made] = files_from({row.name: {"content": row.content.replace("\r\n", "\n"), "lexer": row.lexer}})
    if old is None:
        return made
    was = old.decode("utf-8", "replace")
    if made.content == was.replace("\r\n", "\n").encode():
        return NewFile(made.name, old, made.lexer)
    has_crlf = "\r\n" in was and "\n" not in was.replace("\r\n", "")
    return NewFile(made.name, made.content.replace(b"\n", b"\r\n"), made.lexer) if has_crlf else made


def _read_lifetime(form: GistForm, text: str) -> None:
    number = int(text) if text.removeprefix("-").isdigit() and text.isascii() and len(text) < len("100000000") else None
    if number is None or not (number in (FOR_EVER, KEEP) or 0 < number <= LONGEST_LIFETIME):
        form.errors.append("The lifetime is a number of minutes, or -1 for ever.")
    else:
        form.lifetime = number


def _at(given: list[str], place: int) -> str:
    return given[place].replace("\0", "") if place < len(given) else ""
