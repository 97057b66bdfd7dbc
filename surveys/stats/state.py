"""Exact integer counts of a wave that add, subtract and compare: everything shown is computed from them.

A state holds one row of integers for each raking cell, counted answers and not counted ones apart. States of the same
layout form a group under addition: any split of the responses and any order gives the same state, and taking one
chunk's share out and putting a new one in equals a recount from scratch, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
import numpy.typing as npt

from surveys.stats.layout import DURATION_BINS, FLAGS, Layout
from surveys.stats.scoring import (
    DONT_KNOW,
    NO_ANSWER,
    NOT_APPLICABLE,
    Answers,
    Flags,
    Integers,
    is_answered,
    least_answered,
    reaches,
    scores,
    units_of,
)

RIGHT, WRONG = 1, 0
MEMBER, NOT_MEMBER, UNKNOWN_MEMBER = 1, 0, -1

Key = tuple[str, bool]

_MAGIC = b"LLS1"


@dataclass(frozen=True, eq=False)
class State:
    """Counts by raking cell and by whether the answer counts for the verdict.

    Parameters
    ----------
    layout
        What each integer means.
    rows
        From (cell, counted) to ``layout.size`` integers. Rows of zeros are not kept, so equal counts are equal states.
    """

    layout: Layout
    rows: dict[Key, Integers]

    def merge(self, other: State) -> State:
        """The counts of both. Associative and commutative."""
        return self._combined(other, 1)

    def subtract(self, other: State) -> State:
        """These counts without the other ones: the inverse of `merge`."""
        return self._combined(other, -1)

    def _combined(self, other: State, sign: int) -> State:
        if other.layout.fingerprint != self.layout.fingerprint:
            raise ValueError("states of different layouts cannot be combined")
        rows = dict(self.rows)
        for key, row in other.rows.items():
            combined = rows[key] + sign * row if key in rows else sign * row
            if combined.any():
                rows[key] = combined
            else:
                rows.pop(key, None)
        return State(self.layout, rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        return (
            self.layout.fingerprint == other.layout.fingerprint
            and self.rows.keys() == other.rows.keys()
            and all(np.array_equal(row, other.rows[key]) for key, row in self.rows.items())
        )

    __hash__ = None  # type: ignore[assignment]

    def block(self, section: str, *, counted: bool | None = True) -> Integers:
        """One section of the layout, summed over the cells.

        Parameters
        ----------
        section
            A key of ``layout.sections``.
        counted
            True for the answers that count, False for the others, None for all.
        """
        start, length = self.layout.sections[section]
        counting, others = self._totals
        found = counting + others if counted is None else counting if counted else others
        return found[start : start + length].copy()

    @cached_property
    def _totals(self) -> tuple[Integers, Integers]:
        """Sums over the cells, of the answers that count and of the others."""
        counting, others = (np.zeros(self.layout.size, dtype=np.int64) for _which in range(2))
        for (_cell, counted), row in self.rows.items():
            into = counting if counted else others
            into += row
        return counting, others

    def by_cell(self, section: str) -> dict[str, Integers]:
        """One section of the counted answers for each cell, in the order of the cells' names."""
        start, length = self.layout.sections[section]
        return {
            cell: self.rows[cell, counted][start : start + length] for cell, counted in sorted(self.rows) if counted
        }

    def n(self, *, counted: bool | None = True) -> int:
        """Number of responses."""
        return int(self.block("n", counted=counted)[0])

    def to_bytes(self) -> bytes:
        """Compact and canonical: the same integers of the same layout give the same bytes, so they can be hashed.

        Notes
        -----
        ``LLS1``, the layout's fingerprint, then for each row in the order of (cell, counted): the length of the cell's
        name in UTF-8, the name, counted, and the integers; all numbers as zigzag LEB128.
        """
        parts = [_MAGIC, self.layout.fingerprint, _packed(np.array([len(self.rows)]))]
        for cell, counted in sorted(self.rows):
            name = cell.encode()
            parts += [_packed(np.array([len(name)])), name, bytes([counted]), _packed(self.rows[cell, counted])]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, layout: Layout, data: bytes) -> State:
        """The state that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are of another kind or layout, or damaged.
        """
        head = len(_MAGIC) + len(layout.fingerprint)
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("data is not a state of this version")
        if data[len(_MAGIC) : head] != layout.fingerprint:
            raise ValueError("data is a state of another layout")
        body, place = np.frombuffer(data, dtype=np.uint8), head
        (count,), place = _unpacked(body, place, 1)
        rows: dict[Key, Integers] = {}
        for _row in range(int(count)):
            (length,), place = _unpacked(body, place, 1)
            stop = place + int(length)
            if stop >= len(data):
                raise ValueError("data ends in the middle of a row")
            cell, counted = data[place:stop].decode(), bool(data[stop])
            rows[cell, counted], place = _unpacked(body, stop + 1, layout.size)
        if place != len(data):
            raise ValueError("data goes on after the last row")
        return cls(layout, rows)


