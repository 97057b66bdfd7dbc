"""Signs of careless answering in one response, and of stuffed ballots in a wave. A flag marks; it never deletes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Reason, check_same_length
from surveys.stats.groups import LEAST_TESTED, holm
from surveys.stats.scoring import MISSING

FASTEST_SECONDS_PER_ITEM = 2.0
SHORTEST_TIMED_PAGE = 4
SHORTEST_BLOCK = 8
LONGEST_RUN_SHARE = 0.8
AGREES_FROM = 4

BIN_MINUTES = 10
SMALLEST_BURST = 10
LEAST_USUAL = 0.5
BURST_P = 1e-6
SHORTEST_VECTOR = 12
LEAST_DISTINCT = 3
LEAST_ALIKE = 4
TOGETHER = timedelta(minutes=60)
SKEW_DISTANCE = 0.3
SKEW_P = 0.01

BURSTS = "poisson tail of 10-minute counts"
DUPLICATES = "same token or same answers"
SKEW = "total variation, chi-square, holm"


@dataclass(frozen=True, slots=True)
class Block:
    """Raw answers to the items of one block, in the order shown, and whether one of these items is reversed."""

    values: tuple[int, ...]
    holds_reversed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Items on one page and the seconds spent on it; None where nobody took the time."""

    items: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class FlagSet:
    """The kinds of flags of one response, in the order of their bits."""

    speed: bool = False
    longstring: bool = False
    irv: bool = False
    pair: bool = False

    @property
    def mask(self) -> int:
        """The flags as bits: 1 speed, 2 longstring, 4 irv, 8 pair; what a response stores and a tally counts."""
        return sum(1 << bit for bit, kind in enumerate(fields(self)) if getattr(self, kind.name))

    @property
    def suspect(self) -> bool:
        """Two kinds of flags or more."""
        return self.mask.bit_count() >= 2


def longstring(values: Sequence[int]) -> int:
    """Longest run of equal raw answers; a missing answer counts as a value of its own.

    Parameters
    ----------
    values
        Raw answers of one person to one block, in the order shown.

    Returns
    -------
    int
        Answers in the run; 0 without answers.

    Notes
    -----
    A flag from 80 % of a block on, see `response_flags`.

    References
    ----------
    Meade and Craig (2012), Psychological Methods 17.

    Examples
    --------
    >>> longstring([3, 3, 3, 3, 4, 4, 2, 5, 5, 5])
    4
    >>> longstring([])
    0
    """
    longest = run = 0
    for place, value in enumerate(values):
        run = run + 1 if place and value == values[place - 1] else 1
        longest = max(longest, run)
    return longest


def irv(values: Sequence[int]) -> float | None:
    """Intra-individual response variability: SD of one person's raw answers; None with fewer than two of them.

    Parameters
    ----------
    values
        Raw answers of one person to one block; missing codes are left out.

    Returns
    -------
    float or None
        In points of the scale, divisor n - 1; 0 where all answers are equal.

    Notes
    -----
    ``sqrt((n sum x^2 - (sum x)^2) / (n (n - 1)))``, in integers up to the division: equal answers give exactly 0.

    References
    ----------
    Dunn, Heggestad, Shanock and Theilgard (2018), Journal of Business and Psychology 33.

    Examples
    --------
    >>> round(irv([3, 3, 3, 3, 4, 4, 2, 5, 5, 5]), 6)
    1.05935
    """
    given = [value for value in values if value not in MISSING]
    n = len(given)
    if n < 2:
        return None
    return sqrt((n * sum(value * value for value in given) - sum(given) ** 2) / (n * (n - 1)))


