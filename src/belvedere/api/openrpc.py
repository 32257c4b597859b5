"""The API as an OpenRPC document, made of the functions that are the API."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

from django.conf import settings

from belvedere import __version__
from belvedere.api.arguments import Parameter
from belvedere.api.examples import examples
from belvedere.api.registry import Method, load
from belvedere.api.results import Encoded
from belvedere.api.schemas import Schema, schema_of, shape_of

OPENRPC = "1.3.2"
ADDRESS = "/_admin/api"

DESCRIPTION = """\
Every call is a POST of one JSON object `{"id": ..., "api_key": ..., "method": ..., "args": {...}}` and is answered with
status 200 and `{"id": ..., "result": ..., "error": ...}`: `error` is null, or a text, and then `result` is null. Unlike
JSON-RPC 2.0, arguments are `args`, always by name, and there is no `jsonrpc`. An array of calls is a batch."""

ENVELOPE: dict[str, Any] = {
    "request": {
        "type": "object",
        "required": ["id", "api_key", "method"],
        "properties": {
            "id": {"description": "anything; the answer has the same"},
            "api_key": {"type": "string", "description": "key of the user who calls: 40 letters and digits"},
            "method": {"type": "string"},
            "args": {"type": ["object", "null"], "description": "arguments by name; null stands for the default"},
        },
    },
    "answer": {
        "type": "object",
        "required": ["id", "result", "error"],
        "properties": {
            "id": {"description": "the id of the call"},
            "result": {"description": "what the method gives; null if there is an error"},
            "error": {"type": ["string", "null"], "description": "what is wrong; null if nothing is"},
        },
    },
}


def document() -> dict[str, Any]:
    """Describe every method: its arguments with their types and defaults, its answer, and an example."""
    return {
        "openrpc": OPENRPC,
        "info": {"title": "Belvedere", "version": __version__, "description": DESCRIPTION},
        "servers": [{"name": "this server", "url": settings.BELVEDERE.base_url.rstrip("/") + ADDRESS}],
        "methods": [_method(each) for each in methods()],
        "x-envelope": ENVELOPE,
    }


@cache
def encoded() -> Encoded:
    """Give the document as it is sent."""
    return Encoded(json.dumps(document()))


def methods() -> Iterable[Method]:
    """Give each method once, by topic and in the order of declaration (whichever module was imported first)."""
    return sorted((method for name, method in load().items() if name == method.name), key=topic_of)


def topic_of(method: Method) -> str:
    """Give the topic: the name of the module that the method lies in."""
    return method.topic


ABBREVIATIONS = ("api", "ssh")


def topic_title(topic: str) -> str:
    """Write a topic as a heading."""
    first, *others = topic.split("_")
    return " ".join([first.upper() if first in ABBREVIATIONS else first.capitalize(), *others])


def topic_documentation(topic: str) -> str:
    """Give the text about a topic: what its module says of itself."""
    return (import_module(f"belvedere.api.methods.{topic}").__doc__ or "").strip()


def summary_of(method: Method) -> str:
    """Give the first paragraph of a method's text on one line."""
    return " ".join(method.documentation.partition("\n\n")[0].split())


def _method(method: Method) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": method.name,
        "summary": summary_of(method),
        "description": method.documentation,
        "tags": [{"name": topic_of(method)}],
        "paramStructure": "by-name",
        "params": [_parameter(each) for each in method.parameters],
        "result": {"name": "result", "schema": result_schema(method)},
        "x-administrators-only": method.for_administrators,
    }
    if method.aliases:
        told["x-aliases"] = list(method.aliases)
    example = examples().get(method.name)
    if example is not None:
        told["examples"] = [
            {
                "name": method.name,
                "params": [{"name": name, "value": value} for name, value in example.arguments.items()],
                "result": {"name": "result", "value": example.result},
            }
        ]
    return told


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(schema_of(parameter.annotation))
    told: dict[str, Any] = {"name": parameter.name, "required": parameter.is_required, "schema": schema}
    if not parameter.is_required:
        schema["default"] = parameter.default
    if "description" in schema:
        told["description"] = schema["description"]
    if parameter.other_names:
        told["x-aliases"] = list(parameter.other_names)
    return told


def result_schema(method: Method) -> Schema:
    """Say what a method answers: what its example shows, or only what its signature does; null where it may be."""
    example = examples().get(method.name)
    schema = shape_of(example.result) if example else _declared(get_type_hints(method.function).get("return"))
    return {"anyOf": [schema, {"type": "null"}]} if method.null_if_absent else schema


def _declared(annotation: Any) -> Schema:
    origin = get_origin(annotation) or annotation
    if origin is list:
        return {"type": "array", "items": _declared(get_args(annotation)[0])}
    names: dict[Any, str] = {dict: "object", bool: "boolean", str: "string", int: "integer"}
    return {"type": names[origin]} if origin in names else {}
