"""Opening, changing and closing pull requests."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NamedUser, NewOwner
from belvedere.errors import Conflict, Invalid
from belvedere.events.bus import emit
from belvedere.repos.fetch import Readable
from belvedere.repos.models import NAME_LENGTH
from belvedere.repos.storage import open_repository
from belvedere.reviews.comments import Remark, say
from belvedere.reviews.fetch import CommentableRepository, ManagedPullRequest, Nominee, ReviewersOf
from belvedere.reviews.happenings import PullRequestCreated, PullRequestUpdated
from belvedere.reviews.locking import hold_repositories, hold_users, open_and_locked
from belvedere.reviews.models import Iteration, IterationChangeset, PullRequest, Reviewer, Verdict
from belvedere.reviews.ranges import Range, range_between
from belvedere.reviews.refs import Ref, now, ref_from

TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class ReviewersChange:
    """What became of a change of reviewers, by usernames in order; `removed` repeats whom the caller named."""

    added: list[str]
    already_present: list[str]
    removed: list[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pull request is about, in its author's words; an empty title is made of the two refs."""

    origin_ref: str
    target_ref: str
    title: str = ""
    description: str = ""


def create_pull_request(
    actor: Actor,
    origin: CommentableRepository,
    target: Readable,
    owner: NewOwner,
    proposal: Proposal,
    nominees: list[Nominee],
) -> PullRequest:
    """Open a pull request with its first iteration, reviewers, and its owner's vote `under_review`.

    What it brings is worked out before anything is stored: `Invalid` if that is nothing.
    """
    sources, targets = open_repository(origin), open_repository(target)
    origin_ref = ref_from(sources, origin.name, proposal.origin_ref)
    target_ref = ref_from(targets, target.name, proposal.target_ref)
    found = range_between(sources, origin_ref.raw_id, targets, target_ref.raw_id)
    row = PullRequest(
        title=_checked_title(proposal.title or _made_up_title(origin, origin_ref, target, target_ref)),
        description=proposal.description,
        owner=owner,
        owner_name=owner.username,
        origin=origin,
        origin_name=origin.name,
        origin_ref_kind=origin_ref.kind,
        origin_ref_name=origin_ref.name,
        target=target,
        target_ref_kind=target_ref.kind,
        target_ref_name=target_ref.name,
    )
    with transaction.atomic():
        hold_repositories(origin, target)
        hold_users([owner, *(each.user for each in nominees)])
        iteration = _add_iteration(row, found)
        _add_reviewers(row, nominees)
        emit(
            PullRequestCreated(
                actor_id=actor.user_id,
                repository_id=target.pk,
                pull_request_id=row.pk,
                title=row.title,
                origin_id=origin.pk,
                reviewer_ids=sorted({each.user.pk for each in nominees}),
            )
        )
        say(actor, Remark(), target, found.head, author=owner, iteration=iteration, vote=Verdict.UNDER_REVIEW)
    return row


def update_pull_request(
    actor: Actor,
    pull_request: ManagedPullRequest,
    *,
    title: str | None = None,
    description: str | None = None,
    owner: NamedUser | None = None,
    refresh: bool = False,
) -> list[str]:
    """Change what is given, and with `refresh` look where the refs stand now; give the names of what changed.

    A new iteration is made only if the refs moved. Earlier iterations and what was said of them stay.
    """
    found = _range_now(pull_request) if refresh else None
    with transaction.atomic():
        row = open_and_locked(pull_request)
        hold_users([owner] if owner is not None else [])
        changed = _fill(row, title, description, owner)
        if found is not None and (found.head, found.base) != (row.origin_head, row.target_head):
            _add_iteration(row, found)
            changed.append("iteration")
        if changed:
            row.updated_on = timezone.now()
            row.save()
            _emit_update(actor, row, changed)
    for field in row._meta.concrete_fields:
        setattr(pull_request, field.attname, getattr(row, field.attname))
    pull_request.owner = row.owner
    return changed


