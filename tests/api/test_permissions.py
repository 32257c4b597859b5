"""Grants of users and user groups on everything, and where a level comes from."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.accounts.granting import set_grants
from belvedere.accounts.models import UserGroupGrant
from belvedere.repos import group_grants
from belvedere.repos.models import Repository, RepositoryGrant, RepositoryGroup, RepositoryGroupGrant
from tests.api.conftest import Caller


@pytest.fixture
def devs(administrator: Caller, owner: Caller, writer: Caller) -> int:
    """A user group of the administrator's, with `writer` in it; everybody may read it."""
    made = administrator("create_user_group", group_name="devs")["user_group"]
    administrator("add_user_to_user_group", usersgroupid="devs", userid="writer")
    return made["users_group_id"]


def level(administrator: Caller, who: Caller, kind: str, name: str) -> str:
    return administrator("get_user", userid=who.user_id)["permissions"][kind].get(name)


def test_a_user_group_is_granted_something_on_a_repository(
    administrator: Caller, owner: Caller, writer: Caller, devs: int
) -> None:
    number = owner("create_repo", repo_name="mine", private=True)["repo"]["repo_id"]
    assert writer("get_repo", repoid="mine") is None
    for caller, repoid, given in (
        (owner, "mine", "devs"),
        (administrator, number, devs),
        (owner, str(number), str(devs)),
    ):
        for argument in ("usersgroupid", "usergroupid"):
            granted = caller("grant_user_group_permission", repoid=repoid, perm="repository.write", **{argument: given})
            assert granted == {
                "msg": "Granted perm: `repository.write` for group: `devs` in repo: `mine`",
                "success": True,
            }
    assert RepositoryGrant.objects.filter(user_group_id=devs).count() == 1
    assert level(administrator, writer, "repositories", "mine") == "repository.write"
    owner("grant_user_group_permission", repoid="mine", usersgroupid="devs", perm="repository.read")
    assert level(administrator, writer, "repositories", "mine") == "repository.read"
    assert owner("get_repo", repoid="mine")["members"][-1] == {
        "type": "users_group",
        "id": devs,
        "name": "devs",
        "active": True,
        "permission": "repository.read",
    }
    administrator("update_user_group", usergroupid="devs", active=False)
    assert writer("get_repo", repoid="mine") is None
    administrator("update_user_group", usergroupid="devs", active=True)
    for _again in range(2):
        assert owner("revoke_user_group_permission", repoid="mine", usersgroupid="devs") == {
            "msg": "Revoked perm for group: `devs` in repo: `mine`",
            "success": True,
        }
    assert level(administrator, writer, "repositories", "mine") == "repository.none"


def test_the_texts_of_kallithea(administrator: Caller, devs: int) -> None:
    administrator("create_repo", repo_name="mine")
    given = {"repoid": "mine", "usergroupid": "devs"}
    granted = administrator.in_kallithea("grant_user_group_permission", **given, perm="repository.read")["result"]
    assert granted["msg"] == "Granted perm: `repository.read` for user group: `devs` in repo: `mine`"
    revoked = administrator.in_kallithea("revoke_user_group_permission", **given)["result"]
    assert revoked["msg"] == "Revoked perm for user group: `devs` in repo: `mine`"


def test_who_may_grant_to_a_user_group(
    administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, devs: int
) -> None:
    owner("create_repo", repo_name="mine")
    for name, more in (
        ("grant_user_group_permission", {"perm": "repository.admin"}),
        ("revoke_user_group_permission", {}),
    ):
        given = {"repoid": "mine", "usersgroupid": "devs", **more}
        for caller in (writer, outsider):
            assert caller.error(name, **given).startswith("admin access to `mine` is needed")
        assert owner.error(name, **{**given, "repoid": "nothing"}) == "repository `nothing` does not exist"
        assert owner.error(name, **{**given, "usersgroupid": "nobody"}) == "user group `nobody` does not exist"
        assert owner.error(name) == (f"Missing non optional `{'perm' if more else 'usersgroupid'}` arg in JSON DATA")
    administrator("revoke_user_permission_from_user_group", usergroupid="devs", userid="default")
    assert owner.error("grant_user_group_permission", repoid="mine", usersgroupid="devs", perm="repository.read") == (
        "user group `devs` does not exist"
    )
    assert not RepositoryGrant.objects.filter(user_group_id=devs).exists()


