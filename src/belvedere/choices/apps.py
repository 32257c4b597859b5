"""The choices application."""

from django.apps import AppConfig


class ChoicesConfig(AppConfig):
    """Holds the table of choices."""

    name = "belvedere.choices"
    label = "choices"
    default_auto_field = "django.db.models.AutoField"
