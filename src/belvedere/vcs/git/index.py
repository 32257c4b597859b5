"""The revision index: which number each commit has, and where references stood; one SQLite file a repository."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belvedere.vcs.errors import BackendUnavailable, RepositoryBroken

INDEX_NAME = "belvedere-index.sqlite"

_FORMAT = 1
_BUSY_SECONDS = 60.0
_SOME = 500
_SCHEMA = """
CREATE TABLE changeset (
    revision INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    date INTEGER NOT NULL,
    alive INTEGER NOT NULL
) STRICT;
CREATE INDEX dead ON changeset (revision) WHERE alive = 0;
CREATE TABLE ref (
    name BLOB PRIMARY KEY,
    stored BLOB,
    target BLOB,
    revision INTEGER,
    told BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    is_built INTEGER NOT NULL,
    is_silent INTEGER NOT NULL,
    told_revision INTEGER NOT NULL,
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO progress VALUES (1, 0, 0, -1, 0);
"""


class IndexDamaged(RepositoryBroken):
    """The index's file is not sound; it is rebuilt at the next use."""


@dataclass(frozen=True, slots=True)
class Row:
    """A numbered commit."""

    revision: int
    id: bytes


@dataclass(frozen=True, slots=True)
class RecordedRef:
    """A name as last numbered: the id it stores, the commit that means (None: gone, or no commit), and as last told."""

    name: bytes
    stored: bytes | None
    target: bytes | None
    told: bytes | None


class Index:
    """A connection of one thread to the index's file.

    Numbers are given once and never again: rows are added and marked dead, never removed. Whatever is numbered has
    all its ancestors numbered below it, and whatever is alive has only living ancestors.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = _connect(path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; all or nothing, also after `kill -9`."""
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with _translated():
                self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    # Numbers

    def tip(self) -> Row | None:
        """Give the living commit with the highest number."""
        return self._row("SELECT revision, id FROM changeset WHERE alive ORDER BY revision DESC LIMIT 1")

    def top(self) -> int:
        """Give the highest number ever given; -1 when there is none."""
        return int(self._one("SELECT coalesce(max(revision), -1) FROM changeset"))

    def by_revision(self, revision: int) -> Row | None:
        """Find a living commit by its number."""
        if abs(revision) >= 1 << 62:
            return None
        return self._row("SELECT revision, id FROM changeset WHERE revision = ? AND alive", revision)

    def by_id(self, raw_id: bytes) -> Row | None:
        """Find a living commit by its hash."""
        return self._row("SELECT revision, id FROM changeset WHERE id = ? AND alive", raw_id)

    def by_prefix(self, low: bytes, high: bytes) -> list[Row]:
        """Give at most two living commits whose hashes lie between two bounds, both included."""
        sql = "SELECT revision, id FROM changeset WHERE id BETWEEN ? AND ? AND alive LIMIT 2"
        return [Row(*row) for row in self._rows(sql, low, high)]

    def standing(self, raw_ids: Iterable[bytes]) -> dict[bytes, tuple[int, bool]]:
        """Tell number and life of those of the given commits that are numbered."""
        wanted, result = list(raw_ids), {}
        for start in range(0, len(wanted), _SOME):
            part = wanted[start : start + _SOME]
            marks = ",".join("?" * len(part))
            sql = f"SELECT id, revision, alive FROM changeset WHERE id IN ({marks})"  # noqa: S608 (marks are "?")
            result.update({raw_id: (revision, bool(alive)) for raw_id, revision, alive in self._rows(sql, *part)})
        return result

    def page(self, low: int, high: int, since: int, until: int, size: int, *, descending: bool) -> list[Row]:
        """Give living commits numbered `low` to `high` and dated `since` to `until`, at most `size`, in order."""
        order = "DESC" if descending else "ASC"
        sql = (
            "SELECT revision, id FROM changeset WHERE revision BETWEEN ? AND ? AND alive"  # noqa: S608 (a constant)
            f" AND date BETWEEN ? AND ? ORDER BY revision {order} LIMIT ?"
        )
        return [Row(*row) for row in self._rows(sql, low, high, since, until, size)]

    def count_back(self, high: int, count: int) -> int:
        """Give the number below `high` that leaves out its newest `count` living commits; costs by the dead ones."""
        result = high - count
        while True:
            dead = int(
                self._one(
                    "SELECT count(*) FROM changeset WHERE alive = 0 AND revision > ? AND revision <= ?", result, high
                )
            )
            if (moved := high - count - dead) == result or result < 0:
                return moved
            result = moved

    def count(self, high: int) -> int:
        """Count living commits numbered up to `high`, which is a number that was given; costs by the dead ones."""
        dead = self._one("SELECT count(*) FROM changeset WHERE alive = 0 AND revision <= ?", high)
        return high + 1 - dead  # no number is left out

    def is_empty(self) -> bool:
        """Tell whether no commit is alive."""
        return self.tip() is None

    def add(self, commits: Iterable[tuple[bytes, int]]) -> None:
        """Give numbers to commits (hash, date) in the given order; ancestors must come first."""
        first = self.top() + 1
        rows = ((first + number, raw_id, date) for number, (raw_id, date) in enumerate(commits))
        with self._guarded():
            self._connection.executemany("INSERT INTO changeset VALUES (?, ?, ?, 1)", rows)

    def mark(self, raw_ids: Iterable[bytes], *, alive: bool) -> None:
        """Mark commits as living or dead."""
        with self._guarded():
            self._connection.executemany(
                "UPDATE changeset SET alive = ? WHERE id = ?", ((int(alive), raw_id) for raw_id in raw_ids)
            )

    def mark_all_dead(self) -> None:
        """Mark every commit as dead, to count the living anew."""
        self._run("UPDATE changeset SET alive = 0")

    # References

    def is_built(self) -> bool:
        """Tell whether references were ever looked at."""
        return bool(self._one("SELECT is_built FROM progress"))

    def set_built(self) -> None:
        """Remember that references were looked at.

        An index that replaces a damaged one counts everything as told: a second time would be worse than none.
        """
        if self.is_built():
            return
        if self._one("SELECT is_silent FROM progress"):
            self.tell(self.untold())
        self._run("UPDATE progress SET is_built = 1")

    def generation(self) -> int:
        """Give a number that changes whenever a reference is recorded."""
        return self._one("SELECT generation FROM progress")

    def begin_generation(self) -> None:
        """Say that references are about to be recorded."""
        self._run("UPDATE progress SET generation = generation + 1")

    def stored(self) -> dict[bytes, bytes]:
        """Give what each recorded name stores."""
        return dict(self._rows("SELECT name, stored FROM ref WHERE stored IS NOT NULL"))

    def targets(self) -> list[tuple[bytes, bytes, int]]:
        """Give name, commit and number of every recorded name that means a commit, by name."""
        return self._rows("SELECT name, target, revision FROM ref WHERE target IS NOT NULL ORDER BY name")

    def tips(self) -> list[bytes]:
        """Give the distinct commits that names stand for."""
        return [row[0] for row in self._rows("SELECT DISTINCT target FROM ref WHERE target IS NOT NULL")]

    def ref(self, name: bytes) -> RecordedRef | None:
        """Give one recorded name."""
        rows = list(self._rows("SELECT name, stored, target, told FROM ref WHERE name = ?", name))
        return RecordedRef(*rows[0]) if rows else None

    def record(self, name: bytes, stored: bytes | None, target: bytes | None, revision: int | None) -> None:
        """Record where a name stands now."""
        sql = (
            "INSERT INTO ref VALUES (?, ?, ?, ?, NULL) ON CONFLICT (name)"
            " DO UPDATE SET stored = excluded.stored, target = excluded.target, revision = excluded.revision"
        )
        self._run(sql, name, stored, target, revision)

    def untold(self) -> list[RecordedRef]:
        """Give the recorded names that moved since this was told."""
        sql = "SELECT name, stored, target, told FROM ref WHERE told IS NOT target ORDER BY name"
        return [RecordedRef(*row) for row in self._rows(sql)]

    def has_told(self, prefix: bytes) -> bool:
        """Tell whether a name that begins so was ever told and is still remembered."""
        sql = "SELECT 1 FROM ref WHERE told IS NOT NULL AND name BETWEEN ? AND ? LIMIT 1"
        return bool(self._rows(sql, prefix, prefix + b"\xff"))

    def tell(self, refs: Iterable[RecordedRef]) -> tuple[int, int]:
        """Remember that these movements were told; give the numbers told before and the highest now."""
        before, top = self._one("SELECT told_revision FROM progress"), self.top()
        for ref in refs:
            self._run("UPDATE ref SET told = target WHERE name = ?", ref.name)
            self._run("DELETE FROM ref WHERE name = ? AND stored IS NULL", ref.name)
        if before != top:
            self._run("UPDATE progress SET told_revision = ?", top)
        return before, top

    def faults(self) -> list[str]:
        """Check the file itself."""
        return [str(row[0]) for row in self._rows("PRAGMA quick_check") if row[0] != "ok"]

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._guarded():
            return self._connection.execute(sql, values).fetchall()

    def _row(self, sql: str, *values: object) -> Row | None:
        found = self._rows(sql, *values)
        return Row(*found[0]) if found else None

    def _one(self, sql: str, *values: object) -> int:
        return int(self._rows(sql, *values)[0][0])

    def _run(self, sql: str, *values: object) -> None:
        self._rows(sql, *values)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Translate errors; a damaged file is put away, so that the next use builds a new one."""
        try:
            with _translated():
                yield
        except IndexDamaged:
            _put_away_damaged(self._path)
            raise


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackendUnavailable("the revision index is busy") from error
        raise RepositoryBroken("the revision index cannot be used") from error
    except sqlite3.DatabaseError as error:
        raise IndexDamaged("the revision index is damaged") from error


def _connect(path: Path) -> sqlite3.Connection:
    try:
        with _translated():
            return _open(path)
    except IndexDamaged:
        _put_away_damaged(path)
    with _translated():
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    # One thread uses it, but another may be the one that drops it.
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # A rollback journal, because WAL needs memory shared between all readers: no network file system has that.
        # Truncating it is as durable as removing it (FULL flushes both) and saves touching the directory.
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = FULL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _create(connection, is_silent=_damaged(path).exists())
        elif version != _FORMAT:
            raise RepositoryBroken("the revision index is of a newer version of this program")
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection, *, is_silent: bool) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody else was quicker
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute("UPDATE progress SET is_silent = ?", (is_silent,))
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _put_away_damaged(path: Path) -> None:
    """Move a damaged file aside, once: whoever comes second finds a sound one and leaves it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_sound(path):
            return
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        path.replace(_damaged(path))


def _is_sound(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _damaged(path: Path) -> Path:
    return path.with_name(path.name + ".damaged")
