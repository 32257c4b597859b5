"""What the permissions editor edits: repositories, repository groups and user groups, alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from belvedere.access.actor import Actor
from belvedere.access.levels import Prefix
from belvedere.access.models import Grant
from belvedere.access.rules import Rule
from belvedere.accounts.fetch import AdministeredUserGroup, user_group_rule
from belvedere.accounts.granting import Change
from belvedere.accounts.models import UserGroupGrant
from belvedere.accounts.user_groups import change_on_user_group
from belvedere.repos import grants, group_grants
from belvedere.repos.fetch import Administered, AdministeredGroup, group_rule, repository_rule
from belvedere.repos.group_grants import Children
from belvedere.repos.models import RepositoryGrant, RepositoryGroupGrant
from belvedere.repos.spreading import Shift, foresee, spread

MEANINGS: dict[Prefix, tuple[tuple[str, str], ...]] = {
    "repository": (
        ("None", "nothing beyond what other entries give"),
        ("Read", "see it, clone it, comment, and fork it if forking is allowed"),
        ("Write", "push to it"),
        ("Admin", "change these settings, and delete it"),
    ),
    "group": (
        ("None", "nothing beyond what other entries give"),
        ("Read", "see the group; each repository inside has permissions of its own"),
        ("Write", "create repositories in it"),
        ("Admin", "change these settings, and create groups in it"),
    ),
    "usergroup": (
        ("None", "nothing beyond what other entries give"),
        ("Read", "see the user group, and name it in permissions"),
        ("Write", "the same as read"),
        ("Admin", "change it, and who is in it"),
    ),
}
WORDS: dict[Prefix, str] = {"repository": "repository", "group": "group", "usergroup": "user group"}


@dataclass(frozen=True, slots=True)
class Inside:
    """What a group can do to what is inside it: tell it before, and do it."""

    foresee: Callable[[Sequence[Change], Children], list[Shift]]
    spread: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Subject:
    """An object whose grants are edited. Only the functions below make one: each asks for the proof that it may be."""

    kind: Prefix
    target: Any
    rule: Rule[Any]
    grants: type[Grant]
    change: Callable[..., None]
    is_private: bool = False
    inside: Inside | None = None

    @property
    def word(self) -> str:
        """What it is called in sentences."""
        return WORDS[self.kind]

    @property
    def meanings(self) -> tuple[tuple[str, str], ...]:
        """What each level allows, from `none` up."""
        return MEANINGS[self.kind]


def of_repository(repository: Administered) -> Subject:
    """Edit who may do what with a repository."""
    return Subject(
        "repository",
        repository,
        repository_rule,
        RepositoryGrant,
        partial(_on_repository, repository),
        is_private=repository.is_private,
    )


def of_group(group: AdministeredGroup) -> Subject:
    """Edit who may do what with a repository group, and on request with what is inside it."""
    inside = Inside(partial(foresee, group), partial(_inside, group))
    return Subject("group", group, group_rule, RepositoryGroupGrant, partial(_on_group, group), inside=inside)


def of_user_group(group: AdministeredUserGroup) -> Subject:
    """Edit who may see and change a user group."""
    return Subject("usergroup", group, user_group_rule, UserGroupGrant, partial(_on_user_group, group))


def _on_repository(given: Administered, actor: Actor, changes: Sequence[Change], *, may_lose: bool = False) -> None:
    grants.change(actor, given, changes, may_lose=may_lose)


def _on_group(given: AdministeredGroup, actor: Actor, changes: Sequence[Change], *, may_lose: bool = False) -> None:
    group_grants.change(actor, given, changes, may_lose=may_lose)


def _on_user_group(
    given: AdministeredUserGroup, actor: Actor, changes: Sequence[Change], *, may_lose: bool = False
) -> None:
    change_on_user_group(actor, given, changes, may_lose=may_lose)


def _inside(
    given: AdministeredGroup,
    actor: Actor,
    changes: Sequence[Change],
    children: Children,
    mark: str,
    *,
    may_lose: bool = False,
) -> None:
    spread(actor, given, changes, children, mark, may_lose=may_lose)
