"""Passwords are hashed by a few threads that stand back."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest

from accounts import hashers
from accounts.hashers import ModestArgon2, OlderBcrypt, hashing


def test_twenty_at_once_are_hashed() -> None:
    with ThreadPoolExecutor(20) as people:
        encoded = list(people.map(lambda number: ModestArgon2().encode(f"secret{number}", "salt" * 4), range(20)))
        right = list(people.map(lambda number: ModestArgon2().verify(f"secret{number}", encoded[number]), range(20)))
    assert len(set(encoded)) == 20
    assert all(right)
    assert not ModestArgon2().verify("secret1", encoded[0])


def test_never_more_than_a_few() -> None:
    with ThreadPoolExecutor(20) as people:
        list(people.map(lambda _: ModestArgon2().encode("secret", "salt" * 4), range(20)))
    running = [thread for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert 1 <= len(running) <= hashers.AT_ONCE


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_others_come_first() -> None:
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    theirs = hashing.threads.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert theirs == max(own, hashers.NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_worker_hashes_with_threads_of_its_own() -> None:
    encoded = ModestArgon2().encode("secret", "salt" * 4)
    child = os.fork()
    if not child:
        os._exit(0 if ModestArgon2().verify("secret", encoded) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class TestOlderBcrypt:
    def hashed(self, password: bytes) -> str:
        """As the older backend did: what stands behind the 72nd byte was never looked at."""
        return "bcrypt$" + bcrypt.hashpw(password[:72], bcrypt.gensalt(4)).decode()

    def test_an_old_password_is_right_and_another_is_not(self) -> None:
        encoded = self.hashed(b"kanjeevaram")
        assert OlderBcrypt().verify("kanjeevaram", encoded)
        assert not OlderBcrypt().verify("kanjeevaran", encoded)

    @pytest.mark.parametrize("password", ["x" * 200, "साड़ी" * 20], ids=["long", "cut inside a letter"])
    def test_a_long_one_counts_up_to_its_72nd_byte(self, password: str) -> None:
        encoded = self.hashed(password.encode())
        assert OlderBcrypt().verify(password, encoded)
        assert OlderBcrypt().verify(password + "!", encoded)
        assert not OlderBcrypt().verify("!" + password, encoded)

    @pytest.mark.parametrize("kind", ["$2a$", "$2b$", "$2y$"])
    def test_hashes_of_all_ages(self, kind: str) -> None:
        assert OlderBcrypt().verify("secret", self.hashed(b"secret").replace("$2b$", kind))
