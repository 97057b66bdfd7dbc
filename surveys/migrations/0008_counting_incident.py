import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_loaded_banks_stay_as_they_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountingIncident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="found at")),
                ("found", models.PositiveIntegerField(verbose_name="differences")),
                ("differences", models.JSONField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved at")),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counting_incidents",
                        to="surveys.wave",
                        verbose_name="wave",
                    ),
                ),
            ],
            options={
                "verbose_name": "counting incident",
                "verbose_name_plural": "counting incidents",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("wave",),
                        name="counting_incident_open_once_per_wave",
                    )
                ],
            },
        ),
    ]
