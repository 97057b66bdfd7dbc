"""Rows about people as an SPSS system file (.sav), written a chunk at a time.

The libraries that write this format want the whole table in memory, as a pandas or polars frame. The layout is the one
that the PSPP project documents; tests read the files back with ReadStat.
"""

import struct
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from surveys.exports.variables import NOTHING, Chunk, Column, Measure, Variable

BIAS = 100
# Codes of the compressed form: beside them, 1..251 stand for the value minus the bias.
PADDING, LITERAL, SYSTEM_MISSING = 0, 253, 255
COMPACT = 251 - BIAS
SEGMENT = 8
# What SPSS keeps of a label, and of a line of the notes.
LONGEST_LABEL, LONGEST_VALUE_LABEL, LINE = 255, 120, 80
NUMERIC, STRING = 5, 1
MEASURES = {Measure.NOMINAL: 1, Measure.ORDINAL: 2, Measure.SCALE: 3}
UTF_8, LITTLE_ENDIAN = 65001, 2
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
CONTINUED = struct.pack("<6i", 2, -1, 0, 0, 0, 0) + b" " * SEGMENT
NO_VALUE = -sys.float_info.max


def write_sav(
    file: BinaryIO,
    variables: Sequence[Variable],
    rows: int,
    chunks: Iterable[Chunk],
    *,
    title: str,
    notes: Iterable[str],
    at: datetime,
    language: str,
) -> None:
    """The whole file. Raises ValueError where a number is negative or there are more or fewer rows than said."""
    for part in _head(variables, rows, title=title, notes=notes, at=at, language=language):
        file.write(part)
    body = _Body(variables)
    written = 0
    for chunk in chunks:
        file.write(body.of(chunk))
        written += len(chunk[0])
    if written != rows:
        raise ValueError(f"{written} rows instead of {rows}")


# The dictionary


