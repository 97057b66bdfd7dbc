from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_access_record"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="person", name="person_nickname_once"),
        migrations.AddField(
            model_name="person",
            name="nickname_key",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
