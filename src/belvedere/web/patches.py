"""Changesets as text that other clients apply: `git am` takes what is made here for Git, `hg import` for Mercurial."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.header import Header
from email.utils import formataddr

from belvedere.vcs.model import Changeset, Lineage, split_author
from belvedere.vcs.repository import Repository
from belvedere.web.changeset_facts import stamp, zone_of
from belvedere.web.moments import moment_from

_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
_MAIL_DATE = "%a, %d %b %Y %H:%M:%S %z"
_FROM = "Mon Sep 17 00:00:00 2001"
"""The date that git writes into the first line of every patch, so that mailboxes are recognised as its."""


def patch_of(opened: Repository, changeset: Changeset, diff: Iterable[bytes], *, place: str = "") -> Iterator[bytes]:
    """Stream a changeset as a patch of its own system; `place` is like `2/5` for one of several."""
    lineage = opened.lineage(changeset.raw_id)
    if opened.scheme == "git":
        yield _mail_head(changeset, lineage, place).encode("utf-8", "replace")
        yield from diff
        yield b"-- \nBelvedere\n\n"
    else:
        yield _export_head(changeset).encode("utf-8", "replace")
        yield from diff


def _mail_head(changeset: Changeset, lineage: Lineage, place: str) -> str:
    """Write what `git format-patch` writes above the difference."""
    subject, _, body = changeset.message.strip().partition("\n\n")
    numbered = f"[PATCH {place}]" if place else "[PATCH]"
    subject = _folded(f"{numbered} {_BREAKS.sub(' ', subject)}")
    said = f"{body.rstrip()}\n" if body.strip() else ""
    return (
        f"From {changeset.raw_id} {_FROM}\n"
        f"From: {_mailbox(*split_author(changeset.author))}\n"
        f"Date: {moment_from(lineage.date).astimezone(zone_of(lineage.offset)).strftime(_MAIL_DATE)}\n"
        f"Subject: {subject}\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
        f"\n{said}---\n\n"
    )


def _mailbox(name: str, email: str) -> str:
    """Write an author as mails have it; git cannot do without an address."""
    name, email = _BREAKS.sub(" ", name), re.sub(r"[\x00-\x20<>\x7f]", "", email)
    quoted = formataddr((name, "nobody@invalid")).removesuffix(" <nobody@invalid>") if name else ""
    return f"{quoted} <{email}>".strip()


def _folded(text: str) -> str:
    """Give the value of a header: as it is where that is ASCII, else in encoded words, folded as git reads it."""
    if text.isascii():
        return text
    return Header(text, "utf-8", maxlinelen=75, header_name="Subject").encode()


def _export_head(changeset: Changeset) -> str:
    """Write what `hg export` writes above the difference."""
    lines = [
        "# HG changeset patch",
        f"# User {_BREAKS.sub(' ', changeset.author)}",
        f"# Date {int(changeset.date)} {-changeset.offset}",
        f"#      {stamp(changeset.date, changeset.offset)}",
        *([f"# Branch {changeset.branch}"] if changeset.branch not in (None, "default") else []),
        f"# Node ID {changeset.raw_id}",
        *(f"# Parent  {parent}" for parent in changeset.parents or ("0" * 40,)),
    ]
    return "\n".join(lines) + f"\n{changeset.message.rstrip()}\n\n"
