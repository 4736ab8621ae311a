"""The catalogue's desk with a million designs: what each page costs, in queries and in milliseconds.

    python -m bench.desk [designs]

Fills a PostgreSQL database of its own, asks each page as a signed-in curator, and drops the database. With
EXPLAIN=1 it also prints the plan of every query that took more than 20 ms.
"""

import os
import statistics
import sys
import tempfile
import time
from typing import Any

from config.testing import postgres

DESIGNS = 1_000_000
WITH_PICTURES = 100_000
MAKERS, COLLECTIONS = 1_000, 2_000
ROUNDS = 7
WANTED = 150
SLOW = 20
LIST = "/admin/designs/design/"

OK = 200

STATUS = """CASE WHEN n %% 100 < 90 THEN 'active' WHEN n %% 100 < 93 THEN 'pending'
                WHEN n %% 100 < 96 THEN 'inactive' ELSE 'rejected' END"""
CARD = """jsonb_build_object('terms', jsonb_build_object('category', jsonb_build_array(garment)),
                'term_ids', '[]'::jsonb,
                'pictures', jsonb_build_array(jsonb_build_object('id', picture.id, 'alt', '', 'edition', 1,
                    'object_key', picture.object_key, 'width', 900, 'height', 1200, 'thumbhash', '',
                    'dominant_colour', '#7b1e2b')))"""
MOMENT = "now() - n * interval '1 minute'"
FILL = {
    "makers": """
        INSERT INTO designs_maker (name, key, slug)
        SELECT 'Weaver ' || n, 'weaver ' || n, 'weaver-' || n FROM generate_series(1, %(makers)s) AS n""",
    "collections": """
        INSERT INTO designs_collection (name, key, slug, maker_id)
        SELECT 'Bridal ' || n, 'bridal ' || n, 'bridal-' || n, 1 + n %% %(makers)s
        FROM generate_series(1, %(collections)s) AS n""",
    "picture": """
        INSERT INTO uploads_picture (object_key, category, status, sha256, is_first, size, content_type, width, height,
            thumbhash, dominant_colour, edition, mark, created_at, updated_at)
        VALUES ('designs/2026/11/20261121_0.webp', 'designs', 'ready', repeat('a', 64), true, 1, 'image/webp',
            900, 1200, '', '#7b1e2b', 1, '', now(), now())""",
    "designs": f"""
        INSERT INTO designs_design (external_id, title, description, short_description, long_description,
            category, style, colour, fabric, occasion, season, audience, tags, size_available, sizes,
            price_range, price_min, price_max, currency, designer_id, designer_name, designer_key,
            collection_id, collection_name, collection_key, status, featured, featured_at, cover_id, card,
            view_count, like_count, reason, published_at, created_at, updated_at)
        SELECT 'SKU-' || n,
            (ARRAY['Maroon', 'Peacock', 'Mustard', 'Rose', 'Indigo', 'Emerald', 'Ivory'])[1 + n %% 7] || ' ' ||
            (ARRAY['Kanjivaram', 'Banarasi', 'Paithani', 'Chikankari', 'Ajrakh'])[1 + n %% 5] || ' ' || n,
            'Handwoven silk with a border of temple spires.', 'With a blouse piece.', repeat('Long ago. ', 20),
            garment, '', (ARRAY['red', 'blue', 'green', ''])[1 + n %% 4], '', (ARRAY['wedding', ''])[1 + n %% 2],
            '', 'women', 'silk,bridal', '', '[]', '',
            CASE WHEN n %% 10 > 0 THEN 100000 * (1 + n %% 50) END, NULL, 'INR',
            1 + n %% %(makers)s, 'Weaver ' || 1 + n %% %(makers)s, 'weaver ' || 1 + n %% %(makers)s,
            NULL, '', '', {STATUS},
            n %% 5000 = 0, CASE WHEN n %% 5000 = 0 THEN now() END,
            picture.id,
            {CARD},
            n %% 1000, n %% 100, '', {MOMENT}, {MOMENT}, {MOMENT}
        FROM generate_series(%(designs)s, 1, -1) AS n, uploads_picture AS picture,
            LATERAL (
                SELECT (ARRAY['saree', 'saree', 'saree', 'lehenga', 'sherwani', 'dhoti'])[1 + n %% 6] AS garment
            ) AS kind""",  # noqa: S608 - constants of ours
    "terms": """
        INSERT INTO designs_designterm (design_id, term_id, position)
        SELECT design.id, term.id, 0 FROM designs_design AS design
        JOIN designs_term AS term ON term.kind = 'category' AND term.slug = design.category""",
    "their pictures": """
        INSERT INTO designs_designpicture (design_id, picture_id, position, alt)
        SELECT design.id, picture.id, 0, '' FROM designs_design AS design, uploads_picture AS picture
        ORDER BY design.id DESC LIMIT %(pictured)s""",
}
TABLES = ["designs_design", "designs_designterm", "designs_designpicture"]


