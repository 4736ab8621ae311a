"""`like_count` equals the hearts, whatever code runs: the database keeps it.

On PostgreSQL each statement counts once, and locks its designs in the order of their ids: two people who are erased at
the same moment do not block each other. A design that is written with another count, say by an older copy of it being
saved, gets the right one.
"""

from config.triggers import Triggers

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

HEARTS_COUNTED = Triggers(
    migration=("favorites", "0001_hearts"),
    postgresql=POSTGRESQL,
    functions=["favorites_count", "favorites_refuse", "favorites_recount"],
    sqlite=SQLITE,
    made_up_for=RECOUNT_ALL,
)
put, take_away = HEARTS_COUNTED.put, HEARTS_COUNTED.take_away
