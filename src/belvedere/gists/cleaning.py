"""Directories of gists go with their rows, however these go: by a call, by time, or with their owner."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from belvedere.gists.actions import PLACE, remove_expired_gists
from belvedere.gists.models import Gist
from belvedere.repos import storage

log = logging.getLogger(__name__)

FRESH = 3600
"""Seconds for which a directory without a row may be one that is just being made."""


@receiver(post_delete, sender=Gist)
def discard_files(instance: Gist, **_more: Any) -> None:
    """Remove the directory once nobody finds it any more; what a crash leaves of it, the next start removes."""
    transaction.on_commit(partial(storage.discard, instance.storage))


def clean_up() -> None:
    """Remove expired gists whose job failed, and directories that have no row."""
    remove_expired_gists()
    for place in _abandoned():
        log.info("%s belongs to no gist and is removed", place)
        storage.discard(place)


def _abandoned() -> Iterator[str]:
    """Give what lies two levels below the place of gists for some time without a row; rows are read last."""
    old = [place for place, changed in _directories() if changed < time.time() - FRESH]
    if old:
        known = set(Gist.objects.values_list("storage", flat=True))
        yield from (place for place in old if place not in known)


def _directories() -> Iterator[tuple[str, float]]:
    above = storage.root() / PLACE
    for letters in os.scandir(above) if above.is_dir() else ():
        if letters.is_dir(follow_symlinks=False):
            for found in os.scandir(letters):
                yield f"{PLACE}/{letters.name}/{found.name}", found.stat(follow_symlinks=False).st_mtime
