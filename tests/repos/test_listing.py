"""Lists of repositories and groups: what is prepared for first pages says the same as what is asked for others."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.scope import Scope
from belvedere.accounts.models import User, UserGroup
from belvedere.repos import listing
from belvedere.repos.fetch import Readable, ReadableGroup, groups_visible_to, visible_to
from belvedere.repos.following import follower_count, follows
from belvedere.repos.forks import fork_count, parent_name
from belvedere.repos.listing import Wanted, listed
from belvedere.repos.models import Following, Repository, RepositoryGroup
from tests.api.conftest import Caller, administrator, newcomer, outsider, owner, reader, site

__all__ = ["administrator", "newcomer", "outsider", "owner", "reader", "site"]


@pytest.fixture
def tree(administrator: Caller, owner: Caller, reader: Caller, outsider: Caller) -> dict[str, Actor]:
    """Repositories and groups on two levels, which everyone sees differently; actors by what they are."""
    user, friends = User.objects.get(username="owner"), UserGroup.objects.create(name="friends", owner_id=owner.user_id)
    friends.memberships.create(user_id=reader.user_id)
    groups = {"": None}
    for name in ("a", "b", "b/c"):
        above, _, _last = name.rpartition("/")
        groups[name] = RepositoryGroup.objects.create(name=name, key=name, owner=user, parent=groups[above])
        if name != "a":
            groups[name].grants.create(user_id=1, level=Level.READ)
    for number, (above, letter) in enumerate(itertools.product(groups, "mnopq")):
        name = f"{above}/{letter}".lstrip("/")
        row = Repository.objects.create(
            name=name, key=name, scheme="git", storage=name, owner=user, group=groups[above], is_private=letter == "o"
        )
        row.grants.create(user_id=1, level=Level.NONE if letter == "n" else Level.READ)
        if number % 3 == 0:
            row.grants.create(user_id=reader.user_id, level=Level.READ)
        if letter == "n":
            row.grants.create(user_group=friends, level=Level.READ)
    inside_b = RepositoryGroup.objects.get(name="b").pk
    return {
        "administrator": Actor(administrator.user_id, "admin", is_administrator=True),
        "owner": Actor(owner.user_id, "owner"),
        "reader": Actor(reader.user_id, "reader"),
        "outsider": Actor(outsider.user_id, "outsider"),
        "anonymous": Actor(1, "default"),
        "narrowed": Actor(owner.user_id, "owner", scope=Scope(objects=frozenset({("group", inside_b)}))),
        "narrowed administrator": Actor(
            administrator.user_id, "admin", is_administrator=True, scope=Scope(objects=frozenset({("group", inside_b)}))
        ),
        "without a level": Actor(owner.user_id, "owner", scope=Scope(ceiling=Level.NONE)),
    }


ACTORS = (
    "administrator",
    "owner",
    "reader",
    "outsider",
    "anonymous",
    "narrowed",
    "narrowed administrator",
    "without a level",
)


def expected(actor: Actor, wanted: Wanted) -> tuple[list[str], list[str]]:
    """Say in plain Python what stands in a list."""
    groups, rows = groups_visible_to(actor).select_related("owner"), visible_to(actor).select_related("owner")
    orders: dict[str, Any] = {
        "name": lambda row: row.key,
        "changed": lambda row: (row.updated_on, row.pk) if isinstance(row, Repository) else row.key,
        "owner": lambda row: (row.owner.username, row.key),
    }

    def names(found: Any) -> list[str]:
        return [row.name for row in sorted(found, key=orders[wanted.order], reverse=wanted.is_descending)]

    if wanted.is_deep:
        start = f"{wanted.group.name}/" if wanted.group else ""
        return [], names(row for row in rows if row.name.startswith(start))
    place = wanted.group.pk if wanted.group else None
    return names(row for row in groups if row.parent_id == place), names(row for row in rows if row.group_id == place)


@pytest.mark.parametrize("who", ACTORS)
def test_every_list_holds_what_one_may_see(tree: dict[str, Actor], who: str) -> None:
    actor, orders = tree[who], ("name", "changed", "owner")
    places = [None, *(ReadableGroup(group) for group in groups_visible_to(actor))]
    seen = 0
    for place, is_deep, order, is_descending in itertools.product(places, (False, True), orders, (False, True)):
        wanted = Wanted(group=place, is_deep=is_deep, order=order, is_descending=is_descending)  # type: ignore[arg-type]
        groups, rows = expected(actor, wanted)
        for start, size in ((0, 2), (0, 50), (2, 2)):
            found = listed(actor, wanted, start, size)
            names = [row.name for row in (*found.groups, *found.repositories)]
            assert names == [*groups, *rows][start : start + size]
            assert found.total == len(groups) + len(rows)
        seen += len(rows)
    assert seen if who != "without a level" else not seen


def test_the_first_page_is_prepared_once(tree: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        for who in ("administrator", "owner", "anonymous"):
            assert listed(tree[who], Wanted(), 0, 2).total

    def built(*_arguments: object, **_more: object) -> None:
        raise AssertionError

    monkeypatch.setattr(listing, "_groups", built)
    monkeypatch.setattr(listing, "_repositories", built)
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.as_sql", built)
    for who in ("administrator", "owner", "reader", "anonymous"):
        assert listed(tree[who], Wanted(), 0, 2).total


@pytest.mark.parametrize("who", ACTORS)
def test_forks_are_counted_as_far_as_they_are_seen(tree: dict[str, Actor], who: str) -> None:
    actor, source = tree[who], Repository.objects.get(name="m")
    Repository.objects.exclude(pk=source.pk).update(fork_of=source)
    seen = set(visible_to(actor).filter(fork_of=source).values_list("name", flat=True))
    assert fork_count(actor, Readable(source)) == len(seen)
    fork = Repository.objects.get(name="b/m")
    may_see_source = visible_to(actor).filter(pk=source.pk).exists()
    assert parent_name(actor, Readable(fork)) == ("m" if may_see_source else None)
    assert parent_name(actor, Readable(source)) is None
    assert fork_count(actor, Readable(fork)) == 0


def test_followers_are_counted(tree: dict[str, Actor]) -> None:
    repository, other = (Readable(Repository.objects.get(name=name)) for name in ("m", "n"))
    for who in ("owner", "reader"):
        Following.objects.create(repository=repository, user_id=tree[who].user_id)
    assert (follower_count(repository), follower_count(other)) == (2, 0)
    assert [follows(tree[who], repository) for who in ("owner", "reader", "outsider", "anonymous")] == [
        True,
        True,
        False,
        False,
    ]
    assert not follows(tree["owner"], other)
