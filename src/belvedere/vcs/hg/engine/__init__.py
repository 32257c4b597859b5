"""Mercurial's library behind plain functions over an opened repository; nothing else imports `mercurial`."""

import os

# Mercurial copies the environment while it is imported, so this must stand before any import of it: no configuration
# but ours (neither the system's, the user's nor a repository's own hgrc), no aliases, no translations, bytes are UTF-8.
for _name in [name for name in os.environ if name.startswith("HG")]:
    del os.environ[_name]
os.environ.update(HGRCPATH="", HGPLAIN="1", HGRCSKIPREPO="1", HGENCODING="utf-8")
