"""What surrounds the pages of one's own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

HOME = "_admin/my_account"
SECTIONS = (
    ("", "Profile"),
    ("password", "Password"),
    ("emails", "E-mail addresses"),
    ("sessions", "Sessions"),
    ("api_keys", "API keys"),
    ("ssh_keys", "SSH keys"),
    ("repos", "My repositories"),
    ("watched", "Watched repositories"),
    ("perms", "Permissions"),
)
NOT_KEPT = "no-store"
"""For answers with secrets: no browser writes them to its disk."""


def place_of(section: str) -> str:
    """Give the address of a section."""
    return address_of(HOME, section)


def account_page(
    request: PageRequest, section: str, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Make a page of one's account: the template extends `account/base.html`."""
    around = {
        "sections": [Link(label, place_of(name), name == section) for name, label in SECTIONS],
        "side_label": "My account",
        "section": dict(SECTIONS)[section],
    }
    return render(request, template, {**around, **(context or {})}, status=status)
