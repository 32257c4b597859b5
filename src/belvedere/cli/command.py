"""The grammar of commands: a typed function is the whole declaration."""

from __future__ import annotations

import argparse
import inspect
from collections import defaultdict
from collections.abc import Callable
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin

Function = TypeVar("Function", bound=Callable[..., int | None])

_by_module: defaultdict[str, dict[str, Callable[..., int | None]]] = defaultdict(dict)


def command(function: Function) -> Function:
    """Make a function a command.

    Its positional parameters become arguments, its keyword-only ones `--options`, a bool one a switch; the text in
    `Annotated[..., "text"]` explains each, the docstring's first line the command. What it returns is the exit code.
    """
    verb = function.__name__.rstrip("_").replace("_", "-")
    _by_module[function.__module__][verb] = function
    return function


def commands_of(module: ModuleType) -> dict[str, Callable[..., int | None]]:
    """Give the commands of a topic's module by verb."""
    return _by_module[module.__name__]


def declare(parser: argparse.ArgumentParser, function: Callable[..., int | None]) -> None:
    """Add a function's parameters to a parser."""
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        kind, text = taken_apart(parameter.annotation)
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            parser.add_argument(parameter.name, type=kind, help=text)
        elif kind is bool:
            parser.add_argument(option(parameter), dest=parameter.name, action="store_true", help=text)
        else:
            default = parameter.default
            shown = parameter.name.upper()
            parser.add_argument(
                option(parameter), dest=parameter.name, type=kind, default=default, metavar=shown, help=text
            )


def option(parameter: inspect.Parameter) -> str:
    """Write a parameter as an option."""
    return "--" + parameter.name.replace("_", "-")


def taken_apart(annotation: Any) -> tuple[Any, str]:
    """Split an annotation into the type to convert to and the explanation."""
    text = ""
    if get_origin(annotation) is Annotated:
        annotation, text = get_args(annotation)[:2]
    if isinstance(annotation, UnionType):
        annotation = next(one for one in get_args(annotation) if one is not NoneType)
    return annotation, text


def summary(text: str | None) -> str:
    """Give the first line of a docstring without its full stop."""
    return (text or "").strip().partition("\n")[0].rstrip(".")
