"""The rows of the permissions editor: who is granted what, and what he has in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from belvedere.access.actor import DEFAULT_USER_ID, Actor
from belvedere.access.levels import Level
from belvedere.access.models import Grant
from belvedere.access.rules import Reason
from belvedere.accounts.fetch import user_groups_visible_to
from belvedere.accounts.models import User, UserGroup
from belvedere.web.grant_subjects import Subject

ON_A_PAGE = 50
OWNER = Reason(Level.ADMIN, "owner")
ADMINISTRATOR = Reason(Level.ADMIN, "administrator of this site")


@dataclass(slots=True)
class Row:
    """One grant: `was` is its level in the database, `level` what the form says.

    `note` tells what is not seen from the level: that it counts for nothing, or what its holder has from elsewhere.
    """

    key: str
    kind: str
    name: str
    was: Level
    level: Level
    detail: str = ""
    note: str = ""
    is_note_strong: bool = False
    is_struck: bool = False
    is_self: bool = False
    error: str = ""

    @property
    def field(self) -> str:
        """What the select of this row is called in the form; the level it had stands in it."""
        return f"level-{self.key}-{self.was.value}"

    @property
    def is_everyone(self) -> bool:
        """Whether the row is about everyone."""
        return self.kind == "everyone"

    @property
    def is_changed(self) -> bool:
        """Whether the form says something new."""
        return self.is_struck or self.level != self.was


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows; everyone's comes first and stands on each page."""

    everyone: Row
    rows: list[Row] = field(default_factory=list)
    page: Page[Grant] | None = None

    @property
    def all_rows(self) -> list[Row]:
        """Everyone's row and the others."""
        return [self.everyone, *self.rows]


def grants_of(subject: Subject) -> QuerySet[Grant]:
    """Give the grants on an object with their holders: users by name, then user groups."""
    rows: QuerySet[Grant] = subject.grants._default_manager.filter(target=subject.target)  # type: ignore[misc]  # every concrete grant has it
    named = rows.select_related("user", "user_group").order_by(
        F("user_group__name").asc(nulls_first=True), "user__username"
    )
    return named  # noqa: RET504 the type of what the manager gives


def table_of(actor: Actor, subject: Subject, query: str, number: str | None) -> Table:
    """Gather a page of rows, with five queries however many they are."""
    held = grants_of(subject)
    others = held.exclude(user_id=DEFAULT_USER_ID)
    if query:
        others = others.filter(Q(user__username__icontains=query) | Q(user_group__name__icontains=query))
    page = Paginator(others, ON_A_PAGE).get_page(number)
    shown = list(page.object_list)
    users = [grant.user for grant in shown if grant.user is not None]
    strongest = subject.rule.strongest([user.pk for user in users], subject.target.pk) if users else {}
    counts = _members(actor, [grant.user_group for grant in shown if grant.user_group is not None])
    rows = [
        _user_row(actor, subject, grant, grant.user, strongest)
        if grant.user is not None
        else _group_row(grant, grant.user_group, counts)
        for grant in shown
    ]
    return Table(_everyone(subject, held), rows, page)


def _everyone(subject: Subject, held: QuerySet[Grant]) -> Row:
    level = Level(held.filter(user_id=DEFAULT_USER_ID).values_list("level", flat=True).first() or 0)
    row = Row("everyone", "everyone", "Everyone", level, level, detail="all who can reach this site")
    if subject.is_private:
        row.note, row.is_note_strong = "counts for nothing while the repository is private", True
    return row


def _user_row(actor: Actor, subject: Subject, grant: Grant, user: User, strongest: Mapping[int, Reason]) -> Row:
    level = Level(grant.level)
    row = Row(str(grant.pk), "user", user.username, level, level, detail=_full_name(user))
    row.is_self = user.pk == actor.user_id
    reason = strongest[user.pk]
    if user.pk == subject.target.owner_id:
        reason = OWNER
    elif user.is_administrator:
        reason = ADMINISTRATOR
    if not user.is_active:
        row.note = "cannot sign in: the account is not active"
    elif reason.level > level:
        source = {"default grant": "everyone"}.get(reason.source, reason.source)
        row.note, row.is_note_strong = f"has {reason.level.label}: {_because(source)}", True
    return row


def _because(source: str) -> str:
    return f"as {source}" if source in (OWNER.source, ADMINISTRATOR.source) else f"from {source}"


def _group_row(grant: Grant, group: UserGroup | None, counts: Mapping[int, int]) -> Row:
    assert group is not None, "a grant has one holder: the database sees to it"
    level = Level(grant.level)
    row = Row(str(grant.pk), "group", group.name, level, level)
    if group.pk in counts:
        row.detail = f"{counts[group.pk]} member{'' if counts[group.pk] == 1 else 's'}"
    if not group.is_active:
        row.note, row.is_note_strong = "counts for nothing while the user group is inactive", True
    return row


def _members(actor: Actor, groups: list[UserGroup]) -> dict[int, int]:
    """Count the members of those user groups that the actor may see."""
    if not groups:
        return {}
    visible = user_groups_visible_to(actor).filter(pk__in=[group.pk for group in groups])
    return dict(visible.annotate(count=Count("memberships")).values_list("pk", "count"))


def _full_name(user: User) -> str:
    return f"{user.firstname} {user.lastname}".strip()
