"""Exact integer counts of people who answered two waves: change is computed from them, without reading answers again.

Like the state of a wave they add and subtract exactly, so that one chunk's share can be replaced. Both waves' counted
answers of one person are found by her pseudonymous key; the cell is that of the earlier wave, so that staying can be
compared with who was there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from surveys.stats.change import (
    Attrition,
    PairedMeans,
    PairedShares,
    attrition,
    available_means,
    available_shares,
    paired_means_of_sums,
    paired_shares,
)
from surveys.stats.groups import Difference
from surveys.stats.layout import Layout
from surveys.stats.means import Mean, mean_of_sums
from surveys.stats.scoring import Answers, Flags, Integers, is_answered, least_answered, reaches, scores, units_of
from surveys.stats.weights import CellSums, WeightedMean, WeightedShare, weighted_mean

_MAGIC = b"LLP1"


@dataclass(frozen=True)
class PairLayout:
    """What two waves asked alike.

    Parameters
    ----------
    before, after
        Layouts of the earlier and the later wave.
    changed
        Codes of items whose wording changed: the series of what they are part of breaks.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "T1", "construct": "TR"}, {"code": "P1", "construct": "PU"}]})
    >>> PairLayout(wave, wave).constructs, PairLayout(wave, wave, frozenset({"T1"})).constructs
    (('TR', 'PU'), ('PU',))
    """

    before: Layout
    after: Layout
    changed: frozenset[str] = frozenset()

    @cached_property
    def constructs(self) -> tuple[str, ...]:
        """Constructs of the same items in both waves, none of them reworded."""
        later = self.after.constructs
        return tuple(
            name
            for name, items in self.before.constructs.items()
            if later.get(name) == items and self.changed.isdisjoint(item.code for item in items)
        )

    @cached_property
    def accept(self) -> bool:
        """Whether both waves asked for acceptance alike."""
        rule = self.before.accept
        columns = [(self.before, self.after)[wave].column for wave in (0, 1)]
        return (
            bool(rule.items)
            and rule == self.after.accept
            and self.changed.isdisjoint(rule.items)
            and all(self.before.items[columns[0][code]] == self.after.items[columns[1][code]] for code in rule.items)
        )

    @cached_property
    def fingerprint(self) -> bytes:
        """32 bytes that tell layouts apart, so that counts of two shapes are never added."""
        shape = {
            "accept": asdict(self.before.accept) if self.accept else None,
            "constructs": {name: [asdict(item) for item in self.before.constructs[name]] for name in self.constructs},
        }
        return sha256(json.dumps(shape, ensure_ascii=False).encode()).digest()

    @cached_property
    def sections(self) -> dict[str, tuple[int, int]]:
        """Start and length of each block of integers in a row of counts.

        ===================  ========================================================================================
        n                    people who answered both waves
        accept               yes both times; yes, then no; no, then yes; no both times; of those judged both times
        stayers:CONSTRUCT    people with a score in the earlier wave, its sum and sum of squares
        pair:CONSTRUCT       people with both scores; sums, sums of squares (earlier, later), sum of products
        ===================  ========================================================================================

        Scores are in the units of `scoring.units_of`.
        """
        lengths = [("n", 1), ("accept", 4)]
        for name in self.constructs:
            lengths += [(f"stayers:{name}", 3), (f"pair:{name}", 6)]
        found, start = {}, 0
        for name, length in lengths:
            found[name] = start, length
            start += length
        return found

    @cached_property
    def size(self) -> int:
        """Integers in a row of counts."""
        return sum(length for _start, length in self.sections.values())

    def unit(self, construct: str) -> int:
        """Units that make 1 in the scores of a construct.

        Parameters
        ----------
        construct
            One of `constructs`.

        Returns
        -------
        int
            As `scoring.units_of` says.

        Raises
        ------
        ValueError
            If the waves did not ask the construct alike.
        """
        if construct not in self.constructs:
            raise ValueError(f"construct {construct} was not asked alike in both waves")
        return units_of(len(self.before.constructs[construct]))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Counts of people who answered two waves, by their raking cell in the earlier one.

    Parameters
    ----------
    layout
        What each integer means.
    rows
        From cell to ``layout.size`` integers. Rows of zeros are not kept, so equal counts are equal.
    """

    layout: PairLayout
    rows: dict[str, Integers]

    def merge(self, other: Pairs) -> Pairs:
        """The counts of both. Associative and commutative.

        Raises
        ------
        ValueError
            If the other ones are of another layout.
        """
        return self._combined(other, 1)

    def subtract(self, other: Pairs) -> Pairs:
        """These counts without the other ones: the inverse of `merge`.

        Raises
        ------
        ValueError
            If the other ones are of another layout.
        """
        return self._combined(other, -1)

    def _combined(self, other: Pairs, sign: int) -> Pairs:
        if other.layout.fingerprint != self.layout.fingerprint:
            raise ValueError("pairs of different layouts cannot be combined")
        rows = dict(self.rows)
        for cell, row in other.rows.items():
            combined = rows.get(cell, 0) + sign * row
            if combined.any():
                rows[cell] = combined
            else:
                rows.pop(cell, None)
        return Pairs(self.layout, rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pairs) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    @property
    def n(self) -> int:
        """People who answered both waves."""
        return int(self.block("n")[0])

    def block(self, section: str) -> Integers:
        """One section of the layout, summed over the cells.

        Parameters
        ----------
        section
            A key of ``layout.sections``.

        Returns
        -------
        ndarray
            As many integers as the section holds; zeros without people.
        """
        return sum(self.by_cell(section).values(), np.zeros(self.layout.sections[section][1], dtype=np.int64))

    def by_cell(self, section: str) -> dict[str, Integers]:
        """One section of the layout for each cell, in the order of the cells' names.

        Parameters
        ----------
        section
            A key of ``layout.sections``.

        Returns
        -------
        dict
            From cell to the section's integers.
        """
        start, length = self.layout.sections[section]
        return {cell: self.rows[cell][start : start + length] for cell in sorted(self.rows)}

    def to_bytes(self) -> bytes:
        """Canonical: the same integers of the same layout give the same bytes.

        Returns
        -------
        bytes

        Notes
        -----
        ``LLP1``, the layout's fingerprint, then for each cell in the order of the names: the length of the name in
        UTF-8 (2 bytes), the name, and the integers (8 bytes each), all little-endian.
        """
        parts = [_MAGIC, self.layout.fingerprint]
        for cell in sorted(self.rows):
            name = cell.encode()
            parts += [len(name).to_bytes(2, "little"), name, self.rows[cell].astype("<i8").tobytes()]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, layout: PairLayout, data: bytes) -> Pairs:
        """The counts that `to_bytes` wrote.

        Parameters
        ----------
        layout
            What the two waves asked alike.
        data
            As `to_bytes` wrote it.

        Returns
        -------
        Pairs

        Raises
        ------
        ValueError
            If the bytes are of another kind or layout, or damaged.
        """
        place = len(_MAGIC) + len(layout.fingerprint)
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("data are no pairs of this version")
        if data[len(_MAGIC) : place] != layout.fingerprint:
            raise ValueError("data are pairs of another layout")
        rows: dict[str, Integers] = {}
        while place < len(data):
            start = place + 2 + int.from_bytes(data[place : place + 2], "little")
            stop = start + 8 * layout.size
            if stop > len(data):
                raise ValueError("data end in the middle of a row")
            rows[data[place + 2 : start].decode()] = np.frombuffer(data[start:stop], dtype="<i8").astype(np.int64)
            place = stop
        return cls(layout, rows)


