"""Pull requests and comments as the API answers them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.conf import settings

from belvedere.api.shapes import moment
from belvedere.repos.models import Repository
from belvedere.reviews.listing import Said, Sight
from belvedere.reviews.models import PullRequest

Json = dict[str, Any]
NOT_FOR_ADDRESSES = re.compile(r"[^\w./-]+")


def pull_request(sight: Sight) -> Json:
    """Give a pull request; a vote of the current iteration stands beside each reviewer, all votes in `statuses`.

    `url` and `org_repo_url` begin with the setting `base_url`; they are paths where that is empty.
    """
    row, votes = sight.row, sight.current_votes
    return {
        "pull_request_id": row.pk,
        "url": address_of(row),
        "status": row.status,
        "title": row.title,
        "description": row.description,
        "owner": row.owner.username if row.owner else row.owner_name,
        "org_repo": row.origin.name if row.origin else row.origin_name,
        "org_repo_url": _repository_address(row.origin),
        "org_ref_parts": [row.origin_ref_kind, row.origin_ref_name, row.origin_head],
        "other_repo": row.target.name,
        "other_repo_url": _repository_address(row.target),
        "other_ref_parts": [row.target_ref_kind, row.target_ref_name, row.ancestor],
        "reviewers": [
            {
                "username": each.username,
                "reason": each.reason,
                "status": votes.get(each.user_id, "not_reviewed"),
            }
            for each in sight.reviewers
        ],
        "revisions": list(sight.changesets),
        "iteration": row.iteration_count,
        "comments": [comment(each) for each in sight.comments],
        "statuses": [{**vote(each), "iteration": each.iteration} for each in sight.votes],
        "created_on": moment(row.created_on),
        "updated_on": moment(row.updated_on),
    }


def comment(row: Said) -> Json:
    """Give a comment; `status` is the vote that it says, or null."""
    return {
        "comment_id": row.comment_id,
        "username": row.username,
        "text": row.text,
        "created_on": moment(row.created_on),
        "modified_at": moment(row.modified_on),
        "f_path": row.path or None,
        "line_no": row.line or None,
        "revision": row.raw_id,
        "pull_request_id": row.pull_request_id,
        "iteration": row.iteration,
        "status": row.vote or None,
    }


def vote(row: Said) -> Json:
    """Give the vote that a comment says."""
    return {"reviewer": row.username, "status": row.vote, "modified_at": moment(row.modified_on)}


def address_of(row: PullRequest) -> str:
    """Give the address of a pull request's page; what stands behind its number is for people only."""
    is_telling = row.origin_ref_name != row.target_ref_name
    tail = NOT_FOR_ADDRESSES.sub("_", row.origin_ref_name if is_telling else row.title).strip("/_") or "_"
    return _address(f"{row.target.name}/pull-request/{row.pk}/_/{tail}")


def _repository_address(row: Repository | None) -> str | None:
    return None if row is None else _address(row.name)


def _address(path: str) -> str:
    return f"{settings.BELVEDERE.base_url}/{quote(path)}"
