"""The audit trail is only added to: the database refuses changes, and deletion for two years.

Only the person behind a row may be emptied, when the account goes.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION accounts_refuse_change_of_access_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < now() - interval '2 years' THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.by_id IS NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'access records stay as they are for two years' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER access_record_is_fixed
    BEFORE DELETE OR UPDATE ON accounts_accessrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change_of_access_record();
"""

BACKWARD = """
DROP TRIGGER access_record_is_fixed ON accounts_accessrecord;
DROP FUNCTION accounts_refuse_change_of_access_record();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("by_pk", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="staff number")),
                (
                    "by_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("resident", "Resident"),
                                ("moderator", "Moderator"),
                                ("evaluator", "Evaluator"),
                                ("host", "Test-bed host"),
                                ("administrator", "Administrator"),
                            ],
                            max_length=13,
                        ),
                        default=list,
                        size=None,
                        verbose_name="roles then",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("contacts_seen", "saw contacts"),
                            ("participant_sought", "looked up a participant"),
                            ("desk_searched", "searched at the residence desk"),
                            ("residence_confirmed", "confirmed a residence"),
                            ("codes_printed", "printed residence codes"),
                            ("answers_entered", "entered answers"),
                            ("sheets_printed", "printed answer sheets"),
                            ("answers_read", "read answers in people's own words"),
                            ("answers_released", "released or withheld a quotation"),
                            ("reasons_read", "read why people left"),
                            ("role_granted", "granted a role"),
                            ("role_taken", "took a role away"),
                            ("account_closed", "closed an account"),
                            ("account_opened", "opened an account again"),
                            ("account_named", "gave an account another nickname"),
                            ("reset_asked", "asked to reset a second factor"),
                            ("reset_dropped", "dropped a request to reset a second factor"),
                            ("factor_reset", "reset a second factor"),
                            ("file_taken", "took a file"),
                            ("mails_read", "read sent mails"),
                            ("trail_read", "read this record"),
                        ],
                        max_length=19,
                        verbose_name="did",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=120, verbose_name="about")),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="people concerned")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="access_records",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "access record",
                "verbose_name_plural": "access records",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["-at", "-id"], name="access_record_newest_first")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "contacts_seen",
                                    "participant_sought",
                                    "desk_searched",
                                    "residence_confirmed",
                                    "codes_printed",
                                    "answers_entered",
                                    "sheets_printed",
                                    "answers_read",
                                    "answers_released",
                                    "reasons_read",
                                    "role_granted",
                                    "role_taken",
                                    "account_closed",
                                    "account_opened",
                                    "account_named",
                                    "reset_asked",
                                    "reset_dropped",
                                    "factor_reset",
                                    "file_taken",
                                    "mails_read",
                                    "trail_read",
                                ],
                            )
                        ),
                        name="access_record_action_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("about__contains", "@"), _negated=True),
                        name="access_record_holds_no_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", True), ("by_pk__isnull", False), _connector="OR"),
                        name="access_record_keeps_a_staff_number",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
