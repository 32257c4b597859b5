"""Pages: a typed function is the whole declaration, and lying in `pages/` registers it."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, get_type_hints

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Administrator, Member
from belvedere.web.parameters import Resolver, resolver_of

Function = Callable[..., HttpResponseBase]

ACTORS: tuple[Any, ...] = (Actor | None, Actor, Member, Administrator)
PLACEHOLDER = re.compile(r"<(?:(rest):)?(\w+)>")
OF_REPOSITORY = "<repository>"
OF_GROUP = "<group>"
OF_ARRIVAL = "<arrival>"
NAMES = (OF_REPOSITORY, OF_GROUP, OF_ARRIVAL)
"""What a name alone may stand for, in the order in which that is tried."""
HOLDERS = (OF_REPOSITORY, OF_ARRIVAL)
"""What pages may lie below, with a word that follows its name."""
LONG_NAMES = ("repository", "group", "arrival")
"""Placeholders that stand for names with slashes in them."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page at one address.

    `pattern` is as it was declared, `expression` as it is matched: without the name of its holder where that comes
    first. `actor_type` says what must be proved of who is asking: `Actor | None` nothing, `Actor` that the site is open
    to him.
    """

    pattern: str
    function: Function
    actor_type: Any
    resolvers: dict[str, Resolver]
    takes_get: bool
    takes_post: bool
    expression: re.Pattern[str]

    @property
    def name(self) -> str:
        """The function's module and name."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    @property
    def holder(self) -> str:
        """The placeholder that the address begins with, if a word follows it."""
        first, slash, _ = self.pattern.partition("/")
        return first.strip("<>") if slash and first in HOLDERS else ""

    @property
    def word(self) -> str:
        """What follows the holder's name in the address; empty for pages of the site and for names alone."""
        return self.pattern.split("/")[1] if self.holder else ""


PAGES: list[Page] = []


def page(*patterns: str, form: bool = False) -> Callable[[Function], Function]:
    """Make a function the page at these addresses, for GET and HEAD, with `form` for POST too.

    Patterns have no slash at either end. `<repository>` and `<group>` stand for full names, `<rest:x>` for all that
    follows (it may be empty, and so may the slash before it), any other `<x>` for one part. The function's first
    parameter is the actor (`Member` and `Administrator` reserve the page, `Actor | None` opens it also where anonymous
    access is closed), its second the request; the others have the names of placeholders and are resolved by their
    types (see `parameters`).
    """
    return _registering(patterns, takes_get=True, takes_post=form)


def action(*patterns: str) -> Callable[[Function], Function]:
    """Make a function what is done by POST to these addresses; as `page` otherwise."""
    return _registering(patterns, takes_get=False, takes_post=True)


@cache
def load() -> list[Page]:
    """Import every module of pages once, and give all pages."""
    package = import_module("belvedere.web.pages")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return PAGES


def _registering(patterns: tuple[str, ...], *, takes_get: bool, takes_post: bool) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        PAGES.extend(_page_from(each, function, takes_get=takes_get, takes_post=takes_post) for each in patterns)
        return function

    return register


def _page_from(pattern: str, function: Function, *, takes_get: bool, takes_post: bool) -> Page:
    hints = get_type_hints(function, include_extras=True)
    actor, request, *others = inspect.signature(function).parameters.values()
    if hints[actor.name] not in ACTORS or not issubclass(hints[request.name], HttpRequest):
        raise TypeError(f"{function.__name__}: the first parameters are the actor and the request")
    names = [name for _, name in PLACEHOLDER.findall(pattern)]
    resolvers = {each.name: resolver_of(hints[each.name]) for each in others if each.name in names}
    lacking = [each.name for each in others if each.name not in names and each.default is inspect.Parameter.empty]
    if lacking or set(names) - set(resolvers):
        raise TypeError(f"{function.__name__}: `{pattern}` and the parameters do not fit")
    first, slash, rest = pattern.partition("/")
    expression = _expression(rest if slash and first in HOLDERS else pattern)
    return Page(pattern, function, hints[actor.name], resolvers, takes_get, takes_post, expression)


def _expression(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    end = 0
    for match in PLACEHOLDER.finditer(pattern):
        rest, name = match.groups()
        before = pattern[end : match.start()]
        end = match.end()
        if rest:
            parts.append(rf"{re.escape(before.removesuffix('/'))}(?:/(?P<{name}>.*))?")
        else:
            parts.append(rf"{re.escape(before)}(?P<{name}>{'.+?' if name in LONG_NAMES else '[^/]+'})")
    parts.append(re.escape(pattern[end:]))
    return re.compile("".join(parts), re.DOTALL)
