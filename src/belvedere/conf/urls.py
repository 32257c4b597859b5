"""Every address: a few of the site's own, and everything else is a page."""

from __future__ import annotations

from django.urls import path, re_path

from belvedere.api.http import endpoint
from belvedere.api.reference import document
from belvedere.conf.health import livez, readyz
from belvedere.web.door import door, not_found
from belvedere.web.static import static_file

urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    re_path(r"^/*_admin/+api/*$", endpoint),  # clients join addresses carelessly: `http://host//_admin/api`
    path("_admin/api/openrpc.json", document),
    path("static/<str:version>/<path:name>", static_file),
    re_path(r"^static/", not_found),
    re_path(r"", door),
]

handler400 = "belvedere.web.door.bad_request"
handler404 = "belvedere.web.door.not_found"
handler500 = "belvedere.web.door.server_error"
