"""What credentials that are narrowed to objects reach: those named, and everything below the groups named."""

from __future__ import annotations

from django.db.models import Q

from belvedere.access.scope import Scope
from belvedere.repos.models import RepositoryGroup


def repositories_within(scope: Scope) -> Q:
    """Give the condition for repositories; asks for the groups' present names, since they stand for what is below."""
    return Q(pk__in=scope.ids("repository")) | _below(scope)


def groups_within(scope: Scope) -> Q:
    """Give the condition for repository groups."""
    return Q(pk__in=scope.ids("group")) | _below(scope)


def _below(scope: Scope) -> Q:
    inside = Q(pk__in=())
    for name in RepositoryGroup.objects.filter(pk__in=scope.ids("group")).values_list("name", flat=True):
        inside |= Q(name__startswith=f"{name}/")
    return inside
