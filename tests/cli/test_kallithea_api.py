"""`kallithea-api`: the documented behaviour against a real server, and what it makes of odd ones."""

from __future__ import annotations

import json
import re
import socket
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.answering import answering, envelope, error, result
from tests.cli.conftest import Run
from tests.conftest import Server

PROGRAM = "kallithea-api"


@pytest.fixture
def options(server: Server) -> tuple[str, str]:
    return f"--apihost={server.url}", f"--apikey={server.admin_key}"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_example_of_the_document(run: Run, server: Server, options: tuple[str, str]) -> None:
    done = run(PROGRAM, *options, "get_repo")
    assert done.out == (
        f"Calling method get_repo => {server.url}\n"
        "Server response \n"
        'ERROR:"Missing non optional `repoid` arg in JSON DATA"\n'
    )
    assert (done.code, done.err) == (0, "")
    server.api("create_repo", repo_name="myrepo", repo_type="git")
    done = run(PROGRAM, *options, "get_repo", "repoid:myrepo")
    head, body = done.out.split("Server response \n")
    assert head == f"Calling method get_repo => {server.url}\n"
    assert body.startswith('{\n    "clone_uri": null,\n    "created_on": "')
    assert json.loads(body)["repo_name"] == "myrepo"
    assert body == json.dumps(json.loads(body), indent=4, sort_keys=True) + "\n"


def test_json_is_the_value_alone_on_one_line(run: Run, options: tuple[str, str]) -> None:
    done = run(PROGRAM, *options, "--format", "json", "test", 'args:={"b": [1, null], "a": "é"}')
    assert done.out == '{"b":[1,null],"a":"\\u00e9"}\n'
    done = run(PROGRAM, *options, "get_repo", "--format=json")
    assert done.out == '"Missing non optional `repoid` arg in JSON DATA"\n'
    assert done.code == 0


def test_the_documented_user_is_created(run: Run, server: Server, options: tuple[str, str]) -> None:
    uid = "extern_name:uid=bent,dc=example,dc=com"
    arguments = ("username:bent", "email:bent@example.com", "firstname:Bent", "lastname:Bentsen", "extern_type:ldap")
    done = run(PROGRAM, *options, "create_user", *arguments, uid, "active:false", "--fail")
    assert done.code == 0
    user = server.api("get_user", userid="bent")
    assert (user["ldap_dn"], user["active"]) == ("uid=bent,dc=example,dc=com", False)


def test_fail_tells_errors_by_the_exit_code(run: Run, options: tuple[str, str]) -> None:
    assert run(PROGRAM, *options, "--fail", "get_repo").code == 1
    assert run(PROGRAM, *options, "get_user", "--fail").code == 0


@pytest.mark.parametrize("tail", ["/", "/_admin/api", "/_admin/api/", "//"])
def test_the_host_may_have_a_tail(run: Run, server: Server, tail: str) -> None:
    done = run(PROGRAM, f"--apihost={server.url}{tail}", "--apikey", server.admin_key, "get_user", "--format", "json")
    assert json.loads(done.out)["username"] == "admin"


def test_a_near_miss_is_told_beside_the_answer(run: Run, options: tuple[str, str]) -> None:
    done = run(PROGRAM, *options, "get_repoo", "--format", "json")
    assert done.out == '"No such method: get_repoo"\n'
    assert done.err.startswith("kallithea-api: did you mean get_repo")


# ---- the config file


