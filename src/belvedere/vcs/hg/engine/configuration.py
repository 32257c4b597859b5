"""The one configuration of Mercurial that every worker runs with."""

from functools import cache
from typing import Any

from mercurial import extensions, initialization
from mercurial import ui as uimod

EXTENSIONS: tuple[bytes, ...] = ()
"""Loaded in every worker alike: an extension changes its whole process, whatever repository asked for it."""

LOCK_TIMEOUT = 45
"""Seconds that a write waits for another one; shorter than the patience of a client of the pool."""

SETTINGS: dict[bytes, dict[bytes, bytes]] = {
    b"ui": {
        b"interactive": b"no",
        b"nontty": b"yes",
        b"quiet": b"yes",
        b"report_untrusted": b"no",
        b"timeout": b"%d" % LOCK_TIMEOUT,
        b"timeout.warn": b"0",
    },
    b"progress": {b"disable": b"yes"},
    b"worker": {b"enabled": b"no"},  # our processes are the workers
    b"phases": {b"publish": b"yes"},
    b"server": {
        b"validate": b"yes",  # a pushed changeset must come with all of its files
        b"uncompressed": b"yes",
        b"bundle1": b"yes",
        b"view": b"served",
        b"pullbundle": b"no",  # no manifest inside a repository names files to send
    },
    b"experimental": {
        b"evolution": b"all",  # without it a server neither stores nor tells markers of obsolescence
        b"extendedheader.index": b"full",
    },
}


@cache
def base_ui() -> Any:
    """Give the `ui` that every repository of this process starts from; reads no file."""
    initialization.init()
    ui = uimod.ui.load()
    for section, values in SETTINGS.items():
        for name, value in values.items():
            ui.setconfig(section, name, value, b"belvedere")
    for name in EXTENSIONS:
        ui.setconfig(b"extensions", name, b"", b"belvedere")
    extensions.loadall(ui)
    extensions.populateui(ui)
    return ui
