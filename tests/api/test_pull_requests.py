"""Pull requests through the API: made, read, listed, changed, and what becomes of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import own_ownership
from belvedere.errors import NotFound
from belvedere.events.models import Event
from belvedere.repos.fetch import readable
from belvedere.repos.models import Repository
from belvedere.repos.storage import place_of
from belvedere.reviews.actions import Proposal, create_pull_request
from belvedere.reviews.comments import Remark, comment_changeset
from belvedere.reviews.fetch import (
    commentable,
)
from belvedere.reviews.models import Comment, IterationChangeset, PullRequest
from tests.api.conftest import Caller
from tests.api.proposals import Hosted, hidden, hosted, kinds, project, propose, proposed, writing
from tests.vcs.scribe import GitScribe

__all__ = ["hidden", "project", "proposed"]

KEYS = {
    "status",
    "pull_request_id",
    "description",
    "title",
    "url",
    "reviewers",
    "org_repo_url",
    "org_ref_parts",
    "other_ref_parts",
    "comments",
    "owner",
    "statuses",
    "revisions",
    "created_on",
    "updated_on",
}


COMMENT_KEYS = {"comment_id", "username", "text", "created_on", "f_path", "line_no", "revision"}


@pytest.mark.parametrize("scheme", ["git", "hg"])
def test_a_pull_request_as_documented(scheme: str, owner: Caller, reader: Caller) -> None:
    project = hosted(owner, scheme)
    made = owner(
        "create_pullrequest",
        org_repo="project",
        org_ref=f"branch:feature:{project.last}",
        other_repo="project",
        other_ref=f"branch:{project.main}",
        description="Please",
        reviewers=["reader"],
    )
    assert made["msg"] == f"Created new pull request `feature to {project.main}`"
    shown = reader("get_pullrequest", pullrequest_id=str(made["pull_request_id"]))
    number = shown["pull_request_id"]
    assert set(shown) >= KEYS
    assert made["pull_request"] == shown
    assert shown["url"] == f"/project/pull-request/{number}/_/feature"
    assert shown["org_repo_url"] == "/project"
    assert (shown["status"], shown["title"], shown["description"]) == ("new", f"feature to {project.main}", "Please")
    assert shown["owner"] == "owner"
    assert shown["org_ref_parts"] == ["branch", "feature", project.last]
    assert shown["other_ref_parts"] == ["branch", project.main, project.base]
    assert shown["revisions"] == [project.first, project.second, project.last]
    assert [each["username"] for each in shown["reviewers"]] == ["reader"]
    (comment,) = shown["comments"]
    assert set(comment) >= COMMENT_KEYS
    assert (comment["username"], comment["text"], comment["revision"]) == ("owner", "", project.last)
    (status,) = shown["statuses"]
    assert (status["reviewer"], status["status"]) == ("owner", "under_review")
    assert status["modified_at"]


def test_every_name_of_the_method_and_of_its_argument(proposed: int, owner: Caller) -> None:
    shown = owner("get_pullrequest", pullrequest_id=proposed)
    for method in ("get_pullrequest", "get_pull_request"):
        for name in ("pullrequest_id", "pull_request_id", "pullrequestid"):
            assert owner(method, **{name: str(proposed)}) == shown
    assert owner("get_pull_request", repoid="project", pullrequestid=proposed) == shown
    owner("create_repo", repo_name="other")
    error = owner.error("get_pull_request", repoid="other", pullrequestid=proposed)
    assert error == f"pull request `{proposed}` does not exist in `other`"


def test_a_missing_pull_request(owner: Caller) -> None:
    methods = ("get_pullrequest", "comment_pullrequest", "edit_reviewers", "update_pullrequest", "close_pullrequest")
    for given in (999, "999", "x", "", None, "-1", "9" * 40):
        error = f"pull request `{given}` does not exist"
        for method in methods:
            assert owner.error(method, pull_request_id=given) == error
        assert owner.in_kallithea("get_pullrequest", pullrequest_id=given)["error"] == error


def test_a_pull_request_is_named_by_its_number(owner: Caller) -> None:
    for given in (True, 1.5, [], {}):
        assert "`pullrequest_id`: must be an id or a name" in owner.error("get_pullrequest", pullrequest_id=given)


def test_a_missing_argument_is_told_as_documented(owner: Caller) -> None:
    assert owner.error("get_pullrequest") == "Missing non optional `pullrequest_id` arg in JSON DATA"
    assert owner.error("comment_pullrequest") == "Missing non optional `pull_request_id` arg in JSON DATA"
    assert owner.error("edit_reviewers") == "Missing non optional `pull_request_id` arg in JSON DATA"


def test_who_may_read_the_source_sees_it(
    proposed: int, administrator: Caller, reader: Caller, writer: Caller, outsider: Caller
) -> None:
    for caller in (administrator, reader, writer):
        assert caller("get_pullrequest", pullrequest_id=proposed)["pull_request_id"] == proposed
        assert [each["pull_request_id"] for each in caller("get_pullrequests", repoid="project")] == [proposed]
    assert outsider.error("get_pullrequest", pullrequest_id=proposed) == "not allowed"
    assert outsider("get_pullrequests") == []
    assert outsider.error("get_pullrequests", repoid="project") == "repository `project` does not exist"


def test_the_addresses_are_whole_where_the_site_has_one(proposed: int, owner: Caller, settings: Any) -> None:
    settings.BELVEDERE = dataclasses.replace(settings.BELVEDERE, base_url="https://code.example.org")
    shown = owner("get_pullrequest", pullrequest_id=proposed)
    assert shown["url"] == f"https://code.example.org/project/pull-request/{proposed}/_/feature"
    assert shown["org_repo_url"] == "https://code.example.org/project"
    in_kallithea = owner.in_kallithea("get_pullrequest", pullrequest_id=proposed)["result"]
    assert in_kallithea["url"] == f"/project/pull-request/{proposed}/_/feature"


WRONG_PROPOSALS: list[tuple[dict[str, Any], str]] = [
    ({"org_ref": "main"}, "nothing to pull"),
    ({"org_ref": "nowhere"}, "ref `nowhere` not found in `project`"),
    ({"other_ref": "branch:nowhere"}, "ref `branch:nowhere` not found in `project`"),
    ({"org_ref": "branch:feature:" + "0" * 40}, "not found in `project`"),
    ({"org_ref": "branch:"}, "neither a name nor type:name"),
    ({"org_ref": ""}, "neither a name nor type:name"),
    ({"other_repo": "nowhere"}, "repository `nowhere` does not exist"),
    ({"title": "two\nlines"}, "a title is one line"),
    ({"title": "x" * 256}, "a title is one line"),
    ({"reviewers": ["nobody"]}, "user `nobody` does not exist"),
    ({"owner": "reader"}, "Only Kallithea admin can specify `owner` param"),
]


def test_what_cannot_be_proposed(project: Hosted, owner: Caller, reader: Caller) -> None:
    wanted = {"org_repo": "project", "org_ref": "feature", "other_repo": "project", "other_ref": "main"}
    for given, error in WRONG_PROPOSALS:
        assert error in owner.error("create_pullrequest", **{**wanted, **given})
    assert PullRequest.objects.count() == 0
    assert kinds().count("PullRequestCreated") == 0


def test_a_reader_proposes_and_an_outsider_does_not(hidden: Hosted, reader: Caller, outsider: Caller) -> None:
    number = propose(reader, hidden, title="Mine")
    assert reader("get_pullrequest", pullrequest_id=number)["owner"] == "reader"
    given = {"source_repo": "project", "source_ref": "feature", "target_repo": "project", "target_ref": "main"}
    assert outsider.error("create_pull_request", **given) == "repository `project` does not exist"
    assert reader("create_pull_request", **given)["pull_request"]["title"] == "feature to main"


def test_an_empty_repository_has_nothing_to_pull(owner: Caller, project: Hosted) -> None:
    owner("create_repo", repo_name="empty", repo_type="git")
    error = owner.error(
        "create_pullrequest", org_repo="project", org_ref="feature", other_repo="empty", other_ref="main"
    )
    assert error == "repository `empty` is empty"


def test_update(proposed: int, hidden: Hosted, owner: Caller, reader: Caller, writer: Caller, tmp_path: Path) -> None:
    assert reader.error("update_pullrequest", pullrequest_id=proposed, title="x") == (
        "No permission to edit this pull request. User needs to be admin or pull request owner."
    )
    owner("edit_reviewers", pull_request_id=proposed, add="reader")
    reader("comment_pullrequest", pull_request_id=proposed, status="approved")
    changed = owner("update_pullrequest", pullrequest_id=proposed, update_commits=True)
    assert changed["changed"] == []
    scribe, push = writing("git", tmp_path)
    newest = scribe.write("more", "more").commit("One more")
    push("project")
    changed = owner(
        "update_pull_request", pullrequestid=proposed, title="New", description="", owner="writer", update_commits=True
    )
    assert changed["changed"] == ["title", "owner", "iteration"]
    shown = owner("get_pullrequest", pullrequest_id=proposed)
    assert shown == changed["pull_request"]
    assert (shown["title"], shown["owner"], shown["iteration"]) == ("New", "writer", 2)
    assert shown["revisions"] == [hidden.first, hidden.second, hidden.last, newest]
    assert shown["org_ref_parts"] == ["branch", "feature", newest]
    assert shown["reviewers"][0]["status"] == "not_reviewed", "an approval is of what was seen"
    assert shown["statuses"][-1]["iteration"] == 1
    assert IterationChangeset.objects.filter(iteration__number=1).count() == 3
    assert kinds()[-1] == "PullRequestUpdated"


def test_lists(hidden: Hosted, owner: Caller, reader: Caller, writer: Caller) -> None:
    first = propose(owner, hidden, reviewers="reader")
    second = propose(reader, hidden)
    third = propose(reader, hidden, org_ref=f"rev:{hidden.first}", title="Third")
    owner("close_pullrequest", pullrequest_id=first)

    def found(**given: Any) -> list[int]:
        return [each["pull_request_id"] for each in reader("get_pullrequests", **given)]

    assert found() == found(repoid="project", status="new") == [third, second]
    assert found(status="all") == found(status="") == [third, second, first]
    assert found(status="all", owner="reader") == [third, second]
    assert found(status="all", reviewer="reader") == [first]
    assert found(repoid="project", direction="from", status="all") == [third, second, first]
    assert found(repoid="project", direction="both", status="closed") == [first]
    assert found(status="all", offset="1", limit="1") == [second]
    for wrong in ({"limit": 0}, {"limit": 501}, {"offset": -1}, {"status": "open"}, {"direction": "up"}):
        assert next(iter(wrong)) in reader.error("get_pullrequests", **wrong)
    into = reader("get_repo", repoid="project", with_pullrequests=True)["pull_requests"]
    assert [each["pull_request_id"] for each in into] == [first, second, third]
    assert set(into[0]) >= KEYS


def queries(caller: Caller, method: str, **given: Any) -> int:
    caller(method, **given)
    with CaptureQueriesContext(connection) as counted:
        caller(method, **given)
    return len(counted)


def test_queries_do_not_grow_with_pull_requests(hidden: Hosted, owner: Caller, reader: Caller) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_pullrequests", {"repoid": "project"}),
        ("get_repo", {"repoid": "project", "with_pullrequests": True}),
        ("get_comments", {"repoid": "project"}),
        ("get_changeset", {"repoid": "project", "raw_id": hidden.last, "with_reviews": True}),
    ]
    propose(owner, hidden, reviewers="reader")
    few = [queries(reader, method, **given) for method, given in calls]
    for _ in range(4):
        number = propose(owner, hidden, reviewers=["reader", "writer", "outsider"])
        reader("comment_pullrequest", pull_request_id=number, comment_msg="x", status="approved")
    assert [queries(reader, method, **given) for method, given in calls] == few


@pytest.mark.parametrize("scheme", ["git", "hg"])
def test_a_fork_is_proposed_to_another_repository(scheme: str, owner: Caller, reader: Caller, tmp_path: Path) -> None:
    """Neither repository has what is new in the other."""
    project = hosted(owner, scheme, "up")
    hosted(reader, scheme, "fork")
    scribe, push = writing(scheme, tmp_path)
    newest = scribe.write("third", "x").commit("Newest of the fork")
    push("fork")
    scribe, push = writing(scheme, tmp_path / "target")
    moved = scribe.switch(project.first).branch("elsewhere").write("other", "x").commit("Move on")
    push("up")
    shown = reader(
        "create_pullrequest", org_repo="fork", org_ref="branch:feature", other_repo="up", other_ref="elsewhere"
    )["pull_request"]
    assert shown["revisions"] == [project.second, project.last, newest]
    assert shown["org_ref_parts"] == ["branch", "feature", newest]
    assert shown["other_ref_parts"] == ["branch", "elsewhere", project.first]
    assert (shown["org_repo"], shown["other_repo"], shown["org_repo_url"]) == ("fork", "up", "/fork")
    assert shown["title"] == "fork#feature to up#elsewhere"
    assert shown["url"] == f"/up/pull-request/{shown['pull_request_id']}/_/feature"
    by_hash = reader("create_pullrequest", org_repo="fork", org_ref=newest, other_repo="up", other_ref=moved)
    assert by_hash["pull_request"]["title"] == f"fork#{newest[:12]} to up#{moved[:12]}"
    assert by_hash["pull_request"]["org_ref_parts"] == ["rev", newest, newest]


def test_a_repository_of_another_system_or_with_another_history(owner: Caller, tmp_path: Path) -> None:
    hosted(owner, "git", "one")
    hosted(owner, "hg", "two")
    error = owner.error("create_pullrequest", org_repo="one", org_ref="feature", other_repo="two", other_ref="default")
    assert error == "a git repository cannot be pulled into a hg repository"
    owner("create_repo", repo_name="three", repo_type="git")
    scribe = GitScribe(tmp_path / "strange")
    scribe.write("x", "x").commit("Of its own")
    scribe.push(place_of(Repository.objects.get(name="three")))
    error = owner.error("create_pullrequest", org_repo="one", org_ref="feature", other_repo="three", other_ref="main")
    assert error == "nothing to pull: the two have no common history"


def test_a_pull_request_outlives_its_source_but_not_its_target(
    project: Hosted, owner: Caller, reader: Caller, administrator: Caller
) -> None:
    hosted(reader, "git", "source")
    kept = propose(reader, project, org_repo="source")
    reader("update_repo", repoid="source", name="renamed")
    reader("delete_repo", repoid="renamed")
    shown = owner("get_pullrequest", pullrequest_id=kept)
    assert (shown["org_repo"], shown["org_repo_url"]) == ("renamed", None)
    assert shown["revisions"] == [project.first, project.second, project.last]
    assert owner.error("update_pullrequest", pullrequest_id=kept, update_commits=True) == (
        "the origin `renamed` was deleted: there is nothing to update from"
    )
    owner("delete_repo", repoid="project")
    assert owner.error("get_pullrequest", pullrequest_id=kept) == f"pull request `{kept}` does not exist"
    assert Comment.objects.count() == IterationChangeset.objects.count() == 0


def test_a_repository_that_is_source_and_target_is_deleted(proposed: int, owner: Caller) -> None:
    assert owner("delete_repo", repoid="project")["success"] is True
    assert PullRequest.objects.count() == 0


def test_a_deleted_user_leaves_his_words(hidden: Hosted, owner: Caller, reader: Caller, administrator: Caller) -> None:
    number = propose(reader, hidden, reviewers="writer")
    administrator("delete_user", userid="reader")
    administrator("delete_user", userid="writer")
    shown = owner("get_pullrequest", pullrequest_id=number)
    assert (shown["owner"], shown["comments"][0]["username"], shown["reviewers"]) == ("reader", "reader", [])
    assert shown["statuses"][0]["reviewer"] == "reader"


def test_titles_are_checked_when_they_change_too(proposed: int, owner: Caller) -> None:
    for title in ("two\nlines", "x" * 256, "   "):
        error = owner.error("update_pullrequest", pullrequest_id=proposed, title=title, description="changed")
        assert error == "a title is one line of 1 to 255 characters"
    kept = owner("update_pullrequest", pullrequest_id=proposed, title="", description=None, owner=None)
    assert kept["changed"] == []
    assert (kept["pull_request"]["title"], kept["pull_request"]["description"]) == ("feature to main", "")


def test_a_repository_that_is_deleted_under_the_hands(project: Hosted, administrator: Caller) -> None:
    actor = Actor(administrator.user_id, "admin", is_administrator=True)
    held = commentable(actor, readable(actor, "project"))
    Repository.objects.all().delete()
    with pytest.raises(NotFound, match="repository `project` does not exist"):
        comment_changeset(actor, held, "feature", Remark("late"))
    proposal = Proposal("feature", "main")
    with pytest.raises(NotFound, match="repository `project` does not exist"):
        create_pull_request(actor, held, held, own_ownership(actor), proposal, [])
    assert Comment.objects.count() == PullRequest.objects.count() == 0


def test_what_the_events_tell(project: Hosted, owner: Caller, reader: Caller, administrator: Caller) -> None:
    number = propose(owner, project, reviewers=["reader"])
    created = Event.objects.get(kind="PullRequestCreated")
    repository = Repository.objects.get()
    assert (created.actor_id, created.repository_id) == (owner.user_id, repository.pk)
    assert created.payload == {
        "pull_request_id": number,
        "title": "feature to main",
        "origin_id": repository.pk,
        "reviewer_ids": [reader.user_id],
    }
    reader("comment_pullrequest", pull_request_id=number, status="approved")
    comment = Comment.objects.order_by("pk").last()
    assert comment is not None
    assert Event.objects.order_by("pk").values_list("kind", "payload").last() == (
        "Reviewed",
        {"raw_id": project.last, "pull_request_id": number, "comment_id": comment.pk, "vote": "approved"},
    )
    owner("edit_reviewers", pull_request_id=number, add="admin", remove="reader")
    updated = Event.objects.get(kind="PullRequestUpdated")
    assert (updated.payload["changed"], updated.payload["iteration"]) == (["reviewers"], 1)
    assert updated.payload["added_reviewer_ids"] == [administrator.user_id]
