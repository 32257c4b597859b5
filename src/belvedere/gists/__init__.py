"""Gists: a few files each, kept as a repository of its own for as long as their author wants."""
