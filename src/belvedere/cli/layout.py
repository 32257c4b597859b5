"""What lies where in a home directory."""

SETTINGS_FILE = "belvedere.toml"
DATABASE_FILE = "belvedere.db"
SECRET_FILE = "secret"  # noqa: S105 the name of a file
INITIAL_FILE = "initial-admin.json"
LOCK_FILE = "lock"
