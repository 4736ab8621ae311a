from django.db import migrations

from designs import triggers


def put(apps, schema_editor):
    triggers.take_away(schema_editor.connection)
    triggers.put(schema_editor.connection)


def take_away(apps, schema_editor):
    triggers.take_away(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('designs', '0007_changes_told'),
    ]

    operations = [
        migrations.RunPython(put, take_away),
    ]
