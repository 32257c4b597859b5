"""What happens to users, user groups, keys and permissions, as events."""

from __future__ import annotations

from dataclasses import dataclass

from belvedere.events.bus import Happening


@dataclass(frozen=True, kw_only=True)
class AboutUser(Happening):
    """Base of what happens to a user, called as he was then."""

    user_id: int
    username: str


@dataclass(frozen=True, kw_only=True)
class SessionBegun(AboutUser):
    """Somebody signed in with a browser; `is_remembered` if it keeps him signed in."""

    is_remembered: bool


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(AboutUser):
    """Browsers were signed out: `count` of them, by themselves or by an administrator."""

    count: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Happening):
    """Somebody gave a wrong password, or came as a user who may not sign in, or from where he may not.

    What was typed for a name that nobody has is not kept: it may be a password in the wrong field. Once a sign-in is
    refused for too many attempts, nothing more is noted. `way` is `page`, or `client` for those of Mercurial and Git.
    """

    user_id: int | None
    username: str
    way: str = "page"


@dataclass(frozen=True, kw_only=True)
class ApiKeyRefused(Happening):
    """Somebody came with an API key that is `unknown`, `expired`, of an `inactive` user, or not for his `address`.

    Nothing of a key that nobody has is kept. The same key from the same address is told once in a while.
    """

    reason: str
    user_id: int | None = None
    username: str = ""
    key_id: int | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class UserSignedUp(AboutUser):
    """Somebody made an account for himself; `awaits` is what has to happen next, empty for nothing."""

    awaits: str


@dataclass(frozen=True, kw_only=True)
class UserCreated(AboutUser):
    """A user was created by an administrator, or with the site."""

    is_administrator: bool


@dataclass(frozen=True, kw_only=True)
class UserUpdated(AboutUser):
    """What is said of a user changed: `changed` names the fields, with the new value where it is true or false.

    `former_name` is the username before, where that changed.
    """

    changed: list[str]
    former_name: str = ""


@dataclass(frozen=True, kw_only=True)
class UserApproved(AboutUser):
    """An administrator let somebody in who had signed up."""


@dataclass(frozen=True, kw_only=True)
class UserDeleted(AboutUser):
    """A user was deleted, with all that was his alone."""


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(AboutUser):
    """A user has another password."""


@dataclass(frozen=True, kw_only=True)
class OwnershipMoved(AboutUser):
    """All that a user owned has another owner: so many repositories, repository groups and user groups."""

    owner_id: int
    owner_name: str
    repositories: int
    repository_groups: int
    user_groups: int


@dataclass(frozen=True, kw_only=True)
class AboutEmail(AboutUser):
    """Base of what happens to an e-mail address of a user."""

    email: str


@dataclass(frozen=True, kw_only=True)
class EmailAdded(AboutEmail):
    """A user has a further e-mail address."""


@dataclass(frozen=True, kw_only=True)
class EmailVerified(AboutEmail):
    """It was shown that an e-mail address belongs to its user."""


@dataclass(frozen=True, kw_only=True)
class EmailRemoved(AboutEmail):
    """A user has an e-mail address no more."""


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(AboutUser):
    """A user has a further API key; nothing of the key itself is here."""

    key_id: int
    description: str
    is_narrowed: bool


@dataclass(frozen=True, kw_only=True)
class ApiKeyDeleted(AboutUser):
    """An API key does not work any more."""

    key_id: int
    description: str


@dataclass(frozen=True, kw_only=True)
class ApiKeyReset(AboutUser):
    """A user's automatic API key is a new one."""


@dataclass(frozen=True, kw_only=True)
class AboutSshKey(AboutUser):
    """Base of what happens to an SSH key of a user."""

    fingerprint: str
    description: str


@dataclass(frozen=True, kw_only=True)
class SshKeyAdded(AboutSshKey):
    """A user comes in with a further SSH key."""


@dataclass(frozen=True, kw_only=True)
class SshKeyDeleted(AboutSshKey):
    """An SSH key lets nobody in any more."""


@dataclass(frozen=True, kw_only=True)
class AboutAddressRule(AboutUser):
    """Base of what happens to a network that a user, or everyone if it is `default`, may come from."""

    network: str


@dataclass(frozen=True, kw_only=True)
class AddressRuleAdded(AboutAddressRule):
    """There is one more."""


@dataclass(frozen=True, kw_only=True)
class AddressRuleRemoved(AboutAddressRule):
    """There is one less; where none is left, everywhere is allowed."""


@dataclass(frozen=True, kw_only=True)
class AnonymousAccessChanged(Happening):
    """Who has not signed in may see what is for everyone, or nothing any more."""

    is_open: bool


@dataclass(frozen=True, kw_only=True)
class GlobalPermissionsChanged(Happening):
    """A `user` or `user group` has other permissions that are about no object; `default` stands for everyone."""

    holder_kind: str
    holder_id: int
    holder_name: str
    granted: list[str]
    revoked: list[str]


@dataclass(frozen=True, kw_only=True)
class LevelsChanged(Happening):
    """A `user` or `user group` has another level on objects of a kind; without `level` his grant was taken back.

    `objects` has the names of the first ten of them, `count` tells how many there are.
    """

    object_kind: str
    objects: list[str]
    count: int
    holder_kind: str
    holder_id: int
    holder_name: str
    level: str


@dataclass(frozen=True, kw_only=True)
class AboutUserGroup(Happening):
    """Base of what happens to a user group, called as it was then."""

    user_group_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class UserGroupCreated(AboutUserGroup):
    """There is a new user group."""


@dataclass(frozen=True, kw_only=True)
class UserGroupUpdated(AboutUserGroup):
    """What is said of a user group changed: `changed` names the fields; `former_name` as for users."""

    changed: list[str]
    former_name: str = ""


@dataclass(frozen=True, kw_only=True)
class UserGroupDeleted(AboutUserGroup):
    """A user group was deleted, with its memberships."""


@dataclass(frozen=True, kw_only=True)
class AboutMember(AboutUserGroup):
    """Base of what happens to a user in a user group."""

    user_id: int
    username: str


@dataclass(frozen=True, kw_only=True)
class MemberAdded(AboutMember):
    """A user came into a user group."""


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(AboutMember):
    """A user is in a user group no more."""
