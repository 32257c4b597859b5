"""What a careful administrator would look at: each check says that all is well, or what is not and what to do."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from belvedere import mail
from belvedere.access.actor import DEFAULT_USER_ID
from belvedere.accounts.models import User
from belvedere.instance.places import Room, home_room, is_writable, repositories_room
from belvedere.instance.queue import queue
from belvedere.instance.settings import settings_told
from belvedere.instance.versions import git_version
from belvedere.repos.models import Repository
from belvedere.repos.storage import root
from belvedere.vcs.errors import BackendUnavailable
from belvedere.vcs.hg.client import call
from belvedere.vcs.hg.places import VARIABLE

Verdict = Literal["good", "warning", "error"]
LEAST_FREE_PERCENT = 5
LEAST_FREE = 1_000_000_000
OLDEST_GIT = (2, 31)
LOCAL = ("127.0.0.1", "localhost", "::1")
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `advice` is empty where all is well."""

    topic: str
    verdict: Verdict
    text: str
    advice: str = ""


Check = Callable[[], Iterable[Finding]]


def findings(*, deep: bool = False) -> list[Finding]:
    """Make all checks; `deep` adds those that take a while on a large site."""
    found: list[Finding] = []
    for check in (*QUICK, *(DEEP if deep else ())):
        found += check()
    return found


def _address() -> Iterable[Finding]:
    base = settings.BELVEDERE.base_url
    if not base:
        yield Finding(
            "Public address",
            "warning",
            "base_url is empty: addresses are told as each request came in, and no mail can hold a link",
            "Set base_url to the address that people type, such as https://code.example.org.",
        )
    elif base.startswith("http://") and not any(f"//{name}" in base for name in LOCAL):
        yield Finding(
            "Public address",
            "warning",
            f"{base} is not encrypted: passwords and keys can be read on their way",
            "Put a proxy with HTTPS in front, and set base_url to its address.",
        )
    else:
        yield Finding("Public address", "good", base)


def _mail() -> Iterable[Finding]:
    if mail.is_set_up():
        yield Finding("Mail", "good", f"sent by {settings.BELVEDERE.smtp_host}")
    else:
        yield Finding(
            "Mail",
            "warning",
            "no mail is sent: nobody can get a new password by himself",
            "Set smtp_host, and what else the server for mail needs.",
        )


def _settings() -> Iterable[Finding]:
    told = settings_told()
    if told.fault:
        yield Finding("Settings", "error", f"the next start would fail: {told.fault}", f"Mend {told.file}.")
    elif told.changed:
        names = ", ".join(told.changed)
        yield Finding("Settings", "warning", f"changed since the start: {names}", "Restart the server to use them.")
    else:
        yield Finding("Settings", "good", "as they are in the file and the environment")


def _credentials() -> Iterable[Finding]:
    path = settings.BELVEDERE_INITIAL
    if path.exists():
        yield Finding(
            "First administrator",
            "warning",
            f"{path} still holds his password and his API key",
            "Note them, change the password, and delete the file.",
        )
    rows = User.objects.filter(is_administrator=True, is_active=True).exclude(pk=DEFAULT_USER_ID)
    count = rows.count()
    if count:
        yield Finding("Administrators", "good", f"{count} active")
    else:
        yield Finding("Administrators", "error", "none is active", "Activate one with a command on the server.")


def _permissions_of_home() -> Iterable[Finding]:
    home = settings.BELVEDERE.home
    try:
        mode = home.stat().st_mode
    except OSError:
        return
    if mode & (stat.S_IRWXG | stat.S_IRWXO) & ~(stat.S_IXGRP | stat.S_IXOTH):
        yield Finding(
            "Home directory",
            "warning",
            f"others on this machine may look into {home} (mode {stat.S_IMODE(mode):o})",
            f"chmod 700 {home}",
        )
    else:
        yield Finding("Home directory", "good", f"{home} is closed to others")


