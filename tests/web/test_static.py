"""Static files: which there are, and how browsers keep them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from belvedere.web.static import BUNDLES, SOURCE, TYPES, shelf, static_url


def test_a_file_is_kept_for_ever_under_its_hash() -> None:
    url = static_url("belvedere.css")
    assert re.fullmatch(r"/static/[0-9a-f]{12}/belvedere\.css", url)
    response = Client().get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (SOURCE / "web" / "static" / "styles" / "_tokens.css").read_bytes() in response.content


def test_an_old_page_finds_the_present_file_and_keeps_it_not() -> None:
    response = Client().get("/static/000000000000/belvedere.css")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"


def test_it_is_packed_for_those_who_say_so() -> None:
    url = static_url("belvedere.css")
    plain, packed = Client().get(url), Client().get(url, headers={"accept-encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain


@pytest.mark.parametrize(
    "name", ["../settings.py", "..%2fstatic.py", "static.py", "/etc/passwd", "belvedere.css/", "", "belvedere.css%00"]
)
def test_nothing_else_is_served(name: str) -> None:
    assert Client().get(f"/static/{shelf().version}/{name}").status_code == 404


def test_it_is_only_read() -> None:
    assert Client().post(static_url("belvedere.css")).status_code == 405
    head = Client().head(static_url("belvedere.css"))
    assert (head.status_code, head.content) == (200, b"")


def test_a_name_that_there_is_not_stops_the_page() -> None:
    with pytest.raises(KeyError, match="no static file"):
        static_url("nothing.css")


def test_every_file_in_the_folders_has_a_type() -> None:
    found = [path for folder in SOURCE.glob("*/static") for path in folder.rglob("*") if path.is_file()]
    assert [path for path in found if path.suffix not in TYPES] == []
    assert len(found) + len(BUNDLES) == len(shelf().files)


def test_style_sheets_load_only_what_there_is() -> None:
    for name, file in shelf().files.items():
        if name.endswith(".css"):
            for target in re.findall(r"url\([\"']?([^)\"']+)", file.content.decode()):
                assert str(Path(name).parent / target) in shelf().files or target.startswith("data:")