def linked(before: Sequence[str], after: Sequence[str]) -> tuple[Integers, Integers]:
    """Where the people who answered both waves stand in either.

    Parameters
    ----------
    before, after
        Pseudonymous key of each counted response of the earlier and the later wave.

    Returns
    -------
    tuple
        Places in ``before`` and in ``after``, person by person, in the order of the keys.

    Raises
    ------
    ValueError
        If a key stands twice in a wave.

    Examples
    --------
    >>> [places.tolist() for places in linked(["k3", "k1", "k2"], ["k2", "k4", "k3"])]
    [[2, 0], [0, 2]]
    """
    for name, keys in (("before", before), ("after", after)):
        if len(set(keys)) < len(keys):
            raise ValueError(f"{name} holds a key twice")
    _keys, first, second = np.intersect1d(
        np.asarray(before, dtype=np.str_), np.asarray(after, dtype=np.str_), assume_unique=True, return_indices=True
    )
    return first, second


def tally_pairs(
    layout: PairLayout, before: Answers, after: Answers, *, cells: Sequence[str] | npt.NDArray[np.str_]
) -> Pairs:
    """Count people who answered both waves.

    Parameters
    ----------
    layout
        What the two waves asked alike.
    before, after
        n x k raw answers of the same people in the same order (see `linked`), in the columns of either wave's layout;
        only answers that count in their wave.
    cells
        Raking cell of each person in the earlier wave.

    Returns
    -------
    Pairs
        Whoever lacks a score in one of the waves is in no pair of it.

    Raises
    ------
    ValueError
        If a shape does not fit or an answer is off its scale.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "B1"}, {"code": "B2"}], "accept": {"items": ["B1", "B2"], "answered": 2}})
    >>> earlier, later = np.array([[4, 4], [5, 4], [2, 3]]), np.array([[5, 4], [3, 3], [4, 98]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M"])
    >>> pairs.n, pairs.block("accept").tolist()
    (3, [1, 1, 0, 0])
    """
    first, second = _oriented("before", layout.before, before), _oriented("after", layout.after, after)
    n = len(first[0])
    names = np.asarray(cells, dtype=np.str_)
    if len(second[0]) != n or names.shape != (n,):
        raise ValueError(f"before, after and cells must be of the same people, got {n}, {len(second[0])}, {names.size}")
    if not n:
        return Pairs(layout, {})

    columns: list[npt.ArrayLike] = [np.ones(n, dtype=np.int64)]
    judged, yes_1, yes_2 = np.zeros((3, n), dtype=bool)
    if layout.accept:
        (yes_1, can_1), (yes_2, can_2) = _accepts(layout.before, *first), _accepts(layout.after, *second)
        judged = can_1 & can_2
    columns += [judged & yes_1 & yes_2, judged & yes_1 & ~yes_2, judged & ~yes_1 & yes_2, judged & ~yes_1 & ~yes_2]
    for name in layout.constructs:
        (score_1, has_1), (score_2, has_2) = _scores(layout.before, name, *first), _scores(layout.after, name, *second)
        columns += [has_1, score_1, score_1 * score_1]
        both = has_1 & has_2
        x, y = score_1 * both, score_2 * both
        columns += [both, x, y, x * x, y * y, x * y]
    of_person = np.column_stack(columns).astype(np.int64)
    found, row = np.unique(names, return_inverse=True)
    order = np.argsort(row, kind="stable")
    table = np.add.reduceat(of_person[order], np.searchsorted(row[order], np.arange(len(found))), axis=0)
    return Pairs(layout, dict(zip(found.tolist(), table, strict=True)))


