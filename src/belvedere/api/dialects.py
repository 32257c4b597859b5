"""Where the API document and Kallithea 0.7 differ: answers are rewritten here, at the door, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from belvedere.errors import DomainError

DOCUMENT = "document"
KALLITHEA = "kallithea-0.7"
NAMES = (DOCUMENT, KALLITHEA)


def _repository(result: Any) -> Any:
    shown = _short_members(result)
    if "pull_requests" in shown:
        shown["pull_requests"] = [_pull_request(each) for each in shown["pull_requests"]]
    return shown


def _pull_request(result: Any) -> Any:
    """Tell a vote once for each changeset, and a path as the address."""
    statuses = [vote for vote in result["statuses"] for _changeset in result["revisions"]]
    return {**result, "statuses": statuses, "url": urlsplit(result["url"]).path}


def _newest_review(result: Any) -> Any:
    return {**result, "reviews": result["reviews"][:1]} if "reviews" in result else result


def _short_members(result: Any) -> Any:
    kinds = {"users_group": "user_group"}
    members = [
        {"name": each["name"], "type": kinds.get(each["type"], each["type"]), "permission": each["permission"]}
        for each in result["members"]
    ]
    return {**result, "members": members}


def _plain_message(result: Any) -> Any:
    return {**result, "msg": result["msg"].replace("`", "")}


def _member_added(result: Any) -> Any:
    return {**result, "msg": result["msg"].replace("` to a user group `", "` to user group `")}


def _member_removed(result: Any) -> Any:
    message = re.sub(r"(removed member) (\S+) (from user group) (.+)", r"\1 `\2` \3 `\4`", result["msg"])
    return {**result, "msg": message}


def _for_user_group(result: Any) -> Any:
    return {**result, "msg": result["msg"].replace(" for group: ", " for user group: ", 1)}


def _pulled(result: Any) -> Any:
    return {"msg": result, "repository": _named(result)}


def _refreshed(result: Any, arguments: Mapping[str, Any]) -> Any:
    return {"msg": f"Cache for repository `{arguments['repoid']}` was invalidated", "repository": _named(result)}


def _named(message: str) -> str:
    """Give what a message names between backticks."""
    return message.partition("`")[2].rpartition("`")[0]


KALLITHEA_RESULTS: dict[str, Callable[[Any], Any]] = {
    "get_repo": _repository,
    "get_repo_group": _short_members,
    "pull": _pulled,
    "update_repo": _plain_message,
    "get_changeset": _newest_review,
    "get_pullrequest": _pull_request,
    "add_user_to_user_group": _member_added,
    "remove_user_from_user_group": _member_removed,
    "grant_user_group_permission": _for_user_group,
    "revoke_user_group_permission": _for_user_group,
}


KALLITHEA_ECHOES: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {"invalidate_cache": _refreshed}
"""Answers that repeat an argument as it was given."""


KALLITHEA_ARGUMENTS = {"usersgroupid": "usergroupid"}


def kallithea_argument(name: str) -> str:
    """Give the name that 0.7 knows an argument by."""
    return KALLITHEA_ARGUMENTS.get(name, name)


def result_in(dialect: str, method: str, result: Any, arguments: Mapping[str, Any]) -> Any:
    """Give a result in the form of the dialect; `arguments` are those of the call."""
    if dialect == KALLITHEA and method in KALLITHEA_ECHOES:
        return KALLITHEA_ECHOES[method](result, arguments)
    rewrite = KALLITHEA_RESULTS.get(method) if dialect == KALLITHEA else None
    return result if rewrite is None or result is None else rewrite(result)


def error_in(dialect: str, error: DomainError) -> str:
    """Give an error's text: 0.7 has only the sentence, we tell the reason too."""
    return error.summary if dialect == KALLITHEA else error.message


def null_for_absent(dialect: str) -> bool:
    """Tell whether asking for one missing object gives null (the document) or an error (0.7)."""
    return dialect == DOCUMENT
