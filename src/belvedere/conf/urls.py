"""Every address that is not a repository's own."""

from __future__ import annotations

from django.urls import path, re_path

from belvedere.api.http import endpoint
from belvedere.api.reference import document
from belvedere.conf.health import livez, readyz
from belvedere.web.home import home
from belvedere.web.static import static_file

urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    re_path(r"^/*_admin/+api/*$", endpoint),  # clients join addresses carelessly: `http://host//_admin/api`
    path("_admin/api/openrpc.json", document),
    path("static/<str:version>/<path:name>", static_file),
    path("", home),
]
