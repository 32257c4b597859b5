"""Branches, tags and bookmarks as data: the form that Kallithea's clients know, and what the menu of names asks."""

from __future__ import annotations

from itertools import groupby, islice
from typing import Any
from urllib.parse import quote

from django.http import JsonResponse
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.model import RefKind, Refs
from belvedere.web.ref_picker import found_by
from belvedere.web.ref_words import NamedRef, maps_of, word_for
from belvedere.web.registry import page
from belvedere.web.visitors import PageRequest

FOUND = 50
LONGEST = 200
TITLES = {
    (RefKind.BRANCH, False): ("Branch", "branch"),
    (RefKind.BRANCH, True): ("Closed Branches", "closed-branch"),
    (RefKind.TAG, False): ("Tag", "tag"),
    (RefKind.BOOKMARK, False): ("Bookmark", "book"),
}


@page("<repository>/refs-data")
def refs_data(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Give every name as groups of `{id, text, type}`; with `?q=` the first that hold a text.

    Found ones also have `at`: what stands in addresses for the name, quoted.
    """
    refs = open_repository(repository).refs()
    text = request.GET.get("q", "").strip()[:LONGEST]
    if not text:
        found = [NamedRef(kind, *item, is_closed) for kind, names, is_closed in maps_of(refs) for item in names.items()]
        return JsonResponse({"results": _groups(refs, found, is_found=False), "more": False})
    some = list(islice(found_by(refs, text), FOUND + 1))
    return JsonResponse({"results": _groups(refs, some[:FOUND], is_found=True), "more": len(some) > FOUND})


def _groups(refs: Refs, found: list[NamedRef], *, is_found: bool) -> list[dict[str, Any]]:
    order = list(TITLES)
    kinds = sorted(found, key=lambda each: order.index((each.kind, each.is_closed)))
    return [
        {"text": TITLES[kind][0], "children": [_child(refs, each, TITLES[kind][1], is_found) for each in group]}
        for kind, group in groupby(kinds, key=lambda each: (each.kind, each.is_closed))
    ]


def _child(refs: Refs, ref: NamedRef, kind: str, is_found: bool) -> dict[str, str]:
    child = {"id": ref.raw_id, "text": shown(ref.name), "type": kind}
    if is_found:
        child["at"] = quote(word_for(refs, ref).encode("utf-8", "surrogateescape"), safe="/")
    return child
