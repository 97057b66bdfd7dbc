"""Sheets that were given out for a wave and not entered yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0005_how_many_take_part_is_counted"),
        ("surveys", "0026_answers_entered_before_have_an_entry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8)),
                ("given_out_at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="pilots.enrolment"
                    ),
                ),
                (
                    "given_out_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="surveys.wave"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="sheet_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[2-9A-HJ-NP-Z]{8}$")), name="sheet_code_is_readable"
                    ),
                ],
            },
        ),
    ]
