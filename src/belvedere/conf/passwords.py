"""How passwords are hashed."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's first recommendation: 19 MiB, two passes, one lane.

    Django's own choice takes 100 MiB a hash, which a handful of clients that send a password with each request turn
    into gigabytes.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
