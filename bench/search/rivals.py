"""What people build first: LIKE over title and description; and PostgreSQL's full text with trigrams behind it."""

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from bench.search.asking import MOST, Engine, Found
from designs.models import Design

COLUMNS = ("category", "style", "colour", "fabric", "occasion", "season", "designer_name", "collection_name")
TABLE = """
    CREATE TABLE rival (id bigint PRIMARY KEY, title text, doc tsvector);
    CREATE INDEX ON rival USING gin (doc);
    CREATE INDEX ON rival USING gin (title gin_trgm_ops)
"""
INSERT = """
    INSERT INTO rival VALUES (%s, %s, setweight(to_tsvector('simple', %s), 'A')
        || setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('simple', %s), 'D'))
"""
BY_WORDS = """
    SELECT id FROM rival, websearch_to_tsquery('simple', %s) query WHERE doc @@ query
    ORDER BY ts_rank(doc, query) DESC, id DESC LIMIT %s
"""
BY_LIKENESS = """
    SELECT id FROM rival WHERE %s <%% title ORDER BY word_similarity(%s, title) DESC, id DESC LIMIT %s
"""


def like(text: str) -> Found:
    """Every word in the title or the description, the newest first."""
    designs = Design.objects.shown().order_by("-published_at", "-pk")
    for word in text.split():
        designs = designs.filter(Q(title__icontains=word) | Q(description__icontains=word))
    return Found([int(number or 0) for number in designs.values_list("external_id", flat=True)[:MOST]])


def trigrams(rows: list[dict[str, str]]) -> Engine | None:
    """None where there is no PostgreSQL, or one without the extension."""
    if connection.vendor != "postgresql":
        return None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.executemany(INSERT, [[int(row["id"]), row["title"], *texts(row)] for row in rows])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rival")
    return by_words_or_likeness


def texts(row: dict[str, str]) -> list[str]:
    return [row["title"], " ".join(row.get(name, "") for name in COLUMNS), row["description"]]


def by_words_or_likeness(text: str) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(BY_WORDS, [text, MOST])
        found = cursor.fetchall()
        if not found:
            cursor.execute(BY_LIKENESS, [text, text, MOST])
            found = cursor.fetchall()
    return Found([number for (number,) in found])
