"""The method that tells why somebody may do what he may do."""

from collections.abc import Callable
from typing import Any

from belvedere.access.actor import Actor
from belvedere.access.levels import Prefix, permission_name
from belvedere.accounts.authentication import actor_from_user
from belvedere.accounts.fetch import NamedUser, explainable_user_group
from belvedere.accounts.models import User
from belvedere.api.arguments import Reference
from belvedere.api.permissions import RULES
from belvedere.api.registry import method
from belvedere.errors import Invalid
from belvedere.repos.fetch import explainable, explainable_group

FINDERS: dict[Prefix, Callable[[Actor, User, int | str], Any]] = {
    "repository": explainable,
    "group": explainable_group,
    "usergroup": explainable_user_group,
}


@method
def explain_permission(
    actor: Actor,
    userid: NamedUser,
    repoid: Reference | None = None,
    repogroupid: Reference | None = None,
    usergroupid: Reference | None = None,
) -> dict[str, Any]:
    """Tell a user's level on a repository, a repository group or a user group, and where it comes from.

    `sources` has everything that gives the user something there, the strongest first: being an administrator or the
    owner, a grant of his own, a user group's, or the default grant, which is everyone's. Everybody may ask about
    himself, who administers the object about everyone.
    """
    given: dict[Prefix, int | str | None] = {"repository": repoid, "group": repogroupid, "usergroup": usergroupid}
    named = [(prefix, value) for prefix, value in given.items() if value is not None]
    if len(named) != 1:
        raise Invalid("give one of `repoid`, `repogroupid` and `usergroupid`")
    [(prefix, value)] = named
    found = FINDERS[prefix](actor, userid, value)
    subject = actor_from_user(userid)
    level = RULES[prefix].level_on(subject, found.pk, found.owner_id)
    return {
        "username": userid.username,
        "active": userid.is_active,
        "name": found.name,
        "permission": permission_name(prefix, level),
        "sources": [
            {"permission": permission_name(prefix, reason.level), "source": reason.source}
            for reason in RULES[prefix].reasons(subject, found.pk)
        ],
    }
