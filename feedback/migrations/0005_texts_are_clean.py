"""What people wrote is held clean by the database; what stood there before is cleaned.

What a hash or a trigger fixes stays as it was.
"""

import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import livinglab.text_columns


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0004_change_rests_on_direction"),
        ("pilots", "0009_texts_are_clean"),
        ("proposals", "0007_texts_are_clean"),
        ("surveys", "0033_texts_are_clean"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("said_ko")),
                    models.Q(
                        (
                            "said_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "said_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("said_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("said_en")),
                    models.Q(
                        (
                            "said_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "said_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("said_en"), 1000),
                    livinglab.text_columns.IsComposed(models.F("did_ko")),
                    models.Q(
                        (
                            "did_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "did_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("did_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("did_en")),
                    models.Q(
                        (
                            "did_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "did_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("did_en"), 1000),
                ),
                name="change_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("reason_ko")),
                    models.Q(
                        (
                            "reason_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reason_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason_ko"), 3000),
                    livinglab.text_columns.IsComposed(models.F("reason_en")),
                    models.Q(
                        (
                            "reason_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reason_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason_en"), 3000),
                    livinglab.text_columns.IsComposed(models.F("next_changed_ko")),
                    models.Q(
                        (
                            "next_changed_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "next_changed_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("next_changed_ko"), 1500
                    ),
                    livinglab.text_columns.IsComposed(models.F("next_changed_en")),
                    models.Q(
                        (
                            "next_changed_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "next_changed_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("next_changed_en"), 1500
                    ),
                ),
                name="decision_texts_are_clean",
            ),
        ),
    ]
