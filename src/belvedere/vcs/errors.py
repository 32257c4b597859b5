"""What can go wrong inside a repository; the doors' kinds of error are in `belvedere.errors`."""

LONGEST_NAME = 200


class VcsError(Exception):
    """Base of every error that a repository raises on purpose; its text is short, lower-case fact."""


class RevisionNotFound(VcsError):
    """No visible changeset answers to the given expression, or more than one does."""


class AmbiguousRevision(RevisionNotFound):
    """More than one visible changeset answers to the given expression."""


class PathNotFound(VcsError):
    """The path does not exist in the given changeset, or is not of the kind that was asked for."""


class EmptyRepository(VcsError):
    """The repository has no visible changeset yet, so there is nothing to resolve."""


class MergeConflict(VcsError):
    """The two changesets cannot be merged without a person deciding."""


class CommitRefused(VcsError):
    """What was to be committed makes no changeset: a path that must not be written, or nothing that differs."""


class Unsupported(VcsError):
    """This version control system has no such thing; see `Repository.capabilities`."""


class RepositoryBroken(VcsError):
    """What is on disk is missing, damaged or not a repository."""


class BackendUnavailable(VcsError):
    """The worker or program that reads the repository cannot be reached or did not answer in time."""


class RemoteUnusable(VcsError):
    """The other side cannot be pulled from: it does not answer, refuses, redirects elsewhere or sends nonsense."""


def named(name: object) -> str:
    """Quote what somebody named for a sentence: between backticks, on one line, at most 200 characters, always text."""
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else str(name)
    cut = text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)
    return "`" + plain.replace("`", "'") + "`"
