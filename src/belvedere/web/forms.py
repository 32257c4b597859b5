"""Forms: Django's fields in our own clothes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property

from belvedere.errors import DomainError
from belvedere.text.inline import inline


class Renderer(BaseRenderer):
    """Takes our templates first and Django's where we have none; those count on names that need not be there."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self) -> Jinja2:
        """Where they are found and compiled."""
        ours, theirs = Path(__file__).parent / "templates", Path(forms.__file__).parent / "jinja2"
        options = {"auto_reload": False, "cache_size": -1}
        found = Jinja2({"NAME": "forms", "DIRS": [ours, theirs], "APP_DIRS": False, "OPTIONS": options})
        found.env.filters["inline"] = inline
        return found

    def get_template(self, template_name: str) -> Any:
        """Find a template of a form, a field or a widget."""
        return self.engine.get_template(template_name)


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
