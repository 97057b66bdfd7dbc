"""Files about people, each read by a program that we did not write and compared with the answers in the database."""

import csv
import io
import json
import os
import shutil
import subprocess
from collections import Counter
from zipfile import ZipFile

import frictionless
import openpyxl
import pyreadstat
import pytest
from pyarrow import parquet

from surveys.metrics.layouts import columns_of
from surveys.models import Response, Wave
from tests.surveys.exports.conftest import WHY, file_of

# Row by row, without what differs between two files of the same wave: the random key.
Rows = Counter[tuple[int | None, ...]]


def stored(wave: Wave) -> Rows:
    """The answers as the database has them, by another way than the exports read them."""
    return Counter(tuple(answers) for answers in Response.objects.filter(wave=wave).values_list("answers", flat=True))


def codes(wave: Wave) -> list[str]:
    return columns_of(wave)


def csv_of(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["b", "c"])
def test_csv_read_by_the_csv_module_is_the_stored_answers(made, wave, level):
    with ZipFile(file_of(made("csv", level))) as archive:
        rows = csv_of(archive.read("responses.csv"))
        codebook = csv_of(archive.read("codebook.csv"))
        protocol = json.loads(archive.read("protocol.json"))

    assert Counter(tuple(int(row[code]) for code in codes(wave)) for row in rows) == stored(wave)
    assert len({row["person"] for row in rows}) == len(rows) == 30
    assert {row["variable"] for row in codebook} == set(rows[0])
    assert [row["code_ko"] for row in codebook if row["variable"] == "PU1"][:1] == ["전혀 아니다"]
    assert [row["code"] for row in codebook if row["variable"] == "PU1" and row["is_missing"] == "1"] == [
        "97",
        "98",
        "99",
    ]
    assert (protocol["level"], protocol["why"], protocol["requested_by"]) == (level, WHY, "eva")


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["b", "c"])
def test_sav_read_by_readstat_is_the_stored_answers_with_korean_labels(made, wave, level):
    path = file_of(made("sav", level))

    found, facts = pyreadstat.read_sav(str(path), output_format="dict", user_missing=True)
    assert Counter(zip(*(map(int, found[code]) for code in codes(wave)), strict=True)) == stored(wave)
    assert facts.number_rows == 30
    assert facts.column_names_to_labels["PU2"] == "발소리 가로등은 나나 우리 가족에게 실제로 쓸모가 있다"
    assert facts.variable_value_labels["PU1"][5.0] == "매우 그렇다"
    assert facts.variable_value_labels["PU1"][99.0] == "무응답"
    assert [bound["lo"] for bound in facts.missing_ranges["PU1"]] == [97, 98, 99]
    assert (facts.variable_measure["PU1"], facts.variable_measure["sex"]) == ("ordinal", "nominal")
    assert facts.file_encoding == "UTF-8"
    assert f"level: {level}" in [line.strip() for line in facts.notes]
    assert all(len(name.encode()) <= 64 for name in facts.column_names)
    without, _facts = pyreadstat.read_sav(str(path), output_format="dict")
    assert sum(value is None for value in without["CS"]) == 10


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["b", "c"])
def test_parquet_read_by_arrow_is_the_stored_answers(made, wave, level):
    table = parquet.read_table(file_of(made("parquet", level)))

    rows = table.select(codes(wave)).to_pylist()
    assert Counter(tuple(row[code] for code in codes(wave)) for row in rows) == stored(wave)
    labels = json.loads(table.schema.field("PU1").metadata[b"label"])
    assert labels["en"] == "With Footstep lamps, everyday errands take me less trouble"
    assert json.loads(table.schema.field("PU1").metadata[b"missing"]) == [97, 98, 99]
    assert json.loads(table.schema.metadata[b"livinglab"])["level"] == level


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["b", "c"])
def test_workbook_read_by_openpyxl_has_its_notes_first_and_the_stored_answers(made, wave, level):
    book = openpyxl.load_workbook(file_of(made("xlsx", level)))

    assert book.sheetnames == ["notes", "codebook", "responses"]
    assert not any(sheet.merged_cells.ranges for sheet in book)
    notes = dict(row[:2] for row in book["notes"].iter_rows(min_row=2, values_only=True))
    assert (notes["level"], notes["why"]) == (level, WHY)
    head, *rows = book["responses"].iter_rows(values_only=True)
    places = [head.index(code) for code in codes(wave)]
    assert Counter(tuple(row[place] for place in places) for row in rows) == stored(wave)


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["b", "c"])
def test_package_is_valid_for_frictionless_and_holds_the_stored_answers(made, wave, level, tmp_path):
    with ZipFile(file_of(made("package", level))) as archive:
        archive.extractall(tmp_path)

    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["fieldName", "note"])
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    resource = package.get_resource("responses")
    told = {field.name: field for field in resource.schema.fields}
    assert told["PU1"].constraints == {"enum": [1, 2, 3, 4, 5]}
    assert told["PU1"].missing_values == ["", "97", "98", "99"]
    assert package.licenses[0]["name"] == "restricted"
    rows = [[row[code] for code in codes(wave)] for row in resource.read_rows()]
    answers = [[None if value > 90 else value for value in row] for row in stored(wave).elements()]
    assert Counter(map(tuple, rows)) == Counter(map(tuple, answers))


