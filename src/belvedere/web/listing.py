"""Lists of repositories and groups on pages: what is asked for stands in the address, the last order in a cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast, get_args

from django.http import HttpResponse

from belvedere.access.actor import Actor
from belvedere.accounts.models import User
from belvedere.repos.arrivals.fetch import arrivals_in
from belvedere.repos.fetch import ReadableGroup
from belvedere.repos.listing import (
    MOST_COUNTED,
    ListedGroup,
    ListedRepository,
    Order,
    Wanted,
    counted,
    listed,
    words_from,
)
from belvedere.vcs.model import split_author
from belvedere.web.arrival_view import ArrivalView, view_of
from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
LAST_PAGE = 100_000
QUERY_LENGTH = 200
COOKIE = "repository_list"
YEAR = 365 * 24 * 3600
ORDERS = get_args(Order)
HEADINGS = (("name", "Name"), ("changed", "Last change"), ("owner", "Owner"))


@dataclass(frozen=True, slots=True)
class View:
    """What somebody asked to see of a list, and what he typed."""

    wanted: Wanted
    query: str
    page: int
    path: str
    is_chosen: bool

    def url(self, **changes: object) -> str:
        """Give the address of this list with something else in it; what is the default is left out."""
        told: dict[str, object] = {
            "q": self.query or None,
            "all": 1 if self.wanted.is_deep else None,
            "sort": self.wanted.order,
            "order": "desc" if self.wanted.is_descending else "asc",
        }
        return address_of(self.path, **(told | changes))

    @property
    def kept(self) -> str:
        """What the cookie remembers."""
        direction = "desc" if self.wanted.is_descending else "asc"
        return f"{self.wanted.order}.{direction}.{'all' if self.wanted.is_deep else 'level'}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column by which the list can be put in order."""

    name: str
    label: str
    url: str
    direction: str
    """`ascending` or `descending` where the list is in this order, else empty."""


def view_from(request: PageRequest, group: ReadableGroup | None = None) -> View:
    """Read what is asked for; what cannot be is as if it were not said."""
    given = request.GET
    order, direction, depth, *_ = [*request.COOKIES.get(COOKIE, "").split("."), "", "", ""][:3]
    is_chosen = "sort" in given or "all" in given
    order = given.get("sort", order)
    direction = given.get("order", "desc" if order == "changed" else "asc") if "sort" in given else direction
    query = " ".join(given.get("q", "").replace("\0", "").split())[:QUERY_LENGTH]
    wanted = Wanted(
        group=group,
        words=words_from(query),
        is_deep=given["all"] == "1" if "all" in given else depth == "all",
        order=cast("Order", order) if order in ORDERS else "name",
        is_descending=direction == "desc",
    )
    number = given.get("page", "")
    page = min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < len("1000000") else 1
    return View(wanted, query, max(1, page), group.name if group else "", is_chosen)


def listing_page(
    request: PageRequest, actor: Actor, view: View, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Make a page with the list in it; a page beyond the end is the last one."""
    found = listed(actor, view.wanted, (view.page - 1) * ON_A_PAGE, ON_A_PAGE)
    number = view.page
    if number > 1 and not found.groups and not found.repositories:
        number = max(1, -(-counted(actor, view.wanted) // ON_A_PAGE))
        found = listed(actor, view.wanted, (number - 1) * ON_A_PAGE, ON_A_PAGE)
    pages = max(1, -(-found.total // ON_A_PAGE))
    is_flat = view.wanted.is_deep or bool(view.wanted.words)
    listing = {
        "view": view,
        "groups": [_group(row, is_flat=is_flat) for row in found.groups],
        "repositories": [_repository(row, is_flat=is_flat) for row in found.repositories],
        "total": min(found.total, MOST_COUNTED) if found.is_more else found.total,
        "is_more": found.is_more,
        "number": number,
        "pages": pages,
        "previous": view.url(page=number - 1) if number > 1 else "",
        "next": view.url(page=number + 1) if number < pages else "",
        "headings": [_heading(view, name, label) for name, label in HEADINGS],
        "level_url": view.url(all=0, q=None),
        "all_url": view.url(all=1, q=None),
    }
    shown = {**context, "listing": listing, "arrivals": _arrivals(actor, view)}
    response = render(request, template, shown)
    if view.is_chosen:
        response.set_cookie(COOKIE, view.kept, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _arrivals(actor: Actor, view: View) -> list[tuple[Link, ArrivalView]]:
    """Give what is on its way into this level, to those who asked for it and to administrators."""
    if actor.is_anonymous or view.query or view.page > 1:
        return []
    return [(Link(each.name, address_of(each.path)), view_of(each)) for each in arrivals_in(actor, view.wanted.group)]


def _heading(view: View, name: str, label: str) -> Heading:
    is_current = view.wanted.order == name
    is_next_descending = not view.wanted.is_descending if is_current else name == "changed"
    direction = ("descending" if view.wanted.is_descending else "ascending") if is_current else ""
    return Heading(name, label, view.url(sort=name, order="desc" if is_next_descending else "asc"), direction)


def _group(row: ListedGroup, *, is_flat: bool) -> dict[str, Any]:
    return {"url": address_of(row.name), **_named(row, is_flat=is_flat)}


def _repository(row: ListedRepository, *, is_flat: bool) -> dict[str, Any]:
    newest = row.last_changeset
    author = split_author(newest["author"]) if newest else ("", "")
    return {
        "url": address_of(row.name),
        **_named(row, is_flat=is_flat),
        "scheme": row.scheme,
        "is_private": row.is_private,
        "changed": row.updated_on,
        "message": newest["message"] if newest else "",
        "author": author[0] or author[1].partition("@")[0],
        "changeset": address_of(row.name, "changeset", newest["raw_id"]) if newest else "",
        "feed": address_of(row.name, "feed/atom"),
    }


def _named(row: ListedRepository | ListedGroup, *, is_flat: bool) -> dict[str, Any]:
    above, _, name = row.name.rpartition("/")
    return {
        "full_name": row.name,
        "above": f"{above}/" if above and is_flat else "",
        "name": name,
        "description": "" if row.description == name else row.description,
        "owner": row.owner,
        "owner_name": _full_name(row.firstname, row.lastname) or row.owner,
    }


def full_name(user: User) -> str:
    """Give a person's name, or the username of one who has told none."""
    return _full_name(user.firstname, user.lastname) or user.username


def _full_name(firstname: str, lastname: str) -> str:
    return " ".join(f"{firstname} {lastname}".split())
