"""The permissions editor: what it tells, what it saves at once or not at all, and what it asks before."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.test import Client

from belvedere.access.levels import Level
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.models import User, UserGroup
from belvedere.repos.fetch import repository_rule
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroupGrant
from tests.api.conftest import Caller
from tests.web.conftest import text_of

ROCKS = "/rocks/settings/permissions"
NATURE = "/_admin/repo_groups/nature/edit/permissions"


@pytest.fixture
def rocks(administrator: Caller, owner: Caller, writer: Caller, reader: Caller) -> Repository:
    administrator("create_repo", repo_name="rocks", repo_type="git", owner="owner")
    administrator("create_user_group", group_name="walkers", owner="owner")
    administrator("add_user_to_user_group", usergroupid="walkers", userid="reader")
    administrator("grant_user_permission", repoid="rocks", userid="writer", perm="repository.write")
    administrator("grant_user_permission", repoid="rocks", userid="reader", perm="repository.read")
    administrator("grant_user_group_permission", repoid="rocks", usersgroupid="walkers", perm="repository.write")
    return Repository.objects.get(name="rocks")


@pytest.fixture
def keeper(rocks: Repository, owner: Caller, signed_in: Any) -> Client:
    return signed_in(owner)


def levels(name: str = "rocks") -> dict[str, str]:
    rows = RepositoryGrant.objects.filter(target__name=name).select_related("user", "user_group")
    return {str(row.user or row.user_group): Level(row.level).label for row in rows}


def field_of(page: str, name: str) -> str:
    """Give what the select of a holder is called."""
    found = re.search(rf'<select name="([^"]+)" aria-label="Level of {name}"', page)
    assert found, page
    return found[1]


def test_the_table_tells_what_people_have_in_all(rocks: Repository, administrator: Caller, keeper: Client) -> None:
    administrator("grant_user_permission", repoid="rocks", userid="admin", perm="repository.read")
    administrator("update_user", userid="writer", active=False)
    page = text_of(keeper.get(ROCKS))
    assert "has write: from user group walkers" in page
    assert "1 member" in page
    assert "has admin: as administrator of this site" in page
    assert "cannot sign in" in page
    assert "not private" in page
    administrator("update_repo", repoid="rocks", private=True)
    assert "counts for nothing while the repository is private" in text_of(keeper.get(ROCKS))


def test_changes_are_saved_together(rocks: Repository, administrator: Caller, keeper: Client, outsider: Caller) -> None:
    administrator("create_user_group", group_name="divers", owner="owner")
    page = text_of(keeper.get(ROCKS))
    writer = field_of(page, "writer")
    reader = field_of(page, "reader").split("-")[1]
    response = keeper.post(
        ROCKS,
        {
            field_of(page, "Everyone"): "0",
            writer: "1",
            f"level-{reader}-1": "1",
            f"strike-{reader}": "on",
            "new_kind": ["user", "group", "user"],
            "new_name": ["outsider", "divers", " "],
            "new_level": ["2", "1", "3"],
        },
    )
    assert response["Location"] == ROCKS
    assert "Saved: 5 changes." in text_of(keeper.get(ROCKS))
    assert levels() == {
        "default": "none",
        "owner": "admin",
        "writer": "read",
        "walkers": "write",
        "outsider": "write",
        "divers": "read",
    }


def test_one_mistake_saves_nothing_and_keeps_what_was_typed(
    rocks: Repository, administrator: Caller, keeper: Client
) -> None:
    administrator("create_user_group", group_name="hidden")
    administrator("grant_user_permission_to_user_group", usergroupid="hidden", userid="default", perm="usergroup.none")
    before = levels()
    page = text_of(keeper.get(ROCKS))
    sent = {
        field_of(page, "writer"): "3",
        "new_kind": ["user", "group", "user"],
        "new_name": ["nobody<b>", "hidden", "reader"],
        "new_level": ["1", "1", "3"],
    }
    page = text_of(keeper.post(ROCKS, sent))
    assert levels() == before
    assert "There is no user called nobody&lt;b&gt;." in page
    assert "There is no user group that you can see called hidden." in page
    assert 'value="reader"' in page
    assert re.search(
        r'aria-label="Level of writer"[^>]*>[^/]*(<option[^/]*/option>\s*){3}<option value="3" selected', page
    )
    assert 'value="nobody&lt;b&gt;"' in page


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    rocks: Repository, administrator: Caller, keeper: Client
) -> None:
    page = text_of(keeper.get(ROCKS))
    field = field_of(page, "writer")
    administrator("grant_user_permission", repoid="rocks", userid="writer", perm="repository.none")
    page = text_of(keeper.post(ROCKS, {field: "3"}))
    assert "Somebody else changed this meanwhile" in page
    assert levels()["writer"] == "none"
    assert field_of(page, "writer").endswith("-0")


def test_nobody_locks_himself_out_unknowingly(
    rocks: Repository, administrator: Caller, writer: Caller, signed_in: Any
) -> None:
    administrator("grant_user_permission", repoid="rocks", userid="writer", perm="repository.admin")
    client = signed_in(writer)
    field = field_of(text_of(client.get(ROCKS)), "writer")
    page = text_of(client.post(ROCKS, {field: "1"}))
    assert "You would no longer administer <code>rocks</code>" in page.replace("&#x27;", "'")
    assert levels()["writer"] == "admin"
    response = client.post(ROCKS, {field: "1", "sure": "on"})
    assert (response.status_code, response["Location"]) == (302, "/rocks")
    assert levels()["writer"] == "read"


def test_grants_of_another_object_are_out_of_reach(rocks: Repository, administrator: Caller, keeper: Client) -> None:
    administrator("create_repo", repo_name="lakes", repo_type="git")
    administrator("grant_user_permission", repoid="lakes", userid="writer", perm="repository.write")
    other = RepositoryGrant.objects.get(target__name="lakes", user__username="writer")
    text_of(keeper.post(ROCKS, {f"level-{other.pk}-2": "0", f"strike-{other.pk}": "on"}))
    assert levels("lakes")["writer"] == "write"
    for sent in (
        {"obj_type": "user", "user_id": "x"},
        {"obj_type": "user"},
        {},
        {"obj_type": "user", "user_id": "9" * 40},
    ):
        assert keeper.post(f"{ROCKS}/delete", sent).status_code in (400, 404)


def test_one_grant_is_taken_back_as_kallithea_did(rocks: Repository, keeper: Client) -> None:
    user = User.objects.get(username="reader")
    assert keeper.post(f"{ROCKS}/delete", {"obj_type": "user", "user_id": user.pk}).status_code == 302
    group = UserGroup.objects.get(name="walkers")
    assert keeper.post(f"{ROCKS}/delete", {"obj_type": "user_group", "user_group_id": group.pk}).status_code == 302
    assert set(levels()) == {"default", "owner", "writer"}
    assert keeper.post(f"{ROCKS}/delete", {"obj_type": "user", "user_id": user.pk}).status_code == 400


def test_many_entries_are_turned_and_found(rocks: Repository, keeper: Client) -> None:
    users = User.objects.bulk_create(User(username=f"user{number:03}") for number in range(120))
    RepositoryGrant.objects.bulk_create(RepositoryGrant(target=rocks, user=user, level=1) for user in users)
    page = text_of(keeper.get(ROCKS))
    assert "Page 1 of 3" in page
    assert len(page) < 60_000
    found = text_of(keeper.get(f"{ROCKS}?q=user117"))
    assert field_of(found, "user117")
    assert "user116" not in found
    assert keeper.post(f"{ROCKS}?q=user117", {field_of(found, "user117"): "2"})["Location"] == f"{ROCKS}?q=user117"
    assert levels()["user117"] == "write"


def test_rows_cost_no_queries(rocks: Repository, keeper: Client, django_assert_max_num_queries: Any) -> None:
    users = User.objects.bulk_create(User(username=f"user{number:03}") for number in range(45))
    RepositoryGrant.objects.bulk_create(RepositoryGrant(target=rocks, user=user, level=1) for user in users)
    with django_assert_max_num_queries(20):
        text_of(keeper.get(ROCKS))


def test_the_strongest_grant_is_the_one_that_the_rule_uses(rocks: Repository, administrator: Caller) -> None:
    random_numbers = random.Random(7)
    users = User.objects.bulk_create(User(username=f"user{number}") for number in range(12))
    groups = [UserGroup(name=f"group{number}", owner_id=administrator.user_id) for number in range(5)]
    for number, group in enumerate(groups):
        group.is_active = number != 3
        group.save()
        group.memberships.model.objects.bulk_create(
            group.memberships.model(user_group=group, user=user) for user in random_numbers.sample(users, 5)
        )
        RepositoryGrant.objects.create(target=rocks, user_group=group, level=random_numbers.randrange(4))
    for user in random_numbers.sample(users, 6):
        RepositoryGrant.objects.create(target=rocks, user=user, level=random_numbers.randrange(4))
    for is_private in (False, True):
        Repository.objects.filter(pk=rocks.pk).update(is_private=is_private)
        found = repository_rule.strongest([user.pk for user in users], rocks.pk)
        for user in users:
            assert found[user.pk].level == repository_rule.level_on(actor_from_user(user), rocks.pk, rocks.owner_id)
    assert len({reason.level for reason in found.values()}) > 2


@pytest.fixture
def nature(administrator: Caller, owner: Caller, reader: Caller, writer: Caller) -> None:
    """A group with a group, repositories at two depths, and one that nobody but administrators may see."""
    administrator("create_repo_group", group_name="nature", owner="owner")
    administrator("create_repo_group", group_name="high", parent="nature", owner="owner")
    for name in ("nature/rocks", "nature/high/lakes"):
        administrator("create_repo", repo_name=name, repo_type="git", owner="owner")
    administrator("create_repo", repo_name="nature/secret", repo_type="git", private=True)
    administrator("grant_user_permission", repoid="nature/rocks", userid="writer", perm="repository.write")


def test_what_is_inside_changes_only_after_it_was_shown(nature: None, owner: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    sent = {"new_kind": "user", "new_name": "writer", "new_level": "1", "children": "all"}
    page = text_of(client.post(NATURE, sent))
    assert "What would change inside" in page
    assert "2 repositories and 1 group would change" in page
    assert "nature/high/lakes" in page
    assert "secret" not in page
    assert "where you may not look" in page
    assert "somebody gets less" in page
    assert "writer" not in levels("nature/high/lakes")
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark
    assert client.post(NATURE, {**sent, "mark": mark[1]})["Location"] == NATURE
    assert levels("nature/high/lakes")["writer"] == levels("nature/rocks")["writer"] == "read"
    assert levels("nature/secret")["writer"] == "read"
    assert levels("nature/secret")["default"] == "none"
    assert RepositoryGroupGrant.objects.filter(user__username="writer", level=1).count() == 2


def test_what_changed_meanwhile_is_shown_anew(
    nature: None, administrator: Caller, owner: Caller, signed_in: Any
) -> None:
    client = signed_in(owner)
    sent = {"new_kind": "user", "new_name": "reader", "new_level": "1", "children": "repos"}
    mark = re.search(r'name="mark" value="(\w+)"', text_of(client.post(NATURE, sent)))
    assert mark
    administrator("grant_user_permission", repoid="nature/rocks", userid="reader", perm="repository.admin")
    page = text_of(client.post(NATURE, {**sent, "mark": mark[1]}))
    assert "changed meanwhile" in page
    assert levels("nature/rocks")["reader"] == "admin"


def test_a_preview_can_be_left(nature: None, owner: Caller, signed_in: Any) -> None:
    client = signed_in(owner)
    sent = {"new_kind": "user", "new_name": "reader", "new_level": "2", "children": "groups"}
    page = text_of(client.post(NATURE, {**sent, "back": "1"}))
    assert 'value="reader"' in page
    assert re.search(r'value="groups" checked', page)
    assert not RepositoryGroupGrant.objects.filter(user__username="reader").exists()


def test_a_struck_holder_loses_what_he_has_inside_and_others_keep_theirs(
    nature: None, administrator: Caller, owner: Caller, signed_in: Any
) -> None:
    administrator(
        "grant_user_permission_to_repo_group",
        repogroupid="nature",
        userid="reader",
        perm="group.read",
        apply_to_children="all",
    )
    client = signed_in(owner)
    key = field_of(text_of(client.get(NATURE)), "reader").split("-")[1]
    sent = {f"level-{key}-1": "1", f"strike-{key}": "on", "children": "repos"}
    mark = re.search(r'name="mark" value="(\w+)"', text_of(client.post(NATURE, sent)))
    assert mark
    assert client.post(NATURE, {**sent, "mark": mark[1]}).status_code == 302
    assert "reader" not in levels("nature/rocks")
    assert levels("nature/rocks")["writer"] == "write"
    assert RepositoryGroupGrant.objects.get(user__username="reader").target.name == "nature/high"
