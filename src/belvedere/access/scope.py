"""What credentials are narrowed to: always less than their user may do, never more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from belvedere.access.levels import Level, Prefix
from belvedere.errors import Forbidden

VCS = "vcs"
"""The name, beside those of methods, under which a scope allows pulling and pushing."""

PAGES = "pages"
"""The name under which a scope allows what a browser shows."""

TOPICS: set[str] = set()
"""The names that stand for several methods of the API, told by those who make methods."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A ceiling over every level, the names of what may be used, and the objects reached; None narrows nothing.

    `methods` holds topics of methods, names of single methods and `VCS`. `objects` are kinds with ids; a repository
    group stands for everything below it too, also for what comes there later.
    """

    ceiling: Level = Level.ADMIN
    methods: frozenset[str] | None = None
    objects: frozenset[tuple[Prefix, int]] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is narrowed."""
        return self.reaches_all and self.methods is None

    @property
    def reaches_all(self) -> bool:
        """Whether no level and no object is out of reach, whichever methods are."""
        return self.ceiling == Level.ADMIN and self.objects is None

    def __le__(self, other: Scope) -> bool:
        """Tell whether the other allows everything that this one does; of objects it has to name the same ones."""
        return (
            self.ceiling <= other.ceiling
            and _is_part(self.methods, other.methods)
            and _is_part(self.objects, other.objects)
        )

    def ids(self, kind: Prefix) -> set[int]:
        """Give the ids of the objects of one kind."""
        return {pk for each, pk in self.objects or () if each == kind}

    def require(self, what: str, *names: str) -> None:
        """Let pass what goes by one of these names; `Forbidden` says which scope is missing."""
        if self.methods is not None and self.methods.isdisjoint(names):
            raise Forbidden(
                f"{what} takes the scope `{names[0]}`, and this key is narrowed to {_listed(self.methods)}",
                scope=names[0],
            )

    def require_level(self, what: str, level: Level) -> None:
        """Let pass what changes no more than the ceiling allows; `Forbidden` says which scope is missing."""
        if self.ceiling < level:
            raise Forbidden(
                f"{what} takes the scope `{level.label}`, and this key is narrowed to `{self.ceiling.label}`",
                scope=level.label,
            )

    def stored(self) -> dict[str, Any] | None:
        """Give the scope as JSON values, None if nothing is narrowed."""
        if self.is_whole:
            return None
        return {
            "ceiling": int(self.ceiling),
            "methods": None if self.methods is None else sorted(self.methods),
            "objects": None if self.objects is None else sorted(self.objects),
        }


def scope_from(stored: dict[str, Any] | None) -> Scope:
    """Read what `stored` gave."""
    if stored is None:
        return WHOLE
    methods, objects = stored["methods"], stored["objects"]
    return Scope(
        Level(stored["ceiling"]),
        None if methods is None else frozenset(methods),
        None if objects is None else frozenset((kind, pk) for kind, pk in objects),
    )


WHOLE = Scope()


def _is_part(part: frozenset[Any] | None, whole: frozenset[Any] | None) -> bool:
    return whole is None or (part is not None and part <= whole)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
