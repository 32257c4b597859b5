"""What is written to standard error, and what never is."""

from __future__ import annotations

import logging
import re
from typing import Any

KEY_IN_ADDRESS = re.compile(r"(api_key=)[^&\s\"']+", re.IGNORECASE)
PASSWORD_IN_ADDRESS = re.compile(r"(\w://[^/\s:@]*:)[^/\s@]+(?=@)")


class Discreet(logging.Formatter):
    """A formatter that blots out API keys and passwords within addresses, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record without secrets."""
        text = KEY_IN_ADDRESS.sub(r"\1***", super().format(record))
        return PASSWORD_IN_ADDRESS.sub(r"\1***", text)


def logging_settings(level: str) -> dict[str, Any]:
    """Give the description of all logging for `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "belvedere.conf.logs.Discreet",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # Each 4xx would be a line that says nothing the answer did not say; faults of ours are still written.
            "django.request": {"level": "ERROR"},
            "django_tasks_db": {"level": "DEBUG" if level == "debug" else "ERROR"},
            "django_tasks": {"level": "DEBUG" if level == "debug" else "ERROR"},
        },
    }
