"""From a decoded request to an answer: the checks of the envelope, in the documented order and words."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from belvedere.access.actor import Actor, acting
from belvedere.accounts.authentication import actor_from_key
from belvedere.api import dialects
from belvedere.api.registry import Method, load
from belvedere.errors import DomainError, Invalid, NotFound, Unauthenticated, domain_error_from
from belvedere.vcs.errors import VcsError

log = logging.getLogger(__name__)

ENVELOPE = ("api_key", "id", "method")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `was_started` tells whether the method was reached, which old servers show by their spacing."""

    id: Any
    result: Any = None
    error: str | None = None
    was_started: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the documented object."""
        return {"id": self.id, "result": self.result, "error": self.error}


def answer(request: Any, address: str, dialect: str) -> Answer:
    """Answer one request object; never raises."""
    if not isinstance(request, dict):
        return Answer(None, error="JSON request must be an object with api_key, id, method and args")
    known_id: Any = None
    for key in ENVELOPE:
        if key not in request:
            return Answer(known_id, error=f"Incorrect JSON query missing '{key}'")
        known_id = request["id"] if key == "id" else known_id
    try:
        actor, method = _caller_and_method(request, address)
        arguments = _arguments(method, request.get("args"))
    except DomainError as error:
        return Answer(known_id, error=dialects.error_in(dialect, error))
    return _run(known_id, actor, method, arguments, dialect)


def _caller_and_method(request: dict[str, Any], address: str) -> tuple[Actor, Method]:
    actor = actor_from_key(request["api_key"], address)
    if actor is None:
        raise Unauthenticated("Invalid API key")
    name = request["method"]
    if not isinstance(name, str):
        raise Invalid("method must be text")
    if name.startswith("_"):
        raise Invalid("Method not allowed")
    method = load().get(name)
    if method is None:
        raise Invalid(f"No such method: {name}")
    return actor, method


def _arguments(method: Method, given: Any) -> dict[str, Any]:
    """Check names only: missing ones are told from the last to the first, as 0.7 does, and before unknown ones."""
    arguments = _spelled(method, given if isinstance(given, dict) else {})
    for parameter in reversed(method.parameters):
        if parameter.is_required and parameter.name not in arguments:
            raise Invalid(
                f"Missing non optional `{parameter.name}` arg in JSON DATA",
                summary=f"Missing non optional `{dialects.kallithea_argument(parameter.name)}` arg in JSON DATA",
            )
    unknown = sorted(set(arguments) - {parameter.name for parameter in method.parameters})
    if unknown:
        raise Invalid(f"Unknown {', '.join(f'`{name}`' for name in unknown)} arg in JSON DATA")
    return arguments


def _spelled(method: Method, given: dict[str, Any]) -> dict[str, Any]:
    """Give the arguments under the names that the method declares; null beside another spelling's value is nothing."""
    names = {other: parameter.name for parameter in method.parameters for other in parameter.other_names}
    arguments: dict[str, Any] = {}
    for spelling, value in given.items():
        name = names.get(spelling, spelling)
        known = arguments.get(name)
        if known is not None and value is not None and known != value:
            raise Invalid(f"`{name}` is given in two spellings with two values: give one of them")
        arguments[name] = known if value is None else value
    return arguments


def _run(request_id: Any, actor: Actor, method: Method, arguments: dict[str, Any], dialect: str) -> Answer:
    try:
        with acting(actor):
            result = _call(actor, method, arguments, dialect)
        return Answer(request_id, result=dialects.result_in(dialect, method.name, result, arguments), was_started=True)
    except DomainError as error:
        return Answer(request_id, error=dialects.error_in(dialect, error), was_started=True)
    except VcsError as error:
        text = dialects.error_in(dialect, domain_error_from(error))
        return Answer(request_id, error=text, was_started=True)
    except Exception:  # the API's translator: an unknown error becomes an incident id
        incident = uuid.uuid4().hex[:12]
        log.exception("incident %s in API method %s", incident, method.name)
        return Answer(request_id, error=f"Internal server error (incident {incident})", was_started=True)


def _call(actor: Actor, method: Method, arguments: dict[str, Any], dialect: str) -> Any:
    permitted = method.permit(actor)
    values: dict[str, Any] = {}
    for place, parameter in enumerate(method.parameters):
        given = arguments.get(parameter.name)
        if given is None and not parameter.is_required:
            values[parameter.name] = parameter.default
            continue
        try:
            values[parameter.name] = parameter.resolve(permitted, given)
        except NotFound:
            if place == 0 and method.null_if_absent and dialects.null_for_absent(dialect):
                return None
            raise
    return method.function(permitted, **values)
