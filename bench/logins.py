"""Signing in while others browse: is it limited by the hash alone, and does anybody wait for it?

    python -m bench.logins [--designs 20000] [--rounds 5] [--seconds 4] [--keep postgresql://...]

Eight people sign in again and again, eight others ask for lists and designs; each alone, then both at once. The hash
alone is what as many threads as ours get done in a process that does nothing else.
"""

import argparse
import http.client
import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from bench import against, standing
from bench.driving import Driver, Told

LOGINS, BROWSING = 8, 8
PASSWORD = "a long enough password"
AT_LEAST = 50


class SigningIn:
    """Eight who sign in until they are told to stop."""

    def __init__(self, port: int) -> None:
        self.port, self.done, self.going = port, 0, True

    def go_on(self, number: int) -> int:
        body = json.dumps({"username": f"login-{number}", "password": PASSWORD, "device_name": "bench"})
        connection, done = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), 0
        while self.going:
            connection.request("POST", "/api/auth/login", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} {text[:300]!r}")
            done += 1
        connection.close()
        return done


@contextmanager
def signing_in(port: int, found: dict[str, float]) -> Iterator[None]:
    """Puts logins a second into `found`."""
    work = SigningIn(port)
    with ThreadPoolExecutor(LOGINS) as people:
        started = time.perf_counter()
        running = [people.submit(work.go_on, number) for number in range(LOGINS)]
        try:
            yield
        finally:
            work.going = False
        found["rate"] = sum(one.result() for one in running) / (time.perf_counter() - started)


def hashes(seconds: float) -> float:
    """A second, by as many threads as ours has in its processes."""
    from accounts.hashers import ModestArgon2
    from accounts.hashing import AT_ONCE

    encoded, until = ModestArgon2().encode(PASSWORD, "salt" * 4), time.perf_counter() + seconds
    done, lock = 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal done
        while time.perf_counter() < until:
            ModestArgon2().verify(PASSWORD, encoded)
            with lock:
                done += 1

    many = standing.WORKERS * AT_ONCE
    with ThreadPoolExecutor(many) as threads:
        list(threads.map(work, range(many)))
    return done / seconds


def make_people() -> None:
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from accounts.models import User

    facts = {"status": "approved", "decided_at": timezone.now(), "password": make_password(PASSWORD)}
    for number in range(LOGINS):
        User.objects.update_or_create(username=f"login-{number}", defaults=facts)


def measure(asked: argparse.Namespace, server: standing.Server, driver: Driver) -> None:
    rounds: list[dict[str, Any]] = []
    for number in range(asked.rounds):
        start, alone, among = number * 3_000, {"rate": 0.0}, {"rate": 0.0}
        before = browse(server, driver, start, asked.seconds)
        with signing_in(server.port, alone):
            time.sleep(asked.seconds)
        with signing_in(server.port, among):
            during = browse(server, driver, start + 1_500, asked.seconds)
        rounds.append(
            {
                "hashes": hashes(asked.seconds),
                "logins": alone["rate"],
                "logins_during": among["rate"],
                "before": before,
                "during": during,
            }
        )
    show(rounds)


def browse(server: standing.Server, driver: Driver, start: int, seconds: float) -> Told:
    told = driver.run(server.port, "mixed", start, seconds)
    against.complain(server, "mixed", told)
    if told.requests < AT_LEAST:
        raise RuntimeError(f"Only {told.requests} answers in {seconds} s.")
    return told


def show(rounds: list[dict[str, Any]]) -> None:
    def median(values: Iterator[float]) -> float:
        return statistics.median(values)

    hashed, alone, among = (median(one[name] for one in rounds) for name in ("hashes", "logins", "logins_during"))
    print(f"hashes alone          {hashed:7.1f} a second")
    print(f"logins alone          {alone:7.1f} a second, {alone / hashed:.2f} x the hashes")
    print(f"logins while browsing {among:7.1f} a second")
    for name, told in (("browsing alone", "before"), ("while 8 sign in", "during")):
        rate = median(one[told].requests / one[told].seconds for one in rounds)
        p50, p99 = (median(getattr(one[told], place) for one in rounds) for place in ("p50", "p99"))
        print(f"{name:21} {rate:7.1f} a second, p50 {p50:6.1f} ms, p99 {p99:6.1f} ms")
    print(f"p99, in the same round {median(one['during'].p99 / one['before'].p99 for one in rounds):.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=20_000)
    parser.add_argument("--hearts", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--keep", default="", help="a database that is filled when it is empty, and stays")
    asked = parser.parse_args()
    os.environ |= dict.fromkeys(["LIMIT_AUTH", "LIMIT_ANONYMOUS"], "1000000")
    with standing.database(asked.keep) as url:
        env, found = against.prepare(asked, url)
        make_people()
        pairs = zip(found.plan["list"], found.plan["detail"], strict=True)
        found.plan = {"mixed": [unit for pair in pairs for unit in pair]}
        with against.all_standing(["ours"], env, url, found.tokens[0]) as (server,):
            standing.wait_until_quiet(server)
            driver = Driver(found.write(env["DATA_DIR"]), BROWSING)
            try:
                browse(server, driver, 50_000, 2)
                measure(asked, server, driver)
            finally:
                driver.close()


if __name__ == "__main__":
    main()
