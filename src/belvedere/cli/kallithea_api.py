"""The program `kallithea-api`: call one method of a server's API and print what it answers."""

from __future__ import annotations

import argparse
import json
import sys
from difflib import get_close_matches
from typing import Any

from belvedere.cli import api_completion, client_config
from belvedere.cli.api_client import Reply, call
from belvedere.cli.api_methods import known_methods
from belvedere.cli.client_program import compact, pretty, run

PROGRAM = "kallithea-api"
UNKNOWN_METHOD = "No such method: "


def main(arguments: list[str] | None = None) -> int:
    """Run the program; gives the exit code: 0, also for an error of the API unless `--fail`, 1, or 2 for usage."""
    return run(PROGRAM, _main, arguments)


def _main(given: list[str]) -> int:
    if given[:1] == [api_completion.OPTION]:
        return api_completion.complete(parser(), given[1:])
    told = parser()
    options = told.parse_intermixed_args(given)
    if options.completion:
        print(api_completion.script(options.completion), end="")
        return 0
    if options.save_config:
        client_config.save(told, options)
        return 0
    if options.method is None:
        told.error("which method? Name one, for example get_repo")
    arguments = read_arguments(told, options.arguments)
    return show(client_config.connection(told, options), options, arguments)


def parser() -> argparse.ArgumentParser:
    """Build the parser of the command line."""
    made = argparse.ArgumentParser(
        prog=PROGRAM, description="Call a method of the API of a Belvedere or Kallithea.", epilog=client_config.EPILOG
    )
    client_config.add_options(made)
    made.add_argument("--fail", action="store_true", help="exit with 1 if the answer is an error")
    made.add_argument("--completion", choices=api_completion.SHELLS, help="print a script that completes in this shell")
    made.add_argument("method", nargs="?", metavar="METHOD", help="name of the method")
    made.add_argument(
        "arguments",
        nargs="*",
        metavar="NAME:VALUE",
        help="an argument: NAME:VALUE sends text, NAME:=JSON what the JSON stands for, such as a number or a list",
    )
    return made


def read_arguments(told: argparse.ArgumentParser, given: list[str]) -> dict[str, Any]:
    """Split arguments at their first colon; ends with a usage error at one that cannot be read."""
    arguments: dict[str, Any] = {}
    for each in given:
        name, colon, value = each.partition(":")
        if not name or not colon:
            told.error(f"argument `{each}` is not of the form NAME:VALUE or NAME:=JSON")
        try:
            arguments[name] = json.loads(value[1:]) if value.startswith("=") else value
        except (ValueError, RecursionError) as error:
            told.error(f"the value of `{name}` is not JSON: {error}; NAME:VALUE sends it as text")
    return arguments


def show(at: client_config.Connection, options: argparse.Namespace, arguments: dict[str, Any]) -> int:
    """Call the method and print the answer."""
    is_pretty = options.format == "pretty"
    if is_pretty:
        print(f"Calling method {options.method} => {at.host}", flush=True)
    reply = call(at.host, at.key, options.method, arguments)
    value = reply.error or reply.result
    if is_pretty:
        print("Server response ")
        print(("ERROR:" if reply.error else "") + pretty(value))
    else:
        print(compact(value))
    if reply.error:
        sys.stdout.flush()
        suggest(at, options.method, reply)
    return 1 if reply.error and options.fail else 0


def suggest(at: client_config.Connection, method: str, reply: Reply) -> None:
    """Tell on standard error what may have been meant by a method that there is not."""
    if str(reply.error).startswith(UNKNOWN_METHOD):
        near = get_close_matches(method, known_methods(at))
        if near:
            print(f"{PROGRAM}: did you mean {' or '.join(near)}?", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
