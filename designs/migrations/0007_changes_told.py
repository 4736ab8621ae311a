from django.db import migrations

from designs import triggers


def put(apps, schema_editor):
    triggers.put(schema_editor.connection)


def take_away(apps, schema_editor):
    triggers.take_away(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('designs', '0006_searches'),
    ]

    operations = [
        migrations.RunPython(put, take_away),
    ]
