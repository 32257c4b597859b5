"""What happens to pull requests and in reviews, as events."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.events.bus import Happening


@dataclass(frozen=True, kw_only=True)
class PullRequestCreated(Happening):
    """Somebody opened a pull request into the repository; `reviewer_ids` are those asked at once."""

    pull_request_id: int
    title: str
    origin_id: int | None
    reviewer_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PullRequestUpdated(Happening):
    """Somebody changed a pull request: `changed` names what, such as `title`, `iteration` or `reviewers`.

    `iteration` is the current one's number; `added_reviewer_ids` are those newly asked.
    """

    pull_request_id: int
    changed: list[str]
    iteration: int
    added_reviewer_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class PullRequestClosed(Happening):
    """Somebody closed a pull request, with a comment that may be empty."""

    pull_request_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class PullRequestCommented(Happening):
    """Somebody said something about a pull request."""

    pull_request_id: int
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class ChangesetCommented(Happening):
    """Somebody said something about a changeset."""

    raw_id: str
    comment_id: int


@dataclass(frozen=True, kw_only=True)
class Reviewed(Happening):
    """Somebody voted on a changeset, or on a pull request if `pull_request_id` is given; `raw_id` is its head."""

    raw_id: str
    pull_request_id: int | None
    comment_id: int
    vote: str
