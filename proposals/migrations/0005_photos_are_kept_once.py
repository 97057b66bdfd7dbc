from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0004_words_of_public_proposals_are_indexed"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="digest",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True),
                fields=("proposal", "digest"),
                name="photo_once_per_proposal",
            ),
        ),
    ]
