"""Repositories, repository groups, forks and their storage."""
