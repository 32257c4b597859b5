"""Administration: all repositories and all repository groups."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http.response import HttpResponseBase

from belvedere.access.actor import Administrator
from belvedere.repos.fetch import every_group, visible_to
from belvedere.repos.models import Repository, RepositoryGroup
from belvedere.web.admin_lists import ListView, view_from
from belvedere.web.admin_sections import admin_page
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

REPOSITORIES, GROUPS = "_admin/repos", "_admin/repo_groups"
SORTS = {
    "name": ("key",),
    "owner": ("owner__username", "pk"),
    "changed": ("updated_on", "pk"),
    "since": ("created_on", "pk"),
}
LABELS = {"name": "Repository", "owner": "Owner", "changed": "Last change", "since": "Since", "settings": "Settings"}
SHOWN: dict[str, str] = {
    "": "All",
    "hg": "Mercurial",
    "git": "Git",
    "private": "Private",
    "forks": "Forks",
    "remote": "With a remote",
    "empty": "Empty",
}
CONDITIONS = {
    "": Q(),
    "hg": Q(scheme="hg"),
    "git": Q(scheme="git"),
    "private": Q(is_private=True),
    "forks": Q(fork_of__isnull=False),
    "remote": ~Q(remote_uri=""),
    "empty": Q(last_changeset__isnull=True),
}
GROUP_SORTS = {"name": ("key",), "owner": ("owner__username", "pk"), "since": ("created_on", "pk")}
GROUP_LABELS = {
    "name": "Repository group",
    "owner": "Owner",
    "holds": "Holds",
    "since": "Since",
    "settings": "Settings",
}


@page(REPOSITORIES)
def repositories(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """List all repositories."""
    view = view_from(request, REPOSITORIES, SORTS, SHOWN)
    rows = _found(visible_to(actor).filter(CONDITIONS[view.narrowed]), view)
    turned = view.turned(view.ordered(rows.select_related("owner"), SORTS))
    context = {
        "view": view,
        "page": turned,
        "rows": [{"row": row, "description": _said(row)} for row in turned.object_list],
        "headings": view.headings(LABELS, SORTS),
        "choices": view.choices(SHOWN),
    }
    return admin_page(request, "repositories", "admin/repositories.html", context)


@page(GROUPS)
def groups(actor: Administrator, request: PageRequest) -> HttpResponseBase:
    """List all repository groups."""
    view = view_from(request, GROUPS, GROUP_SORTS, {})
    turned = view.turned(view.ordered(_found(every_group(actor), view).select_related("owner"), GROUP_SORTS))
    ids = [row.pk for row in turned.object_list]
    inside = _counted(Repository.objects.filter(group_id__in=ids), "group_id")
    below = _counted(RepositoryGroup.objects.filter(parent_id__in=ids), "parent_id")
    context = {
        "view": view,
        "page": turned,
        "rows": [
            {
                "group": row,
                "description": _said(row),
                "repositories": inside.get(row.pk, 0),
                "groups": below.get(row.pk, 0),
            }
            for row in turned.object_list
        ],
        "headings": view.headings(GROUP_LABELS, GROUP_SORTS),
    }
    return admin_page(request, "repository groups", "admin/repository_groups.html", context)


def _said(row: Repository | RepositoryGroup) -> str:
    """Give a description that says more than the name."""
    return "" if row.description == row.name.rpartition("/")[2] else row.description


def _found(rows: QuerySet[Any], view: ListView) -> QuerySet[Any]:
    for word in view.words:
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word) | Q(owner__username=word))
    return rows


def _counted(rows: QuerySet[Any], column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(count=Count("pk")))