def empty(layout: Layout) -> State:
    """The state of no responses."""
    return State(layout, {})


def tally(
    layout: Layout,
    answers: Answers,
    *,
    cells: Sequence[str] | npt.NDArray[np.str_],
    counted: npt.ArrayLike | None = None,
    modes: Sequence[str] | npt.NDArray[np.str_] | None = None,
    use_levels: npt.ArrayLike | None = None,
    members: npt.ArrayLike | None = None,
    flags: npt.ArrayLike | None = None,
    marks: npt.ArrayLike | None = None,
    milliseconds: npt.ArrayLike | None = None,
) -> State:
    """Count responses.

    Parameters
    ----------
    layout
        Shape of the counts; its items are the columns of ``answers``.
    answers
        n x k raw answers; 97 not applicable, 98 don't know, 99 no answer.
    cells
        Raking cell of each response: the categories of the registered variables, joined by ``/``.
    counted
        Which responses count for the verdict (mode and use level as registered); all, where not said.
    modes
        One of ``layout.modes`` each; the first, where not said.
    use_levels
        1 to 5, 0 unknown.
    members
        n x groups: 1 member, 0 not, -1 unknown (not said).
    flags
        Kinds of flags of each response as a bit mask in the order of ``FLAGS``.
    marks
        n x comprehension questions: 1 right, 0 wrong, 98 don't know, 99 no answer.
    milliseconds
        Time taken; negative is unknown.

    Returns
    -------
    State

    Raises
    ------
    ValueError
        If a shape does not fit or a value is impossible; the message names the argument.

    Examples
    --------
    >>> two = [{"code": "B1"}, {"code": "B2"}]
    >>> layout = Layout.of({"items": two, "accept": {"items": ["B1", "B2"], "answered": 2}})
    >>> answers = np.array([[4, 4], [5, 2], [4, 98]], dtype=np.int16)
    >>> state = tally(layout, answers, cells=["F/65+", "M/65+", "M/65+"])
    >>> state.block("accept").tolist()
    [2, 1]
    >>> one, rest = tally(layout, answers[:1], cells=["F/65+"]), tally(layout, answers[1:], cells=["M/65+"] * 2)
    >>> one.merge(rest) == state and state.subtract(one) == rest
    True
    """
    raw = np.asarray(answers, dtype=np.int64)
    if raw.ndim != 2 or raw.shape[1] != len(layout.items):
        raise ValueError(f"answers must be n x {len(layout.items)}, got {raw.shape}")
    n = len(raw)
    rows = _Rows(layout, n, np.asarray(cells, dtype=np.str_), _column("counted", counted, n, 1, 0, 1).astype(bool))
    if n == 0:
        return empty(layout)
    level = _column("use_levels", use_levels, n, 0, 0, 5)
    flag = _column("flags", flags, n, 0, 0, (1 << len(FLAGS)) - 1)
    mode = _modes(layout, modes, n)
    time = _column("milliseconds", milliseconds, n, -1, None, None)
    member = _table("members", members, n, len(layout.groups), NOT_MEMBER, (MEMBER, NOT_MEMBER, UNKNOWN_MEMBER))
    mark = _table("marks", marks, n, layout.informed.questions, NO_ANSWER, (RIGHT, WRONG, DONT_KNOW, NO_ANSWER))

    answered = is_answered(raw)
    lo = np.array([item.lo for item in layout.items])
    hi = np.array([item.hi for item in layout.items])
    impossible = answered & ((raw < lo) | (raw > hi))
    if impossible.any():
        person, column = np.argwhere(impossible)[0]
        item = layout.items[column]
        raise ValueError(f"answers hold {raw[person, column]} for {item.code}, whose scale is {item.lo}..{item.hi}")
    reversed_ = np.array([item.reverse for item in layout.items])
    oriented = np.where(reversed_, lo + hi - raw, raw)

    everybody = np.ones(n, dtype=bool)
    rows.count("n", np.zeros(n, dtype=np.int64), everybody)
    for number, item in enumerate(layout.items):
        given = raw[:, number]
        missing_place = item.hi - item.lo + 1 + given - NOT_APPLICABLE
        rows.count(f"item:{item.code}", np.where(answered[:, number], given - item.lo, missing_place), everybody)

    score_blocks = [np.zeros((n, 0), dtype=np.int64)]
    for name, items in layout.constructs.items():
        columns = [layout.column[item.code] for item in items]
        values, given_items = oriented[:, columns], answered[:, columns]
        score, has = scores(values, given_items, units=units_of(len(items)), least=least_answered(len(items)))
        score_block = np.column_stack([has, score, score * score])
        rows.add(f"score:{name}", score_block)
        score_blocks.append(score_block)
        rows.products(f"listwise:{name}", values, given_items)
    if layout.driver_items:
        columns = [layout.column[item.code] for item in layout.driver_items]
        rows.products("drivers", oriented[:, columns], answered[:, columns])

    judged_and_yes: dict[str, tuple[Flags, Flags]] = {}
    for name, threshold in (("accept", layout.accept), ("use", layout.use), ("endorse", layout.endorse)):
        columns = [layout.column[code] for code in threshold.items]
        yes, judged = reaches(
            oriented[:, columns], answered[:, columns], at_least=threshold.at_least, least=threshold.answered
        )
        judged_and_yes[name] = judged, yes
        rows.add(name, np.column_stack([judged, yes]))
    judged, yes = judged_and_yes["accept"]

    kinds = np.column_stack([flag >> bit & 1 for bit in range(len(FLAGS))])
    rows.add("flag", kinds)
    rows.split("flags", np.minimum(kinds.sum(axis=1), 2), everybody, judged, yes)
    rows.split("mode", mode, everybody, judged, yes)
    rows.split("use_level", level, everybody, judged, yes)

    understood = mark[:, : layout.informed.of] if layout.informed.questions else mark
    can_tell = (understood != NO_ANSWER).any(axis=1)
    is_informed = can_tell & ((understood == RIGHT).sum(axis=1) >= layout.informed.right)
    rows.split("informed", np.where(is_informed, 0, 1), can_tell, judged, yes)
    for number in range(layout.informed.questions):
        place = np.select(
            [mark[:, number] == RIGHT, mark[:, number] == WRONG, mark[:, number] == DONT_KNOW], [0, 1, 2], 3
        )
        rows.count("question", 4 * number + place, everybody)
    _understand(rows, mark, oriented, answered)

    of_person = np.column_stack([everybody, judged, yes, can_tell, is_informed, *score_blocks]).astype(np.int64)
    for number, group in enumerate(layout.groups):
        rows.add(f"member:{group}", (member[:, number] == MEMBER)[:, None] * of_person)
        rows.add(f"unknown:{group}", (member[:, number] == UNKNOWN_MEMBER)[:, None] * of_person)

    rows.count("disposition", _dispositions(raw), everybody)
    bits = np.frexp(np.maximum(time, 0).astype(np.float64))[1]
    rows.count("duration", np.where(time < 0, DURATION_BINS, np.minimum(bits, DURATION_BINS - 1)), everybody)
    return rows.state()