def _oriented(name: str, layout: Layout, answers: Answers) -> tuple[Integers, Flags]:
    """Answers with reversed items turned around, and which of them are answers."""
    raw = np.asarray(answers, dtype=np.int64)
    if raw.ndim != 2 or raw.shape[1] != len(layout.items):
        raise ValueError(f"{name} must be n x {len(layout.items)}, got {raw.shape}")
    lo, hi = (np.array([getattr(item, end) for item in layout.items]) for end in ("lo", "hi"))
    answered = is_answered(raw)
    if (answered & ((raw < lo) | (raw > hi))).any():
        raise ValueError(f"{name} holds an answer off its scale")
    return np.where([item.reverse for item in layout.items], lo + hi - raw, raw), answered


def _scores(layout: Layout, construct: str, oriented: Integers, answered: Flags) -> tuple[Integers, Flags]:
    items = layout.constructs[construct]
    columns = [layout.column[item.code] for item in items]
    return scores(
        oriented[:, columns], answered[:, columns], units=units_of(len(items)), least=least_answered(len(items))
    )


def _accepts(layout: Layout, oriented: Integers, answered: Flags) -> tuple[Flags, Flags]:
    rule = layout.accept
    columns = [layout.column[code] for code in rule.items]
    return reaches(oriented[:, columns], answered[:, columns], at_least=rule.at_least, least=rule.answered)


