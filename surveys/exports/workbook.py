"""Excel workbooks: the notes first, then one sheet a table, no merged cells, written without holding the rows."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from surveys.exports.protocol import Protocol
from surveys.exports.variables import DICTIONARY, NOTHING, Chunk, Variable, dictionary

# What a sheet holds; the rest goes on to the next.
ROWS_OF_A_SHEET = 1_048_576
NOTES = ("name", "value")
# Text stays text, whatever it begins with.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class Workbook:
    """One workbook at a path; used as a context, so that it is whole or not there."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), OPTIONS | {"tmpdir": str(path.parent)})
        self._bold = self._book.add_format({"bold": True})

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is None:
            self._book.close()
        else:
            # Only its temporary files are left to close.
            self._book.fileclosed = True
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()

    def add_notes(self, protocol: Protocol, lines: Iterable[tuple[str, Any]] = ()) -> None:
        self.add_table("notes", NOTES, [*protocol.rows(), *lines])

    def add_table(self, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A cell without a value stays empty."""
        sheet = self._sheet(name, head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, bool) or not isinstance(value, int | float | None):
                    sheet.write_string(number, column, str(value))
                elif value is not None:
                    sheet.write_number(number, column, value)

    def add_dictionary(self, variables: Sequence[Variable]) -> None:
        self.add_table("codebook", DICTIONARY, dictionary(variables))

    def add_rows(self, name: str, variables: Sequence[Variable], chunks: Iterable[Chunk]) -> None:
        """Rows about people."""
        head = [variable.name for variable in variables]
        text = [variable.is_text for variable in variables]
        sheet, sheets, number = self._sheet(name, head), 1, 0
        for row in _rows(chunks):
            number += 1
            if number == ROWS_OF_A_SHEET:
                sheets += 1
                sheet, number = self._sheet(f"{name} {sheets}", head), 1
            for column, value in enumerate(row):
                if text[column]:
                    sheet.write_string(number, column, value.decode())
                elif value != NOTHING:
                    sheet.write_number(number, column, value)

    def _sheet(self, name: str, head: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 14)
        for column, title in enumerate(head):
            sheet.write_string(0, column, title, self._bold)
        return sheet


def _rows(chunks: Iterable[Chunk]) -> Iterator[tuple[Any, ...]]:
    for chunk in chunks:
        yield from zip(*(column.tolist() for column in chunk), strict=True)
