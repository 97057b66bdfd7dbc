"""An alarm after a verdict opens a review, signed once; signs of stuffed ballots are worked out when a wave closes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER alarm_is_fixed
    BEFORE DELETE OR UPDATE ON surveys_alarm
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER review_is_fixed
    BEFORE DELETE OR UPDATE OF alarm_id, found_ko, found_en, done_ko, done_en, signed_at ON surveys_review
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER alarm_is_fixed ON surveys_alarm;
DROP TRIGGER review_is_fixed ON surveys_review;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0020_open_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("charts", models.JSONField()),
                ("n", models.PositiveIntegerField()),
                ("distance", models.FloatField()),
                ("raised_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["raised_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found_ko", models.TextField(max_length=1000)),
                ("found_en", models.TextField(max_length=1000)),
                ("done_ko", models.TextField(max_length=1000)),
                ("done_en", models.TextField(max_length=1000)),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="closingwork",
            name="closing_work_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="closingwork",
            name="closing_work_pairs_have_an_earlier_wave",
        ),
        migrations.AlterField(
            model_name="closingwork",
            name="kind",
            field=models.CharField(
                choices=[("drivers", "Drivers"), ("pairs", "Pairs"), ("words", "Words"), ("signals", "Signals")],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwork",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["drivers", "pairs", "words", "signals"])),
                name="closing_work_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier__isnull", False), ("kind", "pairs")),
                    models.Q(("earlier", None), ("kind__in", ["drivers", "words", "signals"])),
                    _connector="OR",
                ),
                name="closing_work_pairs_have_an_earlier_wave",
            ),
        ),
        migrations.AddField(
            model_name="alarm",
            name="snapshot",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="alarm", to="surveys.snapshot"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="alarm",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="review", to="surveys.alarm"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="signed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(("charts", []), _negated=True), name="alarm_names_a_chart"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("found_ko", ""), _negated=True),
                    models.Q(("found_en", ""), _negated=True),
                    models.Q(("done_ko", ""), _negated=True),
                    models.Q(("done_en", ""), _negated=True),
                ),
                name="review_says_what_was_found_and_done",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