@pytest.mark.parametrize(
    "perm", ["group.read", "usergroup.read", "hg.admin", "repository.", "read", "", "repository.x"]
)
def test_only_levels_of_repositories_fit_repositories(administrator: Caller, devs: int, perm: str) -> None:
    administrator("create_repo", repo_name="mine")
    error = administrator.error("grant_user_group_permission", repoid="mine", usersgroupid="devs", perm=perm)
    assert error.startswith(f"permission `{perm}` does not exist")
    answer = administrator.in_kallithea("grant_user_group_permission", repoid="mine", usersgroupid="devs", perm=perm)
    assert answer["error"] == f"permission `{perm}` does not exist"


@pytest.fixture
def tree(administrator: Caller, owner: Caller) -> None:
    """`top` of the owner's, with a group, a repository and a private repository below; `topmost` beside it."""
    administrator("create_repo_group", group_name="top", owner="owner")
    administrator("create_repo_group", group_name="sub", parent="top")
    administrator("create_repo_group", group_name="topmost")
    for name in ("top/one", "top/sub/two", "topmost/apart"):
        administrator("create_repo", repo_name=name)
    administrator("create_repo", repo_name="top/sub/secret", private=True)


def reached(user_id: int | None = None, group_id: int | None = None) -> dict[str, int]:
    """Map what somebody has a grant on to the level."""
    return {
        grant.target.name: grant.level
        for grants in (RepositoryGrant, RepositoryGroupGrant)
        for grant in grants.objects.filter(user_id=user_id, user_group_id=group_id).select_related("target")
    }


CHILDREN: dict[str, set[str]] = {
    "none": {"top"},
    "repos": {"top", "top/one", "top/sub/two", "top/sub/secret"},
    "groups": {"top", "top/sub"},
    "all": {"top", "top/sub", "top/one", "top/sub/two", "top/sub/secret"},
}


@pytest.mark.parametrize("children", CHILDREN)
@pytest.mark.parametrize("kind", ["user", "user_group"])
def test_a_group_and_its_children(
    owner: Caller, writer: Caller, devs: int, tree: None, children: str, kind: str
) -> None:
    holder = {"user": {"userid": "writer"}, "user_group": {"usergroupid": "devs"}}[kind]
    told = {"user": "user: `writer`", "user_group": "user group: `devs`"}[kind]
    who: dict[str, Any] = {"user_id": writer.user_id} if kind == "user" else {"group_id": devs}
    for number, word in enumerate(("none", "read", "write", "admin")):
        granted = owner(
            f"grant_{kind}_permission_to_repo_group",
            repogroupid="top",
            perm=f"group.{word}",
            apply_to_children=children,
            **holder,
        )
        assert granted == {
            "msg": f"Granted perm: `group.{word}` (recursive:{children}) for {told} in repo group: `top`",
            "success": True,
        }
        assert reached(**who) == dict.fromkeys(CHILDREN[children], number)
    revoked = owner(
        f"revoke_{kind}_permission_from_repo_group", repogroupid="top", apply_to_children=children, **holder
    )
    assert revoked == {
        "msg": f"Revoked perm (recursive:{children}) for {told} in repo group: `top`",
        "success": True,
    }
    assert reached(**who) == {}


def test_only_the_last_part_of_the_name_is_told(administrator: Caller, writer: Caller, tree: None) -> None:
    given = {"repogroupid": "top/sub", "userid": "writer"}
    granted = administrator("grant_user_permission_to_repo_group", **given, perm="group.read", apply_to_children=None)
    assert granted["msg"] == "Granted perm: `group.read` (recursive:none) for user: `writer` in repo group: `sub`"
    revoked = administrator.in_kallithea("revoke_user_permission_from_repo_group", **given)["result"]
    assert revoked["msg"] == "Revoked perm (recursive:none) for user: `writer` in repo group: `sub`"


