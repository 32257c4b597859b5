"""What every template knows without loading it."""

from __future__ import annotations

from django.conf import settings
from django.template import Library

from belvedere.web.static import static_url

register = Library()
register.simple_tag(static_url, name="static")


@register.simple_tag
def instance_title() -> str:
    """Give the name of this instance."""
    return settings.BELVEDERE.title