def response_flags(
    blocks: Sequence[Block],
    *,
    pages: Sequence[Page] = (),
    opposite_pairs: Sequence[tuple[int, int]] = (),
    mode: str = "self",
) -> FlagSet:
    """Flags of one response.

    Parameters
    ----------
    blocks
        Blocks of items on the same scale. Those of fewer than 8 items or without a reversed item say nothing about runs
        and variability.
    pages
        Pages with their times. Those with fewer than 4 items say nothing about speed; answers with help or on paper
        (any ``mode`` but ``self``) are exempt.
    opposite_pairs
        Raw answers to registered opposite items; agreeing (4 and above) with both is a flag.
    mode
        How the response came in.

    Returns
    -------
    FlagSet
        Flags mark; nothing is deleted.

    Notes
    -----
    ``speed``: under 2 seconds an item. ``longstring``: a run of 80 % of the block. ``irv``: no variation at all.
    ``pair``: 4 and above on both sides.

    References
    ----------
    Huang et al. (2012), Journal of Business and Psychology 27. Meade and Craig (2012), Psychological Methods 17.

    Examples
    --------
    >>> response_flags([Block((4,) * 10, holds_reversed=True)]).suspect
    True
    >>> response_flags([], pages=[Page(5, 9.0)]).mask
    1
    """
    telling = [block.values for block in blocks if len(block.values) >= SHORTEST_BLOCK and block.holds_reversed]
    return FlagSet(
        speed=mode == "self"
        and any(
            page.seconds is not None
            and page.items >= SHORTEST_TIMED_PAGE
            and page.seconds < FASTEST_SECONDS_PER_ITEM * page.items
            for page in pages
        ),
        longstring=any(longstring(values) >= LONGEST_RUN_SHARE * len(values) for values in telling),
        irv=any(irv(values) == 0 for values in telling),
        pair=any(min(pair) >= AGREES_FROM and not set(pair) & set(MISSING) for pair in opposite_pairs),
    )


@dataclass(frozen=True, slots=True)
class Burst:
    """Ten minutes with far more responses than the same ten minutes of other days."""

    start: datetime
    count: int
    usual: float
    p: float
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bursts:
    """The bursts of a wave in order of time, and the responses in them; ``n`` counts all responses looked at."""

    found: tuple[Burst, ...]
    ids: tuple[int, ...]
    n: int
    method: str = BURSTS
    reason: Reason | None = None


def poisson_tail(count: int, usual: float) -> float:
    """Chance of at least ``count`` events where ``usual`` are expected: P(X >= count), X Poisson.

    Parameters
    ----------
    count
        Events seen, at least 0.
    usual
        Events expected, above 0.

    Returns
    -------
    float
        In [0, 1]; 1 for a count of 0.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    ``1 - sum over j < count of e^-usual usual^j / j!``, without what cancels in it.

    Examples
    --------
    >>> f"{poisson_tail(14, 2):.4e}", poisson_tail(0, 2)
    ('2.9306e-08', 1.0)
    """
    from scipy.special import pdtrc

    if count < 0:
        raise ValueError(f"count cannot be negative, got {count}")
    if not usual > 0:
        raise ValueError(f"usual must be above 0, got {usual}")
    return float(pdtrc(count - 1, usual)) if count else 1.0


def is_burst(count: int, usual: float) -> bool:
    """Whether so many responses in ten minutes are a burst: at least 10, with a Poisson tail below one in a million.

    Parameters
    ----------
    count
        Responses in the ten minutes, at least 0.
    usual
        Responses expected there, above 0.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Both must hold: few responses are never a burst, however unusual.

    Examples
    --------
    >>> is_burst(14, 2), is_burst(9, 0.5)
    (True, False)
    """
    return count >= SMALLEST_BURST and poisson_tail(count, usual) < BURST_P


