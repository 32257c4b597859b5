"""Fields for where a repository or group stands: its group, and its own name in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from belvedere.errors import Invalid
from belvedere.repos.models import RepositoryGroup
from belvedere.repos.names import PART_LENGTH, check_part
from belvedere.web.forms import reason_of
from belvedere.web.parameters import number_or_name

MOST_CHOICES = 200
TOP = ""
NO_GROUP = "-1"  # as Kallithea's forms say it
PATH_HELP = "The full name of a group."


class NameField(forms.CharField):
    """The last part of a full name."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"})
        super().__init__(label="Name", max_length=PART_LENGTH, widget=widget, **more)

    def clean(self, value: Any) -> str:
        """Check the name as the domain does."""
        name: str = super().clean(value)
        try:
            check_part(name)
        except Invalid as error:
            raise ValidationError(reason_of(error)) from error
        return name


class GroupField(forms.ChoiceField):
    """A group by its full name (an id is understood too), empty for the top level; chosen from a list if it is short.

    Only the groups given are offered and taken. Where there are more than a list should have, the name is typed.
    """

    def __init__(
        self, groups: QuerySet[RepositoryGroup], *, has_top: bool, keep: RepositoryGroup | None = None
    ) -> None:
        self._groups, self._has_top, self._keep = groups, has_top, keep
        names = list(groups.order_by("key").values_list("name", flat=True)[: MOST_CHOICES + 1])
        if keep is not None and keep.name not in names:
            names.insert(0, keep.name)
        self.is_typed = len(names) > MOST_CHOICES
        choices = [(NO_GROUP, "No group: the top level")] if has_top else []
        more: dict[str, Any] = {"label": "Group", "required": not (self.is_typed and has_top)}
        if self.is_typed:
            more["help_text"] = f"{PATH_HELP}{' Empty: the top level.' if has_top else ''}"
            more["widget"] = forms.TextInput({"autocapitalize": "none", "spellcheck": "false"})
        super().__init__(choices=[*choices, *((name, name) for name in names)], **more)

    def to_python(self, value: Any) -> str:
        """Read a name, or an id as Kallithea's forms have it."""
        text = str(value or "").replace("\0", "").strip().strip("/")
        if text == NO_GROUP:
            return TOP
        return (self.named(text) or text) if text.isdigit() else text

    def named(self, text: str) -> str:
        """Give the full name of one of the groups by its name or id; empty if it is none of them."""
        wanted = number_or_name(text.replace("\0", ""))
        found = self._groups.filter(**{"pk" if isinstance(wanted, int) else "name": wanted})
        return found.values_list("name", flat=True).first() or ""

    def prepare_value(self, value: Any) -> Any:
        """Give the top level the value that its choice has."""
        return NO_GROUP if value in (TOP, None) and self._has_top and not self.is_typed else value

    def validate(self, value: Any) -> None:
        """Take what is there; no group is the top level, and needs no choice."""
        if value != TOP or not self._has_top:
            super().validate(value)

    def valid_value(self, value: Any) -> bool:
        """Tell whether the group is one of those given."""
        return value == (self._keep.name if self._keep else None) or bool(self.named(value))
