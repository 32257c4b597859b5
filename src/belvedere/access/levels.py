"""The four ordered levels of permission and their documented names."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, get_args

from belvedere.errors import Invalid

Prefix = Literal["repository", "group", "usergroup"]
KINDS = frozenset({*get_args(Prefix), "hg"})


class Level(IntEnum):
    """How much an actor may do with an object; each level includes those below."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """The word of this level in permission names and sentences."""
        return self.name.lower()


def permission_name(prefix: Prefix, level: int) -> str:
    """Give the wire name, such as `repository.read`."""
    return f"{prefix}.{Level(level).label}"


def level_from_name(prefix: Prefix, name: str) -> Level:
    """Read the wire name of a level of this kind of object; `Invalid` for everything else."""
    kind, _, label = name.partition(".")
    # Kallithea has this sentence for groups only; for a repository the name of another kind "does not exist".
    if prefix != "repository" and kind in KINDS - {prefix}:
        raise Invalid(f"permission `{name}` is invalid, should start with {prefix}.")
    found = {level.label: level for level in Level}.get(label)
    if kind != prefix or found is None:
        allowed = ", ".join(permission_name(prefix, level) for level in Level)
        raise Invalid(
            f"permission `{name}` does not exist: must be one of {allowed}",
            summary=f"permission `{name}` does not exist",
        )
    return found
