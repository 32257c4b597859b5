"""See to it that tests find Chromium: on PATH, or from Debian's packages where this user may install them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
INSTALL = (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"])


def main() -> None:
    """Install what is missing; tests that need a browser say so themselves where this was not possible."""
    if any(shutil.which(name) for name in PROGRAMS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write("There is no Chromium on PATH: tests of pages in a browser will be skipped.\n")
        return
    for command in INSTALL:
        subprocess.call(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
