"""Repositories as data: one interface over Mercurial and Git, usable without the rest of Belvedere."""
