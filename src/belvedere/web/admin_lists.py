"""Lists of the administration: what is asked for stands in the address, so that every view of one can be sent on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.http import urlencode

from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
LONGEST_QUERY = 200
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: `url` puts the list into its order; `direction` is `ascending` or `descending` where it is in it."""

    name: str
    label: str
    url: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """What is asked for: words, one of the choices in `narrowed`, an order and a page."""

    path: str
    query: str
    narrowed: str
    sort: str
    is_descending: bool
    page: str

    @property
    def words(self) -> list[str]:
        """What every entry has to have."""
        return self.query.split()[:MOST_WORDS]

    @property
    def is_everything(self) -> bool:
        """Whether nothing was left out."""
        return not self.query and not self.narrowed

    def url(self, **changes: str | None) -> str:
        """Give the address of this list with something else in it."""
        return address_of(self.path, **{**self._told(), **changes})

    @property
    def kept(self) -> str:
        """What stands before the page's number in the address of another page."""
        told = {name: value for name, value in self._told().items() if value is not None}
        return f"{urlencode(told)}&" if told else ""

    def ordered(self, rows: QuerySet[Any], columns: Mapping[str, tuple[str, ...]]) -> QuerySet[Any]:
        """Put rows into the order asked for; `columns` are those of each order, the last of them unique."""
        sign = "-" if self.is_descending else ""
        return rows.order_by(*(sign + column for column in columns[self.sort]))

    def turned(self, rows: QuerySet[Any]) -> Page[Any]:
        """Give the page asked for, or the last there is."""
        return Paginator(rows, ON_A_PAGE).get_page(self.page)

    def headings(self, labels: Mapping[str, str], sorts: Mapping[str, Any]) -> list[Heading]:
        """Give the columns' headings; those that are in `sorts` lead to that order, and again to its reverse."""
        return [self._heading(name, label) if name in sorts else Heading(name, label) for name, label in labels.items()]

    def choices(self, labels: Mapping[str, str]) -> list[Link]:
        """Give the ways to narrow the list."""
        return [
            Link(label, self.url(show=name or None, page=None), name == self.narrowed) for name, label in labels.items()
        ]

    def _told(self) -> dict[str, str | None]:
        return {
            "q": self.query or None,
            "show": self.narrowed or None,
            "sort": self.sort,
            "order": "desc" if self.is_descending else None,
        }

    def _heading(self, name: str, label: str) -> Heading:
        is_current = self.sort == name
        direction = ("descending" if self.is_descending else "ascending") if is_current else ""
        url = self.url(sort=name, order="desc" if direction == "ascending" else None, page=None)
        return Heading(name, label, url, direction)


def view_from(request: PageRequest, path: str, sorts: Mapping[str, Any], narrowed: Mapping[str, Any]) -> ListView:
    """Read what is asked for; what cannot be is as if it were not said. The first of `sorts` is the usual order."""
    given = request.GET
    sort, show = given.get("sort", ""), given.get("show", "")
    return ListView(
        path=path,
        query=" ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_QUERY],
        narrowed=show if show in narrowed else "",
        sort=sort if sort in sorts else next(iter(sorts)),
        is_descending=given.get("order") == "desc",
        page=given.get("page", ""),
    )
