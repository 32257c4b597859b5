"""A site with people of each role and a repository that only some of them reach."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Server

_numbers = itertools.count(1)


@dataclass
class Person:
    """Somebody with an account: `url` gives a repository's address with his credentials in it."""

    server: Server
    username: str
    password: str
    key: str

    def url(self, repository: str) -> str:
        host = self.server.url.removeprefix("http://")
        return f"http://{self.username}:{self.password}@{host}/{repository}"

    def url_with_key(self, repository: str) -> str:
        return f"http://{self.username}:{self.key}@{self.server.url.removeprefix('http://')}/{repository}"

    def api(self, method: str, **args: Any) -> Any:
        return self.server.api(method, self.key, **args)


@dataclass
class Story:
    """The people, and the repository `name` of the system `scheme`, hidden from everyone without a grant."""

    server: Server
    scheme: str
    name: str
    repo_id: int
    administrator: Person
    owner: Person
    writer: Person
    reader: Person
    outsider: Person

    def public_url(self, repository: str | None = None) -> str:
        """Give the address without anybody's credentials."""
        return f"{self.server.url}/{repository or self.name}"

    def open_to_all(self) -> None:
        """Let everyone read."""
        self.administrator.api("grant_user_permission", repoid=self.name, userid="default", perm="repository.read")


@pytest.fixture(params=["hg", "git"])
def scheme(request: Any) -> str:
    return request.param


@pytest.fixture
def story(server: Server, scheme: str) -> Story:
    return make_story(server, scheme)


def make_story(server: Server, scheme: str) -> Story:
    """Make people and a repository of their own on a running server."""
    number = next(_numbers)
    administrator = Person(server, "admin", server.credentials["password"], server.admin_key)

    def person(role: str) -> Person:
        name, password = f"{role}{number}", f"{role} secret"
        user = administrator.api(
            "create_user", username=name, email=f"{name}@example.org", password=password.replace(" ", "-")
        )
        return Person(server, name, password.replace(" ", "-"), user["user"]["api_key"])

    owner, writer, reader, outsider = (person(role) for role in ("owner", "writer", "reader", "outsider"))
    administrator.api("create_repo_group", group_name=f"group{number}", owner=owner.username)
    name = f"group{number}/repo"
    repo_id = owner.api("create_repo", repo_name=name, repo_type=scheme)["repo"]["repo_id"]
    for user, level in (("default", "none"), (writer.username, "write"), (reader.username, "read")):
        administrator.api("grant_user_permission", repoid=name, userid=user, perm=f"repository.{level}")
    return Story(server, scheme, name, repo_id, administrator, owner, writer, reader, outsider)
