"""Pulling from other repositories, on this disk and elsewhere."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from belvedere.vcs.errors import RemoteUnusable
from belvedere.vcs.model import ChangesetQuery
from belvedere.vcs.remote import Remote
from belvedere.vcs.repository import Backend, Repository
from tests.vcs.elsewhere import Elsewhere, elsewhere
from tests.vcs.history import History
from tests.vcs.scribe import Scribe

NOWHERE = "code.example.test"
"""A name that no resolver knows: whoever gets through to it used the checked address."""


@pytest.fixture
def target(tmp_path: Path, backend: Backend) -> Repository:
    return backend.create(tmp_path / "target")


@pytest.fixture
def other(tmp_path: Path, backend: Backend, repository: Repository) -> Iterator[Elsewhere]:
    with elsewhere(backend.scheme, repository.path.parent) as running:
        yield running


@pytest.fixture
def remote(other: Elsewhere, repository: Repository) -> Remote:
    return Remote("http", NOWHERE, other.port, "/repository", ("127.0.0.1",))


def hashes(repository: Repository) -> set[str]:
    return {each.raw_id for each in repository.changesets(ChangesetQuery())}


def files(repository: Repository) -> set[int]:
    return {(Path(folder) / name).stat().st_ino for folder, _, names in os.walk(repository.path) for name in names}


def test_a_copy_has_everything(history: History, target: Repository) -> None:
    source = history.repository
    moved = target.pull(source.path)
    assert hashes(target) == hashes(source)
    assert target.refs() == source.refs()
    assert moved.count == len(hashes(source))
    assert target.verify() == []
    assert not target.pull(source.path)
    assert not target.catch_up()


def test_an_empty_repository_is_copied(repository: Repository, target: Repository) -> None:
    assert not target.pull(repository.path)
    assert target.is_empty()


def test_a_copy_shares_no_file_with_its_source(history: History, target: Repository) -> None:
    target.pull(history.repository.path)
    assert not files(history.repository) & files(target)


def test_pull_by_http(remote: Remote, repository: Repository, target: Repository, scribe: Scribe) -> None:
    scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    repository.catch_up()
    assert target.pull(remote).count == 1
    assert target.refs().branches == repository.refs().branches
    scribe.write("a", "2\n").commit("two")
    scribe.push(repository.path)
    repository.catch_up()
    moved = target.pull(remote)
    assert (moved.first_revision, moved.last_revision) == (1, 1)
    assert [each.name for each in moved.refs] == [scribe.default_branch]
    assert not target.pull(remote)


def test_what_is_only_here_stays(remote: Remote, repository: Repository, target: Repository, scribe: Scribe) -> None:
    base = scribe.write("a", "1\n").commit("one")
    scribe.push(repository.path)
    scribe.branch("own").write("b", "1\n")
    own = scribe.commit("own")
    scribe.push(target.path)
    target.catch_up()
    target.pull(remote)
    assert {base, own} <= hashes(target)
    assert target.refs().branches["own"] == own


def test_the_host_is_named_and_never_resolved(remote: Remote, other: Elsewhere, target: Repository) -> None:
    target.pull(remote)
    assert set(other.hosts) == {f"{NOWHERE}:{other.port}"}


def test_credentials(remote: Remote, other: Elsewhere, target: Repository, caplog: pytest.LogCaptureFixture) -> None:
    other.protect("ann", "p@ss:wörd")
    for wrong in (remote, replace(remote, username="ann", password="secret-guess")):
        with pytest.raises(RemoteUnusable, match="wants other credentials") as caught:
            target.pull(wrong)
        assert "secret-guess" not in str(caught.value) + caplog.text
    target.pull(replace(remote, username="ann", password="p@ss:wörd"))
    assert other.authorizations[-1] == other.wants


def test_a_redirection_elsewhere_is_refused(
    remote: Remote, other: Elsewhere, target: Repository, backend: Backend
) -> None:
    other.protect("ann", "word")
    with elsewhere(backend.scheme, other.site.root) as third:
        other.redirects_to = f"http://127.0.0.1:{third.port}"
        with pytest.raises(RemoteUnusable, match="leads elsewhere"):
            target.pull(replace(remote, username="ann", password="word"))
        assert third.hosts == []


def test_only_checked_addresses_are_connected_to(remote: Remote, target: Repository, other: Elsewhere) -> None:
    """Also where the URL holds an address, which needs no resolver, and where the checked one does not answer."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.2", 0))
        with pytest.raises(RemoteUnusable, match="the server does not answer"):
            target.pull(replace(remote, addresses=("127.0.0.2",), port=closed.getsockname()[1]))
    assert other.hosts == []


@pytest.mark.parametrize("answer", [b"<html>a page</html>", b"x" * 100_000])
def test_what_is_no_repository(
    remote: Remote, target: Repository, backend: Backend, other: Elsewhere, answer: bytes
) -> None:
    other.answers = answer
    for ask in (lambda: backend.probe(remote), lambda: target.pull(remote)):
        with pytest.raises(RemoteUnusable, match=f"no {'git' if backend.scheme == 'git' else 'mercurial'} repository"):
            ask()
    assert target.is_empty()
    assert target.verify() == []


def test_a_server_that_breaks_off(target: Repository, repository: Repository, scribe: Scribe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def break_off() -> None:
            listener.accept()[0].close()

        threading.Thread(target=break_off, daemon=True).start()
        with pytest.raises(RemoteUnusable):
            target.pull(Remote("http", NOWHERE, listener.getsockname()[1], "/repository", ("127.0.0.1",)))
    assert target.is_empty()


def test_probe(remote: Remote, backend: Backend, other: Elsewhere) -> None:
    backend.probe(remote)
    with pytest.raises(RemoteUnusable):
        backend.probe(replace(remote, path="/nothing"))


def test_ssh_is_told_the_checked_address_and_the_name_of_its_key(
    backend: Backend, target: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = Remote("ssh", "code.example.test", 2222, "/a'b$(touch x)/repo", ("192.0.2.7",), username="hg")
    assert "-o HostName=192.0.2.7 -o HostKeyAlias=code.example.test" in remote.ssh_command
    assert remote.url == "ssh://hg@code.example.test:2222/a'b$(touch x)/repo"
    if backend.scheme == "git":
        log = tmp_path / "log"
        program = tmp_path / "bin" / "ssh"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {log}\nexit 255\n')
        program.chmod(0o700)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        with pytest.raises(RemoteUnusable):
            target.pull(remote)
        said = log.read_text().splitlines()
        assert "HostName=192.0.2.7" in said
        assert said[-2:] == ["hg@code.example.test", "git-upload-pack '/a'\\''b$(touch x)/repo'"]


def test_a_silent_repository_is_given_up(target: Repository, monkeypatch: pytest.MonkeyPatch, backend: Backend) -> None:
    module = {"git": "belvedere.vcs.git.pulling", "hg": "belvedere.vcs.hg.repository"}[backend.scheme]
    monkeypatch.setattr(f"{module}.LONGEST_PROBE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(RemoteUnusable, match="took"):
        backend.probe(Remote("http", NOWHERE, listener.getsockname()[1], "/repository", ("127.0.0.1",)))
