"""Arguments of API methods: resolved by their declared type, with an error that names the argument and the reason."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from belvedere.access.actor import Actor
from belvedere.accounts import fetch as accounts
from belvedere.accounts.credentials import fetch as credentials
from belvedere.errors import Invalid
from belvedere.gists import fetch as gists
from belvedere.gists.files import NewFile, files_from
from belvedere.repos import fetch as repos
from belvedere.repos.landing import Landing, landing_from
from belvedere.reviews import fetch as reviews

NAME_LENGTH = 255
TEXT_LENGTH = 100_000
URI_LENGTH = 2048
ID_DIGITS = 9
MOST_NAMED = 100
MOST_FIELDS = 100
FIELD_PREFIX = "ex_"

Name = Annotated[str, StringConstraints(max_length=NAME_LENGTH)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
Uri = Annotated[str, StringConstraints(max_length=URI_LENGTH)]
Password = Annotated[str, StringConstraints(max_length=1024)]
Moment = datetime
Reference = Annotated[int | str, "an object: id or name"]
Revision = Annotated[int | str, "a changeset: hash, unambiguous beginning of one, number or name"]

Words = Annotated[list[str], "names in a list, or behind commas"]
References = Annotated[list[int | str], "ids or names in a list, or names behind commas"]
NamedUsers = Annotated[list[accounts.NamedUser], "a user by id or name, or several in a list or behind commas"]
Nominees = Annotated[list[reviews.Nominee], "as above; in a list also objects with `username` and `reason`"]

Fields = Annotated[dict[str, str], "values by key: an object, or text like `key=value,other=value`"]
GistFiles = Annotated[list[NewFile], "files by name, each an object with `content` and, if wanted, `lexer`"]

Resolver = Callable[[Any, Any], Any]
REQUIRED = inspect.Parameter.empty

SPELLINGS = (("usersgroupid", "usergroupid"), ("pullrequest_id", "pull_request_id", "pullrequestid"))
"""Names of one argument: every method that declares one of them (the one documented for it) takes the others too."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: `resolve(actor, value)` gives what the function takes, or raises.

    `other_names` are further spellings that callers may use; messages use `name`.
    """

    name: str
    annotation: Any
    default: Any
    resolve: Resolver
    other_names: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a call without it is refused."""
        return self.default is REQUIRED


def reference(value: Any) -> int | str:
    """Read what names an object: an integer or a text of digits is an id, any other text a name."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Invalid("must be an id or a name")
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        return value
    number = int(value) if len(str(value)) <= ID_DIGITS else -1
    return number if number >= 0 else str(value)


def _named(find: Callable[[Any, Any], Any]) -> Resolver:
    def resolve(actor: Actor, value: Any) -> Any:
        return find(actor, reference("None" if value is None else value))

    return resolve


def _place(actor: Actor, value: Any) -> repos.Place:
    if not isinstance(value, str):
        raise Invalid("must be text")
    return repos.place_for_repository(actor, value.strip("/"))


def _boolean(_actor: Actor, value: Any) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if isinstance(value, bool | int | str) and str(value).lower() in words:
        return words[str(value).lower()]
    raise Invalid("must be true or false")


def _integer(_actor: Actor, value: Any) -> int:
    try:
        if isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= ID_DIGITS:
            return int(value)
    except ValueError:
        pass
    raise Invalid(f"must be a whole number of at most {ID_DIGITS} digits")


def _moment(_actor: Actor, value: Any) -> datetime:
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value.strip())
    except ValueError:
        pass
    raise Invalid("must be a date like 2026-01-31, 2026-01-31T14:05 or 2026-01-31T14:05:59, with a zone or without")


def _revision(_actor: Actor, value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > NAME_LENGTH:
        raise Invalid("must be a changeset's hash, number or name")
    return value


def _landing(_actor: Actor, value: Any) -> Landing:
    if not isinstance(value, str):
        raise Invalid("must be text")
    return landing_from(value)


def _reference(_actor: Actor, value: Any) -> int | str:
    return reference("None" if value is None else value)


def _named_users(actor: Actor, value: Any) -> list[accounts.NamedUser]:
    return reviews.named_users(actor, [reference(each) for each in _several(value)])


def _nominees(actor: Actor, value: Any) -> list[reviews.Nominee]:
    given = [each if isinstance(each, dict) else {"username": each} for each in _several(value)]
    users = reviews.named_users(actor, [reference(each.get("username")) for each in given])
    return [reviews.Nominee(user, _reason(each)) for user, each in zip(users, given, strict=True)]


def _words(_actor: Actor, value: Any) -> list[str]:
    given = _some(value)
    if not all(isinstance(each, str) and len(each) <= NAME_LENGTH for each in given):
        raise Invalid("must be names in a list, or behind commas")
    return given


def _references(_actor: Actor, value: Any) -> list[int | str]:
    return [reference(each) for each in _some(value)]


def _some(value: Any) -> list[Any]:
    given = _several(value)
    if not given:
        raise Invalid("names nothing: leave it out, or give null")
    return given


def _several(value: Any) -> list[Any]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    given = value if isinstance(value, list) else [value]
    if len(given) > MOST_NAMED:
        raise Invalid(f"names at most {MOST_NAMED}")
    return given


def _reason(given: dict[str, Any]) -> str:
    """Read `reason`, or `reasons` as RhodeCode's clients send them."""
    reason = given.get("reason") or given.get("reasons") or ""
    if isinstance(reason, list) and all(isinstance(each, str) for each in reason):
        reason = ", ".join(reason)
    if not isinstance(reason, str) or len(reason) > NAME_LENGTH:
        raise Invalid(f"a reason is text of at most {NAME_LENGTH} characters")
    return reason


