"""A change can rest on what the evaluators signed should change."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0003_what_is_published_stays_as_it_is"),
        ("surveys", "0016_directions_are_signed"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="direction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="surveys.direction",
            ),
        ),
        migrations.RemoveConstraint(model_name="change", name="change_rests_on_something"),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("comment__isnull", False),
                    ("direction__isnull", False),
                    models.Q(("item", ""), _negated=True),
                    models.Q(("figure", ""), _negated=True),
                    _connector="OR",
                ),
                name="change_rests_on_something",
            ),
        ),
    ]
