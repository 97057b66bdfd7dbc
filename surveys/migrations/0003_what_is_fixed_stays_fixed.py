"""Registrations, criteria, amendments, snapshots and verdicts are written once; the database refuses any change.

Only the person behind a registration or an amendment may be emptied, when her account goes.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION surveys_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are fixed once written', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER registration_is_fixed
    BEFORE DELETE OR UPDATE OF survey_id, document, hash, registered_at ON surveys_registration
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER criterion_is_fixed
    BEFORE DELETE OR UPDATE ON surveys_criterion
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER amendment_is_fixed
    BEFORE DELETE OR UPDATE OF registration_id, at, reason, changes ON surveys_amendment
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER snapshot_is_fixed
    BEFORE DELETE OR UPDATE ON surveys_snapshot
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER verdict_is_fixed
    BEFORE DELETE OR UPDATE ON surveys_verdict
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER registration_is_fixed ON surveys_registration;
DROP TRIGGER criterion_is_fixed ON surveys_criterion;
DROP TRIGGER amendment_is_fixed ON surveys_amendment;
DROP TRIGGER snapshot_is_fixed ON surveys_snapshot;
DROP TRIGGER verdict_is_fixed ON surveys_verdict;
DROP FUNCTION surveys_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_what_is_asked_and_how_it_is_counted")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
