"""The form of a user group; its fields are called as Kallithea's."""

from __future__ import annotations

from django import forms

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NewOwner, new_owner
from belvedere.accounts.models import UserGroup
from belvedere.accounts.names import USER_GROUP_LENGTH
from belvedere.accounts.user_groups import UserGroupSettings
from belvedere.errors import DomainError
from belvedere.web.forms import Form

PLAIN = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class UserGroupForm(Form):
    """What can be said of a user group; only an administrator names its owner."""

    users_group_name = forms.CharField(label="Name", max_length=USER_GROUP_LENGTH, widget=forms.TextInput(PLAIN))
    user_group_description = forms.CharField(
        label="Description", required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
    )
    users_group_active = forms.BooleanField(
        label="Active",
        required=False,
        help_text="While it is not, its members have nothing through it.",
    )
    owner = forms.CharField(
        label="Owner",
        required=False,
        max_length=64,
        widget=forms.TextInput(PLAIN),
        help_text="The username of whoever may do everything with it.",
    )

    def __init__(self, actor: Actor, group: UserGroup | None = None, data: object = None) -> None:
        initial = {
            "users_group_name": group.name if group else "",
            "user_group_description": group.description if group else "",
            "users_group_active": group.is_active if group else True,
            "owner": group.owner.username if group else actor.username,
        }
        super().__init__(data, initial=initial)
        self._actor, self._owner_before = actor, initial["owner"]
        self.fields["owner"].disabled = not actor.administers

    @property
    def settings(self) -> UserGroupSettings:
        """What was said, of a form that is valid."""
        return UserGroupSettings(
            name=self.cleaned_data["users_group_name"],
            description=self.cleaned_data["user_group_description"].strip(),
            is_active=self.cleaned_data["users_group_active"],
        )

    def owner_named(self) -> NewOwner | None:
        """Give another owner than before if one is named; whom nobody knows becomes an error of the field."""
        name = self.cleaned_data["owner"].strip()
        if not name or name == self._owner_before:
            return None
        try:
            return new_owner(self._actor, name)
        except DomainError as error:
            self.refuse(error, "owner")
            return None
