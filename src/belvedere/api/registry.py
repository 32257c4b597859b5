"""The methods of the API: a typed function is the whole declaration, and lying in `methods/` registers it."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, get_type_hints, overload

from belvedere.access.actor import Actor, Administrator, administrator
from belvedere.access.levels import Level
from belvedere.access.scope import TOPICS
from belvedere.api.arguments import Parameter, parameter_from
from belvedere.errors import Forbidden

Function = Callable[..., Any]

READING = re.compile(r"(get|explain|show)_|rpc\.")
"""How the names of methods begin that change nothing; all others are closed to keys for reading."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method as callers know it.

    `null_if_absent`: what its first argument names may be missing, and then the result is null.
    """

    name: str
    function: Function
    parameters: tuple[Parameter, ...]
    for_administrators: bool
    null_if_absent: bool
    aliases: tuple[str, ...]

    @property
    def documentation(self) -> str:
        """The text of the reference."""
        return inspect.getdoc(self.function) or ""

    @property
    def topic(self) -> str:
        """The name of the module that it lies in, which is also a scope of keys."""
        return self.function.__module__.rpartition(".")[2]

    def permit(self, actor: Actor) -> Actor:
        """Give the actor as the function wants him; `Forbidden` if his key or he himself may not call it."""
        actor.scope.require(f"`{self.name}`", self.topic, self.name)
        if not READING.match(self.name):
            actor.scope.require_level(f"`{self.name}`", Level.WRITE)
        if not self.for_administrators:
            return actor
        try:
            return administrator(actor)
        except Forbidden as error:
            narrowed = ", with a key that is not narrowed" if actor.is_administrator else ""
            raise Forbidden(f"only an administrator may call `{self.name}`{narrowed}") from error


METHODS: dict[str, Method] = {}

Spellings = Mapping[str, tuple[str, ...]]
NO_SPELLINGS: Spellings = {}


@overload
def method(function: Function) -> Function: ...
@overload
def method(
    *,
    name: str | None = None,
    null_if_absent: bool = False,
    aliases: tuple[str, ...] = (),
    spellings: Spellings = NO_SPELLINGS,
) -> Callable[[Function], Function]: ...
def method(
    function: Function | None = None,
    *,
    name: str | None = None,
    null_if_absent: bool = False,
    aliases: tuple[str, ...] = (),
    spellings: Spellings = NO_SPELLINGS,
) -> Any:
    """Make a function a method of the API under its own name, or the one given, and its aliases.

    The first parameter is the actor: `Administrator` reserves the method. The others are resolved by their types (see
    `arguments`), in the order of the signature. `spellings` gives further names of arguments of this method.
    """

    def register(declared: Function) -> Function:
        made = _method_from(
            name or declared.__name__, declared, spellings, null_if_absent=null_if_absent, aliases=aliases
        )
        for each in (made.name, *aliases):
            if each in METHODS:
                raise TypeError(f"the API has two methods {each}")
            METHODS[each] = made
        TOPICS.add(made.topic)
        return declared

    return register if function is None else register(function)


@cache
def load() -> dict[str, Method]:
    """Import every module of methods once, and give them all by name."""
    package = import_module("belvedere.api.methods")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return METHODS


def _method_from(
    name: str, function: Function, spellings: Spellings, *, null_if_absent: bool, aliases: tuple[str, ...]
) -> Method:
    hints = get_type_hints(function, include_extras=True)
    actor, *others = inspect.signature(function).parameters.values()
    if hints[actor.name] not in (Actor, Administrator):
        raise TypeError(f"{function.__name__}: the first parameter is the actor")
    return Method(
        name=name,
        function=function,
        parameters=tuple(
            parameter_from(each.name, hints[each.name], each.default, spellings.get(each.name, ())) for each in others
        ),
        for_administrators=hints[actor.name] is Administrator,
        null_if_absent=null_if_absent,
        aliases=aliases,
    )
