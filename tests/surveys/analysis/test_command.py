"""The command itself: it needs no database, says by line and column what is wrong, and writes whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.surveys.analysis.conftest import ANSWERS, SPEC, changed_spec, rows_of, write_rows


def refused(spec: Path, *files: Path, out: Path) -> CommandError:
    """How the command refuses; nothing is left behind where it would have written."""
    before = sorted(out.parent.iterdir())
    with pytest.raises(CommandError) as error:
        call_command("analyse", str(spec), *map(str, files), "--out", str(out), "--language", "en", verbosity=0)
    assert sorted(out.parent.iterdir()) == before
    return error.value


def test_it_runs_where_no_database_answers(tmp_path: Path):
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "livinglab.settings",
        "DEMONSTRATION": "true",
        "VAR_DIR": str(tmp_path / "var"),
    }
    command = [sys.executable, "manage.py", "analyse", str(SPEC), str(ANSWERS), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["survey"]["id"] == "shared-cars"
    # Nor was the site built there; no picture is drawn with whatever letters the machine has.
    assert list((tmp_path / "out").glob("*.svg")) == []
    assert "build_assets" in done.stderr


def test_exit_codes_tell_wrong_answers_from_a_wrong_spec(tmp_path: Path):
    rows = rows_of(ANSWERS)
    rows[12]["PU1"] = "Agre"
    wrong = write_rows(tmp_path / "answers.csv", rows)

    error = refused(SPEC, wrong, out=tmp_path / "out")
    assert error.returncode == 1
    assert str(error) == (
        "answers.csv, line 14, column PU1: “Agre” is no answer of this item; known are “Strongly disagree”, "
        "“Disagree”, “Neither”, “Agree”, “Strongly agree”, “-”, “Don't know”\nNothing was written."
    )
    spec = changed_spec(tmp_path, lambda told: told["items"]["PU1"].update(scale="agreed"))
    error = refused(spec, ANSWERS, out=tmp_path / "out")
    assert error.returncode == 2
    assert "items, PU1, scale: there is no scale agreed." in str(error)
    assert str(error).startswith("spec.yaml, line ")


def test_the_first_twenty_complaints_are_told_and_the_others_counted(tmp_path: Path):
    rows = rows_of(ANSWERS)
    for row in rows[:30]:
        row["BI1"] = "7"
    error = refused(SPEC, write_rows(tmp_path / "answers.csv", rows), out=tmp_path / "out")

    lines = str(error).splitlines()
    assert len([line for line in lines if "column BI1" in line]) == 20
    assert lines[-2:] == ["... and 10 more", "30 complaints; nothing was written."]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "2"}, "column number: “2” was there before (answers.csv, line 3)"),
        ({"person": "p074"}, "column person: “p074” was there before in wave 1 (answers.csv, line 3)"),
        ({"wave": "soon"}, "column wave: “soon” is no whole number from 1 to 9999"),
        ({"age": "80"}, "column age: “80” is not among the words of this column; known are “19-39”"),
        ({"sex": "X"}, "column sex: “X” is no category of the margin of this variable; known are “F”, “M”"),
        ({"sex": "F/M"}, "column sex: “F/M” is no category"),
        ({"day": "1 March"}, "column day: “1 March” is not a date of the form %Y-%m-%d"),
        ({"how": "fax"}, "column how: “fax” is not among the words"),
        ({"level": "6"}, "column level: “6” is no whole number from 1 to 5"),
        ({"PU2": "6"}, "column PU2: “6” is no answer of this item; known are “Strongly disagree”"),
        ({"seconds": "a minute"}, "column seconds: “a minute” is no number of seconds"),
        ({"number": ""}, "column number: the row has no number or name of its own"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_by_line_and_column(tmp_path: Path, change: dict[str, str], sentence: str):
    rows = rows_of(ANSWERS)
    rows[3] |= change
    error = refused(SPEC, write_rows(tmp_path / "answers.csv", rows), out=tmp_path / "out")

    assert error.returncode == 1
    assert f"answers.csv, line 5, {sentence}" in str(error)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda told: told.pop("items"), "lacks items"),
        (lambda told: told.update(colour="red"), "has unknown keys colour"),
        (lambda told: told.update(itmes={}), "did you mean items?"),
        (lambda told: told["scales"]["agreement"].update(high=1), "low must be below high"),
        (lambda told: told["scales"]["agreement"]["words"].update(Always=6), "Always would lie outside the scale"),
        (lambda told: told["outcomes"]["accept"].update(items=["BI9"]), "unknown items BI9"),
        (lambda told: told["outcomes"]["accept"].update(answered=4), "accept cannot need 4 answers of 3 items"),
        (lambda told: told["drivers"]["constructs"].append("FA"), "there is no construct FA"),
        (lambda told: told["drivers"].update(turned=["BI"]), "BI is none of the drivers"),
        (lambda told: told["pairs"].append(["PU1", "XX1"]), "unknown items XX1"),
        (lambda told: told["groups"]["65+"].update(members=[65]), "put 65 in quotes"),
        (lambda told: told["weights"]["margins"][0].update(variable="zone"), "no file tells zone"),
        (lambda told: told["weights"]["margins"][0].update(status="guessed"), "guessed is none of official, reported"),
        (lambda told: told["weights"]["margins"][0].pop("source"), "lacks source"),
        (lambda told: told["weights"]["margins"][0]["people"].update(F=10), "all need the same total"),
        (lambda told: told["weights"].update(merges={"65+": "M"}), "M is no category of the same margin"),
        (lambda told: told["weights"]["margins"][1]["people"].pop("65+"), "65+: no category of the margin age"),
        (lambda told: told["registration"].update(alpha=[0.04, 0.04]), "alpha must sum to at most 0.05"),
        (lambda told: told["registration"].update(looks=[1]), "there are 1 looks and 2 parts of alpha"),
        (lambda told: told["registration"].update(tau_retire=0.7), "0 < tau_retire < tau_scale < 1"),
        (lambda told: told["registration"].update(protected_groups=["deaf"]), "no file tells the group deaf"),
        (lambda told: told["registration"].update(registered_on="2027-02-30"), "day is out of range"),
        (
            lambda told: told["registration"].update(criteria=[{"metric": "ZZ", "kind": "mean", "least": 3}]),
            "ZZ is no mean that this survey has",
        ),
        (lambda told: told["registration"].pop("population"), "lacks population"),
        (lambda told: told["date"].update(timezone="Asia/Atlantis"), "unknown time zone: Asia/Atlantis"),
        (lambda told: told.update(encoding="klingon"), "unknown encoding: klingon"),
        (lambda told: told["people"]["age"]["words"].update({"75+": "65/75"}), "must not hold a /"),
        (lambda told: told.update(files=[{"name": "a.csv"}]), "stands beside files"),
        (lambda told: told.update(bank="lla-13"), "name a bank or describe the items, not both"),
        (lambda told: told.update(constructs={"ZZ": "Nothing"}), "no item is of this construct"),
        (lambda told: told["pages"][0].update(items=["PU9"]), "unknown items PU9"),
        (lambda told: told["items"]["PU1"].update(construct="TR", scale="other"), "there is no scale other"),
    ],
)
def test_what_is_wrong_with_a_spec_is_told_by_its_line(tmp_path: Path, change, sentence: str):
    spec = changed_spec(tmp_path, change)
    error = refused(spec, ANSWERS, out=tmp_path / "out")

    assert error.returncode == 2
    assert sentence in str(error)
    assert all(line.startswith("spec.yaml, line ") for line in str(error).splitlines()[:-1])


def test_all_that_is_wrong_with_a_spec_is_told_at_once(tmp_path: Path):
    def spoil(told):
        told["weights"]["margins"][0]["variable"] = "zone"
        told["registration"]["protected_groups"] = ["deaf"]

    error = refused(changed_spec(tmp_path, spoil), ANSWERS, out=tmp_path / "out")

    assert "no file tells zone" in str(error)
    assert "no file tells the group deaf" in str(error)


def test_files_that_are_not_there_or_no_tables_are_refused(tmp_path: Path):
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "none.csv").write_text(",".join(rows_of(ANSWERS)[0]) + "\n")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "broken.sav").write_bytes(b"$FL2 no data")
    (tmp_path / "few.csv").write_text("number,person\n1,p1\n")
    for name, sentence in (
        ("gone.csv", "cannot be read"),
        ("gone.sav", "cannot be read"),
        ("empty.csv", "the file is empty"),
        ("none.csv", "There is no row to analyse"),
        ("broken.xlsx", "is no XLSX workbook"),
        ("broken.sav", "is no SPSS file"),
        ("few.csv", "there is no column BI1, BI2"),
    ):
        error = refused(SPEC, tmp_path / name, out=tmp_path / "out")
        assert error.returncode == 1
        assert sentence in str(error), name


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")

    assert "holds other files" in str(refused(SPEC, ANSWERS, out=out))
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


def test_an_earlier_analysis_is_replaced_and_comes_out_the_same(tmp_path: Path):
    out = tmp_path / "deep" / "out"
    written = []
    for _time in range(2):
        call_command("analyse", str(SPEC), str(ANSWERS), "--out", str(out), verbosity=0)
        written.append({path.name: path.read_bytes() for path in out.iterdir()})

    assert written[0].keys() == written[1].keys()
    assert written[0]["results.json"] == written[1]["results.json"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fails)
    error = refused(SPEC, ANSWERS, out=tmp_path / "out")

    assert "No space left on device" in str(error)
