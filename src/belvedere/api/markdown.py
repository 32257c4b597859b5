"""The reference of the API as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from belvedere.api.reference import Argument, Entry, topics

PAGE = "docs/use/api-reference.md"

HEAD = """\
# Methods of the API

How to call them is told in [the API](api.md). Every server shows this reference with a search at `/_admin/api`, and
gives it to programs as an OpenRPC document: `rpc.discover`, or `/_admin/api/openrpc.json` without a key.

What is optional may be left out or null. Examples are recorded from tests; this page is made from the code by
`make docs`."""


def reference_page() -> str:
    """Write every method with its arguments and its example."""
    blocks = [HEAD]
    for topic in topics():
        blocks.append(f"## {topic.title}")
        blocks += ["\n\n".join(_method(entry)) for entry in topic.entries]
    return "\n\n".join(blocks) + "\n"


def _method(entry: Entry) -> Iterator[str]:
    yield f"### `{entry.name}`"
    yield entry.documentation
    if entry.for_administrators:
        yield "Reserved to administrators."
    if entry.aliases:
        yield f"Also called {_names(entry.aliases)}."
    if entry.arguments:
        yield "\n".join(_argument(each) for each in entry.arguments)
    if entry.call:
        yield f"```sh\n{entry.command}\n```"
        yield f"```json\n{entry.answer}\n```"


def _argument(argument: Argument) -> str:
    facts = [argument.kind]
    if argument.is_required:
        facts.append("required")
    elif argument.default:
        facts.append(f"default `{argument.default}`")
    if argument.meaning:
        facts.append(argument.meaning)
    if argument.values:
        facts.append(f"one of {_names(argument.values)}")
    if argument.other_names:
        facts.append(f"also {_names(argument.other_names)}")
    return f"- `{argument.name}`: {'; '.join(facts)}"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
