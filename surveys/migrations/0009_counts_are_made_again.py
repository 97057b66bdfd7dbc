"""What was counted is stored in another form from now on: every chunk is counted again, by the workers."""

from django.db import migrations

FORWARD = """
INSERT INTO surveys_touchedchunk (wave_id, chunk) SELECT wave_id, chunk FROM surveys_chunktally;
UPDATE surveys_chunktally SET state = '';
UPDATE surveys_tally SET state = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0008_counting_incident"),
    ]

    operations = [migrations.RunSQL(FORWARD, FORWARD)]
