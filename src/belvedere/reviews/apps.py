"""The reviews application."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Holds pull requests, and comments and votes on them and on changesets."""

    name = "belvedere.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.AutoField"
