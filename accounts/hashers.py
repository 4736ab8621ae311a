"""How passwords are hashed; on which threads and in which memory says hashing.py."""

from base64 import b64encode
from hmac import compare_digest

import bcrypt
from argon2 import Parameters
from argon2.exceptions import HashingError
from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptPasswordHasher

from accounts.hashing import argon2, hashing

BCRYPT_READS = 72  # bytes of a password


class ModestArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, the OWASP minimum: eight logins at once fit a small server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        how = self.params()
        hashed = hashing.run(argon2, password.encode(), salt.encode(), how)
        return f"{self.algorithm}{written(how)}${unpadded(salt.encode())}${unpadded(hashed)}"

    def verify(self, password: str, encoded: str) -> bool:
        known = self.decode(encoded)
        try:
            hashed = hashing.run(argon2, password.encode(), known["salt"].encode("latin1"), known["params"])
        except HashingError:  # nobody's password has such a hash
            return False
        return compare_digest(unpadded(hashed).encode(), known["hash"].encode())


def written(how: Parameters) -> str:
    costs = f"m={how.memory_cost},t={how.time_cost},p={how.parallelism}"
    return f"$argon2{how.type.name.lower()}$v={how.version}${costs}"


def unpadded(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode("ascii")


class OlderBcrypt(BCryptPasswordHasher):
    """People of the older backend. It cut long passwords silently, where bcrypt 5 raises."""

    def encode(self, password: str, salt: bytes) -> str:  # type: ignore[override] # the stubs know no bytes
        hashed = hashing.run(bcrypt.hashpw, password.encode()[:BCRYPT_READS], salt)
        return f"{self.algorithm}${hashed.decode('ascii')}"
