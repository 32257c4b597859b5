"""Reading the configuration: the file, then the environment over it, each value checked."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from django.core.exceptions import ImproperlyConfigured

from belvedere.cli.layout import SETTINGS_FILE
from belvedere.conf.config import Config

PREFIX = "BELVEDERE_"

NO_SETTINGS = frozenset({"HOME", "HG_POOL", "ADMIN_PASSWORD", "ADMIN_API_KEY"})
"""Names behind the prefix that tell a process where it is, or what to do once; they are not for the file."""

YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


class Refused(ValueError):
    """A value is not of the wanted kind; the text says what is allowed."""


def settings_of_config() -> dict[str, Field[Any]]:
    """Give every setting by name, in the order of the file."""
    return {one.name: one for one in fields(Config) if one.metadata}


def kind_of(name: str) -> Any:
    """Give the type that a setting is declared with."""
    return get_type_hints(Config)[name]


def read_config(home: Path, environment: Mapping[str, str]) -> Config:
    """Read the configuration of a home; what is not said anywhere has its default.

    Raises ImproperlyConfigured with one line that names the key, the place and what is allowed.
    """
    path = home / SETTINGS_FILE
    values = {name: checked(name, value, str(path)) for name, value in in_file(path).items()}
    for variable, text in in_environment(environment).items():
        name = variable.removeprefix(PREFIX).lower()
        values[name] = checked(name, text, f"environment variable {variable}", from_text=True)
    config = Config(home=home, **values)
    if config.smtp_host and not config.base_url:
        raise ImproperlyConfigured(
            f"{path}: smtp_host needs base_url: links in mails begin with it, since who asks for a page could forge "
            "the address that it came to"
        )
    return config


def in_file(path: Path) -> dict[str, Any]:
    """Load the file's keys; a missing file has none."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ImproperlyConfigured(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path}: not a TOML file: {error}") from error
    for name in content:
        refuse_unknown(name, str(path), name)
    return content


def in_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables that are settings."""
    found = {}
    for variable, text in sorted(environment.items()):
        if variable.startswith(PREFIX) and variable.removeprefix(PREFIX) not in NO_SETTINGS:
            refuse_unknown(variable.removeprefix(PREFIX).lower(), "environment", variable)
            found[variable] = text
    return found


def refuse_unknown(name: str, place: str, shown: str) -> None:
    """Refuse a key that is no setting, with the nearest one that is."""
    known = settings_of_config()
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "known are " + ", ".join(known)
    raise ImproperlyConfigured(f"{place}: unknown setting {shown}; {hint}")


def checked(name: str, value: Any, place: str, *, from_text: bool = False) -> Any:
    """Turn a value into the setting's type, within its limits."""
    facts = settings_of_config()[name].metadata
    try:
        result = from_environment(kind_of(name), value) if from_text else from_toml(kind_of(name), value)
        check_limits(facts, result)
    except ValueError as error:
        instead = "what is there" if facts["secret"] else repr(value)
        raise ImproperlyConfigured(f"{place}: {name} must be {error}, not {instead}") from error
    return result


def from_environment(kind: Any, text: str) -> Any:
    """Turn a variable's text into what a TOML file would have said, then into the type."""
    if kind is bool:
        if text.lower() in YES | NO:
            return text.lower() in YES
        raise Refused("true or false")
    if kind is int:
        digits = text.strip()
        return int(digits) if digits.isdecimal() and digits.isascii() else from_toml(int, text)
    if get_origin(kind) is tuple:
        return tuple(part for part in text.replace(",", " ").split() if part)
    return from_toml(kind, text)


def from_toml(kind: Any, value: Any) -> Any:
    """Turn a TOML value into the type."""
    if kind is bool and not isinstance(value, bool):
        raise Refused("true or false")
    if kind is int and (not isinstance(value, int) or isinstance(value, bool)):
        raise Refused("a whole number")
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Refused("a list of texts")
        return tuple(value)
    if get_origin(kind) is Literal and value not in get_args(kind):
        raise Refused(" or ".join(f'"{one}"' for one in get_args(kind)))
    if kind is str and not isinstance(value, str):
        raise Refused("a text in quotation marks")
    if kind is Path:
        if not isinstance(value, str) or not value or "\0" in value:
            raise Refused("the path of a directory")
        return Path(value).expanduser()
    return value


def check_limits(facts: Mapping[str, Any], value: Any) -> None:
    """Hold a value against the declared limits."""
    low, high = facts["minimum"], facts["maximum"]
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refused(f"{low} or more" if high is None else f"from {low} to {high}")
    if facts["check"]:
        facts["check"](value)
