"""Commands for whoever looks after a site: what is wrong with it, what happened on it, and who is let in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("belvedere")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site") / "home"
    assert run(place, "init").returncode == 0
    return place


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments, "--home", home], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_new_site_has_warnings_and_no_errors(home: Path) -> None:
    done = run(home, "doctor", "--deep")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "base_url is empty" in done.stdout
    assert "initial-admin.json still holds" in done.stdout
    assert "ok       Database file: sound" in done.stdout


def test_what_is_broken_is_told_with_what_to_do(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("run"))
    copy.chmod(0o755)
    (copy / "repositories").mkdir(exist_ok=True)
    with (copy / "belvedere.toml").open("a") as file:
        file.write("\nprot = 5\n")
    assert "unknown setting prot; did you mean port?" in run(copy, "doctor").stderr
    shutil.copy(home / "belvedere.toml", copy)
    done = run(copy, "doctor")
    assert "others on this machine may look into" in done.stdout
    assert f"chmod 700 {copy}" in done.stdout


def test_addresses_are_let_in_and_kept_out(home: Path) -> None:
    assert run(home, "addresses", "list").stdout == ""
    assert "10.0.0.0/8 is let in" in run(home, "addresses", "add", "10.9.9.9/8").stdout
    assert run(home, "addresses", "list").stdout == "10.0.0.0/8\n"
    assert "no address such as" in run(home, "addresses", "add", "home").stderr
    assert "user `nobody` does not exist" in run(home, "addresses", "add", "10.0.0.0/8", "--user", "nobody").stderr
    assert run(home, "addresses", "delete", "10.0.0.0/8").returncode == 0
    assert run(home, "addresses", "list").stdout == ""
    told = run(home, "audit", "list").stdout.splitlines()
    assert "console  -  removed the rule that let everyone come from 10.0.0.0/8" in told[0]
    assert "created the administrator admin" in told[-1]


def test_the_log_is_read_and_forgotten(home: Path) -> None:
    assert run(home, "audit", "list", "--topic", "Gists").stdout == ""
    assert "--topic is one of" in run(home, "audit", "list", "--topic", "x").stderr
    assert "--since is a number" in run(home, "audit", "list", "--since", "x").stderr
    assert len(run(home, "audit", "list", "--since", "1h", "--most", "1").stdout.splitlines()) == 1
    assert run(home, "audit", "purge").stdout == "0 entries are forgotten.\n"
    assert "entries are forgotten" in run(home, "audit", "purge", "--older-than", "0h").stdout
    [left] = run(home, "audit", "list").stdout.splitlines()
    assert "entries of this log from before" in left
