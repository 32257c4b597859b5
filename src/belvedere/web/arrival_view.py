"""What pages tell of an import, fork or pull that runs in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belvedere.repos.models import Arrival
from belvedere.vcs.progress import Step
from belvedere.web.templating import bytesize

State = Arrival.State
Way = Arrival.Way

SECONDS_BETWEEN_LOOKS = 3
"""After so many seconds a page is loaded again where there is no JavaScript."""

DOING = {Way.IMPORT: "Importing", Way.FORK: "Forking", Way.PULL: "Pulling"}
THING = {Way.IMPORT: "The import", Way.FORK: "The fork", Way.PULL: "The pull"}
STEPS = {
    Step.PREPARING: "Asking what there is",
    Step.RECEIVING: "Bringing it over",
    Step.CHECKING: "Checking what came",
    Step.RECORDING: "Putting it in order",
}
FORK_STEPS = {**STEPS, Step.PREPARING: "Looking what there is", Step.RECEIVING: "Copying"}


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """An arrival in words: `step` is what happens, `counted` how far it is; `done` of `total` where that is known."""

    state: str
    doing: str
    thing: str
    step: str
    counted: str
    done: int
    total: int
    since: datetime
    told: str
    source: str
    source_url: str
    is_address: bool

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def is_waiting(self) -> bool:
        """Whether its job has not begun."""
        return self.state == State.WAITING

    @property
    def is_failed(self) -> bool:
        """Whether it ended without what was wanted."""
        return self.state == State.FAILED


def view_of(arrival: Arrival, source: str = "", source_url: str = "") -> ArrivalView:
    """Say where an arrival is."""
    way = Way(arrival.way)
    progress = arrival.progress or {}
    is_running = arrival.state == State.RUNNING
    return ArrivalView(
        state=arrival.state,
        doing=DOING[way],
        thing=THING[way],
        step=_step(arrival),
        counted=_counted(progress) if is_running else "",
        done=progress.get("done", 0),
        total=progress.get("total", 0) if is_running else 0,
        since=_since(arrival),
        told=_told(arrival, progress),
        source=source or arrival.remote_uri,
        source_url=source_url,
        is_address=not source,
    )


def _since(arrival: Arrival) -> datetime:
    if arrival.state == State.WAITING:
        return arrival.asked_on
    ended = arrival.ended_on if arrival.state in (State.FAILED, State.DONE) else None
    return ended or arrival.began_on or arrival.asked_on


def _step(arrival: Arrival) -> str:
    if arrival.state == State.WAITING:
        return "Waiting for its turn"
    if arrival.state != State.RUNNING:
        return ""
    step = (arrival.progress or {}).get("step", Step.PREPARING)
    return (FORK_STEPS if arrival.way == Way.FORK else STEPS).get(step, "")


def _counted(progress: dict[str, Any]) -> str:
    """Give the numbers, such as `1,234 of 5,000 changesets, 3.4 MB`."""
    done, total, unit, size = (progress.get(name) or 0 for name in ("done", "total", "unit", "size"))
    parts = []
    if unit and done:
        parts.append(f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}")
    if size:
        parts.append(bytesize(size))
    return ", ".join(parts)


def _told(arrival: Arrival, progress: dict[str, Any]) -> str:
    if arrival.state == State.FAILED:
        return f"{arrival.told[:1].upper()}{arrival.told[1:]}."
    if arrival.state != State.DONE:
        return ""
    found = [(progress.get("changesets", 0), "new changeset"), (progress.get("names", 0), "name")]
    parts = [f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in found if count]
    if not parts:
        return "Pulled: there was nothing new."
    return f"Pulled: {' and '.join(parts)}{' moved' if found[1][0] else ''}."
