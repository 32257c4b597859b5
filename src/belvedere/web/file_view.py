"""How one file is shown: as source, formatted, as a picture, or only offered."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from belvedere.text.decoding import Decoded, decoded
from belvedere.text.markup import is_markup, rendered
from belvedere.vcs.model import Entry, EntryKind
from belvedere.web.file_place import FilePlace
from belvedere.web.readme import InRepository
from belvedere.web.source_view import Source, source_of

LARGEST = 16 << 20
"""Bytes from which only the beginning of a text is shown."""
BEGINNING = 1 << 20
PICTURES = {
    "png": "image/png",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "svg": "image/svg+xml",
}
"""What browsers show, by the end of the name; of these svg is text as well."""


@dataclass(frozen=True, slots=True)
class FileView:
    """What is shown of a file: `source`, `html` or `picture` (an address), or nothing of these.

    `other` is the address of the other way to see it, formatted or as source. `is_cut` where only the beginning of the
    file was read.
    """

    source: Source | None = None
    html: SafeString | None = None
    picture: str = ""
    other: str = ""
    is_cut: bool = False


def type_of_picture(path: str) -> str | None:
    """Give the type of a file that is a picture by its name."""
    return PICTURES.get(path.rpartition(".")[2].lower()) if "." in path else None


def text_at(place: FilePlace, entry: Entry) -> Decoded | None:
    """Read a file's text, or its beginning where it is very long; None for what is no text."""
    return decoded(place.opened.read(place.raw_id, place.path, limit=BEGINNING if is_long(entry) else None))


def is_long(entry: Entry) -> bool:
    """Tell whether only the beginning of a file is read."""
    return (entry.size or 0) > LARGEST


def file_view(place: FilePlace, entry: Entry, *, as_source: bool, first: int) -> FileView:
    """Choose how a file is shown, and read of it what that takes."""
    picture = type_of_picture(entry.path)
    if picture and not (as_source and picture == PICTURES["svg"]):
        other = place.url("files", source=1) if picture == PICTURES["svg"] else ""
        return FileView(picture=place.url("raw"), other=other)
    text = text_at(place, entry)
    if text is None:
        return FileView()
    has_markup = is_markup(entry.path) and not is_long(entry)
    if has_markup and not as_source:
        html = rendered(entry.path, text.text, InRepository(place.repository.name, place.revision))
        if html is not None:
            return FileView(html=html, other=place.url("files", source=1))
    other = place.url("files") if has_markup or picture else ""
    return FileView(source=source_of(entry.path, text, first), other=other, is_cut=is_long(entry))


def is_file(entry: Entry) -> bool:
    """Tell whether this has content that people look at in lines or as a picture."""
    return entry.kind in (EntryKind.FILE, EntryKind.EXECUTABLE)
