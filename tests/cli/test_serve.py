"""`belvedere serve` as a process: first start, later starts, endings, deaths."""

from __future__ import annotations

import fcntl
import json
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from belvedere.cli.home import lay_home
from tests.cli.processes import descendants, is_alive, named
from tests.conftest import Server

Make = Callable[..., Server]

BELVEDERE = Path(sys.executable).with_name("belvedere")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_first_start_sets_up_a_private_home(make_server: Make) -> None:
    server = make_server().start()
    home, found = server.home, server.credentials
    assert found["username"] == "admin"
    assert found["url"].rstrip("/") == server.url
    assert re.fullmatch("[0-9a-f]{40}", found["api_key"])
    assert found["api_key"] in server.output
    assert found["password"] in server.output
    assert mode(home) == mode(home / "repositories") == 0o700
    assert {mode(path) for path in home.iterdir() if path.is_file()} == {0o600}
    assert server.api("test", args="x") is not None
    assert server.get("/livez") == "alive\n"
    assert server.stop() == 0


def test_later_start_keeps_everything_and_tells_no_secret(make_server: Make, used_home: Path) -> None:
    secret = (used_home / "secret").read_text()
    home = used_home.rename(used_home.with_name("long-" * 20))  # a socket's path could not be so long
    second = make_server(home, BELVEDERE_ADMIN_PASSWORD="other", BELVEDERE_ADMIN_API_KEY="b" * 40)
    found = second.credentials
    second.start()
    assert second.credentials == found
    assert (second.home / "secret").read_text() == secret
    assert found["password"] not in second.output
    assert found["api_key"] not in second.output
    assert second.api("get_user")["username"] == "admin"


def test_settings_and_administrator_come_from_outside(make_server: Make) -> None:
    server = make_server(BELVEDERE_ADMIN_PASSWORD="correct horse", BELVEDERE_ADMIN_API_KEY="a1B2" * 10)
    server.home.mkdir()
    (server.home / "belvedere.toml").write_text('repositories = "elsewhere"\nlog_level = "debug"\n')
    server.environment["BELVEDERE_LOG_LEVEL"] = "warning"
    server.start()
    assert server.credentials["password"] == "correct horse"
    assert server.api("get_user", api_key="a1B2" * 10)["username"] == "admin"
    assert (server.home / "elsewhere").is_dir()
    server.stop()
    assert " INFO " not in server.output


def test_sigterm_lets_a_running_request_finish(make_server: Make, used_home: Path) -> None:
    server = make_server().start()
    host, port = server.url.removeprefix("http://").split(":")
    body = json.dumps({"id": 7, "api_key": server.admin_key, "method": "get_user", "args": {}}).encode()
    head = f"POST /_admin/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((host, int(port)), timeout=30) as running:
        running.sendall(head + body[:10])
        time.sleep(0.3)  # the request is in a worker now, which waits for the rest of it
        server.signal(signal.SIGTERM)
        server.wait_for(lambda: "stopping" in server.output, "the end")
        time.sleep(0.3)
        running.sendall(body[10:])
        answer = b""
        while part := running.recv(65536):
            answer += part
    assert b'"username"' in answer
    assert server.wait() == 0