def test_everyone_does_not_come_into_private_repositories(
    administrator: Caller, owner: Caller, outsider: Caller, tree: None
) -> None:
    """What `default` has on a private repository counts for nothing while it is private, and is kept for afterwards."""
    given = {"repogroupid": "top", "userid": "default", "apply_to_children": "all"}
    owner("grant_user_permission_to_repo_group", **given, perm="group.write")
    inside = {name: number for name, number in reached(user_id=1).items() if name.startswith("top/") or name == "top"}
    assert inside == {"top": 2, "top/sub": 2, "top/one": 2, "top/sub/two": 2, "top/sub/secret": 0}
    assert outsider("get_repo", repoid="top/sub/secret") is None
    administrator("update_repo", repoid="top/sub/secret", private=False)
    assert outsider("get_repo", repoid="top/sub/secret") is None
    administrator("update_repo", repoid="top/sub/secret", private=True)
    owner("revoke_user_permission_from_repo_group", **given)
    assert set(reached(user_id=1)) == {"topmost", "topmost/apart", "top/sub/secret"}
    assert outsider("get_repo", repoid="top/one") is None


@pytest.mark.parametrize("perm", ["repository.read", "usergroup.admin", "hg.admin"])
def test_levels_of_other_kinds_do_not_fit_groups(administrator: Caller, devs: int, tree: None, perm: str) -> None:
    for name, holder in (
        ("grant_user_permission_to_repo_group", {"userid": "writer"}),
        ("grant_user_group_permission_to_repo_group", {"usergroupid": "devs"}),
    ):
        error = administrator.error(name, repogroupid="top", perm=perm, apply_to_children="all", **holder)
        assert error == f"permission `{perm}` is invalid, should start with group."
    assert reached(group_id=devs) == {}
    error = administrator.error("grant_user_permission_to_repo_group", repogroupid="top", userid="writer", perm="x")
    assert error.startswith("permission `x` does not exist")


def test_wrong_arguments_grant_nothing(administrator: Caller, writer: Caller, devs: int, tree: None) -> None:
    grant, good = (
        "grant_user_permission_to_repo_group",
        {"repogroupid": "top", "userid": "writer", "perm": "group.read"},
    )
    for wrong in ("ALL", "", 1, [], True):
        assert "must be one of none,repos,groups,all" in administrator.error(grant, **good, apply_to_children=wrong)
    for missing, given in (("repogroupid", "nowhere"), ("userid", "nobody")):
        kind = {"repogroupid": "repository group", "userid": "user"}[missing]
        assert administrator.error(grant, **{**good, missing: given}) == f"{kind} `{given}` does not exist"
        assert administrator.error(grant, **{**good, missing: None}) == f"{kind} `None` does not exist"
        kept = {name: value for name, value in good.items() if name != missing}
        assert administrator.error(grant, **kept) == f"Missing non optional `{missing}` arg in JSON DATA"
    assert "`perm`" in administrator.error(grant, **{**good, "perm": None})
    assert administrator.error(grant, **good, more=1) == "Unknown `more` arg in JSON DATA"
    assert (
        administrator.error("revoke_user_group_permission_from_repo_group", repogroupid="top", usersgroupid="nobody")
        == "user group `nobody` does not exist"
    )
    assert reached(user_id=writer.user_id) == {}


def test_it_takes_administering_the_group(
    administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, devs: int, tree: None
) -> None:
    given = {"repogroupid": "top", "userid": "outsider", "perm": "group.admin"}
    administrator("grant_user_permission_to_repo_group", **{**given, "userid": "writer", "perm": "group.write"})
    assert writer.error("grant_user_permission_to_repo_group", **given) == (
        "admin access to `top` is needed, and writer has write (from grant)"
    )
    assert outsider.error("grant_user_permission_to_repo_group", **given).endswith("has read (from default grant)")
    owner("grant_user_permission_to_repo_group", **given)
    outsider("revoke_user_permission_from_repo_group", repogroupid="top", userid="writer")
    administrator("revoke_user_permission_from_repo_group", repogroupid="topmost", userid="default")
    assert owner.error("grant_user_permission_to_repo_group", **{**given, "repogroupid": "topmost"}) == (
        "repository group `topmost` does not exist"
    )


