"""Which server and which key: options, then the environment, then the file of `--save-config`, then a keyring."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from belvedere.cli.failure import Failure
from belvedere.cli.private_files import write_private

FILE = "~/.config/kallithea"
PREFIXES = ("KALLITHEA_API_", "BELVEDERE_API_")
KEYRING_SERVICE = "kallithea-api"

EPILOG = f"""\
The host and the key are looked for in this order: options; the environment, KALLITHEA_API_HOST and KALLITHEA_API_KEY
(or BELVEDERE_API_HOST and BELVEDERE_API_KEY); the config file; and for the key, if Python's `keyring` is installed,
in the system's keyring, where `keyring set {KEYRING_SERVICE} <host>` puts it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A server and the key to use there."""

    host: str
    key: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where to call and as whom, and how to print."""
    parser.add_argument("--apikey", metavar="KEY", help="API key")
    parser.add_argument("--apihost", metavar="URL", help="address of the server")
    parser.add_argument(
        "--config", type=Path, default=Path(FILE), metavar="FILE", help=f"config file (default: {FILE})"
    )
    parser.add_argument("--save-config", action="store_true", help="write host and key into the config file, and end")
    parser.add_argument("--format", choices=("pretty", "json"), default="pretty", help="how to print the answer")


def connection(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Connection:
    """Find the host and the key; ends with a usage error if one is nowhere."""
    saved = read(options.config)
    host = options.apihost or _environment("HOST") or saved.get("apihost")
    if not host:
        parser.error("which server? Give --apihost, set KALLITHEA_API_HOST, or save it with --save-config")
    key = options.apikey or _environment("KEY") or saved.get("apikey") or _from_keyring(str(host))
    if not key:
        parser.error("which API key? Give --apikey, set KALLITHEA_API_KEY, or save it with --save-config")
    return Connection(str(host), str(key))


def save(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Write host and key into the config file, which nobody else can read then, and keep what else is in it."""
    host, key = options.apihost or _environment("HOST"), options.apikey or _environment("KEY")
    if not (host and key):
        parser.error("--save-config needs both --apihost and --apikey")
    path = options.config.expanduser()
    existed = path.exists()
    content = read(path) | {"apihost": host, "apikey": key}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Resolved, because a link to where somebody keeps such files shall stay one.
        write_private(path.resolve(), json.dumps(content, indent=4))
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from error
    print(f"{'Updated config in' if existed else 'Created new config in'} {path}")


def read(path: Path) -> dict[str, Any]:
    """Read a config file; what is not there is empty."""
    path = path.expanduser()
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise Failure(f"{path} holds no object with apihost and apikey")
    return content


def _environment(name: str) -> str | None:
    return next((os.environ[prefix + name] for prefix in PREFIXES if os.environ.get(prefix + name)), None)


def _from_keyring(host: str) -> str | None:
    """Ask the system's keyring, where the package for it is installed; a locked or missing one holds nothing."""
    try:
        keyring, errors = import_module("keyring"), import_module("keyring.errors")
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, host.rstrip("/"))
    except errors.KeyringError:
        return None
    return found
