import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_an_administrator_has_the_whole_city")]
    operations = [
        migrations.AddField(
            model_name="person",
            name="stopped_mails",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("proposals", "my proposals and comments"),
                        ("pilots", "pilots, their results, and what the city decides"),
                        ("invitations", "invitations to surveys, and reminders"),
                        ("work", "my work as staff"),
                    ],
                    max_length=11,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="no e-mail about",
            ),
        )
    ]