def _fields(_actor: Actor, value: Any) -> dict[str, str]:
    if isinstance(value, str):
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        if not all(sign for _, sign, _ in pairs):
            raise Invalid("must be an object, or text like key=value,other=value")
        value = {key.strip(): text.strip() for key, _, text in pairs}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Invalid("must be an object whose values are text")
    if len(value) > MOST_FIELDS or any(len(text) > TEXT_LENGTH for text in value.values()):
        raise Invalid(f"must be at most {MOST_FIELDS} values of at most {TEXT_LENGTH} characters")
    return {key.removeprefix(FIELD_PREFIX): text for key, text in value.items()}


def _gist_files(_actor: Actor, value: Any) -> list[NewFile]:
    return files_from(value)


def _as_is(_actor: Actor, value: Any) -> Any:
    return value


RESOLVERS: dict[Any, Resolver] = {
    repos.Readable: _named(repos.readable),
    repos.Writable: _named(repos.writable),
    repos.Administered: _named(repos.administered),
    repos.ReadableGroup: _named(repos.readable_group),
    repos.WritableGroup: _named(repos.writable_group),
    repos.AdministeredGroup: _named(repos.administered_group),
    repos.Place: _place,
    reviews.ReadablePullRequest: _named(reviews.readable_pull_request),
    reviews.CommentablePullRequest: _named(reviews.commentable_pull_request),
    reviews.ClosablePullRequest: _named(reviews.closable_pull_request),
    reviews.ManagedPullRequest: _named(reviews.managed),
    reviews.ReviewersOf: _named(reviews.reviewers_of),
    reviews.ReadableComment: _named(reviews.readable_comment),
    Words: _words,
    References: _references,
    gists.ReadableGist: _named(gists.readable_gist),
    gists.ManagedGist: _named(gists.managed_gist),
    GistFiles: _gist_files,
    NamedUsers: _named_users,
    Nominees: _nominees,
    Fields: _fields,
    accounts.NamedUser: _named(accounts.named_user),
    accounts.NewOwner: _named(accounts.new_owner),
    accounts.VisibleUser: _named(accounts.visible_user),
    accounts.ManagedUser: _named(accounts.managed_user),
    credentials.KeyHolder: _named(credentials.key_holder),
    credentials.AutomaticKeyHolder: _named(credentials.automatic_key_holder),
    credentials.HeldApiKey: _named(credentials.held_api_key),
    credentials.HeldSshKey: _named(credentials.held_ssh_key),
    accounts.ReadableUserGroup: _named(accounts.readable_user_group),
    accounts.AdministeredUserGroup: _named(accounts.administered_user_group),
    bool: _boolean,
    int: _integer,
    Moment: _moment,
    Revision: _revision,
    Landing: _landing,
    Reference: _reference,
    Any: _as_is,
}


def parameter_from(name: str, annotation: Any, default: Any, other_names: tuple[str, ...] = ()) -> Parameter:
    """Make a parameter of a function's: `X | None` lets null through, a default stands for null and for nothing."""
    other_names += tuple(other for names in SPELLINGS if name in names for other in names if other != name)
    kinds = _alternatives(annotation)
    if annotation in RESOLVERS:
        resolve = RESOLVERS[annotation]
    elif len(kinds) == 1 and get_origin(kinds[0]) is Literal:
        resolve = _one_of(name, kinds[0])
    elif len(kinds) == 1:
        resolve = RESOLVERS.get(kinds[0]) or _validated(kinds[0])
    else:
        raise TypeError(f"the API has no rule for the argument {name}: {annotation}")
    takes_null = default is REQUIRED and type(None) in get_args(annotation)
    return Parameter(name, annotation, default, _explained(name, resolve, takes_null=takes_null), other_names)


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        return [each for each in get_args(annotation) if each is not type(None)]
    return [annotation]


def _one_of(name: str, annotation: Any) -> Resolver:
    choices = get_args(annotation)

    def resolve(_actor: Actor, value: Any) -> Any:
        if isinstance(value, str) and value in choices:
            return value
        raise Invalid(f"{name} must be one of {','.join(choice for choice in choices if choice)}")

    return resolve


def _validated(annotation: Any) -> Resolver:
    """Let pydantic check what is plain data, in strict mode: nothing is turned into something else."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation, config=ConfigDict(strict=True))

    def resolve(_actor: Actor, value: Any) -> Any:
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise Invalid(first["msg"][0].lower() + first["msg"][1:]) from error

    return resolve


def _explained(name: str, resolve: Resolver, *, takes_null: bool) -> Resolver:
    def resolve_or_explain(actor: Actor, value: Any) -> Any:
        if value is None and takes_null:
            return None
        try:
            _check_text(value)
            return resolve(actor, value)
        except Invalid as error:
            if error.message.startswith(f"{name} "):
                raise
            raise Invalid(f"invalid value of argument `{name}`: {error}") from error

    return resolve_or_explain


def _check_text(value: Any) -> None:
    """Refuse text that no database and no file system takes: NUL and halves of surrogate pairs."""
    waiting = [value]
    while waiting:  # no recursion: how deep a value is, its sender decides
        each = waiting.pop()
        if isinstance(each, str):
            if "\0" in each or (not each.isascii() and any("\ud800" <= char <= "\udfff" for char in each)):
                raise Invalid("contains characters that are no text")
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
