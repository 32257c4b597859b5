"""Directories and files of both systems as people see them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.test import Client

from tests.api.conftest import Caller
from tests.vcs.scribe import SCRIBES
from tests.web.conftest import text_of
from tests.web.written import PARTIAL, Written, peaks, written

__all__ = ["peaks", "written"]


def test_a_directory(peaks: Written) -> None:
    html = text_of(Client().get("/peaks/files"))
    assert f'href="/peaks/files/{peaks.branch}/src"' in html
    assert "&lt;i&gt;.txt" in html
    assert "<i>.txt" not in html
    assert "<script>x" not in html
    assert "Begin &lt;b&gt;here" in html  # the last change of README.md
    assert '<h2 id="user-content-peaks">' in html
    assert f'href="/peaks/files/{peaks.branch}/src/way.py"' in html
    assert f'src="/peaks/raw/{peaks.branch}/map.svg"' in html
    rows = text_of(Client().get(f"/peaks/files/{peaks.branch}/?changes=1", headers=PARTIAL))
    assert 'href="/peaks/changeset/' in rows
    inner = text_of(Client().get(f"/peaks/files/{peaks.branch}/src/"))
    assert "Bob Example" in inner
    assert f'href="/peaks/files/{peaks.branch}"' in inner


def test_a_file(peaks: Written) -> None:
    html = text_of(Client().get(f"/peaks/files/{peaks.branch}/src/way.py"))
    assert '<div id="L2"><a href="#L2" tabindex="-1">2</a>' in html
    assert "2 lines" in html
    change = text_of(Client().get(f"/peaks/files/{peaks.branch}/src/way.py?changes=1", headers=PARTIAL))
    assert "Climb" in change
    assert "Bob Example" in change
    assert "<html" not in change
    assert "Climb" in text_of(Client().get(f"/peaks/files/{peaks.branch}/src/way.py?changes=1"))


def test_other_kinds_of_file(peaks: Written) -> None:
    base = f"/peaks/files/{peaks.branch}"
    assert f'src="/peaks/raw/{peaks.branch}/map.svg"' in text_of(Client().get(f"{base}/map.svg"))
    assert 'id="L1"' in text_of(Client().get(f"{base}/map.svg?source=1"))
    assert "no text" in text_of(Client().get(f"{base}/data.bin"))
    assert f'href="{base}/src/way.py"' in text_of(Client().get(f"{base}/latest"))
    assert "executable" in text_of(Client().get(f"{base}/run.sh"))
    formatted = text_of(Client().get(f"{base}/README.md"))
    assert '<h2 id="user-content-peaks">' in formatted
    assert 'id="L1"' in text_of(Client().get(f"{base}/README.md?source=1"))
    assert text_of(Client().get(f"{base}/%D7%A9%D7%9C%D7%95%D7%9D%20%26%20%3Ci%3E.txt"))


def test_what_is_not_there(peaks: Written) -> None:
    for path in (
        f"{peaks.branch}/absent",
        "absent",
        f"{peaks.branch}/src/../README.md",
        f"{peaks.branch}/src/way.py/x",
    ):
        for word in ("files", "raw", "rawfile", "nodelist", "history", "authors", "annotate"):
            assert Client().get(f"/peaks/{word}/{path}").status_code == 404, (word, path)


def test_private_files_are_not_there_for_others(
    peaks: Written, administrator: Caller, outsider: Caller, signed_in: Any
) -> None:
    administrator("update_repo", repoid="peaks", private=True)
    for client in (Client(), signed_in(outsider)):
        for word in ("files", "raw", "rawfile", "nodelist", "history", "authors", "annotate"):
            assert client.get(f"/peaks/{word}/{peaks.branch}/src/way.py").status_code == 404


def test_an_empty_repository_says_how_to_begin(
    written: Written, outsider: Caller, signed_in: Any, administrator: Caller
) -> None:
    html = text_of(signed_in(administrator).get("/peaks/files"))
    assert f"{written.scribe.scheme} clone http://testserver/peaks" in html
    assert "clone" not in text_of(signed_in(outsider).get("/peaks/files"))
    assert Client().get("/peaks/files/tip").status_code == 404


def test_a_long_directory_comes_in_parts(written: Written, monkeypatch: Any) -> None:
    monkeypatch.setattr("belvedere.web.tree_rows.AT_ONCE", 10)
    for number in range(24):
        written.scribe.write(f"many/{number:04}.txt", "x\n")
    written.scribe.write("many/below/x.txt", "x\n").commit("Add many")
    written.push()
    html = text_of(Client().get(f"/peaks/files/{written.branch}/many"))
    assert html.index("below") < html.index("0000.txt")
    assert "0009.txt" not in html
    assert "1 to 10 of 25" in html
    assert "?at=11" in html
    last = text_of(Client().get(f"/peaks/files/{written.branch}/many?at=21"))
    assert "0023.txt" in last
    assert "?at=11" in last


def test_a_long_file_comes_in_pieces(written: Written, monkeypatch: Any) -> None:
    monkeypatch.setattr("belvedere.web.source_view.PIECE", 40)
    written.scribe.write("long.py", "x = 1\n" * 130).commit("Write much")
    written.push()
    base = f"/peaks/files/{written.branch}/long.py"
    html = text_of(Client().get(base))
    assert 'id="L40"' in html
    assert 'id="L41"' not in html
    assert "?at=41" in html
    assert 'id="L130"' in text_of(Client().get(f"{base}?at=81"))
    response = Client().get(f"{base}?line=95")
    assert response["Location"] == f"{base}?source=1&at=81#L95"
    assert Client().get(f"{base}?line=3")["Location"] == f"{base}?source=1#L3"
    assert Client().get(f"{base}?line=999999999").status_code == 302


def test_files_are_found_by_name(peaks: Written) -> None:
    html = text_of(Client().get(f"/peaks/files/{peaks.branch}?find=way"))
    assert f'href="/peaks/files/{peaks.branch}/src/way.py"' in html
    assert "1 file with" in html
    assert "No file here" in text_of(Client().get(f"/peaks/files/{peaks.branch}?find=nothing"))
    nodes = Client().get(f"/peaks/nodelist/{peaks.branch}?q=WAY+src").json()
    assert nodes["nodes"] == [{"name": "src/way.py", "type": "file", "url": f"/peaks/files/{peaks.branch}/src/way.py"}]
    everything = Client().get(f"/peaks/nodelist/{peaks.branch}/", headers=PARTIAL).json()
    assert {"name": "src", "type": "dir"} in everything["nodes"]
    assert {"name": "src/way.py", "type": "file"} in everything["nodes"]


def test_the_last_changes_come_later_where_they_take_long(peaks: Written, monkeypatch: Any) -> None:
    monkeypatch.setattr("belvedere.web.last_changes.FEW", 0)
    base = f"/peaks/files/{peaks.branch}"
    peaks.scribe.write("new", "x").commit("Anew")
    peaks.push()
    html = text_of(Client().get(base))
    assert f'data-source="{base}?changes=1&amp;at=1"' in html
    assert "Begin &lt;b&gt;here" not in html
    fragment = text_of(Client().get(f"{base}?changes=1&at=1", headers=PARTIAL))
    assert fragment.lstrip().startswith("<tbody>")
    assert "Begin &lt;b&gt;here" in fragment
    assert "Begin &lt;b&gt;here" in text_of(Client().get(base))  # known from then on


def test_names_are_bytes(administrator: Caller, tmp_path: Path) -> None:
    administrator("create_repo", repo_name="peaks", repo_type="git")
    written = Written(SCRIBES["git"](tmp_path / "work"), "peaks")
    (written.scribe.root / "caf\udce9.txt").write_bytes(b"au lait\n")
    written.scribe.commit("Write Latin")
    written.push()
    html = text_of(Client().get("/peaks/files"))
    assert 'href="/peaks/files/main/caf%E9.txt"' in html
    assert "caf\ufffd.txt" in html
    for word in ("files", "raw"):
        path = f"/peaks/{word}/main/caf\xe9.txt"
        assert b"au lait" in Client().get(path, **{"belvedere.path": path}).content
