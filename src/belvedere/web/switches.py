"""What somebody may do that is about no object, as forms send it."""

from __future__ import annotations

from django.http import QueryDict

from belvedere.errors import Invalid

FIELD = "permission"
OLD_FIELDS = {
    "create_repo_perm": "hg.create.repository",
    "fork_repo_perm": "hg.fork.repository",
    "create_user_group_perm": "hg.usergroup.create.true",
}
"""The fields of Kallithea's form, which names each permission apart."""

YES = ("true", "t", "yes", "y", "on", "1")


def permissions_from(sent: QueryDict) -> set[str]:
    """Read which permissions are wanted.

    Browsers send nothing for what is not ticked, so our forms send one empty name besides: a form of which no field is
    known is `Invalid`, and takes nothing from anybody.
    """
    if FIELD in sent:
        return {each for each in sent.getlist(FIELD) if each}
    if not any(name in sent for name in OLD_FIELDS):
        raise Invalid(f"nothing is changed: `{FIELD}` names what is granted, and is sent empty to take back all")
    return {permission for name, permission in OLD_FIELDS.items() if sent.get(name, "").lower() in YES}