def _understand(rows: _Rows, mark: Integers, oriented: Integers, answered: Flags) -> None:
    """What was right, wrong and unknown, and what people thought to know."""
    layout, questions = rows.layout, rows.layout.informed.questions
    if not questions:
        return
    told = (mark != NO_ANSWER).any(axis=1)
    right, wrong, unknown = ((mark == kind).sum(axis=1, dtype=np.int64) for kind in (RIGHT, WRONG, DONT_KNOW))
    could_be_confident = wrong + unknown > 0
    confident = wrong * units_of(questions) // np.maximum(wrong + unknown, 1)
    squares = (right * right, right * wrong, wrong * wrong)
    of_confident = (could_be_confident, confident, confident * confident)
    rows.add("understanding", np.column_stack([told, right, wrong, unknown, *squares, *of_confident]))
    if not layout.subjective_items:
        return
    columns = [layout.column[item.code] for item in layout.subjective_items]
    unit = layout.calibration_units
    lowest, highest = layout.subjective_items[0].lo, layout.subjective_items[0].hi
    mean, has = scores(oriented[:, columns], answered[:, columns], units=unit // (highest - lowest), least=1)
    believed = np.where(has, mean - lowest * unit // (highest - lowest), 0)
    both = told & has
    gap = np.where(both, believed - right * unit // questions, 0)
    above, below = 5 * gap > unit, 5 * gap < -unit
    rows.add("calibration", np.column_stack([has, believed, believed**2, both, gap, gap**2, above, below]))


def _dispositions(answers: Integers) -> Integers:
    """0 complete, 1 partial, 2 broken off, by the share answered of what applied; "don't know" is an answer."""
    applied = (answers != NOT_APPLICABLE).sum(axis=1)
    given = ((answers != NOT_APPLICABLE) & (answers != NO_ANSWER)).sum(axis=1)
    return np.where(given * 5 >= applied * 4, 0, np.where(given * 2 >= applied, 1, 2))


class _Rows:
    """Gathers counts by cell: bins for what falls into classes, sums for what adds."""

    def __init__(self, layout: Layout, n: int, cells: npt.NDArray[np.str_], counted: Flags) -> None:
        if cells.shape != (n,):
            raise ValueError(f"cells must have length {n}, got {cells.shape}")
        names, place = np.unique(cells, return_inverse=True)
        keys, self.row = np.unique(2 * place + counted, return_inverse=True)
        self.keys: list[Key] = [(str(names[key // 2]), bool(key % 2)) for key in keys]
        self.layout = layout
        self.order = np.argsort(self.row, kind="stable")
        self.starts = np.searchsorted(self.row[self.order], np.arange(len(self.keys)))
        self.table = np.zeros((len(self.keys), layout.size), dtype=np.int64)

    def count(self, section: str, places: Integers, of: Flags) -> None:
        start, length = self.layout.sections[section]
        bins = np.bincount((self.row * length + places)[of], minlength=len(self.keys) * length)
        self.table[:, start : start + length] += bins.reshape(len(self.keys), length)

    def split(self, section: str, classes: Integers, of: Flags, judged: Flags, yes: Flags) -> None:
        """n, judged and accept for each class."""
        for offset, who in enumerate((of, of & judged, of & yes)):
            self.count(section, 3 * classes + offset, who)

    def add(self, section: str, values: npt.NDArray[np.int64] | Flags) -> None:
        start, length = self.layout.sections[section]
        summed = np.add.reduceat(values[self.order].astype(np.int64), self.starts, axis=0)
        self.table[:, start : start + length] += summed

    def products(self, section: str, values: Integers, given: Flags) -> None:
        """n, sums and the upper triangle of cross-products of those who answered all of these items."""
        complete = given.all(axis=1, keepdims=True)
        first, second = np.triu_indices(values.shape[1])
        self.add(section, complete * np.column_stack([complete, values, values[:, first] * values[:, second]]))

    def state(self) -> State:
        return State(self.layout, dict(zip(self.keys, self.table, strict=True)))


def _column(name: str, values: npt.ArrayLike | None, n: int, default: int, lo: int | None, hi: int | None) -> Integers:
    found = np.full(n, default, dtype=np.int64) if values is None else np.asarray(values, dtype=np.int64)
    if found.shape != (n,):
        raise ValueError(f"{name} must have length {n}, got {found.shape}")
    if lo is not None and hi is not None and ((found < lo) | (found > hi)).any():
        raise ValueError(f"{name} must lie in {lo}..{hi}")
    return found


def _table(name: str, values: npt.ArrayLike | None, n: int, k: int, default: int, allowed: tuple[int, ...]) -> Integers:
    found = np.full((n, k), default, dtype=np.int64) if values is None else np.asarray(values, dtype=np.int64)
    if found.shape != (n, k):
        raise ValueError(f"{name} must be {n} x {k}, got {found.shape}")
    if not np.isin(found, allowed).all():
        raise ValueError(f"{name} may hold only {', '.join(map(str, allowed))}")
    return found


def _modes(layout: Layout, modes: Sequence[str] | npt.NDArray[np.str_] | None, n: int) -> Integers:
    if modes is None:
        return np.zeros(n, dtype=np.int64)
    given = np.asarray(modes, dtype=np.str_)
    if given.shape != (n,):
        raise ValueError(f"modes must have length {n}, got {given.shape}")
    found = np.full(n, -1, dtype=np.int64)
    for number, name in enumerate(layout.modes):
        found[given == name] = number
    if (found < 0).any():
        raise ValueError(f"modes must be among {', '.join(layout.modes)}, got {given[found < 0][0]}")
    return found


def _packed(values: Integers) -> bytes:
    """Zigzag LEB128: small numbers of either sign in one byte, each number in exactly one way."""
    unsigned = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    lengths = np.ones(len(values), dtype=np.int64)
    rest = unsigned >> np.uint64(7)
    while rest.any():
        lengths += rest > 0
        rest = rest >> np.uint64(7)
    ends = np.cumsum(lengths)
    packed = np.zeros(int(ends[-1]), dtype=np.uint8)
    for step in range(int(lengths.max())):
        here = lengths > step
        low = (unsigned[here] >> np.uint64(7 * step) & np.uint64(0x7F)).astype(np.uint8)
        goes_on = (lengths[here] > step + 1).astype(np.uint8) << 7
        packed[ends[here] - lengths[here] + step] = low | goes_on
    return packed.tobytes()


def _unpacked(body: npt.NDArray[np.uint8], place: int, count: int) -> tuple[Integers, int]:
    """``count`` numbers from ``place`` on, and where they end."""
    window = body[place : place + 10 * count]
    ends = np.flatnonzero(window < 0x80)[:count]
    if len(ends) < count:
        raise ValueError("data ends in the middle of a row")
    window = window[: ends[-1] + 1].astype(np.uint64)
    starts = np.concatenate([[0], ends[:-1] + 1])
    if (ends - starts).max() > 9:
        raise ValueError("data holds a number longer than 64 bits")
    step = np.arange(len(window)) - np.repeat(starts, ends - starts + 1)
    unsigned = np.bitwise_or.reduceat((window & np.uint64(0x7F)) << (7 * step).astype(np.uint64), starts)
    signed = (unsigned >> np.uint64(1)).astype(np.int64) ^ -(unsigned & np.uint64(1)).astype(np.int64)
    return signed, place + len(window)


def cross_products(block: Integers, k: int) -> tuple[int, Integers, Integers]:
    """A ``listwise:`` or ``drivers`` block as n, the sums and the full symmetric matrix of cross-products.

    Examples
    --------
    >>> n, sums, products = cross_products(np.array([3, 6, 7, 14, 15, 17]), 2)
    >>> n, sums.tolist(), products.tolist()
    (3, [6, 7], [[14, 15], [15, 17]])
    """
    if len(block) != 1 + k + comb(k + 1, 2):
        raise ValueError(f"block of {k} items must hold {1 + k + comb(k + 1, 2)} integers, got {len(block)}")
    products = np.zeros((k, k), dtype=np.int64)
    products[np.triu_indices(k)] = block[1 + k :]
    return int(block[0]), block[1 : 1 + k].copy(), products + np.triu(products, 1).T
