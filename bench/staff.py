"""What the pages of staff cost in a large gallery, in queries and in milliseconds of the server.

    python -m bench.staff [--designs 1000000] [--people 100000] [--hearts 2000000] [--days 90] [--keep postgresql://...]
                          [--desks]

Fills a PostgreSQL database of its own (one named with --keep when it is empty, and it stays) with designs, people,
hearts, sessions, pictures, searches, a trail and views of each day, closes the days, and asks each page as a manager
in process; --desks leaves the front page and its figures out, and closes no day. With EXPLAIN=1 it also prints
the plan of every query that took more than 20 ms.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import standing
from bench.desk import SLOW, explain

ROUNDS = 20
WANTED_MS, WANTED_QUERIES = 150, 10
OK = 200
SEEN_A_DAY = 30_000  # designs that somebody looks at on a day
SPREAD = {
    "hearts": "UPDATE favorites_favorite SET created_at = now() - random() * interval '%(days)s days'",
    "people": """
        UPDATE accounts_user SET date_joined = now() - random() * interval '%(days)s days' * 2,
            last_login = now() - random() * interval '%(days)s days',
            status = CASE WHEN id %% 50 = 0 THEN 'pending' ELSE status END,
            decided_at = CASE WHEN id %% 50 = 0 THEN NULL ELSE decided_at END""",
    "sessions": """
        INSERT INTO accounts_session (user_id, device_name, created_at, generation, rotated_at, expires_at, ends_at)
        SELECT id, 'a phone', date_joined, 3, now() - random() * interval '60 days', now() + interval '30 days',
            now() + interval '60 days'
        FROM accounts_user""",
    "views": """
        INSERT INTO designs_dailystat (design_id, day, views)
        SELECT (SELECT min(id) FROM designs_design) + (n * 33 + day * 7919) %% %(designs)s,
            current_date - day, 1 + 3000 / n
        FROM generate_series(0, %(days)s - 1) AS day, generate_series(1, least(%(seen)s, %(designs)s / 34)) AS n""",
    "searches": """
        INSERT INTO designs_search (text, found, count, last_seen)
        SELECT 'search ' || n, CASE WHEN n %% 5 = 0 THEN 0 ELSE n END, 1 + 20000 / n, now()
        FROM generate_series(1, 20000) AS n""",
    "pictures": """
        INSERT INTO uploads_picture (object_key, category, status, sha256, is_first, size, content_type, width, height,
            thumbhash, dominant_colour, edition, mark, created_at, updated_at)
        SELECT 'designs/2026/11/20261121_' || lpad(n::text, 32, '0') || '.webp', 'designs',
            CASE WHEN n %% 1000 = 0 THEN 'incoming' WHEN n %% 5000 = 1 THEN 'broken' ELSE 'ready' END,
            md5(n::text) || md5((-n)::text), true, 1000, 'image/webp', 900, 1200, '', '#7b1e2b', 1, '', now(), now()
        FROM generate_series(1, %(designs)s) AS n""",
    "pictures of designs": """
        UPDATE designs_designpicture AS shown
        SET picture_id = (SELECT max(id) FROM uploads_picture) - %(designs)s + shown.design_id - first.id + 1
        FROM (SELECT min(id) AS id FROM designs_design) AS first
        WHERE shown.design_id >= first.id + %(designs)s * 9 / 10""",
    "trail": """
        INSERT INTO audit_entry (at, by, what, kind, key, name, changes, is_one_of_many)
        SELECT now() - n * interval '30 seconds', 1 + n %% 40,
            (ARRAY['design.published', 'design.changed', 'person.approved', 'design.rejected'])[1 + n %% 4],
            CASE WHEN n %% 4 = 2 THEN 'accounts.user' ELSE 'designs.design' END, (1 + n %% 100000)::text,
            CASE WHEN n %% 4 = 2 THEN '' ELSE 'Saree ' || n END, '{"status": ["pending", "active"]}', false
        FROM generate_series(1, %(designs)s) AS n""",
}


def figures() -> dict[str, str]:
    return {
        "front page, 7 days": "/admin/?days=7",
        "front page": "/admin/",
        "front page, 90 days": "/admin/?days=90",
        "analytics": "/api/admin/analytics",
        "analytics, 90 days": "/api/admin/analytics?days=90",
        "top designs as CSV": "/admin/figures/top_designs.csv",
    }


def desks() -> dict[str, str]:
    from designs.models import Design

    people, designs, pictures = "/admin/accounts/user/", "/admin/designs/design/", "/admin/uploads/picture/"
    newest = Design.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return {
        "people who wait": people,
        "people, approved": f"{people}?status=approved",
        "people, a name": f"{people}?status=all&q=bench-man",
        "designs that wait": designs,
        "designs, active": f"{designs}?status=active",
        "designs, all": f"{designs}?status=all",
        "a design": f"{designs}{newest}/change/",
        "pictures": pictures,
        "pictures, incoming": f"{pictures}?status=incoming",
        "pictures, all, page 100": f"{pictures}?status=all&p=100",
        "pictures, a name": f"{pictures}?q=20261121_00000000",
        "pictures, in use": f"{pictures}?used=yes",
        "pictures, not used": f"{pictures}?used=no",
        "searches in vain": "/admin/designs/search/",
        "searches that found": "/admin/designs/search/?show=found",
        "what was done": "/admin/audit/entry/",
        "what somebody did": "/admin/audit/entry/?who=bench-manager",
        "what was done, a kind": "/admin/audit/entry/?kind=accounts.user",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--hearts", type=int, default=2_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--keep", default="", help="a database that is filled when it is empty, and stays")
    parser.add_argument("--desks", action="store_true", help="only the busiest pages")
    asked = parser.parse_args()
    with standing.database(asked.keep) as url:
        set_up(url)
        fill(asked)
        if not asked.desks:
            warm()
        measure(desks() if asked.desks else figures() | desks())
        from django.db import connections

        pooled: Any = connections["default"]
        pooled.close_pool()


def set_up(url: str) -> None:
    os.environ |= standing.environment(url, LOG_LEVEL="ERROR")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(asked: argparse.Namespace) -> None:
    from config.demo import filling
    from designs.models import DailyStat, Design

    if not Design.objects.exists():
        bar = sys.stderr.isatty()
        told(
            "designs, people, hearts",
            partial(filling.fill, asked.designs, users=asked.people, hearts=asked.hearts, bar=bar),
        )
    if not DailyStat.objects.exists():
        told("views, dates, sessions, searches", partial(spread, asked))


def spread(asked: argparse.Namespace) -> None:
    """Without triggers meanwhile, and without the indexes of hearts, each of which would be written for each."""
    from django.db import connection

    facts = {"days": asked.days, "designs": asked.designs, "seen": SEEN_A_DAY}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        indexes = dropped(cursor, "favorites_favorite")
        for statement in SPREAD.values():
            cursor.execute(statement, facts)
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def dropped(cursor: Any, table: str) -> list[str]:
    """How to make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [table],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


