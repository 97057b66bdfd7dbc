"""The rows of a file, one after the other: read as the survey's description says, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from surveys.imports.files import Line, Opened, Unreadable, open_table
from surveys.imports.sources import Choice, Source, SurveyFiles
from surveys.stats.state import UNKNOWN_MEMBER

# Words whose meaning is kept in mind while a file is read.
MOST_KNOWN = 100_000
HEADINGS = ("file", "line", "row", "column", "value", "reason")


class Reads(Protocol):
    """A part of a survey's description that knows what a cell of its column means."""

    def read(self, cell: str, /) -> Any:
        """Raises ValueError with the reason it is told by."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person's answers.

    ``answers`` are in the order of the items asked in that wave, ``people`` and ``groups`` in that of the survey's
    variables and groups: a category or nothing; 1 member, 0 not, -1 not said. What a file does not tell is empty, None
    or 0.
    """

    wave: int
    key: UUID
    answers: list[int]
    people: tuple[str, ...]
    groups: tuple[int, ...]
    at: datetime | None
    line: int
    row_id: str
    person: str = ""
    mode: str = ""
    use_level: int = 0
    marks: tuple[int, ...] = ()
    # Items on a page, and the seconds spent on it.
    pages: tuple[tuple[int, float | None], ...] = ()
    comment: str = ""
    # The themes that either coder gave the comment, where both coded it.
    coded: tuple[frozenset[str], frozenset[str]] | None = None


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

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, column {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not wanted (``only``): neither brought in nor refused."""

    line: int


def rows_of(survey: SurveyFiles, source: Source, path: Path) -> Iterator[Row | list[Refusal] | LeftOut]:
    """Every row of a file, read one after the other.

    Raises Unreadable where the file cannot be read or lacks a column.
    """
    return rows_in(opened(source, path), survey, source, path.name)


def opened(source: Source, path: Path) -> Opened:
    """The file with the columns it must have. Raises Unreadable otherwise."""
    table = open_table(path, encoding=source.encoding, delimiter=source.delimiter, sheet=source.sheet)
    if missing := source.columns - set(table.header):
        there = ", ".join(table.header)
        raise Unreadable(f"{path.name}: there is no column {', '.join(sorted(missing))}; there are {there}.")
    if repeated := sorted(name for name in source.columns if table.header.count(name) > 1):
        raise Unreadable(f"{path.name}: the column {', '.join(repeated)} is there twice.")
    return table


def rows_in(table: Opened, survey: SurveyFiles, source: Source, file: str) -> Iterator[Row | list[Refusal] | LeftOut]:
    """The rows of an opened file."""
    reader = _Reader(table, survey, source, file)
    for line in table.lines:
        yield reader.row(line)


class _Reader:
    """Reads the lines of one file, each word of a column only once."""

    def __init__(self, table: Opened, survey: SurveyFiles, source: Source, file: str) -> None:
        self.table, self.survey, self.source, self.file = table, survey, source, file
        self.known: dict[tuple[int, str], Any] = {}
        self.asked: dict[int, set[str]] = {}

    def row(self, line: Line) -> Row | list[Refusal] | LeftOut:
        source, survey, header = self.source, self.survey, self.table.header
        problem = line.problem
        if not problem and len(line.cells) != len(header):
            problem = f"{len(line.cells)} cells instead of {len(header)}"
        if problem:
            return [Refusal(self.file, line.number, "", "", "", problem)]
        told = dict(zip(header, line.cells, strict=True))
        if any(told[column].strip() not in words for column, words in source.only.items()):
            return LeftOut(line.number)
        row_id = _printable(told[source.row_id].strip()) if source.row_id else ""
        refusals: list[Refusal] = []

        def refuse(column: str, reason: str) -> None:
            refusals.append(Refusal(self.file, line.number, row_id, column, _printable(told.get(column, "")), reason))

        def read(column: str, part: Reads) -> Any:
            try:
                return self.value(part, told[column])
            except ValueError as reason:
                refuse(column, str(reason))
            return None

        strange = {column for column in source.columns if not told[column].isascii() and _is_strange(told[column])}
        for column in sorted(strange):
            refuse(column, f"holds bytes that are not {self.table.encoding}")
        if strange:
            return refusals
        if source.row_id and not row_id:
            refuse(source.row_id, "the row has no number or name of its own")
        wave = read(source.wave.column, source.wave) if isinstance(source.wave, Choice) else source.wave
        if wave and not self.items_of(wave):
            refuse(source.wave.column if isinstance(source.wave, Choice) else "", f"wave {wave} asks no item")
        # Items of other waves stand in the same file; what is in their columns is nobody's answer.
        asked = self.items_of(wave) if wave else {item.code for item in source.items}
        answers = [read(item.column, item) for item in source.items if item.code in asked]
        at = read(source.date.column, source.date) if source.date else None
        people = {variable: read(choice.column, choice) for variable, choice in source.people.items()}
        groups = {group.name: read(group.column, group) for group in source.groups}
        mode = read(source.mode.column, source.mode) if source.mode else ""
        use_level = read(source.use_level.column, source.use_level) if source.use_level else 0
        pages = tuple((len(asked.intersection(page.items)), read(page.column, page)) for page in source.pages)
        if refusals:
            return refusals
        return Row(
            wave=wave,
            key=survey.key(source, row_id or f"{self.file}/{line.number}"),
            answers=answers,
            people=tuple(people.get(variable, "") for variable in survey.variables),
            groups=tuple(groups.get(name, UNKNOWN_MEMBER) for name in survey.groups),
            at=at,
            line=line.number,
            row_id=row_id,
            person=told[source.person].strip() if source.person else "",
            mode=mode,
            use_level=use_level,
            marks=tuple(read(question.column, question) for question in source.knowledge),
            pages=pages,
            comment=told[source.comment].strip() if source.comment else "",
            coded=source.coders.read(*(told[column] for column in source.coders.columns)) if source.coders else None,
        )

    def value(self, part: Reads, cell: str) -> Any:
        """What a cell means; columns hold the same few words over and over."""
        key = id(part), cell
        if key in self.known:
            return self.known[key]
        value = part.read(cell)
        if len(self.known) < MOST_KNOWN:
            self.known[key] = value
        return value

    def items_of(self, wave: int) -> set[str]:
        if wave not in self.asked:
            self.asked[wave] = set(self.survey.items_of(wave))
        return self.asked[wave]


def _is_strange(text: str) -> bool:
    """Whether a text holds bytes that its encoding has no letters for."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:200]
