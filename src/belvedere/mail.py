"""Mail: written by the job that sends it, from what is true by then, and sent again later where that failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr, make_msgid
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string

from belvedere.jobs import job

log = logging.getLogger(__name__)

MINUTES_BETWEEN = (1, 5, 15, 60, 240, 720)
FOR_GOOD = 500
"""From this code on, a mail server means what it says."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one address, as plain text, from a site of this title."""

    to: str
    subject: str
    text: str
    title: str


Writer = Callable[..., Letter | None]
"""A function at the top of its module that writes a letter from JSON values; None says that it is needed no more."""


def is_set_up() -> bool:
    """Tell whether mail can be sent."""
    return bool(settings.BELVEDERE.smtp_host)


def post(writer: Writer, **facts: Any) -> None:
    """Have a letter written and sent in the background; where mail is not set up, nothing happens.

    The facts name things by id and hold no secret: they lie in the database until the job has run.
    """
    if is_set_up():
        deliver.enqueue(f"{writer.__module__}.{writer.__qualname__}", facts)


def letter(to: str, template: str, title: str, **context: Any) -> Letter:
    """Write a letter by a template whose first line is the subject."""
    text = render_to_string(template, {"site": settings.BELVEDERE.base_url, "title": title, **context})
    subject, _, body = text.partition("\n")
    return Letter(to, subject.strip(), body.strip() + "\n", title)


@job
def deliver(writer: str, facts: dict[str, Any], attempt: int = 0) -> None:
    """Write a letter and send it; try again for about seventeen hours unless the server refuses for good."""
    written = import_string(writer)(**facts)
    if written is None:
        return
    try:
        send(written)
    except (OSError, SMTPException) as error:
        if attempt >= len(MINUTES_BETWEEN) or _is_refused(error):
            raise
        log.warning("%s was not sent and will be tried again: %s", writer, error)
        later = timezone.now() + timedelta(minutes=MINUTES_BETWEEN[attempt])
        deliver.using(run_after=later).enqueue(writer, facts, attempt + 1)


def send(given: Letter) -> None:
    """Give a letter to the mail server, and wait for its answer."""
    sender = settings.BELVEDERE.mail_from
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": make_msgid(domain=sender.rpartition("@")[2])}
    subject = " ".join(f"[{given.title}] {given.subject}".split())
    EmailMessage(subject, given.text, formataddr((given.title, sender)), [given.to], headers=headers).send()


def _is_refused(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _reason in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= FOR_GOOD
