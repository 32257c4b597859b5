"""The settings of this site as an administrator reads them: told by the floor that knows where each comes from."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `value` is as it would be written in the file, and hidden where it is a secret.

    `source` is `default`, `file` or `environment`.
    """

    name: str
    variable: str
    meaning: str
    allowed: str
    value: str
    default: str
    source: str
    is_secret: bool


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings that belong together."""

    title: str
    settings: list[Setting]


@dataclass(frozen=True, slots=True)
class SettingsTold:
    """All settings. `changed` names those that another start would give other values, `fault` why it would fail."""

    file: str
    groups: list[SettingGroup]
    changed: list[str]
    fault: str


def settings_told() -> SettingsTold:
    """Tell of all settings."""
    told: SettingsTold = settings.BELVEDERE_TOLD()
    return told
