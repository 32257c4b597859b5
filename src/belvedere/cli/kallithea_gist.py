"""The program `kallithea-gist`: put a file, or what comes through a pipe, on a server as a gist."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from urllib.parse import urljoin

from belvedere.cli import client_config
from belvedere.cli.api_client import call, endpoint_of
from belvedere.cli.client_program import compact, pretty, run
from belvedere.cli.failure import Failure

PROGRAM = "kallithea-gist"
STANDARD_INPUT = "-"
UNNAMED = "gistfile1.txt"
FOR_EVER = -1


def main(arguments: list[str] | None = None) -> int:
    """Run the program; gives the exit code: 0 only if there is a gist now, 1, or 2 for usage."""
    return run(PROGRAM, _main, arguments)


def _main(given: list[str]) -> int:
    told = parser()
    options = told.parse_args(given)
    if options.save_config:
        client_config.save(told, options)
        return 0
    at = client_config.connection(told, options)
    kind = "private" if options.private else "public"
    reply = call(
        at.host,
        at.key,
        "create_gist",
        {
            "files": {name_of(options): {"content": content_of(options.file), "lexer": None}},
            "gist_type": kind,
            "lifetime": options.lifetime,
            "description": options.description,
        },
    )
    if reply.error:
        raise Failure(f"the server made no gist: {reply.error}")
    if options.format == "json":
        print(compact(reply.result))
        return 0
    print(pretty(reply.result))
    # A server that was not told its public address answers with a path.
    print(f"Created {kind} gist {urljoin(endpoint_of(at.host), url_of(reply.result))}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Build the parser of the command line."""
    made = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Make a gist of a file and print its address.",
        epilog=client_config.EPILOG,
    )
    client_config.add_options(made)
    made.add_argument("-p", "--private", action="store_true", help="a gist that only its address opens")
    made.add_argument("-f", "--filename", metavar="NAME", help="name of the file in the gist (default: its own)")
    made.add_argument("-d", "--description", default="", metavar="TEXT", help="what it is")
    made.add_argument(
        "-l",
        "--lifetime",
        type=int,
        default=FOR_EVER,
        metavar="MINUTES",
        help="how long it is kept (default: for ever)",
    )
    made.add_argument("file", nargs="?", default=STANDARD_INPUT, metavar="FILE", help="- or nothing: standard input")
    return made


def name_of(options: argparse.Namespace) -> str:
    """Give the name that the file has in the gist."""
    return options.filename or (UNNAMED if options.file == STANDARD_INPUT else Path(options.file).name)


def content_of(file: str) -> str:
    """Read the text to send."""
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        return content.decode("utf-8")
    except OSError as error:
        raise Failure(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        shown = "standard input" if file == STANDARD_INPUT else file
        raise Failure(f"{shown} is not text in UTF-8") from error


def url_of(result: object) -> str:
    """Find the address in the answer."""
    gist = result.get("gist") if isinstance(result, dict) else None
    url = gist.get("url") if isinstance(gist, dict) else None
    if not isinstance(url, str):
        raise Failure("the server did not say where the gist is")
    return url


if __name__ == "__main__":
    sys.exit(main())
