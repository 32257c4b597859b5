"""What surrounds the pages about one user in the administration."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from belvedere.accounts.fetch import ManagedUser
from belvedere.web.admin_sections import admin_page
from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.visitors import PageRequest

USERS = "_admin/users"
TABS = (
    ("edit", "Profile"),
    ("edit/password", "Password"),
    ("edit/emails", "E-mail"),
    ("edit/sessions", "Sessions"),
    ("edit/api_keys", "API keys"),
    ("edit/ssh_keys", "SSH keys"),
    ("edit/permissions", "Permissions"),
    ("edit/ips", "IP rules"),
    ("edit/advanced", "Advanced"),
)
NOT_KEPT = "no-store"


def place_of(user: ManagedUser, tab: str = "edit") -> str:
    """Give the address of a page about a user: by his id, which stays when he is renamed."""
    return address_of(USERS, str(user.pk), tab)


def user_page(
    request: PageRequest,
    user: ManagedUser,
    tab: str,
    context: dict[str, Any] | None = None,
    *,
    template: str = "",
    status: int = 200,
) -> HttpResponse:
    """Make a page about a user of the template that is called like its tab; it extends `admin/users/base.html`."""
    shown = {
        "user": user,
        "place": place_of(user, tab),
        "tabs": [Link(label, place_of(user, name), name == tab) for name, label in TABS],
        "tab_label": dict(TABS)[tab],
    }
    name = template or tab.rpartition("/")[2].replace("edit", "profile")
    response = admin_page(request, "users", f"admin/users/{name}.html", {**shown, **(context or {})}, status=status)
    response["Cache-Control"] = NOT_KEPT
    return response
