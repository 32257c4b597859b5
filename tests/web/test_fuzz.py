"""Addresses and queries that nobody meant: whatever is asked, no page breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belvedere.web.registry import PLACEHOLDER, load
from tests.api.examples import Story
from tests.api.story import telling

ODD = [
    b"",
    b".",
    b"..",
    b"\x00",
    b"\n",
    b"\xff\xfe",
    b"%",
    b"\xe2\x80\xae",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"1e9",
    b"nan",
    b"--help",
    b"-R",
    b"{tip}",
    b"all()",
    b"tip...",
    b"...",
    b"a...b...c",
    b"@",
    b"branch@",
    b"HEAD^{/x}",
    b"refs/heads/main",
    b"x" * 300,
    b"<script>",
    b"'\"><img src=x>",
    "ß".encode(),
    b"\\\\host\\share",
    b"//evil.example",
]
MEANT = [
    b"mountains",
    b"nature/lakes",
    b"nature",
    b"tip",
    b"main",
    b"default",
    b"README.md",
    b"alps",
    b"alps/eiger",
    b"_1",
    b"1",
]
NAMES = [
    "page",
    "size",
    "sort",
    "order",
    "q",
    "query",
    "branch",
    "author",
    "text",
    "since",
    "until",
    "path",
    "before",
    "after",
    "source",
    "view",
    "context",
    "ignorews",
    "file",
    "diff1",
    "diff2",
    "diff",
    "other_repo",
    "merge",
    "came_from",
    "parent_group",
    "user",
    "kind",
    "token",
    "came_from",
    "lines",
    "format",
    "public",
    "private",
    "show",
    "filter",
    "limit",
    "offset",
    "subrepos",
    "api_key_id",
    "repository",
    "date",
    "from",
    "to",
    "rev",
    "style",
    "full",
    "name",
    "type",
    "value",
]

segment = st.sampled_from([*ODD, *MEANT, *MEANT])
queries = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([*ODD, *MEANT]), max_size=3)


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with telling(tmp_path_factory.mktemp("odd"), django_db_blocker) as told:
        told.keep()
        yield told


@st.composite
def addresses(draw: Any) -> str:
    """Fill a pattern with things that fit and things that do not, or join anything."""
    if draw(st.integers(0, 5)) == 0:
        parts = draw(st.lists(segment, max_size=5))
        return "/" + "/".join(quote_from_bytes(part) for part in parts)
    pattern = draw(st.sampled_from(sorted(page.pattern for page in load())))

    def fill(match: re.Match[str]) -> str:
        if match[2] == "repository" and draw(st.integers(0, 4)):
            return str(draw(st.sampled_from(["mountains", "nature/lakes"])))
        return quote_from_bytes(draw(segment))

    return "/" + PLACEHOLDER.sub(fill, pattern)


@pytest.mark.django_db
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=addresses(), query=queries, is_post=st.booleans())
def test_no_page_breaks(story: Story, path: str, query: dict[str, bytes], is_post: bool) -> None:
    client = Client(headers={"Authorization": f"Bearer {story.admin.key}"}, raise_request_exception=True)
    with transaction.atomic():
        response = client.post(path, query) if is_post else client.get(path + ("?" + urlencode(query) if query else ""))
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    if is_post:
        story.restore()
    assert response.status_code < 500 or response.status_code == 503, (path, query)
