"""The accounts application."""

from importlib import import_module

from django.apps import AppConfig
from django.core.signals import request_finished


class AccountsConfig(AppConfig):
    """Holds users and what belongs to them."""

    name = "belvedere.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Write down the use of keys when an answer is out: the signal is sent when the server closes the response."""
        uses = import_module("belvedere.accounts.credentials.uses")  # it has models, which come after this module
        request_finished.connect(uses.write, dispatch_uid="belvedere.accounts.uses")
