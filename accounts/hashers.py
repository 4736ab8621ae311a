"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class ModestArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, the OWASP minimum: eight logins at once fit a small server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
