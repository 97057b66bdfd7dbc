"""A loaded bank and a recorded permission are written once; the database refuses any change.

Only the person behind them may be emptied, when an account goes.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER instrument_is_fixed
    BEFORE DELETE OR UPDATE OF bank, version, document, hash, loaded_at ON surveys_instrument
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
CREATE TRIGGER bank_permission_is_fixed
    BEFORE DELETE OR UPDATE OF bank, given_by, given_on, reference, recorded_at ON surveys_bankpermission
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER instrument_is_fixed ON surveys_instrument;
DROP TRIGGER bank_permission_is_fixed ON surveys_bankpermission;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_banks_of_a_city")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
