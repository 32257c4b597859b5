"""What is forgotten once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere.accounts.models import Session
from belvedere.cli import tidying
from tests.api.conftest import Caller, administrator, site

__all__ = ["administrator", "site"]


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(task_path=tidying.tidy.module_path, status="READY"))


def test_it_begins_at_once_and_comes_back_every_day(administrator: Caller) -> None:
    tidying.begin()
    tidying.begin()
    [planned] = waiting()
    assert DBTaskResult.objects.ready().filter(pk=planned.pk).exists()
    planned.delete()
    tidying.tidy.call()
    [planned] = waiting()
    assert timedelta(hours=23) < planned.run_after - timezone.now() <= timedelta(days=1)


def test_it_comes_back_after_a_failure(administrator: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr(tidying, "clean_up", fail)
    with pytest.raises(OSError):  # noqa: PT011 any will do
        tidying.tidy.call()
    assert len(waiting()) == 1


def test_what_ended_is_forgotten_and_nothing_else(administrator: Caller) -> None:
    now = timezone.now()
    for number, end in enumerate((now - timedelta(seconds=1), now + timedelta(hours=1))):
        given: dict[str, Any] = {"user_id": administrator.user_id, "password_mark": b""}
        Session.objects.create(digest=str(number).encode(), expires_on=end, **given)
    kept = {"SUCCESSFUL": timedelta(days=1), "FAILED": timedelta(days=30)}
    for status, age in kept.items():
        for finished in (now - age - timedelta(hours=1), now - age + timedelta(hours=1)):
            row = tidying.tidy.enqueue()
            DBTaskResult.objects.filter(pk=row.id).update(status=status, finished_at=finished)
    tidying.tidy.call()
    assert [row.digest for row in Session.objects.all()] == [b"1"]
    assert sorted(DBTaskResult.objects.exclude(status="READY").values_list("status", flat=True)) == [
        "FAILED",
        "SUCCESSFUL",
    ]
