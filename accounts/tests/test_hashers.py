"""Passwords are hashed by a few threads that stand back, each in memory of its own."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest
from argon2 import low_level
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from accounts import hashing
from accounts.hashers import ModestArgon2, OlderBcrypt

SALT = "salt" * 4
PASSWORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SALTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=30)


class Small:
    """As much memory as argon2 asks for at least, so that many can be compared."""

    time_cost, memory_cost, parallelism = 1, 64, 1


class OursSmall(Small, ModestArgon2): ...


class DjangosSmall(Small, Argon2PasswordHasher): ...


class DjangosModest(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = ModestArgon2.time_cost, ModestArgon2.memory_cost, ModestArgon2.parallelism


@given(PASSWORDS, SALTS)
def test_our_hash_is_djangos_hash(password: str, salt: str) -> None:
    assert OursSmall().encode(password, salt) == DjangosSmall().encode(password, salt)


@given(PASSWORDS, PASSWORDS, SALTS)
def test_ours_accepts_what_djangos_accepts(password: str, other: str, salt: str) -> None:
    encoded = DjangosSmall().encode(password, salt)
    assert OursSmall().verify(password, encoded)
    assert OursSmall().verify(other, encoded) == (other == password)


def test_a_whole_hash_is_djangos_too() -> None:
    assert ModestArgon2().encode("kanjeevaram", SALT) == DjangosModest().encode("kanjeevaram", SALT)


@pytest.mark.parametrize("costs", [(1, 64, 2), (3, 200, 1), (2, 4_096, 3)])
def test_a_hash_of_other_costs_is_verified_by_its_own(costs: tuple[int, int, int]) -> None:
    time_cost, memory_cost, parallelism = costs
    hashed = low_level.hash_secret(b"secret", b"salt" * 4, time_cost, memory_cost, parallelism, 24, low_level.Type.I)
    encoded = f"argon2{hashed.decode()}"
    assert ModestArgon2().verify("secret", encoded)
    assert not ModestArgon2().verify("Secret", encoded)


def test_a_spoilt_hash_is_nobodys_password() -> None:
    assert not ModestArgon2().verify("secret", "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$eHg")


def test_twenty_at_once_are_hashed() -> None:
    with ThreadPoolExecutor(20) as people:
        encoded = list(people.map(lambda number: ModestArgon2().encode(f"secret{number}", SALT), range(20)))
        right = list(people.map(lambda number: ModestArgon2().verify(f"secret{number}", encoded[number]), range(20)))
    assert len(set(encoded)) == 20
    assert all(right)
    assert not ModestArgon2().verify("secret1", encoded[0])


def test_never_more_than_a_few() -> None:
    with ThreadPoolExecutor(20) as people:
        list(people.map(lambda _: OursSmall().encode("secret", SALT), range(20)))
    running = [thread for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert len(running) == hashing.AT_ONCE
    assert 1 <= hashing.AT_ONCE <= min(4, hashing.processors())


def test_who_waits_is_told_what_went_wrong() -> None:
    with pytest.raises(ZeroDivisionError):
        hashing.hashing.run(lambda: 1 / 0)
    assert hashing.hashing.run(lambda: 1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_others_come_first() -> None:
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    theirs = hashing.hashing.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert theirs == max(own, hashing.NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_worker_hashes_with_threads_of_its_own() -> None:
    encoded = ModestArgon2().encode("secret", SALT)
    child = os.fork()
    if not child:
        os._exit(0 if ModestArgon2().verify("secret", encoded) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere argon2 takes memory by itself")
class TestMemory:
    def hash_here(self, hasher: ModestArgon2) -> bytes:
        """On this thread instead of one of theirs."""
        return hashing.argon2(b"secret", SALT.encode(), hasher.params())

    def test_one_hash_after_another_takes_nothing_from_the_system(self) -> None:
        self.hash_here(ModestArgon2())
        block = hashing.mine.block
        self.hash_here(ModestArgon2())
        self.hash_here(OursSmall())
        assert hashing.mine.block is block is not None

    def test_nothing_of_a_password_is_left_in_it(self) -> None:
        self.hash_here(ModestArgon2())
        assert hashing.mine.block
        assert not any(hashing.mine.block[:])

    def test_a_larger_hash_gets_more(self) -> None:
        hashing.mine.give_back()
        assert self.hash_here(OursSmall()) == self.hash_here(OursSmall())
        small = hashing.mine.block
        self.hash_here(ModestArgon2())
        assert small
        assert hashing.mine.block
        assert len(small) == 64 * 1024 < len(hashing.mine.block) == 19 * 1024 * 1024

    def test_it_is_given_back_when_nobody_signs_in_for_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hashing, "KEPT_SECONDS", 0.01)
        threads = hashing.Hashing()
        kept: dict[str, bool] = {}

        def look() -> None:
            kept[threading.current_thread().name] = hashing.mine.block is not None

        for _ in range(hashing.AT_ONCE):
            threads.run(self.hash_here, OursSmall())
        deadline = time.monotonic() + 5
        while any(kept.values()) or len(kept) < hashing.AT_ONCE:
            assert time.monotonic() < deadline, kept
            time.sleep(0.02)
            threads.run(look)

    def test_where_no_callback_can_be_made_argon2_takes_memory_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wanted = self.hash_here(OursSmall())
        hashing.mine.give_back()
        monkeypatch.setattr(hashing, "TAKE", low_level.ffi.NULL)
        monkeypatch.setattr(hashing, "LEAVE", low_level.ffi.NULL)
        assert self.hash_here(OursSmall()) == wanted
        assert hashing.mine.block is None


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
