"""Published reports, their corrections and the log of packs taken are written once; the database refuses any change.

Only the person behind a row may be emptied, when her account goes.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER report_is_fixed
    BEFORE DELETE OR UPDATE OF
        snapshot_id, number, language, contents, pdf, pack, pdf_hash, pack_hash, hash, published_at ON surveys_report
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER correction_is_fixed
    BEFORE DELETE OR UPDATE OF report_id, what_ko, what_en, why_ko, why_en, corrected_at ON surveys_correction
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER pack_taken_is_fixed
    BEFORE DELETE OR UPDATE OF snapshot_id, taken_at, why, hash ON surveys_packtaken
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER report_is_fixed ON surveys_report;
DROP TRIGGER correction_is_fixed ON surveys_correction;
DROP TRIGGER pack_taken_is_fixed ON surveys_packtaken;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0017_reports_are_drafted_and_published")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
