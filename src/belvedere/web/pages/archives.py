"""Trees to take away as one file."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from belvedere.access.actor import Actor
from belvedere.errors import Invalid
from belvedere.repos.downloads import note_download
from belvedere.repos.fetch import Readable
from belvedere.repos.storage import open_repository
from belvedere.text.paths import shown
from belvedere.vcs.errors import EmptyRepository, PathNotFound, RevisionNotFound
from belvedere.vcs.packing import joined
from belvedere.vcs.repository import Repository
from belvedere.web.archives import FORMATS, TYPES, Archive, Running, split_format, take_place
from belvedere.web.file_place import FilePlace
from belvedere.web.inner_trees import InnerTrees, inner_trees
from belvedere.web.links import address_of
from belvedere.web.registry import page
from belvedere.web.repository import repository_page, site_of
from belvedere.web.revisions import landing_of, place_from
from belvedere.web.visitors import PageRequest

SUBREPOSITORIES = "subrepos"
SUBREPOSITORIES_TOLD = "X-Archive-Subrepositories"
YES = ("true", "1", "on", "yes")


class _Refusal(Exception):
    """There is no such archive: in Kallithea's words, and of which kind the reason is."""

    def __init__(self, kind: str, reason: str, status: int) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.status = kind, reason, status


@page("<repository>/archive/<rest:name>")
def archive(actor: Actor, request: PageRequest, repository: Readable, name: str) -> HttpResponseBase:
    """Give the tree of a revision, or a directory of it: `<revision>[/<directory>].<format>`.

    Without a name, `revision` and `format` in the query choose one, as a form sends them.
    """
    try:
        if not repository.has_downloads:
            raise _Refusal("disabled", "Downloads disabled", 403)
        return _sent(actor, request, repository, name) if name else _chosen(request, repository)
    except _Refusal as refusal:
        command = f"{repository.scheme} clone {site_of(request)}{address_of(repository.name)}"
        context = {"refusal": refusal, "formats": FORMATS, "command": command}
        return repository_page(request, actor, repository, "", "archives/refused.html", context, status=refusal.status)


def _chosen(request: PageRequest, repository: Readable) -> HttpResponseBase:
    wanted = request.GET.get("format", FORMATS[0])
    if wanted not in FORMATS:
        raise Invalid(f"format is one of {', '.join(FORMATS)}")
    name = f"{request.GET.get('revision', '')}.{wanted}"
    query = {each: request.GET.get(each) or None for each in (SUBREPOSITORIES, "path")}
    return HttpResponseRedirect(address_of(repository.name, "archive", name, **query))


def _sent(actor: Actor, request: PageRequest, repository: Readable, name: str) -> HttpResponseBase:
    opened = open_repository(repository)
    wanted = _wanted(request, repository, opened, name)
    trees = _inner_trees(actor, request, opened, wanted)
    tag = wanted.tag(opened.refs(), None if trees is None else _tags(wanted, trees))
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponseBase
    try:
        if tag in known or "*" in known:
            response = HttpResponseNotModified()
        elif request.method == "HEAD":
            opened.tree(wanted.raw_id, wanted.path)  # whether there is such a directory
            response = HttpResponse()
        else:
            response = StreamingHttpResponse(_content(opened, wanted, trees))
            note_download(actor, repository, wanted.filename, wanted.raw_id)
    except PathNotFound:
        raise _Refusal("directory", f"Unknown directory {shown(wanted.path)}", 404) from None
    response["ETag"] = tag
    if trees is not None:
        response[SUBREPOSITORIES_TOLD] = f"{len(trees.found)} included, {trees.left_out} left out"
    if response.status_code == 200:  # noqa: PLR2004 a status of HTTP
        response["Content-Type"] = TYPES[wanted.archive_format]
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=wanted.filename)
    return response


def _wanted(request: PageRequest, repository: Readable, opened: Repository, name: str) -> Archive:
    parts = split_format(name)
    if parts is None:
        raise _Refusal("type", "Unknown archive type", 400)
    try:
        place = place_from(opened, parts[0], landing_of(opened, repository))
    except EmptyRepository:
        raise _Refusal("empty", "Empty repository", 404) from None
    except RevisionNotFound:
        raise _Refusal("revision", f"Unknown revision {shown(parts[0])}", 404) from None
    return Archive(repository, place.raw_id, (place.path or request.GET.get("path", "")).strip("/"), parts[1])


def _inner_trees(actor: Actor, request: PageRequest, opened: Repository, wanted: Archive) -> InnerTrees | None:
    """Find what else goes into it, if that was asked for."""
    if request.GET.get(SUBREPOSITORIES, "").lower() not in YES:
        return None
    place = FilePlace(wanted.repository, opened, wanted.raw_id, wanted.raw_id, wanted.path)
    return inner_trees(actor, site_of(request), place)


def _tags(wanted: Archive, trees: InnerTrees) -> list[tuple[str, str]]:
    return [
        (each.path, Archive(each.repository, each.raw_id, "", wanted.archive_format).tag(each.opened.refs()))
        for each in trees.found
    ]


def _streams(opened: Repository, wanted: Archive, trees: InnerTrees) -> Iterator[Iterator[bytes]]:
    yield opened.archive(wanted.raw_id, "tar", prefix=wanted.prefix, path=wanted.path)
    for each in trees.found:
        yield each.opened.archive(each.raw_id, "tar", prefix=f"{wanted.prefix}/{each.path}")


def _content(opened: Repository, wanted: Archive, trees: InnerTrees | None) -> Running:
    place = take_place()
    try:
        if trees is not None and trees.found:
            content = joined(_streams(opened, wanted, trees), wanted.archive_format)
        else:
            content = opened.archive(wanted.raw_id, wanted.archive_format, prefix=wanted.prefix, path=wanted.path)
    except BaseException:
        place.release()
        raise
    return Running(content, place)
