"""What may be published of a table without telling of fewer than k people, checked against what a reader can work out.

A count of 1 to k-1 is hidden with everything derived from it. What stays is rounded: counts of parts to 5, shares to
whole percent. Then an audit takes the reader's side: from everything published, exact totals included, it works out by
linear programming how low and how high each hidden count can be. A hidden count is safe where that range is at least k
wide; where it is not, more is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from surveys.stats.proportions import wilson

K = 5
# Rounding to 5 leaves the true count within 2 of what is printed.
SLACK = 2
HALF_PERCENT = 0.005
# From so many people on, shares in whole percent and limits of Wilson's interval leave each side open over many people.
MOST_INVERTED = 1_000


def is_small(count: int, k: int = K) -> bool:
    """Whether a count tells of too few people. Nobody at all is not few."""
    return 0 < count < k


def rounded(count: int) -> int:
    """To the nearest 5."""
    return 5 * round(count / 5)


def answered_in_print(answered: int, asked: int) -> int:
    """How many answered a question, rounded to 5, with those few who did not: the rest would tell of them."""
    return rounded(asked if is_small(asked - answered) else answered)


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
    """What is published of a row: how many they are, their share, and its interval."""

    n: bool
    share: bool
    interval: bool = True


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
                know_count(audit, {place: 1.0}, count)
        if all(audit.keeps_secret([place], k) for place in secret):
            break
        _hide_smallest(shown, counts)
    return shown


def rows_shown(rows: Sequence[Row], *, k: int = K, strict: bool = True) -> list[Shown]:
    """What is published of classes of people, where the totals over all classes are published exactly.

    A class of fewer than k people is hidden; a share is hidden where fewer than k said yes, or fewer than k said no,
    nobody included. Where the share of everybody has so small a side, none of its parts is published.

    Without ``strict`` as it was before Wilson's limits were turned back into counts, for what was published then.
    """
    n_shown = [not is_small(row.n, k) for row in rows]
    sides = [sum(row.counts[column] for row in rows) for column in (0, 1)]
    if strict and min(sides) < k:
        counted = counts_shown([row.n for row in rows], k=k)
        return [Shown(visible, share=False, interval=False) for visible in counted]
    share_shown = [
        shown and row.judged > 0 and not any(_is_secret(row, column, k, strict=strict) for column in (0, 1))
        for row, shown in zip(rows, n_shown, strict=True)
    ]
    interval_shown = list(share_shown) if strict else [False] * len(rows)
    while not _rows_are_safe(rows, n_shown, share_shown, interval_shown, k, strict=strict):
        if any(interval_shown):
            interval_shown = [False] * len(rows)
        elif any(share_shown):
            _hide_smallest(share_shown, [row.judged for row in rows])
        else:
            _hide_smallest(n_shown, [row.n for row in rows])
    if not strict:
        interval_shown = share_shown
    return [Shown(*shown) for shown in zip(n_shown, share_shown, interval_shown, strict=True)]


def _is_secret(row: Row, column: int, k: int, *, strict: bool) -> bool:
    """Whether one side of a class is of too few people. Nobody is, too: then each of them is on the other side."""
    return is_small(row.counts[column], k) or (strict and row.judged > 0 and row.counts[column] < k)


def _rows_are_safe(
    rows: Sequence[Row],
    n_shown: Sequence[bool],
    share_shown: Sequence[bool],
    interval_shown: Sequence[bool],
    k: int,
    *,
    strict: bool,
) -> bool:
    audit = Audit(3 * len(rows))
    for column in range(3):
        total = sum(row.counts[column] for row in rows)
        audit.know({3 * place + column: 1.0 for place in range(len(rows))}, total, total)
    for place, row in enumerate(rows):
        yes, no, not_judged = 3 * place, 3 * place + 1, 3 * place + 2
        if n_shown[place]:
            know_count(audit, {yes: 1.0, no: 1.0, not_judged: 1.0}, row.n)
        if share_shown[place]:
            know_share(audit, {yes: 1.0}, {yes: 1.0, no: 1.0}, round(row.yes / row.judged, 2))
            if strict:
                know_count(audit, {yes: 1.0, no: 1.0}, row.judged)
        if interval_shown[place]:
            know_interval(audit, {yes: 1.0}, {yes: 1.0, no: 1.0}, row.yes, row.judged)
    if not any(n_shown) and not any(share_shown):
        return True
    secret = [[3 * place, 3 * place + 1, 3 * place + 2] for place, row in enumerate(rows) if is_small(row.n, k)]
    secret += [
        [3 * place + column]
        for place, row in enumerate(rows)
        for column in (0, 1)
        if _is_secret(row, column, k, strict=strict)
    ]
    return all(audit.keeps_secret(places, k) for places in secret)


@dataclass(frozen=True)
class ItemShown:
    """What is published of one item: which values and which kinds of missing answers, and how finely its mean.

    ``digits`` are decimals of the mean, None where it is hidden; without ``interval`` the mean stands alone, and so do
    both ends without ``ends_interval``.
    """

    values: tuple[bool, ...]
    missing: tuple[bool, ...]
    top_2: bool
    bottom_2: bool
    digits: int | None
    interval: bool
    ends_interval: bool = True


def item_shown(
    values: Sequence[int],
    missing: Sequence[int],
    *,
    lowest: int,
    mean: float | None,
    half_width: float | None,
    t: float | None,
    k: int = K,
    strict: bool = True,
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
    strict
        Whether Wilson's limits of both ends are turned back into counts; what was published before that was not.
    """
    everything = [*values, *missing]
    secret = [place for place, count in enumerate(everything) if is_small(count, k)]
    answered = sum(values)
    # Then the number of answers is that of everybody who was asked (answered_in_print), and says nothing more.
    few_missing = is_small(sum(missing), k)
    ends = [sum(values[-2:]), sum(values[:2])]
    ends_shown = [answered > 0 and not is_small(end, k) and not is_small(answered - end, k) for end in ends]
    no_ends = [False, False]
    tiers: list[tuple[list[bool], bool, int | None, bool]] = []
    if mean is not None:
        tiers += [(ends_shown, True, 2, True), (ends_shown, False, 2, True)]
        tiers += [(ends_shown, ends, 1, interval) for interval in (True, False) for ends in (True, False)]
        tiers += [(no_ends, False, 1, False)]
    tiers += [(ends_shown, True, None, False), (ends_shown, False, None, False), (no_ends, False, None, False)]
    if not strict:
        tiers = [tier for tier in tiers if tier[1] or not any(tier[0])]
    for ends_told, ends_interval, digits, interval in tiers:
        audit = Audit(len(everything))
        audit.know(dict.fromkeys(range(len(everything)), 1.0), sum(everything), sum(everything))
        for place, count in enumerate(everything):
            if place not in secret:
                know_count(audit, {place: 1.0}, count)
        on_scale = dict.fromkeys(range(len(values)), 1.0)
        if strict and not few_missing:
            know_count(audit, on_scale, answered)
        for told, end, places in zip(ends_told, ends, (range(len(values) - 2, len(values)), range(2)), strict=True):
            if told:
                know_share(audit, dict.fromkeys(places, 1.0), on_scale, round(end / answered, 2))
            if told and ends_interval and strict:
                know_interval(
                    audit, dict.fromkeys(places, 1.0), on_scale, end, answered, at_most=k - 1 if few_missing else 0
                )
        if digits is not None and mean is not None:
            weights = {place: float(lowest + place) for place in range(len(values))}
            know_mean(audit, weights, round(mean, digits), 0.5 * 10**-digits)
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
                ends_interval,
            )
    if strict:
        return ItemShown((False,) * len(values), (False,) * len(missing), False, False, None, False)
    nothing = counts_shown(everything, k=k)
    return ItemShown(tuple(nothing[: len(values)]), tuple(nothing[len(values) :]), False, False, None, False)


