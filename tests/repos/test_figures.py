"""What is counted of repositories in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from belvedere.repos import figures
from belvedere.repos.figures import bring_up_to_date, count_repository, history_of, languages_in, size_of
from belvedere.repos.maintenance import maintain_repository
from belvedere.repos.models import Figures, Repository
from belvedere.repos.storage import open_repository
from tests.api.conftest import Caller, administrator, site
from tests.api.history import History

__all__ = ["administrator", "site"]


@pytest.fixture(params=["git", "hg"])
def history(request: Any, administrator: Caller, tmp_path: Path) -> History:
    administrator("create_repo", repo_name="rocks", repo_type=request.param)
    made = History(request.param, "rocks", tmp_path / "work")
    for number in range(5):
        made.commit(f"commit {number}", **{f"{number}.py": "pass\n", "README.md": f"{number}\n"})
    made.push()
    made.row.refresh_from_db()
    return made


def test_everything_is_counted_once(history: History, monkeypatch: Any) -> None:
    maintain_repository.call(history.row.pk)
    kept = Figures.objects.get(pk=history.row.pk)
    assert kept.size > 0
    assert kept.languages == {"Python": 5, "Markdown": 1}
    assert (kept.history["count"], kept.history["authors"]) == (5, 1)

    def again(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(figures, "_counted", again)
    monkeypatch.setattr(figures, "languages_of", again)
    assert size_of(history.row) == kept.size
    opened = open_repository(history.row)
    assert languages_in(history.row, opened, opened.resolve("tip")) == {"Python": 5, "Markdown": 1}
    assert history_of(history.row, 0) == (kept.history, True)


def test_only_what_is_new_is_read(history: History, monkeypatch: Any) -> None:
    bring_up_to_date(history.row)
    history.commit("one more", more="more\n")
    history.push()
    history.row.refresh_from_db()
    read = []
    monkeypatch.setattr(figures.Activity, "add", counting(figures.Activity.add, read))
    assert history_of(history.row, 10)[0]["count"] == 6
    assert len(read) == 1


def counting(add: Any, read: list[str]) -> Any:
    def counted(self: Any, changeset: Any) -> None:
        read.append(changeset.raw_id)
        add(self, changeset)

    return counted


def test_a_history_that_was_cut_is_counted_anew(history: History) -> None:
    bring_up_to_date(history.row)
    opened = open_repository(history.row)
    if history.row.scheme == "git":
        history.work.good("reset", "-q", "--hard", "HEAD~2")
        history.commit("instead", other="other\n")
        history.work.good("push", "-q", "-f", str(opened.path), "HEAD")
    else:
        tip = opened.resolve("tip")
        history.work.good("-R", str(opened.path), "--config", "extensions.strip=", "strip", "-q", tip, "--no-backup")
    counted, is_complete = history_of(Repository.objects.get(name="rocks"), 10)
    assert is_complete
    assert counted["count"] == 4


def test_somebody_who_waits_gets_what_there_is(history: History, monkeypatch: Any) -> None:
    monkeypatch.setattr(figures, "LOOKED_UP", 2)
    assert [history_of(history.row, -1)[1] for _ in range(3)] == [False, False, True]
    assert history_of(history.row, -1)[0]["count"] == 5


def test_what_is_switched_off_or_gone_is_not_counted(history: History) -> None:
    Repository.objects.filter(pk=history.row.pk).update(has_statistics=False)
    count_repository.call(history.row.pk)
    kept = Figures.objects.get(pk=history.row.pk)
    assert kept.size > 0
    assert (kept.history, kept.languages) == (None, None)
    count_repository.call(99_999)


def test_an_empty_repository_has_nothing_to_count(administrator: Caller) -> None:
    for scheme in ("git", "hg"):
        administrator("create_repo", repo_name=f"empty-{scheme}", repo_type=scheme)
        row = Repository.objects.get(name=f"empty-{scheme}")
        bring_up_to_date(row)
        assert history_of(row, 1) == (None, True)
