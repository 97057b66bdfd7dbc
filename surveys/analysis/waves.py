"""The waves of an analysis: rows as arrays, and their exact counts, from which every figure comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from surveys.analysis.spec import NOT_TOLD, Spec
from surveys.imports.reading import Row
from surveys.metrics.cells import UNKNOWN
from surveys.stats.layout import Layout
from surveys.stats.quality import Block, Page, response_flags
from surveys.stats.scoring import Answers, Integers
from surveys.stats.state import State, tally


@dataclass(frozen=True)
class Wave:
    """One wave's rows in an order of their own, so that it does not matter in which order the files hold them."""

    number: int
    rows: Sequence[Row]
    layout: Layout
    answers: Answers
    cells: npt.NDArray[np.str_]
    counted: npt.NDArray[np.bool_]
    flags: Integers

    @cached_property
    def state(self) -> State:
        """The counts of all rows."""
        return self.state_of(lambda _row: True)

    def state_of(self, wanted: Callable[[Row], bool]) -> State:
        """The counts of some of the rows."""
        places = np.array([place for place, row in enumerate(self.rows) if wanted(row)], dtype=np.int64)
        rows = [self.rows[place] for place in places]
        members = np.array([row.groups for row in rows], dtype=np.int64)
        return tally(
            self.layout,
            self.answers[places],
            cells=self.cells[places],
            counted=self.counted[places],
            modes=[row.mode or NOT_TOLD for row in rows],
            use_levels=[row.use_level for row in rows],
            members=members.reshape(len(rows), len(self.layout.groups)),
            flags=self.flags[places],
            marks=np.array([row.marks for row in rows]) if rows and self.layout.informed.questions else None,
            milliseconds=[_milliseconds(row) for row in rows],
        )


def waves_of(spec: Spec, rows: Sequence[Row]) -> list[Wave]:
    """The waves that somebody answered, in their order."""
    return [_wave(spec, number, rows) for number in sorted({row.wave for row in rows})]


def _wave(spec: Spec, number: int, rows: Sequence[Row]) -> Wave:
    ours = sorted((row for row in rows if row.wave == number), key=_in_order)
    layout = spec.layout_of(number)
    return Wave(
        number=number,
        rows=ours,
        layout=layout,
        answers=np.array([row.answers for row in ours], dtype=np.int16).reshape(len(ours), len(layout.items)),
        cells=np.array(["/".join(part or UNKNOWN for part in row.people) for row in ours], dtype=np.str_),
        counted=np.array([_counts(spec, row) for row in ours], dtype=np.bool_),
        flags=np.array(list(_flags(spec, layout, ours)), dtype=np.int64),
    )


def _in_order(row: Row) -> tuple[Any, ...]:
    return row.person, row.row_id, row.answers, row.people, row.groups, row.mode, row.use_level, row.marks


def _counts(spec: Spec, row: Row) -> bool:
    return (spec.modes is None or row.mode in spec.modes) and (
        spec.use_levels is None or row.use_level in spec.use_levels
    )


def _milliseconds(row: Row) -> int:
    known = [seconds for _items, seconds in row.pages if seconds is not None]
    return round(1000 * sum(known)) if known and len(known) == len(row.pages) else -1


def _flags(spec: Spec, layout: Layout, rows: Sequence[Row]) -> Iterator[int]:
    columns = [[layout.column[code] for code in block if code in layout.column] for block in spec.blocks]
    reverses = [any(layout.items[column].reverse for column in block) for block in columns]
    pairs = [[layout.column[code] for code in pair] for pair in spec.pairs if set(pair) <= layout.column.keys()]
    for row in rows:
        yield response_flags(
            [
                Block(tuple(row.answers[column] for column in block), reverse)
                for block, reverse in zip(columns, reverses, strict=True)
            ],
            pages=[Page(items, seconds) for items, seconds in row.pages],
            opposite_pairs=[(row.answers[first], row.answers[second]) for first, second in pairs],
            mode=row.mode or "self",
        ).mask
