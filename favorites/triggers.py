"""`like_count` equals the hearts, whatever code runs: the database keeps it.

On PostgreSQL each statement counts once, and locks its designs in the order of their ids: two people who are erased at
the same moment do not block each other. A design that is written with another count, say by an older copy of it being
saved, gets the right one.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

HEARTS = "favorites_favorite"
MOVED = "A heart does not move to another design."

POSTGRESQL = [
    """
    CREATE FUNCTION favorites_count() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        step integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
    BEGIN
        PERFORM 1 FROM designs_design WHERE id IN (SELECT design_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
        UPDATE designs_design SET like_count = GREATEST(0, like_count + step * hearts.number)
        FROM (SELECT design_id, count(*) AS number FROM changed GROUP BY design_id) AS hearts
        WHERE designs_design.id = hearts.design_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER favorites_came AFTER INSERT ON favorites_favorite
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION favorites_count()
    """,
    """
    CREATE TRIGGER favorites_went AFTER DELETE ON favorites_favorite
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION favorites_count()
    """,
    f"""
    CREATE FUNCTION favorites_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MOVED}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER favorites_moved BEFORE UPDATE OF design_id ON favorites_favorite
    FOR EACH ROW WHEN (NEW.design_id <> OLD.design_id) EXECUTE FUNCTION favorites_refuse()
    """,
    """
    CREATE FUNCTION favorites_recount() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.like_count := (SELECT count(*) FROM favorites_favorite WHERE design_id = NEW.id);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER favorites_counted_anew BEFORE INSERT ON designs_design
    FOR EACH ROW EXECUTE FUNCTION favorites_recount()
    """,
    # Depth 0: the update comes from elsewhere, not from the count above.
    """
    CREATE TRIGGER favorites_miscounted BEFORE UPDATE OF like_count ON designs_design
    FOR EACH ROW WHEN (NEW.like_count <> OLD.like_count AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION favorites_recount()
    """,
]
POSTGRESQL_AWAY = [
    f"DROP FUNCTION IF EXISTS favorites_{name}() CASCADE"  # and the triggers with them
    for name in ("count", "refuse", "recount")
]

RECOUNT_ALL = """
    UPDATE designs_design
    SET like_count = (SELECT count(*) FROM favorites_favorite WHERE design_id = designs_design.id)
"""
RECOUNT = f"{RECOUNT_ALL} WHERE id = {{row}};"
OFF = "NEW.like_count <> (SELECT count(*) FROM favorites_favorite WHERE design_id = NEW.id)"
SQLITE = {
    "favorites_came": f"AFTER INSERT ON favorites_favorite BEGIN {RECOUNT.format(row='NEW.design_id')} END",
    "favorites_went": f"AFTER DELETE ON favorites_favorite BEGIN {RECOUNT.format(row='OLD.design_id')} END",
    "favorites_moved": (
        "BEFORE UPDATE OF design_id ON favorites_favorite WHEN NEW.design_id <> OLD.design_id"
        f" BEGIN SELECT RAISE(ABORT, '{MOVED}'); END"
    ),
    "favorites_counted_anew": f"AFTER INSERT ON designs_design WHEN {OFF} BEGIN {RECOUNT.format(row='NEW.id')} END",
    "favorites_miscounted": (
        f"AFTER UPDATE OF like_count ON designs_design WHEN NEW.like_count <> OLD.like_count AND {OFF}"
        f" BEGIN {RECOUNT.format(row='NEW.id')} END"
    ),
}


def put(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        run(connection, POSTGRESQL)
    else:
        run(connection, [f"CREATE TRIGGER IF NOT EXISTS {name} {what}" for name, what in SQLITE.items()])


def take_away(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        run(connection, POSTGRESQL_AWAY)
    else:
        run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE])


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# --- SQLite remakes a table to change it: that loses its triggers, and fails while those of others name it -------
def before_migrating(using: str, plan: Any = (), **_: Any) -> None:
    if plan and connections[using].vendor == "sqlite":
        take_away(connections[using])


def after_migrating(using: str, **_: Any) -> None:
    connection = connections[using]
    if connection.vendor == "sqlite" and HEARTS in connection.introspection.table_names() and not stand(connection):
        put(connection)
        run(connection, [RECOUNT_ALL])


def stand(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return set(SQLITE) <= {name for (name,) in cursor.fetchall()}
