"""The files of a survey read through: every row that is wanted, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from surveys.analysis.spec import Spec
from surveys.imports.files import Unreadable
from surveys.imports.reading import LeftOut, Refusal, Row, opened, rows_in
from surveys.imports.sources import Source, quoted

# Complaints that are told one by one; of the others the number.
MOST_TOLD = 20


class WrongRows(ValueError):
    """Rows that cannot be read: the first refusals, and how many there are."""

    def __init__(self, refusals: Sequence[Refusal], count: int) -> None:
        self.refusals, self.count = list(refusals), count
        super().__init__(f"{count} complaints, the first: {refusals[0]}" if refusals else "no row can be read")


@dataclass(frozen=True)
class FileRead:
    """A file, how it was read, and how many of its rows are in the analysis."""

    name: str
    kind: str
    encoding: str
    delimiter: str
    rows: int
    left_out: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """The rows of all files, and the files."""

    rows: Sequence[Row]
    files: Sequence[FileRead]


def read_table(spec: Spec, paths: Sequence[Path]) -> Table:
    """All rows of the files; each described kind of file has to be there, and may be there in several parts.

    Raises
    ------
    Unreadable
        If a file is not readable, not described, or lacks a column; if a described one is not there.
    WrongRows
        If a row cannot be read, or a person or a row's own number is there twice.
    """
    sources = [spec.files.source_of(path) for path in paths]
    if len({path.resolve() for path in paths}) < len(paths):
        raise Unreadable("A file is named twice.")
    if missing := [source.name for source in spec.files.sources if source not in sources]:
        raise Unreadable(f"The spec also describes {', '.join(missing)}; give all files together.")
    rows: list[Row] = []
    files: list[FileRead] = []
    refusals: list[Refusal] = []
    count = 0
    seen: dict[tuple[object, ...], str] = {}
    for path, source in zip(paths, sources, strict=True):
        table = opened(source, path)
        left_out, before = 0, len(rows)
        for found in rows_in(table, spec.files, source, path.name):
            if isinstance(found, LeftOut):
                left_out += 1
                continue
            complaints = found if isinstance(found, list) else _repeated(found, path, source, seen)
            if complaints:
                count += len(complaints)
                refusals += complaints[: MOST_TOLD - len(refusals)]
            elif isinstance(found, Row):
                rows.append(found)
        with open(path, "rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        files.append(
            FileRead(path.name, table.kind, table.encoding, table.delimiter, len(rows) - before, left_out, digest)
        )
    if count:
        raise WrongRows(refusals, count)
    if not rows:
        raise Unreadable("There is no row to analyse.")
    return Table(rows, files)


def _repeated(row: Row, path: Path, source: Source, seen: dict[tuple[object, ...], str]) -> list[Refusal]:
    """What is wrong with a row beside an earlier one: one number is one row, one person answers a wave once."""
    here = f"{path.name}, line {row.line}"
    found = []
    marks: list[tuple[str, str, tuple[object, ...], str]] = [(source.row_id, row.row_id, (source.name, row.row_id), "")]
    marks.append((source.person, row.person, (row.wave, "person", row.person), f" in wave {row.wave}"))
    for column, word, mark, where in marks:
        if column and word and mark in seen:
            reason = f"{quoted(word)} was there before{where} ({seen[mark]})"
            found.append(Refusal(path.name, row.line, row.row_id, column, word, reason))
        elif column and word:
            seen[mark] = here
    return found
