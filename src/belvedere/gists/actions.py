"""Making and deleting gists."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from belvedere.access.actor import Actor
from belvedere.accounts.fetch import NewOwner
from belvedere.accounts.models import EmailAddress, User
from belvedere.errors import Invalid, NotFound, domain_error_from, explained
from belvedere.events.bus import emit
from belvedere.gists.fetch import GistAuthor, ManagedGist
from belvedere.gists.files import SCHEME, NewFile
from belvedere.gists.happenings import GistCreated, GistDeleted
from belvedere.gists.models import SECRET_LENGTH, Gist
from belvedere.jobs import job
from belvedere.repos import storage
from belvedere.vcs.errors import VcsError

PLACE = ".gists"
"""Where gists lie below the root of all repositories: no repository's name begins with a dot."""

FOR_EVER = -1
FEW_NAMES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class NewGist:
    """What can be said of a new gist; `lifetime` is in minutes, -1 for ever."""

    files: list[NewFile]
    description: str = ""
    is_private: bool = False
    lifetime: int = FOR_EVER


def create_gist(author: GistAuthor, owner: NewOwner, given: NewGist) -> Gist:
    """Make a gist; after a crash at any moment it is there with all of its files, or not at all."""
    with explained("failed to create gist"):
        row = Gist(
            owner=owner,
            secret=_new_secret() if given.is_private else None,
            description=given.description,
            lexers={file.name: file.lexer for file in given.files if file.lexer},
            storage=f"{PLACE}/{storage.new_storage(SCHEME)}",
            expires_on=end_of(given.lifetime),
        )
        try:
            _store(row, given.files)
            with transaction.atomic():
                row.save(force_insert=True)
                emit(
                    GistCreated(actor_id=author.user_id, gist_id=row.pk, owner_id=owner.pk, is_private=given.is_private)
                )
                if row.expires_on is not None:
                    remove_expired_gist.using(run_after=row.expires_on).enqueue(row.pk)
        except VcsError as error:
            storage.discard(row.storage)
            raise Invalid(str(domain_error_from(error))) from error
        except BaseException:
            storage.discard(row.storage)
            raise
    return row


def delete_gist(actor: Actor, gist: ManagedGist) -> None:
    """Delete a gist for good: what is in a gist by mistake must not lie in a recycle area. Its directory goes after."""
    if not _delete(actor.user_id, gist):
        raise NotFound(f"gist `{gist.access_id}` does not exist")


def remove_expired_gists() -> int:
    """Delete what nobody sees any more, and give how many these were."""
    return sum(_delete(None, row) for row in list(Gist.objects.filter(expires_on__lte=timezone.now())))


@job
def remove_expired_gist(gist_id: int) -> None:
    """Delete one gist if its time has come."""
    row = Gist.objects.filter(pk=gist_id, expires_on__lte=timezone.now()).first()
    if row is not None:
        _delete(None, row)


def _delete(actor_id: int | None, row: Gist) -> bool:
    """Delete the row, whose directory follows (see `cleaning`); False if somebody else was faster."""
    with transaction.atomic():
        if not Gist.objects.filter(pk=row.pk).delete()[0]:
            return False
        emit(GistDeleted(actor_id=actor_id, gist_id=row.pk, owner_id=row.owner_id))
    return True


def _store(row: Gist, files: list[NewFile]) -> None:
    repository = storage.create(SCHEME, row.storage)
    names = ", ".join(file.name for file in files[:FEW_NAMES])
    more = f" and {len(files) - FEW_NAMES} more" if len(files) > FEW_NAMES else ""
    contents: dict[str, bytes | None] = {file.name: file.content for file in files}
    repository.commit(None, contents, author=signature_of(row.owner), message=f"Add {names}{more}")


def signature_of(owner: User) -> str:
    """Give a user as authors are written in changesets."""
    name = " ".join(f"{owner.firstname} {owner.lastname}".split()) or owner.username
    address = EmailAddress.objects.filter(user=owner, is_main=True).values_list("address", flat=True).first()
    return f"{name} <{address}>" if address else name


def end_of(lifetime: int) -> datetime | None:
    """Give when a gist with this many minutes left ends; None for ever."""
    if lifetime == FOR_EVER:
        return None
    if lifetime <= 0:
        raise Invalid("the lifetime is a number of minutes, or -1 for ever")
    return timezone.now() + timedelta(minutes=lifetime)


def _new_secret() -> str:
    return get_random_string(SECRET_LENGTH, string.ascii_letters + string.digits)