def accept_change(pairs: Pairs, *, confidence: float = 0.95) -> PairedShares:
    """Change of acceptance among the people who answered both waves; see `change.paired_shares`.

    Parameters
    ----------
    pairs
        Counts of both waves.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    PairedShares
        NO_ANSWERS where nobody was judged both times, or the waves did not ask alike.

    References
    ----------
    Agresti and Min (2005), Statistics in Medicine 24.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> earlier, later = np.array([[4], [5], [2], [3]]), np.array([[4], [3], [5], [4]])
    >>> change = accept_change(tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"]))
    >>> change.value, change.n
    (0.25, 4)
    """
    stayed, lost, gained, never = pairs.block("accept").tolist()
    return paired_shares(stayed, lost, gained, never, confidence=confidence)


def construct_change(pairs: Pairs, construct: str, *, confidence: float = 0.95) -> PairedMeans:
    """Change of a construct's score among the people who have it in both waves; see `change.paired_means`.

    Parameters
    ----------
    pairs
        Counts of both waves.
    construct
        One of ``pairs.layout.constructs``.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    PairedMeans
        In points of the scale, later minus earlier.

    Raises
    ------
    ValueError
        If the waves did not ask the construct alike.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "T1", "construct": "TR"}]})
    >>> earlier, later = np.array([[1], [2], [3], [4]]), np.array([[2], [2], [5], [5]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"])
    >>> construct_change(pairs, "TR").change.value, round(construct_change(pairs, "TR").t, 4)
    (1.0, 2.4495)
    """
    unit = pairs.layout.unit(construct)
    n, x, y, xx, yy, xy = pairs.block(f"pair:{construct}").tolist()
    return paired_means_of_sums(n, (x, y), (xx, yy), xy, unit=unit, confidence=confidence)


def weighted_accept_change(pairs: Pairs, weights: Mapping[str, float], *, confidence: float = 0.95) -> WeightedMean:
    """Weighted change of acceptance among the people judged in both waves: mean of 1 gained, -1 lost, 0 neither.

    Parameters
    ----------
    pairs
        Counts of both waves.
    weights
        A weight for each cell of the earlier wave.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedMean
        In [-1, 1]; NO_ANSWERS where nobody was judged both times.

    Raises
    ------
    ValueError
        If a cell has no weight.

    Notes
    -----
    Weights are taken as fixed; see `weights.weighted_mean`.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> earlier, later = np.array([[4], [5], [2], [3]]), np.array([[4], [3], [5], [4]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"])
    >>> weighted_accept_change(pairs, {"F": 1, "M": 3}).value
    0.625
    """
    cells = {
        cell: CellSums(int(row.sum()), int(row[2] - row[1]), int(row[2] + row[1]))
        for cell, row in pairs.by_cell("accept").items()
    }
    return _weighted(cells, weights, confidence)


def weighted_construct_change(
    pairs: Pairs, construct: str, weights: Mapping[str, float], *, confidence: float = 0.95
) -> WeightedMean:
    """Weighted mean change of a construct's score among the people who have it in both waves.

    Parameters
    ----------
    pairs
        Counts of both waves.
    construct
        One of ``pairs.layout.constructs``.
    weights
        A weight for each cell of the earlier wave.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedMean
        In points of the scale; NO_ANSWERS where nobody has both scores.

    Raises
    ------
    ValueError
        If the waves did not ask the construct alike, or a cell has no weight.

    Notes
    -----
    Weights are taken as fixed; see `weights.weighted_mean`.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "T1", "construct": "TR"}]})
    >>> earlier, later = np.array([[1], [2], [3], [4]]), np.array([[2], [2], [5], [5]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"])
    >>> weighted_construct_change(pairs, "TR", {"F": 1, "M": 3}).value
    1.25
    """
    unit = pairs.layout.unit(construct)
    cells = {}
    for cell, row in pairs.by_cell(f"pair:{construct}").items():
        n, x, y, xx, yy, xy = row.tolist()
        cells[cell] = CellSums(n, (y - x) / unit, (xx + yy - 2 * xy) / unit**2)
    return _weighted(cells, weights, confidence)


def _weighted(cells: Mapping[str, CellSums], weights: Mapping[str, float], confidence: float) -> WeightedMean:
    return weighted_mean(cells, weights, respondents=sum(sums.n for sums in cells.values()), confidence=confidence)


