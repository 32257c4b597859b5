"""Telling people about the settings: the commented file of a new home, and the reference page."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from dataclasses import Field
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import django

from belvedere.conf.reading import PREFIX, kind_of, settings_of_config

PAGE = "docs/administer/settings.md"
WIDTH = 100

FILE_HEAD = """\
Settings of this Belvedere. Every one is written here with its default: take away the `#` before a key to
change it, then start Belvedere again. An environment variable of the same name, in capitals and behind
`BELVEDERE_`, wins over this file."""

PAGE_HEAD = """\
# Settings

Settings stand in `belvedere.toml` in the home directory, one `key = value` a line. An environment variable of the same
name, in capitals and behind `BELVEDERE_` (`BELVEDERE_PORT`), wins over the file; a list is written with commas there.
The server reads both when it starts. A key that is not known or a value that is not allowed stops it with one line that
says so.

This page is made from the declarations in the code by `make docs`."""

PAGE_FOOT = """\
## Variables that are no settings

| variable | meaning |
|---|---|
| `BELVEDERE_HOME` | the home directory, where `--home` is not given |
| `BELVEDERE_ADMIN_PASSWORD` | password of the first administrator, read at the first start only |
| `BELVEDERE_ADMIN_API_KEY` | API key of the first administrator (40 letters and digits), read at the first start only |
"""


def by_group() -> Iterator[tuple[str, list[Field[Any]]]]:
    """Give the settings below their headings, in the order of declaration."""
    for group, members in groupby(settings_of_config().values(), key=lambda one: str(one.metadata["group"])):
        yield group, list(members)


def in_toml(value: Any) -> str:
    """Write a default as TOML does."""
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def allowed(setting: Field[Any]) -> str:
    """Say in a few words what a value may be."""
    kind = kind_of(setting.name)
    if get_origin(kind) is Literal:
        return " or ".join(f'`"{one}"`' for one in get_args(kind))
    if kind is int:
        low, high = setting.metadata["minimum"], setting.metadata["maximum"]
        return f"number, {low} or more" if high is None else f"number, {low} to {high}"
    return {bool: "`true` or `false`", str: "text", Path: "path"}.get(kind, "list of texts")


def comment(text: str) -> str:
    """Write a paragraph as comment lines."""
    return textwrap.fill(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def commented_file() -> str:
    """Write `belvedere.toml` for a new home: every setting, explained and commented out."""
    blocks = [comment(FILE_HEAD)]
    for group, members in by_group():
        blocks.append(f"# ---- {group} ----")
        for one in members:
            kinds = f" One of {allowed(one).replace('`', '')}." if get_origin(kind_of(one.name)) is Literal else ""
            told = comment(one.metadata["doc"].replace("`", "") + kinds)
            blocks.append(f"{told}\n#{one.name} = {in_toml(one.default)}")
    return "\n\n".join(blocks) + "\n"


def settings_page() -> str:
    """Write the reference page of the settings as Markdown."""
    blocks = [PAGE_HEAD]
    for group, members in by_group():
        blocks.append(f"## {group}")
        for one in members:
            facts = f"{allowed(one)}; default `{in_toml(one.default)}`; `{PREFIX}{one.name.upper()}`"
            blocks.append(f"### `{one.name}`\n\n{one.metadata['doc']}\n\n{facts}")
    return "\n\n".join([*blocks, PAGE_FOOT])


def main() -> None:
    """Write the reference pages into the documentation of this source tree."""
    Path(PAGE).write_text(settings_page(), encoding="utf-8")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.conf.settings")
    django.setup()
    methods = import_module("belvedere.api.markdown")  # needs the models, which need the settings, which need this
    Path(methods.PAGE).write_text(methods.reference_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
