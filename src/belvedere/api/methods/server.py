"""Methods about the server itself."""

import platform
from typing import Any

from belvedere import __version__
from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import ManagedUser, address_rules, managed_user
from belvedere.api import shapes
from belvedere.api.registry import method
from belvedere.instance.versions import git_place, git_version, packages


@method
def get_server_info(_administrator: Administrator) -> dict[str, Any]:
    """Tell what the server runs on: installed packages with their versions, Python, platform and Git."""
    return {
        "modules": [list(pair) for pair in packages()],
        "py_version": platform.python_version(),
        "platform": platform.platform(),
        "kallithea_version": "0.7.0",
        "belvedere_version": __version__,
        "git_version": git_version(),
        "git_path": git_place(),
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