def warm() -> None:
    from config.analytics import days, rollups
    from config.analytics.models import Day
    from designs import index

    told("the index is read", index.current)
    told("a snapshot", rollups.snap)
    told("half a year is closed", partial(rollups.since, days.today() - 179 * days.ONE))
    Day.objects.filter(day=days.last_closed()).delete()
    told("one day is closed", partial(rollups.since, days.last_closed()))


def told(what: str, work: Callable[[], object]) -> None:
    started = time.monotonic()
    work()
    print(f"{what}: {time.monotonic() - started:.2f} s", flush=True)


# --- Each page ---------------------------------------------------------------------------------------------------
def a_manager() -> Any:
    from django.contrib.auth.models import Group
    from django.utils import timezone

    from accounts.models import User

    facts = {"status": "approved", "decided_at": timezone.now(), "is_staff": True}
    manager, _ = User.objects.get_or_create(username="bench-manager", defaults=facts)
    manager.groups.add(Group.objects.get(name="Managers"))
    return manager


def measure(pages: dict[str, str]) -> None:
    from django.test import Client

    from bench.asking import token_of

    manager = a_manager()
    browser = Client(SERVER_NAME="localhost")  # without Django's test environment, which copies what templates see
    browser.force_login(manager)
    phone = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token_of(manager)}"})
    print(f"\n{'page':24} {'queries':>8} {'ms, median':>12} {'quickest':>9} {'slowest':>9}")
    for name, url in pages.items():
        client = phone if url.startswith("/api/") else browser
        client.get(url)  # templates, plans and caches are warm
        queries, times = ask(client, url)
        taken = statistics.median(times)
        missed = taken > WANTED_MS or len(queries) > WANTED_QUERIES
        row = f"{name:24} {len(queries):8} {taken:12.0f} {min(times):9.0f} {max(times):9.0f}"
        print(f"{row}{'  too much' if missed else ''}", flush=True)
        explain([query["sql"] for query in queries if float(query["time"]) * 1000 > SLOW])
    print(f"\nWanted: {WANTED_QUERIES} queries, {WANTED_MS} ms.")


def ask(client: Any, url: str) -> tuple[list[dict[str, Any]], list[float]]:
    """The most queries that any round took: what is looked up once a second falls into some of them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times: list[float] = []
    most: list[dict[str, Any]] = []
    for number in range(ROUNDS):
        if number % 5 == 0:
            time.sleep(1.1)
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == OK, (url, answer.status_code)  # noqa: S101 - or the figures mean nothing
        most = max(most, queries.captured_queries, key=len)
    return most, times


if __name__ == "__main__":
    main()
