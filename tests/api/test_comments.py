"""Comments and votes on changesets through the API."""

from __future__ import annotations

from typing import Any

import pytest

from belvedere.events.models import Event
from belvedere.reviews.models import Comment
from tests.api.conftest import Caller
from tests.api.proposals import Hosted, hosted


@pytest.fixture
def project(owner: Caller, administrator: Caller, reader: Caller, outsider: Caller) -> Hosted:
    made = hosted(owner, "git")
    administrator("grant_user_permission", repoid="project", userid="default", perm="repository.none")
    administrator("grant_user_permission", repoid="project", userid="reader", perm="repository.read")
    return made


def reviews(caller: Caller, raw_id: str) -> list[tuple[str, str]]:
    found = caller("get_changeset", repoid="project", raw_id=raw_id, with_reviews=True)["reviews"]
    assert all(set(each) == {"reviewer", "status", "modified_at"} for each in found)
    return [(each["reviewer"], each["status"]) for each in found]


def test_comment_and_vote(project: Hosted, owner: Caller, reader: Caller) -> None:
    made = reader("comment_changeset", repoid="project", raw_id=project.second, comment_msg="Hm", status="rejected")
    assert made["msg"] == f"Commented on commit `{project.second}` for repository `project`"
    assert made["success"] is True
    comment = made["comment"]
    assert (comment["username"], comment["text"], comment["status"]) == ("reader", "Hm", "rejected")
    assert (comment["revision"], comment["pull_request_id"], comment["iteration"]) == (project.second, None, None)
    assert [*Event.objects.order_by("pk").values_list("kind", flat=True)][-2:] == ["Reviewed", "ChangesetCommented"]
    by_other_names = reader(
        "comment_commit",
        repoid="project",
        commit_id=project.second[:12],
        message="line",
        f_path="gone",
        line_no="o1",
    )["comment"]
    assert (by_other_names["f_path"], by_other_names["line_no"]) == ("gone", "o1")
    assert reader("get_comment", comment_id=comment["comment_id"]) == comment
    assert owner("get_comments", repoid="project") == [comment, by_other_names]


def test_the_newest_vote_of_each_counts_by_any_name_of_the_changeset(
    project: Hosted, owner: Caller, reader: Caller
) -> None:
    reader("comment_changeset", repoid="project", raw_id=project.first, status="rejected")
    owner("comment_changeset", repoid="project", raw_id=project.first[:10], status="under_review")
    reader("comment_changeset", repoid="project", raw_id=project.first, status="approved")
    for name in (project.first, project.first[:8]):
        assert reviews(owner, name) == [("reader", "approved"), ("owner", "under_review")]
    assert reviews(owner, project.second) == []
    given = {"repoid": "project", "raw_id": project.first, "with_reviews": True}
    in_kallithea = owner.in_kallithea("get_changeset", **given)["result"]["reviews"]
    assert [each["reviewer"] for each in in_kallithea] == ["reader"]
    assert "reviews" not in owner("get_changeset", repoid="project", raw_id=project.first)


def test_a_vote_on_a_pull_request_is_one_on_its_changesets(project: Hosted, owner: Caller, reader: Caller) -> None:
    given = {"org_repo": "project", "org_ref": "feature", "other_repo": "project", "other_ref": "main"}
    number = owner("create_pullrequest", **given, reviewers="reader")["pull_request_id"]
    reader("comment_pullrequest", pull_request_id=number, status="approved")
    for raw_id in (project.first, project.second):
        assert reviews(reader, raw_id) == [("reader", "approved"), ("owner", "under_review")]
    assert reviews(reader, project.base) == []


def test_wrong_comments_change_nothing(project: Hosted, reader: Caller, outsider: Caller) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "an empty comment says nothing"),
        ({"comment_msg": " \n"}, "an empty comment says nothing"),
        ({"comment_msg": "x", "raw_id": "nowhere"}, "Changeset nowhere does not exist"),
        ({"comment_msg": "x", "raw_id": []}, "must be a changeset's hash, number or name"),
        ({"status": "fine"}, "status must be one of not_reviewed,under_review,approved,rejected"),
        ({"comment_msg": "x", "f_path": "readme"}, "does not touch the file `readme`"),
        ({"comment_msg": "x", "line_no": "n1"}, "line_no needs f_path"),
        ({"comment_msg": "x", "f_path": "gone", "line_no": "1"}, "line_no is `n` or `o`"),
        ({"comment_msg": []}, "invalid value of argument `comment_msg`"),
    ]
    for given, error in cases:
        wanted = {"repoid": "project", "raw_id": project.second, **given}
        assert error in reader.error("comment_changeset", **wanted)
    given = {"repoid": "project", "raw_id": project.second, "comment_msg": "x"}
    assert outsider.error("comment_changeset", **given) == "repository `project` does not exist"
    assert Comment.objects.count() == 0


def test_lists_of_comments(project: Hosted, owner: Caller, reader: Caller, outsider: Caller) -> None:
    for text in ("one", "two", "three"):
        reader("comment_changeset", repoid="project", raw_id=project.first, comment_msg=text)
    owner("comment_changeset", repoid="project", raw_id=project.second, comment_msg="four")

    def texts(**given: Any) -> list[str]:
        return [each["text"] for each in reader("get_repo_comments", repoid="project", **given)]

    assert texts() == ["one", "two", "three", "four"]
    assert texts(commit_id=project.second) == ["four"]
    assert texts(userid="reader", offset=1, limit=1) == ["two"]
    number = Comment.objects.order_by("pk")[0].pk
    assert outsider.error("get_comment", comment_id=number) == f"comment `{number}` does not exist"
    assert outsider.error("get_comments", repoid="project") == "repository `project` does not exist"
    for wrong in (0, "x", None, "9" * 30):
        assert reader.error("get_comment", comment_id=wrong) == f"comment `{wrong}` does not exist"
    assert "`limit`: must be 1 to 500" in reader.error("get_comments", repoid="project", limit=1000)
