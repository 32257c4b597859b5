"""`kallithea-gist`: what it sends, and what it makes of the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.answering import answering, error, result
from tests.cli.conftest import Done, Run
from tests.conftest import Server

PROGRAM = "kallithea-gist"
URL = "https://code.example.org/_admin/gists/7"
MADE = {"msg": "created new gist", "gist": {"gist_id": 7, "access_id": "7", "type": "public", "url": URL}}


def sent(run: Run, *arguments: str | Path, stdin: bytes = b"") -> tuple[Done, dict[str, Any]]:
    """Run the program against a server that makes every gist, and give what that was asked."""
    with answering(result(MADE)) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=k", *arguments, stdin=stdin)
    (body,) = fake.bodies
    assert (body["method"], body["api_key"]) == ("create_gist", "k")
    return done, body["args"]


def test_a_file_without_a_description(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "höhe.txt").write_text("Höhe\n", "utf-8")
    done, arguments = sent(run, "notes/höhe.txt")
    assert arguments == {
        "files": {"höhe.txt": {"content": "Höhe\n", "lexer": None}},
        "gist_type": "public",
        "lifetime": -1,
        "description": "",
    }
    assert done.code == 0
    assert done.out == json.dumps(MADE, indent=4, sort_keys=True) + f"\nCreated public gist {URL}\n"


@pytest.mark.parametrize("given", [(), ("-",)])
def test_standard_input(run: Run, given: tuple[str, ...]) -> None:
    _, arguments = sent(run, *given, stdin=b"a\r\nb")
    assert arguments["files"] == {"gistfile1.txt": {"content": "a\r\nb", "lexer": None}}


def test_every_option(run: Run) -> None:
    done, arguments = sent(run, "-p", "-f", "build.log", "-d", "Why", "-l", "60", "-", stdin=b"x")
    assert arguments == {
        "files": {"build.log": {"content": "x", "lexer": None}},
        "gist_type": "private",
        "lifetime": 60,
        "description": "Why",
    }
    assert done.out.endswith(f"\nCreated private gist {URL}\n")


def test_json_is_the_answer_alone(run: Run) -> None:
    done, _ = sent(run, "--format", "json", stdin=b"x")
    assert json.loads(done.out) == MADE
    assert done.out.count("\n") == 1


def test_what_cannot_be_sent_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    options = ("--apihost=http://127.0.0.1:1", "--apikey=k")
    done = run(PROGRAM, *options, "binary")
    assert (done.code, done.err) == (1, "kallithea-gist: binary is not text in UTF-8\n")
    done = run(PROGRAM, *options, "missing")
    assert (done.code, done.err) == (1, "kallithea-gist: cannot read missing: No such file or directory\n")
    done = run(PROGRAM, *options, "-l", "soon", "binary")
    assert done.code == 2


def test_a_refusal_is_a_failure(run: Run) -> None:
    with answering(error("failed to create gist")) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=k", stdin=b"x")
    assert (done.code, done.out) == (1, "")
    assert done.err == "kallithea-gist: the server made no gist: failed to create gist\n"
    with answering(result({"msg": "?"})) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=k", stdin=b"x")
    assert done.code == 1
    assert "where the gist is" in done.err


def test_it_shares_its_config_with_the_other_program(run: Run) -> None:
    with answering(result(MADE)) as fake:
        assert run("kallithea-api", "--save-config", f"--apihost={fake.url}", "--apikey=saved").code == 0
        assert run(PROGRAM, stdin=b"x").code == 0
    assert fake.bodies[0]["api_key"] == "saved"


def test_a_real_server_makes_the_gist(run: Run, server: Server, tmp_path: Path) -> None:
    (tmp_path / "eiger.txt").write_text("3967 m\n")
    options = ("--apihost", server.url, "--apikey", server.admin_key)
    done = run(PROGRAM, *options, "eiger.txt")
    assert (done.code, done.err) == (0, "")
    answer, _, last = done.out.rpartition("Created public gist ")
    gist = json.loads(answer)["gist"]
    assert last.strip() == server.url + gist["url"]
    assert gist["type"] == "public"
    private = json.loads(run(PROGRAM, *options, "-p", "-", "--format=json", "-d", "Depth", stdin=b"217\n").out)["gist"]
    assert (private["type"], private["description"]) == ("private", "Depth")
