"""What a person sent from the permissions editor, read into changes; every mistake stands beside its row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.http import QueryDict

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.accounts.fetch import holder_of, named_user, readable_user_group
from belvedere.accounts.granting import Change, Holder
from belvedere.accounts.models import User
from belvedere.errors import DomainError, Invalid
from belvedere.web.grant_rows import Table, grants_of
from belvedere.web.grant_subjects import Subject
from belvedere.web.parameters import number

LEVEL = re.compile(r"level-(everyone|\d{1,18})-([0-3])")
KINDS = ("user", "group")
MOST_NEW = 100
SEVERAL = "this holder stands in the form twice"


@dataclass(slots=True)
class NewRow:
    """Somebody to be added, as he was typed."""

    kind: str = "user"
    name: str = ""
    level: Level = Level.READ
    error: str = ""


@dataclass(slots=True)
class Sent:
    """What the form says: changes to make, the rows to be added, and errors by the key of a row."""

    changes: list[Change] = field(default_factory=list)
    new: list[NewRow] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether there is anything to mend."""
        return bool(self.errors) or any(row.error for row in self.new)

    def put_into(self, table: Table) -> None:
        """Let the rows show what was sent, and what is wrong with it."""
        for row in table.all_rows:
            row.level = self.levels.get(row.key, row.level)
            row.is_struck = row.key in self.struck
            row.error = self.errors.get(row.key, "")


def sent_from(actor: Actor, subject: Subject, posted: QueryDict) -> Sent:
    """Read the form. What somebody else changed since it was shown is an error, what stayed as it was no change."""
    found = Sent()
    wanted = _wanted(found, posted)
    grants = {str(grant.pk): grant for grant in grants_of(subject).filter(pk__in=[k for k in wanted if k.isdigit()])}
    everyone = grants_of(subject).filter(user_id=DEFAULT_USER_ID).first()
    for key, (was, level) in wanted.items():
        grant = everyone if key == "everyone" else grants.get(key)
        now = Level.NONE if grant is None else Level(grant.level)
        if (grant is None and key != "everyone") or now != was:
            found.errors[key] = "somebody else changed this meanwhile: it is shown as it is now"
            found.levels.pop(key, None)
            continue
        holder: Holder = named_user(actor, DEFAULT_USER_ID) if grant is None else holder_of(grant)
        found.changes.append((holder, level))
    _read_new(actor, found, posted)
    return found


def strike_from(subject: Subject, posted: QueryDict) -> Change:
    """Read whose grant goes, as `obj_type` with `user_id` or `user_group_id`; `Invalid` if he has none."""
    column = {"user": "user_id", "user_group": "user_group_id"}.get(posted.get("obj_type", ""))
    if column is None:
        raise Invalid("obj_type is user or user_group, with the id as user_id or user_group_id")
    grant = grants_of(subject).filter(**{column: number(posted.get(column, ""))}).first()
    if grant is None:
        raise Invalid("nothing is granted to this holder")
    return holder_of(grant), None


def _wanted(found: Sent, posted: QueryDict) -> dict[str, tuple[Level, Level | None]]:
    """Give what shall be other than it was, by the key of its row: the level it had, and the new one."""
    wanted: dict[str, tuple[Level, Level | None]] = {}
    found.struck = {name.removeprefix("strike-") for name in posted if name.startswith("strike-")} - {"everyone"}
    for name in posted:
        match = LEVEL.fullmatch(name)
        if match is None:
            continue
        key, was = match[1], Level(int(match[2]))
        level = _level(posted.get(name, ""))
        found.levels[key] = level
        if key in found.struck:
            wanted[key] = (was, None)
        elif level != was:
            wanted[key] = (was, level)
    return wanted


def _read_new(actor: Actor, found: Sent, posted: QueryDict) -> None:
    kinds, names, levels = (posted.getlist(name)[:MOST_NEW] for name in ("new_kind", "new_name", "new_level"))
    seen = {_identity(holder) for holder, _level in found.changes}
    for kind, name, level in zip(kinds, names, levels, strict=False):
        if not name.strip():
            continue
        row = NewRow(kind if kind in KINDS else "user", name.replace("\0", "").strip()[:255], _level(level))
        found.new.append(row)
        try:
            holder: Holder = (named_user if row.kind == "user" else readable_user_group)(actor, row.name)
        except DomainError:
            what = "user" if row.kind == "user" else "user group that you can see"
            row.error = f"There is no {what} called {row.name}."
            continue
        if _identity(holder) in seen:
            row.error = f"{SEVERAL[:1].upper()}{SEVERAL[1:]}."
            continue
        seen.add(_identity(holder))
        found.changes.append((holder, row.level))


def _identity(holder: Holder) -> tuple[bool, int]:
    return isinstance(holder, User), holder.pk


def _level(text: str) -> Level:
    try:
        return Level(int(text))
    except ValueError:
        raise Invalid("a level is a number from 0 to 3") from None
