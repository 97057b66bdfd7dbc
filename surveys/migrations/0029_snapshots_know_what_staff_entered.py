"""A snapshot keeps how many answers staff entered; of those frozen before it is not known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0028_answers_of_a_wave_are_deleted"),
    ]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="entered",
            field=models.JSONField(null=True),
        ),
    ]
