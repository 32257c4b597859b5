"""Where a page about files stands: a path at a revision of a repository, and the addresses around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of
from belvedere.web.ref_picker import RefPicker, picker_for
from belvedere.web.repository import Link
from belvedere.web.revisions import landing_of, place_from


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A path at a revision. `revision` is what stands in addresses, so that these follow a branch."""

    repository: Readable
    opened: Repository
    revision: str
    raw_id: str
    path: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the same content for ever, in whatever repository."""
        return self.opened.scheme, self.raw_id, self.path

    @property
    def name(self) -> str:
        """The last part of the path, the repository's name at the root."""
        return self.path.rpartition("/")[2] or self.repository.name.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The path of the directory that this lies in."""
        return self.path.rpartition("/")[0]

    @property
    def is_pinned(self) -> bool:
        """Whether the address says a hash and so will always show the same."""
        return self.revision == self.raw_id

    def url(self, word: str, path: str | None = None, revision: str | None = None, **query: Any) -> str:
        """Give the address of a page about this path, or about another or at another revision."""
        at = self.revision if revision is None else revision
        return address_of(self.repository.name, word, at, self.path if path is None else path, **query)

    def crumbs(self, word: str = "files") -> list[Link]:
        """Give the way to here: the repository, then each directory, then this."""
        parts = self.path.split("/") if self.path else []
        root = Link(self.repository.name.rpartition("/")[2], self.url("files", ""), not parts)
        ways = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        links = [Link(shown(part), self.url("files", way)) for part, way in zip(parts, ways, strict=True)]
        if links:
            links[-1] = replace(links[-1], url=self.url(word), is_current=True)
        return [root, *links]

    def picker(self, word: str) -> RefPicker:
        """Make the menu that leads to the same page at another revision."""
        return picker_for(
            self.opened,
            self.repository,
            self.revision,
            lambda revision: self.url(word, revision=revision),
            raw_id=self.raw_id,
        )


def file_place(repository: Readable, rest: str) -> FilePlace:
    """Read what follows the word of a page: a revision and a path; nothing is the landing revision's root."""
    opened = open_repository(repository)
    place = place_from(opened, rest, "" if rest else landing_of(opened, repository))
    return FilePlace(repository, opened, place.revision, place.raw_id, place.path)


def file_context(place: FilePlace, word: str) -> dict[str, Any]:
    """Give templates what stands above every page about a path."""
    return {
        "place": place,
        "crumbs": place.crumbs(word),
        "picker": place.picker(word),
        "permalink": place.url(word, revision=place.raw_id),
        "here_url": place.url(word),
        "history_url": place.url("history"),
    }