def bursts(ids: Sequence[int], moments: Sequence[datetime]) -> Bursts:
    """Ten-minute bins that hold far more responses than the same bin of other days.

    Parameters
    ----------
    ids
        Number of each response.
    moments
        When it was handed in, on the clock of the place (a bin of the day is one of that clock).

    Returns
    -------
    Bursts
        NO_ANSWERS without responses; TOO_FEW where all came on one day, which nothing can be compared with.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    The usual count (lambda) of a bin is the median count of the same bin over all other days from the first response's
    to the last one's, at least 0.5. A bin is a burst with 10 responses or more and ``P(X >= count) < 1e-6``.
    A mail to everybody makes a burst, too: a person looks at each.

    Examples
    --------
    >>> day = datetime(2027, 3, 1, 9, 0)
    >>> daily, rush = [day + timedelta(days=n) for n in range(5)], [day + timedelta(seconds=n) for n in range(30)]
    >>> [(burst.count, burst.usual) for burst in bursts(range(35), daily + rush).found]
    [(31, 1.0)]
    """
    check_same_length(ids=ids, moments=moments)
    if not moments:
        return Bursts((), (), 0, reason=Reason.NO_ANSWERS)
    days = [moment.toordinal() for moment in moments]
    length = max(days) - min(days) + 1
    if length == 1:
        return Bursts((), (), len(ids), reason=Reason.TOO_FEW)
    members: dict[datetime, list[int]] = defaultdict(list)
    for number, moment in zip(ids, moments, strict=True):
        start = moment.replace(minute=moment.minute - moment.minute % BIN_MINUTES, second=0, microsecond=0)
        members[start].append(number)
    counts_of_bin: dict[tuple[int, int], list[int]] = defaultdict(list)
    for start, inside in members.items():
        counts_of_bin[start.hour, start.minute].append(len(inside))
    found = []
    for start in sorted(members):
        inside = members[start]
        same = counts_of_bin[start.hour, start.minute].copy()
        same.remove(len(inside))
        usual = max(LEAST_USUAL, median(same + [0] * (length - 1 - len(same))))
        if is_burst(len(inside), usual):
            found.append(Burst(start, len(inside), usual, poisson_tail(len(inside), usual), tuple(sorted(inside))))
    return Bursts(tuple(found), _all_ids(burst.ids for burst in found), len(ids))


class Alike(StrEnum):
    """What responses of one set share."""

    TOKEN = "TOKEN"
    ANSWERS = "ANSWERS"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Responses that share an invitation or all their answers; ``together`` is how many came within an hour."""

    kind: Alike
    ids: tuple[int, ...]
    together: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Sets of responses that may be one person's, and all responses in them; ``n`` counts all looked at."""

    found: tuple[Duplicate, ...]
    ids: tuple[int, ...]
    n: int
    method: str = DUPLICATES
    reason: Reason | None = None


def duplicates(
    ids: Sequence[int],
    answers: npt.ArrayLike,
    moments: Sequence[datetime],
    *,
    tokens: Sequence[Hashable | None] | None = None,
) -> Duplicates:
    """Responses of a wave that may come from the same person.

    Parameters
    ----------
    ids
        Number of each response.
    answers
        n x k raw answers, the missing codes included.
    moments
        When each was handed in.
    tokens
        The invitation each came with, None where there was none. Left out where every response has its own by the
        rules of the database.

    Returns
    -------
    Duplicates
        NO_ANSWERS without responses.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    Two kinds of sets: two or more responses with the same token; and four or more with the same answers to all of at
    least 12 items, at least 3 different values among them, if at least half of the set came within 60 minutes. Missing
    codes are compared like answers, and are no values.

    Examples
    --------
    >>> row = [4, 4, 5, 2, 4, 3, 4, 4, 5, 4, 1, 4]
    >>> moments = [datetime(2027, 3, 1, 9, minute) for minute in (0, 5, 9, 30, 40)]
    >>> found = duplicates([1, 2, 3, 4, 5], [row, row, row, row, row[::-1]], moments)
    >>> found.found[0].kind.value, found.found[0].ids, found.found[0].together
    ('ANSWERS', (1, 2, 3, 4), 4)
    """
    table = np.asarray(answers)
    table = table if table.dtype.kind == "i" else table.astype(np.int64)
    tokens = [None] * len(ids) if tokens is None else tokens
    check_same_length(ids=ids, answers=table, moments=moments, tokens=tokens)
    if not len(ids):
        return Duplicates((), (), 0, reason=Reason.NO_ANSWERS)
    if table.ndim != 2:
        raise ValueError(f"answers must have two dimensions, got {table.ndim}")

    found = []
    by_token: dict[Hashable, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        if token is not None:
            by_token[token].append(place)
    found += [(Alike.TOKEN, places) for places in by_token.values() if len(places) > 1]
    if table.shape[1] >= SHORTEST_VECTOR:
        for places in _alike(table):
            if len(set(table[places[0]].tolist()) - set(MISSING)) < LEAST_DISTINCT:
                continue
            if 2 * _most_together([moments[place] for place in places]) >= len(places):
                found.append((Alike.ANSWERS, places))
    sets = sorted(
        (
            Duplicate(
                kind,
                tuple(sorted(ids[place] for place in places)),
                _most_together([moments[place] for place in places]),
            )
            for kind, places in found
        ),
        key=lambda duplicate: (duplicate.ids, duplicate.kind),
    )
    return Duplicates(tuple(sets), _all_ids(duplicate.ids for duplicate in sets), len(ids))


def _alike(table: npt.NDArray[np.signedinteger[Any]]) -> Iterator[list[int]]:
    """Places of the rows that are the same throughout, for each set of at least `LEAST_ALIKE` of them."""
    # Sorted as bytes: a dictionary of rows would take several times the memory of a large wave's answers.
    rows = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
    _distinct, which, counts = np.unique(rows, return_inverse=True, return_counts=True)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(counts)
    for place in np.flatnonzero(counts >= LEAST_ALIKE):
        yield order[ends[place] - counts[place] : ends[place]].tolist()


def _most_together(moments: Sequence[datetime]) -> int:
    """Most of the moments that lie within an hour of each other."""
    ordered = sorted(moments)
    most = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] > TOGETHER:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(frozen=True, slots=True)
