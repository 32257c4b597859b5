"""Who works on a repository, how much and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from belvedere.repos import figures
from belvedere.repos.models import Figures, Repository
from belvedere.vcs.activity import month_of
from belvedere.web.punch_card import punch_card
from belvedere.web.shares import shares_of
from belvedere.web.time_chart import months_chart, spark, weeks_chart
from tests.api.conftest import Caller
from tests.api.history import History
from tests.web.conftest import text_of


@pytest.fixture(params=["git", "hg"])
def history(request: Any, owner: Caller, administrator: Caller, tmp_path: Path) -> History:
    cache.clear()
    administrator("create_repo", repo_name="rocks", repo_type=request.param, owner="owner")
    made = History(request.param, "rocks", tmp_path / "work")
    for number in range(3):
        made.commit(f"commit {number}", **{f"{number}.py": "pass\n"})
    made.push()
    return made


def test_a_history_is_drawn_with_its_numbers(history: History, anonymous: Client) -> None:
    page = text_of(anonymous.get("/rocks/statistics"))
    assert re.search(r"<dt>Changesets</dt><dd>3</dd>", page)
    assert "<bdi>Ada</bdi>" in page
    for picture in (r"<rect [^>]+><title>Week of [^<]+: (\d)</title>", r"<circle [^>]+><title>\w+day, \d+:00: (\d)<"):
        assert sum(int(count) for count in re.findall(picture, page)) == 3
    assert re.search(r"<th scope=\"row\">Python</th><td class=\"right\">3<", page)
    assert "style=" not in page
    assert "Count everything again" not in page
    author = re.search(r'href="(/rocks/statistics\?author=\w+)"', page)
    assert author
    assert "Changesets of <bdi>Ada" in text_of(anonymous.get(author[1]))
    assert "Last year" in text_of(anonymous.get("/rocks/statistics?period=year"))
    assert anonymous.get("/rocks/statistics?author=nobody").status_code == 404
    assert anonymous.get("/rocks/statistics?period=ever").status_code == 400


def test_who_has_to_wait_is_told(history: History, anonymous: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "LOOKED_UP", 2)
    monkeypatch.setattr("belvedere.web.pages.statistics.PATIENCE", -1)
    asked = []
    monkeypatch.setattr("belvedere.web.pages.statistics.count_repository", Queue(asked))
    assert "Counted so far: 2 of 3" in text_of(anonymous.get("/rocks/statistics"))
    assert asked == [history.row.pk]
    assert "Counted so far" not in text_of(anonymous.get("/rocks/statistics"))


class Queue:
    def __init__(self, asked: list[int]) -> None:
        self.asked = asked

    def enqueue(self, pk: int) -> None:
        self.asked.append(pk)


def test_statistics_are_switched_off_by_the_repository(
    history: History, anonymous: Client, signed_in: Any, owner: Caller
) -> None:
    Repository.objects.filter(name="rocks").update(has_statistics=False)
    page = text_of(anonymous.get("/rocks/statistics"))
    assert "switched off" in page
    assert "/rocks/settings" not in page
    assert 'href="/rocks/settings"' in text_of(signed_in(owner).get("/rocks/statistics")).partition("<main")[2]
    assert not Figures.objects.filter(history__isnull=False).exists()


def test_figures_are_reset_by_those_who_administer(
    history: History, signed_in: Any, owner: Caller, reader: Caller, administrator: Caller
) -> None:
    administrator("grant_user_permission", repoid="rocks", userid="reader", perm="repository.write")
    browser = signed_in(owner)
    assert "Count everything again" in text_of(browser.get("/rocks/statistics"))
    assert Figures.objects.get(pk=history.row.pk).history["count"] == 3
    assert signed_in(reader).post("/rocks/settings/statistics").status_code == 403
    assert Figures.objects.get(pk=history.row.pk).history is not None
    response = browser.post("/rocks/settings/statistics")
    assert (response.status_code, response["Location"]) == (302, "/rocks/statistics")
    assert Figures.objects.get(pk=history.row.pk).history is None
    assert "forgotten" in text_of(browser.get("/rocks/statistics"))
    assert browser.get("/rocks/settings/statistics")["Location"] == "/rocks/statistics"


def test_an_empty_repository_has_no_pictures(administrator: Caller, anonymous: Client) -> None:
    for scheme in ("git", "hg"):
        administrator("create_repo", repo_name=f"bare-{scheme}", repo_type=scheme)
        assert "nothing to count" in text_of(anonymous.get(f"/bare-{scheme}/statistics"))


def test_a_history_of_doubtful_dates_is_drawn_without_them(administrator: Caller, anonymous: Client) -> None:
    administrator("create_repo", repo_name="old", repo_type="git")
    row = Repository.objects.get(name="old")
    activity = figures.Activity(0)
    Figures.objects.create(repository=row, history=figures.shown(activity) | {"count": 2, "undated": 2})
    context = Figures.objects.get(pk=row.pk).history
    assert context["busiest"] == []


def day_of(year: int, month: int) -> int:
    return int(datetime(year, month, 15, tzinfo=UTC).timestamp()) // 86_400


@pytest.mark.parametrize(
    ("years", "unit"), [(1, "month"), (10, "month"), (11, "quarter"), (30, "quarter"), (50, "year"), (8000, "year")]
)
def test_long_times_are_drawn_in_long_steps(years: int, unit: str) -> None:
    first, last = month_of(day_of(1971, 1)), month_of(day_of(1971, 1)) + 12 * years - 1
    chart = months_chart({first: 1, last: 3, last - 1: 2}, first, last)
    assert chart.unit == unit
    assert (chart.most, chart.total) == (5 if unit != "month" else 3, 6)
    assert all(bar.x >= 0 and bar.x + bar.width <= 1000 and bar.y + bar.height <= 200 for bar in chart.bars)
    assert len(chart.bars) <= 3
    assert len(chart.labels) <= 5
    assert len(spark({first: 1, last: 3}, first, last).path) < 100


def test_one_week_alone_is_a_bar() -> None:
    chart = weeks_chart({2800: 7}, 2800, 2800)
    assert [(bar.count, bar.height) for bar in chart.bars] == [(7, 200)]
    assert len(chart.labels) == 1


def test_dots_grow_by_their_area() -> None:
    assert punch_card([0] * 168) is None
    card = punch_card([4, 1, *[0] * 165, 0])
    assert card is not None
    assert [dot.radius for dot in card.dots] == [4.4, 2.2]
    assert card.busiest.label == "Monday, 0:00"


def test_shares_are_of_the_whole() -> None:
    shares = shares_of({"a": 900, "b": 90, "c": 6, "d": 3, "e": 1})
    assert [(share.name, share.percent, share.x) for share in shares] == [
        ("a", "90.0", 0),
        ("b", "9.0", 90),
        ("c", "0.6", 99),
        ("Other", "0.4", 99.6),
    ]
    assert shares_of({}) == []
