"""The rows of a file, one after the other: read as the mapping says, or refused with the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO
from uuid import UUID

from surveys.imports.mapping import PEOPLE, Choice, Mapping, Source, WrongMapping
from surveys.metrics.layouts import cell_name
from surveys.metrics.refresh import NOT_SAID

HEADINGS = ("file", "line", "row", "column", "value", "reason")


@dataclass(frozen=True, slots=True)
class Row:
    """One person's answers in the order of the bank's items of that wave."""

    wave: int
    key: UUID
    answers: list[int]
    cell: str
    groups: list[str]
    at: datetime
    line: int
    row_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is wrong with a row; a row may have several."""

    file: str
    line: int
    row_id: str
    column: str
    value: str
    reason: str

    def cells(self) -> list[str]:
        return [str(cell) for cell in astuple(self)]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row the mapping does not want (``only``): neither brought in nor refused."""

    line: int


def rows_of(mapping: Mapping, source: Source, path: Path) -> Iterator[Row | list[Refusal] | LeftOut]:
    """Every row of a file, read line by line.

    Raises WrongMapping where the file cannot be read or lacks a column the mapping names.
    """
    try:
        # Bytes that are not of this encoding survive as marks, so that their row can be refused by its line.
        with open(path, encoding=source.encoding, errors="surrogateescape", newline="") as file:
            yield from _rows(mapping, source, path.name, file)
    except OSError as error:
        raise WrongMapping(f"{path}: cannot be read ({error.strerror}).") from error


def _rows(mapping: Mapping, source: Source, file: str, lines: TextIO) -> Iterator[Row | list[Refusal] | LeftOut]:
    reader = csv.reader(lines, strict=True)
    header = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
    if missing := source.columns - set(header):
        raise WrongMapping(f"{file}: there is no column {', '.join(sorted(missing))}; there are {', '.join(header)}.")
    if repeated := sorted({name for name in header if name in source.columns and header.count(name) > 1}):
        raise WrongMapping(f"{file}: the column {', '.join(repeated)} is there twice.")
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield [Refusal(file, reader.line_num, "", "", "", f"not readable as CSV: {error}")]
            continue
        if cells is None:
            return
        if cells:
            yield _read(mapping, source, file, reader.line_num, header, cells)


def _read(
    mapping: Mapping, source: Source, file: str, line: int, header: list[str], cells: list[str]
) -> Row | list[Refusal] | LeftOut:
    if len(cells) != len(header):
        reason = f"{len(cells)} cells instead of {len(header)}"
        return [Refusal(file, line, "", "", "", reason)]
    told = dict(zip(header, cells, strict=True))
    if any(told[column].strip() not in words for column, words in source.only.items()):
        return LeftOut(line)
    row_id = _printable(told[source.row_id].strip())
    refusals: list[Refusal] = []

    def refuse(column: str, reason: str) -> None:
        refusals.append(Refusal(file, line, row_id, column, _printable(told[column]), reason))

    for column in source.columns:
        if any("\ud800" <= letter <= "\udfff" for letter in told[column]):
            refuse(column, f"holds bytes that are not {source.encoding}")
    if not row_id:
        refuse(source.row_id, "the row has no number or name of its own")
    wave = source.wave if isinstance(source.wave, int) else 0
    if isinstance(source.wave, Choice):
        try:
            wave = source.wave.read(told[source.wave.column])
        except ValueError as reason:
            refuse(source.wave.column, str(reason))
    answers = []
    for item in source.items:
        try:
            answers.append(item.read(told[item.column]))
        except ValueError as reason:
            refuse(item.column, str(reason))
    try:
        at = datetime.strptime(told[source.date_column].strip(), source.date_format).replace(tzinfo=source.zone)
    except ValueError:
        refuse(source.date_column, f"not a date of the form {source.date_format}")
    if refusals:
        return refusals
    people = {variable: choice.read(told[choice.column]) for variable, choice in source.people.items()}
    return Row(
        wave=wave,
        key=mapping.key(source, row_id),
        answers=answers,
        cell=cell_name(**{variable: people.get(variable, "") for variable in PEOPLE}),
        groups=list(_groups(mapping, source, told)),
        at=at,
        line=line,
        row_id=row_id,
    )


def _groups(mapping: Mapping, source: Source, told: dict[str, str]) -> Iterator[str]:
    asked = {group.name: group for group in source.groups}
    for name in mapping.groups:
        group = asked.get(name)
        word = told[group.column].strip() if group else ""
        if group is None or word in group.not_said:
            yield name + NOT_SAID
        elif word in group.members:
            yield name


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:200]
