"""Who has forked a repository, who follows it, and following it oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Member
from belvedere.accounts.fetch import has_global_permission
from belvedere.repos.fetch import FORK, Readable, readable, visible_to
from belvedere.repos.following import toggle
from belvedere.repos.models import Following, Repository
from belvedere.web.links import address_of, own_path
from belvedere.web.parameters import number
from belvedere.web.registry import action, page
from belvedere.web.repository import repository_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 50
SCRIPTED = "XMLHttpRequest"


@dataclass(frozen=True, slots=True)
class Fork:
    """A fork as the list shows it."""

    name: str
    url: str
    owner: str
    description: str
    is_private: bool
    message: str
    changed_on: datetime | None
    compare: str


@page("<repository>/forks")
def forks(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """List the forks that one may see, the last changed first."""
    rows = visible_to(actor).filter(fork_of=repository).select_related("owner").order_by("-updated_on", "-pk")
    turned = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    may_fork = not actor.is_anonymous and has_global_permission(actor, FORK)
    context = {"page": turned, "forks": [_fork(repository, row) for row in turned.object_list], "may_fork": may_fork}
    return repository_page(request, actor, repository, "forks", "forks/forks.html", context)


@page("<repository>/followers")
def followers(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Name those who follow a repository."""
    rows = Following.objects.filter(repository=repository).select_related("user").order_by("user__username")
    turned = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return repository_page(request, actor, repository, "forks", "forks/followers.html", {"page": turned})


@action("_admin/toggle_following")
def toggle_following(actor: Member, request: PageRequest) -> HttpResponseBase:
    """Begin to follow a repository, or stop it; programs get JSON, or `ok` as from Kallithea."""
    repository = readable(actor, number(request.POST.get("follows_repository_id", "")))
    came_from = own_path(request.POST.get("came_from") or address_of(repository.name))
    is_followed = toggle(actor, repository)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"is_followed": is_followed})
    if request.headers.get("X-Requested-With") == SCRIPTED:
        return HttpResponse("ok", content_type="text/plain; charset=utf-8")
    return HttpResponseRedirect(came_from)


def _fork(repository: Readable, row: Repository) -> Fork:
    newest = row.last_changeset
    return Fork(
        name=row.name,
        url=address_of(row.name),
        owner=row.owner.username,
        description="" if row.description == row.name.rpartition("/")[2] else row.description,
        is_private=row.is_private,
        message=newest["message"] if newest else "",
        changed_on=datetime.fromtimestamp(newest["date"], UTC) if newest else None,
        compare=_compared(repository, row) if newest and repository.last_changeset else "",
    )


def _compared(repository: Readable, fork: Repository) -> str:
    """Give where a fork is compared with what it is a fork of, each at its landing revision."""
    ends = "...".join(f"{each.landing_kind}@{each.landing_name}" for each in (repository, fork))
    return address_of(repository.name, "compare", ends, other_repo=fork.name)
