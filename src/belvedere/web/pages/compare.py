"""Two places in history beside each other: what each has and the other has not, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.vcs.repository import Repository
from belvedere.web.changeset_facts import changeset_link
from belvedere.web.comparing import (
    MOST_ACROSS,
    Comparison,
    End,
    address_between,
    compared,
    end_of,
    ends_from,
    family_of,
    other_of,
)
from belvedere.web.diff_options import NO, remember
from belvedere.web.diff_parts import part_of
from belvedere.web.diff_source import Difference
from belvedere.web.diff_view import diff_view
from belvedere.web.links import address_of
from belvedere.web.ref_picker import RefPicker, picker_for
from belvedere.web.registry import page
from belvedere.web.repository import repository_page
from belvedere.web.visitors import PageRequest

ON_A_PAGE = 30
AT_ONCE = 200
"""Names that the form proposes."""
OTHER = "other_repo"


@page("<repository>/compare/<rest:refs>")
def compare(actor: Actor, request: PageRequest, repository: Readable, refs: str) -> HttpResponseBase:
    """Compare what the address names; without names, ask for them."""
    if not refs:
        return _form(actor, request, repository)
    base, head = ends_from(actor, repository, refs, request.GET.get(OTHER, ""))
    if "part" in request.GET:
        return _part(request, base, head)
    merges = request.GET.get("merge", "").lower() not in NO
    found = compared(base, head)
    difference = _difference(found, merges=merges)

    def address(**query: object) -> str:
        if difference is not None and "part" in query:
            return _address_of_parts(difference, query)
        return address_between(base, head, is_fixed=True, merge=1 if merges else None, **query)

    context = {
        **_sides(actor, request, found, merges=merges),
        **_changesets(request, found, merges=merges),
        "diff": None if difference is None else diff_view(request, difference, address),
        "is_since_ancestor": difference is not None and _is_since_ancestor(found, merges=merges),
        "was_merged_so": not merges and found.home is None,
    }
    return remember(
        request, repository_page(request, actor, repository, "changelog", "comparing/compare.html", context)
    )


def _part(request: PageRequest, base: End, head: End) -> HttpResponseBase:
    """Answer for a part of a difference without looking at what lies between its ends again."""
    difference = Difference(head.repository, head.opened, head.opened.resolve(base.raw_id), head.raw_id)
    part = part_of(request, difference, lambda **query: _address_of_parts(difference, query))
    if part is None:
        raise NotFound("there is no such part")
    return part


def _address_of_parts(difference: Difference, query: dict[str, object]) -> str:
    words = f"rev@{difference.old}...rev@{difference.new}"
    return address_of(difference.repository.name, "compare", words, **query)


def _difference(found: Comparison, *, merges: bool) -> Difference | None:
    """Choose what to show: from end to end, or from the common ancestor; None where no repository has both."""
    if _is_since_ancestor(found, merges=merges):
        return Difference(found.head.repository, found.head.opened, found.ancestors[0], found.head.raw_id)
    if found.home is None:
        return None
    return Difference(found.home, open_repository(found.home), found.base.raw_id, found.head.raw_id)


def _is_since_ancestor(found: Comparison, *, merges: bool) -> bool:
    return bool(found.ancestors) and (merges or found.home is None)


def _sides(actor: Actor, request: PageRequest, found: Comparison, *, merges: bool) -> dict[str, Any]:
    """Give what chooses other ends, and the links that turn the comparison round."""
    base, head = found.base, found.head
    merge = 1 if merges else None

    def at(base_word: str, head_word: str) -> str:
        other = head.repository.name if head.repository.pk != base.repository.pk else None
        return address_of(base.repository.name, "compare", f"{base_word}...{head_word}", other_repo=other, merge=merge)

    swapped = address_of(
        head.repository.name,
        "compare",
        f"{head.word}...{base.word}",
        other_repo=base.repository.name if head.repository.pk != base.repository.pk else None,
        merge=merge,
    )
    return {
        "base": base,
        "head_end": head,
        "base_picker": _picker(base, lambda word: at(f"rev@{word}", head.word)),
        "head_picker": _picker(head, lambda word: at(base.word, f"rev@{word}")),
        "family": family_of(actor, base.repository),
        "swap_url": swapped,
        "ends_url": address_between(base, head),
        "merge_url": address_between(base, head, merge=1),
        "merges": merges,
        "ancestor": changeset_link(head.repository, found.ancestors[0]) if found.ancestors else None,
        "others": [changeset_link(head.repository, each) for each in found.ancestors[1:]],
    }


def _picker(end: End, address: Callable[[str], str]) -> RefPicker:
    revision = end.raw_id if end.kind == "rev" else f"{end.kind}:{end.name}"
    return picker_for(end.opened, end.repository, revision, address)


def _changesets(request: PageRequest, found: Comparison, *, merges: bool) -> dict[str, Any]:
    """Give a page of the changesets that one of the ends has alone: the head, unless the other is asked for."""
    is_behind = request.GET.get("list") == "behind"
    end, chosen = (found.base, found.behind) if is_behind else (found.head, found.ahead)
    turned = Paginator(chosen.raw_ids[::-1], ON_A_PAGE).get_page(request.GET.get("page"))
    merge = 1 if merges else None
    return {
        "found": found,
        "most": MOST_ACROSS,
        "is_behind": is_behind,
        "listed": end,
        "page": turned,
        "changesets": end.opened.several(list(turned.object_list)),
        "ahead_url": address_between(found.base, found.head, merge=merge),
        "behind_url": address_between(found.base, found.head, merge=merge, list="behind"),
        "query": "".join(
            f"{name}={value}&"
            for name, value in (("list", "behind" if is_behind else ""), ("merge", merge or ""))
            if value
        )
        + _other_query(found),
    }


def _other_query(found: Comparison) -> str:
    if found.head.repository.pk == found.base.repository.pk:
        return ""
    return address_of("", **{OTHER: found.head.repository.name}).partition("?")[2] + "&"


def _form(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Ask for two names, and go where they are compared once both are there."""
    given = {name: request.GET.get(name, "").strip() for name in ("base", "to", OTHER)}
    error = ""
    try:
        beside = other_of(actor, repository, given[OTHER])
        if given["base"] and given["to"]:
            ends = end_of(repository, given["base"]), end_of(beside, given["to"])
            return HttpResponseRedirect(address_between(*ends, merge=1 if request.GET.get("merge") else None))
    except (NotFound, Invalid) as problem:
        beside, error = repository, problem.message[:1].upper() + problem.message[1:]
    opened, opened_beside = open_repository(repository), open_repository(beside)
    context = {
        "given": given,
        "error": error,
        "names": _names(opened),
        "names_beside": _names(opened_beside),
        "default": opened.refs().default or "",
        "family": family_of(actor, repository),
        "merges": not request.GET or bool(request.GET.get("merge")),
        "is_empty": opened.is_empty(),
    }
    return repository_page(
        request, actor, repository, "changelog", "comparing/form.html", context, status=400 if error else 200
    )


def _names(opened: Repository) -> list[str]:
    """Give some names for the form to propose."""
    refs = opened.refs()
    return list(dict.fromkeys([*refs.branches, *refs.bookmarks, *refs.tags]))[:AT_ONCE]
