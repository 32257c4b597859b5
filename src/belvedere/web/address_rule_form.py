"""The editor of address rules: adds and strikes, and asks before it locks out who uses it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts.address_rules import add_rule, remove_rule, rules_of
from belvedere.accounts.fetch import ManagedUser, managed_user
from belvedere.accounts.granting import LocksOut
from belvedere.errors import DomainError
from belvedere.web.forms import Form
from belvedere.web.parameters import number
from belvedere.web.visitors import PageRequest

CONFIRMED = "may_lock_out"


class RuleForm(Form):
    """A network."""

    new_ip = forms.CharField(
        label="Address or network",
        max_length=64,
        help_text="Such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )


class RuleEditor:
    """The rules of a user, or everyone's, at the address of a page, and what came of changing them."""

    def __init__(self, actor: Administrator, user: ManagedUser, place: str) -> None:
        self.place = place
        self.status = 200
        self._actor, self._user = actor, user
        self._form = RuleForm()
        self._locks: dict[str, str] = {}

    def add(self, request: PageRequest) -> bool:
        """Add what was sent, and tell whether that was done."""
        self._form = RuleForm(request.POST)
        if not self._form.is_valid():
            self.status = 400
            return False
        text = self._form.cleaned_data["new_ip"]
        try:
            row = add_rule(self._actor, self._user, text, may_lock_out=CONFIRMED in request.POST)
        except LocksOut as error:
            return self._asks("new_ip", text, error)
        except DomainError as error:
            self._form.refuse(error, "new_ip")
            self.status = 400
            return False
        messages.success(request, f"The rule for {row.network} is added.")
        return True

    def remove(self, request: PageRequest) -> bool:
        """Strike what was sent, and tell whether that was done."""
        given = request.POST.get("del_ip_id", "")
        try:
            remove_rule(self._actor, self._user, number(given), may_lock_out=CONFIRMED in request.POST)
        except LocksOut as error:
            return self._asks("del_ip_id", given, error)
        messages.success(request, "The rule is deleted.")
        return True

    def context(self) -> dict[str, Any]:
        """Give what the template shows."""
        everyone = managed_user(self._actor, DEFAULT_USER_ID)
        return {
            "form": self._form,
            "rules": rules_of(self._user),
            "general": rules_of(everyone) if self._user.pk != DEFAULT_USER_ID else [],
            "locks": self._locks,
            "rules_place": self.place,
        }

    def _asks(self, name: str, value: str, error: LocksOut) -> bool:
        action = self.place if name == "new_ip" else f"{self.place}/delete"
        self._locks = {"text": error.message, "name": name, "value": value, "action": action}
        self.status = 409
        return False
