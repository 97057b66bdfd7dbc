"""The rows of a table, whatever program wrote it: CSV of any common encoding and delimiter, XLSX, SPSS.

Every cell is text. Numbers lose their idle decimals (``4.0`` is ``4``), dates are written as ISO 8601. Lines are
numbered as a person finds them: in CSV by the line of the file where the row ends, in XLSX by the row of the sheet, in
SPSS by the case.
"""

from __future__ import annotations

import codecs
import csv
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from errno import ENOENT
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

DELIMITERS = (",", ";", "\t")
# How much of a file is looked at to tell its delimiter.
SAMPLE = 64 * 1024
# Of a workbook, such as 200,000 rows of 25 columns. A cell has four or six marks of XML.
MOST_MB = 500
MOST_CELLS = 5_000_000
MOST_MARKS = 6 * MOST_CELLS
MOST_SHEET_ROWS = 1_048_576
ZIP_ERRORS = (BadZipFile, EOFError, RuntimeError, zlib.error)


class Unreadable(ValueError):
    """A file that is no table; the message names the file and says why."""


class Cell(str):
    """A cell of a file that knows more than its text: SPSS has labels for values, and values that stand for missing."""

    label: str = ""
    missing: bool = False

    @classmethod
    def of(cls, text: str, *, label: str = "", missing: bool = False) -> Cell:
        cell = cls(text)
        cell.label, cell.missing = label, missing
        return cell


@dataclass(frozen=True, slots=True)
class Line:
    """One row; where it cannot be read, ``problem`` says why and there are no cells."""

    number: int
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True)
class Opened:
    """A file's columns, then its rows, which can be walked through once; and how the file was read."""

    kind: str
    encoding: str
    delimiter: str
    header: Sequence[str]
    lines: Iterator[Line]


def open_table(path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Opened:
    """Open a file by the ending of its name: ``.xlsx``, ``.sav`` and ``.zsav``, everything else as CSV.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        Of a CSV file; found out where not said. A row with bytes of another encoding than the one said is a line with
        a problem.
    sheet
        Of an XLSX file; the first, where not said.

    Raises
    ------
    Unreadable
        If the file is not there, not of its kind, empty, or names a column twice.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".xlsx":
            opened = _workbook(path, sheet)
        elif kind in (".sav", ".zsav"):
            opened = _spss(path)
        else:
            opened = _csv(path, encoding, delimiter)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not any(opened.header):
        raise Unreadable(f"{path.name}: the first line holds no names of columns.")
    return opened


def _csv(path: Path, encoding: str, delimiter: str) -> Opened:
    encoding = encoding or found_encoding(path.read_bytes())
    # Bytes that are not of this encoding survive as marks, so that their row can be refused by its line.
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        with open(path, encoding=encoding, errors=errors, newline="") as file:
            sample = file.read(SAMPLE)
    except (UnicodeError, LookupError) as error:
        raise Unreadable(f"{path.name}: is not written in {encoding} ({error}).") from error
    delimiter = delimiter or found_delimiter(sample)
    lines = _csv_lines(path, encoding, errors, delimiter)
    first = next(lines, Line(1, [], "the file is empty"))
    if first.problem:
        raise Unreadable(f"{path.name}: {first.problem}.")
    return Opened("csv", encoding, delimiter, [cell.strip().removeprefix("\ufeff") for cell in first.cells], lines)


def _csv_lines(path: Path, encoding: str, errors: str, delimiter: str) -> Iterator[Line]:
    with open(path, encoding=encoding, errors=errors, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Line(reader.line_num, [], f"not readable as CSV: {error}")
                continue
            except UnicodeError as error:
                yield Line(reader.line_num + 1, [], f"not written in {encoding}: {error}")
                return
            if cells is None:
                return
            if cells:
                yield Line(reader.line_num, cells)


def found_encoding(data: bytes) -> str:
    """The encoding of a CSV file: by its mark, else the first of UTF-8, UTF-16, CP949 and Windows-1252 that fits.

    A few stray bytes do not turn UTF-8 into something else: the rows that hold them are to be refused, not misread.

    Examples
    --------
    >>> [found_encoding("나이".encode(name)) for name in ("utf-8", "cp949")], found_encoding("Größe".encode("cp1252"))
    (['utf-8', 'cp949'], 'cp1252')
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in data[:SAMPLE]:
        # A letter of the ASCII range leaves its zero in front (big endian) or behind (little endian).
        return "utf-16-be" if data[:SAMPLE:2].count(0) > data[1:SAMPLE:2].count(0) else "utf-16-le"
    text = data.decode("utf-8", "surrogateescape")
    stray = sum("\udc80" <= letter <= "\udcff" for letter in text)
    if not stray or sum(letter > "\x7f" for letter in text) > 4 * stray:
        return "utf-8"
    try:
        beyond = [letter for letter in data.decode("cp949") if letter > "\x7f"]
    except UnicodeDecodeError:
        return _western(data)
    hangul = sum("가" <= letter <= "힣" for letter in beyond)
    return "cp949" if 2 * hangul >= len(beyond) else _western(data)


def _western(data: bytes) -> str:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def found_delimiter(sample: str) -> str:
    """The delimiter with which the rows are as wide as the header, and widest.

    Examples
    --------
    >>> found_delimiter("id;age;words\\n1;70;yes, I do\\n"), found_delimiter("id\\tage\\n1\\t70\\n")
    (';', '\\t')
    """
    whole = sample.rpartition("\n")[0] if len(sample) == SAMPLE else sample
    found = []
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(StringIO(whole, newline=""), delimiter=delimiter) if row][:50]
        except csv.Error:
            continue
        if widths:
            found.append(
                (widths[0] > 1, sum(width == widths[0] for width in widths) / len(widths), widths[0], delimiter)
            )
    return max(found, key=lambda told: told[:3], default=(False, 0.0, 0, ","))[3]


