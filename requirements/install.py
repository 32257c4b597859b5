"""Install what is locked into a virtual environment: `python requirements/install.py VENV serve|dev`.

Run with any Python 3.11 to 3.13, before anything is installed. Safe to run several times at once and after an
interruption: the others wait, then find the work done; a stamp is written only behind complete work.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

HERE = Path("requirements")
MADE_FROM = (HERE / "serve.txt", HERE / "dev.txt", HERE / "install.py", Path("pyproject.toml"))
LARGER = {"serve": ("serve", "dev"), "dev": ("dev",)}  # whatever serves is part of what develops


def main(venv: Path, group: str) -> None:
    """Bring the environment up to date for a group of dependencies."""
    if not (3, 11) <= sys.version_info < (3, 14):
        sys.exit("Belvedere needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=/path/to/python3.12 ...")
    venv.mkdir(exist_ok=True)
    with (venv / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(is_fresh(stamp(venv, name)) for name in LARGER[group]):
            install(venv, group)
        stamp(venv, group).touch()


def stamp(venv: Path, group: str) -> Path:
    """Name the file that says when a group was installed."""
    return venv / f"installed-{group}"


def is_fresh(made: Path) -> bool:
    """Tell whether a stamp is newer than everything it depends on."""
    return made.exists() and all(made.stat().st_mtime >= path.stat().st_mtime for path in MADE_FROM)


def install(venv: Path, group: str) -> None:
    """Install the locked packages and this one, and compile them."""
    sys.stderr.write(f"Installing what is needed into {venv}; this takes a minute, the next start does not.\n")
    python = venv / "bin" / "python"
    if not works(python):
        run(sys.executable, "-m", "venv", venv)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", HERE / f"{group}.txt")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")
    # Here once, instead of at every start where the environment forbids programs to keep what they compiled.
    subprocess.call([python, "-m", "compileall", "-qq", "-j0", venv / "lib", "src"])


def works(python: Path) -> bool:
    """Tell whether the environment has a Python that starts and has pip."""
    return python.exists() and not subprocess.call([python, "-c", "import pip"], stderr=subprocess.DEVNULL)


def run(*command: str | Path) -> None:
    """Run a program, and end with its exit code if it fails."""
    status = subprocess.call(command, stdin=subprocess.DEVNULL)
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
