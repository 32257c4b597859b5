"""The permissions editor: shows who has what, takes all changes at once, and asks where they have consequences.

A page makes an `Editor`, goes to `editor.leads_to` if that is set, and else shows its template with `editor` in it:
that includes `permissions/_editor.html`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import urlencode

from django.contrib import messages
from django.http import QueryDict

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.accounts.granting import LocksOut
from belvedere.errors import Conflict, DomainError
from belvedere.repos.group_grants import Children
from belvedere.repos.spreading import Shift, mark_of
from belvedere.web.grant_form import NewRow, Sent, sent_from, strike_from
from belvedere.web.grant_preview import Preview, preview_of
from belvedere.web.grant_rows import Table, table_of
from belvedere.web.grant_subjects import Inside, Subject
from belvedere.web.links import address_of
from belvedere.web.visitors import PageRequest

CHILDREN: tuple[tuple[Children, str], ...] = (
    ("none", "Only this group"),
    ("repos", "This group, and all repositories inside"),
    ("groups", "This group, and all groups inside"),
    ("all", "This group, and all repositories and groups inside"),
)


@dataclass(slots=True)
class Editor:
    """What the template shows: a table, or instead of it a preview of what would be done."""

    subject: Subject
    address: str
    query: str = ""
    table: Table | None = None
    new: list[NewRow] = field(default_factory=list)
    children: Children = "none"
    error: str = ""
    lockout: str = ""
    preview: Preview | None = None
    leads_to: str = ""

    @property
    def levels(self) -> list[tuple[int, str, str]]:
        """Every level with its name and what it allows."""
        return [(place, name, what) for place, (name, what) in enumerate(self.subject.meanings)]

    @property
    def choices(self) -> tuple[tuple[Children, str], ...]:
        """How far changes may reach; nothing to choose where there is no inside."""
        return CHILDREN if self.subject.inside else ()

    @property
    def turning(self) -> str:
        """What stands before the number of a page in its address."""
        return f"{urlencode({'q': self.query})}&" if self.query else ""

    @property
    def new_rows(self) -> list[NewRow]:
        """The rows for somebody new: those that were typed, or one to type into."""
        return self.new or [NewRow()]


def editor_for(request: PageRequest, actor: Actor, subject: Subject, address: str) -> Editor:
    """Show the grants on an object, or do what was sent; `address` is that of the page."""
    editor = Editor(subject, address, request.GET.get("q", "").replace("\0", "").strip()[:200])
    sent = Sent()
    if request.method == "POST":
        sent = sent_from(actor, subject, request.POST)
        editor.new, editor.children = sent.new, _children(request, subject)
        if sent.is_wrong:
            editor.error = "Nothing is saved yet: something below has to be mended first."
        elif "back" not in request.POST:
            _do(request, actor, editor, sent)
    if not editor.leads_to and editor.preview is None:
        editor.table = table_of(actor, subject, editor.query, request.GET.get("page"))
        sent.put_into(editor.table)
    return editor


def strike(actor: Actor, subject: Subject, posted: QueryDict) -> None:
    """Take back one grant, as programs ask for it."""
    subject.change(actor, [strike_from(subject, posted)])


def _children(request: PageRequest, subject: Subject) -> Children:
    wanted = request.POST.get("children", "none")
    return next((each for each in get_args(Children) if subject.inside and each == wanted), "none")


def _do(request: PageRequest, actor: Actor, editor: Editor, sent: Sent) -> None:
    """Do what was sent; what hinders it, or has to be asked first, is left in the editor."""
    may_lose = request.POST.get("sure") == "on"
    inside = editor.subject.inside
    try:
        if inside is None or editor.children == "none":
            editor.subject.change(actor, sent.changes, may_lose=may_lose)
            text = f"Saved: {_counted(len(sent.changes), 'change')}." if sent.changes else "There was nothing to save."
        else:
            text = _reach_inside(request, actor, editor, sent, inside, may_lose=may_lose)
    except LocksOut as error:
        editor.lockout = error.message[:1].upper() + error.message[1:]
    except DomainError as error:
        editor.error = error.message[:1].upper() + error.message[1:]
    else:
        if text:
            messages.success(request, text)
            editor.leads_to = _onward(actor, editor)


def _reach_inside(
    request: PageRequest, actor: Actor, editor: Editor, sent: Sent, inside: Inside, *, may_lose: bool
) -> str:
    """Do what was foreseen if that was shown and confirmed, else show it; gives what to say when it is done."""
    found: list[Shift] = inside.foresee(sent.changes, editor.children)
    mark = mark_of(found)
    if found and request.POST.get("mark") != mark:
        editor.preview = preview_of(actor, editor.subject.target, found, mark, request.POST)
        editor.preview.is_anew = "mark" in request.POST
        return ""
    try:
        inside.spread(actor, sent.changes, editor.children, mark, may_lose=may_lose)
    except LocksOut:
        raise
    except Conflict as error:
        editor.error = error.message
        return ""
    objects = len({(shift.kind, shift.target_id) for shift in found})
    return f"Saved, with {_counted(objects, 'object')} inside." if found else "Saved: nothing inside had to change."


def _onward(actor: Actor, editor: Editor) -> str:
    """Give where to go on: back to the editor, or away from it for who has just left it."""
    target = editor.subject.target
    level = editor.subject.rule.level_on(actor, target.pk, target.owner_id)
    if level == Level.ADMIN:
        return address_of(editor.address.lstrip("/"), q=editor.query or None)
    return address_of(target.name) if level >= Level.READ and editor.subject.kind != "usergroup" else "/"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
