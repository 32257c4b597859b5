"""The accounts application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Holds users and what belongs to them."""

    name = "belvedere.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.AutoField"
