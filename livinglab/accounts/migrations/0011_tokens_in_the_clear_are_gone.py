"""The table in which tokens stood in the clear goes, and with it every one of them: their owners make new ones."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_api_token")]
    operations = [
        migrations.RunSQL(
            "DROP TABLE IF EXISTS authtoken_token; DELETE FROM django_migrations WHERE app = 'authtoken'",
            migrations.RunSQL.noop,
        )
    ]
