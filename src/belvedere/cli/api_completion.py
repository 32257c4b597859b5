"""Completion of `kallithea-api` in shells: the script of each, and what may follow on a command line."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterable

from belvedere.cli import client_config
from belvedere.cli.api_methods import Methods, known_methods
from belvedere.cli.failure import Failure

OPTION = "--complete"
SHELLS = ("bash", "zsh", "fish")
LINE_AND_SHELL = 2

WITH_FILE = ("--config",)
WITH_VALUE = {"--format": ("pretty", "json"), "--completion": SHELLS, "--apikey": (), "--apihost": ()}
SWITCHES = ("--fail", "--help", "--save-config")

SCRIPTS = {
    "bash": """\
_kallithea_api() {
    local IFS=$'\\n'
    COMPREPLY=($(kallithea-api --complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -F _kallithea_api kallithea-api
""",
    "zsh": """\
#compdef kallithea-api
_kallithea_api() {
    local -a found open
    found=("${(@f)$(kallithea-api --complete zsh "${LBUFFER}" 2>/dev/null)}")
    open=(${(M)found:#*:})
    found=(${found:#*:})
    (( $#open )) && compadd -S '' -- "${open[@]}"
    (( $#found )) && compadd -- "${found[@]}"
    (( $#open + $#found )) || _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _kallithea_api kallithea-api
""",
    "fish": """\
complete -c kallithea-api -f -a '(kallithea-api --complete fish (commandline -cp | string collect) 2>/dev/null)'
complete -c kallithea-api -l config -r -F
""",
}


class _Silent(argparse.ArgumentParser):
    """Usage errors while somebody is still typing are nothing to tell."""


def script(shell: str) -> str:
    """Give what the shell has to read."""
    return SCRIPTS[shell]


def complete(parser: argparse.ArgumentParser, given: list[str]) -> int:
    """Print what may stand at the end of a command line, one a line: what `--complete SHELL LINE` does."""
    if len(given) != LINE_AND_SHELL:
        parser.error(f"{OPTION} takes the shell and the line")
    shell, line = given
    words, last = _split(line)
    try:
        found = [each for each in _candidates(parser, words, last) if each.startswith(last)]
    except (Failure, SystemExit):
        return 0
    # For bash a word ends at colons and equals signs, so it must hear only what comes after the last of them.
    known = len(re.match(r".*[:=]|", last, re.DOTALL)[0]) if shell == "bash" else 0  # type: ignore[index] # matches
    for each in found:
        print(each[known:])
    return 0


def _split(line: str) -> tuple[list[str], str]:
    """Give the finished words after the program's name, and the unfinished one."""
    for closing in ("", "'", '"'):
        try:
            words = shlex.split(line + closing)
            break
        except ValueError:
            continue
    else:
        return [], ""
    if line[-1:].isspace() and not closing:
        words.append("")
    return words[1:-1], words[-1] if len(words) > 1 else ""


def _candidates(parser: argparse.ArgumentParser, words: list[str], last: str) -> Iterable[str]:
    before = words[-1] if words else ""
    if before in WITH_VALUE or before in WITH_FILE:
        return WITH_VALUE.get(before, ())
    if last.startswith("-"):
        return (*WITH_VALUE, *WITH_FILE, *SWITCHES)
    options, _ = parser.parse_known_intermixed_args(words)
    methods = known_methods(client_config.connection(parser, options))
    if options.method is None:
        return sorted(methods)
    return _arguments(methods, options, last)


def _arguments(methods: Methods, options: argparse.Namespace, last: str) -> Iterable[str]:
    arguments = methods.get(options.method, {})
    name, colon, _ = last.partition(":")
    if colon:
        return [f"{name}:{value}" for value in arguments.get(name, ())]
    given = {each.partition(":")[0] for each in options.arguments}
    return [f"{each}:" for each in arguments if each not in given]
