"""Mercurial's library in the test's process; only the fixture `inside` may import this: it minds the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mercurial import context, encoding, obsolete, phases

from belvedere.vcs.hg import BACKEND
from belvedere.vcs.hg.engine import changesets, history, newest, touched
from belvedere.vcs.hg.engine.opening import open_repository

__all__ = ["Builder", "changesets", "encoding", "history", "newest", "obsolete", "phases", "touched"]

Files = dict[bytes, bytes | None]


class Builder:
    """Makes changesets without a working copy."""

    def __init__(self, path: Path) -> None:
        self.path = path
        BACKEND.create(path)

    @property
    def repo(self) -> Any:
        return open_repository(str(self.path))

    def commit(self, files: Files, *parents: int, branch: bytes = b"default", **options: Any) -> int:
        repo = self.repo
        nodes = [repo.changelog.node(parent) for parent in parents] + [repo.nullid] * (2 - len(parents))

        def content(repo: Any, ctx: Any, name: bytes) -> Any:
            data = files[name]
            return None if data is None else context.memfilectx(repo, ctx, name, data)

        user = options.pop("user", b"Ann <ann@example.org>")
        text = options.pop("text", b"change")
        extra = {b"branch": branch} | ({b"close": b"1"} if options.get("closes") else {}) | options.pop("extra", {})
        with repo.wlock(), repo.lock():
            ctx = context.memctx(repo, nodes, text, sorted(files), content, user, (1_700_000_000, -3600), extra=extra)
            return int(repo.changelog.rev(ctx.commit()))
