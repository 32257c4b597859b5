"""How each kind of event is told: its topic, and its sentence with places for the things in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Facts = dict[str, Any]
Pattern = str | Callable[[Facts], str]

SIGNING_IN = "Signing in"
USERS = "Users"
KEYS = "Keys"
PERMISSIONS = "Permissions"
GROUPS = "User groups"
REPOSITORIES = "Repositories"
PUSHES = "Pushes"
REVIEWS = "Reviews"
GISTS = "Gists"
SITE = "Site"
TOPICS = (SIGNING_IN, USERS, KEYS, PERMISSIONS, GROUPS, REPOSITORIES, PUSHES, REVIEWS, GISTS, SITE)


def _session(facts: Facts) -> str:
    return "signed in, to stay signed in" if facts["is_remembered"] else "signed in"


def _sessions_ended(facts: Facts) -> str:
    return "ended a session of {user}" if facts["count"] == 1 else "ended {count} sessions of {user}"


def _failure(facts: Facts) -> str:
    door = " with Mercurial or Git" if facts.get("way") == "client" else ""
    return f"failed to sign in{door} " + ("as {user}" if facts["username"] else "under a name that nobody has")


def _key_refused(facts: Facts) -> str:
    reasons = {
        "expired": "came with the API key {key} of {user}, which has expired",
        "inactive": "came with the API key {key} of {user}, who is not active",
        "address": "came with the API key {key} of {user} from an address that is not allowed",
        "unknown": "came with an API key that nobody has",
    }
    return reasons[facts["reason"]]


def _signed_up(facts: Facts) -> str:
    waits = {"address": " (to be confirmed by e-mail)", "approval": " (waits for approval)"}
    return "signed up as {user}" + waits.get(facts["awaits"], "")


def _user_created(facts: Facts) -> str:
    return f"created the {'administrator' if facts['is_administrator'] else 'user'} {{user}}"


def _updated(what: str) -> Callable[[Facts], str]:
    def pattern(facts: Facts) -> str:
        renamed = " (formerly {former_name})" if facts.get("former_name") else ""
        return f"changed {what}{renamed}: {{changed}}"

    return pattern


def _levels(facts: Facts) -> str:
    where = "{repository}" if facts["object_kind"] == "repository" and facts["count"] == 1 else "{objects}"
    verb = "gave {holder} the {level} level on " if facts["level"] else "took back what {holder} had on "
    return verb + where + (" and {more} more" if facts["count"] > len(facts["objects"]) else "")


def _globals(facts: Facts) -> str:
    parts = [
        f"{verb} {{{name}}}" for name, verb in (("granted", "granted"), ("revoked", "took back")) if facts.get(name)
    ]
    return " and ".join(parts) + (" for everyone" if facts["holder_name"] == "default" else " for {holder}")


def _rule(verb: str) -> Callable[[Facts], str]:
    def pattern(facts: Facts) -> str:
        whom = "everyone" if facts["username"] == "default" else "{user}"
        return f"{verb.format(whom)}"

    return pattern


def _repository_created(facts: Facts) -> str:
    said = {
        "new": "created the repository {repository}",
        "import": "imported the repository {repository}",
        "fork": "forked {parent} as {repository}",
        "found": "adopted the repository {repository}, found on disk",
        "undeleted": "brought the repository {repository} back",
    }
    return said[facts["beginning"]]


def _pushed(facts: Facts) -> str:
    verbs = {
        "push": "pushed to {repository}",
        "pull": "pulled into {repository}",
        "import": "brought content into {repository}",
        "fork": "copied content into {repository}",
    }
    first, last = facts["first_revision"], facts["last_revision"]
    count = 0 if first is None else last - first + 1
    told = [f"{count:,} changeset{'' if count == 1 else 's'}"] if count else []
    if facts["ref_count"]:
        told.append("{refs}")
    return verbs[facts["way"]] + (f" ({', '.join(told)})" if told else "")


def _reviewed(facts: Facts) -> str:
    return "voted {vote} on " + ("{pull_request}" if facts["pull_request_id"] else "{changeset} in {repository}")


@dataclass(frozen=True, slots=True)
class Kind:
    """The topic of a kind of event, and its sentence."""

    topic: str
    pattern: Pattern


KINDS: dict[str, Kind] = {
    "SessionBegun": Kind(SIGNING_IN, _session),
    "SessionsEnded": Kind(SIGNING_IN, _sessions_ended),
    "SignInFailed": Kind(SIGNING_IN, _failure),
    "ApiKeyRefused": Kind(SIGNING_IN, _key_refused),
    "UserSignedUp": Kind(USERS, _signed_up),
    "UserCreated": Kind(USERS, _user_created),
    "UserUpdated": Kind(USERS, _updated("{user}")),
    "UserApproved": Kind(USERS, "let in {user}, who had signed up"),
    "UserDeleted": Kind(USERS, "deleted the user {gone_user}"),
    "PasswordChanged": Kind(USERS, "changed the password of {user}"),
    "OwnershipMoved": Kind(
        USERS,
        "gave what {user} owned to {owner}: {repositories} repositories, {repository_groups} repository groups, "
        "{user_groups} user groups",
    ),
    "EmailAdded": Kind(USERS, "added the e-mail address {email} to {user}"),
    "EmailVerified": Kind(USERS, "verified the e-mail address {email} of {user}"),
    "EmailRemoved": Kind(USERS, "removed the e-mail address {email} from {user}"),
    "ApiKeyCreated": Kind(KEYS, "made the API key {key} for {user}"),
    "ApiKeyDeleted": Kind(KEYS, "deleted the API key {key} of {user}"),
    "ApiKeyReset": Kind(KEYS, "renewed the automatic API key of {user}"),
    "SshKeyAdded": Kind(KEYS, "added the SSH key {key} for {user}"),
    "SshKeyDeleted": Kind(KEYS, "deleted the SSH key {key} of {user}"),
    "AddressRuleAdded": Kind(PERMISSIONS, _rule("let {} come from {{network}}")),
    "AddressRuleRemoved": Kind(PERMISSIONS, _rule("removed the rule that let {} come from {{network}}")),
    "AnonymousAccessChanged": Kind(
        PERMISSIONS,
        lambda facts: "opened the site to everybody" if facts["is_open"] else "closed the site to who is not signed in",
    ),
    "GlobalPermissionsChanged": Kind(PERMISSIONS, _globals),
    "LevelsChanged": Kind(PERMISSIONS, _levels),
    "UserGroupCreated": Kind(GROUPS, "created the user group {user_group}"),
    "UserGroupUpdated": Kind(GROUPS, _updated("the user group {user_group}")),
    "UserGroupDeleted": Kind(GROUPS, "deleted the user group {name}"),
    "MemberAdded": Kind(GROUPS, "added {user} to the user group {user_group}"),
    "MemberRemoved": Kind(GROUPS, "removed {user} from the user group {user_group}"),
    "RepositoryCreated": Kind(REPOSITORIES, _repository_created),
    "RepositoryUpdated": Kind(REPOSITORIES, _updated("{repository}")),
    "RepositoryDeleted": Kind(REPOSITORIES, "deleted the repository {name}"),
    "RepositoryForgotten": Kind(REPOSITORIES, "took the repository {name} off the list: it is not on disk"),
    "RepositoryPurged": Kind(REPOSITORIES, "removed the deleted repository {name} for good"),
    "RepositoryGroupCreated": Kind(REPOSITORIES, "created the repository group {group}"),
    "RepositoryGroupUpdated": Kind(REPOSITORIES, _updated("the repository group {group}")),
    "RepositoryGroupDeleted": Kind(REPOSITORIES, "deleted the repository group {name}"),
    "Rescanned": Kind(REPOSITORIES, "rescanned the disk: {added} found, {missing} missing"),
    "AllReread": Kind(REPOSITORIES, "had every repository read anew"),
    "ArchiveDownloaded": Kind(REPOSITORIES, "downloaded {filename} from {repository}"),
    "Pushed": Kind(PUSHES, _pushed),
    "PullRequestCreated": Kind(REVIEWS, "opened {pull_request}: {title}"),
    "PullRequestUpdated": Kind(REVIEWS, "changed {pull_request}: {changed}"),
    "PullRequestClosed": Kind(REVIEWS, "closed {pull_request}"),
    "PullRequestCommented": Kind(REVIEWS, "commented on {pull_request}"),
    "ChangesetCommented": Kind(REVIEWS, "commented on {changeset} in {repository}"),
    "Reviewed": Kind(REVIEWS, _reviewed),
    "GistCreated": Kind(GISTS, "created a gist (number {gist_id})"),
    "GistChanged": Kind(GISTS, "changed a gist (number {gist_id})"),
    "GistDeleted": Kind(GISTS, "deleted a gist (number {gist_id})"),
    "AuditForgotten": Kind(SITE, "deleted {count} entries of this log from before {before}"),
    "ChoicesChanged": Kind(SITE, "changed the site: {choices}"),
}
