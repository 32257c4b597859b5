"""Changing a repository safely: locks, transactions, and what a killed writer left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INCOMING = "belvedere-incoming"
"""Where below `.hg` a pushed bundle waits until it has arrived: on the disk that it will be on anyway."""


def recover(repo: Any) -> bool:
    """Roll back a transaction whose process died, and tell whether there was one.

    A living writer also has a journal: `recover` waits for its lock, and then finds nothing left to do.
    """
    return bool(repo.svfs.exists(b"journal") and repo.recover())


@contextmanager
def write_transaction(repo: Any, name: bytes) -> Iterator[Any]:
    """Hold both locks and a transaction; an exception undoes everything."""
    recover(repo)
    with repo.wlock(), repo.lock(), repo.transaction(name) as transaction:
        yield transaction
