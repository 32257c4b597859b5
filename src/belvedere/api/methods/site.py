"""Methods about the state of the site, its jobs, and what administrators choose for it."""

from typing import Any, Literal

from belvedere.access.actor import Administrator
from belvedere.accounts.fetch import ManagedUser, NewOwner
from belvedere.api import shapes
from belvedere.api.arguments import Name, Text
from belvedere.api.registry import method
from belvedere.choices.site import Choices, choose, chosen
from belvedere.instance import queue
from belvedere.instance.checks import findings
from belvedere.instance.places import Room, database_place, home_room, repositories_room
from belvedere.repos.ownership import move_ownership as move
from belvedere.repos.rereading import reread_all


@method
def get_site_status(administrator: Administrator, deep: bool = False) -> dict[str, Any]:
    """Tell how the site fares: every check with its verdict, room on disk, and the queue of jobs.

    `deep` adds the checks that take a while on a large site.
    """
    jobs = queue.queue()
    database = database_place()
    return {
        "checks": [
            {"topic": each.topic, "verdict": each.verdict, "text": each.text, "advice": each.advice}
            for each in findings(deep=deep)
        ],
        "database": {"kind": database.kind, "size": database.size},
        "repositories": _room(repositories_room()),
        "home": _room(home_room()),
        "jobs": {
            "waiting": jobs.waiting,
            "later": jobs.later,
            "running": jobs.running,
            "failed": jobs.failed,
            "done": jobs.done,
        },
    }


@method
def get_failed_jobs(administrator: Administrator) -> list[dict[str, Any]]:
    """List the jobs that failed, the last first, at most fifty."""
    return [
        {
            "job_id": each.job_id,
            "name": each.name,
            "failed_on": shapes.moment(each.failed_on),
            "error": each.error,
        }
        for each in queue.failed_jobs(administrator)
    ]


@method
def get_jobs(
    administrator: Administrator, state: Literal["running", "waiting", "later", "failed"] | None = None
) -> list[dict[str, Any]]:
    """List the jobs that run, wait, are put off until `runs_after`, or failed; at most fifty, what runs first.

    `state` asks for one kind. For an import, fork or pull it is told what it is `about`, and who asked for it.
    """
    return [
        {
            "job_id": each.job_id,
            "name": each.name,
            "state": each.state,
            "queued_on": shapes.moment(each.queued_on),
            "began_on": shapes.moment(each.began_on),
            "ended_on": shapes.moment(each.ended_on),
            "runs_after": shapes.moment(each.runs_after),
            "about": each.about,
            "asked_by": each.asked_by,
        }
        for each in queue.listed(administrator, state)
    ]


@method
def cancel_job(administrator: Administrator, job_id: Name) -> dict[str, Any]:
    """Have a job that waits not run, or stop an import, fork or pull that runs: within seconds.

    Other jobs that run are done in a moment, and are not stopped.
    """
    queue.cancel(administrator, job_id)
    return {"msg": f"Job `{job_id}` is cancelled", "success": True}


@method
def retry_jobs(administrator: Administrator, job_id: Name | None = None) -> dict[str, Any]:
    """Have a job that failed run once more, or without `job_id` every one."""
    count = 1
    if job_id is None:
        count = queue.retry_all(administrator)
    else:
        queue.retry(administrator, job_id)
    return {"msg": f"{count} job{'' if count == 1 else 's'} will be tried again", "success": True}


@method
def get_site_choices(administrator: Administrator) -> dict[str, Any]:
    """Tell what the site is called, what stands above every page, and what new repositories begin with.

    An empty `title` stands for the one in the settings.
    """
    return _choices(chosen())


@method
def update_site_choices(
    administrator: Administrator,
    title: Text | None = None,
    announcement: Text | None = None,
    repo_type: Literal["hg", "git"] | None = None,
    private: bool | None = None,
    enable_downloads: bool | None = None,
    enable_statistics: bool | None = None,
) -> dict[str, Any]:
    """Change what the site is called, the announcement and what new repositories begin with; what is not given stays.

    An empty `title` gives back the one in the settings, an empty `announcement` takes it away.
    """
    given = {
        "title": title,
        "announcement": announcement,
        "repository_type": repo_type,
        "repository_private": private,
        "repository_downloads": enable_downloads,
        "repository_statistics": enable_statistics,
    }
    changed = choose(administrator, **{name: value for name, value in given.items() if value is not None})
    return {"msg": "Updated the site", "success": True, **_choices(changed)}


@method
def move_ownership(administrator: Administrator, userid: ManagedUser, owner: NewOwner) -> dict[str, Any]:
    """Give all repositories, repository groups and user groups that a user owns to another one."""
    move(administrator, userid, owner)
    return {"msg": f"What `{userid.username}` owned belongs to `{owner.username}` now", "success": True}


@method
def reread_repos(administrator: Administrator) -> dict[str, Any]:
    """Have every repository read anew in the background, as after a change by hand on the server's disk."""
    count = reread_all(administrator)
    return {"msg": f"{count} repositories are read anew", "success": True}


def _room(room: Room) -> dict[str, Any]:
    return {"path": str(room.path), "total": room.total, "free": room.free}


def _choices(now: Choices) -> dict[str, Any]:
    return {
        "title": now.title,
        "announcement": now.announcement,
        "repo_type": now.repository_type,
        "private": now.repository_private,
        "enable_downloads": now.repository_downloads,
        "enable_statistics": now.repository_statistics,
    }
