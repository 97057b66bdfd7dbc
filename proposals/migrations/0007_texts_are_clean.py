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
    clean_stored(apps, "proposals.Comment", lines=("hidden_reason",), texts=("body_ko", "body_en"))
    clean_stored(apps, "proposals.Flag", texts=("words", "reported_text"))
    clean_stored(apps, "proposals.Photo", lines=("alt",))
    clean_stored(
        apps,
        "proposals.Proposal",
        lines=("title_ko", "title_en"),
        texts=(
            "problem_ko",
            "problem_en",
            "idea_ko",
            "idea_en",
            "success_ko",
            "success_en",
            "personal_data_ko",
            "personal_data_en",
        ),
    )
    clean_stored(apps, "proposals.Step", texts=("reason_ko", "reason_en"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_texts_are_clean"),
        ("proposals", "0006_reported_comments_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(clean_all, migrations.RunPython.noop),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("hidden_reason")),
                    models.Q(
                        (
                            "hidden_reason__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "hidden_reason__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("body_ko"), 1500),
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("body_en"), 1500),
                ),
                name="comment_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("words")),
                    models.Q(
                        (
                            "words__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "words__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("words"), 500),
                    livinglab.text_columns.IsComposed(models.F("reported_text")),
                    models.Q(
                        (
                            "reported_text__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "reported_text__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("reported_text"), 1500
                    ),
                ),
                name="flag_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    livinglab.text_columns.IsComposed(models.F("alt")),
                    models.Q(
                        (
                            "alt__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "alt__regex",
                            "^[ \\u1680\\u2000-\\u200a\\u205f\\u3000]|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000][ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n",
                        ),
                        _negated=True,
                    ),
                ),
                name="photo_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
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
                    livinglab.text_columns.IsComposed(models.F("problem_ko")),
                    models.Q(
                        (
                            "problem_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "problem_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("problem_ko"), 3000
                    ),
                    livinglab.text_columns.IsComposed(models.F("problem_en")),
                    models.Q(
                        (
                            "problem_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "problem_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("problem_en"), 3000
                    ),
                    livinglab.text_columns.IsComposed(models.F("idea_ko")),
                    models.Q(
                        (
                            "idea_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "idea_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("idea_ko"), 3000),
                    livinglab.text_columns.IsComposed(models.F("idea_en")),
                    models.Q(
                        (
                            "idea_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "idea_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("idea_en"), 3000),
                    livinglab.text_columns.IsComposed(models.F("success_ko")),
                    models.Q(
                        (
                            "success_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "success_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("success_ko"), 2000
                    ),
                    livinglab.text_columns.IsComposed(models.F("success_en")),
                    models.Q(
                        (
                            "success_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "success_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("success_en"), 2000
                    ),
                    livinglab.text_columns.IsComposed(models.F("personal_data_ko")),
                    models.Q(
                        (
                            "personal_data_ko__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "personal_data_ko__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("personal_data_ko"), 2000
                    ),
                    livinglab.text_columns.IsComposed(models.F("personal_data_en")),
                    models.Q(
                        (
                            "personal_data_en__regex",
                            "[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u2007\\u200b\\u200e\\u200f\\u2028-\\u202f\\u2060-\\u206f\\u2800\\u3164\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff]",
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        (
                            "personal_data_en__regex",
                            "^([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)|([ \\u1680\\u2000-\\u200a\\u205f\\u3000]|\\n)$|[ \\u1680\\u2000-\\u200a\\u205f\\u3000]\\n",
                        ),
                        _negated=True,
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("personal_data_en"), 2000
                    ),
                ),
                name="proposal_texts_are_clean",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason_ko"), 2000),
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
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason_en"), 2000),
                ),
                name="step_texts_are_clean",
            ),
        ),
    ]
