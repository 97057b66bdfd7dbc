"""What people wrote is held clean by the database; what stood there before is cleaned."""

import django.db.models.functions.text
import django.db.models.lookups
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import livinglab.text_columns
from livinglab.text_columns import clean_stored


def clean_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    clean_stored(apps, "web.ContactMessage", lines=("reply_to",), texts=("text",))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_texts_are_clean"),
        ("pilots", "0009_texts_are_clean"),
        ("web", "0002_heartbeat"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(clean_all, migrations.RunPython.noop),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="contactmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("reply_to")),
                    models.Q(
                        (
                            "reply_to__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reply_to__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("text")),
                    models.Q(
                        (
                            "text__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "text__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("text"), 2000),
                ),
                name="contact_message_texts_are_clean",
            ),
        ),
    ]
