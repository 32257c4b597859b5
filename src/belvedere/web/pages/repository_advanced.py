"""The advanced settings of a repository: what it is a fork of, reading it anew, and deleting it."""

from __future__ import annotations

from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.html import format_html

from belvedere.access.actor import Actor, Administrator
from belvedere.errors import DomainError
from belvedere.repos.actions import Forks, delete_repository
from belvedere.repos.fetch import Administered, readable, visible_to
from belvedere.repos.fork_links import set_fork_of
from belvedere.repos.maintenance import maintain_repository
from belvedere.repos.names import split
from belvedere.repos.pulling import refresh
from belvedere.web.confirming import ConfirmForm
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.parameters import name_or_id
from belvedere.web.registry import action, page
from belvedere.web.settings_pages import settings_page
from belvedere.web.visitors import PageRequest

MOST_NAMED = 20
RECYCLE_BIN = "_admin/recycle_bin"


class ForkOfForm(Form):
    """What a repository is a fork of; called as Kallithea's form has it."""

    id_fork_of = forms.CharField(
        label="Fork of",
        required=False,
        max_length=300,
        help_text="The full name of a repository of the same system; empty for none. Content and permissions stay.",
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )


class DeleteForm(ConfirmForm):
    """Deleting a repository; where it has forks, what becomes of them."""

    forks = forms.ChoiceField(
        label="Its forks",
        choices=[
            ("detach", "live on, each on its own"),
            ("delete", "are deleted too, with their own forks; each has to be yours to administer"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("forks", "confirm")

    def __init__(self, repository: Administered, data: object = None) -> None:
        super().__init__(repository.name, data, initial={"forks": "detach"})
        if not repository.forks.exists():
            del self.fields["forks"]


@page("<repository>/settings/advanced")
def advanced(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Show the advanced settings."""
    return _shown(request, actor, repository)


@action("<repository>/settings/advanced/refresh")
def read_anew(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Read what is on disk anew, and have what makes reading fast rebuilt."""
    movement = refresh(actor, repository)
    maintain_repository.enqueue(repository.pk)
    found = "something had changed that nobody told of" if movement else "everything was known"
    messages.success(request, f"Read anew: {found}. What makes reading fast is rebuilt in the background.")
    return _back(repository)


@action("<repository>/settings/advanced/fork")
def fork_of(actor: Administrator, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Say what a repository is a fork of."""
    form = ForkOfForm(request.POST)
    if not form.is_valid():
        return _shown(request, actor, repository, fork_form=form)
    name = form.cleaned_data["id_fork_of"].strip().strip("/")
    try:
        source = readable(actor, name_or_id(name)) if name else None
        set_fork_of(actor, repository, source)
    except DomainError as error:
        form.refuse(error, "id_fork_of")
        return _shown(request, actor, repository, fork_form=form)
    messages.success(request, f"It is a fork of {source.name} now." if source else "It is a fork of nothing now.")
    return _back(repository)


@action("_admin/repos/<repository>/delete")
def delete(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Delete a repository to the recycle bin, once its name was typed."""
    form = DeleteForm(repository, _given(request))
    if not form.is_valid():
        return _shown(request, actor, repository, delete_form=form)
    wanted: Forks | None = form.cleaned_data.get("forks")
    try:
        detached, deleted = delete_repository(actor, repository, wanted)
    except DomainError as error:
        form.refuse(error)
        return _shown(request, actor, repository, delete_form=form)
    messages.success(request, _farewell(actor, repository.name, detached, deleted))
    return HttpResponseRedirect(address_of(split(repository.name)[0]))


def _given(request: PageRequest) -> dict[str, str]:
    """Give what was sent, with Kallithea's words for what becomes of forks as ours."""
    given = request.POST.dict()
    return {**given, "forks": str(given.get("forks", "")).removesuffix("_forks")}


def _farewell(actor: Actor, name: str, detached: int, deleted: int) -> str:
    forks = detached or deleted
    done: Literal["lives on", "is deleted too"] = "lives on" if detached else "is deleted too"
    word = done if forks == 1 else {"lives on": "live on", "is deleted too": "are deleted too"}[done]
    told = f"Deleted {name}." + (f" {forks} fork{'' if forks == 1 else 's'} {word}." if forks else "")
    if not actor.administers:
        return f"{told} An administrator of this site can bring it back."
    return format_html('{} It can be brought back from the <a href="/{}">recycle bin</a>.', told, RECYCLE_BIN)


def _shown(
    request: PageRequest,
    actor: Actor,
    repository: Administered,
    fork_form: ForkOfForm | None = None,
    delete_form: DeleteForm | None = None,
) -> HttpResponseBase:
    source = repository.fork_of.name if repository.fork_of and actor.administers else ""
    forks = visible_to(actor).filter(fork_of=repository).order_by("name").values_list("name", flat=True)
    named = list(forks[: MOST_NAMED + 1])
    context: dict[str, Any] = {
        "fork_form": fork_form or ForkOfForm(initial={"id_fork_of": source}),
        "delete_form": delete_form or DeleteForm(repository),
        "forks": named[:MOST_NAMED],
        "are_more": len(named) > MOST_NAMED,
        "recycle_bin": f"/{RECYCLE_BIN}",
    }
    return settings_page(
        request, actor, repository, "advanced", context, status=400 if fork_form or delete_form else 200
    )


def _back(repository: Administered) -> HttpResponseBase:
    return HttpResponseRedirect(address_of(repository.name, "settings", "advanced"))
