"""One Belvedere imports from another, and follows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Server


@pytest.mark.parametrize("scheme", ["hg", "git"])
def test_refused_without_the_setting(server: Server, scheme: str) -> None:
    with pytest.raises(AssertionError, match="private network"):
        server.api("create_repo", repo_name=f"import-{scheme}", repo_type=scheme, clone_uri=f"{server.url}/x")


def test_import_and_pull(server: Server, make_server: Callable[..., Server], used_home: Path) -> None:
    other = make_server(BELVEDERE_ALLOW_PRIVATE_REMOTES="true").start()
    for scheme in ("hg", "git"):
        name = f"exported-{scheme}"
        server.api("create_repo", repo_name=name, repo_type=scheme, private=True)
        url = server.url.replace("://", f"://admin:{server.credentials['password']}@") + f"/{name}"
        made: Any = other.api("create_repo", repo_name=name, repo_type=scheme, clone_uri=url)
        assert server.credentials["password"] not in str(made)
        assert other.api("pull", repoid=name) == f"Pulled from `{name}`"
        with pytest.raises(AssertionError, match="other credentials"):
            other.api("pull", repoid=name, clone_uri=f"{server.url}/{name}")
    assert server.credentials["password"] not in other.output
