"""Methods about the API itself."""

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from belvedere.access.actor import Actor
from belvedere.api import openrpc
from belvedere.api.arguments import Name
from belvedere.api.registry import METHODS, method
from belvedere.api.results import Encoded


@method(name="rpc.discover")
def discover(actor: Actor) -> Encoded:
    """Give the whole API as an OpenRPC document: every method, its arguments with their types, and an example.

    The document is also at `/_admin/api/openrpc.json`, where no key is asked for.
    """
    return openrpc.encoded()


@method
def get_method(actor: Actor, pattern: Name = "*") -> list[Any]:
    """List the names of methods that fit a pattern, in which `*` stands for anything.

    If only one fits, its arguments follow in an object, by name, each with its default or `<required>`. If none does,
    the names are given that are most like it.
    """
    found = sorted(name for name in METHODS if fnmatchcase(name, pattern))
    if not found:
        return get_close_matches(pattern.strip("*"), METHODS)
    if len(found) > 1:
        return found
    parameters = METHODS[found[0]].parameters
    return [found[0], {each.name: "<required>" if each.is_required else each.default for each in parameters}]
