"""Exact integer counts of a wave that add, subtract and compare: everything shown is computed from them.

A state holds one row of integers for each raking cell, counted answers and not counted ones apart. States of the same
layout form a group under addition: any split of the responses and any order gives the same state, and taking one
chunk's share out and putting a new one in equals a recount from scratch, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    SUS_LEARNABILITY,
    SUS_MAY_MISS,
    SUS_OPPOSITES,
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
Floats = npt.NDArray[np.float64]

_MAGIC = b"LLS2"
# Kinds of column in the order of their numbers; a column of zeros takes no place.
_KINDS = tuple(np.dtype(kind) for kind in ("<u1", "<u2", "<u4", "<i1", "<i2", "<i4", "<i8"))
# So many responses at once: their sums of squares stay below 2**53, where floating point is exact.
_AT_ONCE = 50_000


class OtherForm(ValueError):
    """Bytes that hold no state of this layout as this version of the program writes it."""


@dataclass(frozen=True, eq=False)
class State:
    """Counts by raking cell and by whether the answer counts for the verdict.

    Parameters
    ----------
    layout
        What each integer means.
    keys
        (cell, counted) of each row, in ascending order.
    table
        ``len(keys) x layout.size`` integers. Rows of zeros are not kept, so equal counts are equal states.
    """

    layout: Layout
    keys: tuple[Key, ...]
    table: Integers

    @classmethod
    def of_rows(cls, layout: Layout, rows: Iterable[tuple[Key, Integers]]) -> State:
        """The sum of rows: those of the same cell and kind are added.

        Parameters
        ----------
        layout
            What each integer means.
        rows
            (cell, counted) and the integers of each row.

        Returns
        -------
        State
            Without rows of zeros.
        """
        given = list(rows)
        keys = tuple(sorted({key for key, _row in given}))
        place = {key: number for number, key in enumerate(keys)}
        table = np.zeros((len(keys), layout.size), dtype=np.int64)
        for key, row in given:
            table[place[key]] += row
        return cls(layout, keys, table)._without_zeros()

    @property
    def rows(self) -> Mapping[Key, Integers]:
        """The row of each cell and kind."""
        return dict(zip(self.keys, self.table, strict=True))

    def merge(self, other: State) -> State:
        """The counts of both. Associative and commutative.

        Raises
        ------
        ValueError
            If the other one is of another layout.
        """
        return self._combined(other, 1)

    def subtract(self, other: State) -> State:
        """These counts without the other ones: the inverse of `merge`.

        Raises
        ------
        ValueError
            If the other one is of another layout.
        """
        return self._combined(other, -1)

    def _combined(self, other: State, sign: int) -> State:
        if other.layout.fingerprint != self.layout.fingerprint:
            raise ValueError("states of different layouts cannot be combined")
        if self.keys == other.keys:
            return State(self.layout, self.keys, self.table + sign * other.table)._without_zeros()
        keys = tuple(sorted({*self.keys, *other.keys}))
        place = {key: number for number, key in enumerate(keys)}
        table = np.zeros((len(keys), self.layout.size), dtype=np.int64)
        table[[place[key] for key in self.keys]] = self.table
        table[[place[key] for key in other.keys]] += sign * other.table
        return State(self.layout, keys, table)._without_zeros()

    def _without_zeros(self) -> State:
        kept = np.flatnonzero(self.table.any(axis=1))
        if len(kept) == len(self.keys):
            return self
        return State(self.layout, tuple(self.keys[number] for number in kept), self.table[kept])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        return (
            self.layout.fingerprint == other.layout.fingerprint
            and self.keys == other.keys
            and np.array_equal(self.table, other.table)
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

        Returns
        -------
        ndarray
            As many integers as the section holds; zeros without responses.
        """
        start, length = self.layout.sections[section]
        counting, others = self._totals
        found = counting + others if counted is None else counting if counted else others
        return found[start : start + length].copy()

    @cached_property
    def _totals(self) -> tuple[Integers, Integers]:
        """Sums over the cells, of the answers that count and of the others."""
        counting = np.array([counted for _cell, counted in self.keys], dtype=bool)
        return self.table[counting].sum(axis=0), self.table[~counting].sum(axis=0)

    def by_cell(self, section: str) -> dict[str, Integers]:
        """One section of the layout for each raking cell, of the counted answers.

        Parameters
        ----------
        section
            A key of ``layout.sections``.

        Returns
        -------
        dict
            From cell to the section's integers, in the order of the cells' names.
        """
        start, length = self.layout.sections[section]
        block = self.table[:, start : start + length]
        return {cell: row for (cell, counted), row in zip(self.keys, block, strict=True) if counted}

    def n(self, *, counted: bool | None = True) -> int:
        """Number of responses.

        Parameters
        ----------
        counted
            As in `block`.

        Returns
        -------
        int
        """
        return int(self.block("n", counted=counted)[0])

    def to_bytes(self) -> bytes:
        """Compact and canonical: the same integers of the same layout give the same bytes, so they can be hashed.

        Notes
        -----
        ``LLS2``, the layout's fingerprint; the number of rows, the length of their names and of the names of the
        sections (32 bits each); the names of the rows, one line each, ``1`` or ``0`` for counted or not and the cell in
        UTF-8; the layout's `form`; for each integer one byte that says how its column is held: 0 all zero, 1 to 3
        unsigned in 8, 16 or 32 bits, 4 to 7 signed in 8 to 64 bits, the first that fits; then the columns, those of the
        first kind first, all little-endian.
        """
        names = "\n".join(f"{counted:d}{cell}" for cell, counted in self.keys).encode()
        form = self.layout.form
        sizes = np.array([len(self.keys), len(names), len(form)], dtype="<u4").tobytes()
        kinds = self._kinds()
        columns = (
            np.ascontiguousarray(self.table[:, kinds == number].T, dtype=kind).tobytes()
            for number, kind in enumerate(_KINDS, start=1)
        )
        return b"".join([_MAGIC, self.layout.fingerprint, sizes, names, form, kinds.tobytes(), *columns])

    def _kinds(self) -> npt.NDArray[np.uint8]:
        """How each column is held."""
        if not self.keys:
            return np.zeros(self.layout.size, dtype=np.uint8)
        least, most = self.table.min(axis=0), self.table.max(axis=0)
        unsigned = np.searchsorted([0, 2**8 - 1, 2**16 - 1, 2**32 - 1], most)
        within = np.maximum(most, -1 - least)
        signed = 4 + np.searchsorted([2**7 - 1, 2**15 - 1, 2**31 - 1], within)
        return np.where((least < 0) | (unsigned > 3), signed, unsigned).astype(np.uint8)

    @classmethod
    def from_bytes(cls, layout: Layout, data: bytes) -> State:
        """The state that `to_bytes` wrote, also that of an earlier version that counted less.

        Sections that were not counted then are zero: nobody answered.

        Parameters
        ----------
        layout
            What each integer means.
        data
            As `to_bytes` wrote it.

        Returns
        -------
        State

        Raises
        ------
        OtherForm
            If the bytes are of another layout, or of a version whose counts mean something else.
        ValueError
            If they are damaged.
        """
        head = len(_MAGIC) + len(layout.fingerprint)
        if data[: len(_MAGIC)] != _MAGIC:
            raise OtherForm("data is not a state of this version")
        if data[len(_MAGIC) : head] != layout.fingerprint:
            raise OtherForm("data is a state of another layout")
        if len(data) < head + 12:
            raise ValueError("data ends before its rows")
        count, named, formed = (int(size) for size in np.frombuffer(data, dtype="<u4", count=3, offset=head))
        names = data[head + 12 : head + 12 + named]
        place = head + 12 + named + formed
        if len(data) < place:
            raise ValueError("data ends before its columns")
        columns = _columns_of(layout, data[place - formed : place])
        if len(data) < place + len(columns):
            raise ValueError("data ends before its columns")
        lines = names.decode().split("\n") if named else []
        keys = tuple((line[1:], line[:1] == "1") for line in lines)
        kinds = np.frombuffer(data, dtype=np.uint8, count=len(columns), offset=place)
        place += len(columns)
        if len(keys) != count or kinds.max() > len(_KINDS):
            raise ValueError("data is damaged")
        table = np.zeros((count, layout.size), dtype=np.int64)
        for number, kind in enumerate(_KINDS, start=1):
            held = columns[kinds == number]
            size = len(held) * count
            if len(data) < place + size * kind.itemsize:
                raise ValueError("data ends in the middle of a column")
            found = np.frombuffer(data, dtype=kind, count=size, offset=place)
            table[:, held] = found.reshape(len(held), count).T
            place += size * kind.itemsize
        if place != len(data):
            raise ValueError("data goes on after the last column")
        return cls(layout, keys, table)


