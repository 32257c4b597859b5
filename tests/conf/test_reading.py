"""Settings from file and environment, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from belvedere.conf.reading import read_config


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("PORT", "8080", "port", 8080),
        ("ALLOW_PRIVATE_REMOTES", "No", "allow_private_remotes", False),
        ("ALLOW_PRIVATE_REMOTES", "1", "allow_private_remotes", True),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::1", "trusted_proxies", ("10.0.0.0/8", "::1")),
        ("API_DIALECT", "kallithea-0.7", "api_dialect", "kallithea-0.7"),
        ("BASE_URL", "https://code.example.org/", "base_url", "https://code.example.org"),
        ("SSH_ADDRESS", "ssh://hg@code.example.org:2222/", "ssh_address", "ssh://hg@code.example.org:2222"),
        ("REPOSITORIES", "/srv/code", "repositories", Path("/srv/code")),
    ],
)
def test_the_environment_wins(tmp_path: Path, variable: str, text: str, name: str, value: object) -> None:
    (tmp_path / "belvedere.toml").write_text('port = 1\nbase_url = "http://old.example"\n')
    assert getattr(read_config(tmp_path, {f"BELVEDERE_{variable}": text}), name) == value


def test_zero_and_empty_are_worked_out(tmp_path: Path) -> None:
    config = read_config(tmp_path, {"TZ": "Europe/Rome"})
    assert config.web_workers > 0
    assert config.hg_workers > 0
    assert config.time_zone
    assert config.repositories == tmp_path / "repositories"


@pytest.mark.parametrize(
    ("variable", "text", "allowed"),
    [
        ("PORT", "65536", "from 0 to 65535"),
        ("PORT", "x", "a whole number"),
        ("PORT", "٣", "a whole number"),
        ("MAX_PUSH_SIZE", "-1", "a whole number|0 or more"),
        ("ALLOW_PRIVATE_REMOTES", "maybe", "true or false"),
        ("TIME_ZONE", "Europe/Atlantis", "a time zone"),
        ("TIME_ZONE", "../../etc/passwd", "a time zone"),
        ("BASE_URL", "code.example.org", "an address"),
        ("BASE_URL", "https://[", "an address"),
        ("BASE_URL", "https://a b.example", "an address"),
        ("SSH_ADDRESS", "hg@code.example.org", "an address such as ssh://"),
        ("SSH_ADDRESS", "ssh://hg@code.example.org/repositories", "an address such as ssh://"),
        ("HOST", "example.org", "an IP address"),
        ("TRUSTED_PROXIES", "proxy", "addresses or networks"),
        ("REALM", 'a"b', "without quotation marks"),
        ("REALM", "a\r\nX: b", "without quotation marks"),
        ("LOG_LEVEL", "loud", '"debug" or "info" or "warning" or "error"'),
        ("DATABASE", "sqlite:///x", "postgresql://"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_line(tmp_path: Path, variable: str, text: str, allowed: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=allowed) as refusal:
        read_config(tmp_path, {f"BELVEDERE_{variable}": text})
    assert f"BELVEDERE_{variable}: {variable.lower()} must be" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="BELVEDERE_PROT; did you mean port"):
        read_config(tmp_path, {"BELVEDERE_PROT": "1"})


def test_a_password_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "belvedere.toml").write_text('database = "mysql://u:hunter2@h/x"')
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_config(tmp_path, {})
    assert "hunter2" not in str(refusal.value)
