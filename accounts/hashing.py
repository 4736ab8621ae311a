"""Where passwords are hashed: on a few threads that stand behind everything else that waits for a processor.

Whoever signs in waits for a hash anyway. On Linux, where each thread has a priority of its own, nobody else does.

A hash fills 19 MiB. To take them from the system and give them back each time (uploads/memory.py has glibc do so) costs
half as much again as the hash itself, so a thread keeps them for the next one, and for a few seconds when none comes.
"""

import mmap
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from argon2 import Parameters
from argon2.exceptions import HashingError
from argon2.low_level import core, error_to_str, ffi

from config.crew import stand_aside

NICENESS = 10
KEPT_SECONDS = 10
KIB = 1024

T = TypeVar("T")


def processors() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


AT_ONCE = min(4, processors())  # in each process; the others wait instead of filling the memory


# --- Threads --------------------------------------------------------------------------------------------------------
class Answer:
    """Told through a pipe: writing lets go of the interpreter, then wakes who waits. To release a lock would wake them
    at once; they outrank us, would take our processor, and wait there for the interpreter that we hold."""

    def __init__(self) -> None:
        self.end, self.start = os.pipe()
        self.value: Any = None
        self.error: BaseException | None = None

    def give(self, work: Callable[[], Any]) -> None:
        try:
            self.value = work()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            self.error = error
        os.write(self.start, b".")

    def wait(self) -> Any:
        os.read(self.end, 1)
        if self.error is not None:
            raise self.error
        return self.value

    def __del__(self) -> None:
        """When both are through with it: who waits may be interrupted, and numbers of closed files are used again."""
        os.close(self.end)
        os.close(self.start)


Work = tuple[Answer, Callable[[], Any]]


class Hashing:
    """The threads of this process; of those that a fork left behind none would answer."""

    def __init__(self) -> None:
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.lock = threading.Lock()
        self.waiting: SimpleQueue[Work] = SimpleQueue()
        self.threads: list[threading.Thread] = []

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        self.start()
        answer = Answer()
        self.waiting.put((answer, partial(work, *arguments)))
        stand_aside()
        found: T = answer.wait()
        return found

    def start(self) -> None:
        with self.lock:
            for number in range(len(self.threads), AT_ONCE):
                thread = threading.Thread(target=answer_all, args=[self.waiting], name=f"hashing-{number}", daemon=True)
                self.threads.append(thread)
                thread.start()


def answer_all(waiting: "SimpleQueue[Work]") -> None:
    step_back()
    while True:
        hash_one(*next_of(waiting))  # no name here keeps a password until the next one comes


def next_of(waiting: "SimpleQueue[Work]") -> Work:
    try:
        return waiting.get(timeout=KEPT_SECONDS)
    except Empty:
        mine.give_back()
        return waiting.get()


def hash_one(answer: Answer, work: Callable[[], Any]) -> None:
    answer.give(work)


def step_back() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


# --- Memory ---------------------------------------------------------------------------------------------------------
class Memory(threading.local):
    """Of one thread. Argon2 wipes it after each hash."""

    block: mmap.mmap | None = None
    place: Any = ffi.NULL

    def make_room(self, size: int) -> None:
        if self.block is None or len(self.block) < size:
            self.give_back()
            self.block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            self.place = ffi.from_buffer("uint8_t[]", self.block)

    def give_back(self) -> None:
        self.place, self.block = ffi.NULL, None  # the last reference unmaps it


mine = Memory()


def take(found: Any, size: int) -> int:
    """As argon2 asks; what is left NULL it calls a lack of memory."""
    if mine.block is not None and size <= len(mine.block):
        found[0] = mine.place
    return 0


def leave(_: Any, __: int) -> None:
    """It stays ours."""


def callbacks() -> tuple[Any, Any]:
    """NULL where nothing may be made that runs (or where it is of no use): then argon2 takes memory by itself."""
    if sys.platform == "linux":
        with suppress(MemoryError, SystemError):
            return ffi.callback("int(uint8_t **, size_t)", take), ffi.callback("void(uint8_t *, size_t)", leave)
    return ffi.NULL, ffi.NULL


TAKE, LEAVE = callbacks()


# --- The hash -------------------------------------------------------------------------------------------------------
def argon2(password: bytes, salt: bytes, how: Parameters) -> bytes:
    """What `argon2.low_level.hash_secret_raw` answers, in memory that is there already."""
    if TAKE != ffi.NULL:
        mine.make_room(how.memory_cost * KIB)
    hashed, kept = ffi.new("uint8_t[]", how.hash_len), [ffi.new("uint8_t[]", text) for text in (password, salt)]
    context = ffi.new(
        "argon2_context *",
        {
            "out": hashed,
            "outlen": how.hash_len,
            "pwd": kept[0],
            "pwdlen": len(password),
            "salt": kept[1],
            "saltlen": len(salt),
            "t_cost": how.time_cost,
            "m_cost": how.memory_cost,
            "lanes": how.parallelism,
            "threads": how.parallelism,
            "version": how.version,
            "allocate_cbk": TAKE,
            "free_cbk": LEAVE,
        },
    )
    problem = core(context, how.type.value)
    if problem:
        raise HashingError(error_to_str(problem))
    return bytes(ffi.buffer(hashed))


hashing = Hashing()
