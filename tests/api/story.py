"""The site of the examples, set up once for a module of tests and taken down without a trace."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.api.examples import Story, tell


@contextmanager
def telling(place: Path, blocker: Any) -> Iterator[Story]:
    """Set the site up below `place`; tests of the module see it, and each is undone on its own."""
    config = dataclasses.replace(
        settings.BELVEDERE, repositories=place / "repositories", base_url="https://code.example.org"
    )
    with override_settings(BELVEDERE=config, TIME_ZONE="UTC"), blocker.unblock(), transaction.atomic():
        told = tell(place)
        yield told
        transaction.set_rollback(True)
