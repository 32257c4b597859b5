"""The form of a user group; its fields are called as Kallithea's."""

from __future__ import annotations

from django import forms

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NewOwner
from belvedere.accounts.models import UserGroup
from belvedere.accounts.names import USER_GROUP_LENGTH
from belvedere.accounts.user_groups import UserGroupSettings
from belvedere.web.forms import Form
from belvedere.web.owner_field import OwnerField, owner_named

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
    owner = OwnerField(required=False)

    def __init__(self, actor: Actor, group: UserGroup | None = None, data: object = None) -> None:
        owner = group.owner.username if group else actor.username
        initial = {
            "users_group_name": group.name if group else "",
            "user_group_description": group.description if group else "",
            "users_group_active": group.is_active if group else True,
            "owner": owner,
        }
        super().__init__(data, initial=initial)
        self._actor, self._owner_before = actor, owner
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
        """Give another owner than before if one is named; see `owner_field`."""
        return owner_named(self._actor, self, self._owner_before)