def _head(
    variables: Sequence[Variable], rows: int, *, title: str, notes: Iterable[str], at: datetime, language: str
) -> Iterable[bytes]:
    segments = [max(1, -(-variable.width // SEGMENT)) for variable in variables]
    yield b"$FL2" + _padded("@(#) SPSS DATA FILE Living Lab", 60)
    yield struct.pack("<5id", 2, sum(segments), 1, 0, rows, BIAS)
    yield f"{at.day:02} {MONTHS[at.month - 1]} {at:%y%H:%M:%S}".encode() + _padded(title, 64) + bytes(3)
    shorts = [f"V{number}" for number in range(1, len(variables) + 1)]
    for variable, short, count in zip(variables, shorts, segments, strict=True):
        yield _variable(variable, short, language)
        yield CONTINUED * (count - 1)
    place = 1
    for variable, count in zip(variables, segments, strict=True):
        if variable.labelled:
            yield _value_labels(variable, place, language)
        place += count
    lines = [line for note in notes for line in _lines(note)]
    if lines:
        yield struct.pack("<2i", 6, len(lines)) + b"".join(lines)
    yield _extension(3, struct.pack("<8i", 1, 0, 0, -1, 1, 1, LITTLE_ENDIAN, UTF_8), 4)
    yield _extension(4, struct.pack("<3d", NO_VALUE, sys.float_info.max, np.nextafter(NO_VALUE, 0)), 8)
    shown = [
        number
        for variable in variables
        for number in (MEASURES[variable.measure], variable.width or 8, 0 if variable.is_text else 1)
    ]
    yield _extension(11, struct.pack(f"<{len(shown)}i", *shown), 4)
    names = "\t".join(f"{short}={variable.name}" for short, variable in zip(shorts, variables, strict=True))
    yield _extension(13, names.encode(), 1)
    yield _extension(16, struct.pack("<2q", 1, rows), 8)
    yield _extension(20, b"UTF-8", 1)
    yield struct.pack("<2i", 999, 0)


def _variable(variable: Variable, short: str, language: str) -> bytes:
    label = cut(variable.label[language], LONGEST_LABEL).encode()
    shape = (STRING << 16 | variable.width << 8) if variable.is_text else (NUMERIC << 16 | 8 << 8)
    missing = sorted(variable.missing)
    if len(missing) > 3:
        raise ValueError(f"{variable.name} has more than three codes for missing values")
    record = struct.pack("<6i", 2, variable.width, 1, len(missing), shape, shape) + _padded(short, 8)
    record += struct.pack("<i", len(label)) + label + bytes(-len(label) % 4)
    return record + struct.pack(f"<{len(missing)}d", *missing)


def _value_labels(variable: Variable, place: int, language: str) -> bytes:
    record = struct.pack("<2i", 3, len(variable.labelled))
    for code, words in variable.labelled.items():
        label = cut(words[language], LONGEST_VALUE_LABEL).encode()
        record += struct.pack("<dB", code, len(label)) + label + b" " * (-(len(label) + 1) % SEGMENT)
    return record + struct.pack("<3i", 4, 1, place)


def _extension(kind: int, data: bytes, size: int) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(data) // size) + data


def cut(text: str, longest: int) -> str:
    """So many bytes of UTF-8 at most, and no half character."""
    return text.encode()[:longest].decode(errors="ignore")


def _padded(text: str, width: int) -> bytes:
    return cut(text, width).encode().ljust(width)


def _lines(text: str) -> Iterable[bytes]:
    """A note in lines of so many bytes."""
    left = text
    while left:
        line = cut(left, LINE)
        left = left[len(line) :]
        yield line.encode().ljust(LINE)


# The cases


class _Body:
    """Cases in the compressed form: codes in groups of eight, each group followed by the values too large for a code.

    Every column has its fixed place, so a chunk is filled column by column and not row by row.
    """

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.places: list[tuple[list[int], list[int]]] = []
        kinds: list[bool] = []
        for variable in variables:
            literal = variable.is_text or not variable.labelled or max(variable.labelled) > COMPACT
            kinds += [literal] * max(1, -(-variable.width // SEGMENT))
        kinds += [False] * (-len(kinds) % SEGMENT)
        codes: list[int] = []
        values: list[int] = []
        place = 0
        for start in range(0, len(kinds), SEGMENT):
            group = kinds[start : start + SEGMENT]
            codes += range(place, place + SEGMENT)
            place += SEGMENT
            for literal in group:
                values.append(place if literal else -1)
                place += SEGMENT * literal
        self.size = place
        number = 0
        for variable in variables:
            count = max(1, -(-variable.width // SEGMENT))
            self.places.append((codes[number : number + count], values[number : number + count]))
            number += count

    def of(self, chunk: Chunk) -> bytes:
        rows = len(chunk[0])
        table = np.zeros((rows, self.size), dtype=np.uint8)
        for column, (codes, values) in zip(chunk, self.places, strict=True):
            if column.dtype.kind == "S":
                self._text(table, column, codes, values)
            elif values[0] < 0:
                table[:, codes[0]] = np.where(column == NOTHING, SYSTEM_MISSING, column + BIAS)
            else:
                table[:, codes[0]] = LITERAL
                numbers = np.where(column == NOTHING, NO_VALUE, column.astype("<f8"))
                table[:, values[0] : values[0] + SEGMENT] = _bytes_of(numbers.astype("<f8"))
        return table.tobytes()

    def _text(
        self,
        table: npt.NDArray[np.uint8],
        column: Column,
        codes: Sequence[int],
        values: Sequence[int],
    ) -> None:
        wide = np.char.ljust(column, SEGMENT * len(codes))
        texts = _bytes_of(wide)
        for number, (code, value) in enumerate(zip(codes, values, strict=True)):
            table[:, code] = LITERAL
            table[:, value : value + SEGMENT] = texts[:, SEGMENT * number : SEGMENT * (number + 1)]


def _bytes_of(column: Column) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)
