"""The writers by themselves: whatever the columns hold, it comes back as it was."""

import csv
import io
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as arrow

from surveys.exports import parquet, workbook
from surveys.exports.csv_file import csv_blocks
from surveys.exports.protocol import Protocol
from surveys.exports.sav import cut, write_sav
from surveys.exports.syntax import r_program, spss_program
from surveys.exports.variables import NOTHING, Measure, Variable, safe_names

AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
NAMES = {"ko": "이름", "en": "name"}
CODES = {1: {"ko": "예", "en": "yes"}, 150: {"ko": "아니요", "en": "no"}}
SHORT = Variable("answer", NAMES, Measure.ORDINAL, values=CODES, missing={97: NAMES, 98: NAMES, 99: NAMES})
LONG = Variable("month", NAMES, Measure.NOMINAL, values={202703: {"ko": "삼월", "en": "March"}})
NUMBER = Variable("milliseconds", NAMES, Measure.SCALE)
KEY = Variable("person", NAMES, Measure.NOMINAL, width=16)
MOMENT = Variable("at", NAMES, Measure.NOMINAL, width=19)
VALUES = {
    "answer": st.sampled_from([NOTHING, 0, 1, 97, 98, 99, 150]),
    "month": st.sampled_from([NOTHING, 202703]),
    "milliseconds": st.integers(NOTHING, 2**31 - 1),
    "person": st.from_regex(r"p[0-9a-f]{15}", fullmatch=True),
    "at": st.just("2027-03-01 09:30:00"),
}
COLUMNS = st.lists(st.sampled_from([SHORT, LONG, NUMBER, KEY, MOMENT]), min_size=2, max_size=20)


@st.composite
def files(draw):
    """Columns, rows, and the same rows in chunks."""
    kinds = draw(COLUMNS)
    names = safe_names(variable.name for variable in kinds)
    variables = [
        Variable(name, kind.label, kind.measure, kind.values, kind.missing, kind.width)
        for name, kind in zip(names, kinds, strict=True)
    ]
    rows = draw(st.lists(st.tuples(*(VALUES[kind.name] for kind in kinds)), min_size=1, max_size=12))
    size = draw(st.integers(1, 5))
    return (
        variables,
        rows,
        [chunk(variables, part) for part in (rows[start : start + size] for start in range(0, len(rows), size))],
    )


def chunk(variables, rows):
    columns = zip(*rows, strict=True)
    return [
        np.array([cell.encode() for cell in column], dtype=f"S{variable.width}")
        if variable.is_text
        else np.array(column, dtype=np.int64)
        for variable, column in zip(variables, columns, strict=True)
    ]


def there(cell):
    return None if cell == NOTHING else cell


@settings(max_examples=60, deadline=None)
@given(file=files())
def test_sav_of_any_columns_comes_back_from_readstat(file, tmp_path_factory):
    variables, rows, chunks = file
    path = tmp_path_factory.mktemp("sav") / "file.sav"
    with open(path, "wb") as target:
        write_sav(target, variables, len(rows), chunks, title="Wave", notes=["why: 가" * 60], at=AT, language="ko")

    found, facts = pyreadstat.read_sav(str(path), output_format="dict", user_missing=True)

    assert facts.column_names == [variable.name for variable in variables]
    back = zip(*(found[variable.name] for variable in variables), strict=True)
    assert list(back) == [tuple(map(there, row)) for row in rows]


def test_sav_keeps_long_labels_as_far_as_the_format_goes(tmp_path: Path):
    label = {"ko": "가" * 200, "en": ""}
    long = Variable("x" * 64, label, Measure.ORDINAL, values={1: label})
    with open(tmp_path / "file.sav", "wb") as file:
        write_sav(file, [long], 1, [[np.array([1])]], title="가" * 60, notes=[], at=AT, language="ko")

    _found, facts = pyreadstat.read_sav(str(tmp_path / "file.sav"), output_format="dict")

    assert facts.column_names == ["x" * 64]
    assert facts.column_names_to_labels["x" * 64] == "가" * 85
    assert facts.variable_value_labels["x" * 64] == {1.0: "가" * 40}
    assert facts.file_label == "가" * 21


def test_sav_refuses_another_number_of_rows_than_it_said(tmp_path: Path):
    with open(tmp_path / "file.sav", "wb") as file, pytest.raises(ValueError, match="1 rows instead of 2"):
        write_sav(file, [SHORT], 2, [[np.array([1])]], title="", notes=[], at=AT, language="ko")


