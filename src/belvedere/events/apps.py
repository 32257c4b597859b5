"""The events application."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Holds the table of events."""

    name = "belvedere.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
