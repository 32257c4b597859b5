"""Completion of `kallithea-api`, by the shells themselves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.answering import Fake, answering, result
from tests.cli.conftest import Run

PROGRAM = "kallithea-api"

DOCUMENT: dict[str, Any] = {
    "methods": [
        {
            "name": "get_repo",
            "x-aliases": ["get_repository"],
            "params": [
                {"name": "repoid", "schema": {"type": ["integer", "string"]}},
                {"name": "with_revision_names", "schema": {"type": "boolean"}},
            ],
        },
        {
            "name": "create_repo",
            "params": [
                {"name": "repo_name", "schema": {"type": "string"}},
                {"name": "repo_type", "schema": {"anyOf": [{"enum": ["hg", "git", ""]}, {"type": "null"}]}},
            ],
        },
    ]
}


@pytest.fixture
def site(run: Run) -> Iterator[Fake]:
    with answering(result(DOCUMENT)) as fake:
        run(PROGRAM, "--save-config", f"--apihost={fake.url}", "--apikey=k")
        yield fake


Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(run: Run, site: Fake) -> Complete:
    """Ask the program itself, as a shell that does not cut words."""
    return lambda line: run(PROGRAM, "--complete", "fish", line).out.splitlines()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kallithea-api get_", ["get_repo", "get_repository"]),
        ("kallithea-api ", ["create_repo", "get_repo", "get_repository"]),
        ("kallithea-api get_repo ", ["repoid:", "with_revision_names:"]),
        ("kallithea-api get_repository rep", ["repoid:"]),
        ("kallithea-api get_repo repoid:x ", ["with_revision_names:"]),
        ("kallithea-api get_repo repoid:'a b' w", ["with_revision_names:"]),
        ("kallithea-api get_repo with_revision_names:", ["with_revision_names:true", "with_revision_names:false"]),
        ("kallithea-api create_repo repo_type:g", ["repo_type:git"]),
        ("kallithea-api --fail create_repo --format json repo_", ["repo_name:", "repo_type:"]),
        ("kallithea-api --fo", ["--format"]),
        ("kallithea-api --format ", ["pretty", "json"]),
        ("kallithea-api --completion z", ["zsh"]),
        ("kallithea-api --apikey ", []),
        ("kallithea-api unknown ", []),
        ("kallithea-api --unknown get_repos", ["get_repository"]),
        ("kallithea-api 'get_", ["get_repo", "get_repository"]),
    ],
)
def test_what_may_follow(complete: Complete, line: str, expected: list[str]) -> None:
    assert complete(line) == expected


def test_the_server_is_asked_once_a_day(complete: Complete, site: Fake, tmp_path: Path) -> None:
    for _ in range(3):
        assert complete("kallithea-api create")
    assert [body["method"] for body in site.bodies] == ["rpc.discover"]
    (kept,) = (tmp_path / "user" / ".cache" / "kallithea-api").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "k" not in json.loads(kept.read_text())


@pytest.mark.parametrize("answer", [None, {}, {"methods": [1]}, {"methods": [{"name": "x"}]}, {"methods": 5}, []])
def test_an_odd_document_completes_nothing(run: Run, answer: Any) -> None:
    with answering(result(answer)) as fake:
        done = run(PROGRAM, "--complete", "zsh", "kallithea-api g", KALLITHEA_API_HOST=fake.url, KALLITHEA_API_KEY="k")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_without_a_server_the_options_are_still_there(run: Run) -> None:
    assert run(PROGRAM, "--complete", "bash", "kallithea-api get_").out == ""
    assert run(PROGRAM, "--complete", "bash", "kallithea-api --sa").out == "--save-config\n"


BASH = """
eval "$(kallithea-api --completion bash)"
COMP_LINE=$1 COMP_POINT=${#1}
_kallithea_api 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kallithea-api get_", ["get_repo", "get_repository"]),
        ("kallithea-api get_repo rep", ["repoid:"]),
        ("kallithea-api create_repo repo_type:", ["hg", "git"]),
        ("kallithea-api create_repo repo_type:h", ["hg"]),
    ],
)
def test_bash(run: Run, site: Fake, line: str, expected: list[str]) -> None:
    assert run("/bin/bash", "-c", BASH, "-", line).out.splitlines() == expected


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_fish(run: Run, site: Fake) -> None:
    code = 'kallithea-api --completion fish | source; complete -C "kallithea-api create_repo repo_"'
    assert run(program("fish"), "-c", code).out.splitlines() == ["repo_name:", "repo_type:"]


ZSH = """
compdef() { : }
eval "$(kallithea-api --completion zsh)"
compadd() { print -r -- "$@" }
_files() { print files }
LBUFFER=$1
_kallithea_api
"""


def test_zsh(run: Run, site: Fake) -> None:
    def added(line: str) -> list[str]:
        return run(program("zsh"), "-f", "-c", ZSH, "-", line).out.splitlines()

    assert added("kallithea-api get_") == ["-- get_repo get_repository"]
    assert added("kallithea-api create_repo ") == ["-S  -- repo_name: repo_type:"]
    assert added("kallithea-api unknown x") == ["files"]
