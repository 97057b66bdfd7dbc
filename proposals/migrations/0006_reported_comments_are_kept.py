"""A reported comment is kept as it was when it was reported."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proposals", "0005_photos_are_kept_once")]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="reported_text",
            field=models.TextField(blank=True, max_length=1500),
        ),
    ]