def _hide_smallest(shown: list[bool], counts: Sequence[int]) -> None:
    """Nobody at all is hidden last: it tells least when it is gone."""
    candidates = [place for place, visible in enumerate(shown) if visible]
    shown[min(candidates, key=lambda place: (counts[place] == 0, counts[place], place))] = False


def know_count(audit: Audit, places: Mapping[int, float], count: int) -> None:
    """A sum of counts is known as rounded to 5."""
    slack = SLACK if count else 0
    audit.know(places, rounded(count) - slack, rounded(count) + slack)


def know_share(audit: Audit, part: Mapping[int, float], whole: Mapping[int, float], share: float) -> None:
    """share - 0.005 <= part / whole <= share + 0.005, as two linear bounds."""
    infinity = float("inf")
    for limit, low, high in ((share - HALF_PERCENT, -1e-9, infinity), (share + HALF_PERCENT, -infinity, 1e-9)):
        weights = {place: part.get(place, 0.0) - limit * weight for place, weight in whole.items()}
        audit.know(weights, max(low, -1e12), min(high, 1e12))


def know_mean(audit: Audit, values: Mapping[int, float], mean: float, slack: float) -> None:
    """The mean of the people in these places, each with their value, is known up to its rounding."""
    audit.know({place: value - (mean - slack) for place, value in values.items()}, -1e-9, 1e12)
    audit.know({place: value - (mean + slack) for place, value in values.items()}, -1e12, 1e-9)


