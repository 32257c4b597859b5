"""Bringing the database to the version of the code."""

from __future__ import annotations

import os

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from belvedere.cli.failure import Failure


def bring_up_to_date() -> None:
    """Apply the migrations that are missing, if any; a database of a newer version is left alone."""
    try:
        make_file()
        executor = MigrationExecutor(connection)
        refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except (DatabaseError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise Failure(f"the database cannot be used: {reason}") from error
    finally:
        connection.close()


def make_file() -> None:
    """Make SQLite's file before SQLite does, which takes the mode of its companions from it."""
    if not settings.BELVEDERE.database:
        os.close(os.open(settings.BELVEDERE.database_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def refuse_newer(executor: MigrationExecutor) -> None:
    """Refuse a database that holds a migration which this code does not know."""
    ours = {app.label for app in apps.get_app_configs()}
    unknown = sorted(
        f"{label}.{name}"
        for label, name in executor.loader.applied_migrations
        if label in ours and (label, name) not in executor.loader.disk_migrations
    )
    if unknown:
        raise Failure(f"the database was made by a newer Belvedere (it holds {unknown[0]}); install that version")
