"""Comparing two places in history: what addresses call them, and what is between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q

from belvedere.access.actor import Actor
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable, readable, visible_to
from belvedere.repos.storage import open_repository
from belvedere.vcs.comparing import Brought, Side, brought, home_of
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import SHORT_ID_LENGTH
from belvedere.vcs.repository import Repository
from belvedere.web.links import address_of
from belvedere.web.parameters import name_or_id

KINDS = ("branch", "book", "tag", "rev")
MOST = 20_000
"""Changesets that are listed of each end."""
MOST_ACROSS = 2000
"""Changesets that are listed of two repositories that do not share a store."""
MOST_FORKS = 200

_REFS = re.compile(r"(branch|book|tag|rev)@(.+?)\.\.\.(branch|book|tag|rev)@(.+)", re.DOTALL)
_TYPED = re.compile(r"(branch|book|tag|rev)[:@](.+)", re.DOTALL)
_HASH = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class End:
    """A name of a changeset in a repository, as addresses have it: `branch@default`."""

    repository: Readable
    opened: Repository
    kind: str
    name: str
    raw_id: str

    @property
    def word(self) -> str:
        """What stands in an address."""
        return f"{self.kind}@{self.name}"

    @property
    def fixed(self) -> str:
        """What stands in an address that means the same for good."""
        return f"rev@{self.raw_id}"

    @property
    def label(self) -> str:
        """The name to show; hashes are cut."""
        return self.name[:SHORT_ID_LENGTH] if self.kind == "rev" and _HASH.fullmatch(self.name) else self.name

    @property
    def side(self) -> Side:
        """The changeset."""
        return Side(self.opened, self.raw_id)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two ends, and the changesets that only one of them has; `home` has both changesets, if one repository does."""

    base: End
    head: End
    ahead: Brought
    behind: Brought
    home: Readable | None

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The best common ancestors, the best first."""
        return self.ahead.ancestors


def ends_from(actor: Actor, repository: Readable, refs: str, other: str) -> tuple[End, End]:
    """Read `<type>@<name>...<type>@<name>`; the second is of the other repository, if one is named."""
    match = _REFS.fullmatch(refs)
    if match is None:
        kinds = ", ".join(KINDS)
        raise NotFound(f"what is compared is named `<type>@<name>...<type>@<name>` with a type of {kinds}")
    beside = other_of(actor, repository, other)
    base_kind, base_name, head_kind, head_name = match.groups()
    return end_of(repository, f"{base_kind}@{base_name}"), end_of(beside, f"{head_kind}@{head_name}")


def other_of(actor: Actor, repository: Readable, name: str) -> Readable:
    """Give the repository on the other side by name or permanent id: this one, unless another one is named."""
    if not name:
        return repository
    found = readable(actor, name_or_id(name))
    if found.scheme != repository.scheme:
        raise Invalid(f"a {found.scheme} repository cannot be compared with a {repository.scheme} repository")
    return found


def end_of(repository: Readable, text: str) -> End:
    """Find what is called so: `<type>@<name>`, or whatever resolves. `NotFound` says in which repository it is not."""
    opened = open_repository(repository)
    match = _TYPED.fullmatch(text.strip())
    kind, name = match.groups() if match else ("", text.strip())
    try:
        if kind and kind != "rev":
            return End(repository, opened, kind, name, opened.resolve(f"{kind}:{name}"))
        raw_id = opened.resolve(name)
    except EmptyRepository:
        raise NotFound(f"`{repository.name}` is empty: there is nothing to compare") from None
    except RevisionNotFound:
        raise NotFound(f"there is no `{name[:200]}` in `{repository.name}`") from None
    if kind:
        return End(repository, opened, kind, name, raw_id)
    return End(repository, opened, *_named(opened, name, raw_id), raw_id)


def compared(base: End, head: End) -> Comparison:
    """Find out what each end has and the other has not."""
    home = home_of(head.side, base.side)
    return Comparison(
        base,
        head,
        ahead=brought(head.side, base.side, MOST, MOST_ACROSS),
        behind=brought(base.side, head.side, MOST, MOST_ACROSS),
        home=None if home is None else head.repository if home is head.opened else base.repository,
    )


def address_between(base: End, head: End, *, is_fixed: bool = False, **query: object) -> str:
    """Give the address of a comparison; with `is_fixed` by hashes, so that it means the same for good."""
    words = f"{base.fixed}...{head.fixed}" if is_fixed else f"{base.word}...{head.word}"
    other = head.repository.name if head.repository.pk != base.repository.pk else None
    return address_of(base.repository.name, "compare", words, other_repo=other, **query)


def family_of(actor: Actor, repository: Readable) -> list[str]:
    """Name the repositories that a repository is compared with: its parent, its forks, and its parent's forks."""
    related = Q(fork_of_id=repository.pk)
    if repository.fork_of_id is not None:
        related |= Q(pk=repository.fork_of_id) | Q(fork_of_id=repository.fork_of_id)
    rows = visible_to(actor).filter(related, scheme=repository.scheme).exclude(pk=repository.pk).order_by("name")
    return list(rows.values_list("name", flat=True)[:MOST_FORKS])


def _named(opened: Repository, name: str, raw_id: str) -> tuple[str, str]:
    """Say what kind of name this is."""
    refs = opened.refs()
    for kind, names in (("book", refs.bookmarks), ("tag", refs.tags), ("branch", refs.branches)):
        if names.get(name) == raw_id:
            return kind, name
    return ("branch", name) if refs.closed_branches.get(name) == raw_id else ("rev", name)
