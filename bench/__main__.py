"""Measure Belvedere on this machine: `python bench [api] [clients] [memory] [pages] [scale]` prints tables in Markdown.

Each part starts its own server on an empty home in a temporary directory and removes it afterwards.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import api
import clients
import memory
import pages
import scale
from server import Server

PARTS = {"api": api.run, "clients": clients.run, "memory": memory.run, "pages": pages.run, "scale": scale.run}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)} (all)")
    parser.add_argument("--changesets", type=int, default=10_000, help="length of the history (10000)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each API figure is measured (3)")
    parser.add_argument("--megabytes", type=int, default=500, help="size of the push whose memory is watched (500)")
    parser.add_argument("--lengths", type=int, nargs=2, default=(1_000, 100_000), help="histories to compare")
    parser.add_argument("--repositories", type=int, default=1_000, help="repositories on a long first page (1000)")
    parser.add_argument("--beside", help="a Kallithea 0.7 to measure the same pages of")
    parser.add_argument("--beside-key", help="its administrator's API key")
    parser.add_argument("--beside-password", help="its administrator's password")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown part {', '.join(unknown)}")
    print(f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}\n")
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="belvedere-bench-") as place, Server(Path(place)) as server:
            PARTS[part](server, options)


if __name__ == "__main__":
    main()
