"""A published decision and its changes are never edited; the database refuses.

Only the person who decided may be emptied, when her account goes, and when everybody was told is written once.
"""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION feedback_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published decision stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION feedback_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM feedback_decision
        WHERE published_at IS NOT NULL AND id IN (OLD.decision_id, NEW.decision_id)
    ) THEN
        RAISE EXCEPTION 'changes of a published decision stay as they are'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_is_fixed_once_published
    BEFORE DELETE OR UPDATE OF
        pilot_id, verdict_id, kind, reason_ko, reason_en, next_changed_ko, next_changed_en, decided_at, published_at
    ON feedback_decision
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION feedback_refuse_change();
CREATE TRIGGER change_is_fixed_once_published
    BEFORE INSERT OR DELETE OR UPDATE ON feedback_change
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change_of_published();
"""

BACKWARD = """
DROP TRIGGER change_is_fixed_once_published ON feedback_change;
DROP TRIGGER decision_is_fixed_once_published ON feedback_decision;
DROP FUNCTION feedback_refuse_change_of_published();
DROP FUNCTION feedback_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0002_next_version_of_a_revision"),
        ("proposals", "0001_initial"),
    ]

    operations = [
        # A comment that a change answers is not deleted: the change rests on it.
        migrations.AlterField(
            model_name="change",
            name="comment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="proposals.comment",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
