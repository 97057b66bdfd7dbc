"""A modification direction is signed once; only the person behind it may be emptied, when her account goes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER direction_is_fixed
    BEFORE DELETE OR UPDATE OF snapshot_id, driver, figure, words_ko, words_en, signed_at ON surveys_direction
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER direction_is_fixed ON surveys_direction;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0015_files_that_leave_the_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Direction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("driver", models.CharField(max_length=20)),
                ("figure", models.CharField(max_length=60)),
                ("words_ko", models.TextField(max_length=1000)),
                ("words_en", models.TextField(blank=True, max_length=1000)),
                ("signed_at", models.DateTimeField()),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="directions", to="surveys.snapshot"
                    ),
                ),
            ],
            options={
                "ordering": ["signed_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words_ko", ""), _negated=True), models.Q(("figure", ""), _negated=True)
                        ),
                        name="direction_says_what_and_why",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
