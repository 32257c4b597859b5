"""What a narrowed key may do: less than its user, never more."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.access.actor import Actor
from belvedere.access.actor import administrator as proof_of
from belvedere.access.levels import Level
from belvedere.access.scope import WHOLE, Scope, scope_from
from belvedere.accounts.authentication import actor_from_key
from belvedere.errors import Forbidden
from belvedere.repos.fetch import group_rule, repository_rule
from tests.api.conftest import Caller
from tests.api.test_api_keys import make


@pytest.fixture
def tree(administrator: Caller, owner: Caller) -> Caller:
    """Repositories `top`, `lakes/one`, `lakes/deep/two`, `lakeside/three` of the owner; `open` of somebody else."""
    for group, parent in (("lakes", None), ("deep", "lakes"), ("lakeside", None)):
        administrator("create_repo_group", group_name=group, parent=parent, owner="owner")
    for name in ("top", "lakes/one", "lakes/deep/two", "lakeside/three"):
        owner("create_repo", repo_name=name)
    administrator("create_repo", repo_name="open")
    return owner


def seen(caller: Caller) -> set[str]:
    return {repository["repo_name"] for repository in caller("get_repos")}


def test_a_key_for_reading_changes_nothing(administrator: Caller, tree: Caller) -> None:
    key = make(tree, access="read")
    assert seen(key) == {"top", "lakes/one", "lakes/deep/two", "lakeside/three", "open"}
    assert key("get_repo", repoid="top")["repo_name"] == "top"
    refused = key.error("update_repo", repoid="top", description="x")
    assert refused == "`update_repo` takes the scope `write`, and this key is narrowed to `read`"
    for method, arguments in (
        ("create_repo", {"repo_name": "new"}),
        ("create_repo", {"repo_name": "lakes/new"}),
        ("delete_repo", {"repoid": "top"}),
        ("comment_changeset", {"repoid": "top", "raw_id": "tip", "comment_msg": "x"}),
        ("add_ssh_key", {"public_key": "ssh-ed25519 x"}),
        ("create_api_key", {"access": "read"}),
        ("reset_api_key", {}),
    ):
        assert "takes the scope `write`" in key.error(method, **arguments)
    boss = make(administrator, access="read")
    assert boss.error("get_users") == "only an administrator may call `get_users`, with a key that is not narrowed"
    assert seen(boss) == seen(administrator)


def test_a_key_for_writing_administers_nothing(administrator: Caller, tree: Caller) -> None:
    for key in (make(tree, access="write"), make(administrator, access="write")):
        assert "these credentials allow only write" in key.error("update_repo", repoid="top", description="x")
        assert "no permission to create top level repo" in key.error("create_repo", repo_name="new")
        assert "keys are looked after with" in key.error("get_api_keys")
        assert "userid is not" in key.error("get_user", userid="outsider")
        created = key("create_repo", repo_name=f"lakes/new{key.username}")
        assert created["success"] is True
        assert "Only Kallithea admin" in key.error("create_repo", repo_name="lakes/other", owner="owner")


def test_a_key_of_some_methods_calls_only_those(administrator: Caller, tree: Caller) -> None:
    key = make(tree, methods=["changesets", "get_repo", "vcs"])
    assert key("get_repo", repoid="top")["repo_name"] == "top"
    assert key.error("get_changesets", repoid="top") == "Repository is empty"
    refused = key.error("get_repos")
    assert refused == (
        "`get_repos` takes the scope `repositories`, and this key is narrowed to `changesets`, `get_repo`, `vcs`"
    )
    assert "takes the scope `users`" in key.error("get_user")
    boss = make(administrator, methods="users, server")
    assert boss("get_user", userid="owner")["username"] == "owner"
    assert {user["api_key"] for user in boss("get_users")} == {None}
    assert boss("get_ip")["ip_addr_server"] == "127.0.0.1"
    assert "takes the scope `repositories`" in boss.error("create_repo", repo_name="x")
    assert "takes the scope `api_keys`" in boss.error("create_api_key")


def test_an_alias_stands_for_its_method(tree: Caller) -> None:
    key = make(tree, methods="comment_commit, show_ip")
    assert tree("get_api_keys")[1]["scopes"]["methods"] == ["comment_changeset", "get_ip"]
    assert "only an administrator" in key.error("show_ip")
    assert "takes the scope `comments`" in key.error("get_comments", repoid="top")


def test_checks_of_the_envelope_come_first(tree: Caller) -> None:
    key = make(tree, methods=["users"])
    assert key.error("get_repo") == "Missing non optional `repoid` arg in JSON DATA"
    assert key.error("no_such") == "No such method: no_such"


def test_a_key_of_a_repository_sees_nothing_else(administrator: Caller, tree: Caller) -> None:
    for key in (make(tree, repositories=["top"]), make(administrator, repositories=["top"])):
        assert seen(key) == {"top"}
        assert key("update_repo", repoid="top", description="by key")["repository"]["description"] == "by key"
        assert key("get_repo", repoid="open") is None
        missing = key.error("update_repo", repoid="no/such", description="x")
        assert key.error("update_repo", repoid="open", description="x") == missing.replace("no/such", "open")
        assert "no permission to create top level repo" in key.error("create_repo", repo_name="x")
        assert "not found" in key.error("create_repo", repo_name="lakes/x")
        assert "no permission" in key.error("create_user_group", group_name="x")
        assert key("get_user_groups") == []
        permissions = key("get_user")["permissions"]
        assert permissions == {
            "global": [],
            "repositories": {"top": "repository.admin"},
            "repositories_groups": {},
            "user_groups": {},
        }
        assert key("get_user")["api_key"] is None


def test_a_key_of_a_group_reaches_everything_below(administrator: Caller, tree: Caller) -> None:
    key = make(tree, repository_groups=["lakes"])
    assert seen(key) == {"lakes/one", "lakes/deep/two"}
    key("create_repo", repo_name="lakes/deep/later")
    assert seen(key) == {"lakes/one", "lakes/deep/two", "lakes/deep/later"}
    assert key("update_repo_group", repogroupid="lakes/deep", description="x")["repo_group"]
    assert "not exist" in key.error("update_repo_group", repogroupid="lakeside", description="x")
    administrator("update_repo_group", repogroupid="lakes", group_name="waters")
    assert seen(key) == {"waters/one", "waters/deep/two", "waters/deep/later"}
    tree("update_repo", repoid="waters/one", group="lakeside")
    assert "lakeside/one" not in seen(key)
    both = make(tree, repository_groups=["waters/deep"], repositories="top")
    assert seen(both) == {"top", "waters/deep/two", "waters/deep/later"}
    [*_, listed] = tree("get_api_keys")
    assert (listed["scopes"]["repositories"], listed["scopes"]["repository_groups"]) == (["top"], ["waters/deep"])


def test_a_key_whose_repository_is_gone_reaches_nothing(tree: Caller) -> None:
    key = make(tree, repositories=["top"])
    tree("delete_repo", repoid="top")
    assert seen(key) == set()
    tree("create_repo", repo_name="top")
    assert seen(key) == set()
    assert tree("get_api_keys")[1]["scopes"]["repositories"] == []


def test_a_key_gives_its_user_nothing_that_he_has_not(administrator: Caller, tree: Caller, reader: Caller) -> None:
    administrator("grant_user_permission", repoid="top", userid="reader", perm="repository.write")
    key = make(reader, repositories=["top"])
    assert "admin access" in key.error("update_repo", repoid="top", description="x")
    administrator("grant_user_permission", repoid="top", userid="default", perm="repository.none")
    administrator("revoke_user_permission", repoid="top", userid="reader")
    assert seen(key) == set()
    assert "does not exist" in reader.error("create_api_key", repositories=["top"])


def test_may_i_and_which_are_one_question(administrator: Caller, tree: Caller) -> None:
    for user in (tree, administrator):
        for scopes in (
            {"repository_groups": ["lakes"]},
            {"repositories": ["open", "lakes/one"], "access": "write"},
            {"repositories": ["top"], "repository_groups": ["lakes/deep"], "access": "read"},
        ):
            actor = actor_from_key(make(user, **scopes).key, "127.0.0.1")
            assert actor is not None
            for rule in (repository_rule, group_rule):
                levels = rule.levels(actor)
                for row in rule.model._default_manager.all():
                    level = rule.level_on(actor, row.pk, row.owner_id)
                    assert levels.get(row.pk, Level.NONE) == level
                    for each in Level:
                        if each > Level.NONE:
                            assert rule.reached(actor, each).filter(pk=row.pk).exists() == (level >= each)
                    if level == Level.NONE:
                        assert rule.reasons(actor, row.pk) == []


def test_a_narrowed_key_widens_nothing(administrator: Caller, tree: Caller) -> None:
    key = make(tree, methods=["api_keys", "users"])
    assert "may do more than itself" in key.error("create_api_key")
    assert "may do more than itself" in key.error("create_api_key", methods=["users", "repositories"])
    child = make(key, methods=["users"])
    assert child("get_user")["api_key"] is None
    assert [each["api_key"] for each in key("get_api_keys")] == [None, None, None]
    assert "does not come by the automatic one" in key.error("reset_api_key")
    short = make(tree, methods=["api_keys"], lifetime=10)
    assert "works longer" in short.error("create_api_key", methods=["api_keys"])
    assert "works longer" in short.error("create_api_key", methods=["api_keys"], lifetime=60)
    make(short, methods=["api_keys"], lifetime=5)
    for scopes in ({"access": "write"}, {"repositories": ["top"]}, {"repository_groups": ["lakes"]}):
        for user in (tree, administrator):
            narrowed = make(user, **scopes)
            for method in ("create_api_key", "get_api_keys", "reset_api_key", "get_ssh_keys"):
                assert "key" in narrowed.error(method)
            assert "looked after" in narrowed.error("delete_api_key", api_key_id=1)
            assert "looked after" in narrowed.error("delete_ssh_key", ssh_key_id=1)


def test_scopes_are_values() -> None:
    narrow = Scope(Level.READ, frozenset({"users", "vcs"}), frozenset({("repository", 5), ("group", 3)}))
    assert scope_from(narrow.stored()) == narrow
    assert hash(scope_from(narrow.stored())) == hash(narrow)
    assert (WHOLE.stored(), scope_from(None)) == (None, WHOLE)
    assert narrow <= WHOLE
    assert not narrow >= WHOLE
    assert narrow <= scope_from(narrow.stored())
    assert not Scope(Level.WRITE) <= Scope(Level.READ)
    assert not Scope(methods=frozenset({"users"})) <= Scope(methods=frozenset({"vcs"}))
    assert not Scope(objects=None) <= Scope(objects=frozenset({("repository", 1)}))
    assert Scope(objects=frozenset()) <= Scope(objects=frozenset({("repository", 1)}))


@pytest.mark.parametrize("scope", [Scope(Level.WRITE), Scope(Level.READ), Scope(objects=frozenset())])
def test_a_narrowed_key_is_no_proof_of_an_administrator(scope: Scope) -> None:
    with pytest.raises(Forbidden, match="not narrowed"):
        proof_of(Actor(2, "admin", is_administrator=True, scope=scope))


def test_pull_requests_follow(administrator: Caller, tree: Caller) -> None:
    for key, sees in ((make(tree, repositories=["lakes/one"]), False), (make(tree, repositories=["top"]), True)):
        told: Any = key.answer("get_pullrequests", {"repoid": "top"})
        assert (told["error"] is None) == sees