def edit_reviewers(
    actor: Actor, pull_request: ReviewersOf, add: list[Nominee], remove: list[NamedUser]
) -> ReviewersChange:
    """Ask some to review and others no more; who is named in both is not a reviewer afterwards."""
    with transaction.atomic():
        row = open_and_locked(pull_request, refusal="Cannot edit reviewers of a closed pull request.")
        before = set(row.reviewers.values_list("user_id", flat=True))
        fresh = [each for each in add if each.user.pk not in before]
        hold_users(each.user for each in fresh)
        _add_reviewers(row, fresh)
        gone, _ = row.reviewers.filter(user_id__in=[user.pk for user in remove]).delete()
        if fresh or gone:
            PullRequest.objects.filter(pk=row.pk).update(updated_on=timezone.now())
            asked = {each.user.pk for each in fresh} - {user.pk for user in remove}
            _emit_update(actor, row, ["reviewers"], sorted(asked))
    return ReviewersChange(
        added=sorted({each.user.username for each in fresh}),
        already_present=sorted({each.user.username for each in add if each.user.pk in before}),
        removed=sorted({user.username for user in remove}),
    )


def _range_now(pull_request: ManagedPullRequest) -> Range:
    origin = pull_request.origin
    if origin is None:
        raise Conflict(f"the origin `{pull_request.origin_name}` was deleted: there is nothing to update from")
    sources, targets = open_repository(origin), open_repository(pull_request.target)
    origin_ref = Ref(pull_request.origin_ref_kind, pull_request.origin_ref_name, pull_request.origin_head)
    target_ref = Ref(pull_request.target_ref_kind, pull_request.target_ref_name, pull_request.target_head)
    return range_between(
        sources,
        now(sources, origin.name, origin_ref).raw_id,
        targets,
        now(targets, pull_request.target.name, target_ref).raw_id,
    )


def _fill(row: PullRequest, title: str | None, description: str | None, owner: NamedUser | None) -> list[str]:
    changed = []
    if title is not None and _checked_title(title) != row.title:
        row.title = title
        changed.append("title")
    if description is not None and description != row.description:
        row.description = description
        changed.append("description")
    if owner is not None and owner.pk != row.owner_id:
        row.owner, row.owner_name = owner, owner.username
        changed.append("owner")
    return changed


def _checked_title(title: str) -> str:
    if not title.strip() or len(title) > NAME_LENGTH or not title.isprintable():
        raise Invalid(f"a title is one line of 1 to {NAME_LENGTH} characters")
    return title


def _made_up_title(origin: CommentableRepository, source: Ref, target: Readable, into: Ref) -> str:
    if origin.pk == target.pk:
        return f"{source.short} to {into.short}"[:NAME_LENGTH]
    return f"{origin.name}#{source.short} to {target.name}#{into.short}"[:NAME_LENGTH]


def _add_iteration(row: PullRequest, found: Range) -> Iteration:
    row.iteration_count += 1
    row.origin_head, row.target_head, row.ancestor = found.head, found.base, found.ancestor
    row.save()
    iteration = Iteration.objects.create(
        pull_request=row,
        number=row.iteration_count,
        origin_head=found.head,
        target_head=found.base,
        ancestor=found.ancestor,
    )
    IterationChangeset.objects.bulk_create(
        (
            IterationChangeset(iteration=iteration, position=position, raw_id=raw_id)
            for position, raw_id in enumerate(found.changesets)
        ),
        batch_size=TOGETHER,
    )
    return iteration


def _add_reviewers(row: PullRequest, nominees: list[Nominee]) -> None:
    reasons = {each.user.pk: each.reason for each in nominees}
    Reviewer.objects.bulk_create(
        Reviewer(pull_request=row, user_id=user_id, reason=reason) for user_id, reason in reasons.items()
    )


def _emit_update(actor: Actor, row: PullRequest, changed: list[str], asked: list[int] | None = None) -> None:
    emit(
        PullRequestUpdated(
            actor_id=actor.user_id,
            repository_id=row.target_id,
            pull_request_id=row.pk,
            changed=changed,
            iteration=row.iteration_count,
            added_reviewer_ids=asked or [],
        )
    )
