from django.db import migrations


class Migration(migrations.Migration):
    """Did what 0008 does."""

    dependencies = [
        ('designs', '0006_searches'),
    ]

    operations = []
