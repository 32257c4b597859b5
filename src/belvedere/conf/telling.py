"""Telling administrators about the settings: values, where they come from, and what a restart would change."""

from __future__ import annotations

import os
from dataclasses import Field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from belvedere.cli.layout import SETTINGS_FILE
from belvedere.conf.config import Config
from belvedere.conf.describing import allowed, by_group, in_toml
from belvedere.conf.reading import PREFIX, in_environment, in_file, read_config, settings_of_config
from belvedere.instance.settings import Setting, SettingGroup, SettingsTold

HIDDEN = "(hidden)"


def settings_told() -> SettingsTold:
    """Tell of every setting of this process."""
    config: Config = settings.BELVEDERE
    path = config.home / SETTINGS_FILE
    try:
        there = read_config(config.home, os.environ)
        written, fault = set(in_file(path)), ""
    except ImproperlyConfigured as error:
        there, written, fault = config, set(), str(error)
    changed = [name for name in settings_of_config() if getattr(there, name) != getattr(config, name)]
    given = {variable.removeprefix(PREFIX).lower() for variable in in_environment(os.environ)}
    groups = [
        SettingGroup(group, [_told(one, config, written, given) for one in members]) for group, members in by_group()
    ]
    return SettingsTold(str(path), groups, changed, fault)


def _told(one: Field[Any], config: Config, written: set[str], given: set[str]) -> Setting:
    value = getattr(config, one.name)
    is_secret = bool(one.metadata["secret"])
    source = "environment" if one.name in given else "file" if one.name in written else "default"
    return Setting(
        name=one.name,
        variable=f"{PREFIX}{one.name.upper()}",
        meaning=one.metadata["doc"],
        allowed=allowed(one),
        value=HIDDEN if is_secret and value else in_toml(value),
        default=in_toml(one.default),
        source=source,
        is_secret=is_secret,
    )
