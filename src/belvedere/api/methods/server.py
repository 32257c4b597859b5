"""Methods about the server itself."""

import platform
import shutil
import subprocess
from functools import cache
from importlib.metadata import distributions
from typing import Any

from belvedere import __version__
from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import ManagedUser, address_rules, managed_user
from belvedere.api import shapes
from belvedere.api.registry import method


@method
def get_server_info(_administrator: Administrator) -> dict[str, Any]:
    """Tell what the server runs on: installed packages with their versions, Python, platform and Git."""
    return {
        "modules": _modules(),
        "py_version": platform.python_version(),
        "platform": platform.platform(),
        "kallithea_version": "0.7.0",
        "belvedere_version": __version__,
        "git_version": _git_version(),
        "git_path": shutil.which("git"),
    }


@method
def test(_administrator: Administrator, args: Any) -> Any:
    """Give the argument back as it came: for trying a client."""
    return args


@method(aliases=("show_ip",))
def get_ip(administrator: Administrator, userid: ManagedUser | None = None) -> dict[str, Any]:
    """Give the address that the call came from, and the address rules of a user (the caller unless given)."""
    user = userid or managed_user(administrator, administrator.user_id)
    return {
        "ip_addr_server": administrator.address,
        "server_ip_addr": administrator.address,
        "user_ips": [shapes.address_rule(network) for network in address_rules(user)],
    }


@cache
def _modules() -> list[list[str]]:
    return sorted(([each.name, each.version] for each in distributions()), key=lambda pair: pair[0].lower())


@cache
def _git_version() -> str:
    done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.removeprefix("git version ").strip()
