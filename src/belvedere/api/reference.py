"""The reference of the API: a page of this server, and the same as Markdown for the documentation."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from belvedere.api import openrpc
from belvedere.api.arguments import Parameter
from belvedere.api.examples import Example, examples
from belvedere.api.registry import Method
from belvedere.api.schemas import Schema, schema_of
from belvedere.api.writing import laid_out, plain
from belvedere.choices.site import Choices, chosen

KEY = "<your key>"
KINDS = {
    "string": "text",
    "integer": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
    "null": "null",
}
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Argument:
    """An argument as people read it."""

    name: str
    kind: str
    is_required: bool
    default: str
    meaning: str
    values: tuple[str, ...]
    other_names: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A method as people read it; the example's parts are empty without one."""

    name: str
    aliases: tuple[str, ...]
    documentation: str
    for_administrators: bool
    arguments: tuple[Argument, ...]
    command: str
    call: str
    answer: str

    def fits(self, words: Iterable[str]) -> bool:
        """Tell whether every word stands in the name, an alias, the text or an argument."""
        arguments = (name for each in self.arguments for name in (each.name, *each.other_names))
        told = " ".join((self.name, *self.aliases, self.documentation, *arguments)).lower()
        return all(word in told for word in words)


@dataclass(frozen=True)
class Topic:
    """The methods of one module."""

    anchor: str
    title: str
    documentation: str
    entries: tuple[Entry, ...]


def topics(query: str = "") -> list[Topic]:
    """Give all methods by topic, or those that a search finds."""
    words = query.lower().split()
    found = []
    for name, methods in groupby(openrpc.methods(), openrpc.topic_of):
        entries = tuple(entry for entry in map(_entry, methods) if entry.fits(words))
        if entries:
            documentation = openrpc.topic_documentation(name)
            found.append(Topic(f"about-{name}", openrpc.topic_title(name), documentation, entries))
    return found


def _entry(method: Method) -> Entry:
    example = examples().get(method.name)
    return Entry(
        name=method.name,
        aliases=method.aliases,
        documentation=plain(method.documentation),
        for_administrators=method.for_administrators,
        arguments=tuple(_argument(each) for each in method.parameters),
        command=command(example) if example else "",
        call=laid_out(request_of(example)) if example else "",
        answer=laid_out({"id": 1, "result": example.result, "error": None}) if example else "",
    )


def _argument(parameter: Parameter) -> Argument:
    schema = schema_of(parameter.annotation)
    values = [each for part in (schema, *schema.get("anyOf", ())) for each in part.get("enum", ())]
    return Argument(
        name=parameter.name,
        kind=kind_of(schema, is_required=parameter.is_required),
        is_required=parameter.is_required,
        default="" if parameter.is_required or parameter.default is None else laid_out(parameter.default),
        meaning=schema.get("description", ""),
        values=tuple(each for each in values if each),
        other_names=parameter.other_names,
    )


def kind_of(schema: Schema, *, is_required: bool) -> str:
    """Write the type of an argument in words; that null stands for a default goes without saying."""
    parts = schema.get("anyOf", [schema])
    kinds = [kind for part in parts for kind in _listed(part.get("type", "anything"))]
    told = [KINDS.get(kind, kind) for kind in kinds if kind != "null" or is_required]
    return " or ".join(dict.fromkeys(told))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def request_of(example: Example) -> dict[str, Any]:
    """Give the object that a client sends."""
    return {"id": 1, "api_key": KEY, "method": example.method, "args": example.arguments}


def command(example: Example) -> str:
    """Write the call as a command line."""
    words = [f"{name}:{_word(value)}" for name, value in example.arguments.items()]
    return shlex.join(["kallithea-api", example.method, *words])


def _word(value: Any) -> str:
    return value if isinstance(value, str) and not value.startswith("=") else f"={laid_out(value, width=10_000)}"


def page(request: HttpRequest) -> HttpResponse:
    """Answer a browser at the address of the API."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    base = settings.BELVEDERE.base_url or request.build_absolute_uri("/").rstrip("/")
    choices = chosen()
    response = HttpResponse(searched(base, query, choices) if query else whole(base, choices))
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept"
    return response


@lru_cache(maxsize=8)
def whole(base: str, choices: Choices) -> str:
    """Write the page with all methods; it stays the same until something else is chosen, or the server is another."""
    return searched(base, "", choices)


def searched(base: str, query: str, choices: Choices) -> str:
    """Write the page with the methods that a search finds."""
    found = topics(query)
    context = {
        "address": base + openrpc.ADDRESS,
        "host": base,
        "query": query,
        "topics": found,
        "count": sum(len(topic.entries) for topic in found),
        "site_choices": choices,
    }
    return render_to_string("api/reference.html", context)


def document(_request: HttpRequest) -> HttpResponse:
    """Give the OpenRPC document to programs that have no key."""
    response = HttpResponse(openrpc.encoded().text, content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response
