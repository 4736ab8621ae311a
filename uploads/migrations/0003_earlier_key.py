from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("uploads", "0002_broken_pictures_wait")]
    operations = [
        migrations.AddField(
            model_name="picture",
            name="earlier_key",
            field=models.CharField(editable=False, max_length=512, null=True, unique=True),
        ),
    ]
