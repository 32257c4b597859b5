"""Two writers at once: one after the other, and nobody refers to what the other deletes."""

from __future__ import annotations

from collections.abc import Iterable

from belvedere.accounts.models import User
from belvedere.errors import Conflict, Forbidden, NotFound
from belvedere.repos.models import Repository
from belvedere.reviews.models import PullRequest


def open_and_locked(pull_request: PullRequest, refusal: str = "pull request is already closed") -> PullRequest:
    """Hold the row until the transaction ends and give it as it is now; `Forbidden` if it is closed."""
    row = PullRequest.objects.select_for_update().filter(pk=pull_request.pk).first()
    if row is None:
        raise Conflict(f"pull request `{pull_request.pk}` was deleted meanwhile")
    if row.is_closed:
        raise Forbidden(refusal)
    return row


def hold_repositories(*repositories: Repository) -> None:
    """Hold repositories until the transaction ends; `NotFound` for one that was deleted meanwhile."""
    wanted = {row.pk: row.name for row in repositories}
    rows = Repository.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    _require_all(wanted, rows.values_list("pk", flat=True), "repository")


def hold_users(users: Iterable[User]) -> None:
    """Hold users until the transaction ends; `NotFound` for one that was deleted meanwhile."""
    wanted = {row.pk: row.username for row in users}
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    _require_all(wanted, rows.values_list("pk", flat=True), "user")


def _require_all(wanted: dict[int, str], found: Iterable[int], kind: str) -> None:
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise NotFound(f"{kind} `{wanted[missing[0]]}` does not exist")
