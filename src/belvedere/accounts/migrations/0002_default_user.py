"""Create the user `default`, who stands for everyone, with the permissions that Kallithea starts with."""

from django.db import migrations

DEFAULT_USER_ID = 1
PERMISSIONS = [
    "repository.read",
    "group.read",
    "usergroup.read",
    "hg.create.repository",
    "hg.fork.repository",
    "hg.usergroup.create.false",
    "hg.register.manual_activate",
    "hg.extern_activate.auto",
]


def create_default(apps, schema_editor):
    # Without an explicit id, so that PostgreSQL's sequence goes on behind it.
    user = apps.get_model("accounts", "User").objects.create(
        username="default", firstname="Anonymous", lastname="User", password="!", extern_type="internal"
    )
    if user.pk != DEFAULT_USER_ID:
        raise RuntimeError(f"the user default has the id {user.pk} instead of {DEFAULT_USER_ID}")
    grants = apps.get_model("accounts", "GlobalGrant")
    grants.objects.bulk_create(grants(user=user, permission=permission) for permission in PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create_default, migrations.RunPython.noop)]
