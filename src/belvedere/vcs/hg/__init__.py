"""Mercurial behind the common interface: its library in a pool of worker processes."""
