"""Methods about API keys. A key acts as its user, as far as its scopes let it."""

from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils import timezone

from belvedere.access.actor import Actor
from belvedere.access.levels import Level, Prefix
from belvedere.access.scope import PAGES, VCS, Scope
from belvedere.accounts.credentials import api_keys as actions
from belvedere.accounts.credentials.fetch import (
    AutomaticKeyHolder,
    HeldApiKey,
    KeyHolder,
    api_keys_of,
    own_automatic_key,
    own_keys,
    terms,
)
from belvedere.api import key_shapes as shapes
from belvedere.api.arguments import Moment, Name, References, Words
from belvedere.api.registry import load, method
from belvedere.errors import Invalid
from belvedere.repos.fetch import several_groups, several_repositories

Access = Literal["read", "write", "admin"]

FOR_EVER = -1
LONGEST = timedelta(days=36525)


@method
def create_api_key(
    actor: Actor,
    description: Name = "",
    lifetime: int | None = None,
    expires: Moment | None = None,
    access: Access = "admin",
    methods: Words | None = None,
    repositories: References | None = None,
    repository_groups: References | None = None,
    userid: KeyHolder | None = None,
) -> dict[str, Any]:
    """Make an API key for oneself, or as an administrator for `userid`. The answer is the only place that shows it.

    It works for `lifetime` minutes (-1: for ever) or until `expires`. It may do what its user may, as far as its scopes
    go: no more than `access` on anything; only the `methods` given, each a topic of this reference in small letters
    with `_` for blanks, the name of a method, or `vcs` for pulling and pushing; only what concerns the `repositories`
    and everything in the `repository_groups` given. A key with `read` calls only methods that change nothing. One that
    is narrowed in `access` or to repositories is no administrator's, creates nothing at the top level, and does not
    look after keys. No key makes another that may do more than itself.
    """
    holder = userid or own_keys(actor)
    scope = Scope(Level[access.upper()], _methods(methods), _objects(actor, repositories, repository_groups))
    row, key = actions.create_api_key(holder, terms(actor, scope, _end(lifetime, expires)), description)
    return _shown(f"created API key ID:{row.pk} for `{holder.username}`", row, holder, actor, key)


@method
def get_api_keys(actor: Actor, userid: KeyHolder | None = None) -> list[dict[str, Any]]:
    """List one's own API keys, or as an administrator those of `userid`: the automatic one first, then by age.

    Only the automatic key itself is shown, and only to credentials that are not narrowed. In `scopes`, null says that
    nothing is narrowed. `last_used` and `last_address` are right to about five minutes.
    """
    holder = userid or own_keys(actor)
    return shapes.api_keys(api_keys_of(holder), holder, actor)


@method(spellings={"api_key_id": ("id", "key_id", "keyid")})
def delete_api_key(actor: Actor, api_key_id: HeldApiKey) -> dict[str, Any]:
    """Delete an API key; it stops working at once. The automatic one is renewed with `reset_api_key` instead."""
    pk = api_key_id.pk
    actions.delete_api_key(api_key_id)
    return {"msg": f"deleted API key ID:{pk} of `{api_key_id.user.username}`"}


@method
def reset_api_key(actor: Actor, userid: AutomaticKeyHolder | None = None) -> dict[str, Any]:
    """Renew one's own automatic key, or as an administrator that of `userid`; the old one stops working at once."""
    holder = userid or own_automatic_key(actor)
    row, key = actions.reset_api_key(holder)
    return _shown(f"renewed the automatic API key of `{holder.username}`", row, holder, actor, key)


def _shown(message: str, row: Any, holder: KeyHolder, actor: Actor, key: str) -> dict[str, Any]:
    [told] = shapes.api_keys([row], holder, actor)
    return {"msg": message, "api_key": {**told, "api_key": key}}


def _methods(names: list[str] | None) -> frozenset[str] | None:
    if names is None:
        return None
    known = {PAGES, VCS} | {each for method in load().values() for each in (method.name, method.topic)}
    aliases = {alias: method.name for alias, method in load().items()}
    given = frozenset(aliases.get(name, name) for name in names)
    unknown = sorted(given - known)
    if unknown:
        topics = ", ".join(sorted({PAGES, VCS} | {method.topic for method in load().values()}))
        raise Invalid(f"methods has no `{unknown[0]}`: give names of methods, or of {topics}")
    return given


def _objects(
    actor: Actor, repositories: list[int | str] | None, groups: list[int | str] | None
) -> frozenset[tuple[Prefix, int]] | None:
    if repositories is None and groups is None:
        return None
    pairs: set[tuple[Prefix, int]] = {("group", each.pk) for each in several_groups(actor, groups or ())}
    pairs |= {("repository", each.pk) for each in several_repositories(actor, repositories or ())}
    return frozenset(pairs)


def _end(lifetime: int | None, expires: datetime | None) -> datetime | None:
    if lifetime is not None and expires is not None:
        raise Invalid("give one of `lifetime` and `expires`")
    now = timezone.now()
    if expires is not None:
        if not now.year <= expires.year <= (now + LONGEST).year:
            raise Invalid("expires is a moment in the next hundred years")
        end = timezone.make_aware(expires) if timezone.is_naive(expires) else expires
    elif lifetime in (None, FOR_EVER):
        return None
    else:
        end = now + min(timedelta(minutes=lifetime), 2 * LONGEST)
    if not now < end <= now + LONGEST:
        raise Invalid("a key works for one minute to a hundred years, or without an end")
    return end
