"""What arguments and answers look like, as JSON Schema: each type of argument is told here, once."""

from __future__ import annotations

import types
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter

from belvedere.accounts.models import ApiKey, SshKey, User, UserGroup
from belvedere.api import arguments
from belvedere.gists.models import Gist
from belvedere.repos.fetch import Place
from belvedere.repos.landing import Landing
from belvedere.repos.models import Repository, RepositoryGroup
from belvedere.reviews.models import Comment, PullRequest

Schema = dict[str, Any]

ID = {"type": "integer"}
ID_OR_NAME = {"type": ["integer", "string"]}

OBJECTS: dict[Any, Schema] = {
    Repository: {**ID_OR_NAME, "description": "a repository: its id, or its name with all groups"},
    RepositoryGroup: {**ID_OR_NAME, "description": "a repository group: its id, or its name with all groups above"},
    User: {**ID_OR_NAME, "description": "a user: id or username"},
    UserGroup: {**ID_OR_NAME, "description": "a user group: id or name"},
    ApiKey: {**ID, "description": "an API key: its id"},
    SshKey: {**ID_OR_NAME, "description": "an SSH key: its id or its fingerprint"},
    PullRequest: {**ID, "description": "a pull request: its id"},
    Comment: {**ID, "description": "a comment: its id"},
    Gist: {**ID_OR_NAME, "description": "a gist: its access id"},
}
"""Objects that are named in calls; proofs of permission stand for what they prove it on."""

PROOFS = {"Readable": "read", "Writable": "write", "Administered": "admin"}
"""How the names of proofs begin, and the access that they take."""

VALUES: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: {
        "type": "string",
        "description": "a date, or a date and time, in ISO 8601; without a zone it is in the server's",
    },
    Place: {"type": "string", "description": "the name of a new repository, behind the groups that it comes into"},
    Landing: {"type": "string", "description": "the changeset to land on: `tip`, a name, or `type:name`"},
    arguments.Reference: ID_OR_NAME,
    arguments.Revision: ID_OR_NAME,
    arguments.Words: {"type": ["string", "array"], "items": {"type": "string"}},
    arguments.References: {"type": ["integer", "string", "array"], "items": ID_OR_NAME},
    arguments.NamedUsers: {"type": ["integer", "string", "array"], "items": ID_OR_NAME},
    arguments.Nominees: {
        "type": ["integer", "string", "array"],
        "description": "a user by id or name, or several in a list or behind commas; "
        "in a list also objects with `username` and `reason`",
        "items": {"type": ["integer", "string", "object"]},
    },
    arguments.Fields: {"type": ["object", "string"], "additionalProperties": {"type": "string"}},
    arguments.GistFiles: {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {"content": {"type": "string"}, "lexer": {"type": ["string", "null"]}},
            "required": ["content"],
        },
    },
    Any: {"description": "anything"},
}

NULL: Schema = {"type": "null"}


class Undescribed(TypeError):
    """A type of which this module says nothing."""


def schema_of(annotation: Any) -> Schema:
    """Give the schema of an argument by its declared type; `Undescribed` if nothing is known about that."""
    if annotation in VALUES:
        return VALUES[annotation] | _described(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return _nullable([schema_of(each) for each in get_args(annotation) if each is not type(None)])
    if hasattr(annotation, "__supertype__"):
        return _proof(annotation)
    if get_origin(annotation) is Literal:
        return {"type": "string", "enum": list(get_args(annotation))}
    return _validated(annotation) | _described(annotation)


def _nullable(schemas: list[Schema]) -> Schema:
    """Let null through beside the type, in the shortest way that keeps a list of values complete."""
    if len(schemas) == 1 and "type" in schemas[0] and "enum" not in schemas[0]:
        kinds = schemas[0]["type"]
        return schemas[0] | {"type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}
    return {"anyOf": [*schemas, NULL]}


def _proof(proof: Any) -> Schema:
    base = proof
    while hasattr(base, "__supertype__"):
        base = base.__supertype__
    if base not in OBJECTS:
        raise Undescribed(f"api/schemas.py does not say what {base.__name__} is")
    access = next((level for word, level in PROOFS.items() if proof.__name__.startswith(word)), None)
    told = OBJECTS[base]
    return told if access is None else {**told, "description": f"{told['description']} (takes {access} access)"}


def _validated(annotation: Any) -> Schema:
    """Ask pydantic, which checks all other arguments."""
    try:
        found = TypeAdapter(annotation).json_schema()
    except Exception as error:  # whatever pydantic meets in a type that it does not know
        raise Undescribed(f"api/schemas.py does not say what {annotation} is") from error
    return {key: value for key, value in found.items() if key != "title"}


def _described(annotation: Any) -> Schema:
    if get_origin(annotation) is not Annotated:
        return {}
    texts = [each for each in get_args(annotation)[1:] if isinstance(each, str)]
    return {"description": texts[0]} if texts else {}


def shape_of(value: Any) -> Schema:
    """Give the schema that an example shows: its keys and types; what is null in it may be anything."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {key: shape_of(each) for key, each in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": shape_of(value[0])} if value else {"type": "array"}
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {} if value is None else {"type": names[type(value)]}
