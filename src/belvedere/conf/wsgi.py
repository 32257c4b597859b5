"""The one application of the web server: clients of Mercurial and Git first, everything else through Django."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from belvedere.conf.proxies import believe_proxies

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

django.setup(set_prefix=False)

from belvedere.api import registry as methods  # noqa: E402 its models need the registry that setup fills
from belvedere.transport.http import serve  # noqa: E402 likewise
from belvedere.web import registry as pages  # noqa: E402 likewise
from belvedere.web.door import PATH_AS_SENT  # noqa: E402 likewise
from belvedere.web.finding import directory  # noqa: E402 likewise

methods.load()
pages.load()
directory()  # what does not import must stop the start and not a request, and workers are forked with it
_pages = WSGIHandler()
_proxies = settings.BELVEDERE.proxies


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    believe_proxies(environ, _proxies)
    environ[PATH_AS_SENT] = environ.get("PATH_INFO", "")
    answer: Any = serve(environ, start_response)
    return _pages(environ, start_response) if answer is None else answer
