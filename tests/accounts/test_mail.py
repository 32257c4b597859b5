"""Letters that cannot be sent: tried again, or given up where the mail server refuses for good."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from belvedere import mail
from belvedere.mail import Letter
from tests.smtp_sink import HOST, Sink


def greeting(name: str) -> Letter | None:
    """Write what the tests send."""
    return (
        Letter("newton@example.org", f"Hello\n{name}", f"Hello, {name}!\n.\nA line of one dot.\n", "Belvedere")
        if name
        else None
    )


@pytest.fixture
def sink(db: None, settings: Any) -> Iterator[Sink]:
    with Sink() as found:
        settings.BELVEDERE = dataclasses.replace(
            settings.BELVEDERE, smtp_host=HOST, base_url="https://code.example.org", mail_from=""
        )
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, found.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield found


def work() -> None:
    for waiting in DBTaskResult.objects.ready():
        DBTaskResult.objects.filter(pk=waiting.pk).delete()
        waiting.task.call(*waiting.task_result.args, **waiting.task_result.kwargs)


def test_a_letter_arrives(sink: Sink) -> None:
    mail.post(greeting, name="Ida")
    mail.post(greeting, name="")
    work()
    [letter] = sink.letters
    assert letter["From"] == "Belvedere <no-reply@code.example.org>"
    assert letter["Subject"] == "[Belvedere] Hello Ida"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@code.example.org>")
    assert letter.get_content().splitlines() == ["Hello, Ida!", ".", "A line of one dot."]


def test_without_a_server_nothing_is_queued(db: None) -> None:
    mail.post(greeting, name="Ida")
    assert not DBTaskResult.objects.exists()


def test_what_may_work_later_is_tried_later(sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    sink.refusals.append("450 try later")
    mail.post(greeting, name="Ida")
    with caplog.at_level(logging.WARNING):
        work()
    assert "will be tried again" in caplog.text
    [again] = DBTaskResult.objects.all()
    assert 0 < (again.run_after - timezone.now()).total_seconds() <= 60
    DBTaskResult.objects.update(run_after=timezone.now())
    work()
    assert len(sink.letters) == 1
    assert not DBTaskResult.objects.exists()


def test_a_server_that_is_away_is_tried_for_hours(sink: Sink, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    mail.post(greeting, name="Ida")
    waits = []
    for _ in mail.MINUTES_BETWEEN:
        work()
        [again] = DBTaskResult.objects.all()
        waits.append(round((again.run_after - timezone.now()).total_seconds() / 60))
        DBTaskResult.objects.update(run_after=timezone.now())
    assert tuple(waits) == mail.MINUTES_BETWEEN
    with pytest.raises(OSError, match="refused"):
        work()
    assert not DBTaskResult.objects.exists()


def test_what_is_refused_for_good_is_given_up(sink: Sink) -> None:
    sink.refusals.append("550 no such person")
    mail.post(greeting, name="Ida")
    with pytest.raises(Exception, match="no such person"):
        work()
    assert not DBTaskResult.objects.exists()
    assert sink.letters == []
