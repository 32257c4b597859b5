"""What stands in addresses of pages, resolved by the declared type of the parameter: proofs are fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from belvedere.access.actor import Actor
from belvedere.accounts import fetch as accounts
from belvedere.accounts.credentials import fetch as credentials
from belvedere.errors import NotFound
from belvedere.gists import fetch as gists
from belvedere.repos import fetch as repos
from belvedere.repos.arrivals import fetch as arrivals
from belvedere.reviews import fetch as reviews

Resolver = Callable[[Any, str], Any]

PERMANENT = re.compile(r"_(\d{1,9})(?:\.git)?")
MOST_DIGITS = 9


def name_or_id(text: str) -> int | str:
    """Read what stands for a repository: its name, or the permanent address `_<id>`."""
    match = PERMANENT.fullmatch(text)
    return int(match[1]) if match and match[1].isascii() else text


def number(text: str) -> int:
    """Read an id; whatever is none is not found."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise NotFound(f"`{text}` is no id")
    return int(text)


def number_or_name(text: str) -> int | str:
    """Read what stands for a user or user group: only digits are an id, anything else is a name."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else text


def _by(read: Callable[[str], int | str], find: Callable[[Any, Any], Any]) -> Resolver:
    return lambda actor, text: find(actor, read(text))


def _text(_actor: Actor, text: str) -> str:
    return text


def _number(_actor: Actor, text: str) -> int:
    return number(text)


RESOLVERS: dict[Any, Resolver] = {
    repos.Readable: _by(name_or_id, repos.readable),
    repos.Writable: _by(name_or_id, repos.writable),
    repos.Administered: _by(name_or_id, repos.administered),
    repos.ReadableGroup: _by(str, repos.readable_group),
    repos.WritableGroup: _by(str, repos.writable_group),
    repos.AdministeredGroup: _by(str, repos.administered_group),
    arrivals.Arriving: _by(str, arrivals.arriving),
    arrivals.ManagedArrival: _by(str, arrivals.managed_arrival),
    accounts.ManagedUser: _by(number_or_name, accounts.managed_user),
    accounts.VisibleUser: _by(number_or_name, accounts.visible_user),
    accounts.ReadableUserGroup: _by(number_or_name, accounts.readable_user_group),
    accounts.AdministeredUserGroup: _by(number_or_name, accounts.administered_user_group),
    credentials.HeldApiKey: _by(number, credentials.held_api_key),
    credentials.HeldSshKey: _by(number, credentials.held_ssh_key),
    gists.ShownGist: _by(number_or_name, gists.shown_gist),
    gists.ReadableGist: _by(number_or_name, gists.readable_gist),
    gists.ManagedGist: _by(number_or_name, gists.managed_gist),
    reviews.ReadableComment: _by(number, reviews.readable_comment),
    reviews.ReadablePullRequest: _by(number, reviews.readable_pull_request),
    int: _number,
    str: _text,
}


def resolver_of(annotation: Any) -> Resolver:
    """Give what resolves a parameter of this type; a default beside it stands for a placeholder that is not there."""
    if annotation not in RESOLVERS:
        raise TypeError(f"pages have no rule for a parameter of the type {annotation}")
    return RESOLVERS[annotation]