def main() -> None:
    designs = int(sys.argv[1]) if len(sys.argv) > 1 else DESIGNS
    with postgres.server() as url:
        if not url:
            sys.exit("This takes a PostgreSQL: TEST_POSTGRES_URL, one on this machine, or its programs.")
        with tempfile.TemporaryDirectory() as folder, postgres.database(url, f"gallery_bench_{os.getpid()}") as own:
            set_up(own, folder)
            fill(designs)
            measure()
            from django.db import connections

            pooled: Any = connections["default"]
            pooled.close_pool()


def set_up(url: str, folder: str) -> None:
    os.environ |= {"ENV_FILE": os.devnull, "ENVIRONMENT": "test", "DATA_DIR": folder, "DATABASE_URL": url}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)


# --- A million ---------------------------------------------------------------------------------------------------
def fill(designs: int) -> None:
    """Without indexes and checks meanwhile, as a restore does it."""
    from django.db import connection

    facts = {"designs": designs, "makers": MAKERS, "collections": COLLECTIONS, "pictured": WITH_PICTURES}
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        indexes = dropped_indexes(cursor)
        for statement in FILL.values():
            cursor.execute(statement, facts)
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    print(f"{designs:,} designs filled in {time.monotonic() - started:.0f} s\n")


def dropped_indexes(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [TABLES],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


# --- Each page ---------------------------------------------------------------------------------------------------
def pages() -> dict[str, str]:
    from designs.models import Design

    newest = Design.objects.order_by("-pk").values_list("pk", flat=True)[0]
    oldest = Design.objects.order_by("pk").values_list("pk", flat=True)[0]
    return {
        "opens on what waits": LIST,
        **{f"tab: {name}": f"{LIST}?status={name}" for name in ("draft", "active", "inactive", "rejected", "all")},
        "page 200 of active": f"{LIST}?status=active&p=200",
        "search, one word": f"{LIST}?status=active&q=paithani",
        "search, a beginning": f"{LIST}?status=all&q=maroon+kanji",
        "search, nothing": f"{LIST}?status=all&q=zzzz",
        "search, external id": f"{LIST}?status=all&q=SKU-777777",
        "category, frequent": f"{LIST}?status=active&category=saree",
        "category, none": f"{LIST}?status=active&category=turban",
        "maker": f"{LIST}?status=active&maker=Weaver+77",
        "collection, empty": f"{LIST}?status=active&collection=Bridal+77",
        "featured": f"{LIST}?status=active&featured=1",
        "missing price": f"{LIST}?status=active&missing=price",
        "missing category": f"{LIST}?status=active&missing=category",
        "duplicates": f"{LIST}?status=active&twice=1",
        "a design, newest": f"{LIST}{newest}/change/",
        "a design, oldest": f"{LIST}{oldest}/change/",
        "its stored pictures": f"{LIST}{newest}/choose/",
        "reject 50": f"{LIST}ask/reject/?{'&'.join(f'design={newest - n}' for n in range(50))}",
        "quick add": f"{LIST}quick/",
        "words offered": f"{LIST}suggest/category/?term=lehnga",
        "makers offered": f"{LIST}suggest/maker/?term=weaver+77",
    }


def measure() -> None:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    print(f"{'page':24} {'queries':>8} {'ms, median':>12}")
    worst = 0.0
    for name, url in pages().items():
        client.get(url)  # templates, plans and caches are warm
        queries, taken = ask(client, url)
        worst = max(worst, taken)
        print(f"{name:24} {len(queries):8} {taken:12.0f}{'' if taken <= WANTED else '  too slow'}", flush=True)
        explain([query["sql"] for query in queries if float(query["time"]) * 1000 > SLOW])
    print(f"\nThe slowest takes {worst:.0f} ms; wanted: {WANTED}.")


def ask(client: Any, url: str) -> tuple[list[dict[str, Any]], float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == OK, (url, answer.status_code)  # noqa: S101 - or the figures mean nothing
    return queries.captured_queries, statistics.median(times)


def explain(queries: list[str]) -> None:
    if not os.environ.get("EXPLAIN"):
        return
    from django.db import connection

    for sql in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}".replace("%", "%%"))
            print(sql[:1500], *(f"    {line}" for (line,) in cursor.fetchall()), sep="\n")


if __name__ == "__main__":
    main()
