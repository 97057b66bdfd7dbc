"""Parquet files: of rows about people, and of released tables. Text columns of rows fill their width."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from surveys.exports.protocol import Protocol
from surveys.exports.variables import NOTHING, Chunk, Column, Variable

# Few groups are quick to read, and small enough to be held.
ROWS_OF_A_GROUP = 25_000


def write_rows(
    file: BinaryIO, variables: Sequence[Variable], chunks: Iterable[Chunk], protocol: Protocol, *, at_once: int
) -> None:
    """``at_once`` rows stand in a full chunk. Labels and codes are in the metadata of each column, as JSON."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(
        [
            pa.field(
                variable.name,
                pa.string() if variable.is_text else pa.int32(),
                metadata={
                    "label": json.dumps(variable.label, ensure_ascii=False),
                    "codes": json.dumps(variable.labelled, ensure_ascii=False),
                    "missing": json.dumps(list(variable.missing)),
                },
            )
            for variable in variables
        ],
        metadata={"livinglab": protocol.as_json()},
    )
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        waiting: list[Chunk] = []

        def write() -> None:
            columns = [np.concatenate(parts) for parts in zip(*waiting, strict=True)]
            arrays = [_array(pa, column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            waiting.clear()

        for chunk in chunks:
            waiting.append(chunk)
            if len(waiting) * at_once >= ROWS_OF_A_GROUP:
                write()
        if waiting:
            write()


def _array(pa: Any, column: Column, kind: Any) -> Any:
    """Straight from the memory of numpy: the usual way in loads pandas, where there is one."""
    if column.dtype.kind == "S":
        ends = np.arange(len(column) + 1, dtype=np.int32) * column.dtype.itemsize
        return pa.StringArray.from_buffers(len(column), pa.py_buffer(ends), pa.py_buffer(column.tobytes()))
    there = np.packbits(column != NOTHING, bitorder="little")
    return pa.Array.from_buffers(
        kind, len(column), [pa.py_buffer(there), pa.py_buffer(np.ascontiguousarray(column, dtype=np.int32))]
    )


def write_table(
    file: BinaryIO, head: Sequence[str], rows: Iterable[Sequence[Any]], metadata: Mapping[str, str]
) -> None:
    """A released table. A column with text in it is text throughout, any other holds numbers."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = list(zip(*rows, strict=True)) or [() for _name in head]
    arrays = []
    for values in columns:
        if any(isinstance(value, str) for value in values):
            arrays.append(pa.array([None if value is None else str(value) for value in values], type=pa.string()))
        else:
            arrays.append(pa.array(values, type=pa.float64()))
    table = pa.Table.from_arrays(arrays, names=list(head)).replace_schema_metadata(dict(metadata))
    parquet.write_table(table, file)
