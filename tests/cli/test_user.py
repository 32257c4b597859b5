"""`belvedere user`: helping users who cannot sign in."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Run


def test_a_link_to_a_new_password(run: Run, used_home: Path) -> None:
    where = {"BELVEDERE_HOME": str(used_home)}
    done = run("belvedere", "user", "reset-password", "admin", **where)
    assert done.code == 0
    assert re.fullmatch(r"/_admin/password_reset_confirmation\?token=\S+\n", done.out)
    assert "base_url is not set" in done.err
    site = run("belvedere", "user", "reset-password", "admin", **where, BELVEDERE_BASE_URL="https://code.example.org")
    assert site.out.startswith("https://code.example.org/_admin/password_reset_confirmation?token=")
    assert site.err == ""
    missing = run("belvedere", "user", "reset-password", "nobody", **where)
    assert (missing.code, missing.out, missing.err) == (1, "", "belvedere: user `nobody` does not exist\n")


def test_a_password_is_set(run: Run, used_home: Path) -> None:
    where = {"BELVEDERE_HOME": str(used_home)}
    weak = run("belvedere", "user", "reset-password", "admin", "--ask", stdin=b"short\n", **where)
    assert weak.code == 1
    assert "a password has 8 to" in weak.err
    done = run("belvedere", "user", "reset-password", "admin", "--ask", stdin=b"eleven quiet lamps\n", **where)
    assert (done.code, done.err) == (0, "")
    assert "is changed" in done.out
