"""What somebody reaches and why, a page at a time: for his own account and for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.rules import Reason, Rule
from belvedere.accounts.fetch import user_group_rule
from belvedere.repos.fetch import group_rule, repository_rule
from belvedere.web.links import address_of

RULES: dict[str, Rule[Any]] = {
    "repositories": repository_rule,
    "groups": group_rule,
    "user_groups": user_group_rule,
}
ON_A_PAGE = 50

WORDS = {"grant": "own grant", "default grant": "grant to everyone"}
"""What sources are called on pages, where that is not what `access.rules` calls them."""


def source_in_words(source: str) -> str:
    """Say where a permission comes from."""
    return WORDS.get(source, source)


@dataclass(frozen=True, slots=True)
class Reached:
    """One object: its level is that of the strongest reason, as far as the credentials go."""

    name: str
    url: str
    level: Level
    reasons: list[Reason]

    @property
    def why(self) -> list[tuple[str, str]]:
        """Each source in words, with its level where that is another one."""
        return [
            (source_in_words(reason.source), "" if reason.level == self.level else reason.level.label)
            for reason in self.reasons
        ]


@dataclass(frozen=True)
class Reach:
    """What an actor reaches of one kind (a key of `RULES`), at least at a level, with a text in its name."""

    actor: Actor
    kind: str
    level: Level = Level.READ
    query: str = ""

    @cached_property
    def _paginator(self) -> Paginator[Any]:
        rows = RULES[self.kind].reached(self.actor, max(self.level, Level.READ))
        wanted = rows.filter(name__icontains=self.query) if self.query else rows
        return Paginator(wanted.order_by("name").values_list("pk", "name"), ON_A_PAGE)

    def page(self, number: str | None) -> Page[Any]:
        """Give one page as Django turns it; `rows` explains it."""
        return self._paginator.get_page(number)

    def rows(self, shown: Iterable[tuple[int, str]]) -> list[Reached]:
        """Explain what is on a page, in four queries."""
        names = dict(shown)
        reasons = RULES[self.kind].reasons_on(self.actor, list(names))
        return [self._explained(pk, name, reasons[pk]) for pk, name in names.items()]

    def _explained(self, pk: int, name: str, reasons: list[Reason]) -> Reached:
        level = min(max((reason.level for reason in reasons), default=Level.NONE), self.actor.ceiling)
        return Reached(name, self._url(pk, name, level), level, reasons)

    def _url(self, pk: int, name: str, level: Level) -> str:
        if self.kind != "user_groups":
            return address_of(name)
        return address_of("_admin/user_groups", str(pk), "edit") if level == Level.ADMIN else ""
