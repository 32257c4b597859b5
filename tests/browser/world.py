"""A site as people fill one: users of each role, and a repository of each system with everything that pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Server
from tests.vcs.scribe import BOB, GitScribe, HgScribe, Scribe

PASSWORD = "a password of eleven words, or so"
LONG_BRANCH = "review/" + "a-very-long-name-of-a-branch-" * 6 + "end"
README = """\
# Mountains

A **range** of [peaks](docs/peaks.rst), with a table:

| peak | height |
|---|---:|
| Grigna | 2410 |
| Resegone | 1875 |

- [x] measured
- [ ] climbed

```python
def height(peak: str) -> int:
    return HEIGHTS[peak]
```

![drawing](docs/drawing.svg) <script>alert("no")</script>
"""
PEAKS = """\
Peaks
=====

A *list* of them:

* Grigna
* Resegone

.. code-block:: python

   print("up")
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 8l4-7 4 7z"/><script>alert(1)</script></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360f8cfc0f01f00050001ff"
    "a94bd4390000000049454e44ae426082".replace(" ", "")
)


@dataclass
class World:
    """The site, its people's keys by name, and the hashes of changesets by repository and role."""

    server: Server
    keys: dict[str, str]
    changesets: dict[str, dict[str, str]] = field(default_factory=dict)

    def api(self, who: str, method: str, **arguments: Any) -> Any:
        """Call the API as one of the people."""
        return self.server.api(method, self.keys[who], **arguments)


def made(server: Server, place: Path) -> World:
    """Make the people, then the repositories as their owner, with real clients."""
    keys = {"administrator": server.admin_key}
    server.api("update_user", userid="admin", password=PASSWORD)
    for username, firstname in (("owner", "Olga"), ("writer", "Walter"), ("reader", "Rita"), ("outsider", "Otto")):
        given = {"username": username, "email": f"{username}@example.org", "firstname": firstname}
        keys[username] = server.api("create_user", password=PASSWORD, lastname="Example", **given)["user"]["api_key"]
    world = World(server, keys)
    server.api("create_repo_group", group_name="nature", description="Everything outside", owner="owner")
    server.api("create_repo_group", group_name="high", parent="nature", owner="owner")
    server.api("create_user_group", group_name="walkers", owner="owner")
    server.api("add_user_to_user_group", usergroupid="walkers", userid="writer")
    _repository(world, GitScribe(place / "mountains"), "nature/mountains", "Peaks, and the ways up")
    _repository(world, HgScribe(place / "lakes"), "nature/high/lakes", "Waters between them")
    server.api("create_repo", repo_name="empty-git", repo_type="git", owner="owner", description="Nothing yet")
    server.api("create_repo", repo_name="empty-hg", repo_type="hg", owner="owner")
    server.api("create_repo", repo_name="secret", repo_type="git", owner="owner", private=True)
    for repository in ("nature/mountains", "nature/high/lakes"):
        server.api("grant_user_permission", repoid=repository, userid="writer", perm="repository.write")
        server.api("grant_user_permission", repoid=repository, userid="reader", perm="repository.read")
    return world


def _repository(world: World, scribe: Scribe, name: str, description: str) -> None:
    world.server.api("create_repo", repo_name=name, repo_type=scribe.scheme, owner="owner", description=description)
    world.changesets[name] = written(scribe)
    host = world.server.url.removeprefix("http://")
    url = f"http://owner:{world.keys['owner']}@{host}/{name}"
    if isinstance(scribe, HgScribe):
        scribe("bookmark", "-r", "tip", "later")
        scribe("push", "--new-branch", "-B", "later", url)
    else:
        _push(scribe, url)


def _push(scribe: Any, url: str) -> None:
    scribe("push", "-q", "--all", url)
    scribe("push", "-q", "--tags", url)


def written(scribe: Scribe) -> dict[str, str]:
    """Write a history with merges, renames, pictures, long names, other scripts and a tag."""
    found: dict[str, str] = {}
    scribe.write("README.md", README).write("docs/peaks.rst", PEAKS).write("docs/drawing.svg", SVG)
    scribe.write("docs/pixel.png", PNG).write("src/way.py", "import this\n\n\ndef up(metres):\n    return metres\n")
    found["first"] = scribe.commit("Begin with the peaks\n\nAnd say why, in a body that has\nseveral lines.")
    scribe.write("src/way.py", "import this\n\n\ndef up(m: int) -> int:\n    return m + 1\n\n\ndef down():\n    pass\n")
    scribe.write("data.bin", bytes(range(256)) * 8)
    found["changed"] = scribe.commit("Climb one metre more", author=BOB)
    scribe.branch("stable").write("docs/notes.txt", "some notes\n")
    found["stable"] = scribe.commit("Take notes on a branch")
    scribe.switch(scribe.default_branch)
    scribe.write("src/" + "deeply/" * 6 + "nested_with_a_rather_long_name.py", "x = 1\n")
    found["nested"] = scribe.commit("Nest " + "a very long first line of a message that never ends " * 3, author=BOB)
    found["merge"] = scribe.merge("stable", "Merge the notes")
    scribe.rename("docs/peaks.rst", "docs/summits.rst")
    scribe.write("שלום.txt", "שלום עולם\n").write("with blank & <b>bold</b>.txt", "<b>not bold</b>\n")
    found["renamed"] = scribe.commit("Rename, and write from right to left: שלום <script>alert(1)</script>")
    if isinstance(scribe, HgScribe):
        scribe("tag", "-r", found["merge"], "v1.0", "-d", f"{scribe.tick(None)} 0", "-u", BOB)
    else:
        scribe("tag", "v1.0", found["merge"])  # type: ignore[operator]
    scribe.branch(LONG_BRANCH[:200]).write("long.txt", "long\n" * 400)
    found["long"] = scribe.commit("Work on a branch with a long name")
    scribe.switch(scribe.default_branch)
    scribe.write("src/way.py", "import this\n\n\ndef up(metres: int) -> int:\n    return metres + 2\n")
    found["tip"] = scribe.commit("Two metres more, and never down")
    return found
