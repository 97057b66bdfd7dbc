"""The mapping of the Pittsburgh survey serves as a spec, on the real files, against numbers worked out apart."""

import csv
import os
from pathlib import Path
from shutil import copy
from statistics import mean, stdev

import pytest
import yaml
from django.conf import settings
from scipy import stats

from tests.surveys.analysis.conftest import results_of

FOLDER = settings.BASE_DIR / "docs" / "examples" / "pittsburgh-av"
FILES = ("bikepghpublic2017.csv", "avsurvey2019data.csv")
COLUMNS = ({"SAFE_AV": "SafetyAV", "SAFE_HUMAN": "SafetyHuman"}, {"SAFE_AV": "SafeAv", "SAFE_HUMAN": "SafeHuman"})


@pytest.fixture
def files() -> list[Path]:
    folder = Path(os.environ.get("LIVINGLAB_DATA", "")) / "av-survey-pittsburgh"
    if "LIVINGLAB_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("set LIVINGLAB_DATA to the folder that holds av-survey-pittsburgh/")
    return [folder / name for name in FILES]


def test_the_mapping_of_an_import_serves_as_a_spec(files: list[Path]):
    results = results_of(FOLDER / "mapping.yaml", *files)

    answers = {}
    for wave, path, columns in zip(results["waves"], files, COLUMNS, strict=True):
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for code, column in columns.items():
            given = [int(row[column]) for row in rows if row[column].isdecimal()]
            item = next(item for item in wave["items"] if item["code"] == code)
            answers[wave["number"], code] = given
            assert item["mean"]["n"] == len(given)
            assert item["mean"]["value"] == pytest.approx(mean(given))
            assert item["mean"]["sd"] == pytest.approx(stdev(given))
        assert wave["verdict"] == {"outcome": None, "refused": "NOT_REGISTERED"}
        assert wave["accept"]["reason"] == "NO_ANSWERS"
    (change,) = results["changes"]
    assert [construct["name"] for construct in change["constructs"]] == ["SAFE_AV", "SAFE_HUMAN", "GROUND", "NEWS"]
    for construct in change["constructs"][:2]:
        code = construct["name"]
        tested = stats.ttest_ind(answers[2, code], answers[1, code], equal_var=False).confidence_interval()
        assert construct["same_people"] is None
        assert (construct["everyone"]["low"], construct["everyone"]["high"]) == pytest.approx(tuple(tested))
    assert sum(file["left_out"] for file in results["files"]) == 14


def test_an_outcome_may_be_added_to_a_bank_that_has_none(files: list[Path], tmp_path: Path):
    document = yaml.safe_load((FOLDER / "mapping.yaml").read_text(encoding="utf-8"))
    document["outcomes"] = {"accept": {"items": ["GROUND"]}}
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    copy(FOLDER / "bank.yaml", tmp_path)

    second = results_of(tmp_path / "spec.yaml", *files)["waves"][1]

    with open(files[1], encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ProvingGround"] not in ("", "null")]
    agree = [row for row in rows if row["ProvingGround"] in ("Approve", "Somewhat Approve")]
    assert (second["accept"]["n"], second["accept"]["value"]) == (len(rows), pytest.approx(len(agree) / len(rows)))
    old = sum(row["Age"] == "65+" for row in agree) / sum(row["Age"] == "65+" for row in rows)
    assert second["groups"][0]["accept"]["value"] == pytest.approx(old)
