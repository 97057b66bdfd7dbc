"""Counts who takes part and who waits in the pilots there are."""

from django.db import migrations

# Running it again counts the same.
COUNT = """
    UPDATE pilots_pilot
    SET (joined_total, waiting_total) = (
        SELECT count(*) FILTER (WHERE state = 'joined'), count(*) FILTER (WHERE state = 'waiting')
        FROM pilots_enrolment WHERE pilot_id = pilots_pilot.id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("pilots", "0004_pilots_keep_how_many_take_part")]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
