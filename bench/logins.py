"""Signing in while others browse: is it limited by the hash alone, and does anybody wait for it?

    python -m bench.logins [--designs 20000] [--rounds 5] [--seconds 4] [--keep postgresql://...] [--redis redis://...]

Eight people sign in again and again, eight others ask for lists and designs; each alone, then both at once. Who asks is
a process that sends requests made beforehand (bench/driving.py). The hash alone is what as many threads as one of our
processes has get done in a process that does nothing else: no server can sign in that many, for it also counts, looks
up, writes a session and answers, on the same processors. How near one can come says a FastAPI that does the same work
(bench/rivals/signing_in.py), in turns with ours. And what else there is to limit it says ours with a hash that costs
nothing (bench/unhashed.py): the more of those come in, the more it is the hash alone.

The clock knows how busy the machine is; CPU does not. So the CPU of a login is told, too: of the threads that hash, of
all else in our processes, of the database's backends. The hash's share of these is what logins a second could be of
hashes a second where nobody else takes a processor.
"""

import argparse
import json
import os
import resource
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from bench import against, standing
from bench.agreeing import ask, differences
from bench.driving import NOBODY, Driver, Said, Told

LOGINS, BROWSING = 8, 8
PASSWORD = "a long enough password"
TOKENS = {"access_token": "", "refresh_token": ""}
AT_LEAST = {"login": 10, "quick": 10, "mixed": 50}  # answers in a run


class Spent(NamedTuple):
    """CPU in seconds."""

    hashing: float
    rest: float  # of our processes
    database: float

    def since(self, before: "Spent") -> "Spent":
        return Spent(*(now - then for now, then in zip(self, before, strict=True)))


@dataclass
class Round:
    hashes: float  # a second
    one_hash: float  # CPU in ms
    logins: Told
    spent: Spent  # for these logins
    rival: Told
    rival_spent: float  # CPU of its processes and of the database
    unhashed: Told
    logins_during: Told
    before: Told
    during: Told

    def per_login(self) -> list[float]:
        return [1_000 * part / self.logins.requests for part in (*self.spent, self.logins.cpu)]

    @property
    def share(self) -> float:
        return self.spent.hashing / sum(self.spent)


class Bench:
    def __init__(self, servers: list[standing.Server], plan: Path, url: str, seconds: float) -> None:
        self.server, self.rival, self.unhashed = servers
        self.seconds = seconds
        self.browsing, self.signing_in = Driver(plan, BROWSING), Driver(plan, LOGINS)
        self.meter = standing.Meter(url)

    def close(self) -> None:
        self.browsing.close()
        self.signing_in.close()
        self.meter.close()

    def round(self, number: int) -> Round:
        start = number * 3_000
        hashed, one_hash = hashes(self.seconds)
        before = self.browse(start)
        if number % 2:
            rival, rival_spent = self.sign_in_there()
        spent = self.spent()
        logins = self.sign_in()
        spent = self.spent().since(spent)
        if not number % 2:
            rival, rival_spent = self.sign_in_there()
        unhashed = self.sign_in_unhashed()
        with ThreadPoolExecutor(1) as aside:
            others: Future[Told] = aside.submit(self.sign_in)
            during = self.browse(start + 1_500)
        return Round(hashed, one_hash, logins, spent, rival, rival_spent, unhashed, others.result(), before, during)

    def sign_in(self, seconds: float = 0) -> Told:
        return self.run(self.server, self.signing_in, "login", 0, seconds)

    def sign_in_there(self, seconds: float = 0) -> tuple[Told, float]:
        before = self.spent_there()
        told = self.run(self.rival, self.signing_in, "login", 0, seconds)
        return told, self.spent_there() - before

    def sign_in_unhashed(self, seconds: float = 0) -> Told:
        return self.run(self.unhashed, self.signing_in, "quick", 0, seconds)

    def browse(self, start: int, seconds: float = 0) -> Told:
        return self.run(self.server, self.browsing, "mixed", start, seconds)

    def run(self, server: standing.Server, driver: Driver, scenario: str, start: int, seconds: float) -> Told:
        told = driver.run(server.port, scenario, start, seconds or self.seconds)
        against.complain(server, scenario, told)
        if told.requests < AT_LEAST[scenario]:
            raise RuntimeError(f"Only {told.requests} answers in {told.seconds} s.")
        return told

    def spent(self) -> Spent:
        from accounts.hashing import NICENESS

        ours = standing.tree(self.server.process.pid)
        hashing = sum(standing.cpu_of_threads(pid, NICENESS) for pid in ours)
        return Spent(hashing, sum(map(standing.cpu_of, ours)) - hashing, self.meter.of("ours"))

    def spent_there(self) -> float:
        return standing.of_tree(self.rival.process.pid) + self.meter.of(self.rival.name)


def disagreements(servers: list[standing.Server]) -> list[str]:
    """Between two that sign in: who comes in, what they are told, and whether the token of one opens the other."""
    found, tokens = [], []
    for name, password in (("login-0", PASSWORD), ("LOGIN-1", PASSWORD), ("login-0", "wrong"), ("nobody", PASSWORD)):
        answers = [sign_in_at(server, name, password) for server in servers]
        bodies = [body if status == HTTPStatus.OK else {} for status, body in answers]
        tokens += [body["access_token"] for body in bodies if body]
        shown = [{**body, "user": {**body["user"], "last_login_at": ""}} if body else {} for body in bodies]
        ours, rival = [(status, {**body, **TOKENS}) for (status, _), body in zip(answers, shown, strict=True)]
        found += [f"{name}: {each}" for each in differences([*ours], [*rival])]
    opened = {ask(server, "GET", "/api/designs", token)[0] for server in servers for token in tokens}
    return found + ([f"tokens are answered {opened}"] if opened != {HTTPStatus.OK} else [])


