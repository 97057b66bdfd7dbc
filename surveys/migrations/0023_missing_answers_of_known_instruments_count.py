"""Open waves count known instruments person by person, and every chunk is counted again, by the workers.

Whom nothing applies to has completed nothing from now on. Figures of closed waves stay as they were frozen.
"""

from dataclasses import asdict
from typing import Any

from django.db import migrations

from surveys.stats.layout import Layout, instruments_among

TOUCH = "INSERT INTO surveys_touchedchunk (wave_id, chunk) SELECT wave_id, chunk FROM surveys_chunktally"


def name_instruments(apps: Any, _schema_editor: Any) -> None:
    waves = apps.get_model("surveys", "Wave").objects
    for wave in waves.filter(stage="open", layout__isnull=False).select_related("survey__instrument"):
        methods = wave.survey.instrument.document["scoring"].get("methods", {})
        found = instruments_among(methods, Layout.of(wave.layout).items)
        if found:
            layout = wave.layout | {"instruments": [asdict(instrument) for instrument in found]}
            waves.filter(pk=wave.pk).update(layout=layout)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0022_reports_know_what_they_quote")]

    operations = [
        migrations.RunPython(name_instruments, migrations.RunPython.noop),
        migrations.RunSQL(TOUCH, TOUCH),
    ]