def available_construct(
    pairs: Pairs, construct: str, before: Mean, after: Mean, *, confidence: float = 0.95
) -> Difference:
    """Change of a construct's score among everyone available, the people in both waves told by ``pairs``.

    Parameters
    ----------
    pairs
        Counts of both waves.
    construct
        One of ``pairs.layout.constructs``.
    before, after
        The construct's mean in either wave.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        As `change.available_means` gives it.

    Raises
    ------
    ValueError
        If the waves did not ask the construct alike.

    Notes
    -----
    ``cov12`` from the exact sums of the people who have both scores; 0 with fewer than two of them.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "T1", "construct": "TR"}]})
    >>> earlier, later = np.array([[1], [2], [3], [4]]), np.array([[2], [2], [5], [5]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"])
    >>> change = available_construct(pairs, "TR", mean_of_sums(4, 10, 30), mean_of_sums(4, 14, 58))
    >>> change.value, round(change.interval.low, 4)
    (1.0, 0.1998)
    """
    unit = pairs.layout.unit(construct)
    n, x, y, _xx, _yy, xy = pairs.block(f"pair:{construct}").tolist()
    covariance = _covariance(n, x, y, xy) / unit**2
    return available_means(before, after, in_both=n, covariance=covariance, confidence=confidence)


def available_accept(
    pairs: Pairs, before: WeightedShare, after: WeightedShare, *, confidence: float = 0.95
) -> Difference:
    """Change of acceptance among everyone available, the people judged in both waves told by ``pairs``.

    Parameters
    ----------
    pairs
        Counts of both waves.
    before, after
        Acceptance in either wave, unweighted.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        As `change.available_shares` gives it.

    Notes
    -----
    ``cov12`` from the exact counts of the people judged both times; 0 with fewer than two of them.

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> wave = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> earlier, later = np.array([[4], [5], [2], [3]]), np.array([[4], [5], [2], [4]])
    >>> pairs = tally_pairs(PairLayout(wave, wave), earlier, later, cells=["F", "F", "M", "M"])
    >>> available_accept(pairs, weighted_share({"": (4, 2)}), weighted_share({"": (4, 3)})).value
    0.25
    """
    stayed, lost, gained, never = pairs.block("accept").tolist()
    n = stayed + lost + gained + never
    covariance = _covariance(n, stayed + lost, stayed + gained, stayed)
    return available_shares(before, after, in_both=n, covariance=covariance, confidence=confidence)


def _covariance(n: int, x: int, y: int, xy: int) -> float:
    return (n * xy - x * y) / (n * (n - 1)) if n > 1 else 0.0


def attrition_between(
    pairs: Pairs, people: Mapping[str, int], score_blocks: Mapping[str, npt.ArrayLike], *, confidence: float = 0.95
) -> Attrition:
    """Who of the earlier wave stayed, and how those who left had answered in it.

    Parameters
    ----------
    pairs
        Counts of both waves.
    people
        Counted people of the earlier wave in each cell.
    score_blocks
        For each construct the earlier wave's ``score:`` block: people with a score, sum, sum of squares.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Attrition
        As `change.attrition` gives it; what those who left had answered is the earlier wave less those who stayed.

    Raises
    ------
    ValueError
        If the waves did not ask a construct alike, or more people stayed than were there.

    References
    ----------
    As `change.attrition`.

    Examples
    --------
    >>> wave = Layout.of({"items": [{"code": "T1", "construct": "TR"}]})
    >>> stayed = tally_pairs(PairLayout(wave, wave), np.array([[4], [5]]), np.array([[4], [4]]), cells=["F", "M"])
    >>> found = attrition_between(stayed, {"F": 2, "M": 2}, {"TR": [4, 60 * 12, 3600 * 46]})
    >>> found.retention.value, found.telling
    (0.5, ('TR',))
    """
    means = {}
    for name, block in score_blocks.items():
        unit = pairs.layout.unit(name)
        kept = pairs.block(f"stayers:{name}")
        left = np.asarray(block, dtype=np.int64) - kept
        means[name] = mean_of_sums(*kept.tolist(), unit=unit), mean_of_sums(*left.tolist(), unit=unit)
    stayed = {cell: int(count[0]) for cell, count in pairs.by_cell("n").items()}
    return attrition(people, stayed, means, confidence=confidence)
