"""Every setting is explained, and has an effect."""

from __future__ import annotations

import re
import tomllib

import pytest

from belvedere.conf.config import Config
from belvedere.conf.describing import PAGE, commented_file, settings_page
from belvedere.conf.reading import read_config, settings_of_config
from tests.house.tree import ROOT, SOURCE, modules

DECLARED = SOURCE / "conf" / "config.py"


def test_the_page_is_the_one_that_the_declarations_make() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == settings_page(), "run `make docs`"


THROUGH = {"trusted_proxies": "proxies"}
"""Settings that are read in another form."""


@pytest.mark.parametrize("name", settings_of_config())
def test_each_setting_is_read_somewhere(name: str) -> None:
    read = re.compile(rf"\b(?:BELVEDERE|config)\.{THROUGH.get(name, name)}\b")
    readers = [path for path in modules() if path != DECLARED and read.search(path.read_text("utf-8"))]
    assert readers


def test_the_file_of_a_new_home_holds_the_defaults() -> None:
    """Taken literally, with each comment sign before a key away, it changes nothing."""
    lines = [line.removeprefix("#") for line in commented_file().splitlines() if not line.startswith("# ")]
    keys = tomllib.loads("\n".join(lines))
    assert list(keys) == list(settings_of_config())


def test_the_defaults_are_within_their_own_limits(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    lines = [line.removeprefix("#") for line in commented_file().splitlines() if not line.startswith("# ")]
    (home / "belvedere.toml").write_text("\n".join(lines), "utf-8")
    assert read_config(home, {}) == Config(home=home)
