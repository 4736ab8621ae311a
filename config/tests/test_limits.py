"""Limits are exact under a crowd, cost a signed-in reader no query, and survive a lost Redis."""

import http.client
import os
from collections import Counter as Tallies
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import RequestFactory

from accounts.models import User
from config.api.throttles import client_address
from config.limits.models import Counter
from config.limits.stores import MemoryStore, RedisStore, Store, TableStore
from config.testing.cast import Phone
from config.testing.servers import Server

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def hit_at_once(store: Store, times: int, threads: int = 16) -> list[int]:
    def hit(_: int) -> int:
        try:
            return store.hit("crowd", 60).hits
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as crowd:
        return sorted(crowd.map(hit, range(times)))


@pytest.fixture
def redis_store() -> Iterator[RedisStore]:
    store = RedisStore(REDIS)
    try:
        store.client.ping()
    except redis.ConnectionError:
        pytest.skip("no Redis on this machine")
    store.prefix = f"test-{os.getpid()}:"  # other tests run beside this one
    yield store
    store.clear()


@pytest.mark.django_db(transaction=True)
def test_the_table_counts_a_crowd_exactly() -> None:
    assert hit_at_once(TableStore(), 80) == list(range(1, 81))


def test_memory_counts_a_crowd_exactly() -> None:
    assert hit_at_once(MemoryStore(), 80) == list(range(1, 81))


def test_redis_counts_a_crowd_exactly(redis_store: RedisStore) -> None:
    assert hit_at_once(redis_store, 80) == list(range(1, 81))


def period_ends(store: Store, wait: Callable[[], object]) -> None:
    assert [store.hit("someone", 60).hits for _ in range(3)] == [1, 2, 3]
    assert 55 < store.hit("someone", 60).seconds_left <= 60
    assert store.hit("somebody else", 60).hits == 1
    wait()
    assert store.hit("someone", 60).hits == 1


@pytest.mark.django_db
def test_the_table_forgets_after_the_period() -> None:
    period_ends(TableStore(), lambda: Counter.objects.update(ends_at=0))


def test_memory_forgets_after_the_period() -> None:
    store = MemoryStore()
    period_ends(store, lambda: store.counters.update(someone=(4, 0.0)))


def test_redis_forgets_after_the_period(redis_store: RedisStore) -> None:
    period_ends(redis_store, lambda: redis_store.client.pexpire(f"{redis_store.prefix}someone", 0))


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's log waits for no disk")
def test_the_table_is_not_written_to_the_log_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'limits_counter'::regclass")
        assert cursor.fetchone()[0] in {"u", b"u"}


@pytest.mark.django_db
def test_the_table_prunes_ended_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    Counter.objects.create(key="old", hits=5, ends_at=1)
    monkeypatch.setattr("config.limits.stores.PRUNE_ONE_IN", 1)
    TableStore().hit("new", 60)
    assert list(Counter.objects.values_list("key", flat=True)) == ["new"]


def test_memory_stays_bounded_under_many_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "MOST", 100)
    store = MemoryStore()
    for number in range(1_000):
        store.hit(f"address:{number}", 60)
    assert len(store.counters) <= 101


def test_without_redis_each_process_counts_for_itself() -> None:
    store = RedisStore("redis://127.0.0.1:1/0")
    assert [store.hit("someone", 60).hits for _ in range(3)] == [1, 2, 3]


@pytest.mark.django_db
@pytest.mark.urls("config.testing.probes")
class TestAtTheDoor:
    def test_a_signed_in_get_pays_no_query_for_its_limit(
        self, phone: Phone, asha: User, django_assert_num_queries: Any
    ) -> None:
        phone.of(asha).get("/api/probe/signed-in")
        with django_assert_num_queries(2):  # the cookie's session and the person; none to count
            phone.get("/api/probe/signed-in")

    def test_the_twenty_first_stranger_waits_and_is_told_how_long(self, phone: Phone) -> None:
        answers = [phone.post("/api/probe/guarded") for _ in range(21)]
        assert [answer.status_code for answer in answers] == [200] * 20 + [429]
        assert answers[-1].json()["error"] == "throttled"
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60

    def test_people_are_counted_by_who_they_are_not_by_address(
        self, phone: Phone, asha: User, meera: User, settings: Any
    ) -> None:
        settings.LIMITS = {**settings.LIMITS, "standard": {"rate": 2, "store": "memory"}}
        assert [phone.of(asha).get("/api/probe/signed-in").status_code for _ in range(3)] == [200, 200, 429]
        assert Phone().of(meera).get("/api/probe/signed-in").status_code == 200

    def test_health_is_never_limited(self, phone: Phone, settings: Any) -> None:
        settings.LIMITS = {**settings.LIMITS, "anonymous": {"rate": 1, "store": "memory"}}
        assert {phone.get("/health").status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "6.6.6.6", "10.0.0.9"),  # nobody is trusted
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),  # what the one proxy wrote; the rest is the caller's tale
        (2, "203.0.113.5, 10.1.1.1", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.9"),  # fewer hops than proxies: it did not come through them
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),  # a household of IPv6
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "<script>", "0.0.0.0"),
    ],
)
def test_the_address_is_believed_from_the_configured_proxies_only(
    settings: Any, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)) == address


def knock(server: Server) -> int:
    door = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    door.request("POST", "/api/probe/guarded", headers={"Content-Length": "0"})
    status = door.getresponse().status
    door.close()
    return status


@pytest.mark.server
@pytest.mark.xdist_group("server")
def test_exactly_20_of_80_parallel_pass_across_two_workers(server: Server) -> None:
    with ThreadPoolExecutor(16) as crowd:
        statuses = Tallies(crowd.map(lambda _: knock(server), range(80)))
    assert server.log.count("Booting worker") == 2
    assert statuses == {200: 20, 429: 60}