def _workbook(path: Path, sheet: str) -> Opened:
    from openpyxl import load_workbook

    if not path.stat().st_size:
        raise Unreadable(f"{path.name}: the file is empty.")
    _check_size(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # The library lets through whatever the archive and its XML raise.
        raise Unreadable(f"{path.name}: is no XLSX workbook that can be read ({error}).") from error
    if sheet and sheet not in book.sheetnames:
        raise Unreadable(f"{path.name}: there is no sheet {sheet}; there are {', '.join(book.sheetnames)}.")
    if not book.worksheets:
        raise Unreadable(f"{path.name}: there is no sheet with cells.")
    page = book[sheet] if sheet else book.worksheets[0]
    lines = _sheet_lines(path, book, page)
    header = next(lines, Line(1, []))
    return Opened("xlsx", "", "", header.cells, lines)


def _check_size(path: Path) -> None:
    """Refuse what would take too much memory or time, before any of it is read as a workbook."""
    try:
        with ZipFile(path) as archive:
            # Nothing is unpacked beyond the size that an archive names for a file.
            unpacked = sum(file.file_size for file in archive.infolist())
            if unpacked > MOST_MB * 1_000_000:
                raise Unreadable(f"{path.name}: unpacks to more than {MOST_MB} MB. Save the sheet as CSV.")
            if sum(_marks(archive, file) for file in archive.infolist()) > MOST_MARKS:
                raise Unreadable(f"{path.name}: holds more than {MOST_CELLS:,} cells. Save the sheet as CSV.")
    except ZIP_ERRORS as error:
        raise Unreadable(f"{path.name}: is no XLSX workbook that can be read ({error}).") from error


def _marks(archive: ZipFile, file: ZipInfo) -> int:
    """How many marks of XML a file of the archive has: each of them may become a part of a tree in memory."""
    with archive.open(file) as unpacked:
        return sum(piece.count(b"<") for piece in iter(lambda: unpacked.read(1 << 20), b""))


def _sheet_lines(path: Path, book: Workbook, page: ReadOnlyWorksheet) -> Iterator[Line]:
    """The rows that hold something, the header first; cells that stand right of the header are there where filled.

    Cells that are formatted and empty, wherever they stand, are nothing.
    """
    # What a sheet says of its own size may be wrong, and rows would be filled up to it.
    page.reset_dimensions()
    cells, width = 0, None
    try:
        for number, values in enumerate(page.iter_rows(values_only=True), 1):
            cells += max(len(values), width or 0)
            if cells > MOST_CELLS or number > MOST_SHEET_ROWS:
                raise Unreadable(f"{path.name}: holds more than {MOST_CELLS:,} cells. Save the sheet as CSV.")
            row = [_text(value).strip() if width is None else _text(value) for value in values]
            while row and not row[-1]:
                row.pop()
            # A lonely mark outside the table is no row of it.
            if not any(row[:width]):
                continue
            width = len(row) if width is None else width
            yield Line(number, row + [""] * (width - len(row)))
    except (Unreadable, OSError):
        raise
    except Exception as error:  # The library lets through whatever the archive and its XML raise.
        raise Unreadable(f"{path.name}: the sheet {page.title} cannot be read ({error}).") from error
    finally:
        book.close()


def _spss(path: Path) -> Opened:
    from pyreadstat import read_sav

    if not path.is_file():
        raise FileNotFoundError(ENOENT, "No such file", str(path))
    try:
        columns, told = read_sav(str(path), user_missing=True, output_format="dict")
    except Exception as error:  # Its errors share no class but this one.
        raise Unreadable(f"{path.name}: is no SPSS file that can be read ({error}).") from error
    names = list(told.column_names)
    cells = [
        _spss_cells(columns[name], told.variable_value_labels.get(name, {}), told.missing_ranges.get(name, []))
        for name in names
    ]
    rows = zip(*cells, strict=True)
    return Opened("sav", told.file_encoding or "", "", names, (Line(number, row) for number, row in enumerate(rows, 1)))


def _spss_cells(values: Iterable[Any], labels: Mapping[Any, str], ranges: Sequence[Any]) -> list[str]:
    known = {_text(value): label for value, label in labels.items()}
    made: dict[Any, str] = {}
    found = []
    for value in values:
        value = value.item() if hasattr(value, "item") else value
        if value is None or value != value:
            found.append("")
            continue
        if value not in made:
            text = _text(value)
            missing = bool(text) and any(_lies_in(value, limits) for limits in ranges)
            made[value] = Cell.of(text, label=known.get(text, ""), missing=missing) if known or missing else text
        found.append(made[value])
    return found


def _lies_in(value: Any, limits: Any) -> bool:
    """Whether a value is one of those declared as missing: a range from ``lo`` to ``hi``, or a single value."""
    if not isinstance(limits, Mapping):
        return bool(value == limits)
    try:
        return bool(limits["lo"] <= value <= limits["hi"])
    except TypeError:
        return False


def _text(value: Any) -> str:
    """A typed cell as the text a person would have typed."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
