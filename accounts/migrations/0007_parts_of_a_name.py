from django.db import DatabaseError, migrations, transaction

# As Django asks for `icontains`: a part of a name or an address, in any case.
COLUMNS = ", ".join(f"UPPER({name}::text) gin_trgm_ops" for name in ("username", "full_name", "email"))


def add(apps, schema_editor):
    """Who looks for people types a part of their name. Without the extension it takes a walk through the table, as on
    SQLite: slower, and the same people.
    """
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return  # it is not installed, or only a superuser may
    schema_editor.execute(f"CREATE INDEX IF NOT EXISTS user_parts_of_name ON accounts_user USING gin ({COLUMNS})")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS user_parts_of_name")


class Migration(migrations.Migration):

    dependencies = [("accounts", "0006_tabs_of_the_desk")]

    operations = [migrations.RunPython(add, remove, elidable=False)]
