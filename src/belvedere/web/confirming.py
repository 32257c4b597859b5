"""Asking for what one is about to destroy to be typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from belvedere.web.forms import Form


class ConfirmForm(Form):
    """A name that has to be typed as it is."""

    confirm = forms.CharField(
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["confirm"].label = f"Type {name} to confirm"
        # Programs that send Kallithea's form know nothing of this field, and read it here.
        self.fields["confirm"].error_messages["required"] = f"Nothing is deleted: “confirm” has to be {name}."

    def clean_confirm(self) -> str:
        """Compare."""
        given: str = self.cleaned_data["confirm"]
        if given != self._name:
            raise ValidationError(f"That is not {self._name}. Nothing is deleted.")
        return given
