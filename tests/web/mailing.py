"""Letters as people get them: the jobs that write them are run by hand."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django_tasks_db.models import DBTaskResult

SITE = "https://code.example.org"


@pytest.fixture
def sends_mail(site: Any, settings: Any) -> None:
    """Let the site have a mail server."""
    settings.BELVEDERE = dataclasses.replace(
        settings.BELVEDERE, smtp_host="localhost", base_url=SITE, mail_from="no-reply@code.example.org"
    )


def letters() -> list[EmailMessage]:
    """Do the waiting jobs, and give the letters that this sent."""
    mail.outbox.clear()
    for waiting in DBTaskResult.objects.ready():
        waiting.task.call(*waiting.task_result.args, **waiting.task_result.kwargs)
        waiting.delete()
    return list(mail.outbox)


def path_in(letter: EmailMessage) -> str:
    """Give the path of the only link in a letter, which has to lead to this site."""
    links = re.findall(r"https?://\S+", str(letter.body))
    assert len(links) == 1, letter.body
    assert links[0].startswith(f"{SITE}/")
    return links[0].removeprefix(SITE)


def token_in(letter: EmailMessage) -> str:
    """Give what makes the link work."""
    return path_in(letter).partition("token=")[2].replace("%3A", ":")
