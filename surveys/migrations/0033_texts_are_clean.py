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
    clean_stored(apps, "surveys.Export", lines=("why",))
    clean_stored(apps, "surveys.OpenAnswer", texts=("text", "quotation"))
    clean_stored(apps, "surveys.ReportNotes", texts=("foreword_ko", "foreword_en", "limits_ko", "limits_en"))
    clean_stored(apps, "surveys.Survey", lines=("open_question_ko", "open_question_en"))
    clean_stored(apps, "surveys.Theme", lines=("name_ko", "name_en"))
    clean_stored(apps, "surveys.Wave", lines=("cancel_reason",))


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0009_texts_are_clean"),
        ("surveys", "0032_voices_are_kept_when_texts_go"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(clean_all, migrations.RunPython.noop),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("reason")),
                    models.Q(
                        (
                            "reason__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reason__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 1000),
                ),
                name="amendment_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="bankpermission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("given_by")),
                    models.Q(
                        (
                            "given_by__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "given_by__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("reference")),
                    models.Q(
                        (
                            "reference__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reference__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="bank_permission_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("what_ko")),
                    models.Q(
                        (
                            "what_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "what_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("what_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("what_en")),
                    models.Q(
                        (
                            "what_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "what_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("what_en"), 1000),
                    livinglab.text_columns.IsComposed(models.F("why_ko")),
                    models.Q(
                        (
                            "why_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "why_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("why_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("why_en")),
                    models.Q(
                        (
                            "why_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "why_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("why_en"), 1000),
                ),
                name="correction_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="direction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("words_ko")),
                    models.Q(
                        (
                            "words_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "words_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("words_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("words_en")),
                    models.Q(
                        (
                            "words_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "words_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("words_en"), 1000),
                ),
                name="direction_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("why")),
                    models.Q(
                        (
                            "why__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "why__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="export_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="openanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("text"), 1000),
                    livinglab.text_columns.IsComposed(models.F("quotation")),
                    models.Q(
                        (
                            "quotation__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "quotation__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("quotation"), 1000),
                ),
                name="open_answer_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="packtaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("why")),
                    models.Q(
                        (
                            "why__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "why__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="pack_taken_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportnotes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("foreword_ko")),
                    models.Q(
                        (
                            "foreword_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "foreword_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("foreword_ko"), 4000
                    ),
                    livinglab.text_columns.IsComposed(models.F("foreword_en")),
                    models.Q(
                        (
                            "foreword_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "foreword_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("foreword_en"), 4000
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("limits_ko"), 2000),
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("limits_en"), 2000),
                ),
                name="report_notes_texts_are_clean",
            ),
        ),
        AddConstraintNotValid(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("found_ko")),
                    models.Q(
                        (
                            "found_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "found_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("found_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("found_en")),
                    models.Q(
                        (
                            "found_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "found_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("found_en"), 1000),
                    livinglab.text_columns.IsComposed(models.F("done_ko")),
                    models.Q(
                        (
                            "done_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "done_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("done_ko"), 1000),
                    livinglab.text_columns.IsComposed(models.F("done_en")),
                    models.Q(
                        (
                            "done_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "done_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("done_en"), 1000),
                ),
                name="review_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("open_question_ko")),
                    models.Q(
                        (
                            "open_question_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "open_question_ko__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                    livinglab.text_columns.IsComposed(models.F("open_question_en")),
                    models.Q(
                        (
                            "open_question_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "open_question_en__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="survey_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
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
                name="theme_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("cancel_reason")),
                    models.Q(
                        (
                            "cancel_reason__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "cancel_reason__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="wave_texts_are_clean",
            ),
        ),
    ]
