"""What pickers ask while one types: repositories and groups for the switcher, users and user groups for forms."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor, Member
from belvedere.accounts.lookup import people_called, person_called, user_group_called, user_groups_called
from belvedere.accounts.models import User, UserGroup
from belvedere.repos.listing import groups_called, repositories_called, words_from
from belvedere.web.links import address_of
from belvedere.web.listing import full_name
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

MOST = 20
MOST_GROUPS = 6
EVERYTHING = 100_000
QUERY_LENGTH = 200
KINDS = "users,groups"

Json = dict[str, Any]


@page("_repos")
def switcher(actor: Actor, request: PageRequest) -> HttpResponseBase:
    """Find repositories and groups by a part of their full names, the likeliest first.

    Without `query` it is everything that one may read, as Kallithea's clients expect.
    """
    query = _query(request)
    is_narrow = bool(words_from(query))
    groups = groups_called(actor, query, MOST_GROUPS if is_narrow else EVERYTHING)
    repositories = repositories_called(actor, query, MOST - len(groups) if is_narrow else EVERYTHING)
    results = [
        {"text": "Groups", "children": [_group(name) for name in groups]},
        {"text": "Repositories", "children": [_repository(row) for row in repositories]},
    ]
    return JsonResponse({"more": False, "results": [each for each in results if each["children"]]})


@page("_users_and_groups")
def users_and_groups(member: Member, request: PageRequest) -> HttpResponseBase:
    """Find users by username or name, and user groups that one may see; `types=users` leaves the groups out.

    `key` asks for one exact name instead.
    """
    kinds = request.GET.get("types", KINDS).split(",")
    key, query = request.GET.get("key", "").replace("\0", ""), _query(request)
    users: list[User] = []
    groups: list[UserGroup] = []
    if "users" in kinds:
        users = person_called(member, key) if key else people_called(member, query, MOST)
    if "groups" in kinds:
        groups = user_group_called(member, key) if key else user_groups_called(member, query, MOST)
    return JsonResponse({"results": [*map(_user, users), *map(_user_group, groups)]})


def _query(request: PageRequest) -> str:
    return request.GET.get("query", "").replace("\0", "")[:QUERY_LENGTH].strip()


def _group(name: str) -> Json:
    return {"id": name, "text": name, "type": "group", "url": address_of(name), "obj": {}}


def _repository(row: Json) -> Json:
    name = row["name"]
    told = {
        "repo_id": row["pk"],
        "repo_name": name,
        "repo_type": row["scheme"],
        "private": row["is_private"],
        "description": row["description"],
    }
    return {"id": name, "text": name, "type": "repo", "url": address_of(name), "obj": told}


def _user(row: User) -> Json:
    return {
        "type": "user",
        "id": row.pk,
        "name": row.username,
        "nname": row.username,
        "fname": row.firstname,
        "lname": row.lastname,
        "title": full_name(row),
    }


def _user_group(row: UserGroup) -> Json:
    return {"type": "group", "id": row.pk, "name": row.name, "grname": row.name, "title": row.name}
