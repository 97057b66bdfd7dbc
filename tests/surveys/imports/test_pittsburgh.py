"""The example in docs/examples, on the real files, against numbers worked out apart from our code."""

import csv
import os
from pathlib import Path
from statistics import mean, stdev

import pytest
from django.conf import settings
from django.core.management import call_command

from surveys.metrics.release import Audience, figure_at, release
from surveys.models import Wave
from tests.surveys.reports.conftest import made, text_of

FILES = ("bikepghpublic2017.csv", "avsurvey2019data.csv")
COLUMNS = {1: {"SAFE_AV": "SafetyAV", "SAFE_HUMAN": "SafetyHuman"}, 2: {"SAFE_AV": "SafeAv", "SAFE_HUMAN": "SafeHuman"}}


@pytest.fixture
def survey_data() -> Path:
    folder = Path(os.environ.get("LIVINGLAB_DATA", "")) / "av-survey-pittsburgh"
    if "LIVINGLAB_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("set LIVINGLAB_DATA to the folder that holds av-survey-pittsburgh/")
    return folder


@pytest.mark.django_db
def test_means_are_those_of_the_raw_files(survey_data: Path, capsys: pytest.CaptureFixture[str]):
    mapping = settings.BASE_DIR / "docs" / "examples" / "pittsburgh-av" / "mapping.yaml"

    call_command("import_responses", str(mapping), *[str(survey_data / name) for name in FILES])

    assert "Wave 1: 799 answers, 2017-02-22 to 2017-03-09" in capsys.readouterr().out
    for wave in Wave.objects.select_related("snapshot"):
        with open(survey_data / FILES[wave.number - 1], encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for code, column in COLUMNS[wave.number].items():
            answers = [int(row[column]) for row in rows if row[column].isdecimal()]
            exact = figure_at(release(wave.snapshot, Audience.DESK), f"items.{code}.mean")
            public = figure_at(release(wave.snapshot, Audience.PUBLIC), f"items.{code}.mean")
            assert exact is not None
            assert public is not None
            assert exact["n"] == len(answers)
            assert exact["value"] == pytest.approx(mean(answers))
            assert exact["sd"] == pytest.approx(stdev(answers))
            assert public["value"] == pytest.approx(mean(answers), abs=0.005)
    # Worked out apart, too: 3.53 to 3.68 beside self-driving cars, 2.95 to 2.73 beside human-driven ones.
    text = text_of(made(Wave.objects.get(number=2).snapshot))
    for told in (
        "3.53 in wave 1 (2017) (95% interval 3.45 to 3.62",
        "3.68 in wave 2 (2019) (95% interval 3.60 to 3.76",
        "Feeling safe beside self-driving cars: +0.15 (95% interval +0.03 to +0.27)",
        "Feeling safe beside human-driven cars: −0.22 (95% interval −0.31 to −0.13)",
    ):
        assert told in text
