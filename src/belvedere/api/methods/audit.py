"""The method that tells what happened."""

from typing import Any, Literal

from django.utils import timezone

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import NamedUser
from belvedere.activity.audit import Entry, Wanted, portion
from belvedere.activity.sentences import kinds_of
from belvedere.api import shapes
from belvedere.api.arguments import Moment
from belvedere.api.registry import method
from belvedere.errors import Invalid
from belvedere.repos.fetch import Readable

Topic = Literal[
    "Signing in",
    "Users",
    "Keys",
    "Permissions",
    "User groups",
    "Repositories",
    "Pushes",
    "Reviews",
    "Gists",
    "Site",
]
MOST = 1000


@method
def get_audit_logs(
    administrator: Administrator,
    userid: NamedUser | None = None,
    repoid: Readable | None = None,
    topic: Topic | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    before: int | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    """List what happened on the site, the newest first: what a user did, or on a repository, or of one topic.

    `since` is the first moment that counts, `until` the first that does not. `next` is to be given as `before` for the
    entries that follow, null if there are none.
    """
    if not 1 <= limit <= MOST:
        raise Invalid(f"limit is from 1 to {MOST}")
    wanted = Wanted(
        actor_id=userid.pk if userid else None,
        repository_id=repoid.pk if repoid else None,
        kinds=kinds_of(topic) if topic else None,
        since=_aware(since),
        until=_aware(until),
        before=before,
    )
    found = portion(administrator, wanted, limit)
    return {
        "entries": [_shown(each) for each in found.entries],
        "next": found.entries[-1].number if found.has_older else None,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "entry_id": entry.number,
        "happened_on": shapes.moment(entry.happened_on),
        "username": entry.actor.label if entry.actor else None,
        "ip_addr": entry.address,
        "topic": entry.topic,
        "kind": entry.kind,
        "repository": entry.repository.label if entry.repository else None,
        "text": entry.text,
    }


def _aware(moment: Moment | None) -> Moment | None:
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment
