"""The gists application."""

from importlib import import_module

from django.apps import AppConfig


class GistsConfig(AppConfig):
    """Holds gists."""

    name = "belvedere.gists"
    label = "gists"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Let directories go with their rows."""
        import_module("belvedere.gists.cleaning")
