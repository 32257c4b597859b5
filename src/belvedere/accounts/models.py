"""Users and what belongs to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from belvedere.access.models import Grant, grant_constraints, grant_indexes


class UserManager(BaseUserManager["User"]):
    """Finds users; people come through `fetch`."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Give the user of this name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person or program with a name; `default` (id 1) stands for everyone.

    `awaits` says why somebody who signed up is not active yet; it is empty for everyone else.
    """

    class Awaits(models.TextChoices):
        """What has to happen before somebody who signed up can sign in."""

        NOTHING = ""
        ADDRESS = "address", "confirmation of the e-mail address"
        APPROVAL = "approval", "approval by an administrator"

    username = models.CharField(max_length=64, unique=True)
    firstname = models.CharField(max_length=255, blank=True)
    lastname = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    extern_type = models.CharField(max_length=64, default="internal")
    extern_name = models.CharField(max_length=255, blank=True)
    awaits = models.CharField(max_length=16, blank=True, choices=Awaits.choices)
    created_on = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_any_case")]

    def __str__(self) -> str:
        return self.username


class EmailAddress(models.Model):
    """An address, stored in lower case; at most one of a user's is the main one.

    Until `verified_on` it is only a claim, which others may make too: it proves nothing, and nothing is sent there but
    the link that verifies it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=254, db_index=True)
    is_main = models.BooleanField(default=False)
    verified_on = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address"], name="email_once"),
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(verified_on__isnull=False), name="email_verified_once"
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(is_main=True), name="email_one_main"),
        ]

    def __str__(self) -> str:
        return self.address


class ApiKey(models.Model):
    """A key that acts as its user: found by a keyed digest, kept sealed, so that a stolen database shows none.

    Every user has one automatic key. `sealed` is null for keys that are shown only once, `scope` (as
    `access.scope` stores it) for those that are not narrowed. `last_used` is right to a few minutes.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="keys")
    digest = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField(null=True)
    description = models.CharField(max_length=255, blank=True)
    is_automatic = models.BooleanField(default=False)
    scope = models.JSONField(null=True)
    expires_on = models.DateTimeField(null=True)
    created_on = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True)
    last_address = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(is_automatic=True), name="key_one_automatic"),
        ]

    def __str__(self) -> str:
        return f"key #{self.pk}"


class SshKey(models.Model):
    """A public key whose owner acts as its user over SSH: `text` is its type and its content in base64, no comment.

    `fingerprint` is the SHA-256 of the content in base64 without padding; no two users have the same key.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ssh_keys")
    text = models.TextField()
    fingerprint = models.CharField(max_length=43, unique=True)
    description = models.CharField(max_length=255, blank=True)
    created_on = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"SSH key {self.fingerprint}"


class AddressRule(models.Model):
    """A network from which a user may come; rows of `default` hold for everyone. No active rows: from anywhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="address_rules")
    network = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="address_rule_once")]

    def __str__(self) -> str:
        return self.network


class UserGroup(models.Model):
    """Users who get grants together; `key` is the name as it is compared with others, without regard to case."""

    name = models.CharField(max_length=255, unique=True)
    key = models.CharField(max_length=600, unique=True)  # a letter folds to three at most
    description = models.TextField(blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    created_on = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `key` right: SQLite's LOWER, which an index would use, knows ASCII only."""
        self.key = self.name.casefold()
        super().save(*args, **kwargs)


class Membership(models.Model):
    """One user in one user group."""

    user_group = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "user_group"], name="membership_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} in user group {self.user_group_id}"


class UserGroupGrant(Grant):
    """A level on a user group."""

    target = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="grants")

    class Meta(Grant.Meta):
        constraints = grant_constraints("user_group_grant", "target")
        indexes = grant_indexes("usergrp_grant", "target")


class GlobalGrant(models.Model):
    """A permission that is about no object, such as `hg.create.repository`, for a user or a user group."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="global_grants")
    user_group = models.ForeignKey(UserGroup, on_delete=models.CASCADE, null=True, related_name="global_grants")
    permission = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "permission"], name="global_grant_user"),
            models.UniqueConstraint(fields=["user_group", "permission"], name="global_grant_group"),
        ]

    def __str__(self) -> str:
        return self.permission


class Session(models.Model):
    """A browser that signed in, found by the keyed digest of what its cookie holds.

    It ends at `expires_on`, which each use moves on, and with the password it was made with: `password_mark` is a
    digest of that one's hash. `last_seen` and `address` are right to a few minutes.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    digest = models.BinaryField(max_length=32, unique=True)
    password_mark = models.BinaryField(max_length=32)
    is_remembered = models.BooleanField(default=False)
    created_on = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"session #{self.pk}"


class Failures(models.Model):
    """How often something was tried in vain since `since`: `digest` is of who tried, or whose password it was.

    Rows of those who came in tell from where, without a count.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    count = models.IntegerField()
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "failures"

    def __str__(self) -> str:
        return f"{self.count} failures"
