"""What goes over the wire packed, and what does not."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from django.test import Client

from belvedere.web.compression import packed
from tests.api.conftest import Caller
from tests.web.written import Written, peaks, written

__all__ = ["peaks", "written"]

pytestmark = pytest.mark.parametrize("written", ["git"], indirect=True)  # nothing of it is about the system

TAKES = {"Accept-Encoding": "br, gzip"}


def unpacked(response: Any) -> bytes:
    """Read an answer as a browser does."""
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    return gzip.decompress(b"".join(response) if response.streaming else response.content)


def test_pages_are_packed_for_who_takes_that(peaks: Written) -> None:
    packed_page, plain = Client().get("/peaks", headers=TAKES), Client().get("/peaks")
    assert b"<h1" in unpacked(packed_page)
    assert int(packed_page["Content-Length"]) == len(packed_page.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("offer", ["", "br", "identity", "gzip;q=0", "gzip; q=0.0, br"])
def test_nobody_gets_what_he_does_not_take(peaks: Written, offer: str) -> None:
    assert "Content-Encoding" not in Client().get("/peaks", headers={"Accept-Encoding": offer})
    assert unpacked(Client().get("/peaks", headers={"Accept-Encoding": "gzip;q=0.5"}))


def test_a_stream_is_packed_as_it_comes(peaks: Written) -> None:
    address = f"/peaks/changeset-diff/{peaks.branch}"
    plain = Client().get(address)
    assert unpacked(Client().get(address, headers=TAKES)) == b"".join(plain)
    came = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    assert [came.decompress(piece) for piece in packed([b"first", b"second"])] == [b"first", b"second", b""]


def test_what_is_secret_named_by_its_bytes_or_packed_already_stays_as_it_is(
    peaks: Written, administrator: Caller, signed_in: Any
) -> None:
    assert "Content-Encoding" not in signed_in(administrator).get("/_admin/my_account/api_keys", headers=TAKES)
    for path in (f"archive/{peaks.branch}.zip", f"raw/{peaks.branch}/src/way.py", "feed/atom"):
        response = Client().get(f"/peaks/{path}", headers=TAKES)
        assert response.status_code == 200
        assert "Content-Encoding" not in response
        b"".join(response) if response.streaming else response.content  # to its end, so that it is closed
