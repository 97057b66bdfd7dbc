"""Who entered answers for somebody, when and from which sheet; and who has entered any of a pilot. Neither changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER entry_is_fixed
    BEFORE UPDATE OF response_id, staff_pk, at, sheet ON surveys_entry
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER entry_clerk_is_fixed
    BEFORE UPDATE ON surveys_entryclerk
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER entry_is_fixed ON surveys_entry;
DROP TRIGGER entry_clerk_is_fixed ON surveys_entryclerk;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0005_how_many_take_part_is_counted"),
        ("surveys", "0024_alphas_with_people_drawn_anew"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff_pk", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("sheet", models.CharField(blank=True, max_length=8)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entry", to="surveys.response"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sheet", ""), _negated=True),
                        fields=("sheet",),
                        name="entry_once_from_each_sheet",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", True), ("by", models.F("staff_pk")), _connector="OR"),
                        name="entry_number_is_of_who_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryClerk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "pilot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entry_clerks", to="pilots.pilot"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("pilot", "person"), name="entry_clerk_once_per_pilot")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
