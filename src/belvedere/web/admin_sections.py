"""Administration: the pages at the side of each of its pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from belvedere.web.links import address_of
from belvedere.web.repository import Link
from belvedere.web.shell import render

SECTIONS = (
    ("repositories", "Repositories", "_admin/repos"),
    ("repository groups", "Repository groups", "_admin/repo_groups"),
    ("users", "Users", "_admin/users"),
    ("user groups", "User groups", "_admin/user_groups"),
    ("permissions", "Permissions", "_admin/permissions"),
    ("addresses", "IP rules", "_admin/permissions/ips"),
    ("defaults", "Defaults", "_admin/defaults"),
    ("recycle bin", "Recycle bin", "_admin/recycle_bin"),
    ("rescan", "Rescan", "_admin/settings/mapping"),
    ("audit", "Audit log", "_admin"),
    ("system", "System", "_admin/settings/system"),
    ("settings", "Settings", "_admin/settings"),
)


def admin_page(
    request: HttpRequest,
    section: str,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Make a page of the administration: the template extends `admin/base.html`, `section` is one of `SECTIONS`."""
    sections = [Link(label, address_of(path), name == section) for name, label, path in SECTIONS]
    given = {"sections": sections, "side_label": "Administration", **(context or {})}
    return render(request, template, given, status=status)
