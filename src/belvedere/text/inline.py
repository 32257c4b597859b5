"""Sentences of ours, which name things between backticks, as HTML."""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

CODE = re.compile(r"`([^`]+)`")


def inline(text: Any) -> SafeString:
    """Mark up what stands between backticks as code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", conditional_escape(text)))  # noqa: S308 escaped here or before
