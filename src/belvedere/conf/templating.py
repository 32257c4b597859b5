"""Templates: Jinja2, which compiles them to Python. Everything is escaped that is not marked as safe."""

from __future__ import annotations

import logging
from typing import Any

from jinja2 import BaseLoader, ChainableUndefined, Environment, make_logging_undefined, select_autoescape

from belvedere.api import writing
from belvedere.web import templating

log = logging.getLogger(__name__)


def environment(*, loader: BaseLoader, **_options: Any) -> Environment:
    """Make what Django's `TEMPLATES` names: it finds templates in the folders given there.

    A name that a template is not given shows as nothing and is told in the log; tests take it for an error.
    """
    made = Environment(
        loader=loader,
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),  # letters are plain text
        auto_reload=False,
        cache_size=-1,  # all of them: they are ours, and not many
        keep_trailing_newline=True,
        undefined=make_logging_undefined(log, ChainableUndefined),
    )
    made.globals |= templating.WITHOUT_REQUEST | templating.FUNCTIONS
    made.filters |= templating.FILTERS | writing.FILTERS
    return made