def _columns_of(layout: Layout, form: bytes) -> Integers:
    """Where the integers of a stored form stand in the layout's rows."""
    if form == layout.form:
        return np.arange(layout.size)
    found: list[int] = []
    for line in form.decode().split("\n"):
        told, _blank, name = line.partition(" ")
        start, length = layout.sections.get(name, (0, -1))
        if told != str(length):
            raise OtherForm(f"data holds {name} as this version does not count it")
        found += range(start, start + length)
    return np.array(found, dtype=np.int64)


def empty(layout: Layout) -> State:
    """The state of no responses.

    Parameters
    ----------
    layout
        What each integer would mean.

    Returns
    -------
    State
        The neutral element of `State.merge`.

    Examples
    --------
    >>> empty(Layout.of({"items": [{"code": "B1"}]})).n()
    0
    """
    return State(layout, (), np.zeros((0, layout.size), dtype=np.int64))


def tally(
    layout: Layout,
    answers: Answers | Integers,
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

    Notes
    -----
    Fifty thousand responses at a time, so that memory does not grow with n beyond the answers themselves.

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
    _check_answers(layout, raw)
    numbers, names = _numbered(cells)
    if len(numbers) != n:
        raise ValueError(f"cells must have length {n}, got {len(numbers)}")
    columns = {
        "raw": raw.astype(np.int16),
        "row": 2 * numbers + _column("counted", counted, n, 1, 0, 1),
        "use_level": _column("use_levels", use_levels, n, 0, 0, 5),
        "flag": _column("flags", flags, n, 0, 0, (1 << len(FLAGS)) - 1),
        "mode": _modes(layout, modes, n),
        "time": _column("milliseconds", milliseconds, n, -1, None, None),
        "member": _table("members", members, n, len(layout.groups), NOT_MEMBER, (MEMBER, NOT_MEMBER, UNKNOWN_MEMBER)),
        "mark": _table("marks", marks, n, layout.informed.questions, NO_ANSWER, (RIGHT, WRONG, DONT_KNOW, NO_ANSWER)),
    }
    state = empty(layout)
    for start in range(0, n, _AT_ONCE):
        part = {name: column[start : start + _AT_ONCE] for name, column in columns.items()}
        rows, table = _counted(layout, **part)
        keys = [(names[row // 2], bool(row % 2)) for row in rows.tolist()]
        state = state.merge(State.of_rows(layout, zip(keys, table, strict=True)))
    return state


def _counted(
    layout: Layout,
    *,
    raw: Answers,
    row: Integers,
    use_level: Integers,
    flag: Integers,
    mode: Integers,
    time: Integers,
    member: Integers,
    mark: Integers,
) -> tuple[Integers, Integers]:
    """Numbers of the rows that occur, and their integers."""
    rows = _Rows(layout, row)
    # One line an item from here on: what is done to an item is done to a stretch of memory.
    given = np.ascontiguousarray(raw[rows.order].T)
    use_level, flag, mode, time = (column[rows.order] for column in (use_level, flag, mode, time))
    member, mark = member[rows.order], mark[rows.order]
    answered = is_answered(given)
    lo, hi = (np.array([[getattr(item, end)] for item in layout.items], dtype=np.int16) for end in ("lo", "hi"))
    reversed_ = np.array([[item.reverse] for item in layout.items])
    oriented = np.where(reversed_, lo + hi - given, given)

    everybody = np.ones(len(row), dtype=bool)
    rows.count("n", np.zeros(len(row), dtype=np.int64), everybody)
    rows.count_items(np.where(answered, given - lo, hi - lo + 1 + given - NOT_APPLICABLE))

    def of(columns: Sequence[int]) -> tuple[Answers, Flags]:
        return oriented[columns].T, answered[columns].T

    score_columns: list[npt.NDArray[np.generic]] = []
    blocks = []
    for name, items in layout.constructs.items():
        values, has_value = of([layout.column[item.code] for item in items])
        score, has = scores(values, has_value, units=units_of(len(items)), least=least_answered(len(items)))
        score_columns += [has, score, score * score]
        blocks.append((f"listwise:{name}", values, has_value))
    if blocks:
        rows.add_products(blocks)
    if layout.driver_items:
        # Apart from the constructs: whoever leaves one item open is still listwise in the other constructs.
        rows.add_products([("drivers", *of([layout.column[item.code] for item in layout.driver_items]))])

    judged_and_yes: dict[str, tuple[Flags, Flags]] = {}
    for name, threshold in (("accept", layout.accept), ("use", layout.use), ("endorse", layout.endorse)):
        values, has_value = of([layout.column[code] for code in threshold.items])
        yes, judged = reaches(values, has_value, at_least=threshold.at_least, least=threshold.answered)
        judged_and_yes[name] = judged, yes
    judged, yes = judged_and_yes["accept"]

    kinds = [flag >> bit & 1 for bit in range(len(FLAGS))]
    rows.split("flags", np.minimum(sum(kinds), 2), everybody, judged, yes)
    rows.split("mode", mode, everybody, judged, yes)
    rows.split("use_level", use_level, everybody, judged, yes)

    understood = mark[:, : layout.informed.of] if layout.informed.questions else mark
    can_tell = (understood != NO_ANSWER).any(axis=1)
    is_informed = can_tell & ((understood == RIGHT).sum(axis=1) >= layout.informed.right)
    rows.split("informed", np.where(is_informed, 0, 1), can_tell, judged, yes)
    place_of_mark = np.zeros(NO_ANSWER + 1, dtype=np.int64)
    place_of_mark[[RIGHT, WRONG, DONT_KNOW, NO_ANSWER]] = range(4)
    for number in range(layout.informed.questions):
        rows.count("question", 4 * number + place_of_mark[mark[:, number]], everybody)

    sums: dict[str, list[npt.NDArray[np.generic]]] = {
        **{name: list(pair) for name, pair in judged_and_yes.items()},
        "flag": list(kinds),
        **{
            f"score:{name}": score_columns[3 * number : 3 * number + 3] for number, name in enumerate(layout.constructs)
        },
        **_understanding(layout, mark, *of([layout.column[item.code] for item in layout.subjective_items])),
        **_instruments(layout, of),
    }
    rows.add_sums(sums, [everybody, judged, yes, can_tell, is_informed, *score_columns], member)

    rows.count("disposition", _dispositions(given), everybody)
    bits = np.frexp(np.maximum(time, 0).astype(np.float64))[1]
    rows.count("duration", np.where(time < 0, DURATION_BINS, np.minimum(bits, DURATION_BINS - 1)), everybody)
    return rows.numbers, rows.table


def _understanding(
    layout: Layout, mark: Integers, believed: Answers, said: Flags
) -> dict[str, list[npt.NDArray[np.generic]]]:
    """What was right, wrong and unknown, and what people thought to know."""
    questions, unit = layout.informed.questions, layout.calibration_units
    if not questions:
        return {}
    told = (mark != NO_ANSWER).any(axis=1)
    right, wrong, unknown = ((mark == kind).sum(axis=1, dtype=np.int64) for kind in (RIGHT, WRONG, DONT_KNOW))
    confident = wrong * units_of(questions) // np.maximum(wrong + unknown, 1)
    found: dict[str, list[npt.NDArray[np.generic]]] = {
        "understanding": [
            *(told, right, wrong, unknown),
            *(right * right, right * wrong, wrong * wrong),
            *(wrong + unknown > 0, confident, confident * confident),
        ]
    }
    if unit:
        first = layout.subjective_items[0]
        a_point = unit // (first.hi - first.lo)
        mean, has = scores(believed, said, units=a_point, least=1)
        thought = np.where(has, mean - first.lo * a_point, 0)
        both = told & has
        gap = np.where(both, thought - right * unit // questions, 0)
        found["calibration"] = [has, thought, thought**2, both, gap, gap**2, 5 * gap > unit, 5 * gap < -unit]
    return found


def _instruments(
    layout: Layout, of: Callable[[Sequence[int]], tuple[Answers, Flags]]
) -> dict[str, list[npt.NDArray[np.generic]]]:
    """Scores of known instruments, person by person."""
    found: dict[str, list[npt.NDArray[np.generic]]] = {}
    for instrument in layout.instruments:
        columns = {
            name: [layout.column[item.code] for item in layout.constructs[name]] for name in instrument.constructs
        }
        values, said = of([column for part in columns.values() for column in part])
        if instrument.method == "sus":
            found[f"sus:{instrument.constructs[0]}"] = _sus(values, said)
            continue
        has = np.ones(len(values), dtype=bool)
        for part in columns.values():
            has &= of(part)[1].sum(axis=1) >= least_answered(len(part))
        score = np.where(has, scores(values, said, units=units_of(values.shape[1]), least=1)[0], 0)
        found[f"overall:{instrument.name}"] = [has, score, score * score]
    return found


def _sus(turned: Answers, said: Flags) -> list[npt.NDArray[np.generic]]:
    """Contributions of ten items turned around; what is missing contributes the middle, up to two of them."""
    missing = (~said).sum(axis=1)
    has = missing <= SUS_MAY_MISS
    contributions = np.where(said, turned - 1, 2) * has[:, None]
    total = contributions.sum(axis=1, dtype=np.int64)
    learning = contributions[:, [number - 1 for number in SUS_LEARNABILITY]].sum(axis=1, dtype=np.int64)
    using = total - learning
    # Of opposite items the even one is turned around: whoever agrees with it has a low value there.
    agrees = [
        said[:, one - 1] & (turned[:, one - 1] >= 4) & said[:, other - 1] & (turned[:, other - 1] <= 2)
        for one, other in SUS_OPPOSITES
    ]
    return [
        *(has, total, total**2, learning, learning**2, using, using**2),
        *(has & (missing > 0), has & np.logical_or.reduce(agrees)),
    ]


def _dispositions(given: Answers) -> Integers:
    """0 complete, 1 partial, 2 broken off, by the share answered of what applied.

    "Don't know" is an answer. Whoever finds that nothing applies has answered nothing.
    """
    applied = (given != NOT_APPLICABLE).sum(axis=0)
    told = applied - (given == NO_ANSWER).sum(axis=0)
    complete, partial = (applied > 0) & (told * 5 >= applied * 4), (applied > 0) & (told * 2 >= applied)
    return np.where(complete, 0, np.where(partial, 1, 2))


class _Rows:
    """Gathers counts by row: bins for what falls into classes, sums for what adds.

    Everything handed in is in the order ``order``, in which the responses of one row stand together.
    """

    def __init__(self, layout: Layout, row: Integers) -> None:
        self.layout = layout
        self.numbers, place = np.unique(row, return_inverse=True)
        self.order = np.argsort(place, kind="stable")
        self.row = place[self.order]
        self.stretches = np.searchsorted(self.row, np.arange(len(self.numbers) + 1)).tolist()
        self.table = np.zeros((len(self.numbers), layout.size), dtype=np.int64)

    def _bins(self, places: Integers, length: int) -> Integers:
        return np.bincount(places, minlength=len(self.numbers) * length).reshape(-1, length)

    def count(self, section: str, classes: Integers, of: Flags) -> None:
        start, length = self.layout.sections[section]
        self.table[:, start : start + length] += self._bins((self.row * length + classes)[of], length)

    def split(self, section: str, classes: Integers, of: Flags, judged: Flags, yes: Flags) -> None:
        """n, judged and accept for each class."""
        for offset, who in enumerate((of, of & judged, of & yes)):
            self.count(section, 3 * classes + offset, who)

    def count_items(self, classes: Answers) -> None:
        """The histograms of all items, whose sections stand one behind the other."""
        sections = [self.layout.sections[f"item:{item.code}"] for item in self.layout.items]
        start = sections[0][0]
        length = sum(length for _start, length in sections)
        offsets = np.array([[place - start] for place, _length in sections])
        self.table[:, start : start + length] = self._bins((self.row * length + offsets + classes).ravel(), length)

    def add_sums(
        self,
        sums: Mapping[str, Sequence[npt.NDArray[np.generic]]],
        of_person: Sequence[npt.NDArray[np.generic]],
        member: Integers,
    ) -> None:
        """Sums of columns over everybody; those of ``of_person`` over the members of each group and the unknown too."""
        columns = [*of_person, *(column for block in sums.values() for column in block)]
        who = [np.ones(len(self.row)), *(mask for one in member.T for mask in (one == MEMBER, one == UNKNOWN_MEMBER))]
        found = self._multiplied(np.array(who, dtype=np.float64), np.array(columns, dtype=np.float64))
        place = len(of_person)
        for section in sums:
            start, length = self.layout.sections[section]
            self.table[:, start : start + length] = found[:, 0, place : place + length]
            place += length
        for number, group in enumerate(self.layout.groups):
            for offset, section in enumerate((f"member:{group}", f"unknown:{group}")):
                start, length = self.layout.sections[section]
                self.table[:, start : start + length] = found[:, 1 + 2 * number + offset, : len(of_person)]

    def add_products(self, blocks: Sequence[tuple[str, Answers, Flags]]) -> None:
        """Of each block n, sums and the upper triangle of cross-products of those who answered all of its items."""
        lines: list[npt.NDArray[np.generic]] = []
        places = []
        for section, values, given in blocks:
            complete = np.asarray(given.all(axis=1))
            first = len(lines)
            lines += [complete, *(complete * value for value in values.T)]
            triangle = np.triu_indices(len(lines) - first)
            places.append((section, first + triangle[0], first + triangle[1]))
        of_all = np.array(lines, dtype=np.float64)
        found = self._multiplied(of_all, of_all)
        for section, one, other in places:
            # The line of ones by itself gives n, by the others the sums.
            start, length = self.layout.sections[section]
            self.table[:, start : start + length] = found[:, one, other]

    def _multiplied(self, one: Floats, other: Floats) -> Floats:
        """The product ``one @ other.T`` over the responses of each row; exact, since all are whole numbers."""
        found = np.empty((len(self.numbers), len(one), len(other)))
        for number, (start, stop) in enumerate(zip(self.stretches, self.stretches[1:], strict=False)):
            np.matmul(one[:, start:stop], other[:, start:stop].T, out=found[number])
        return found


def _check_answers(layout: Layout, raw: Answers | Integers) -> None:
    lo, hi = (np.array([getattr(item, end) for item in layout.items], dtype=np.int16) for end in ("lo", "hi"))
    impossible = ((raw < lo) | (raw > hi)) & is_answered(raw)
    if impossible.any():
        person, column = np.argwhere(impossible)[0]
        item = layout.items[column]
        raise ValueError(f"answers hold {raw[person, column]} for {item.code}, whose scale is {item.lo}..{item.hi}")


def _numbered(names: Sequence[str] | npt.NDArray[np.str_]) -> tuple[Integers, list[str]]:
    """The number of each name, and the names by number."""
    given: Sequence[str] = names.tolist() if isinstance(names, np.ndarray) else names
    place: dict[str, int] = {}
    numbers = np.array([place.setdefault(name, len(place)) for name in given], dtype=np.int64)
    return numbers, list(place)


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
    numbers, names = _numbered(modes)
    if len(numbers) != n:
        raise ValueError(f"modes must have length {n}, got {len(numbers)}")
    if unknown := [name for name in names if name not in layout.modes]:
        raise ValueError(f"modes must be among {', '.join(layout.modes)}, got {unknown[0]}")
    return np.array([layout.modes.index(name) for name in names], dtype=np.int64)[numbers]


def cross_products(block: Integers, k: int) -> tuple[int, Integers, Integers]:
    """A ``listwise:`` or ``drivers`` block as n, the sums and the full symmetric matrix of cross-products.

    Parameters
    ----------
    block
        1 + k + k (k + 1) / 2 integers.
    k
        Items.

    Returns
    -------
    tuple
        n, k sums, k x k cross-products.

    Raises
    ------
    ValueError
        If the block is not of k items.

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
