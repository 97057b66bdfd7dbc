"""Counts are stored as they are: trying in vain to make them smaller took the database longer than writing them."""

from django.db import migrations

FORWARD = """
ALTER TABLE surveys_chunktally ALTER state SET STORAGE EXTERNAL;
ALTER TABLE surveys_tally ALTER state SET STORAGE EXTERNAL;
"""
BACKWARD = """
ALTER TABLE surveys_chunktally ALTER state SET STORAGE EXTENDED;
ALTER TABLE surveys_tally ALTER state SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0012_verdicts_are_signed"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
