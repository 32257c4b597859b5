"""Events as people read them: one sentence for each kind, in the past and without its subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from belvedere.activity.changes import changed_in_words
from belvedere.activity.patterns import KINDS, SITE, Facts


@dataclass(frozen=True, slots=True)
class Thing:
    """What a sentence is about: its `kind`, what it is called, and by what it is found if it is still there."""

    kind: str
    label: str
    key: int | str | None = None


Part = str | Thing
"""A sentence is text with things in it."""

EVERYONE = "default"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kinds_of(topic: str) -> tuple[str, ...]:
    """Give the kinds of events of a topic."""
    return tuple(name for name, kind in KINDS.items() if kind.topic == topic)


def topic_of(kind: str) -> str:
    """Give the topic of a kind of event."""
    return KINDS[kind].topic if kind in KINDS else SITE


def sentence(kind: str, facts: Facts, repository: Thing | None) -> list[Part]:
    """Say what happened: `facts` is the event's payload, `repository` the one that it happened to.

    A kind that nobody wrote a sentence for is said by its name.
    """
    if kind not in KINDS:
        name = WORD.sub(" ", kind).lower()
        return [name, " in ", repository] if repository else [name]
    pattern = KINDS[kind].pattern
    try:
        return list(_filled(pattern if isinstance(pattern, str) else pattern(facts), facts, repository))
    except (KeyError, TypeError, ValueError):  # of another version
        return [WORD.sub(" ", kind).lower()]


def text_of(parts: list[Part]) -> str:
    """Write a sentence as plain text."""
    return "".join(part if isinstance(part, str) else part.label for part in parts)


def _filled(pattern: str, facts: Facts, repository: Thing | None) -> Iterator[Part]:
    end = 0
    for match in PLACEHOLDER.finditer(pattern):
        if match.start() > end:
            yield pattern[end : match.start()]
        yield from _value(match[1], facts, repository)
        end = match.end()
    if end < len(pattern):
        yield pattern[end:]


def _value(name: str, facts: Facts, repository: Thing | None) -> list[Part]:
    if name in THINGS:
        return [THINGS[name](facts, repository)]
    if name in LISTS:
        return [LISTS[name](facts)]
    return [str(facts[name])]


THINGS: dict[str, Callable[[Facts, Thing | None], Part]] = {
    "user": lambda facts, _: Thing("user", facts["username"], facts["user_id"]),
    "gone_user": lambda facts, _: facts["username"],
    "owner": lambda facts, _: Thing("user", facts["owner_name"], facts["owner_id"]),
    "holder": lambda facts, _: (
        "everyone"
        if facts["holder_name"] == EVERYONE
        else Thing(facts["holder_kind"], facts["holder_name"], facts["holder_id"])
    ),
    "user_group": lambda facts, _: Thing("user group", facts["name"], facts["user_group_id"]),
    "group": lambda facts, _: Thing("group", facts["name"], facts["name"]),
    "repository": lambda facts, place: place or facts.get("name", "a repository that is gone"),
    "parent": lambda facts, _: Thing("repository", facts["parent"], facts["parent"]),
    "pull_request": lambda facts, place: Thing(
        "pull request", f"pull request #{facts['pull_request_id']}", facts["pull_request_id"] if place else None
    ),
    "changeset": lambda facts, place: Thing("changeset", facts["raw_id"][:12], facts["raw_id"] if place else None),
}

MOST_REFS = 3
LONGEST_REF = 60


def shortened(text: str, most: int) -> str:
    """Cut a long text, and show that."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _moved(facts: Facts) -> str:
    names = [f"{kind} {shortened(name, LONGEST_REF)}" for kind, name, _old, _new in facts["refs"][:MOST_REFS]]
    left = facts["ref_count"] - len(names)
    return ", ".join([*names, *([f"{left:,} more"] if left else [])])


LISTS: dict[str, Callable[[Facts], str]] = {
    "changed": lambda facts: changed_in_words(facts["changed"]),
    "choices": lambda facts: changed_in_words(facts["changed"]),
    "objects": lambda facts: ", ".join(facts["objects"]),
    "more": lambda facts: f"{facts['count'] - len(facts['objects']):,}",
    "granted": lambda facts: ", ".join(facts["granted"]),
    "revoked": lambda facts: ", ".join(facts["revoked"]),
    "refs": _moved,
    "key": lambda facts: facts["description"] or facts.get("fingerprint") or f"number {facts['key_id']}",
    "vote": lambda facts: facts["vote"].replace("_", " "),
}