def know_interval(
    audit: Audit, part: Mapping[int, float], whole: Mapping[int, float], yes: int, judged: int, *, at_most: int = 0
) -> None:
    """Wilson's interval of a share in whole percent, turned back: which counts would print the same.

    ``at_most`` so many people more or fewer may have been judged than the printed number, rounded to 5, leaves open.
    """
    found = list(same_in_print(yes, judged, slack=SLACK + at_most))
    if not found:
        return
    counts = [(yes, judged, judged - yes) for yes, judged in found]
    rest = {place: weight - part.get(place, 0.0) for place, weight in whole.items()}
    for weights, column in ((part, 0), (whole, 1), (rest, 2)):
        values = [count[column] for count in counts]
        audit.know(weights, min(values), max(values))


def same_in_print(yes: int, judged: int, *, slack: int = SLACK) -> Iterator[tuple[int, int]]:
    """Every number of yes and of people whose share, 95% limits and n print as those of these; none of many people.

    ``slack`` is how far the number of people may lie from the printed one.
    """
    if not 0 < judged <= MOST_INVERTED:
        return
    printed = _in_print(yes, judged)
    share = yes / judged
    for people in range(max(1, rounded(judged) - slack), rounded(judged) + slack + 1):
        least = max(0, floor((share - 2 * HALF_PERCENT) * people))
        for count in range(least, min(people, ceil((share + 2 * HALF_PERCENT) * people)) + 1):
            if _in_print(count, people) == printed:
                yield count, people


def _in_print(yes: int, judged: int) -> tuple[float, ...]:
    interval = wilson(yes, judged)
    return tuple(round(value, 2) for value in (yes / judged, interval.low, interval.high))


def _know_spread(
    audit: Audit, values: Sequence[int], lowest: int, mean: float, half_width: float, t: float, slack: float
) -> None:
    """The interval's width tells the sum of squares about the mean, up to rounding and to the n known up to 2."""
    n = sum(values)
    fewest, most = max(2, n - SLACK), n + SLACK
    least = max(0.0, half_width - slack) ** 2 * fewest / t**2 * (fewest - 1)
    greatest = (half_width + slack) ** 2 * most / t**2 * (most - 1) + most * slack**2
    audit.know({place: (lowest + place - mean) ** 2 for place in range(len(values))}, least, greatest)
