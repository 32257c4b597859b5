"""The six kinds of error that every door can say, and the table that gives repository errors one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import IntegrityError

from belvedere.vcs import errors as vcs


class DomainError(Exception):
    """An error that was foreseen: a short factual message for its reader, and data apart from the sentence.

    `summary` is the sentence without its reason, for doors whose old clients know only that.
    """

    code: ClassVar[str]
    status: ClassVar[int]

    def __init__(self, message: str, *, summary: str | None = None, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.summary = summary or message
        self.data = data


class NotFound(DomainError):
    """There is no such thing, or the actor may not know of it."""

    code, status = "not-found", 404


class Unauthenticated(DomainError):
    """Who is asking is not known, and has to be."""

    code, status = "unauthenticated", 401


class Forbidden(DomainError):
    """The actor is known and may see the thing, but may not do this with it."""

    code, status = "forbidden", 403


class Invalid(DomainError):
    """What was given cannot be used; nothing was changed."""

    code, status = "invalid", 400


class Conflict(DomainError):
    """It would contradict what is there; nothing was changed."""

    code, status = "conflict", 409


class Unavailable(DomainError):
    """It cannot be done now and may work later."""

    code, status = "unavailable", 503


KIND_OF: dict[type[vcs.VcsError], type[DomainError]] = {
    vcs.RevisionNotFound: NotFound,
    vcs.PathNotFound: NotFound,
    vcs.EmptyRepository: NotFound,
    vcs.MergeConflict: Conflict,
    vcs.CommitRefused: Invalid,
    vcs.Unsupported: Invalid,
    vcs.RemoteUnusable: Invalid,
    vcs.RepositoryBroken: Unavailable,
    vcs.BackendUnavailable: Unavailable,
}


def domain_error_from(error: vcs.VcsError) -> DomainError:
    """Give a repository's error the kind that doors translate."""
    kind = next((KIND_OF[base] for base in type(error).__mro__ if base in KIND_OF), Unavailable)
    return kind(str(error))


@contextmanager
def explained(sentence: str, check: Callable[[], object] | None = None) -> Iterator[None]:
    """Put a documented sentence before the reason of what is invalid inside; a race lost in the database conflicts.

    `check` is asked again after such a race, so that its loser hears the reason of one who came later.
    """
    try:
        yield
    except (Invalid, vcs.RemoteUnusable) as error:
        raise Invalid(f"{sentence}: {error}", summary=sentence) from error
    except IntegrityError as error:
        if check is not None:
            check()
        raise Conflict(f"{sentence}: what it needs was taken or deleted meanwhile", summary=sentence) from error