class Skew:
    """How far the answers through one door lie from all the others; no p below 30 responses on either side."""

    source: str
    n: int
    n_rest: int
    distance: float | None
    p: float | None
    adjusted: float | None
    flagged: bool
    method: str = SKEW
    reason: Reason | None = None


def source_skew(counts: Mapping[str, Mapping[int, int]]) -> list[Skew]:
    """Compare what came through each source (a link, a kiosk, a counter) with everything else.

    Parameters
    ----------
    counts
        For each source how many responses gave each value: of one item, or 1 and 0 for accept.

    Returns
    -------
    list of Skew
        In the order given. TOO_FEW without a p-value where either side has fewer than 30 responses; NO_VARIATION where
        all gave the same value; NO_ANSWERS where a side has none.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Distance: total variation, ``sum |share - share of the rest| / 2``. Flagged above .3 with a chi-square p (without
    continuity correction) below .01 after Holm's correction over the sources tested. Doors differ in whom they serve: a
    flag asks somebody to look.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> found = source_skew({"kiosk": {1: 55, 0: 5}, "mail": {1: 120, 0: 80}, "desk": {1: 30, 0: 20}})
    >>> [(skew.source, round(skew.distance, 3), skew.flagged) for skew in found]
    [('kiosk', 0.317, True), ('mail', 0.173, False), ('desk', 0.073, False)]
    """
    for source, histogram in counts.items():
        if any(count < 0 for count in histogram.values()):
            raise ValueError(f"counts of source {source} hold a negative count")
    everything: Counter[int] = Counter()
    for histogram in counts.values():
        everything.update(histogram)
    values = sorted(value for value, count in everything.items() if count)
    total = np.array([everything[value] for value in values], dtype=np.float64)

    measured: dict[str, tuple[int, int, float | None, float | None, Reason | None]] = {}
    for source, histogram in counts.items():
        here = np.array([histogram.get(value, 0) for value in values], dtype=np.float64)
        rest = total - here
        n, n_rest = int(here.sum()), int(rest.sum())
        distance = p = reason = None
        if not n or not n_rest:
            reason = Reason.NO_ANSWERS
        else:
            distance = float(np.abs(here / n - rest / n_rest).sum()) / 2
            if len(values) < 2:
                reason = Reason.NO_VARIATION
            elif min(n, n_rest) < LEAST_TESTED:
                reason = Reason.TOO_FEW
            else:
                p = _homogeneity(here, rest)
        measured[source] = n, n_rest, distance, p, reason
    tested = {source: row[3] for source, row in measured.items() if row[3] is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return [
        Skew(
            source,
            n,
            n_rest,
            distance,
            p,
            adjusted.get(source),
            distance is not None and distance > SKEW_DISTANCE and adjusted.get(source, 1.0) < SKEW_P,
            reason=reason,
        )
        for source, (n, n_rest, distance, p, reason) in measured.items()
    ]


def _homogeneity(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """P-value of the chi-square test that both were drawn from the same shares."""
    from scipy.special import chdtrc

    table = np.array([first, second])
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(chdtrc(len(first) - 1, ((table - expected) ** 2 / expected).sum()))


def _all_ids(sets: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({number for ids in sets for number in ids}))
