"""The audit log: what happened on this site, the newest first, however much that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from belvedere.access.actor import DEFAULT_USER_ID, Administrator
from belvedere.accounts.models import User
from belvedere.activity.sentences import Part, Thing, sentence, text_of, topic_of
from belvedere.events.bus import Happening, emit
from belvedere.events.models import Event
from belvedere.repos.models import Repository

AT_ONCE = 1000
GONE = ("RepositoryDeleted", "RepositoryForgotten")


@dataclass(frozen=True, kw_only=True)
class AuditForgotten(Happening):
    """So many entries of the audit log, from before a moment, were deleted."""

    count: int
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; None does not narrow. `before` and `after` are numbers of events, left out themselves."""

    actor_id: int | None = None
    repository_id: int | None = None
    kinds: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is told."""

    number: int
    kind: str
    topic: str
    happened_on: datetime
    actor: Thing | None
    address: str
    repository: Thing | None
    parts: list[Part]

    @property
    def text(self) -> str:
        """The sentence without its subject."""
        return text_of(self.parts)


@dataclass(frozen=True, slots=True)
class Portion:
    """Some entries, the newest first, and whether there are newer and older ones."""

    entries: list[Entry]
    has_newer: bool
    has_older: bool


def portion(_administrator: Administrator, wanted: Wanted, most: int) -> Portion:
    """Give the newest that there are, or those next to `before` or `after`."""
    upwards = wanted.after is not None
    found = _events(wanted, most + 1, upwards=upwards)
    more, found = len(found) > most, found[:most]
    if upwards:
        found.reverse()
    has_newer = more if upwards else _is_any(found, wanted, newer=True)
    has_older = _is_any(found, wanted, newer=False) if upwards else more
    return Portion(told(found), has_newer, has_older)


def everything(_administrator: Administrator, wanted: Wanted) -> Iterator[Entry]:
    """Give all that is asked for, read as it is taken."""
    while events := _events(wanted, AT_ONCE, upwards=False):
        yield from told(events)
        wanted = replace(wanted, before=events[-1].pk)


def forget_older_than(_administrator: Administrator, age: timedelta) -> int:
    """Delete what happened longer ago, and tell how much that was; the log keeps that this was done."""
    limit = timezone.now() - age
    total = 0
    while ids := list(
        Event.objects.filter(happened_on__lt=limit).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        total += Event.objects.filter(pk__in=ids).delete()[0]
    if total:
        with transaction.atomic():
            emit(AuditForgotten(count=total, before=limit.isoformat(timespec="seconds")))
    return total


def told(events: list[Event]) -> list[Entry]:
    """Say what happened, in at most three queries however many there are."""
    people = _people(events)
    places = _places(events)
    return [_entry(event, people, places) for event in events]


def _entry(event: Event, people: dict[int, str], places: dict[int, Thing]) -> Entry:
    actor = None
    if event.actor_id is not None:
        known = people.get(event.actor_id)
        label = known or event.actor_name or f"user #{event.actor_id}"
        actor = (
            Thing("user", "anonymous", None)
            if event.actor_id == DEFAULT_USER_ID
            else Thing("user", label, event.actor_id if known else None)
        )
    place = places.get(event.repository_id) if event.repository_id is not None else None
    parts = sentence(event.kind, event.payload, place)
    return Entry(event.pk, event.kind, topic_of(event.kind), event.happened_on, actor, event.address, place, parts)


def _people(events: Iterable[Event]) -> dict[int, str]:
    ids = {event.actor_id for event in events if event.actor_id is not None}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def _places(events: Iterable[Event]) -> dict[int, Thing]:
    """Name the repositories that things happened to; of those that are gone, the name in the event of their end."""
    ids = {event.repository_id for event in events if event.repository_id is not None}
    found = {
        pk: Thing("repository", name, name)
        for pk, name in Repository.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    lost = ids - found.keys()
    if lost:
        ends = Event.objects.filter(repository_id__in=lost, kind__in=GONE).order_by("pk")
        names = {pk: payload["name"] for pk, payload in ends.values_list("repository_id", "payload")}
        found |= {pk: Thing("repository", names.get(pk, f"repository #{pk}")) for pk in lost}
    return found


def _events(wanted: Wanted, most: int, *, upwards: bool) -> list[Event]:
    """Give the nearest events in one direction.

    Each kind is asked for alone and stops at `most`: so each question is the beginning of a range of an index, and
    costs the same whatever else there is.
    """
    rows = _narrowed(wanted)
    order = "pk" if upwards else "-pk"
    if wanted.kinds is None:
        return list(rows.order_by(order)[:most])
    ids: list[int] = []
    for kind in wanted.kinds:
        ids += rows.filter(kind=kind).order_by(order).values_list("pk", flat=True)[:most]
    nearest = list(islice(sorted(ids, reverse=not upwards), most))
    return list(Event.objects.filter(pk__in=nearest).order_by(order))


def _narrowed(wanted: Wanted) -> QuerySet[Event]:
    rows = Event.objects.all()
    if wanted.actor_id is not None:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.repository_id is not None:
        rows = rows.filter(repository_id=wanted.repository_id)
    lowest, highest = _bounds(wanted)
    if lowest is not None:
        rows = rows.filter(pk__gt=lowest)
    return rows if highest is None else rows.filter(pk__lt=highest)


def _bounds(wanted: Wanted) -> tuple[int | None, int | None]:
    """Turn times into numbers, which grow with them, so that one index serves for both."""
    lows = [wanted.after] if wanted.after is not None else []
    highs = [wanted.before] if wanted.before is not None else []
    if wanted.since is not None:
        earlier = Event.objects.filter(happened_on__lt=wanted.since).order_by("-happened_on", "-pk")
        lows.append(earlier.values_list("pk", flat=True).first() or 0)
    if wanted.until is not None:
        later = Event.objects.filter(happened_on__gte=wanted.until).order_by("happened_on", "pk")
        first = later.values_list("pk", flat=True).first()
        highs += [first] if first is not None else []
    return max(lows, default=None), min(highs, default=None)


def _is_any(found: list[Event], wanted: Wanted, *, newer: bool) -> bool:
    """Tell whether there is something beyond what was found."""
    if not found:
        return False
    beyond = (
        replace(wanted, after=found[0].pk, before=None) if newer else replace(wanted, before=found[-1].pk, after=None)
    )
    if newer and wanted.before is None:
        return False
    return bool(_events(beyond, 1, upwards=newer))
