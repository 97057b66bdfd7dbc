"""The waves of an analysis: rows as arrays, and their exact counts, from which every figure comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from surveys.analysis.spec import NOT_TOLD, Spec
from surveys.imports.reading import Row
from surveys.metrics.cells import UNKNOWN
from surveys.stats.layout import Layout
from surveys.stats.quality import Block, Page, response_flags
from surveys.stats.scoring import Flags, Integers, is_answered, least_answered, reaches, scores, units_of
from surveys.stats.state import State, tally


@dataclass(frozen=True)
class Wave:
    """One wave's rows as arrays, and their counts."""

    number: int
    rows: Sequence[Row]
    layout: Layout
    answers: Integers
    counted: Sequence[bool]
    state: State


def waves_of(spec: Spec, rows: Sequence[Row]) -> list[Wave]:
    """The waves that somebody answered, in their order."""
    return [_wave(spec, number, rows) for number in sorted({row.wave for row in rows})]


def scores_of(wave: Wave, name: str) -> tuple[list[float], list[bool]]:
    """Score of each row in a construct, and who has one."""
    items = wave.layout.constructs[name]
    values, given = _oriented(wave, [item.code for item in items])
    units = units_of(len(items))
    found, has = scores(values, given, units=units, least=least_answered(len(items)))
    return [int(score) / units for score in found], has.tolist()


def _oriented(wave: Wave, codes: Sequence[str]) -> tuple[Integers, Flags]:
    columns = [wave.layout.column[code] for code in codes]
    items = [wave.layout.items[column] for column in columns]
    raw = wave.answers[:, columns]
    turned = np.array([item.reverse for item in items])
    ends = np.array([item.lo + item.hi for item in items])
    return np.where(turned, ends - raw, raw), is_answered(raw)


def accepts(wave: Wave) -> tuple[list[bool], list[bool]]:
    """Who accepts, and who can be judged."""
    rule = wave.layout.accept
    yes, judged = reaches(*_oriented(wave, rule.items), at_least=rule.at_least, least=rule.answered)
    return yes.tolist(), judged.tolist()


def _wave(spec: Spec, number: int, rows: Sequence[Row]) -> Wave:
    # One order, whatever the files' own was: sums of floats would tell the difference in their last digit.
    ours = sorted((row for row in rows if row.wave == number), key=_in_order)
    layout = spec.layout_of(number)
    answers = np.array([row.answers for row in ours], dtype=np.int64).reshape(len(ours), len(layout.items))
    counted = [_counts(spec, row) for row in ours]
    state = tally(
        layout,
        answers,
        cells=["/".join(part or UNKNOWN for part in row.people) for row in ours],
        counted=counted,
        modes=[row.mode or NOT_TOLD for row in ours],
        use_levels=[row.use_level for row in ours],
        members=np.array([row.groups for row in ours], dtype=np.int64).reshape(len(ours), len(layout.groups)),
        flags=list(_flags(spec, layout, ours)),
        marks=np.array([row.marks for row in ours]) if layout.informed.questions else None,
        milliseconds=[_milliseconds(row) for row in ours],
    )
    return Wave(number, ours, layout, answers, counted, state)


def _in_order(row: Row) -> tuple[Any, ...]:
    return row.person, row.answers, row.people, row.groups, row.mode, row.use_level, row.marks, row.comment


def _counts(spec: Spec, row: Row) -> bool:
    return (spec.modes is None or row.mode in spec.modes) and (
        spec.use_levels is None or row.use_level in spec.use_levels
    )


def _milliseconds(row: Row) -> int:
    known = [seconds for _items, seconds in row.pages if seconds is not None]
    return round(1000 * sum(known)) if known and len(known) == len(row.pages) else -1


def _flags(spec: Spec, layout: Layout, rows: Sequence[Row]) -> Iterator[int]:
    blocks = [[code for code in block if code in layout.column] for block in spec.blocks]
    columns = [[layout.column[code] for code in block] for block in blocks]
    reverses = [any(layout.items[column].reverse for column in block) for block in columns]
    pairs = [pair for pair in spec.pairs if set(pair) <= layout.column.keys()]
    for row in rows:
        yield response_flags(
            [
                Block(tuple(row.answers[column] for column in block), reverse)
                for block, reverse in zip(columns, reverses, strict=True)
            ],
            pages=[Page(items, seconds) for items, seconds in row.pages],
            opposite_pairs=[
                (row.answers[layout.column[first]], row.answers[layout.column[second]]) for first, second in pairs
            ],
            mode=row.mode or "self",
        ).mask
