import csv
from collections.abc import Callable
from pathlib import Path
from stat import S_IMODE

import pytest
import yaml
from django.core.management import CommandError, call_command

from pilots.models import Pilot, Service, TestBed
from surveys.bank_schema import WrongBank
from surveys.imports.documents import WrongDocument
from surveys.imports.mapping import read_mapping
from surveys.metrics.recount import recount
from surveys.metrics.release import Audience, release
from surveys.models import Instrument, ParticipantKey, Response, Snapshot, Verdict, Wave
from tests.surveys.imports.conftest import MAPPING

pytestmark = pytest.mark.django_db
Run = Callable[..., str]


def spoil(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    text = path.read_text(encoding=encoding)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding=encoding)


def nothing_is_there() -> bool:
    return not any(model.objects.exists() for model in (Pilot, Service, TestBed, Instrument, Wave, Response, Snapshot))


def test_survey_becomes_a_pilot_with_closed_waves_and_no_verdict(run: Run):
    told = run()

    pilot = Pilot.objects.get(slug="library-hours")
    first, second = pilot.survey.waves.order_by("number")
    assert "Wave 1: 60 answers" in told
    assert "Wave 2: 40 answers" in told
    assert "Left out as the mapping says: 5 rows" in told
    assert (pilot.imported, pilot.stage, pilot.source) == (True, "ended", "A made-up survey of a library")
    assert first.stage == second.stage == "closed"
    assert f"{first.opens_at:%Y-%m-%d} {second.opens_at:%Y-%m-%d}" == "2025-02-28 2026-02-28"
    assert not Verdict.objects.exists()
    assert not ParticipantKey.objects.exists()
    assert len(set(Response.objects.values_list("participant_key", flat=True))) == 100


def test_words_become_numbers_and_the_kinds_of_missing_stay_apart(run: Run):
    run()

    first, second = Wave.objects.order_by("number")
    figures = release(first.snapshot, Audience.DESK)
    quiet = next(item for item in figures["items"] if item["code"] == "QUIET")
    assert (quiet["answered"], quiet["dont_know"], quiet["not_applicable"], quiet["no_answer"]) == (15, 15, 15, 15)
    group = next(group for group in figures["groups"] if group["name"] == "65+")
    assert (group["n"], group["n_rest"], group["unknown"]) == (20, 20, 20)
    assert {row["category"]: row["answered"] for row in figures["people"]["age"]} == {
        "19-64": 20,
        "65+": 20,
        "unknown": 20,
    }
    opened = next(item for item in release(second.snapshot, Audience.DESK)["items"] if item["code"] == "OPEN")
    assert [part["n"] for part in opened["histogram"]] == [0, 0, 14, 13, 13]
    assert recount(first).identical


def test_import_is_done_once(run: Run):
    run()
    rows = set(Response.objects.values_list("pk", "participant_key"))
    snapshots = set(Snapshot.objects.values_list("pk", "hash"))

    assert "Already there: 100 answers" in run()
    assert set(Response.objects.values_list("pk", "participant_key")) == rows
    assert set(Snapshot.objects.values_list("pk", "hash")) == snapshots


def test_changed_answers_are_refused_because_the_waves_are_frozen(run: Run, folder: Path):
    run()
    spoil(folder / "second.csv", "3,2026-03-04,Maybe", "3,2026-03-04,Yes")

    with pytest.raises(CommandError, match="there already with other answers"):
        run()


def test_one_bad_row_keeps_everything_out_and_every_reason_is_told(run: Run, folder: Path, capsys):
    spoil(folder / "second.csv", "3,2026-03-04,Maybe,Rather,yes", "3,4 March,Perhaps,Rather,yes")
    spoil(folder / "second.csv", "5,2026-03-06", "4,2026-03-06")
    spoil(folder / "second.csv", "8,2026-03-09,Yes,Rather,yes", "8,2026-03-09,=1+1,Rather,yes,more")
    spoil(folder / "first wave.csv", "7,2025. 3. 8.,3,5,65+", "7,2025. 3. 8.,6,5,65+", "cp949")
    table = folder / "refused.csv"

    with pytest.raises(CommandError, match="4 rows are refused, so nothing was brought in"):
        run("--refused", str(table))

    assert nothing_is_there()
    assert S_IMODE(table.stat().st_mode) == 0o600
    printed = capsys.readouterr().out
    assert "not a date of the form %Y-%m-%d" in printed
    with open(table, encoding="utf-8-sig", newline="") as file:
        refused = [(row["file"], row["line"], row["row"], row["column"], row["value"]) for row in csv.DictReader(file)]
    assert refused == [
        ("first wave.csv", "9", "7", "시간", "6"),
        ("second.csv", "5", "3", "open", "Perhaps"),
        ("second.csv", "5", "3", "day", "4 March"),
        ("second.csv", "7", "4", "id", "4"),
        ("second.csv", "10", "", "", ""),
    ]


def test_skipping_takes_the_rest_and_keeps_the_table(run: Run, folder: Path):
    spoil(folder / "second.csv", "3,2026-03-04,Maybe", "3,2026-03-04,Perhaps")
    table = folder / "refused.csv"

    told = run("--skip-refused", "--refused", str(table))

    assert "Wave 2: 39 answers" in told
    assert "“Perhaps” is no answer of this item" in table.read_text(encoding="utf-8-sig")
    assert "Already there: 99 answers" in run("--skip-refused")


def test_bytes_of_another_encoding_are_refused_by_their_line(run: Run, folder: Path):
    data = (folder / "second.csv").read_bytes().replace(b"3,2026-03-04,Maybe", b"3,2026-03-04,Ma\xffybe")
    (folder / "second.csv").write_bytes(data)

    told = run("--skip-refused")

    assert "holds bytes that are not utf-8" in told
    assert Response.objects.count() == 99


def test_a_file_without_a_column_is_told_by_name(run: Run, folder: Path):
    spoil(folder / "second.csv", "quiet", "silence")

    with pytest.raises(CommandError, match="second.csv: there is no column quiet"):
        run()
    assert nothing_is_there()


def test_all_files_of_the_mapping_are_needed(folder: Path):
    with pytest.raises(CommandError, match="also describes second.csv"):
        call_command("import_responses", str(folder / "mapping.yaml"), str(folder / "first wave.csv"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m.pop("source"), "lacks source"),
        (lambda m: m.update(colour="red"), "unknown keys colour"),
        (lambda m: m["pilot"].pop("title"), "pilot, title: needs a text in ko and in en"),
        (lambda m: m["files"][1]["items"].pop("QUIET"), "must map the items that the bank asks in wave 2: OPEN, QUIET"),
        (lambda m: m["files"][1].update(only={"done": [True]}), "put True in quotes"),
        (lambda m: m["words"]["agree"].update(Always=6), "Always would lie outside the scale of OPEN"),
        (lambda m: m["files"][0].update(encoding="klingon"), "unknown encoding: klingon"),
        (lambda m: m["files"][0]["date"].update(timezone="Asia/Atlantis"), "Asia/Atlantis"),
        (lambda m: m.update(bank="other.yaml"), "the bank other.yaml is not there"),
    ],
)
def test_a_wrong_mapping_is_told_in_one_sentence(folder: Path, change: Callable[[dict], object], sentence: str):
    mapping = yaml.safe_load(yaml.safe_dump(MAPPING))
    change(mapping)
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping), encoding="utf-8")

    with pytest.raises((WrongDocument, WrongBank)) as refused:
        read_mapping(folder / "mapping.yaml")

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
