"""Changing gists: each change of files is a changeset upon the state that was edited."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import own_ownership
from belvedere.errors import Conflict, NotFound, domain_error_from, explained
from belvedere.events.bus import emit
from belvedere.gists.actions import end_of, remove_expired_gist, signature_of
from belvedere.gists.fetch import ManagedGist
from belvedere.gists.files import MOST_FILE_BYTES, NewFile, opened
from belvedere.gists.happenings import GistChanged
from belvedere.gists.models import Gist
from belvedere.vcs.errors import MergeConflict, VcsError
from belvedere.vcs.repository import Repository

STALE = "it was changed meanwhile by somebody else"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedGist:
    """What a gist shall be: all of its files, upon the state whose full hash is `base`.

    `lifetime` is in minutes from now, -1 for ever; None leaves the end where it is.
    """

    base: str
    files: list[NewFile]
    description: str
    lifetime: int | None = None


def change_gist(actor: Actor, gist: ManagedGist, given: ChangedGist) -> Gist:
    """Change a gist; `Conflict` if `base` is not its newest state any more, and then nothing was changed.

    Files come first: whoever loses a race loses it before anything is written.
    """
    with explained("failed to change gist"):
        ends = None if given.lifetime is None else end_of(given.lifetime)
        _commit(actor, opened(gist), given)
        with transaction.atomic():
            row = Gist.objects.select_for_update().filter(pk=gist.pk).first()
            if row is None:
                raise NotFound(f"gist `{gist.access_id}` does not exist")
            row.description = given.description
            row.lexers = {file.name: file.lexer for file in given.files if file.lexer}
            row.expires_on = row.expires_on if given.lifetime is None else ends
            row.save(update_fields=["description", "lexers", "expires_on"])
            emit(GistChanged(actor_id=actor.user_id, gist_id=row.pk, owner_id=row.owner_id))
            if ends is not None:
                remove_expired_gist.using(run_after=ends).enqueue(row.pk)
    return row


def _commit(actor: Actor, repository: Repository, given: ChangedGist) -> None:
    """Store what differs from the base, if anything does."""
    if repository.resolve("tip") != given.base:
        raise Conflict(STALE)
    changes = _changes(repository, given)
    if not changes:
        return
    author = signature_of(own_ownership(actor))
    try:
        repository.commit(given.base, changes, author=author, message=_message(changes))
    except MergeConflict as error:
        raise Conflict(STALE) from error
    except VcsError as error:
        raise domain_error_from(error) from error


def _changes(repository: Repository, given: ChangedGist) -> dict[str, bytes | None]:
    old = {entry.path for entry in repository.tree(given.base)}
    new = {file.name: file.content for file in given.files}
    gone: dict[str, bytes | None] = dict.fromkeys(old - set(new))
    kept = {name for name in old & set(new) if _content(repository, given.base, name) == new[name]}
    return gone | {name: content for name, content in new.items() if name not in kept}


def _content(repository: Repository, revision: str, name: str) -> bytes:
    return repository.read(revision, name, limit=MOST_FILE_BYTES + 1)


def _message(changes: dict[str, bytes | None]) -> str:
    gone = sorted(name for name, content in changes.items() if content is None)
    written = sorted(name for name, content in changes.items() if content is not None)
    said = [f"Write {', '.join(written)}"] if written else []
    said += [f"{'remove' if written else 'Remove'} {', '.join(gone)}"] if gone else []
    return ", ".join(said)