def test_a_config_is_created_used_and_updated(run: Run, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "user" / ".config" / "kallithea"
    done = run(PROGRAM, "--save-config", "--apihost=http://localhost:1", "--apikey=old")
    assert (done.code, done.out, done.err) == (0, f"Created new config in {path}\n", "")
    assert path.read_text() == json.dumps({"apihost": "http://localhost:1", "apikey": "old"}, indent=4)
    assert mode(path) == 0o600
    path.write_text(json.dumps({"apikey": "old", "apihost": "x", "mine": 1}))
    path.chmod(0o644)
    done = run(PROGRAM, "--save-config", "--apihost", server.url, "--apikey", server.admin_key)
    assert done.out == f"Updated config in {path}\n"
    assert mode(path) == 0o600
    assert json.loads(path.read_text()) == {"apikey": server.admin_key, "apihost": server.url, "mine": 1}
    assert '"username": "admin"' in run(PROGRAM, "get_user").out


def test_a_config_elsewhere_and_a_link_to_one(run: Run, server: Server, tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles", tmp_path / "link"
    link.symlink_to(real)
    save = ("--save-config", "--apihost", server.url, "--apikey", server.admin_key)
    assert run(PROGRAM, "--config", link, *save).out == f"Created new config in {link}\n"
    assert link.is_symlink()
    assert mode(real) == 0o600
    assert "admin" in run(PROGRAM, f"--config={real}", "get_user").out


@pytest.mark.parametrize("given", [("--apihost=http://x",), ("--apikey=k",), ()])
def test_saving_needs_both(run: Run, tmp_path: Path, given: tuple[str, ...]) -> None:
    done = run(PROGRAM, "--save-config", *given)
    assert done.code == 2
    assert "--save-config needs both" in done.err
    assert not (tmp_path / "user" / ".config").exists()


@pytest.mark.parametrize(("content", "said"), [("{", "is not JSON"), ("[]", "holds no object")])
def test_a_broken_config_is_told(run: Run, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "config").write_text(content)
    done = run(PROGRAM, "--config", tmp_path / "config", "get_user")
    assert done.code == 1
    assert re.fullmatch(rf"kallithea-api: \S+ {said}.*\n", done.err)


def test_a_config_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(PROGRAM, "--config", tmp_path / "file" / "c", "--save-config", "--apihost=http://x", "--apikey=k")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "Not a directory" in done.err


def test_options_win_over_the_environment_and_that_over_the_file(run: Run, tmp_path: Path) -> None:
    with answering(result(None)) as fake:
        (tmp_path / "c").write_text(json.dumps({"apihost": "http://127.0.0.1:1", "apikey": "file"}))
        config = ("--config", tmp_path / "c")
        run(PROGRAM, *config, f"--apihost={fake.url}", "m")
        run(PROGRAM, *config, "m", KALLITHEA_API_HOST=fake.url, KALLITHEA_API_KEY="environment")
        run(PROGRAM, *config, "m", BELVEDERE_API_HOST=fake.url, BELVEDERE_API_KEY="environment too")
        run(PROGRAM, *config, "m", "--apikey", "option", KALLITHEA_API_HOST=fake.url, KALLITHEA_API_KEY="environment")
    assert [body["api_key"] for body in fake.bodies] == ["file", "environment", "environment too", "option"]


def test_a_key_may_lie_in_the_keyring(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "with-keyring" / "keyring"
    package.mkdir(parents=True)
    (package / "errors.py").write_text("class KeyringError(Exception): pass\n")
    (package / "__init__.py").write_text(
        "from keyring.errors import KeyringError\n"
        "def get_password(service, host):\n"
        "    if host.endswith('locked'): raise KeyringError\n"
        "    return f'{service} {host}'\n"
    )
    path = {"PYTHONPATH": str(package.parent)}
    with answering(result(None)) as fake:
        run(PROGRAM, f"--apihost={fake.url}/", "m", **path)
    assert fake.bodies[0]["api_key"] == f"kallithea-api {fake.url}"
    assert run(PROGRAM, "--apihost=http://locked", "m", **path).code == 2


# ---- what is sent


def test_values_are_text_unless_they_say_that_they_are_json(run: Run) -> None:
    with answering(result(True)) as fake:
        arguments = ("a:1", "b:x:y=z", "c:", "d:=1", "e:=null", 'f:=["x", {"y": 1.5}]', "a:2", "--fail", "g:--h")
        run(PROGRAM, "--apihost", fake.url, "--apikey=k", "m", *arguments)
    (body,) = fake.bodies
    assert body["args"] == {
        "a": "2", "b": "x:y=z", "c": "", "d": 1, "e": None, "f": ["x", {"y": 1.5}], "g": "--h",
    }  # fmt: skip
    assert (body["method"], body["api_key"]) == ("m", "k")
    assert set(body) == {"id", "api_key", "method", "args"}
    assert fake.paths == ["/_admin/api"]
    assert fake.headers[0]["content-type"] == "text/plain"


def test_the_id_is_another_each_time(run: Run) -> None:
    with answering(result(True)) as fake:
        for _ in range(2):
            run(PROGRAM, "--apihost", fake.url, "--apikey=k", "m")
    assert fake.bodies[0]["id"] != fake.bodies[1]["id"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--apihost=http://x", "--apikey=k"), "which method"),
        (("--apikey=k", "m"), "which server"),
        (("--apihost=http://x", "m"), "which API key"),
        (("--apihost=http://x", "--apikey=k", "m", "repoid"), "argument `repoid` is not of the form NAME:VALUE"),
        (("--apihost=http://x", "--apikey=k", "m", ":x"), "argument `:x` is not of the form"),
        (("--apihost=http://x", "--apikey=k", "m", "a:={"), "the value of `a` is not JSON"),
        (("--apihost=http://x", "--apikey=k", "--format=xml", "m"), "invalid choice: 'xml'"),
        (("--apihost=http://x", "--apikey=k", "--unknown", "m"), "--unknown"),
    ],
)
def test_a_wrong_command_line_is_told_and_sends_nothing(run: Run, arguments: tuple[str, ...], said: str) -> None:
    done = run(PROGRAM, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


# ---- odd servers


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b"<html>"), "answered 404 Not Found"),
        ((500, {}, b""), "answered 500"),
        ((200, {}, b"<html>"), "did not answer in JSON"),
        ((200, {}, b""), "did not answer in JSON"),
        (envelope([]), "did not answer with id, result and error"),
        (envelope({"id": 1}), "did not answer with id, result and error"),
        (envelope({"id": -1, "result": 1, "error": None}), "the id differs"),
        (envelope({"id": None, "result": 1, "error": None}), "the id differs"),
        ((302, {"Location": "https://other.example.org/_admin/api"}, b""), "to https://other.example.org: give that"),
        ((200, {"Content-Encoding": "identity", "Connection": "close"}, b'{"id'), "did not answer in JSON"),
    ],
)
def test_no_answer_is_one_line_and_exit_code_1(run: Run, answer: tuple[int, dict[str, str], bytes], said: str) -> None:
    with answering(lambda _body: answer) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=sesame", "m", "--format=json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("kallithea-api: ")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert "sesame" not in done.err


