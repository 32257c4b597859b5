"""The bytes of files, which do nothing in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.written import Written, peaks, written

__all__ = ["peaks", "written"]


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_raw_files_are_harmless(peaks: Written) -> None:
    scribe = peaks.scribe
    scribe.write("page.html", "<script>alert(1)</script>").write("a.pdf", b"%PDF\0").write("pixel.png", b"\x89PNG\0")
    scribe.write('na"me.txt', "x").write("script.js", "alert(1)").commit("Attack")
    peaks.push()
    for name, kind, disposition in (
        ("page.html", "text/plain; charset=utf-8", "inline"),
        ("script.js", "text/plain; charset=utf-8", "inline"),
        ("latest", "text/plain; charset=utf-8", "inline"),
        ("map.svg", "image/svg+xml", "inline"),
        ("pixel.png", "image/png", "inline"),
        ("a.pdf", "application/octet-stream", "attachment"),
        ("data.bin", "application/octet-stream", "attachment"),
        ("na%22me.txt", "text/plain; charset=utf-8", "inline"),
    ):
        response = Client().get(f"/peaks/raw/{peaks.branch}/{name}")
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"].startswith(disposition)
        assert "\n" not in response["Content-Disposition"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert response["Content-Length"] == str(len(content_of(response)))


def test_saving_a_file(peaks: Written) -> None:
    response = Client().get(f"/peaks/rawfile/{peaks.branch}/src/way.py")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="way.py"'
    assert response.content == b"def up():\n    return 2\n"
    hebrew = Client().get(f"/peaks/rawfile/{peaks.branch}/%D7%A9%D7%9C%D7%95%D7%9D%20%26%20%3Ci%3E.txt")
    assert hebrew["Content-Disposition"].startswith("attachment; filename*=utf-8''%D7%A9")


def test_a_file_is_not_sent_twice(peaks: Written) -> None:
    path = f"/peaks/raw/{peaks.branch}/src/way.py"
    tag = Client().get(path)["ETag"]
    for given in (tag, f'"other", W/{tag}, {tag}', "*"):
        known = Client().get(path, headers={"If-None-Match": given})
        assert known.status_code == 304
        assert known.content == b""
        assert known["ETag"] == tag
    assert Client().get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = Client().head(path)
    assert head.content == b""
    assert head["Content-Length"] == "23"
    assert head["Content-Type"] == "text/plain; charset=utf-8"


def test_a_large_file_is_streamed(peaks: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belvedere.web.pages.raw.AT_ONCE", 10)
    for word, kind in (("raw", "text/plain; charset=utf-8"), ("rawfile", "application/octet-stream")):
        response = Client().get(f"/peaks/{word}/{peaks.branch}/src/way.py")
        assert response.streaming
        assert response["Content-Type"] == kind
        assert response["Content-Length"] == "23"
        assert content_of(response) == b"def up():\n    return 2\n"
    assert Client().get(f"/peaks/raw/{peaks.branch}/data.bin")["Content-Type"] == "application/octet-stream"


def test_directories_have_no_bytes(peaks: Written) -> None:
    for path in ("src", ""):
        assert Client().get(f"/peaks/raw/{peaks.branch}/{path}").status_code == 404
