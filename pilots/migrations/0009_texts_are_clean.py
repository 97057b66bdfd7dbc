"""What people wrote is held clean by the database; what stood there before is cleaned.

What a hash or a trigger fixes stays as it was.
"""

import django.db.models.functions.text
import django.db.models.lookups
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import livinglab.text_columns
from livinglab.text_columns import clean_stored


def clean_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    clean_stored(
        apps,
        "pilots.Pilot",
        lines=("title_ko", "title_en"),
        texts=(
            "purpose_ko",
            "purpose_en",
            "expected_ko",
            "expected_en",
            "limits_ko",
            "limits_en",
            "usage_ko",
            "usage_en",
        ),
    )
    clean_stored(apps, "pilots.Service", lines=("name_ko", "name_en"))
    clean_stored(apps, "pilots.ServiceVersion", texts=("summary_ko", "summary_en", "changed_ko", "changed_en"))
    clean_stored(apps, "pilots.TestBed", lines=("name_ko", "name_en"), texts=("offer_ko", "offer_en"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_texts_are_clean"),
        ("pilots", "0008_pilots_before_are_no_news"),
        ("proposals", "0007_texts_are_clean"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(clean_all, migrations.RunPython.noop),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("body_ko")),
                    models.Q(
                        (
                            "body_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "body_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("body_ko"), 6000),
                    livinglab.text_columns.IsComposed(models.F("body_en")),
                    models.Q(
                        (
                            "body_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "body_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("body_en"), 6000),
                    livinglab.text_columns.IsComposed(models.F("facts_ko")),
                    models.Q(
                        (
                            "facts_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "facts_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("facts_ko"), 6000),
                    livinglab.text_columns.IsComposed(models.F("facts_en")),
                    models.Q(
                        (
                            "facts_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "facts_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("facts_en"), 6000),
                ),
                name="consent_text_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("title_ko")),
                    models.Q(
                        (
                            "title_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "title_ko__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("title_en")),
                    models.Q(
                        (
                            "title_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "title_en__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("purpose_ko")),
                    models.Q(
                        (
                            "purpose_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "purpose_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("purpose_ko"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("purpose_en")),
                    models.Q(
                        (
                            "purpose_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "purpose_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("purpose_en"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("expected_ko")),
                    models.Q(
                        (
                            "expected_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "expected_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("expected_ko"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("expected_en")),
                    models.Q(
                        (
                            "expected_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "expected_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("expected_en"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("limits_ko")),
                    models.Q(
                        (
                            "limits_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "limits_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("limits_ko"), 1500),
                    livinglab.text_columns.IsComposed(models.F("limits_en")),
                    models.Q(
                        (
                            "limits_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "limits_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("limits_en"), 1500),
                    livinglab.text_columns.IsComposed(models.F("usage_ko")),
                    models.Q(
                        (
                            "usage_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "usage_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("usage_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("usage_en")),
                    models.Q(
                        (
                            "usage_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "usage_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("usage_en"), 1000),
                ),
                name="pilot_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
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
                name="service_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("summary_ko")),
                    models.Q(
                        (
                            "summary_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "summary_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("summary_ko"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("summary_en")),
                    models.Q(
                        (
                            "summary_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "summary_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("summary_en"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("changed_ko")),
                    models.Q(
                        (
                            "changed_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "changed_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("changed_ko"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("changed_en")),
                    models.Q(
                        (
                            "changed_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "changed_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("changed_en"), 1500
                    ),
                ),
                name="service_version_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="testbed",
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
                    livinglab.text_columns.IsComposed(models.F("offer_ko")),
                    models.Q(
                        (
                            "offer_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "offer_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("offer_ko"), 1500),
                    livinglab.text_columns.IsComposed(models.F("offer_en")),
                    models.Q(
                        (
                            "offer_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "offer_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("offer_en"), 1500),
                ),
                name="test_bed_texts_are_clean",
            ),
        ),
    ]
