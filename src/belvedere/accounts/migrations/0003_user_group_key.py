"""Compare the names of user groups without regard to case in every script."""

from django.db import migrations, models


def fill(apps, schema_editor):
    groups = apps.get_model("accounts", "UserGroup")
    for group in groups.objects.all():
        group.key = group.name.casefold()
        group.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_default_user")]
    operations = [
        migrations.AddField("UserGroup", "key", models.CharField(max_length=600, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("UserGroup", "key", models.CharField(max_length=600, unique=True)),
        migrations.RemoveConstraint("UserGroup", "user_group_name_any_case"),
    ]
