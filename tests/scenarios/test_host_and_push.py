"""The main story: create through the API, push with real clients, read the changesets back."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.clients import clone, new_checkout, run
from tests.scenarios.conftest import Story


def test_pushed_changesets_are_read_back_the_same_through_client_and_api(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    first = work.commit("first", a="one\n", b="two\n")
    assert work.push(story.owner.url(story.name)).code == 0
    second = work.commit("second ünï", a="changed\n", b=None, c="new\n")
    assert work.push(story.owner.url(story.name)).code == 0

    told = story.reader.api("get_changesets", repoid=story.name, with_file_list=True)
    assert [each["raw_id"] for each in told] == [first, second] == work.hashes()
    assert [each["revision"] for each in told] == [0, 1]
    assert told[0]["author"] == "Ada <ada@example.org>"
    assert (told[0]["added"], told[0]["changed"], told[0]["removed"]) == (["a", "b"], [], [])
    assert (told[1]["added"], told[1]["changed"], told[1]["removed"]) == (["c"], ["a"], ["b"])
    assert told[1]["message"] == "second ünï"

    shown = story.reader.api("get_repo", repoid=story.name, with_revision_names=True)
    assert shown["last_changeset"]["raw_id"] == second
    assert shown["last_changeset"]["revision"] == 1
    assert shown["branches"] == {"main" if story.scheme == "git" else "default": second}
    one = story.reader.api("get_changeset", repoid=story.name, raw_id=second[:10])
    assert (one["raw_id"], one["id"], one["author"]) == (second, second, {"name": "Ada", "email": "ada@example.org"})
    nodes = story.reader.api("get_repo_nodes", repoid=story.name, revision=second, root_path="/")
    assert nodes == [{"name": "a", "type": "file"}, {"name": "c", "type": "file"}]

    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "copy").code == 0
    assert sorted(path.name for path in (tmp_path / "copy").iterdir() if path.is_file()) == ["a", "c"]


def test_who_may_push_and_who_may_clone(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    for number, person in enumerate((story.administrator, story.owner, story.writer)):
        work.commit(f"by {person.username}", a=f"{number}\n")
        assert work.push(person.url(story.name)).code == 0, person.username
        assert clone(story.scheme, person.url(story.name), tmp_path / person.username).code == 0
    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "reader").code == 0

    before = story.owner.api("get_changesets", repoid=story.name)
    work.commit("never", a="never\n")
    refused = work.push(story.reader.url(story.name))
    assert refused.code != 0
    assert "write access" in refused.text
    assert f"{story.reader.username} has read" in refused.text
    outsider = story.outsider.url(story.name)
    for done in (work.push(outsider), clone(story.scheme, outsider, tmp_path / "none")):
        assert done.code != 0
        assert "does not exist" in done.text or "not found" in done.text.lower()
    assert story.owner.api("get_changesets", repoid=story.name) == before


def test_anonymous_clients_read_what_is_open_and_are_asked_who_they_are_elsewhere(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    assert work.push(story.writer.url(story.name)).code == 0
    for name in (story.name, "no/such"):
        refused = clone(story.scheme, story.public_url(name), tmp_path / "none")
        assert refused.code != 0
        assert any(word in refused.text for word in ("could not read Username", "authorization required"))
    story.open_to_all()
    assert clone(story.scheme, story.public_url(), tmp_path / "copy").code == 0
    work.commit("second", a="two\n")
    assert work.push(story.public_url()).code != 0
    assert len(story.owner.api("get_changesets", repoid=story.name)) == 1


def test_wrong_passwords_and_keys_as_passwords(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    wrong = story.writer.url(story.name).replace(story.writer.password, "guess")
    assert work.push(wrong).code != 0
    assert clone(story.scheme, wrong, tmp_path / "none").code != 0
    assert work.push(story.writer.url_with_key(story.name)).code == 0
    stolen = story.outsider.url_with_key(story.name).replace(story.outsider.key, story.writer.key)
    assert work.push(stolen).code != 0


def test_each_spelling_of_the_address(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    assert work.push(story.writer.url(f"_{story.repo_id}")).code == 0
    spellings = [story.name, f"_{story.repo_id}", story.name + "/"]
    if story.scheme == "git":
        spellings += [f"{story.name}.git", f"_{story.repo_id}.git"]
    for number, spelling in enumerate(spellings):
        done = clone(story.scheme, story.reader.url(spelling), tmp_path / f"copy{number}")
        assert done.code == 0, (spelling, done.text)
    story.owner.api("update_repo", repoid=story.name, name="renamed")
    assert clone(story.scheme, story.reader.url(f"_{story.repo_id}"), tmp_path / "by-id").code == 0
    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "gone").code != 0


def test_clients_of_the_other_system_are_told(story: Story, tmp_path: Path) -> None:
    other = "git" if story.scheme == "hg" else "hg"
    story.open_to_all()
    for number, address in enumerate((story.reader.url(story.name), story.public_url())):
        done = clone(other, address, tmp_path / f"none-{number}")
        assert done.code != 0
        assert f"is a {story.scheme} repository: use {story.scheme} with it" in done.text


def test_pull_tells_what_is_new(story: Story, tmp_path: Path) -> None:
    work = new_checkout(story.scheme, tmp_path / "work")
    work.commit("first", a="one\n")
    work.push(story.writer.url(story.name))
    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "copy").code == 0
    second = work.commit("second", a="two\n")
    if story.scheme == "hg":
        assert second in work.good("outgoing", "-T", "{node}", story.writer.url(story.name))
    work.push(story.writer.url(story.name))
    copy = type(work)(story.scheme, tmp_path / "copy")
    if story.scheme == "hg":
        assert second in copy.good("incoming", "-T", "{node}", story.reader.url(story.name))
    else:
        assert second in copy.good("ls-remote", story.reader.url(story.name))
    assert copy.pull(story.reader.url(story.name)).code == 0
    assert second in (copy.good("rev-parse", "FETCH_HEAD") if story.scheme == "git" else "\n".join(copy.hashes()))


def test_an_empty_repository_is_cloned_and_says_so_through_the_api(story: Story, tmp_path: Path) -> None:
    assert clone(story.scheme, story.reader.url(story.name), tmp_path / "copy").code == 0
    shown = story.reader.api("get_repo", repoid=story.name, with_revision_names=True)
    assert (shown["branches"], shown["tags"], shown["bookmarks"]) == ({}, {}, {})


def test_shallow_and_partial_clones_and_both_protocols_of_git(story: Story, tmp_path: Path) -> None:
    if story.scheme != "git":
        return
    work = new_checkout("git", tmp_path / "work")
    for number in range(5):
        work.commit(f"change {number}", a=f"{number}\n")
    assert work.push(story.writer.url(story.name)).code == 0
    url = story.reader.url(story.name)
    for number, options in enumerate(
        (["--depth", "1"], ["--filter", "blob:none"], ["--filter", "tree:0"], ["--no-local"])
    ):
        for version in ("0", "2"):
            place = tmp_path / f"clone{number}-{version}"
            done = run("git", "-c", f"protocol.version={version}", "clone", *options, url, place)
            assert done.code == 0, (options, version, done.text)
            assert (place / "a").read_text() == "4\n"
    assert run("git", "rev-list", "--count", "HEAD", cwd=tmp_path / "clone0-2").text.strip() == "1"


def test_the_client_of_mercurial_reads_what_the_server_did(story: Story, tmp_path: Path) -> None:
    if story.scheme != "hg":
        return
    work = new_checkout("hg", tmp_path / "work")
    work.commit("first", a="one\n")
    pushed = work.push(story.writer.url(story.name))
    assert "remote: added 1 changesets with 1 changes to 1 files" in pushed.text
    work.good("bookmark", "feature")
    work.commit("second", a="two\n")
    assert work.client("push", "-B", "feature", story.writer.url(story.name)).code == 0
    shown = story.reader.api("get_repo", repoid=story.name, with_revision_names=True)
    assert shown["bookmarks"] == {"feature": shown["last_changeset"]["raw_id"]}
    assert shown["tags"] == {"tip": shown["last_changeset"]["raw_id"]}