@settings(max_examples=60, deadline=None)
@given(file=files())
def test_csv_of_any_columns_comes_back_from_the_csv_module(file):
    variables, rows, chunks = file

    text = b"".join(csv_blocks(variables, chunks, mark=True)).decode("utf-8-sig")

    head, *found = csv.reader(io.StringIO(text, newline=""))
    assert head == [variable.name for variable in variables]
    assert found == [["" if cell == NOTHING else str(cell) for cell in row] for row in rows]


@settings(max_examples=20, deadline=None)
@given(file=files())
def test_parquet_of_any_columns_comes_back_from_arrow(file):
    variables, rows, chunks = file
    target = io.BytesIO()

    parquet.write_rows(target, variables, chunks, Protocol({"level": "b"}), at_once=10_000)

    table = arrow.read_table(io.BytesIO(target.getvalue()))
    assert list(zip(*(column.to_pylist() for column in table.columns), strict=True)) == [
        tuple(map(there, row)) for row in rows
    ]


def test_rows_that_do_not_fit_a_sheet_go_on_to_the_next(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_OF_A_SHEET", 4)
    with workbook.Workbook(tmp_path / "book.xlsx") as book:
        book.add_rows(
            "responses", [SHORT, KEY], [[np.array([1, 97, NOTHING, 1]), np.array([b"pa", b"pb", b"pc", b"pd"])]]
        )

    sheets = openpyxl.load_workbook(tmp_path / "book.xlsx")

    assert sheets.sheetnames == ["responses", "responses 2"]
    assert list(sheets["responses"].values)[1:] == [(1, "pa"), (97, "pb"), (None, "pc")]
    assert list(sheets["responses 2"].values) == [("answer", "person"), (1, "pd")]


def test_nothing_in_a_workbook_is_a_formula_or_a_link(tmp_path: Path):
    cells = ['=HYPERLINK("http://example.org")', "@SUM(A1)", "+1", "-1", "http://example.org", "{=1}", "007"]
    with workbook.Workbook(tmp_path / "book.xlsx") as book:
        book.add_table("table", ["cell"], [[cell] for cell in cells])

    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["table"]

    found = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in found] == cells
    assert {cell.data_type for cell in found} == {"s"}
    assert not any(cell.hyperlink for cell in found)


def test_names_are_letters_digits_and_underscores_and_differ_whatever_their_case():
    names = safe_names(["PU1", "pu1", "1st", "가", "가", "x" * 90, "person"], taken=["person"])

    assert names == ["PU1", "pu1_2", "v_1st", "v__", "v___2", "x" * 60, "person_2"]


# Quotes of every kind, a line end, a backslash, and more of it than a line of syntax or a label holds.
AWKWARD = {"ko": '“그 집\'의 "불"\n\\ ' + "가'" * 90, "en": ""}
QUOTED = Variable("a", AWKWARD, Measure.NOMINAL, values={1: AWKWARD})


def test_no_line_of_a_program_for_spss_is_longer_than_it_reads():
    program = spss_program([QUOTED], file="f.csv", language="ko")

    assert "VARIABLE LABELS a\r\n  '“그 집''의 \"불\" \\ 가''" in program
    assert max(len(line.encode()) for line in program.split("\r\n")) <= 256


@pytest.mark.parametrize(
    ("program", "asked"),
    [
        ("pspp", "INSERT FILE='program' ENCODING='UTF-8'.\nSAVE OUTFILE='back.sav'.\n"),
        ("Rscript", "source('program', encoding = 'UTF-8'); writeLines(attr(responses$a, 'label'), 'back.txt')\n"),
    ],
)
def test_programs_give_a_label_back_whatever_it_holds(program: str, asked: str, tmp_path: Path):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    write = spss_program if program == "pspp" else r_program
    (tmp_path / "f.csv").write_bytes(b"".join(csv_blocks([QUOTED], [[np.array([1])]], mark=True)))
    (tmp_path / "program").write_text(write([QUOTED], file="f.csv", language="ko"), encoding="utf-8", newline="")
    (tmp_path / "asked").write_text(asked)

    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run([program, "asked"], cwd=tmp_path, check=True, env=environment, capture_output=True)

    if program == "pspp":
        _found, facts = pyreadstat.read_sav(str(tmp_path / "back.sav"), output_format="dict")
        in_one_line = " ".join(AWKWARD["ko"].split())
        assert facts.column_names_to_labels["a"] == cut(in_one_line, 255)
        assert facts.variable_value_labels["a"] == {1.0: cut(in_one_line, 120)}
    else:
        assert (tmp_path / "back.txt").read_text(encoding="utf-8") == AWKWARD["ko"] + "\n"