def test_grants_on_children_are_all_or_nothing(
    administrator: Caller, owner: Caller, writer: Caller, tree: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_groups(grants: Any, *more: Any) -> None:
        if grants is RepositoryGrant:
            raise RuntimeError("half-way")
        set_grants(grants, *more)

    monkeypatch.setattr(group_grants, "set_grants", only_groups)
    error = owner.error(
        "grant_user_permission_to_repo_group",
        repogroupid="top",
        userid="writer",
        perm="group.read",
        apply_to_children="all",
    )
    assert error.startswith("Internal server error")
    assert reached(user_id=writer.user_id) == {}


def test_children_cost_the_same_however_many(
    administrator: Caller, writer: Caller, devs: int, tree: None, django_assert_max_num_queries: Any
) -> None:
    owner_id = Repository.objects.first().owner_id  # type: ignore[union-attr]  # there are some
    group = RepositoryGroup.objects.get(name="top")
    Repository.objects.bulk_create(
        Repository(name=f"top/r{n}", key=f"top/r{n}", storage=f"r{n}", group=group, owner_id=owner_id, scheme="hg")
        for n in range(300)
    )
    given = {"repogroupid": "top", "usergroupid": "devs", "apply_to_children": "all"}
    with django_assert_max_num_queries(16):
        administrator("grant_user_group_permission_to_repo_group", **given, perm="group.write")
    assert len(reached(group_id=devs)) == 305
    with django_assert_max_num_queries(16):
        administrator("revoke_user_group_permission_from_repo_group", **given)
    assert reached(group_id=devs) == {}


def test_grants_on_user_groups(
    administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, devs: int
) -> None:
    administrator("create_user_group", group_name="staff")
    for name in ("devs", "staff"):
        administrator("revoke_user_permission_from_user_group", usergroupid=name, userid="default")
    assert outsider("get_user_group", usergroupid="staff") is None
    granted = administrator(
        "grant_user_permission_to_user_group", usergroupid="staff", userid="outsider", perm="usergroup.read"
    )
    assert granted == {
        "msg": "Granted perm: `usergroup.read` for user: `outsider` in user group: `staff`",
        "success": True,
    }
    assert level(administrator, outsider, "user_groups", "staff") == "usergroup.read"
    granted = administrator(
        "grant_user_group_permission_to_user_group",
        usergroupid="staff",
        sourceusergroupid="devs",
        perm="usergroup.admin",
    )
    assert granted == {
        "msg": "Granted perm: `usergroup.admin` for user group: `devs` in user group: `staff`",
        "success": True,
    }
    writer("update_user_group", usergroupid="staff", description="by a member of devs")
    assert (
        writer.error(
            "grant_user_group_permission_to_user_group",
            usersgroupid="staff",
            sourceusergroupid="devs",
            perm="usergroup.read",
        )
        == "user group `devs` does not exist"
    )  # he is in it, but may not see it
    assert writer("revoke_user_permission_from_user_group", usergroupid="staff", userid="outsider") == {
        "msg": "Revoked perm for user: `outsider` in user group: `staff`",
        "success": True,
    }
    assert outsider("get_user_group", usergroupid="staff") is None
    assert administrator(
        "revoke_user_group_permission_from_user_group", usergroupid="staff", sourceusergroupid="devs"
    ) == {"msg": "Revoked perm for user group: `devs` in user group: `staff`", "success": True}
    assert writer("get_user_group", usergroupid="staff") is None
    for perm, text in (
        ("group.read", "permission `group.read` is invalid, should start with usergroup."),
        ("usergroup.x", "permission `usergroup.x` does not exist: must be one of "),
    ):
        for name, holder in (
            ("grant_user_permission_to_user_group", {"userid": "writer"}),
            ("grant_user_group_permission_to_user_group", {"sourceusergroupid": "devs"}),
        ):
            assert administrator.error(name, usergroupid="staff", perm=perm, **holder).startswith(text)
    assert not UserGroupGrant.objects.exists()


def test_explain_tells_every_source_the_strongest_first(
    administrator: Caller, owner: Caller, writer: Caller, devs: int
) -> None:
    owner("create_repo", repo_name="mine")
    administrator("grant_user_permission", repoid="mine", userid="writer", perm="repository.none")
    owner("grant_user_group_permission", repoid="mine", usersgroupid="devs", perm="repository.write")
    explained = administrator("explain_permission", userid="writer", repoid="mine")
    assert explained == {
        "username": "writer",
        "active": True,
        "name": "mine",
        "permission": "repository.write",
        "sources": [
            {"permission": "repository.write", "source": "user group devs"},
            {"permission": "repository.read", "source": "default grant"},
        ],
    }
    assert owner("explain_permission", userid="writer", repoid="mine") == explained  # who administers it
    assert writer("explain_permission", userid=writer.user_id, repoid="mine") == explained  # about himself
    sources = owner("explain_permission", userid="owner", repoid="mine")["sources"]
    assert [each["source"] for each in sources] == ["owner", "grant", "default grant"]
    told = administrator("explain_permission", userid="admin", repoid="mine")
    assert (told["permission"], told["sources"][0]["source"]) == ("repository.admin", "administrator")
    administrator("update_repo", repoid="mine", private=True)
    administrator("update_user_group", usergroupid="devs", active=False)
    told = administrator("explain_permission", userid="writer", repoid="mine")
    assert (told["permission"], told["sources"]) == ("repository.none", [])


def test_explain_on_groups_of_both_kinds(administrator: Caller, writer: Caller, devs: int, tree: None) -> None:
    administrator(
        "grant_user_group_permission_to_repo_group", repogroupid="top/sub", usergroupid="devs", perm="group.admin"
    )
    told = writer("explain_permission", userid="writer", repogroupid="top/sub")
    assert (told["permission"], told["sources"][0]) == (
        "group.admin",
        {"permission": "group.admin", "source": "user group devs"},
    )
    for argument in ("usergroupid", "usersgroupid"):
        told = writer("explain_permission", userid="writer", **{argument: "devs"})
        assert told["sources"] == [{"permission": "usergroup.read", "source": "default grant"}]


def test_who_may_ask_for_an_explanation(
    administrator: Caller, owner: Caller, writer: Caller, outsider: Caller, devs: int, tree: None
) -> None:
    owner("create_repo", repo_name="hidden", private=True)
    for given in ({"repoid": "hidden"}, {"repoid": "nothing"}):
        for who in ("outsider", "owner"):
            assert outsider.error("explain_permission", userid=who, **given) == (
                f"repository `{given['repoid']}` does not exist"
            )
    assert outsider.error("explain_permission", userid="owner", repoid="top/one").startswith(
        "admin access to `top/one`"
    )
    assert outsider.error("explain_permission", userid="owner", repogroupid="top").startswith("admin access to `top`")
    assert outsider.error("explain_permission", userid="owner", usergroupid="devs").startswith("admin access to `devs`")
    assert administrator.error("explain_permission", userid="nobody", repoid="hidden") == "user `nobody` does not exist"
    assert administrator.error("explain_permission", repoid="hidden") == (
        "Missing non optional `userid` arg in JSON DATA"
    )
    for given in ({}, {"repoid": "hidden", "repogroupid": "top"}):
        assert administrator.error("explain_permission", userid="owner", **given) == (
            "give one of `repoid`, `repogroupid` and `usergroupid`"
        )
    assert administrator.error("explain_permission", userid="owner", repogroupid="x") == (
        "repository group `x` does not exist"
    )
