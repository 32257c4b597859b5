"""What a user reaches, as the administration shows it: one kind of objects at a time, found by name and level."""

from __future__ import annotations

from typing import Any

from django.utils.http import urlencode

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.web.links import address_of
from belvedere.web.reach import Reach
from belvedere.web.repository import Link
from belvedere.web.visitors import PageRequest

GENERAL = "general"
KINDS = {
    GENERAL: "General",
    "repositories": "Repositories",
    "groups": "Repository groups",
    "user_groups": "User groups",
}
LEVELS = {level.label: level for level in (Level.READ, Level.WRITE, Level.ADMIN)}
LONGEST_QUERY = 200


def kind_of(request: PageRequest) -> str:
    """Read which kind is asked for; anything else is the general one."""
    kind = request.GET.get("kind", GENERAL)
    return kind if kind in KINDS else GENERAL


def kinds_at(path: str, here: str) -> list[Link]:
    """Give the links between the kinds."""
    return [
        Link(label, address_of(path, kind=None if kind == GENERAL else kind), kind == here)
        for kind, label in KINDS.items()
    ]


def reach_view(subject: Actor, request: PageRequest, path: str, kind: str) -> dict[str, Any]:
    """Give what `admin/_reach.html` shows of one kind but the general one."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    wanted = request.GET.get("level", "")
    reach = Reach(subject, kind, LEVELS.get(wanted, Level.READ), query)
    turned = reach.page(request.GET.get("page"))
    given = {"kind": kind} | ({"level": wanted} if wanted in LEVELS else {}) | ({"q": query} if query else {})
    return {
        "kind": kind,
        "what": KINDS[kind].lower(),
        "levels": list(LEVELS),
        "level": wanted if wanted in LEVELS else "",
        "q": query,
        "page": turned,
        "rows": reach.rows(turned.object_list),
        "query": f"{urlencode(given)}&",
        "everything": address_of(path, kind=kind),
    }
