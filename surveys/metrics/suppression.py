"""What may be published of a table without telling of fewer than k people, checked against what a reader can work out.

A count of 1 to k-1 is hidden with everything derived from it. What stays is rounded: counts of parts to 5, shares to
whole percent. Then an audit takes the reader's side: from everything published, exact totals included, it works out by
linear programming how low and how high each hidden count can be. A hidden count is safe where that range is at least k
wide; where it is not, more is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

K = 5
# Rounding to 5 leaves the true count within 2 of what is printed.
SLACK = 2
HALF_PERCENT = 0.005


def is_small(count: int, k: int = K) -> bool:
    """Whether a count tells of too few people. Nobody at all is not few."""
    return 0 < count < k


def rounded(count: int) -> int:
    """To the nearest 5."""
    return 5 * round(count / 5)


@dataclass
class Audit:
    """What a reader knows about ``size`` counts: each at least 0, and linear bounds on sums of them."""

    size: int
    bounds: list[tuple[list[float], float, float]] = field(default_factory=list)

    def know(self, weights: Mapping[int, float], low: float, high: float) -> None:
        """The weighted sum of these counts is known to lie between two numbers."""
        self.bounds.append(([weights.get(place, 0.0) for place in range(self.size)], low, high))

    def range_of(self, places: Sequence[int]) -> tuple[float, float]:
        """How low and how high the sum of some counts can be."""
        from scipy.optimize import linprog

        goal = [1.0 if place in places else 0.0 for place in range(self.size)]
        rows = [row for row, _low, _high in self.bounds] + [
            [-value for value in row] for row, _low, _high in self.bounds
        ]
        limits = [high for _row, _low, high in self.bounds] + [-low for _row, low, _high in self.bounds]
        lowest = linprog(goal, A_ub=rows or None, b_ub=limits or None, method="highs")
        highest = linprog([-value for value in goal], A_ub=rows or None, b_ub=limits or None, method="highs")
        if highest.status == 3:
            return float(lowest.fun), float("inf")
        if lowest.status != 0 or highest.status != 0:
            raise ValueError("what is published contradicts itself")
        return float(lowest.fun), float(-highest.fun)

    def keeps_secret(self, places: Sequence[int], k: int = K) -> bool:
        """Whether the sum of these counts stays open over at least k people."""
        low, high = self.range_of(places)
        return high - low >= k - 1e-6


@dataclass(frozen=True)
class Row:
    """One class of people: how many, how many of them could be judged, and how many of these said yes."""

    n: int
    judged: int
    yes: int

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.yes, self.judged - self.yes, self.n - self.judged


@dataclass(frozen=True)
class Shown:
    """What is published of a row."""

    n: bool
    share: bool


@dataclass(frozen=True)
class Sum:
    """What is known from elsewhere of some counts together: that their sum lies between two numbers."""

    places: tuple[int, ...]
    low: int
    high: int


def counts_shown(counts: Sequence[int], *, sums: Sequence[Sum] = (), k: int = K) -> list[bool]:
    """Which counts of a breakdown are published, rounded to 5; their total is published exactly, ``sums`` too."""
    shown = [not is_small(count, k) for count in counts]
    secret = [place for place, count in enumerate(counts) if is_small(count, k)]
    while secret and any(shown):
        audit = Audit(len(counts))
        audit.know(dict.fromkeys(range(len(counts)), 1.0), sum(counts), sum(counts))
        for known in sums:
            audit.know(dict.fromkeys(known.places, 1.0), known.low, known.high)
        for place, count in enumerate(counts):
            if shown[place]:
                _know_count(audit, {place: 1.0}, count)
        if all(audit.keeps_secret([place], k) for place in secret):
            break
        _hide_smallest(shown, counts)
    return shown


def rows_shown(rows: Sequence[Row], *, k: int = K) -> list[Shown]:
    """What is published of classes of people, where the totals over all classes are published exactly.

    A class of fewer than k people is hidden; a share is hidden where fewer than k said yes, or fewer than k said no.
    """
    n_shown = [not is_small(row.n, k) for row in rows]
    share_shown = [
        shown and row.judged > 0 and not any(is_small(count, k) for count in row.counts[:2])
        for row, shown in zip(rows, n_shown, strict=True)
    ]
    while True:
        if _rows_are_safe(rows, n_shown, share_shown, k):
            return [Shown(n, share) for n, share in zip(n_shown, share_shown, strict=True)]
        if any(share_shown):
            _hide_smallest(share_shown, [row.judged for row in rows])
        else:
            _hide_smallest(n_shown, [row.n for row in rows])


def _rows_are_safe(rows: Sequence[Row], n_shown: Sequence[bool], share_shown: Sequence[bool], k: int) -> bool:
    audit = Audit(3 * len(rows))
    for column in range(3):
        total = sum(row.counts[column] for row in rows)
        audit.know({3 * place + column: 1.0 for place in range(len(rows))}, total, total)
    for place, row in enumerate(rows):
        yes, no, not_judged = 3 * place, 3 * place + 1, 3 * place + 2
        if n_shown[place]:
            _know_count(audit, {yes: 1.0, no: 1.0, not_judged: 1.0}, row.n)
        if share_shown[place]:
            _know_share(audit, {yes: 1.0}, {yes: 1.0, no: 1.0}, round(row.yes / row.judged, 2))
    if not any(n_shown) and not any(share_shown):
        return True
    secret = [[3 * place, 3 * place + 1, 3 * place + 2] for place, row in enumerate(rows) if is_small(row.n, k)]
    secret += [
        [3 * place + column] for place, row in enumerate(rows) for column in (0, 1) if is_small(row.counts[column], k)
    ]
    return all(audit.keeps_secret(places, k) for places in secret)


@dataclass(frozen=True)
class ItemShown:
    """What is published of one item: which values and which kinds of missing answers, and how finely its mean.

    ``digits`` are decimals of the mean, None where it is hidden; without ``interval`` the mean stands alone.
    """

    values: tuple[bool, ...]
    missing: tuple[bool, ...]
    top_2: bool
    bottom_2: bool
    digits: int | None
    interval: bool


def item_shown(
    values: Sequence[int],
    missing: Sequence[int],
    *,
    lowest: int,
    mean: float | None,
    half_width: float | None,
    t: float | None,
    k: int = K,
) -> ItemShown:
    """How much of an item can be told: as much as leaves every small count open.

    Parameters
    ----------
    values
        Answers to each value of the scale, from ``lowest`` up.
    missing
        Answers of each kind of missing.
    lowest
        First value of the scale.
    mean, half_width, t
        Mean with half its interval, and the quantile it was made with; None where there is none.
    """
    everything = [*values, *missing]
    secret = [place for place, count in enumerate(everything) if is_small(count, k)]
    answered = sum(values)
    ends = [sum(values[-2:]), sum(values[:2])]
    ends_shown = [answered > 0 and not is_small(end, k) and not is_small(answered - end, k) for end in ends]
    tiers: list[tuple[list[bool], int | None, bool]] = []
    if mean is not None:
        tiers += [(ends_shown, 2, True), (ends_shown, 1, True), (ends_shown, 1, False), ([False, False], 1, False)]
    tiers += [(ends_shown, None, False), ([False, False], None, False)]
    for ends_told, digits, interval in tiers:
        audit = Audit(len(everything))
        audit.know(dict.fromkeys(range(len(everything)), 1.0), sum(everything), sum(everything))
        for place, count in enumerate(everything):
            if place not in secret:
                _know_count(audit, {place: 1.0}, count)
        on_scale = dict.fromkeys(range(len(values)), 1.0)
        for told, end, places in zip(ends_told, ends, (range(len(values) - 2, len(values)), range(2)), strict=True):
            if told:
                _know_share(audit, dict.fromkeys(places, 1.0), on_scale, round(end / answered, 2))
        if digits is not None and mean is not None:
            _know_mean(audit, len(values), lowest, round(mean, digits), 0.5 * 10**-digits)
            if interval and half_width is not None and t:
                _know_spread(audit, values, lowest, mean, half_width, t, 10**-digits)
        if all(audit.keeps_secret([place], k) for place in secret):
            shown = [place not in secret for place in range(len(everything))]
            return ItemShown(
                tuple(shown[: len(values)]),
                tuple(shown[len(values) :]),
                ends_told[0],
                ends_told[1],
                digits,
                interval,
            )
    nothing = counts_shown(everything, k=k)
    return ItemShown(tuple(nothing[: len(values)]), tuple(nothing[len(values) :]), False, False, None, False)


def _hide_smallest(shown: list[bool], counts: Sequence[int]) -> None:
    """Nobody at all is hidden last: it tells least when it is gone."""
    candidates = [place for place, visible in enumerate(shown) if visible]
    shown[min(candidates, key=lambda place: (counts[place] == 0, counts[place], place))] = False


def _know_count(audit: Audit, places: Mapping[int, float], count: int) -> None:
    slack = SLACK if count else 0
    audit.know(places, rounded(count) - slack, rounded(count) + slack)


def _know_share(audit: Audit, part: Mapping[int, float], whole: Mapping[int, float], share: float) -> None:
    """share - 0.005 <= part / whole <= share + 0.005, as two linear bounds."""
    infinity = float("inf")
    for limit, low, high in ((share - HALF_PERCENT, -1e-9, infinity), (share + HALF_PERCENT, -infinity, 1e-9)):
        weights = {place: part.get(place, 0.0) - limit * weight for place, weight in whole.items()}
        audit.know(weights, max(low, -1e12), min(high, 1e12))


def _know_mean(audit: Audit, size: int, lowest: int, mean: float, slack: float) -> None:
    audit.know({place: lowest + place - (mean - slack) for place in range(size)}, -1e-9, 1e12)
    audit.know({place: lowest + place - (mean + slack) for place in range(size)}, -1e12, 1e-9)


def _know_spread(
    audit: Audit, values: Sequence[int], lowest: int, mean: float, half_width: float, t: float, slack: float
) -> None:
    """The interval's width tells the sum of squares about the mean, up to rounding and to the n known up to 2."""
    n = sum(values)
    fewest, most = max(2, n - SLACK), n + SLACK
    least = max(0.0, half_width - slack) ** 2 * fewest / t**2 * (fewest - 1)
    greatest = (half_width + slack) ** 2 * most / t**2 * (most - 1) + most * slack**2
    audit.know({place: (lowest + place - mean) ** 2 for place in range(len(values))}, least, greatest)
