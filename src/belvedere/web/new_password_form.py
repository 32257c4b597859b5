"""Choosing a password: it is typed twice."""

from __future__ import annotations

from typing import Any

from django import forms

from belvedere.accounts.passwords import LONGEST, SHORTEST
from belvedere.web.forms import Form

HELP = f"At least {SHORTEST} characters. Long ones of several words are good ones."


def password_field(label: str, *, completes: str = "new-password", help_text: str = "") -> forms.CharField:
    """Make a field for a password, which comes back empty with a form that was not accepted."""
    widget = forms.PasswordInput({"autocomplete": completes})
    return forms.CharField(label=label, strip=False, max_length=LONGEST, widget=widget, help_text=help_text)


class NewPasswordForm(Form):
    """A form with a new password and its repetition, in the fields that `twice` names."""

    twice = ("password", "password_confirm")

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        given = super().clean() or {}
        first, second = (given.get(name) for name in self.twice)
        if first and second and first != second:
            self.add_error(self.twice[1], "The two are not the same.")
        return given
