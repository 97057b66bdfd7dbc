from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_administrators_are_of_no_office"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "administrator"), _negated=True), ("office__isnull", True), _connector="OR"
                ),
                name="role_grant_administrator_has_the_whole_city",
            ),
        ),
    ]
