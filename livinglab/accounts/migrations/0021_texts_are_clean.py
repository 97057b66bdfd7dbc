"""What people wrote is held clean by the database; what stood there before is cleaned."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import livinglab.text_columns
from livinglab.text_columns import clean_stored


def clean_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    clean_stored(apps, "accounts.ApiToken", lines=("name",))
    clean_stored(apps, "accounts.Area", lines=("name_ko", "name_en"))
    clean_stored(apps, "accounts.Office", lines=("name_ko", "name_en", "counter_ko", "counter_en"))
    clean_stored(apps, "accounts.Person", lines=("name", "nickname"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_counts_of_limits_and_a_table_for_throttles"),
    ]

    operations = [
        migrations.RunPython(clean_all, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("name")),
                    models.Q(
                        (
                            "name__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="api_token_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("name_ko")),
                    models.Q(
                        (
                            "name_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name_ko__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("name_en")),
                    models.Q(
                        (
                            "name_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name_en__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="area_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("name_ko")),
                    models.Q(
                        (
                            "name_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name_ko__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("name_en")),
                    models.Q(
                        (
                            "name_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name_en__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("counter_ko")),
                    models.Q(
                        (
                            "counter_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "counter_ko__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("counter_en")),
                    models.Q(
                        (
                            "counter_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "counter_en__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="office_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("name")),
                    models.Q(
                        (
                            "name__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "name__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("nickname")),
                    models.Q(
                        (
                            "nickname__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "nickname__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="person_texts_are_clean",
            ),
        ),
    ]
