"""Bring deleted repositories back, or remove them for good."""

from __future__ import annotations

from typing import Annotated

from belvedere.accounts.fetch import at_the_console
from belvedere.cli.age import age_from
from belvedere.cli.command import command
from belvedere.cli.failure import Failure
from belvedere.errors import DomainError, domain_error_from
from belvedere.repos import recycling
from belvedere.repos.undeletion import undelete as bring_back
from belvedere.vcs.errors import VcsError


@command
def list_() -> None:
    """List the deleted repositories that can come back."""
    for entry in recycling.entries():
        about = entry.about
        print(f"{entry.name}  {about['repo_type']}  {about['repo_name']}  (of {about['owner']}, id {about['repo_id']})")


@command
def undelete(
    entry: Annotated[str, "what `list` calls it, or the repository's full name"],
    *,
    name: Annotated[str | None, "another full name to bring it back under"] = None,
) -> None:
    """Bring a deleted repository back, with its id, owner, grants and followers as far as these are still there."""
    try:
        found = bring_back(at_the_console(), recycling.entry_called(entry), name)
    except DomainError as error:
        raise Failure(error.message) from error
    except VcsError as error:
        raise Failure(str(domain_error_from(error))) from error
    row = found.repository
    print(f"The repository {row.name} is back (id {row.pk}, owner {row.owner.username}).")
    if found.lost:
        print(f"Not found any more, and left out: {', '.join(found.lost)}")


@command
def purge(
    *,
    older_than: Annotated[str, "age such as 12h, 30d or 8w; 0d for everything (default: 30d)"] = "30d",
) -> None:
    """Remove for good what was deleted long ago."""
    for entry in recycling.purge(age_from(older_than, "--older-than")):
        print(f"removed {entry.name}")
