"""The reader of unified diffs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from belvedere.vcs import diffs
from belvedere.vcs.diffs import ChangeKind, FileDiff, Line, LineKind, parse_diff

HOSTILE = b"""noise before
diff --git a/x y b/x y
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/x y\t
+++ b/x y\t
@@ -1,3 +1,3 @@ void f(void)
 keep\r
---- a/looks like a header
+diff --git a/looks b/like
 last
\\ No newline at end of file
diff --git "a/caf\\303\\251\\n" "b/caf\\303\\251\\n"
old mode 100644
new mode 100755
diff --git a/from b/to
similarity index 90%
rename from from
rename to to
diff --git a/one b/two
similarity index 100%
copy from one
copy to two
diff --git a/bin b/bin
new file mode 100644
index 0000000000000000000000000000000000000000..3333333333333333333333333333333333333333
Binary files /dev/null and b/bin differ
diff --git a/gone b/gone
deleted file mode 100644
index 4444444..0000000
GIT binary patch
literal 0
HcmV?d00001

diff --git a/empty b/empty
new file mode 100644
index 0000000..e69de29
diff --git a/sub b/sub
index 1111111..2222222 160000
--- a/sub
+++ b/sub
@@ -1 +1 @@
-Subproject commit 1111
+Subproject commit 2222
"""


def test_all_kinds() -> None:
    files = {file.path: file for file in parse_diff([HOSTILE])}
    assert list(files) == ["x y", "café\n", "to", "two", "bin", "gone", "empty", "sub"]
    text = files["x y"]
    assert (text.kind, text.old_path, text.added, text.removed) == (ChangeKind.MODIFIED, "x y", 1, 1)
    assert (text.old_id, text.new_id, text.old_mode) == ("1" * 40, "2" * 40, "100644")
    (hunk,) = text.hunks
    assert (hunk.old_start, hunk.new_count, hunk.heading) == (1, 3, b"void f(void)")
    assert hunk.lines == (
        Line(LineKind.CONTEXT, 1, 1, b"keep\r"),
        Line(LineKind.REMOVED, 2, None, b"--- a/looks like a header"),
        Line(LineKind.ADDED, None, 2, b"diff --git a/looks b/like"),
        Line(LineKind.CONTEXT, 3, 3, b"last", lacks_newline=True),
    )
    mode = files["café\n"]
    assert (mode.old_mode, mode.new_mode, mode.hunks) == ("100644", "100755", ())
    assert (files["to"].kind, files["to"].old_path) == (ChangeKind.RENAMED, "from")
    assert (files["two"].kind, files["two"].old_path) == (ChangeKind.COPIED, "one")
    assert (files["bin"].kind, files["bin"].is_binary, files["bin"].old_path) == (ChangeKind.ADDED, True, None)
    assert (files["gone"].kind, files["gone"].is_binary, files["gone"].new_path) == (ChangeKind.REMOVED, True, None)
    assert (files["empty"].kind, files["empty"].old_id, files["empty"].hunks) == (ChangeKind.ADDED, None, ())
    assert files["sub"].new_mode == "160000"


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_pieces_do_not_matter(size: int) -> None:
    pieces = (HOSTILE[start : start + size] for start in range(0, len(HOSTILE), size))
    assert list(parse_diff(pieces)) == list(parse_diff([HOSTILE]))


def many(lines: int) -> bytes:
    return b"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -0,0 +1,%d @@\n" % lines + b"+line\n" * lines


def test_limits_cut_but_count() -> None:
    cut, after = parse_diff([many(100) + many(3)], most_lines=10)
    assert (cut.is_truncated, cut.added, len(cut.hunks[0].lines)) == (True, 100, 10)
    assert (after.is_truncated, after.added) == (False, 3)
    (cut,) = parse_diff([many(100)], most_bytes=60)
    assert (cut.is_truncated, len(cut.hunks[0].lines)) == (True, 12)


def test_long_lines_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffs, "LONGEST_LINE", 100)
    pieces = [b"diff --git a/f b/f\n@@ -0,0 +1,2 @@\n+", *[b"x" * 50] * 100, b"\n+short\n"]
    (file,) = parse_diff(pieces)
    assert file.is_truncated
    assert file.added == 2
    assert len(file.hunks[0].lines[0].content) == 99


def test_files_come_before_the_diff_ends() -> None:
    def endless() -> object:
        yield many(1)
        yield many(1)
        raise AssertionError("read too far")

    assert isinstance(next(parse_diff(endless())), FileDiff)  # type: ignore[arg-type]  # a generator


@pytest.mark.parametrize(
    "junk", [b"", b"\n", b"@@ -1 +1 @@\n-a\n", b"diff --git ", b"diff --git a\n@@ -x @@\n+y\n", b'diff --git "a b\n']
)
def test_junk_is_no_error(junk: bytes) -> None:
    assert len(list(parse_diff([junk]))) <= 1


def test_what_git_writes(tmp_path: Path) -> None:
    for side, content in (("old", b"a\nb\nc"), ("new", b"a\r\nB\nc\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / 'na"me\t').write_bytes(content)
    done = subprocess.run(
        ["git", "diff", "--no-index", "--full-index", "old", "new"], cwd=tmp_path, capture_output=True, check=False
    )
    (file,) = parse_diff([done.stdout])
    assert file.path.endswith('na"me\t')
    assert [(line.kind.value, line.content, line.lacks_newline) for line in file.hunks[0].lines] == [
        ("-", b"a", False),
        ("-", b"b", False),
        ("-", b"c", True),
        ("+", b"a\r", False),
        ("+", b"B", False),
        ("+", b"c", False),
    ]
