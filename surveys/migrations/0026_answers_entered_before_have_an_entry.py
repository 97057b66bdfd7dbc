"""Answers entered before it was recorded who entered them: by an unknown member of staff, from an unknown sheet."""

from django.db import migrations

FORWARD = """
INSERT INTO surveys_entry (response_id, by_id, staff_pk, at, sheet)
SELECT id, NULL, 0, submitted_at, '' FROM surveys_response
WHERE mode IN ('assisted', 'paper') AND submitted_at IS NOT NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0025_who_entered_answers")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
