"""One survey in every dress: the figures are the same whatever program wrote the file."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from surveys.imports.files import Unreadable, open_table
from tests.surveys.analysis.conftest import ANSWERS, SPEC, changed_spec, results_of, rows_of


def without_files(results: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in results.items() if name not in ("files", "survey")}


def as_text(path: Path, encoding: str, delimiter: str = ",", line_end: str = "\n") -> Path:
    text = ANSWERS.read_text(encoding="utf-8").replace(",", delimiter).replace("\n", line_end)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_common_encoding_and_delimiter_is_found_out(tmp_path: Path, example, encoding: str, delimiter: str):
    found = results_of(SPEC, as_text(tmp_path / "answers.csv", encoding, delimiter, "\r\n"))

    assert without_files(found) == without_files(example)
    assert found["files"][0]["delimiter"] == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_korean_columns_and_words_are_read(tmp_path: Path, example, encoding: str):
    words = {"Strongly agree": "매우 그렇다", "Strongly disagree": "전혀 아니다", "Disagree": "아니다"}
    words |= {"Agree": "그렇다", "Neither": "보통이다", "Don't know": "모르겠다", "sex,": "성별,"}
    text = ANSWERS.read_text(encoding="utf-8")
    for english, korean in words.items():
        text = text.replace(english, korean)
    (tmp_path / "answers.csv").write_bytes(text.encode(encoding))

    def translate(told: dict[str, Any]) -> None:
        scale = told["scales"]["agreement"]
        scale["words"] = {words[word]: value for word, value in scale["words"].items()}
        told["dont_know"] = ["모르겠다"]
        told["people"]["sex"]["column"] = "성별"

    found = results_of(changed_spec(tmp_path, translate), tmp_path / "answers.csv")

    assert found["waves"][0]["accept"] == example["waves"][0]["accept"]
    assert found["files"][0]["encoding"].startswith(encoding[:5])


def test_a_workbook_with_numbers_dates_and_empty_lines_is_read(tmp_path: Path, example):
    book = Workbook()
    page = book.active
    assert page is not None
    rows = rows_of(ANSWERS)
    page.append([])
    page.append([*rows[0], None])
    for row in rows:
        day = pd.Timestamp(row["day"]).to_pydatetime()
        numbers = {"number": int(row["number"]), "wave": float(row["wave"]), "level": int(row["level"]), "day": day}
        page.append([numbers.get(name, cell or None) for name, cell in row.items()])
        if row["number"] == "7":
            page.append([None])
    book.create_sheet("notes").append(["nothing"])
    book.save(tmp_path / "answers.xlsx")

    found = results_of(SPEC, tmp_path / "answers.xlsx")

    assert without_files(found) == without_files(example)
    assert (found["files"][0]["kind"], found["files"][0]["rows"]) == ("xlsx", len(rows))
    with pytest.raises(Unreadable, match="there is no sheet secrets; there are Sheet, notes"):
        open_table(tmp_path / "answers.xlsx", sheet="secrets")


def workbook(tmp_path: Path, *rows: list[Any]) -> Workbook:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    return book


@pytest.mark.parametrize(
    ("stray", "value"), [("XFD1048576", "x"), ("XFD1048576", None), ("A1048576", None), ("XFD4", "x"), ("XFD2", None)]
)
def test_a_stray_cell_far_from_the_table_changes_nothing(tmp_path: Path, stray: str, value: str | None):
    book = workbook(tmp_path, ["id", "age"], [1, 70], [2, 81])
    page = book.active
    assert page is not None
    page[stray] = value
    page[stray].font = Font(bold=True)
    book.save(tmp_path / "stray.xlsx")

    opened = open_table(tmp_path / "stray.xlsx")

    assert list(opened.header) == ["id", "age"]
    assert [list(line.cells) for line in opened.lines] == [["1", "70"], ["2", "81"]]


def test_rows_are_read_one_after_the_other(tmp_path: Path):
    workbook(tmp_path, ["id"], *[[number] for number in range(20_000)]).save(tmp_path / "long.xlsx")
    tracemalloc.start()
    opened = open_table(tmp_path / "long.xlsx")

    first = next(opened.lines)
    _size, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (first.number, list(first.cells)) == (2, ["0"])
    assert most < 10_000_000


def with_sheet(tmp_path: Path, piece: bytes, *, times: int) -> Path:
    """A workbook in whose sheet this piece stands again and again after the header."""
    workbook(tmp_path, ["id", "age"]).save(tmp_path / "small.xlsx")
    with ZipFile(tmp_path / "small.xlsx") as small, ZipFile(tmp_path / "large.xlsx", "w", ZIP_DEFLATED) as large:
        for name in small.namelist():
            before, end, after = small.read(name).partition(b"</sheetData>")
            with large.open(name, "w") as file:
                file.write(before)
                for _ in range(times if end else 0):
                    file.write(piece)
                file.write(end + after)
    return tmp_path / "large.xlsx"


def test_a_small_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path):
    bomb = with_sheet(tmp_path, b" " * 10_000_000, times=60)
    assert bomb.stat().st_size < 1_000_000

    with pytest.raises(Unreadable, match=r"large.xlsx: unpacks to more than 500 MB. Save the sheet as CSV."):
        open_table(bomb)


@pytest.mark.parametrize("piece", [b"<c/>" * 1_000_000, b"<row/>" * 1_000_000], ids=["cells", "rows"])
def test_more_parts_than_the_limit_of_cells_are_refused_unread(tmp_path: Path, piece: bytes):
    with pytest.raises(Unreadable, match="holds more than 5,000,000 cells. Save the sheet as CSV."):
        open_table(with_sheet(tmp_path, piece, times=31))


def test_rows_that_reach_to_the_last_column_count_as_wide_as_they_are(tmp_path: Path):
    row = b'<row><c r="A%d"><v>1</v></c><c r="XFD%d"/></row>'
    wide = b"".join(row % (number, number) for number in range(2, 402))

    with pytest.raises(Unreadable, match="holds more than 5,000,000 cells"):
        list(open_table(with_sheet(tmp_path, wide, times=1)).lines)


def test_a_row_far_beyond_any_sheet_ends_the_reading(tmp_path: Path):
    far = b'<row r="99999999999"><c><v>1</v></c></row>'

    with pytest.raises(Unreadable, match="large.xlsx"):
        list(open_table(with_sheet(tmp_path, far, times=1)).lines)


@pytest.fixture
def spss(tmp_path: Path) -> Path:
    """As SPSS keeps it: numbers with labels, 98 and 99 declared as missing."""
    values = {"Strongly disagree": 1.0, "Disagree": 2.0, "Neither": 3.0, "Agree": 4.0, "Strongly agree": 5.0}
    ages = {"19-39": 1.0, "40-64": 2.0, "65-74": 3.0, "75+": 4.0}
    items = ("PU1", "PU2", "PE1", "PE2", "TR1", "TR3", "BI1", "BI2", "BI3")
    readers: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(items, lambda text: (values | {"Don't know": 98.0, "-": 99.0})[text]),
        "age": ages.__getitem__,
        "wave": float,
        "level": float,
        "seconds": lambda text: float(text) if text else None,
    }
    rows = rows_of(ANSWERS)
    frame = pd.DataFrame({name: [readers.get(name, str)(row[name]) for row in rows] for name in rows[0]})
    labels = {value: word for word, value in values.items()} | {98.0: "Don't know", 99.0: "No answer"}
    pyreadstat.write_sav(
        frame,
        tmp_path / "answers.sav",
        variable_value_labels={
            **dict.fromkeys(items, labels),
            "age": {number: word for word, number in ages.items()},
        },
        missing_ranges=dict.fromkeys(items, [97.0, 98.0, 99.0]),
    )
    return tmp_path / "answers.sav"


def test_an_spss_file_is_read_by_its_numbers_labels_and_missing_values(spss: Path, example):
    found = results_of(SPEC, spss)

    assert without_files(found) == without_files(example)
    assert found["files"][0]["kind"] == "sav"


def test_an_spss_file_without_words_in_the_spec_is_read_by_its_numbers(spss: Path, tmp_path: Path, example):
    def numbers(told: dict[str, Any]) -> None:
        del told["scales"]["agreement"]["words"], told["dont_know"], told["missing"]

    found = results_of(changed_spec(tmp_path, numbers), spss)

    assert found["waves"][1]["items"] == example["waves"][1]["items"]


def test_stray_bytes_are_refused_by_their_line_and_do_not_change_the_encoding(tmp_path: Path):
    text = "번호;말\n" + "".join(f"{number};사람마다 다른 말\n" for number in range(50))
    (tmp_path / "stray.csv").write_bytes(text.encode() + b"50;caf\xe9\n")
    table = open_table(tmp_path / "stray.csv")
    lines = list(table.lines)

    assert (table.encoding, table.delimiter, table.header) == ("utf-8", ";", ["번호", "말"])
    assert lines[49].cells == ["49", "사람마다 다른 말"]
    assert "\udce9" in lines[50].cells[1]


def test_lines_are_numbered_as_in_an_editor_also_after_a_cell_of_two_lines(tmp_path: Path):
    (tmp_path / "lines.csv").write_text('id,words\n1,"one\ntwo"\n\n2,three\n', encoding="utf-8")

    assert [(line.number, line.cells) for line in open_table(tmp_path / "lines.csv").lines] == [
        (3, ["1", "one\ntwo"]),
        (5, ["2", "three"]),
    ]


def test_a_quote_that_never_ends_is_a_line_with_a_problem(tmp_path: Path):
    (tmp_path / "open.csv").write_text('id,words\n1,"never\n2,ends\n', encoding="utf-8")
    (line,) = open_table(tmp_path / "open.csv").lines

    assert "not readable as CSV" in line.problem
