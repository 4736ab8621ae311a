"""How passwords are hashed."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = threading.BoundedSemaphore(4)  # in each process; the others wait instead of filling the memory


class ModestArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, the OWASP minimum: eight logins at once fit a small server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return super().verify(password, encoded)
