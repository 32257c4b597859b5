"""The field for a landing revision: a branch, tag or bookmark of the repository."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from belvedere.errors import Invalid
from belvedere.repos.landing import Landing, landing_from
from belvedere.text.paths import shown
from belvedere.vcs.model import Refs
from belvedere.web.forms import reason_of

MOST_CHOICES = 200
DEFAULT = "rev:tip"
LABEL = "Landing revision"
HELP = "Where files, changes and the README are shown first."
TYPED = "A branch, tag or bookmark, as branch:name, tag:name or book:name. Empty: the default branch."


class LandingField(forms.CharField):
    """A landing revision; empty stands for the default branch."""

    def __init__(self, **more: Any) -> None:
        super().__init__(label=LABEL, max_length=300, **{"help_text": TYPED, "required": False, **more})

    def clean(self, value: Any) -> Landing:
        """Read `type:name`."""
        text = self.to_python(value)
        self.run_validators(text)
        try:
            return landing_from(text or DEFAULT)
        except Invalid as error:
            raise ValidationError(reason_of(error)) from error


def landing_field(refs: Refs, present: str) -> LandingField:
    """Give the field for a repository with these names: a list to choose from if it is short."""
    groups = {
        "Branches": [("branch", name) for name in (*refs.branches, *refs.closed_branches)],
        "Bookmarks": [("book", name) for name in refs.bookmarks],
        "Tags": [("tag", name) for name in refs.tags],
    }
    if sum(map(len, groups.values())) > MOST_CHOICES:
        return LandingField(help_text=f"{HELP} {TYPED}")
    choices: list[Any] = [(DEFAULT, "The default branch")]
    choices += [
        (label, [(f"{kind}:{name}", shown(name)) for kind, name in names]) for label, names in groups.items() if names
    ]
    if present not in {DEFAULT, *(f"{kind}:{name}" for names in groups.values() for kind, name in names)}:
        choices.append((present, f"{present} (not there any more)"))
    return LandingField(widget=forms.Select(choices=choices), help_text=HELP, required=True)
