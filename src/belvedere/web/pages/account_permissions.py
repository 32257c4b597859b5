"""What one may do here, and why."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from belvedere.access.actor import DEFAULT_USER_ID, Member
from belvedere.access.levels import Level
from belvedere.accounts.explaining import SAID, global_sources, memberships_of
from belvedere.accounts.models import AddressRule
from belvedere.web.account import account_page, place_of
from belvedere.web.links import address_of
from belvedere.web.reach import Reach, source_in_words
from belvedere.web.registry import page
from belvedere.web.repository import Link
from belvedere.web.visitors import PageRequest

KINDS = {
    "general": "General",
    "repositories": "Repositories",
    "groups": "Repository groups",
    "user_groups": "User groups",
}
LEVELS = {level.label: level for level in (Level.READ, Level.WRITE, Level.ADMIN)}
LONGEST_QUERY = 200


@page("_admin/my_account/perms")
def perms(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Show one kind of permissions."""
    kind = request.GET.get("kind", "general")
    return _general(actor, request) if kind not in KINDS or kind == "general" else _reached(actor, request, kind)


def _general(actor: Member, request: PageRequest) -> HttpResponseBase:
    rules = AddressRule.objects.filter(user_id__in=(DEFAULT_USER_ID, actor.user_id), is_active=True).order_by("pk")
    context = {
        "kinds": _kinds("general"),
        "permissions": [
            (SAID[name], name, [source_in_words(source) for source in sources])
            for name, sources in global_sources(actor).items()
        ],
        "memberships": memberships_of(actor),
        "rules": [(rule.network, rule.user_id == DEFAULT_USER_ID) for rule in rules],
        "is_narrowed": not actor.scope.is_whole,
    }
    return account_page(request, "perms", "account/permissions_general.html", context)


def _reached(actor: Member, request: PageRequest, kind: str) -> HttpResponseBase:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    wanted = request.GET.get("level", "")
    reach = Reach(actor, kind, LEVELS.get(wanted, Level.READ), query)
    turned = reach.page(request.GET.get("page"))
    given = {"kind": kind} | ({"level": wanted} if wanted in LEVELS else {}) | ({"q": query} if query else {})
    context = {
        "kinds": _kinds(kind),
        "kind": kind,
        "what": KINDS[kind].lower(),
        "levels": list(LEVELS),
        "level": wanted,
        "q": query,
        "page": turned,
        "rows": reach.rows(turned.object_list),
        "query": f"{urlencode(given)}&",
    }
    return account_page(request, "perms", "account/permissions.html", context)


def _kinds(here: str) -> list[Link]:
    place = place_of("perms")
    return [
        Link(label, place if kind == "general" else address_of(place.strip("/"), kind=kind), kind == here)
        for kind, label in KINDS.items()
    ]
