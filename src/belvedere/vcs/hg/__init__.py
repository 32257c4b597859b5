"""Mercurial behind the common interface: its library in a pool of worker processes."""

from belvedere.vcs.hg.repository import BACKEND
from belvedere.vcs.hg.wire import WIRE

__all__ = ["BACKEND", "WIRE"]
