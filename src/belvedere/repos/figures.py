"""Counting what repositories hold: in the background after each push, a little at a time where somebody waits."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from belvedere.access.prepared import Prepared, slot_of
from belvedere.jobs import COUNTING, job
from belvedere.repos.landing import landing_of
from belvedere.repos.models import Figures, Repository
from belvedere.repos.storage import open_repository
from belvedere.text.languages import languages_of
from belvedere.vcs.activity import MONTHS_A_YEAR, Activity, activity_from
from belvedere.vcs.errors import EmptyRepository, RevisionNotFound
from belvedere.vcs.model import ChangesetQuery, EntryKind
from belvedere.vcs.repository import Repository as VcsRepository

KEPT_AFTER = 20_000
"""Changesets after which what was counted is stored: a crash loses no more than that."""
LOOKED_UP = 64
"""Changesets after which the clock is looked at."""

FILES = (EntryKind.FILE, EntryKind.EXECUTABLE)


@dataclass(frozen=True, slots=True)
class Counted:
    """The size and the languages of a repository as they were when somebody counted; these by weight."""

    size: int | None = None
    measured_on: datetime | None = None
    languages: dict[str, int] = field(default_factory=dict)
    languages_of: str = ""


_known = Prepared(
    lambda: Figures.objects.filter(pk=slot_of(Figures, "repository")).values_list(
        "size", "measured_on", "languages", "languages_of"
    )
)


def counted(row: Repository) -> Counted:
    """Give what was counted last, without counting."""
    found = _known.first(repository=row.pk)
    if found is None:
        return Counted()
    size, measured_on, languages, of_tree = found
    return Counted(size, measured_on, _by_weight(languages or {}), of_tree)


def size_of(row: Repository) -> int:
    """Give the bytes on disk, measured again after each change."""
    known = Figures.objects.filter(pk=row.pk, measured_on=row.updated_on).values_list("size", flat=True).first()
    if known is not None:
        return known
    size = open_repository(row).size()
    _keep(row, size=size, measured_on=row.updated_on)
    return size


def languages_in(row: Repository, opened: VcsRepository, raw_id: str) -> dict[str, int]:
    """Give the numbers of files by language in a changeset's tree, most first; counted once for a tree."""
    known = Figures.objects.filter(pk=row.pk, languages_of=raw_id).values_list("languages", flat=True).first()
    if known is not None:
        return _by_weight(known)
    counts = languages_of(each.path for each in opened.tree(raw_id, recursive=True) if each.kind in FILES)
    found = {name: count for name, count in counts.most_common() if name}
    _keep(row, languages=found, languages_of=raw_id)
    return found


def history_of(row: Repository, seconds: float) -> tuple[dict[str, Any] | None, bool]:
    """Give what is counted of the history, going on for so many seconds, and whether it is all there is."""
    known = Figures.objects.filter(pk=row.pk).values_list("history", flat=True).first()
    opened = open_repository(row)
    if opened.is_empty():
        return None, True
    if known is not None and known["raw_id"] == opened.resolve("tip") and known["count"] == opened.count():
        return known, True
    activity, is_complete = _counted(row, opened, seconds)
    return shown(activity), is_complete


def shown(activity: Activity) -> dict[str, Any]:
    """Give what pages show of an activity, as JSON values."""
    newest = max(activity.months, default=0)
    plain = ("revision", "raw_id", "count", "merges", "undated", "first", "last", "weeks", "months", "hours")
    return {name: getattr(activity, name) for name in plain} | {
        "authors": len(activity.authors),
        "busiest": activity.busiest(),
        "busiest_lately": activity.busiest(newest - MONTHS_A_YEAR + 1),
    }


def reset_history(row: Repository) -> None:
    """Forget what was counted of the history, and count it again in the background."""
    Figures.objects.filter(pk=row.pk).update(history=None, progress=None, languages=None, languages_of="")
    count_repository.enqueue(row.pk)


@job(queue_name=COUNTING)
def count_repository(repository_id: int) -> None:
    """Count everything of a repository; one deleted meanwhile needs none."""
    row = Repository.objects.filter(pk=repository_id).first()
    if row is not None:
        bring_up_to_date(row)


def bring_up_to_date(row: Repository) -> None:
    """Count what is not counted yet, however long it takes."""
    size_of(row)
    if not row.has_statistics:
        return
    opened = open_repository(row)
    with contextlib.suppress(EmptyRepository):
        languages_in(row, opened, opened.resolve(landing_of(opened, row)))
        history_of(row, float("inf"))


def _counted(row: Repository, opened: VcsRepository, seconds: float) -> tuple[Activity, bool]:
    deadline = time.monotonic() + seconds
    activity = _begun(row, opened)
    query = ChangesetQuery(start=activity.raw_id or None)
    for changeset in opened.changesets(query):
        if changeset.raw_id == activity.raw_id:  # where it begins
            continue
        activity.add(changeset)
        if activity.count % KEPT_AFTER == 0:
            _keep_activity(row, activity)
        if activity.count % LOOKED_UP == 0 and time.monotonic() > deadline:
            _keep_activity(row, activity)
            return activity, False
    _keep_activity(row, activity)
    return activity, True


def _begun(row: Repository, opened: VcsRepository) -> Activity:
    """Give what was counted before, if all of that history is still there."""
    state = Figures.objects.filter(pk=row.pk).values_list("progress", flat=True).first()
    if state is not None:
        with contextlib.suppress(RevisionNotFound):
            number = opened.changeset(state["raw_id"]).revision
            if number == state["revision"] and opened.count(number) == state["count"]:
                return activity_from(state, time.time())
    return Activity(time.time())


def _keep_activity(row: Repository, activity: Activity) -> None:
    _keep(row, history=shown(activity), progress=activity.state())


def _keep(row: Repository, **values: Any) -> None:
    with contextlib.suppress(IntegrityError):  # deleted meanwhile
        Figures.objects.update_or_create(repository_id=row.pk, defaults=values)


def _by_weight(counts: dict[str, int]) -> dict[str, int]:
    """Put numbers in order again: PostgreSQL keeps none in JSON."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
