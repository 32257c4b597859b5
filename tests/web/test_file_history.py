"""What happened to a file, who did it, and which of its lines they wrote."""

from __future__ import annotations

import re

from django.test import Client

from belvedere.web import file_history
from tests.vcs.scribe import BOB
from tests.web.conftest import text_of
from tests.web.written import Written, peaks, written

__all__ = ["peaks", "written"]


def test_history_of_a_file_and_of_a_directory(peaks: Written) -> None:
    html = text_of(Client().get(f"/peaks/history/{peaks.branch}/src/way.py"))
    assert html.index("Climb") < html.index("Begin &lt;b&gt;here")
    assert ">More<" not in html
    newer, older = re.findall(r'name="diff1" value="([0-9a-f]{40})"', html)
    assert f'href="/peaks/diff/src/way.py?diff1={older}&amp;diff2={newer}"' in html
    assert "Climb" in text_of(Client().get(f"/peaks/history/{peaks.branch}/src"))
    assert "More" in text_of(Client().get(f"/peaks/history/{peaks.branch}"))
    assert "Climb" not in text_of(Client().get(f"/peaks/history/{older}/src/way.py"))


def test_history_holds_what_the_revision_holds(peaks: Written) -> None:
    peaks.scribe.branch("other").write("src/way.py", "elsewhere\n").commit("On another branch")
    peaks.scribe.switch(peaks.branch)
    peaks.scribe.write("src/way.py", "def up():\n    return 3\n").commit("On the first branch")
    peaks.push()
    html = text_of(Client().get(f"/peaks/history/{peaks.branch}/src/way.py"))
    assert "On the first branch" in html
    assert "On another branch" not in html
    assert "On another branch" in text_of(Client().get("/peaks/history/other/src/way.py"))


def test_history_is_paged_and_goes_on_before_a_renaming(peaks: Written, monkeypatch: object) -> None:
    peaks.scribe.rename("src/way.py", "src/path.py").commit("Rename the way")
    for number in range(3):
        peaks.scribe.write("src/path.py", f"def up():\n    return {number + 4}\n").commit(f"Step {number}")
    peaks.push()
    assert file_history.ON_A_PAGE == 50
    html = text_of(Client().get(f"/peaks/history/{peaks.branch}/src/path.py"))
    assert "Before that it was" in html
    link = re.search(r'href="(/peaks/history/[0-9a-f]{40}/src/way.py)"', html)
    assert link
    assert "Climb" in text_of(Client().get(link[1]))
    monkeypatch.setattr(file_history, "ON_A_PAGE", 2)  # type: ignore[attr-defined]
    first = text_of(Client().get(f"/peaks/history/{peaks.branch}/src/path.py"))
    assert "Step 1" in first
    assert "Step 0" not in first
    older = re.search(r'href="([^"]+\?start=[0-9a-f]{40})"', first)
    assert older
    second = text_of(Client().get(older[1]))
    assert "Step 0" in second
    assert "Rename the way" in second
    assert "Before that it was" in second


def test_authors(peaks: Written) -> None:
    html = text_of(Client().get(f"/peaks/authors/{peaks.branch}"))
    assert "2 authors of 3 changesets" in html
    assert html.index("Ann Example") < html.index("Bob Example")
    assert "example.org" not in html
    assert "Bob Example" not in text_of(Client().get(f"/peaks/authors/{peaks.branch}/README.md"))


def test_annotation(peaks: Written) -> None:
    html = text_of(Client().get(f"/peaks/annotate/{peaks.branch}/src/way.py"))
    first, second = html.split('<section class="heat-')[1:]
    assert first.startswith("0")
    assert second.startswith("7")
    assert "Begin &lt;b&gt;here" in first
    assert 'id="L1"' in first
    assert "Climb" in second
    assert 'id="L2"' in second
    before = re.search(r'href="([^"]+before=2)"', second)
    assert before
    response = Client().get(before[1])
    assert response["Location"].endswith("/src/way.py#L2")
    earlier = text_of(Client().get(response["Location"]))
    assert "Climb" not in earlier
    begun = re.search(r'href="([^"]+before=1)"', first)
    assert begun
    assert "begins with changeset" in text_of(Client().get(begun[1], follow=True))


def test_annotation_leads_through_renames(peaks: Written) -> None:
    peaks.scribe.rename("src/way.py", "src/path.py")
    raw_id = peaks.scribe.write("src/path.py", "def up():\n    return 2\n\n# more\n").commit("Rename", author=BOB)
    peaks.push()
    response = Client().get(f"/peaks/annotate/{raw_id}/src/path.py?before=4")
    assert response["Location"].endswith("/src/way.py#L4")
    assert "Climb" in text_of(Client().get(response["Location"]))


def test_what_has_no_lines_is_not_annotated(peaks: Written) -> None:
    assert "no text" in text_of(Client().get(f"/peaks/annotate/{peaks.branch}/data.bin"))
    for path in ("latest", "src", ""):
        assert Client().get(f"/peaks/annotate/{peaks.branch}/{path}").status_code == 404
