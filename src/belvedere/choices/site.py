"""The choices of this site: read by every page, changed by administrators, and told in the audit log."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from django.conf import settings
from django.db import transaction

from belvedere.access.actor import Administrator
from belvedere.access.prepared import Prepared
from belvedere.choices.models import Choice
from belvedere.errors import Invalid
from belvedere.events.bus import Happening, emit

Scheme = Literal["hg", "git"]
LONGEST_ANNOUNCEMENT = 1000
LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Every choice with its default.

    `title` is what the site is called, `announcement` a line of plain text that stands above every page. The others are
    what a new repository has where nobody says otherwise.
    """

    title: str = ""
    announcement: str = ""
    repository_type: Scheme = "hg"
    repository_private: bool = False
    repository_downloads: bool = True
    repository_statistics: bool = True


NAMES = tuple(field.name for field in fields(Choices))


@dataclass(frozen=True, kw_only=True)
class ChoicesChanged(Happening):
    """An administrator chose something else for the site: `changed` has the new values by name."""

    changed: dict[str, Any]


_rows = Prepared(lambda: Choice.objects.values_list("name", "value"))


def chosen() -> Choices:
    """Give the choices as they are now; one small query."""
    return Choices(**{name: value for name, value in _rows.rows() if name in NAMES})


def site_title(found: Choices | None = None) -> str:
    """Give what the site is called: what was chosen, else the setting."""
    title = (found or chosen()).title
    return title or str(settings.BELVEDERE.title)


def choose(_administrator: Administrator, **given: Any) -> Choices:
    """Change some choices, by the names of their fields; `Invalid` if a value cannot be one."""
    for name, value in given.items():
        _check(name, value)
    with transaction.atomic():
        before = chosen()
        changed = {name: value for name, value in given.items() if getattr(before, name) != value}
        for name, value in changed.items():
            Choice.objects.update_or_create(name=name, defaults={"value": value})
        if changed:
            emit(ChoicesChanged(changed=changed))
    return chosen()


def _check(name: str, value: object) -> None:
    default = getattr(Choices(), name)
    if name == "repository_type" and value not in get_args(Scheme):
        raise Invalid(f"repository_type is one of {', '.join(get_args(Scheme))}")
    if type(value) is not type(default):
        raise Invalid(f"{name} is {'true or false' if isinstance(default, bool) else 'text'}")
    most = LONGEST_TITLE if name == "title" else LONGEST_ANNOUNCEMENT
    if isinstance(value, str) and len(value) > most:
        raise Invalid(f"{name} has at most {most} characters")
    if name == "title" and not str(value).isprintable():
        raise Invalid("title is one line of text")
