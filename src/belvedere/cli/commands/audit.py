"""Read the audit log, and forget what is old."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from django.utils import timezone

from belvedere.accounts.fetch import at_the_console, named_user
from belvedere.activity.audit import Wanted, everything, forget_older_than
from belvedere.activity.patterns import TOPICS
from belvedere.activity.sentences import kinds_of
from belvedere.cli.age import age_from
from belvedere.cli.command import command
from belvedere.cli.failure import Failure
from belvedere.errors import DomainError


@command
def list_(
    *,
    user: Annotated[str | None, "only what this user did"] = None,
    topic: Annotated[str | None, f"only one of: {', '.join(TOPICS)}"] = None,
    since: Annotated[str | None, "only what happened within this time, such as 12h, 30d or 8w"] = None,
    most: Annotated[int, "how many at most (default: 100)"] = 100,
) -> None:
    """Print what happened, the newest first."""
    administrator = at_the_console()
    if topic is not None and topic not in TOPICS:
        raise Failure(f"--topic is one of: {', '.join(TOPICS)}")
    try:
        actor_id = named_user(administrator, user).pk if user else None
    except DomainError as error:
        raise Failure(error.message) from error
    wanted = Wanted(
        actor_id=actor_id,
        kinds=kinds_of(topic) if topic else None,
        since=timezone.now() - age_from(since, "--since") if since else None,
    )
    for entry in islice(everything(administrator, wanted), max(0, most)):
        when = timezone.localtime(entry.happened_on).isoformat(" ", "seconds")
        who = entry.actor.label if entry.actor else "-"
        print(f"{when}  {entry.address or '-'}  {who}  {entry.text}")


@command
def purge(*, older_than: Annotated[str, "age such as 90d or 104w (default: 104w)"] = "104w") -> None:
    """Forget what happened long ago; that this was done stays in the log."""
    count = forget_older_than(at_the_console(), age_from(older_than, "--older-than"))
    print(f"{count} entries are forgotten.")
