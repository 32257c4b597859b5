"""Two writers on one pull request: one after the other."""

from __future__ import annotations

from belvedere.errors import Conflict, Forbidden
from belvedere.reviews.models import PullRequest


def open_and_locked(pull_request: PullRequest, refusal: str = "pull request is already closed") -> PullRequest:
    """Hold the row until the transaction ends and give it as it is now; `Forbidden` if it is closed."""
    row = PullRequest.objects.select_for_update().filter(pk=pull_request.pk).first()
    if row is None:
        raise Conflict(f"pull request `{pull_request.pk}` was deleted meanwhile")
    if row.is_closed:
        raise Forbidden(refusal)
    return row
