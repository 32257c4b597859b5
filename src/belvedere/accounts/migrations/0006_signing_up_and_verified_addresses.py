"""Let people sign up, and tell addresses that were verified from those that are only claimed."""

from django.db import migrations, models
from django.db.models.functions import Now


def believe_administrators(apps, schema_editor):
    # Until now only administrators entered addresses.
    apps.get_model("accounts", "EmailAddress").objects.update(verified_on=Now())


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='emailaddress',
            name='verified_on',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(believe_administrators, migrations.RunPython.noop),
        migrations.AddField(
            model_name='user',
            name='awaits',
            field=models.CharField(blank=True, choices=[('', 'Nothing'), ('address', 'confirmation of the e-mail address'), ('approval', 'approval by an administrator')], max_length=16),
        ),
        migrations.AlterField(
            model_name='emailaddress',
            name='address',
            field=models.CharField(db_index=True, max_length=254),
        ),
        migrations.AddConstraint(
            model_name='emailaddress',
            constraint=models.UniqueConstraint(fields=('user', 'address'), name='email_once'),
        ),
        migrations.AddConstraint(
            model_name='emailaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('verified_on__isnull', False)), fields=('address',), name='email_verified_once'),
        ),
    ]
