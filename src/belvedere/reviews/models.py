"""Pull requests with their iterations and reviewers, and comments, which carry the votes."""

from __future__ import annotations

from django.db import models
from django.db.models.deletion import SET_NULL, Collector

from belvedere.repos.models import NAME_LENGTH, Repository
from belvedere.reviews.hashes import HashField

USERNAME_LENGTH = 64
PATH_LENGTH = 4096
REF_KINDS = ("branch", "tag", "book", "rev")


class Status(models.TextChoices):
    """Whether a pull request is still open; the words are those of the API."""

    NEW = "new"
    CLOSED = "closed"


class Verdict(models.TextChoices):
    """What a vote can say."""

    NOT_REVIEWED = "not_reviewed"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    REJECTED = "rejected"


def keep_name(
    collector: Collector, field: models.ForeignKey[object, object], rows: models.QuerySet[PullRequest], using: str
) -> None:
    """Let pull requests outlive the repository that they come from, and remember what that was called last."""
    name_field = PullRequest._meta.get_field("origin_name")
    origins = Repository.objects.using(using).filter(pk__in=rows.values("origin_id"))
    for pk, name in origins.values_list("pk", "name"):
        collector.add_field_update(name_field, name, rows.filter(origin_id=pk))
    SET_NULL(collector, field, rows, using)  # last: the rows above are found by what this takes away


class PullRequest(models.Model):
    """The wish that changesets of one repository (`origin`) come into another one, or the same (`target`).

    `origin` is null when that repository was deleted, `owner` when that user was; the names are kept then.
    `iteration_count` is the number of the current iteration. `origin_head` is the newest of its changesets, `ancestor`
    what origin and target have in common.
    """

    title = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    owner_name = models.CharField(max_length=USERNAME_LENGTH)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    origin = models.ForeignKey(Repository, on_delete=keep_name, null=True, related_name="pull_requests_from")
    origin_name = models.CharField(max_length=NAME_LENGTH)
    origin_ref_kind = models.CharField(max_length=8)
    origin_ref_name = models.CharField(max_length=NAME_LENGTH)
    origin_head = HashField()
    target = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="pull_requests_into")
    target_ref_kind = models.CharField(max_length=8)
    target_ref_name = models.CharField(max_length=NAME_LENGTH)
    target_head = HashField()
    ancestor = HashField()
    iteration_count = models.PositiveIntegerField(default=0)
    created_on = models.DateTimeField(auto_now_add=True)
    updated_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["target", "status", "id"], name="pull_request_into"),
            models.Index(fields=["origin", "status", "id"], name="pull_request_from"),
            models.Index(fields=["owner", "status", "id"], name="pull_request_owned"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more happens to it."""
        return self.status == Status.CLOSED


class Iteration(models.Model):
    """What a pull request proposed at one time; the first has the number 1."""

    pull_request = models.ForeignKey(PullRequest, on_delete=models.CASCADE, related_name="iterations")
    number = models.PositiveIntegerField()
    origin_head = HashField()
    target_head = HashField()
    ancestor = HashField()
    created_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pull_request", "number"], name="iteration_once")]

    def __str__(self) -> str:
        return f"iteration {self.number} of pull request {self.pull_request_id}"


class IterationChangeset(models.Model):
    """One changeset of an iteration; positions count from the oldest."""

    iteration = models.ForeignKey(Iteration, on_delete=models.CASCADE, related_name="changesets")
    position = models.PositiveIntegerField()
    raw_id = HashField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["iteration", "position"], name="iteration_position")]

    def __str__(self) -> str:
        return str(self.raw_id)


class Reviewer(models.Model):
    """A user who was asked to look at a pull request, and why."""

    pull_request = models.ForeignKey(PullRequest, on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=NAME_LENGTH, blank=True)
    added_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pull_request", "user"], name="reviewer_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} reviews pull request {self.pull_request_id}"


class Comment(models.Model):
    """What somebody said of a changeset (`raw_id`) or of a pull request, about a line of a file or about all of it.

    A vote is said in a comment too, whose text may be empty; earlier votes stay, the newest of each user counts.
    `line` is `n` or `o` with the number of a new or an old line. On a pull request `iteration` is the one that was
    current, `raw_id` its newest changeset, and `repository` the target. `author` is null when the user was deleted.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="+")
    pull_request = models.ForeignKey(PullRequest, on_delete=models.CASCADE, null=True, related_name="comments")
    iteration = models.ForeignKey(Iteration, on_delete=models.CASCADE, null=True, related_name="+")
    raw_id = HashField()
    author = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=USERNAME_LENGTH)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=PATH_LENGTH, blank=True)
    line = models.CharField(max_length=16, blank=True)
    vote = models.CharField(max_length=16, choices=Verdict.choices, blank=True)
    is_closing = models.BooleanField(default=False)
    created_on = models.DateTimeField(auto_now_add=True)
    modified_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pull_request__isnull=True, iteration__isnull=True)
                | models.Q(pull_request__isnull=False, iteration__isnull=False),
                name="comment_iteration",
            ),
        ]
        indexes = [
            models.Index(fields=["repository", "raw_id"], name="comment_on_changeset"),
            models.Index(fields=["repository", "id"], name="comment_in_repository"),
        ]

    def __str__(self) -> str:
        return f"comment #{self.pk}"
