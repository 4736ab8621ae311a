"""The database tells of each design that comes, goes or changes, whatever code runs: see designs/changes.py.

In the transaction of the change, at the moment of the change. Views, hearts and `updated_at` are told to nobody.
"""

from config.triggers import Triggers
from designs.changes import EVERYTHING

# What designs/index reads. When it reads more, a migration of its own takes the triggers away and puts them anew, and
# the one before does nothing from then on.
COLUMNS = (
    *("status", "featured", "audience", "price_min", "price_max", "created_at", "published_at", "card"),
    *("designer_key", "designer_name", "collection_key", "collection_name"),
    *("title", "tags", "short_description", "description", "long_description"),
)
UPDATED = f"AFTER UPDATE OF {', '.join(COLUMNS)} ON designs_design FOR EACH ROW"
OLD, NEW = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("OLD", "NEW"))

# A table that was restored by itself may be ahead of its sequence: that must not keep a design from being written.
POSTGRESQL = [
    """
    CREATE FUNCTION designs_tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO designs_change (design_id, at) VALUES (NEW.id, clock_timestamp()) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION designs_tell_of_many() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO designs_change (design_id, at) SELECT id, clock_timestamp() FROM changed ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER designs_came AFTER INSERT ON designs_design
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION designs_tell_of_many()
    """,
    """
    CREATE TRIGGER designs_went AFTER DELETE ON designs_design
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION designs_tell_of_many()
    """,
    # Not by statement: PostgreSQL has no transition table where columns are named.
    f"""
    CREATE TRIGGER designs_changed {UPDATED}
    WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION designs_tell()
    """,
]

NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # as Django writes it: %f ends with milliseconds
TELL = f"INSERT INTO designs_change (design_id, at) VALUES ({{design}}, {NOW});"  # noqa: S608 - all of it is ours
SQLITE = {
    "designs_came": f"AFTER INSERT ON designs_design BEGIN {TELL.format(design='NEW.id')} END",
    "designs_went": f"AFTER DELETE ON designs_design BEGIN {TELL.format(design='OLD.id')} END",
    "designs_changed": f"{UPDATED} WHEN ({OLD}) IS NOT ({NEW}) BEGIN {TELL.format(design='NEW.id')} END",
}

CHANGES_TOLD = Triggers(
    migration=("designs", "0008_changes_told_of_publishing"),
    postgresql=POSTGRESQL,
    functions=["designs_tell", "designs_tell_of_many"],
    sqlite=SQLITE,
    made_up_for=TELL.format(design=EVERYTHING),
)
put, take_away = CHANGES_TOLD.put, CHANGES_TOLD.take_away
