"""Write the changesets of `data` into a new Mercurial repository: `python hg_history.py PLACE COUNT`."""

from __future__ import annotations

import sys
from typing import Any

from data import START, content_of, path_of
from mercurial import context, hg, initialization
from mercurial import ui as uimod


def main() -> None:
    """Commit each version of each file."""
    initialization.init()
    ui = uimod.ui.load()
    place, count = sys.argv[1].encode(), int(sys.argv[2])
    repo = hg.repository(ui, place, create=True)
    with repo.lock(), repo.transaction(b"bench"):
        for number in range(count):
            path, content = path_of(number).encode(), content_of(number)

            def file_context(repo: Any, changeset: Any, path: bytes, content: bytes = content) -> Any:
                return context.memfilectx(repo, changeset, path, content)

            changeset = context.memctx(
                repo,
                (repo[b"tip"].node(), None),
                b"change %d" % number,
                [path],
                file_context,
                user=b"Bench <bench@example.org>",
                date=(START + number * 60, 0),
            )
            repo.commitctx(changeset)


if __name__ == "__main__":
    main()
