"""Set up a home directory without serving it."""

from __future__ import annotations

from django.conf import settings

from belvedere.cli.command import command
from belvedere.cli.setting_up import bring_up, take_home
from belvedere.cli.telling import tell_administrator


@command
def init() -> None:
    """Set up the home directory, or complete one whose set-up was cut off; one that is complete stays as it is."""
    take_home()
    config = settings.BELVEDERE
    credentials = bring_up(config.base_url or f"http://{config.host}:{config.port}/")
    print(f"The home {config.home} is set up.")
    if credentials is not None:
        tell_administrator(credentials, config.home)
