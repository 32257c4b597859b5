"""Repositories and the groups that hold them."""

from __future__ import annotations

from django.db import models

from belvedere.access.models import Grant, grant_constraints, grant_indexes

NAME_LENGTH = 255


class RepositoryGroup(models.Model):
    """A folder of repositories and groups; `name` is the full path, `key` what makes it unique (see `names.key`)."""

    name = models.CharField(max_length=NAME_LENGTH)
    key = models.CharField(max_length=NAME_LENGTH, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="groups")
    description = models.TextField(blank=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["name"]),
            models.Index(fields=["parent", "key"], name="group_listed_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Repository(models.Model):
    """A repository: `name` is the full path, `storage` the directory below the repository root, which never moves.

    `last_changeset` is what the API shows of the newest changeset, kept right by every push; null while empty.
    `remote_uri` holds nothing that authenticates: that is sealed in `remote_secret`.
    """

    name = models.CharField(max_length=NAME_LENGTH)
    key = models.CharField(max_length=NAME_LENGTH, unique=True)
    group = models.ForeignKey(RepositoryGroup, on_delete=models.PROTECT, null=True, related_name="repositories")
    scheme = models.CharField(max_length=16)
    storage = models.CharField(max_length=1024, unique=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    description = models.TextField(blank=True)
    is_private = models.BooleanField(default=False)
    fork_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="forks")
    remote_uri = models.CharField(max_length=2048, blank=True)
    remote_secret = models.BinaryField(null=True)
    landing_kind = models.CharField(max_length=8, default="rev")
    landing_name = models.CharField(max_length=NAME_LENGTH, default="tip")
    has_downloads = models.BooleanField(default=True)
    has_statistics = models.BooleanField(default=True)
    created_on = models.DateTimeField(auto_now_add=True)
    updated_on = models.DateTimeField(auto_now_add=True)
    last_changeset = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["name"]),
            models.Index(fields=["group", "key"], name="repository_listed_by_name"),
            models.Index(fields=["group", "updated_on", "id"], name="repository_listed_by_change"),
            models.Index(fields=["updated_on", "id"], name="repository_by_change"),
        ]

    def __str__(self) -> str:
        return self.name


class RepositoryGrant(Grant):
    """A level on a repository."""

    target = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="grants")
    # A user group that is granted something on repositories is not deleted: who lost what would be hard to tell.
    user_group = models.ForeignKey("accounts.UserGroup", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(Grant.Meta):
        constraints = grant_constraints("repository_grant", "target")
        indexes = grant_indexes("repository_grant", "target")


class RepositoryGroupGrant(Grant):
    """A level on a repository group; write means to create in it."""

    target = models.ForeignKey(RepositoryGroup, on_delete=models.CASCADE, related_name="grants")

    class Meta(Grant.Meta):
        constraints = grant_constraints("repo_group_grant", "target")
        indexes = grant_indexes("repo_group_grant", "target")


class Following(models.Model):
    """A user who watches a repository."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="followings")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repository", "user"], name="following_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} follows repository {self.repository_id}"


class ExtraField(models.Model):
    """A field that a repository's administrators added to it; the API shows its value as `ex_<key>`."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="extra_fields")
    key = models.CharField(max_length=64)
    label = models.CharField(max_length=NAME_LENGTH, blank=True)
    value = models.TextField(blank=True)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repository", "key"], name="extra_field_once")]

    def __str__(self) -> str:
        return f"ex_{self.key} of repository {self.repository_id}"


class Figures(models.Model):
    """What is counted of a repository in the background, so that no page counts it again.

    `size` is in bytes, measured when the row said `measured_on` of its last change. `languages` are numbers of files by
    language in the tree of `languages_of`. `history` is what pages show of the history up to a changeset that it names,
    and `progress` what it takes to go on from there: much, so it stands last and is read only for that.
    """

    repository = models.OneToOneField(Repository, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    size = models.BigIntegerField(null=True)
    measured_on = models.DateTimeField(null=True)
    languages = models.JSONField(null=True)
    languages_of = models.CharField(max_length=64, blank=True)
    history = models.JSONField(null=True)
    progress = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"figures of repository {self.repository_id}"


class PushIntent(models.Model):
    """A push that was announced and has not been recorded yet; what is left of it after a crash is reconciled."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=64)
    names = models.JSONField(default=list)
    node = models.CharField(max_length=255)
    announced_on = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"push intent #{self.pk}"


class Arrival(models.Model):
    """Something that a job brings in: a repository that is to be, by import or fork, or a pull into one that is there.

    The job of this id works on it, and no other. A repository to be holds its name (the last part, in the group) and
    its place on disk (`storage`) from the beginning, and nobody else sees anything of it until it is whole: then its
    row is made and this one goes. A pull stays to tell how it ended. `plan` is what was typed, as JSON values.
    `progress` is where a running one is, and for a pull that is done what it moved; `told` is why one failed.
    """

    class Way(models.TextChoices):
        """How it comes."""

        IMPORT = "import"
        FORK = "fork"
        PULL = "pull"

    class State(models.TextChoices):
        """What becomes of it."""

        WAITING = "waiting"
        RUNNING = "running"
        FAILED = "failed"
        DONE = "done"

    way = models.CharField(max_length=8, choices=Way.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=64)
    repository = models.OneToOneField(Repository, on_delete=models.CASCADE, null=True, related_name="arrival")
    group = models.ForeignKey(RepositoryGroup, on_delete=models.PROTECT, null=True, related_name="arrivals")
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    key = models.CharField(max_length=NAME_LENGTH, blank=True, db_index=True)
    scheme = models.CharField(max_length=16)
    storage = models.CharField(max_length=1024, blank=True)
    source = models.ForeignKey(Repository, on_delete=models.SET_NULL, null=True, related_name="+")
    remote_uri = models.CharField(max_length=2048, blank=True)
    remote_secret = models.BinaryField(null=True)
    plan = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    asked_on = models.DateTimeField(auto_now_add=True)
    began_on = models.DateTimeField(null=True)
    ended_on = models.DateTimeField(null=True)
    progress = models.JSONField(null=True)
    told = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["job_id"], name="arrival_by_job")]

    def __str__(self) -> str:
        return f"{self.way} of {self.repository or self.path}"

    @property
    def path(self) -> str:
        """The full name of a repository to be; empty for a pull."""
        return f"{self.group.name}/{self.name}" if self.group is not None else self.name
