"""Making new repositories."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from mercurial import localrepo

from belvedere.vcs.errors import VcsError
from belvedere.vcs.hg.engine.configuration import base_ui


def create(path: str) -> None:
    """Create an empty repository without a working copy, so that it survives a crash of the machine.

    The name is taken first and filled by one rename: nobody sees half a repository, and two creators of one name
    cannot both succeed (`FileExistsError`). Missing parents are made.
    """
    target = Path(path)
    _check_place(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.mkdir()
    draft = target.parent / f".{secrets.token_hex(8)}.creating"
    try:
        localrepo.createrepository(base_ui(), os.fsencode(draft))
        make_durable(draft)
        draft.rename(target)  # replaces the empty directory
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        with suppress(OSError):
            target.rmdir()
        raise
    _sync(target.parent)


def _check_place(target: Path) -> None:
    """Refuse a place inside another repository, also by way of a link, and a name that Mercurial would expand."""
    existing = next(parent for parent in target.parents if parent.exists()).resolve()
    inside = ".hg" in (*existing.parts, *target.parts) or (existing / ".hg").exists()
    if inside or not target.is_absolute() or ".." in target.parts or "$" in str(target):
        raise VcsError("a repository cannot be created there")


def make_durable(root: Path) -> None:
    """Bring every file of a new repository to the disk: Mercurial leaves that to the system."""
    for directory, _, names in os.walk(root, topdown=False):
        for name in names:
            _sync(Path(directory, name))
        _sync(Path(directory))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
