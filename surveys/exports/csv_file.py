"""Rows about people as CSV, a chunk of columns at a time: no Python object is made of any cell."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from surveys.exports.variables import NOTHING, Chunk, Column, Variable

BYTE_ORDER_MARK = "\ufeff".encode()
LINE_END = b"\r\n"
# Codes up to here are looked up; larger numbers are written out one by one.
LOOKED_UP = 1_000
_NUMBERS = np.array([b"", *(str(number).encode() for number in range(LOOKED_UP))])


def csv_blocks(variables: Sequence[Variable], chunks: Iterable[Chunk], *, mark: bool) -> Iterator[bytes]:
    """The file in pieces: names of the variables first; with ``mark`` so that Excel sees that it is UTF-8.

    Text columns hold no comma, quote or line end, and nothing a spreadsheet would run: keys begin with a letter,
    moments with a digit.
    """
    head = ",".join(variable.name for variable in variables).encode() + LINE_END
    yield (BYTE_ORDER_MARK if mark else b"") + head
    for chunk in chunks:
        yield _lines(chunk)


def _lines(chunk: Chunk) -> bytes:
    """Every cell padded with zero bytes to the width of its column; then the padding goes."""
    parts: list[npt.NDArray[np.uint8]] = []
    rows = len(chunk[0])
    comma = np.full((rows, 1), ord(","), dtype=np.uint8)
    for column in chunk:
        texts = _texts(column)
        parts += [texts.view(np.uint8).reshape(rows, -1), comma]
    parts[-1] = np.broadcast_to(np.frombuffer(LINE_END, np.uint8), (rows, len(LINE_END)))
    table = np.concatenate(parts, axis=1)
    return table[table != 0].tobytes()


def _texts(column: Column) -> npt.NDArray[np.bytes_]:
    if column.dtype.kind == "S":
        return np.ascontiguousarray(column)
    if column.max(initial=0) < LOOKED_UP:
        return _NUMBERS[column - NOTHING]
    return np.array([b"" if number == NOTHING else str(number).encode() for number in column.tolist()])
