"""What people say of pull requests and decide through the API: comments, votes, reviewers and closing."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.access.scope import Scope
from belvedere.errors import Conflict, Forbidden, NotFound
from belvedere.reviews.actions import edit_reviewers
from belvedere.reviews.comments import Remark, comment_pull_request
from belvedere.reviews.fetch import (
    Nominee,
    closable_pull_request,
    commentable_pull_request,
    managed,
    named_users,
    readable_pull_request,
    reviewers_of,
)
from belvedere.reviews.models import Comment, PullRequest
from tests.api.conftest import Caller
from tests.api.proposals import Hosted, hidden, kinds, project, propose, proposed
from tests.api.test_api_keys import make

__all__ = ["hidden", "project", "proposed"]


def test_kallithea_tells_a_vote_once_a_changeset(proposed: int, owner: Caller) -> None:
    owner("comment_pullrequest", pull_request_id=proposed, status="approved")
    shown = owner.in_kallithea("get_pullrequest", pullrequest_id=proposed)["result"]
    told = [each["status"] for each in shown["statuses"]]
    assert told == ["under_review"] * 3 + ["approved"] * 3


def test_comment(proposed: int, reader: Caller, owner: Caller) -> None:
    assert reader("comment_pullrequest", pull_request_id=str(proposed), comment_msg="Looks <b>good</b>") is True
    comment = owner("get_pullrequest", pullrequest_id=proposed)["comments"][-1]
    assert (comment["username"], comment["text"], comment["status"]) == ("reader", "Looks <b>good</b>", None)
    assert (comment["f_path"], comment["line_no"]) == (None, None)
    assert owner("comment_pull_request", pullrequestid=proposed, message="By another name") is True
    assert kinds()[-1] == "PullRequestCommented"
    assert [each["text"] for each in owner("get_pull_request_comments", pullrequestid=proposed)] == [
        "",
        "Looks <b>good</b>",
        "By another name",
    ]


def test_an_empty_comment_says_nothing(proposed: int, reader: Caller, owner: Caller) -> None:
    before = Comment.objects.count()
    for given in ({}, {"comment_msg": ""}, {"comment_msg": None, "status": None, "close_pr": None}, {"status": ""}):
        error = reader.error("comment_pullrequest", pull_request_id=proposed, **given)
        assert error.startswith("an empty comment says nothing")
    assert Comment.objects.count() == before


WRONG_COMMENTS: list[dict[str, Any]] = [
    {"status": "maybe"},
    {"status": 1},
    {"comment_msg": 5, "status": "approved"},
    {"comment_msg": "x", "close_pr": "perhaps"},
    {"comment_msg": "x", "line_no": "n1"},
    {"comment_msg": "x", "f_path": "readme", "line_no": "12"},
    {"comment_msg": "x", "f_path": "readme", "line_no": "n0"},
    {"comment_msg": "x", "f_path": "nowhere"},
    {"comment_msg": "x", "f_path": "x" * 5000},
    {"comment_msg": "x" * 100_001},
    {"comment_msg": "\0"},
]


def test_what_is_wrong_changes_nothing(proposed: int, owner: Caller) -> None:
    before = Comment.objects.count()
    for wrong in WRONG_COMMENTS:
        assert "nternal" not in owner.error("comment_pullrequest", pull_request_id=proposed, **wrong)
    assert Comment.objects.count() == before
    assert PullRequest.objects.get().status == "new"


def test_inline_comments(proposed: int, reader: Caller, owner: Caller, hidden: Hosted) -> None:
    for path, line in (("readme", "n2"), ("gone", "o1"), ("new", "")):
        reader("comment_pullrequest", pull_request_id=proposed, comment_msg="here", f_path=path, line_no=line)
    comments = owner("get_pullrequest", pullrequest_id=proposed)["comments"][1:]
    assert [(each["f_path"], each["line_no"]) for each in comments] == [
        ("readme", "n2"),
        ("gone", "o1"),
        ("new", None),
    ]
    assert {each["revision"] for each in comments} == {hidden.last}


def test_votes_are_for_administrators_owner_and_reviewers(
    proposed: int, administrator: Caller, owner: Caller, reader: Caller, writer: Caller, outsider: Caller
) -> None:
    refused = "No permission to change pull request status. User needs to be admin, owner or reviewer."
    for caller in (reader, writer):
        assert caller.error("comment_pullrequest", pull_request_id=proposed, status="approved") == refused
    assert outsider.error("comment_pullrequest", pull_request_id=proposed, status="approved") == (
        "No permission to add comment. User needs at least reading permissions to the source repository."
    )
    owner("edit_reviewers", pull_request_id=proposed, add="reader")
    reader("comment_pullrequest", pull_request_id=proposed, status="rejected")
    reader("comment_pullrequest", pull_request_id=proposed, status="approved", comment_msg="on second thought")
    administrator("comment_pullrequest", pull_request_id=proposed, status="not_reviewed")
    owner("comment_pullrequest", pull_request_id=proposed, status="approved")
    shown = owner("get_pullrequest", pullrequest_id=proposed)
    assert [(each["reviewer"], each["status"]) for each in shown["statuses"]] == [
        ("owner", "under_review"),
        ("reader", "rejected"),
        ("reader", "approved"),
        ("admin", "not_reviewed"),
        ("owner", "approved"),
    ]
    assert shown["reviewers"] == [{"username": "reader", "reason": "", "status": "approved"}]
    assert kinds().count("Reviewed") == 5


def test_closing_is_for_administrators_and_the_owner(
    proposed: int, administrator: Caller, owner: Caller, reader: Caller, writer: Caller, hidden: Hosted
) -> None:
    refused = "No permission to close pull request. User needs to be admin or owner."
    owner("edit_reviewers", pull_request_id=proposed, add="reader")
    for caller in (reader, writer):
        assert caller.error("comment_pullrequest", pull_request_id=proposed, close_pr=True) == refused
        assert caller.error("close_pullrequest", pullrequest_id=proposed) == refused
    assert owner("comment_pullrequest", pull_request_id=proposed, close_pr="true") is True
    assert owner("get_pullrequest", pullrequest_id=proposed)["status"] == "closed"
    assert kinds()[-1] == "PullRequestClosed"
    for given in ({"comment_msg": "late"}, {"status": "approved"}, {"close_pr": True}):
        error = administrator.error("comment_pullrequest", pull_request_id=proposed, **given)
        assert error == "pull request is already closed"
    assert owner.error("update_pullrequest", pullrequest_id=proposed, title="x") == "pull request is already closed"
    assert owner("get_pullrequests", repoid="project") == []
    assert len(owner("get_pullrequests", repoid="project", status="closed")) == 1
    again = propose(owner, hidden)
    closed = administrator("close_pull_request", pullrequestid=again, repoid="project", message="done")
    assert closed == {"pull_request_id": again, "close_status": "closed", "closed": True}
    assert owner("get_pullrequest", pullrequest_id=again)["comments"][-1]["text"] == "done"


def test_edit_reviewers(proposed: int, owner: Caller, reader: Caller, writer: Caller, outsider: Caller) -> None:
    changed = owner(
        "edit_reviewers",
        pull_request_id=proposed,
        add=["writer", str(reader.user_id), {"username": "outsider", "reason": "knows it"}, "writer"],
    )
    assert changed == {"added": ["outsider", "reader", "writer"], "already_present": [], "removed": []}
    changed = owner("edit_reviewers", pull_request_id=proposed, add=reader.user_id, remove="writer,admin")
    assert changed == {"added": [], "already_present": ["reader"], "removed": ["admin", "writer"]}
    shown = owner("get_pullrequest", pullrequest_id=proposed)["reviewers"]
    assert [(each["username"], each["reason"]) for each in shown] == [("outsider", "knows it"), ("reader", "")]


def test_edit_reviewers_refuses(
    proposed: int, owner: Caller, administrator: Caller, reader: Caller, writer: Caller, outsider: Caller
) -> None:
    nothing = "Invalid request. Neither 'add' nor 'remove' is specified."
    for given in ({}, {"add": None, "remove": None}, {"add": [], "remove": []}, {"add": ""}):
        assert owner.error("edit_reviewers", pull_request_id=proposed, **given) == nothing
    refused = "No permission to edit reviewers of this pull request. User needs to be admin or pull request owner."
    for caller in (reader, writer, outsider):
        assert caller.error("edit_reviewers", pull_request_id=proposed, add="reader") == refused
    administrator("grant_user_permission", repoid="project", userid="writer", perm="repository.admin")
    assert writer("edit_reviewers", pull_request_id=proposed, add="reader")["added"] == ["reader"]
    assert owner.error("edit_reviewers", pull_request_id=proposed, add=["reader", "nobody"]) == (
        "user `nobody` does not exist"
    )
    for wrong in ([{}], [None], {"reason": 1}, 1.5, ["x"] * 101, {"username": "reader", "reason": "x" * 300}):
        assert "nternal" not in owner.error("edit_reviewers", pull_request_id=proposed, add=wrong)
    administrator("close_pullrequest", pullrequest_id=proposed)
    assert owner.error("edit_reviewers", pull_request_id=proposed, remove="reader") == (
        "Cannot edit reviewers of a closed pull request."
    )
    assert PullRequest.objects.get().reviewers.count() == 1


def test_a_narrowed_key_of_an_administrator_closes_and_edits_nothing(
    proposed: int, administrator: Caller, hidden: Hosted
) -> None:
    for scopes in ({"access": "write"}, {"access": "write", "repositories": ["project"]}):
        key = make(administrator, **scopes)
        assert key("get_pullrequest", pullrequest_id=proposed)["status"] == "new"
        assert "needs to be admin" in key.error("comment_pullrequest", pull_request_id=proposed, close_pr=True)
        assert "needs to be admin" in key.error("comment_pullrequest", pull_request_id=proposed, status="approved")
        assert key.error("update_pullrequest", pullrequest_id=proposed, title="x")
        assert key.error("edit_reviewers", pull_request_id=proposed, add="reader")
    assert administrator("get_pullrequest", pullrequest_id=proposed)["status"] == "new"


def test_two_who_close_at_once_close_once(proposed: int, owner: Caller, administrator: Caller) -> None:
    """Both have come by the open pull request before either closes it."""
    actor = Actor(administrator.user_id, "admin", is_administrator=True)
    first, second = (closable_pull_request(actor, proposed) for _ in range(2))
    comment_pull_request(actor, first, Remark("done"), closing=first)
    with pytest.raises(Forbidden, match="pull request is already closed"):
        comment_pull_request(actor, second, Remark("done"), closing=second)
    assert kinds().count("PullRequestClosed") == 1


def test_a_pull_request_that_is_deleted_under_the_hands(proposed: int, administrator: Caller) -> None:
    actor = Actor(administrator.user_id, "admin", is_administrator=True)
    held = commentable_pull_request(actor, proposed)
    administrator("delete_repo", repoid="project")
    with pytest.raises(Conflict, match="was deleted meanwhile"):
        comment_pull_request(actor, held, Remark("late"))


def test_a_reviewer_who_is_deleted_under_the_hands(proposed: int, administrator: Caller, reader: Caller) -> None:
    actor = Actor(administrator.user_id, "admin", is_administrator=True)
    (asked,) = named_users(actor, ["reader"])
    administrator("delete_user", userid="reader")
    with pytest.raises(NotFound, match="user `reader` does not exist"):
        edit_reviewers(actor, reviewers_of(actor, proposed), [Nominee(asked)], [])


def test_credentials_for_reading_say_nothing(proposed: int, hidden: Hosted, owner: Caller) -> None:
    actor = Actor(owner.user_id, "owner", scope=Scope(Level.READ))
    assert readable_pull_request(actor, proposed).pk == proposed
    for ask in (commentable_pull_request, closable_pull_request, managed):
        with pytest.raises(Forbidden, match="these credentials allow only read"):
            ask(actor, proposed)
