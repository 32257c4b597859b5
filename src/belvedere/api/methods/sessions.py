"""Methods about browsers that are signed in."""

from typing import Any

from belvedere.access.actor import Actor
from belvedere.accounts.credentials.fetch import KeyHolder, own_keys
from belvedere.accounts.sessions import end_other_sessions, end_session, sessions_of
from belvedere.api import shapes
from belvedere.api.registry import method
from belvedere.errors import NotFound


@method
def get_sessions(actor: Actor, userid: KeyHolder | None = None) -> list[dict[str, Any]]:
    """List where a user is signed in with a password, the session used last first; `userid` as in `get_api_keys`."""
    user = userid or own_keys(actor)
    return [
        {
            "session_id": row.pk,
            "username": user.username,
            "created_on": shapes.moment(row.created_on),
            "last_seen": shapes.moment(row.last_seen),
            "expires": shapes.moment(row.expires_on),
            "ip_addr": row.address,
            "user_agent": row.agent,
        }
        for row in sessions_of(user.pk)
    ]


@method
def end_sessions(actor: Actor, userid: KeyHolder | None = None, session_id: int | None = None) -> dict[str, Any]:
    """Sign a user out of the browser of one session, or without `session_id` out of all."""
    user = userid or own_keys(actor)
    if session_id is None:
        count = end_other_sessions(user.pk, None)
    elif end_session(user.pk, session_id):
        count = 1
    else:
        raise NotFound(f"session `{session_id}` does not exist")
    return {"msg": f"Ended {count} session{'' if count == 1 else 's'} of `{user.username}`", "success": True}
