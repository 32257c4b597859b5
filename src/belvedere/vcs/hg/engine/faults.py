"""What goes wrong inside Mercurial, said in the words of `belvedere.vcs.errors`."""

from __future__ import annotations

import errno
import logging
import struct
import zlib

from mercurial import error

from belvedere.vcs.errors import BackendUnavailable, RepositoryBroken, VcsError

log = logging.getLogger(__name__)

_DAMAGE = (
    error.StorageError,
    error.RepoError,
    error.RequirementError,
    error.CorruptedState,
    UnicodeError,
    IndexError,
    ValueError,
    struct.error,
    zlib.error,
)
_PASSING = (error.LockError, MemoryError, error.PushRaced)
_NOT_THE_REPOSITORY = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS}


def translate(fault: Exception) -> VcsError:
    """Give the error that a caller may see; what nobody raised on purpose is logged here."""
    if isinstance(fault, VcsError):
        return fault
    if isinstance(fault, _PASSING):
        log.warning("a request failed: %s", fault)
        return BackendUnavailable("the repository is busy")
    if is_of_this_machine(fault):
        log.error("a request failed: %s", fault)
        return BackendUnavailable("the server cannot do this now")
    log.error("a request failed", exc_info=fault)
    if isinstance(fault, (*_DAMAGE, OSError)) or type(fault).__name__ == "ZstdError":
        return RepositoryBroken("the repository on disk is damaged")
    return BackendUnavailable("the worker failed")


def is_of_this_machine(fault: Exception) -> bool:
    """Tell whether the machine ran out of something, whoever asked it for work."""
    return isinstance(fault, OSError) and fault.errno in _NOT_THE_REPOSITORY