def test_the_grace_ends_what_does_not(make_server: Make, used_home: Path) -> None:
    server = make_server(BELVEDERE_SHUTDOWN_GRACE="1").start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as running:
        running.sendall(b"POST /_admin/api HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
        time.sleep(0.3)
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
    assert "not finished after 1 s: web server" in server.output


def test_second_signal_ends_at_once(make_server: Make, used_home: Path) -> None:
    server = make_server().start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as running:
        running.sendall(b"POST /_admin/api HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
        time.sleep(0.3)
        server.signal(signal.SIGTERM)
        server.wait_for(lambda: "stopping" in server.output, "the end")
        assert server.process is not None
        assert server.process.poll() is None
        server.signal(signal.SIGTERM)
        assert server.wait() == 1


def test_what_dies_is_started_again(make_server: Make, used_home: Path) -> None:
    server = make_server().start()
    for number, part in enumerate(("belvedere.cli.web", "jobs run", "belvedere.vcs.hg.pool"), 1):
        killed = server.wait_for(lambda part=part: named(server.pid, part), "start")
        subprocess.run(["kill", "-9", str(killed[0])], check=True)
        server.wait_for(lambda n=number: server.output.count("ended (SIGKILL); starting it again") == n, "notice")
        server.wait_for(lambda part=part, old=killed: set(named(server.pid, part)) - set(old), "restart")
    server.wait_for(lambda: is_ready(server), "readiness")
    below = descendants(server.pid)
    server.signal(signal.SIGINT)
    assert server.wait() == 0
    assert not [pid for pid in below if is_alive(pid)]
    assert "Traceback" not in server.output


def is_ready(server: Server) -> bool:
    try:
        return server.get("/readyz", timeout=10) == "ready\n"
    except OSError:
        return False


def test_kill_9_of_the_supervisor_leaves_nothing_in_the_way(make_server: Make, used_home: Path) -> None:
    first = make_server().start()
    web = named(first.pid, "belvedere.cli.web")
    port = first.url.rpartition(":")[2]
    first.signal(signal.SIGKILL)
    first.wait()
    second = make_server().start("--port", port)
    assert not [pid for pid in web if is_alive(pid)]
    assert second.api("get_user")["username"] == "admin"
    assert second.stop() == 0


def test_a_set_up_that_was_cut_off_anywhere_is_completed(make_server: Make) -> None:
    """Killed after a growing time; whatever the file says in the end must be true."""
    for milliseconds in (200, 600, 900, 1200):
        cut = make_server()
        cut.launch()
        time.sleep(milliseconds / 1000)
        cut.signal(signal.SIGKILL)
        cut.wait()
    whole = make_server().start()
    assert whole.api("get_user")["username"] == "admin"
    assert not list(whole.home.glob(".*.new"))


@pytest.mark.parametrize(
    ("environment", "file", "told"),
    [
        ({"BELVEDERE_API_DIALECT": "klingon"}, "", r'API_DIALECT: api_dialect must be "document" or "kallithea-0.7"'),
        ({}, "port = 'many'", r"belvedere.toml: port must be a whole number, not 'many'"),
        ({}, "hots = '::'", r"belvedere.toml: unknown setting hots; did you mean host\?"),
        ({}, "port = ", r"belvedere.toml: not a TOML file"),
        ({"BELVEDERE_DATABASE": "mysql://u:hunter2@h/x"}, "", r"database must be postgresql://"),
        ({"BELVEDERE_ADMIN_API_KEY": "short"}, "", r"BELVEDERE_ADMIN_API_KEY must be 40 letters and digits"),
        ({"BELVEDERE_HOST": "203.0.113.9"}, "", r"cannot listen on 203.0.113.9"),
    ],
)
def test_a_wrong_setting_is_one_line(make_server: Make, environment: dict[str, str], file: str, told: str) -> None:
    server = make_server(**environment)
    server.home.mkdir()
    if file:
        (server.home / "belvedere.toml").write_text(file)
    server.launch()
    assert server.wait() == 1
    assert re.search(told, server.output)
    assert server.output.count("\n") == 1
    assert "hunter2" not in server.output


def test_a_busy_port_is_one_line(make_server: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        server = make_server()
        server.launch("--port", str(port))
        assert server.wait() == 1
    assert server.output == f"belvedere: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_a_second_server_on_one_home_is_one_line(make_server: Make, used_home: Path) -> None:
    second = make_server()
    with (used_home / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second.launch()
        assert second.wait() == 1
    assert "another Belvedere is running on this home" in second.output
    assert second.output.count("\n") == 1


def test_an_unusable_home_is_one_line(make_server: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        server = make_server(home)
        server.launch()
        assert server.wait() == 1
        assert "cannot be used as home" in server.output
        assert server.output.count("\n") == 1


def test_a_directory_of_others_is_left_alone(make_server: Make, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letters.txt").write_text("dear")
    server = make_server(tmp_path / "theirs")
    server.launch()
    assert server.wait() == 1
    assert "is no home of Belvedere, and has other things in it (letters.txt)" in server.output
    assert server.output.count("\n") == 1
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["letters.txt"]


def test_a_prepared_directory_becomes_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "lost+found").mkdir(parents=True)
    (home / ".profile").write_text("")
    lay_home(home)
    (home / "belvedere.toml").write_text("")
    (home / "notes").write_text("")
    lay_home(home)


def test_a_lost_secret_is_not_replaced(make_server: Make, used_home: Path) -> None:
    (used_home / "secret").unlink()
    second = make_server()
    second.launch()
    assert second.wait() == 1
    assert "restore it from a backup" in second.output


def test_a_newer_database_is_left_alone(make_server: Make, used_home: Path) -> None:
    with closing(sqlite3.connect(used_home / "belvedere.db")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_future', '2030-01-01')"
        )
    second = make_server()
    second.launch()
    assert second.wait() == 1
    assert "newer Belvedere (it holds accounts.9999_future)" in second.output


def test_init_completes_only_what_is_missing(used_home: Path) -> None:
    found = json.loads((used_home / "initial-admin.json").read_text())
    before = (used_home / "belvedere.toml").read_text() + (used_home / "secret").read_text()
    again = subprocess.run([BELVEDERE, "init", "--home", used_home], check=True, capture_output=True, text=True)
    assert found["api_key"] not in again.stdout
    assert json.loads((used_home / "initial-admin.json").read_text()) == found
    assert (used_home / "belvedere.toml").read_text() + (used_home / "secret").read_text() == before
