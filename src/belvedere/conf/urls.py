"""Every address that is not a repository's own."""

from __future__ import annotations

from django.urls import path, re_path

from belvedere.api.http import endpoint
from belvedere.conf.health import livez, readyz
from belvedere.web.home import home

urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    re_path(r"^/*_admin/+api/*$", endpoint),  # clients join addresses carelessly: `http://host//_admin/api`
    path("", home),
]
