"""Alpha of each construct gets an interval from people drawn anew when a wave closes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0023_missing_answers_of_known_instruments_count"),
    ]

    operations = [
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
                choices=[
                    ("drivers", "Drivers"),
                    ("alpha", "Alpha"),
                    ("pairs", "Pairs"),
                    ("words", "Words"),
                    ("signals", "Signals"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwork",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["drivers", "alpha", "pairs", "words", "signals"])),
                name="closing_work_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwork",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier__isnull", False), ("kind", "pairs")),
                    models.Q(("earlier", None), ("kind__in", ["drivers", "alpha", "words", "signals"])),
                    _connector="OR",
                ),
                name="closing_work_pairs_have_an_earlier_wave",
            ),
        ),
    ]
