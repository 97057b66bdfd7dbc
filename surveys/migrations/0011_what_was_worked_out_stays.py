"""What was worked out of a closed wave is written once; the database refuses any change."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER closing_work_is_fixed
    BEFORE DELETE OR UPDATE ON surveys_closingwork
    FOR EACH ROW WHEN (OLD.stage = 'done') EXECUTE FUNCTION surveys_refuse_change();
"""

BACKWARD = """
DROP TRIGGER closing_work_is_fixed ON surveys_closingwork;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_what_is_worked_out_of_closed_waves")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