@pytest.mark.django_db
def test_programs_for_r_and_spss_name_every_column_in_its_place(made, wave):
    with ZipFile(file_of(made("syntax"))) as archive:
        head = archive.read("responses.csv").decode("utf-8-sig").splitlines()[0].split(",")
        spss = archive.read("responses.sps").decode("utf-8-sig")
        program = archive.read("responses.R").decode()

    declared = spss.split("/VARIABLES=")[1].split("\r\n.\r\n")[0].split()
    assert declared[0::2] == head
    assert "VALUE LABELS PU1\r\n  1 '전혀 아니다'" in spss
    assert "MISSING VALUES PU1 (97, 98, 99)." in spss
    assert all(f"{name} = " in program for name in head)
    assert 'attr(responses[["PU1"]], "labels") <- c("전혀 아니다" = 1L' in program


def run_program(*command: str, folder) -> str:
    """What it says; whatever it complains of fails the test."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    return ran.stdout


@pytest.mark.django_db
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("level", ["b", "c"])
def test_r_runs_the_program_and_has_the_stored_answers_with_korean_labels(made, wave, tmp_path, level):
    with ZipFile(file_of(made("syntax", level))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "asked.R").write_text(
        """
        source("responses.R", encoding = "UTF-8")
        write.csv(responses, "back.csv", na = "", row.names = FALSE, fileEncoding = "UTF-8")
        writeLines(c(attr(responses$PU1, "label"), names(attr(responses$PU1, "labels"))[5], class(responses$person)))
        """,
        encoding="utf-8",
    )

    told = run_program("Rscript", "--vanilla", "asked.R", folder=tmp_path).splitlines()

    assert told == ["발소리 가로등 덕분에 일상의 볼일을 더 수월하게 마친다", "매우 그렇다", "character"]
    with open(tmp_path / "back.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = [tuple("" if value > 90 else str(value) for value in row) for row in stored(wave).elements()]
    assert Counter(tuple(row[code] for code in codes(wave)) for row in rows) == Counter(answers)


def facts_of(path) -> tuple[Rows, pyreadstat.metadata_container]:
    """The answers of a system file as ReadStat finds them, and what it says of the columns."""
    found, facts = pyreadstat.read_sav(str(path), output_format="dict", user_missing=True)
    return Counter(zip(*found.values(), strict=True)), facts


@pytest.mark.django_db
@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not installed")
@pytest.mark.parametrize("level", ["b", "c"])
def test_pspp_runs_the_program_and_has_what_the_system_file_has(made, wave, tmp_path, level):
    with ZipFile(file_of(made("syntax", level))) as archive:
        archive.extractall(tmp_path)
    shutil.copy(file_of(made("sav", level)), tmp_path / "file.sav")
    (tmp_path / "asked.sps").write_text(
        """
        INSERT FILE='responses.sps' ENCODING='UTF-8'.
        SAVE OUTFILE='back.sav'.
        GET FILE='file.sav'.
        SAVE OUTFILE='file-back.sav'.
        """
    )

    run_program("pspp", "--no-output", "asked.sps", folder=tmp_path)

    file, told_by_file = facts_of(tmp_path / "file.sav")
    file_back, told_by_file_back = facts_of(tmp_path / "file-back.sav")
    _back, told_by_program = facts_of(tmp_path / "back.sav")
    assert file_back == file
    for told in (told_by_file_back, told_by_program):
        assert told.number_rows == 30
        assert told.column_names == told_by_file.column_names
        assert told.column_names_to_labels == told_by_file.column_names_to_labels
        assert told.variable_value_labels == told_by_file.variable_value_labels
        assert told.missing_ranges == told_by_file.missing_ranges
        assert told.variable_measure == told_by_file.variable_measure
    found, _facts = pyreadstat.read_sav(str(tmp_path / "back.sav"), output_format="dict", user_missing=True)
    assert Counter(zip(*(map(int, found[code]) for code in codes(wave)), strict=True)) == stored(wave)


@pytest.mark.django_db
def test_full_file_has_what_was_stored_beside_the_answers_but_not_the_stored_key(made, wave):
    with ZipFile(file_of(made("csv", "c"))) as archive:
        rows = csv_of(archive.read("responses.csv"))
        codebook = csv_of(archive.read("codebook.csv"))

    words = {(row["variable"], row["code"]): row["code_en"] for row in codebook}
    told = Counter((words["age", row["age"]], words["sex", row["sex"]], row["milliseconds"]) for row in rows)
    ages = {"30-39": "30 to 39", "40-49": "40 to 49", "65-74": "65 to 74", "75+": "75 and older"}
    sexes = {"f": "Woman", "m": "Man"}
    people = Counter()
    for cell, milliseconds in Response.objects.filter(wave=wave).values_list("cell", "milliseconds"):
        age, sex, _area = cell.split("/")
        people[ages[age], sexes[sex], str(milliseconds)] += 1
    assert told == people
    keys = {str(key) for key in Response.objects.values_list("participant_key", flat=True)}
    assert not any(row["person"] in key or key.replace("-", "") in row["person"] for row in rows for key in keys)


@pytest.mark.django_db
def test_two_files_of_one_wave_share_no_key_and_no_order(made, wave):
    keys = []
    for _file in range(2):
        with ZipFile(file_of(made("csv"))) as archive:
            keys.append([row["person"] for row in csv_of(archive.read("responses.csv"))])

    assert not set(keys[0]) & set(keys[1])


@pytest.mark.django_db
def test_who_accepts_and_who_counts_is_what_the_wave_was_judged_by(made, wave, snapshot):
    with ZipFile(file_of(made("csv"))) as archive:
        rows = csv_of(archive.read("responses.csv"))

    accept = snapshot.results["accept_unweighted"]
    counted = [row for row in rows if row["counted"] == "1" and row["accept"] != "99"]
    assert len(counted) == accept["n"]
    assert sum(int(row["accept"]) for row in counted) / len(counted) == pytest.approx(accept["value"])


@pytest.mark.django_db
def test_imported_waves_have_files_too(run, eva, made_of):
    run()
    wave = Wave.objects.get(survey__pilot__slug="library-hours", number=2)

    with ZipFile(file_of(made_of(wave, "csv"))) as archive:
        rows = csv_of(archive.read("responses.csv"))

    assert Counter(tuple(int(row[code]) for code in codes(wave)) for row in rows) == stored(wave)
