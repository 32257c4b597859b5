"""The field for whose something is."""

from __future__ import annotations

from typing import Any

from django import forms

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NewOwner, new_owner
from belvedere.errors import DomainError
from belvedere.web.forms import Form


class OwnerField(forms.CharField):
    """A username; only administrators type another one."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label="Owner",
            max_length=64,
            widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
            help_text="The username of whoever may do everything with it.",
            **more,
        )


def owner_named(actor: Actor, form: Form, before: str) -> NewOwner | None:
    """Give another owner than before if the form names one; whom nobody knows becomes an error of its field."""
    name = form.cleaned_data["owner"].strip()
    if not name or name == before:
        return None
    try:
        return new_owner(actor, name)
    except DomainError as error:
        form.refuse(error, "owner")
        return None
