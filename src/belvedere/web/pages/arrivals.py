"""What is to be a repository, while it is brought in: how far it is, or why that failed and what can be done."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.access.levels import Level
from belvedere.errors import DomainError
from belvedere.repos.addresses import LONGEST_ADDRESS
from belvedere.repos.arrivals.asking import forget, try_again
from belvedere.repos.arrivals.fetch import Arriving, ManagedArrival
from belvedere.repos.fetch import RemoteAddress, remote_address, visible_to
from belvedere.repos.models import Arrival
from belvedere.web.arrival_view import SECONDS_BETWEEN_LOOKS, ArrivalView, view_of
from belvedere.web.door import PARTIAL
from belvedere.web.forms import Form
from belvedere.web.links import address_of
from belvedere.web.registry import action, page
from belvedere.web.repository import SYSTEMS, crumbs
from belvedere.web.shell import render
from belvedere.web.visitors import PageRequest

NOT_THERE = "a repository that is not there any more"


class AgainForm(Form):
    """Where to import from this time."""

    clone_uri = forms.CharField(
        label="Import from",
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
        help_text="An address that is left as it is keeps its password; another one takes its own.",
    )


@page("<arrival>", "<arrival>/repo_creating")
def arriving(actor: Actor, request: PageRequest, arrival: Arriving) -> HttpResponseBase:
    """Show how far it is, or why it failed."""
    if PARTIAL in request.headers:
        return render(request, "arrivals/_state.html", {"arrival": _view(actor, arrival)})
    return _shown(request, actor, arrival)


@page("<arrival>/repo_check_creating")
def not_yet(actor: Actor, request: PageRequest, arrival: Arriving) -> HttpResponseBase:
    """Tell a program that the repository is not there yet."""
    return JsonResponse({"result": False, "state": arrival.state})


@action("<arrival>/repo_creating")
def decide(actor: Actor, request: PageRequest, arrival: ManagedArrival) -> HttpResponseBase:
    """Try again, with `do=again`, or with `do=forget` stop and forget all of it."""
    if request.POST.get("do") == "forget":
        forget(arrival)
        messages.success(request, f"{arrival.path} is not brought in; nothing of it is left.")
        return HttpResponseRedirect(address_of(arrival.group.name if arrival.group else ""))
    form = AgainForm(request.POST) if arrival.way == Arrival.Way.IMPORT else None
    if form is not None and not form.is_valid():
        return _shown(request, actor, arrival, form, status=400)
    try:
        try_again(arrival, _other_address(actor, arrival, form))
    except DomainError as error:
        if form is None:
            raise
        form.refuse(error, "clone_uri")
        return _shown(request, actor, arrival, form, status=error.status)
    return HttpResponseRedirect(address_of(arrival.path))


def _other_address(actor: Actor, arrival: ManagedArrival, form: AgainForm | None) -> RemoteAddress | None:
    text: str = form.cleaned_data["clone_uri"].strip() if form is not None else arrival.remote_uri
    return None if text == arrival.remote_uri else remote_address(actor, text)


def _view(actor: Actor, arrival: Arriving) -> ArrivalView:
    """Say where it is; a fork's source is named to those who may read it."""
    if arrival.source_id is None:
        return view_of(arrival, "" if arrival.remote_uri else NOT_THERE)
    name = visible_to(actor).filter(pk=arrival.source_id).values_list("name", flat=True).first()
    return view_of(arrival, name or NOT_THERE, address_of(name) if name else "")


def _shown(
    request: PageRequest, actor: Actor, arrival: Arriving, form: AgainForm | None = None, *, status: int = 200
) -> HttpResponseBase:
    if form is None and arrival.way == Arrival.Way.IMPORT:
        form = AgainForm(initial={"clone_uri": arrival.remote_uri})
    context = {
        "arrival": _view(actor, arrival),
        "path": arrival.path,
        "crumbs": crumbs(arrival.path),
        "name": arrival.name,
        "system": SYSTEMS.get(arrival.scheme, arrival.scheme),
        "plan": arrival.plan,
        "asked_by": arrival.user.username,
        "asked_on": arrival.asked_on,
        "may_decide": actor.ceiling >= Level.ADMIN,
        "form": form,
        "url": address_of(arrival.path, "repo_creating"),
        "seconds": SECONDS_BETWEEN_LOOKS,
    }
    return render(request, "arrivals/arriving.html", context, status=status)
