"""When the texts of an open question go, what they came to stays with the snapshot."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0031_open_waves_are_counted_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptVoices",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figures", models.JSONField()),
                ("coders", models.PositiveIntegerField()),
                ("kept_at", models.DateTimeField()),
                (
                    "snapshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kept_voices", to="surveys.snapshot"
                    ),
                ),
            ],
        ),
    ]