def test_an_error_before_the_id_was_read_is_shown(run: Run) -> None:
    with answering(lambda _body: envelope({"id": None, "result": None, "error": "JSON parse error"})) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=k", "m")
    assert done.out.endswith('ERROR:"JSON parse error"\n')


def test_a_server_that_is_not_there(run: Run) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        done = run(PROGRAM, f"--apihost=http://127.0.0.1:{unused.getsockname()[1]}", "--apikey=k", "m")
    assert done.code == 1
    assert re.fullmatch(r"kallithea-api: cannot reach http://127.0.0.1:\d+: Connection refused\n", done.err)
    done = run(PROGRAM, "--apihost=http://no.such.host.invalid", "--apikey=k", "m")
    assert (done.code, done.err.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    "host", ["code.example.org", "ftp://code.example.org", "http://", "file:///etc/passwd", "http://[x"]
)
def test_a_host_that_is_no_address(run: Run, host: str) -> None:
    done = run(PROGRAM, "--apihost", host, "--apikey=k", "m", "--format=json")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "Traceback" not in done.err


def test_a_reader_who_has_enough_is_no_failure_to_shout_about(run: Run) -> None:
    with answering(result(["x" * 100] * 5000)) as fake:
        line = f"kallithea-api --apihost={fake.url} --apikey=k m | head -1"
        done = run("/bin/sh", "-c", line)
    assert (done.out, done.err) == (f"Calling method m => {fake.url}\n", "")


def test_a_server_without_discovery_suggests_nothing(run: Run) -> None:
    with answering(error("No such method: get_repoo")) as fake:
        done = run(PROGRAM, "--apihost", fake.url, "--apikey=k", "get_repoo", "--format=json")
        again = run(PROGRAM, "--apihost", fake.url, "--apikey=k", "get_repoo", "--format=json")
    assert (done.code, done.out, done.err) == (0, '"No such method: get_repoo"\n', "")
    assert again == done
    assert [body["method"] for body in fake.bodies] == ["get_repoo", "rpc.discover", "get_repoo"]


def test_it_starts_without_the_server_inside(run: Run) -> None:
    code = (
        "import sys; import belvedere.cli.kallithea_api; print({'django', 'pydantic', 'mercurial'} & set(sys.modules))"
    )
    assert run(sys.executable, "-c", code).out == "set()\n"
