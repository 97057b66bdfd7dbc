from django.core.management import call_command
from django.db import migrations, models


def create(apps, schema_editor):
    # Makes the tables of caches that are not there yet.
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0019_factor_reset")]
    operations = [
        migrations.CreateModel(
            name="UseCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, verbose_name="digest")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="how often")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
            ],
            options={
                "verbose_name": "count of a limit",
                "verbose_name_plural": "counts of limits",
                "indexes": [models.Index(fields=["ends_at"], name="use_count_by_its_end")],
                "constraints": [models.UniqueConstraint(fields=("key",), name="use_count_once_per_key")],
            },
        ),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
