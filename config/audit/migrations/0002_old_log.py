from django.db import migrations

CHUNK = 1_000
WHAT = {1: "added", 2: "changed", 3: "deleted"}
NAMELESS = {"accounts.user", "designs.search"}  # what they are called may be somebody's name


def move(apps, schema_editor):
    """What Django's own log told goes to the trail; its rows go, since they name people and end with who wrote them."""
    LogEntry, Entry = apps.get_model("admin", "LogEntry"), apps.get_model("audit", "Entry")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kinds = {one.pk: f"{one.app_label}.{one.model}" for one in ContentType.objects.all()}
    found = []
    for old in LogEntry.objects.order_by("pk").iterator(CHUNK):
        found.append(moved(Entry, old, kinds.get(old.content_type_id, "")))
        if len(found) >= CHUNK:
            Entry.objects.bulk_create(found)
            found = []
    Entry.objects.bulk_create(found)
    LogEntry.objects.all().delete()


def moved(Entry, old, kind):
    noun = "person" if kind == "accounts.user" else kind.partition(".")[2] or "object"
    said = "" if old.change_message.startswith("[") or kind in NAMELESS else old.change_message[:200]
    return Entry(
        at=old.action_time,
        by=old.user_id,
        what=f"{noun}.{WHAT.get(old.action_flag, 'changed')}"[:40],
        kind=kind[:60],
        key=(old.object_id or "")[:100],
        name="" if kind in NAMELESS else old.object_repr[:200],
        changes={"note": [None, said]} if said else {},
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_entries'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('accounts', '0001_people'),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