def _room() -> Iterable[Finding]:
    yield _room_in("Room for repositories", repositories_room())
    yield _room_in("Room in the home directory", home_room())
    place = root()
    if place.is_dir() and not is_writable(place):
        yield Finding("Repositories", "error", f"nothing can be written in {place}", "Give it to the server's user.")


def _room_in(topic: str, room: Room) -> Finding:
    if not room.is_there:
        if not Repository.objects.exists():
            return Finding(topic, "good", f"{room.path} will be made when it is needed")
        return Finding(topic, "error", f"{room.path} is not there", "Is its disk mounted?")
    left = f"{room.free / 1e9:.1f} GB free of {room.total / 1e9:.1f} GB"
    if room.free < LEAST_FREE or room.free * 100 < room.total * LEAST_FREE_PERCENT:
        return Finding(topic, "warning", left, "Make room before it is full: pushes fail then.")
    return Finding(topic, "good", left)


def _database() -> Iterable[Finding]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding("Database", "error", f"it does not answer: {str(error).partition(chr(10))[0]}", "Is it running?")
        return
    if waiting:
        text = f"{len(waiting)} change(s) of its tables wait"
        yield Finding("Database", "error", text, "Restart the server, which makes them.")
    else:
        yield Finding("Database", "good", "answers, and is up to date")


def _git() -> Iterable[Finding]:
    text = git_version()
    found = re.match(r"(\d+)\.(\d+)", text)
    if found is None:
        yield Finding("Git", "error", "the program git was not found", "Install it, on the server's PATH.")
    elif (int(found[1]), int(found[2])) < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        yield Finding("Git", "warning", f"version {text} is old", f"Install {wanted} or later.")
    else:
        yield Finding("Git", "good", f"version {text}")


def _mercurial() -> Iterable[Finding]:
    if VARIABLE not in os.environ:
        return  # no part of a running server: nobody to ask
    try:
        call("ping", "")
    except BackendUnavailable as error:
        yield Finding("Mercurial", "error", f"its workers do not answer: {error}", "Look into the log of the server.")
    else:
        yield Finding("Mercurial", "good", "its workers answer")


def _jobs() -> Iterable[Finding]:
    jobs = queue()
    if jobs.is_late:
        yield Finding(
            "Jobs", "error", f"{jobs.waiting} wait, the oldest for too long", "Is the job worker of the server running?"
        )
    if jobs.failed:
        yield Finding("Jobs", "warning", f"{jobs.failed} failed", "Look at them, mend the cause, and try them again.")
    elif not jobs.is_late:
        yield Finding("Jobs", "good", "none failed, and none waits for long")


def _people() -> Iterable[Finding]:
    waiting = User.objects.filter(awaits=User.Awaits.APPROVAL).count()
    if waiting:
        yield Finding("Users", "warning", f"{waiting} signed up and wait for approval", "Let them in, or delete them.")


def _missing() -> Iterable[Finding]:
    place = root()
    names = [
        name for name, storage in Repository.objects.values_list("name", "storage") if not (place / storage).is_dir()
    ]
    if names:
        told = ", ".join(sorted(names)[:MOST_NAMED]) + (" and more" if len(names) > MOST_NAMED else "")
        yield Finding("Repositories", "error", f"{len(names)} are not on disk: {told}", "Restore them from a backup.")
    else:
        yield Finding("Repositories", "good", "all are on disk")


def _integrity() -> Iterable[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        [said] = cursor.fetchone() or ("nothing",)
    if said == "ok":
        yield Finding("Database file", "good", "sound")
    else:
        yield Finding("Database file", "error", f"damaged: {said}", "Stop the server and restore a backup.")


QUICK: tuple[Check, ...] = (
    _database,
    _mercurial,
    _git,
    _jobs,
    _room,
    _settings,
    _address,
    _mail,
    _credentials,
    _permissions_of_home,
    _people,
)
DEEP: tuple[Check, ...] = (_missing, _integrity)
