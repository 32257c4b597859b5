"""The program `belvedere`: `belvedere <topic> [<verb>]`, each topic a module in `commands/`."""

from __future__ import annotations

import argparse
import ast
import os
import sys
from importlib import import_module
from pathlib import Path

from belvedere import __version__
from belvedere.cli.command import commands_of, declare, summary
from belvedere.cli.failure import Failure
from belvedere.cli.home import open_home
from belvedere.events.origin import CONSOLE, Origin, coming_from

COMMANDS = Path(__file__).parent / "commands"

MAKES_THE_HOME = frozenset({"init", "serve"})
"""Topics that work before there is a home; all others find Django ready when their module is imported."""

SERVERS = frozenset({"serve", "jobs"})
"""Topics whose commands do what others asked for."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code; a foreseen failure is one line on standard error."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return run(given)
    except Failure as failure:
        print(f"belvedere: {failure}", file=sys.stderr)
        return 1


def run(given: list[str]) -> int:
    """Find the topic, import it alone, and call the function that the rest names."""
    topics = all_topics()
    topic = given[0] if given and given[0] in topics else None
    if topic is None:
        overview(topics).parse_args(given or ["--help"])
        return 2
    home = home_option().parse_known_args(given[1:])[0].home
    if home is not None:
        os.environ["BELVEDERE_HOME"] = str(home.expanduser().absolute())
    if topic not in MAKES_THE_HOME and not {"-h", "--help"} & set(given):
        open_home()
    values = vars(topic_parser(topic).parse_args(given[1:]))
    values.pop("home")
    function = values.pop("function")
    with coming_from(Origin(address="" if topic in SERVERS else CONSOLE)):
        return function(**values) or 0


def all_topics() -> dict[str, str]:
    """Name what is in the folder, each with its module's docstring; nothing is imported for it."""
    files = sorted(path for path in COMMANDS.glob("*.py") if path.stem != "__init__")
    return {path.stem: summary(ast.get_docstring(ast.parse(path.read_text("utf-8")))) for path in files}


def overview(topics: dict[str, str]) -> argparse.ArgumentParser:
    """Build the parser that only explains."""
    width = max(map(len, topics))
    listing = "\n".join(f"  {name:<{width}}  {text}" for name, text in topics.items())
    parser = argparse.ArgumentParser(
        prog="belvedere",
        usage="belvedere <topic> [<verb>] [--home DIR] ...",
        description=f"Self-hosted Mercurial and Git hosting.\n\ntopics:\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"belvedere {__version__}")
    parser.add_argument("topic", choices=topics, help=argparse.SUPPRESS, metavar="topic")
    return parser


def home_option() -> argparse.ArgumentParser:
    """Build the option that every command has."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--home", type=Path, metavar="DIR", help="home directory (default: $BELVEDERE_HOME)")
    return parser


def topic_parser(topic: str) -> argparse.ArgumentParser:
    """Build the parser of one topic: its verbs, or the one function that bears its name."""
    module = import_module(f"belvedere.cli.commands.{topic}")
    verbs = commands_of(module)
    common = home_option()
    if list(verbs) == [topic]:
        parser = argparse.ArgumentParser(
            prog=f"belvedere {topic}", description=verbs[topic].__doc__, parents=[common], allow_abbrev=False
        )
        declare(parser, verbs[topic])
        parser.set_defaults(function=verbs[topic])
        return parser
    parser = argparse.ArgumentParser(prog=f"belvedere {topic}", description=module.__doc__)
    choices = parser.add_subparsers(required=True, metavar="<verb>")
    for verb, function in verbs.items():
        told = summary(function.__doc__)
        one = choices.add_parser(verb, help=told, description=function.__doc__, parents=[common], allow_abbrev=False)
        declare(one, function)
        one.set_defaults(function=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
