"""The form for a new API key, and what a key is narrowed to in words: for one's own keys and for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix
from belvedere.access.scope import PAGES, TOPICS, VCS, Scope, scope_from
from belvedere.accounts.models import ApiKey
from belvedere.repos.fetch import groups_visible_to, several_groups, several_repositories, visible_to
from belvedere.web.forms import Form

FOR_EVER = -1
LIFETIMES = (
    (60, "1 hour"),
    (24 * 60, "1 day"),
    (30 * 24 * 60, "30 days"),
    (90 * 24 * 60, "90 days"),
    (365 * 24 * 60, "1 year"),
    (FOR_EVER, "without an end"),
)
SHORT_ONES = (5,)
"""Lifetimes in minutes that forms of Kallithea's clients send besides."""

ACCESS = (
    (Level.ADMIN, "Everything that I may do"),
    (Level.WRITE, "Read and write, no administration"),
    (Level.READ, "Read only"),
)
ABBREVIATIONS = {"api": "API", "ssh": "SSH"}


class KeyForm(Form):
    """A new API key: where nothing is narrowed, it may do all that its user may."""

    description = forms.CharField(max_length=255, help_text="What it is for, such as the name of a program or machine.")
    lifetime = forms.TypedChoiceField(label="Works for", coerce=int, initial=90 * 24 * 60, choices=())
    access = forms.TypedChoiceField(
        label="Access",
        coerce=int,
        choices=ACCESS,
        initial=Level.ADMIN,
    )
    methods = forms.MultipleChoiceField(
        label="Only for these (none ticked: for everything)", required=False, widget=forms.CheckboxSelectMultiple
    )
    repositories = forms.CharField(
        label="Only these repositories",
        required=False,
        help_text="Full names, one a line. Left empty: all.",
        widget=forms.Textarea({"rows": 3, "class": "code", "spellcheck": "false"}),
    )
    repository_groups = forms.CharField(
        label="Only what is in these repository groups",
        required=False,
        help_text="Full names, one a line. What comes there later is reached too.",
        widget=forms.Textarea({"rows": 3, "class": "code", "spellcheck": "false"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        if data is not None and "access" not in data:  # as from a form of Kallithea's clients, which narrows nothing
            data = data.copy()
            data["access"] = str(int(Level.ADMIN))
        super().__init__(data)
        given = self.data.get("lifetime", "")
        extra = tuple((minutes, f"{minutes} minutes") for minutes in SHORT_ONES if given == str(minutes))
        _choose(self.fields["lifetime"], (*extra, *LIFETIMES))
        _choose(self.fields["methods"], use_choices())

    @property
    def is_narrowed(self) -> bool:
        """Whether one of the fields that narrow was used, so that they have to be seen."""
        told = (self.data.get(name) for name in ("methods", "repositories", "repository_groups"))
        return any(told) or self.data.get("access", str(int(Level.ADMIN))) != str(int(Level.ADMIN))

    def scope_for(self, actor: Actor) -> Scope:
        """Give the scope that was asked for; `NotFound` names what the actor does not see."""
        given = self.cleaned_data
        objects: set[tuple[Prefix, int]] = {
            ("repository", each.pk) for each in several_repositories(actor, _lines(given["repositories"]))
        }
        objects |= {("group", each.pk) for each in several_groups(actor, _lines(given["repository_groups"]))}
        return Scope(
            Level(given["access"]),
            frozenset(given["methods"]) or None,
            frozenset(objects) or None,
        )

    def end(self) -> datetime | None:
        """Give the moment at which the key stops working."""
        minutes = self.cleaned_data["lifetime"]
        return None if minutes == FOR_EVER else timezone.now() + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as it is listed: `limits` says what it is narrowed to, nothing if it is not."""

    row: ApiKey
    limits: list[str]
    is_expired: bool


def key_rows(rows: Sequence[ApiKey], viewer: Actor) -> list[KeyRow]:
    """Say of keys what they are narrowed to, in two queries; what the viewer may not see is not named."""
    scopes = [scope_from(row.scope) for row in rows]
    names = {
        "repository": _names(visible_to(viewer), {pk for scope in scopes for pk in scope.ids("repository")}),
        "group": _names(groups_visible_to(viewer), {pk for scope in scopes for pk in scope.ids("group")}),
    }
    now = timezone.now()
    return [
        KeyRow(row, _limits(scope, names), row.expires_on is not None and row.expires_on <= now)
        for row, scope in zip(rows, scopes, strict=True)
    ]


def use_choices() -> list[tuple[str, str]]:
    """Give what keys can be narrowed to, with words for it."""
    topics = [(topic, f"API: {_words(topic)}") for topic in sorted(TOPICS)]
    return [(VCS, "Pulling and pushing"), (PAGES, "Pages of this site"), *topics]


def _choose(field: forms.Field, choices: Sequence[tuple[Any, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]  # both have them, their common base has not


def _words(topic: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in topic.split("_"))


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip().strip("/") for line in text.splitlines() if line.strip()))


def _names(rows: QuerySet[Any], ids: set[int]) -> dict[int, str]:
    return dict(rows.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _limits(scope: Scope, names: dict[str, dict[int, str]]) -> list[str]:
    found = []
    if scope.ceiling < Level.ADMIN:
        found.append(dict(ACCESS)[scope.ceiling])
    if scope.methods is not None:
        words = dict(use_choices())
        found.append("Only for " + ", ".join(sorted(words.get(name, name) for name in scope.methods)))
    if scope.objects is not None:
        known = sorted(names[kind][pk] for kind, pk in scope.objects if pk in names[kind])
        lost = len(scope.objects) - len(known)
        listed = ", ".join([*known, *([f"{lost} that you do not see"] if lost else [])])
        found.append(f"Only in {listed}" if listed else "Only in nothing that there is")
    return found
