import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from favorites import triggers


def put(apps, schema_editor):
    triggers.put(schema_editor.connection)


def take_away(apps, schema_editor):
    triggers.take_away(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('designs', '0001_gallery'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Favorite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('design', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favorites', to='designs.design')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='favorites', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'created_at', 'design'], name='favorite_newest')],
                'constraints': [models.UniqueConstraint(fields=('user', 'design'), name='favorite_once')],
            },
        ),
        migrations.RunPython(put, take_away),
    ]
