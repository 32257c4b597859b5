"""Forms: Django's fields in our own clothes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from belvedere.errors import DomainError


class Renderer(TemplatesSetting):
    """Takes our templates first and Django's where we have none."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class Form(forms.Form):
    """A form as pages show it: labels without a colon, ids that do not meet others, errors where they belong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "check")

    def refuse(self, error: DomainError, field: str | None = None) -> None:
        """Show why what was asked for was not done: beside a field if it is about one."""
        self.add_error(field if field in self.fields else None, reason_of(error))


def reason_of(error: DomainError) -> str:
    """Give an error as a sentence beside what was typed: without what was attempted, which the page says itself."""
    reason = error.message.removeprefix(f"{error.summary}: ")
    return reason[:1].upper() + reason[1:]