def sign_in_at(server: standing.Server, name: str, password: str) -> tuple[int, Any]:
    body = json.dumps({"username": name, "password": password}).encode()
    url, headers = f"http://127.0.0.1:{server.port}/api/auth/login", {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, None


def hashes(seconds: float) -> tuple[float, float]:
    """A second, and the CPU of one in ms."""
    from accounts.hashers import ModestArgon2
    from accounts.hashing import AT_ONCE

    encoded, until = ModestArgon2().encode(PASSWORD, "salt" * 4), time.perf_counter() + seconds

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            ModestArgon2().verify(PASSWORD, encoded)
            done += 1
        return done

    before = resource.getrusage(resource.RUSAGE_SELF)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        done = sum(threads.map(work, range(AT_ONCE)))
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done / seconds, 1_000 * busy / done


def make_people() -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher, make_password
    from django.utils import timezone

    from accounts.models import User

    facts = {"status": "approved", "decided_at": timezone.now()}
    for name, hasher in (("login", "default"), ("quick", MD5PasswordHasher())):
        password = make_password(PASSWORD, hasher=hasher)
        for number in range(LOGINS):
            User.objects.update_or_create(username=f"{name}-{number}", defaults={**facts, "password": password})


def sign_ins(name: str) -> Any:
    """As units of a plan."""
    facts = [{"username": f"{name}-{number}", "password": PASSWORD, "device_name": "bench"} for number in range(LOGINS)]
    said: list[Said] = [("POST", "/api/auth/login", NOBODY, json.dumps(body)) for body in facts]
    return [[one] for one in said]


def show(rounds: list[Round], against_it: list[str]) -> None:
    def median(value: Callable[[Round], float]) -> float:
        return statistics.median(map(value, rounds))

    def told(name: str, one: Callable[[Round], Told]) -> None:
        p50, p99 = median(lambda each: one(each).p50), median(lambda each: one(each).p99)
        print(f"{name:22} {median(lambda each: rate(one(each))):6.1f} a second, p50 {p50:6.1f} ms, p99 {p99:6.1f} ms")

    alone, one = median(lambda each: each.hashes), median(lambda each: each.one_hash)
    print(f"{'hashes alone':22} {alone:6.1f} a second, {one:.1f} ms of CPU each")
    told("logins alone", lambda each: each.logins)
    print(f"{'of the same round':22} {median(lambda each: of_hashes(each.logins, each)):6.2f} x the hashes")
    spent = [statistics.median(parts) for parts in zip(*(each.per_login() for each in rounds), strict=True)]
    print(
        "CPU ms of a login      {:6.1f} hashing, {:.1f} all else of ours, {:.1f} database; {:.1f} who asks".format(
            *spent
        )
    )
    print(f"{'the hash, of ours and the database':21} {median(lambda each: each.share):.2f}")
    told("were the hash free", lambda each: each.unhashed)
    print(f"{'of the same round':22} {median(lambda each: of_hashes(each.unhashed, each)):6.2f} x the hashes")
    told("FastAPI's logins alone", lambda each: each.rival)
    print(f"{'of the same round':22} {median(lambda each: of_hashes(each.rival, each)):6.2f} x the hashes")
    print(f"CPU ms of one of its   {median(lambda each: 1_000 * each.rival_spent / each.rival.requests):6.1f} in all")
    if against_it:
        print(f"no ratio, the answers differ: {against_it[0]}")
    else:
        print(f"{'ours / FastAPI':22} {median(lambda each: rate(each.logins) / rate(each.rival)):6.2f} x")
    told("logins while browsing", lambda each: each.logins_during)
    told("browsing alone", lambda each: each.before)
    told("while 8 sign in", lambda each: each.during)
    print(f"p99, in the same round {median(lambda each: each.during.p99 / each.before.p99):.2f} x")


def rate(told: Told) -> float:
    return told.requests / told.seconds


def of_hashes(told: Told, each: Round) -> float:
    return rate(told) / each.hashes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=20_000)
    parser.add_argument("--hearts", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--keep", default="", help="a database that is filled when it is empty, and stays")
    parser.add_argument("--redis", default="", help="count there instead of in the database")
    asked = parser.parse_args()
    os.environ |= dict.fromkeys(["LIMIT_AUTH", "LIMIT_ANONYMOUS"], "1000000") | {"CACHE_URL": asked.redis}
    with standing.database(asked.keep) as url:
        env, found = against.prepare(asked, url)
        make_people()
        pairs = zip(found.plan["list"], found.plan["detail"], strict=True)
        mixed: Any = [unit for pair in pairs for unit in pair]
        found.plan = {"mixed": mixed, "login": sign_ins("login"), "quick": sign_ins("quick")}
        free = env | {"DJANGO_SETTINGS_MODULE": "bench.unhashed"}
        with (
            against.all_standing(["ours", "lean"], env, url, found.tokens[0]) as servers,
            standing.running("ours", free, url, found.tokens[0]) as unhashed,
        ):
            standing.wait_until_quiet(servers[0])
            standing.wait_until_quiet(unhashed)
            against_it = disagreements(servers)
            bench = Bench([*servers, unhashed], found.write(env["DATA_DIR"]), url, asked.seconds)
            try:
                bench.browse(50_000, 2)
                bench.sign_in(2)
                bench.sign_in_there(2)
                bench.sign_in_unhashed(2)
                show([bench.round(number) for number in range(asked.rounds)], against_it)
            finally:
                bench.close()


if __name__ == "__main__":
    main()
