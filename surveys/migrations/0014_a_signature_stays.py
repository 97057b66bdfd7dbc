"""A signature under a verdict is written once; only the person behind it may be emptied, when her account goes."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER verdict_signature_is_fixed
    BEFORE DELETE OR UPDATE OF verdict_id, at ON surveys_verdictsignature
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER verdict_signature_is_fixed ON surveys_verdictsignature;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0013_counts_are_not_packed")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
