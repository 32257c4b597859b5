"""Who works on a repository, how much and when, as pictures with their numbers behind them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from belvedere.access.actor import Actor
from belvedere.errors import Invalid, NotFound
from belvedere.repos.fetch import Administered, Readable
from belvedere.repos.figures import count_repository, history_of, languages_in, reset_history
from belvedere.repos.storage import open_repository
from belvedere.vcs.activity import MONTHS_A_YEAR
from belvedere.web.links import address_of
from belvedere.web.punch_card import punch_card
from belvedere.web.registry import page
from belvedere.web.repository import Link, repository_page
from belvedere.web.revisions import landing_of
from belvedere.web.shares import shares_of
from belvedere.web.time_chart import MOST_WEEKS, Chart, months_chart, spark, weeks_chart
from belvedere.web.visitors import PageRequest

PATIENCE = 1.0
"""Seconds that a page counts for; a job does the rest."""
ASKED_FOR = 300
"""Seconds in which a job for the rest is asked for once."""
LANGUAGES = 8
PERIODS = {"all": "All time", "year": "Last year of work"}
WEEKS_A_YEAR = 53
FEWEST_WEEKS = 26


@page("<repository>/statistics")
def statistics(actor: Actor, request: PageRequest, repository: Readable) -> HttpResponseBase:
    """Show a history in pictures; `period=year` for its last twelve months, `author` for one person's part."""
    if not repository.has_statistics:
        return repository_page(request, actor, repository, "statistics", "statistics/off.html")
    history, is_complete = history_of(repository, PATIENCE)
    if history is None:
        return repository_page(request, actor, repository, "statistics", "statistics/empty.html")
    opened = open_repository(repository)
    context = {
        **_pictures(request, repository, history),
        "history": history,
        "languages": shares_of(
            languages_in(repository, opened, opened.resolve(landing_of(opened, repository))), LANGUAGES
        ),
        "punch": punch_card(history["hours"]),
    }
    if not is_complete:
        context["changeset_count"] = opened.count()
        if cache.add(f"figures-{repository.pk}", 1, ASKED_FOR):
            count_repository.enqueue(repository.pk)
    return repository_page(request, actor, repository, "statistics", "statistics/statistics.html", context)


@page("<repository>/settings/statistics", form=True)
def reset(actor: Actor, request: PageRequest, repository: Administered) -> HttpResponseBase:
    """Forget what was counted and count again, after it was asked for on the page of statistics."""
    if request.method == "POST":
        reset_history(repository)
        messages.info(request, "What was counted is forgotten, and everything is being counted again.")
    return HttpResponseRedirect(address_of(repository.name, "statistics"))


def _pictures(request: PageRequest, repository: Readable, history: dict[str, Any]) -> dict[str, Any]:
    period = request.GET.get("period", "all")
    if period not in PERIODS:
        raise Invalid(f"period is one of {', '.join(PERIODS)}")
    months = {int(month): count for month, count in history["months"].items()}
    if not months:
        return {"chart": None, "authors": []}
    last = max(months)
    lately = last - MONTHS_A_YEAR + 1
    first = min(lately, *months) if period == "all" else lately
    people = history["busiest" if period == "all" else "busiest_lately"]
    chosen = _chosen(request.GET.get("author", ""), people)
    query = {"period": None if period == "all" else period}
    return {
        "chart": _chart(history, chosen, period, first, last),
        "author": chosen,
        "authors": [_author(repository, each, people, first, last, query) for each in people],
        "everybody": address_of(repository.name, "statistics", **query),
        "periods": [
            Link(
                label, address_of(repository.name, "statistics", period=None if name == "all" else name), name == period
            )
            for name, label in PERIODS.items()
        ],
    }


def _chosen(author_id: str, people: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not author_id:
        return None
    found = next((each for each in people if each["id"] == author_id), None)
    if found is None:
        raise NotFound("nobody of those who did most in this time is called so")
    return found


def _chart(history: dict[str, Any], author: dict[str, Any] | None, period: str, first: int, last: int) -> Chart:
    if author is not None:
        return months_chart({int(month): count for month, count in author["months"].items()}, first, last)
    weeks = {int(week): count for week, count in history["weeks"].items()}
    newest = max(weeks)
    oldest = min(weeks)
    if period == "year":
        oldest = max(oldest, newest - WEEKS_A_YEAR + 1)
    if newest - oldest < MOST_WEEKS:
        return weeks_chart(weeks, min(oldest, newest - FEWEST_WEEKS + 1), newest)
    return months_chart({int(month): count for month, count in history["months"].items()}, first, last)


def _author(
    repository: Readable,
    author: dict[str, Any],
    people: list[dict[str, Any]],
    first: int,
    last: int,
    query: dict[str, str | None],
) -> dict[str, Any]:
    months = {int(month): count for month, count in author["months"].items()}
    return {
        **author,
        "url": address_of(repository.name, "statistics", **query, author=author["id"]),
        "share": round(100 * author["count"] / people[0]["count"], 1),
        "spark": spark(months, first, last),
    }
