"""How passwords are hashed: a few at once, and behind everything else that waits for a processor.

Whoever signs in waits for a hash anyway. On Linux, where each thread has a priority of its own, nobody else does.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import bcrypt
from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptPasswordHasher

AT_ONCE = 4  # in each process; the others wait instead of filling the memory
NICENESS = 10
BCRYPT_READS = 72  # bytes of a password


class ModestArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, the OWASP minimum: eight logins at once fit a small server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return hashing.threads.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        return hashing.threads.submit(super().verify, password, encoded).result()


class OlderBcrypt(BCryptPasswordHasher):
    """People of the older backend. It cut long passwords silently, where bcrypt 5 raises."""

    def encode(self, password: str, salt: bytes) -> str:  # type: ignore[override] # the stubs know no bytes
        hashed = hashing.threads.submit(bcrypt.hashpw, password.encode()[:BCRYPT_READS], salt).result()
        return f"{self.algorithm}${hashed.decode('ascii')}"


class Hashing:
    """The threads of this process; of those that a fork left behind none would answer."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.threads = ThreadPoolExecutor(AT_ONCE, "hashing", initializer=step_back)


def step_back() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


hashing = Hashing()
