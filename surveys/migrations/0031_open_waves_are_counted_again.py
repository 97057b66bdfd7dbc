"""The desk sees of an open wave what its next count shows: each is counted once more, by the workers."""

from django.db import migrations

FORWARD = """
INSERT INTO surveys_touchedchunk (wave_id, chunk)
SELECT tally.wave_id, tally.chunk FROM surveys_chunktally AS tally
JOIN surveys_wave AS wave ON wave.id = tally.wave_id WHERE wave.stage = 'open';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0030_counts_of_open_waves_move_in_steps"),
    ]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
