"""The repositories application."""

from importlib import import_module

from django.apps import AppConfig


class ReposConfig(AppConfig):
    """Holds repositories and repository groups."""

    name = "belvedere.repos"
    label = "repos"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Let the reactions to events register themselves."""
        import_module("belvedere.repos.maintenance")
