"""Intervals by drawing people anew: BCa for histograms and listed answers, and a Poisson bootstrap that adds.

Ordinary resampling draws from all people at once. The Poisson bootstrap instead gives every response its own weights,
which depend on nothing but the pilot and the response's number: sums over responses may be taken in any order, on
several machines, and taken back, as the counts of a state.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import ceil, exp, factorial
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from surveys.stats.drivers import Gates, Numbers, Score, Stacks, drivers_of_products
from surveys.stats.estimates import Interval, Reason, check_confidence, check_same_length, two_sided_z
from surveys.stats.layout import Item, Layout
from surveys.stats.reliability import Alpha, Omega, alpha_of_products, omega_of_products, products_of_rows
from surveys.stats.scoring import is_answered

BCA = "bca bootstrap"
POISSON = "poisson bootstrap, percentile"
PCG64 = "numpy PCG64, multinomial"
SPLITMIX = "splitmix64 of blake2b(pilot) and response number, poisson(1) by inverse"
REPLICATES = 2000
POISSON_REPLICATES = 200
DRIVER_REPLICATES = 500

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# From the values of a histogram (C) and B rows of counts (B x C) to B figures.
OfHistogram = Callable[[Integers, Integers], Floats]
# From n, sums and cross-products to one figure or several; None where there is none.
OfProducts = Callable[[int, Integers, Integers], Sequence[float] | None]

# Replicates without a figure that are let pass.
_MOST_LOST = 0.05
_ROWS_AT_ONCE = 2048
_NUMBERS_AT_ONCE = 1 << 22
_GOLDEN = 0x9E3779B97F4A7C15
# The largest weight that 32 bits can tell from the next: above it lie 8e-10 of a Poisson(1).
_MOST_WEIGHT = 12
_LARGEST = 100_000
_MAGIC = b"LLR1"
_WIDTHS = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """A figure, its interval by resampling, and all that is needed to draw the same replicates again.

    ``replicates`` counts those that had a figure. ``bias`` (z0) and ``acceleration`` are those of BCa. ``seed`` is a
    number, or the pilot of a Poisson bootstrap.
    """

    value: float | None
    interval: Interval | None
    n: int
    replicates: int
    seed: int | str
    generator: str
    standard_error: float | None = None
    bias: float | None = None
    acceleration: float | None = None
    method: str = BCA
    reason: Reason | None = None


def means_of(values: Integers, counts: Integers) -> Floats:
    """Mean of each row of counts, for `bca_of_histogram`.

    Parameters
    ----------
    values
        C values in ascending order.
    counts
        B x C counts, none of the rows empty.

    Returns
    -------
    ndarray
        B means, in the unit of the values.

    Examples
    --------
    >>> means_of(np.array([1, 2, 3]), np.array([[1, 0, 1], [0, 1, 3]])).tolist()
    [2.0, 2.75]
    """
    found: Floats = counts @ values / counts.sum(axis=1)
    return found


def medians_of(values: Integers, counts: Integers) -> Floats:
    """Median of each row of counts, for `bca_of_histogram`.

    Parameters
    ----------
    values
        C values in ascending order.
    counts
        B x C counts, none of the rows empty.

    Returns
    -------
    ndarray
        B medians, in the unit of the values; between two values their mean.

    Examples
    --------
    >>> medians_of(np.array([1, 2, 3]), np.array([[1, 0, 1], [0, 1, 3]])).tolist()
    [2.0, 3.0]
    """
    passed = np.cumsum(counts, axis=1)
    n = passed[:, -1:]
    lower, upper = ((passed <= middle).sum(axis=1) for middle in ((n - 1) // 2, n // 2))
    found: Floats = (values[lower] + values[upper]) / 2
    return found


def top_2_of(values: Integers, counts: Integers) -> Floats:
    """Share of the two highest values of each row of counts, for `bca_of_histogram`.

    Parameters
    ----------
    values
        C values in ascending order.
    counts
        B x C counts, none of the rows empty.

    Returns
    -------
    ndarray
        B shares in [0, 1].

    Examples
    --------
    >>> top_2_of(np.array([1, 2, 3]), np.array([[1, 0, 1], [0, 1, 3]])).tolist()
    [0.5, 1.0]
    """
    found: Floats = counts[:, -2:].sum(axis=1) / counts.sum(axis=1)
    return found


def bca_of_histogram(
    histogram: Mapping[int, int],
    statistic: OfHistogram,
    *,
    seed: int,
    replicates: int = REPLICATES,
    confidence: float = 0.95,
) -> Bootstrap:
    """Bias-corrected and accelerated interval of any figure of a histogram.

    Parameters
    ----------
    histogram
        How many people gave each value of the scale, those nobody gave included.
    statistic
        Such as `means_of`, `medians_of` or `top_2_of`: takes the values in ascending order and rows of counts, gives
        one figure a row.
    seed
        At least 0. The same seed, replicates and numpy version give the same interval.
    replicates
        At least 100.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Bootstrap
        In the units of the statistic. No value without answers (NO_ANSWERS); a value without interval where one person
        answered (TOO_FEW), everybody answered alike (NO_VARIATION), or all replicates lie on one side (NOT_CONVERGED).

    Raises
    ------
    ValueError
        If a count is negative or there are fewer than 100 replicates.

    Notes
    -----
    Draws histograms (multinomial), not people, so that the cost does not depend on n. With ``z0`` the normal quantile
    of the share of replicates below the figure (those equal to it count half), and d the mean of the figures with one
    answer left out minus these figures, ``a = sum d^3 / (6 (sum d^2)^1.5)``, each left-out value counted as often as
    it was given; a is 0 where leaving out changes nothing. The limits are the quantiles
    ``Phi(z0 + (z0 + z) / (1 - a (z0 + z)))`` of the replicates, interpolated.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82.

    Examples
    --------
    >>> found = bca_of_histogram({1: 4, 2: 16, 3: 29, 4: 31, 5: 20}, medians_of, seed=1)
    >>> found.value, found.interval.low, found.interval.high, found.replicates
    (4.0, 3.0, 4.0, 2000)
    """
    check_confidence(confidence)
    _check_replicates(replicates)
    values = np.array(sorted(histogram), dtype=np.int64)
    counts = np.array([histogram[value] for value in values.tolist()], dtype=np.int64)
    if (counts < 0).any():
        raise ValueError(f"histogram holds a negative count: {dict(histogram)}")
    n = int(counts.sum())
    if n == 0:
        return Bootstrap(None, None, 0, 0, seed, PCG64, reason=Reason.NO_ANSWERS)
    value = float(statistic(values, counts[None])[0])
    given = np.flatnonzero(counts)
    if n == 1 or len(given) == 1:
        return Bootstrap(value, None, n, 0, seed, PCG64, reason=Reason.TOO_FEW if n == 1 else Reason.NO_VARIATION)
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=replicates)
    left_out = counts - np.eye(len(counts), dtype=np.int64)[given]
    return _bca(
        value, statistic(values, drawn), statistic(values, left_out), counts[given], seed=seed, confidence=confidence
    )


def bca_of_rows(
    rows: npt.ArrayLike,
    statistic: OfProducts,
    *,
    seed: int,
    replicates: int = REPLICATES,
    confidence: float = 0.95,
) -> tuple[Bootstrap, ...]:
    """Bias-corrected and accelerated intervals of whatever follows from sums and cross-products.

    Parameters
    ----------
    rows
        n x k whole numbers, of people who answered everything.
    statistic
        Takes n, k sums and k x k cross-products; gives as many figures each time, or None.
    seed, replicates, confidence
        As in `bca_of_histogram`.

    Returns
    -------
    tuple
        A `Bootstrap` for each figure; empty where the statistic has none for these rows. A value without interval where
        more than one replicate in twenty has no figure, or leaving one person out leaves none (NOT_CONVERGED), and with
        fewer than two people (TOO_FEW).

    Raises
    ------
    ValueError
        If rows is no table of whole numbers, or there are fewer than 100 replicates.

    Notes
    -----
    People with the same answers are drawn together (multinomial over the patterns of answers); otherwise as
    `bca_of_histogram`. The statistic is worked out once for each replicate and for each pattern.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82.

    Examples
    --------
    >>> rows = [[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]] * 10
    >>> found, = bca_of_rows(rows, lambda n, sums, products: [sums[0] / n], seed=1)
    >>> round(found.value, 2), round(found.interval.low, 1), round(found.interval.high, 1)
    (3.17, 3.0, 3.4)
    """
    check_confidence(confidence)
    _check_replicates(replicates)
    n, sums, products = products_of_rows(rows)
    found = statistic(n, sums, products)
    if found is None:
        return ()
    values = [float(value) for value in found]
    if n < 2:
        return tuple(Bootstrap(value, None, n, 0, seed, PCG64, reason=Reason.TOO_FEW) for value in values)
    patterns, counts = np.unique(np.asarray(rows).astype(np.int64), axis=0, return_counts=True)
    expanded = _expanded(patterns)
    k = patterns.shape[1]
    random, at_once = np.random.default_rng(seed), max(1, _NUMBERS_AT_ONCE // len(counts))
    drawn: list[Sequence[float]] = []
    for start in range(0, replicates, at_once):
        many = random.multinomial(n, counts / n, size=min(at_once, replicates - start))
        totals = (many.astype(np.float64) @ expanded).astype(np.int64)
        drawn += _figures(statistic, totals, k)
    left_out = _figures(statistic, counts @ expanded.astype(np.int64) - expanded.astype(np.int64), k)
    if len(drawn) < (1 - _MOST_LOST) * replicates or len(left_out) < len(counts):
        return tuple(
            Bootstrap(value, None, n, len(drawn), seed, PCG64, reason=Reason.NOT_CONVERGED) for value in values
        )
    return tuple(
        _bca(value, np.array(one), np.array(without), counts, seed=seed, confidence=confidence)
        for value, one, without in zip(values, zip(*drawn, strict=True), zip(*left_out, strict=True), strict=True)
    )


def bca_of_alpha(rows: npt.ArrayLike, *, seed: int, replicates: int = REPLICATES) -> Bootstrap:
    """BCa interval of Cronbach's alpha.

    Parameters
    ----------
    rows
        n x k whole answers of people who answered every item, reversed items turned around.
    seed, replicates
        As in `bca_of_histogram`.

    Returns
    -------
    Bootstrap
        What has no alpha has the same reason here.

    Raises
    ------
    ValueError
        As `bca_of_rows`, which does the work.

    Examples
    --------
    >>> rows = [[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]] * 10
    >>> found = bca_of_alpha(rows, seed=1)
    >>> round(found.value, 2), round(found.interval.low, 1), round(found.interval.high, 1)
    (0.81, 0.7, 0.8)
    """
    return _bca_of(alpha_of_products, rows, seed=seed, replicates=replicates)


def bca_of_omega(rows: npt.ArrayLike, *, seed: int, replicates: int = REPLICATES) -> Bootstrap:
    """BCa interval of McDonald's omega.

    Parameters
    ----------
    rows
        n x k whole answers of people who answered every item, reversed items turned around.
    seed, replicates
        As in `bca_of_histogram`.

    Returns
    -------
    Bootstrap
        What has no omega has the same reason here.

    Raises
    ------
    ValueError
        As `bca_of_rows`, which does the work.

    Examples
    --------
    >>> rows = [[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]]
    >>> bca_of_omega([row[:2] for row in rows], seed=1).reason.value
    'FEW_ITEMS'
    """
    return _bca_of(omega_of_products, rows, seed=seed, replicates=replicates)


def _bca_of(
    coefficient: Callable[[int, Integers, Integers], Alpha | Omega], rows: npt.ArrayLike, *, seed: int, replicates: int
) -> Bootstrap:
    plain = coefficient(*products_of_rows(rows))
    if plain.value is None:
        return Bootstrap(None, None, plain.n, 0, seed, PCG64, reason=plain.reason)

    def value(n: int, sums: Integers, products: Integers) -> Sequence[float] | None:
        found = coefficient(n, sums, products).value
        return None if found is None else [found]

    return bca_of_rows(rows, value, seed=seed, replicates=replicates)[0]


def bca_of_importance(
    scores: Sequence[Score], rows: npt.ArrayLike, *, seed: int, replicates: int = REPLICATES
) -> dict[str, Bootstrap]:
    """BCa interval of each driver's importance (its share of what all of them explain).

    Parameters
    ----------
    scores
        Drivers and, last, the outcome, as `surveys.stats.drivers.drivers_of_products` takes them.
    rows
        n x k whole answers of people who answered everything, reversed items turned around.
    seed, replicates
        As in `bca_of_histogram`.

    Returns
    -------
    dict
        By driver, in the order given; empty where a score does not vary or a driver follows from the others. Whether
        there are people enough for a ranking is for `drivers_of_products` to say.

    Raises
    ------
    ValueError
        As `bca_of_rows` and `drivers_of_products`.

    Examples
    --------
    >>> rows = [[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]] * 10
    >>> found = bca_of_importance([Score("PU"), Score("PE"), Score("BI")], rows, seed=1)
    >>> {name: round(figure.value, 1) for name, figure in found.items()}
    {'PU': 0.1, 'PE': 0.9}
    """
    without_gates = Gates(least_n=2, least_n_per_driver=0, least_r_squared=0, least_alpha=None)
    names = [score.name for score in scores[:-1]]

    def importance(n: int, sums: Integers, products: Integers) -> Sequence[float] | None:
        found = drivers_of_products(scores, n, sums, products, gates=without_gates).drivers
        by_name = {driver.name: driver.importance for driver in found}
        return [by_name[name] for name in names] if found else None

    return dict(zip(names, bca_of_rows(rows, importance, seed=seed, replicates=replicates), strict=False))


def _check_replicates(replicates: int) -> None:
    if replicates < 100:
        raise ValueError(f"replicates must be at least 100, got {replicates}")


def _bca(value: float, drawn: Floats, left_out: Floats, times: Integers, *, seed: int, confidence: float) -> Bootstrap:
    n, error = int(times.sum()), float(drawn.std(ddof=1))
    below = float(((drawn < value).mean() + (drawn <= value).mean()) / 2)
    if not 0 < below < 1:
        return Bootstrap(value, None, n, len(drawn), seed, PCG64, error, reason=Reason.NOT_CONVERGED)
    normal = NormalDist()
    bias = normal.inv_cdf(below)
    apart = (times * left_out).sum() / n - left_out
    squares = float((times * apart**2).sum())
    acceleration = float((times * apart**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0
    z = two_sided_z(confidence)
    low, high = (normal.cdf(bias + (bias + end) / (1 - acceleration * (bias + end))) for end in (-z, z))
    limits = np.quantile(drawn, [low, high])
    interval = Interval(float(limits[0]), float(limits[1]), confidence, BCA)
    return Bootstrap(value, interval, n, len(drawn), seed, PCG64, error, bias, acceleration)


def _expanded(rows: Integers) -> Floats:
    """1, the k values and the products of each two, for each row: what a cross-product state sums up."""
    first, second = np.triu_indices(rows.shape[1])
    found = np.empty((len(rows), 1 + rows.shape[1] + len(first)))
    found[:, 0] = 1
    found[:, 1 : 1 + rows.shape[1]] = rows
    np.multiply(rows[:, first], rows[:, second], out=found[:, 1 + rows.shape[1] :], casting="unsafe")
    return found


def _stacks(totals: Numbers, k: int) -> Stacks:
    """n, sums and symmetric cross-products of each row of totals."""
    first, second = np.triu_indices(k)
    products = np.empty((len(totals), k, k), dtype=totals.dtype)
    products[:, first, second] = products[:, second, first] = totals[:, 1 + k :]
    return totals[:, 0], totals[:, 1 : 1 + k], products


def _figures(statistic: OfProducts, totals: Integers, k: int) -> list[Sequence[float]]:
    n, sums, products = _stacks(totals, k)
    found = (statistic(int(n[row]), sums[row], products[row]) for row in range(len(totals)))
    return [figures for figures in found if figures is not None]


@cache
def _thresholds() -> tuple[int, ...]:
    """Where a Poisson(1) passes from each weight to the next, on 0 to 2^32."""
    shares = [exp(-1) / factorial(weight) for weight in range(_MOST_WEIGHT)]
    return tuple(ceil(2**32 * sum(shares[: weight + 1])) for weight in range(_MOST_WEIGHT))


def _mixed(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64; works in place."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state ^= state >> np.uint64(shift)
        state *= np.uint64(factor)
    state ^= state >> np.uint64(31)
    return state


def poisson_weights(pilot: str, ids: npt.ArrayLike, replicates: int = POISSON_REPLICATES) -> npt.NDArray[np.uint8]:
    """How often each response is drawn in each replicate: the same for ever, whatever else is drawn.

    Parameters
    ----------
    pilot
        Any name of the pilot that never changes.
    ids
        n response numbers, at least 0.
    replicates
        B, at least 1. The first replicates of a larger B are those of a smaller one.

    Returns
    -------
    ndarray
        n x B weights, 0 to 12, distributed as Poisson(1).

    Raises
    ------
    ValueError
        If an id is negative or no whole number, or there is no replicate.

    Notes
    -----
    All in 64-bit arithmetic without sign, modulo 2^64, with ``G = 0x9E3779B97F4A7C15`` and

        mix(x):  x ^= x >> 30;  x *= 0xBF58476D1CE4E5B9;  x ^= x >> 27;  x *= 0x94D049BB133111EB;  x ^= x >> 31

        key  = the 8 bytes of BLAKE2b (digest size 8) of the pilot's name in UTF-8, highest byte first
        base = mix(key + id * G)
        u    = mix(base + (b // 2 + 1) * G), its upper 32 bits for even b, its lower 32 bits for odd b

    so that each response has its own splitmix64 sequence, of which any place can be computed alone. The weight is the
    number of j in 0..11 with ``u >= ceil(2^32 * P(Poisson(1) <= j))``.

    References
    ----------
    Steele, Lea and Flood (2014), OOPSLA (splitmix64); Hanley and MacGibbon (2006) and Chamandy et al. (2012) for
    Poisson weights in place of multinomial ones.

    Examples
    --------
    >>> poisson_weights("pilot 7", [1, 2, 3], 6).tolist()
    [[1, 2, 0, 1, 1, 1], [1, 1, 0, 2, 1, 1], [1, 3, 1, 1, 0, 1]]
    """
    given = np.asarray(ids)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu") or (given < 0).any():
        raise ValueError("ids must be a list of whole numbers, at least 0")
    if replicates < 1:
        raise ValueError(f"replicates must be at least 1, got {replicates}")
    key = np.uint64(int.from_bytes(blake2b(pilot.encode(), digest_size=8).digest(), "big"))
    pairs = np.arange(1, replicates // 2 + replicates % 2 + 1, dtype=np.uint64)
    base = _mixed(key + given.astype(np.uint64) * np.uint64(_GOLDEN))
    drawn = _mixed(base[:, None] + pairs * np.uint64(_GOLDEN))
    # Written out by shifts, so that machines of either byte order agree.
    halves = np.empty((len(given), len(pairs), 2), dtype=np.uint32)
    halves[:, :, 0] = drawn >> np.uint64(32)
    halves[:, :, 1] = drawn & np.uint64(0xFFFFFFFF)
    uniform = halves.reshape(len(given), -1)[:, :replicates]
    weights = np.zeros(uniform.shape, dtype=np.uint8)
    for threshold in _thresholds():
        weights += uniform >= np.uint32(threshold)
    return weights


@dataclass(frozen=True, eq=False)
class Replicates:
    """Exact sums and cross-products of k items in each of B Poisson replicates: they merge and subtract.

    ``totals`` is B x (1 + k + k(k+1)/2): the people drawn, k sums, the upper triangle of cross-products.
    """

    pilot: str
    items: int
    totals: Integers

    def merge(self, other: Replicates) -> Replicates:
        """The replicates of both sets of responses. Associative and commutative.

        Raises
        ------
        ValueError
            If the other ones are of another pilot, number of items or number of replicates.
        """
        return self._combined(other, 1)

    def subtract(self, other: Replicates) -> Replicates:
        """These replicates without the other responses: the inverse of `merge`.

        Raises
        ------
        ValueError
            As `merge` does.
        """
        return self._combined(other, -1)

    def _combined(self, other: Replicates, sign: int) -> Replicates:
        if (self.pilot, self.items, len(self.totals)) != (other.pilot, other.items, len(other.totals)):
            raise ValueError("replicates of another pilot, number of items or number of replicates cannot be combined")
        return Replicates(self.pilot, self.items, self.totals + sign * other.totals)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Replicates):
            return NotImplemented
        return (self.pilot, self.items) == (other.pilot, other.items) and np.array_equal(self.totals, other.totals)

    __hash__ = None  # type: ignore[assignment]

    @property
    def stacks(self) -> Stacks:
        """B people, B x k sums and B x k x k cross-products, as `surveys.stats.drivers.stability` takes them."""
        return _stacks(self.totals, self.items)


def poisson_replicates(
    pilot: str, ids: npt.ArrayLike, rows: npt.ArrayLike, *, replicates: int = POISSON_REPLICATES
) -> Replicates:
    """Sums and cross-products of the responses in each Poisson replicate.

    Parameters
    ----------
    pilot, ids, replicates
        As in `poisson_weights`; n ids, each of them once.
    rows
        n x k whole numbers up to 100,000, of people who answered everything, reversed items turned around.

    Returns
    -------
    Replicates
        The same whatever the order of the responses and however they were split before merging.

    Raises
    ------
    ValueError
        If ids and rows do not fit, or a value is no whole number or too large.

    Notes
    -----
    Two thousand responses at a time: memory does not grow with n. Weights times values are summed in floating point
    within such a batch, where they stay below 2^53 and so exact, and in integers from batch to batch.

    References
    ----------
    Chamandy et al. (2012), Estimating uncertainty for massive data streams.

    Examples
    --------
    >>> ids, rows = np.arange(4), np.array([[1, 5], [2, 4], [3, 3], [5, 5]])
    >>> everybody = poisson_replicates("pilot 7", ids, rows, replicates=3)
    >>> first, rest = (poisson_replicates("pilot 7", ids[part], rows[part], replicates=3) for part in ([2, 0], [3, 1]))
    >>> first.merge(rest) == everybody and everybody.subtract(first) == rest
    True
    """
    given, number = np.asarray(rows), np.asarray(ids)
    if given.ndim != 2:
        raise ValueError(f"rows must be n x k, got {given.shape}")
    check_same_length(ids=number, rows=given)
    whole = given.dtype.kind in "iu" or np.array_equal(given, np.rint(given))
    if not whole or (given.size and max(float(given.max()), -float(given.min())) > _LARGEST):
        raise ValueError(f"rows must be whole numbers up to {_LARGEST}")
    k = given.shape[1]
    totals = np.zeros((replicates, 1 + k + k * (k + 1) // 2), dtype=np.int64)
    for start in range(0, len(given), _ROWS_AT_ONCE):
        here = slice(start, start + _ROWS_AT_ONCE)
        weights = poisson_weights(pilot, number[here], replicates).astype(np.float64)
        # Sums of whole numbers below 2^53: nothing is rounded.
        totals += (weights.T @ _expanded(given[here].astype(np.int64))).astype(np.int64)
    return Replicates(pilot, k, totals)


def driver_replicates(
    layout: Layout,
    pilot: str,
    ids: npt.ArrayLike,
    answers: npt.ArrayLike,
    *,
    cells: Sequence[str] | npt.NDArray[np.str_],
    replicates: int = DRIVER_REPLICATES,
) -> dict[str, Replicates]:
    """Replicates of the drivers' and the outcome's items for each raking cell, from answers as they are stored.

    Parameters
    ----------
    layout
        With drivers; its items are the columns of ``answers``.
    pilot, ids
        As in `poisson_weights`; n ids, each of them once.
    answers
        n x k raw answers, missing codes included, of the responses that count.
    cells
        Raking cell of each response.
    replicates
        B.

    Returns
    -------
    dict
        By cell, over what the items of each driver and, last, those of the outcome add up to, of the people who
        answered all of them; cells without such people are left out. What `surveys.stats.figures.driver_figures` takes.
        Several batches merge cell by cell.

    Raises
    ------
    ValueError
        If the layout has no drivers, or ids, answers and cells do not fit.

    Examples
    --------
    >>> items = [{"code": name, "construct": name} for name in ("PU", "PE", "BI")]
    >>> layout = Layout.of({"items": items, "drivers": {"constructs": ["PU", "PE"], "outcome": "BI"}})
    >>> found = driver_replicates(layout, "pilot 7", [1, 2], [[4, 5, 4], [4, 98, 4]], cells=["F", "M"], replicates=3)
    >>> {cell: one.stacks[0].tolist() for cell, one in found.items()}
    {'F': [1, 2, 0]}
    """
    if not layout.driver_items:
        raise ValueError("layout has no drivers")
    raw, number, cell_of = np.asarray(answers), np.asarray(ids), np.asarray(cells, dtype=np.str_)
    if raw.ndim != 2 or raw.shape[1] != len(layout.items):
        raise ValueError(f"answers must be n x {len(layout.items)}, got {raw.shape}")
    check_same_length(ids=number, answers=raw, cells=cell_of)
    oriented, complete = _turned(raw, layout, layout.driver_items)
    ends = np.cumsum([len(layout.constructs[name]) for name in (*layout.drivers.constructs, layout.drivers.outcome)])
    scores = np.diff(np.cumsum(oriented, axis=1)[:, ends - 1], axis=1, prepend=0)
    found = {}
    for cell in np.unique(cell_of[complete]).tolist():
        here = complete & (cell_of == cell)
        found[cell] = poisson_replicates(pilot, number[here], scores[here], replicates=replicates)
    return found


def _turned(raw: Integers, layout: Layout, items: Sequence[Item]) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Answers to some items, reversed ones turned around, and who answered all of them."""
    chosen = raw[:, [layout.column[item.code] for item in items]].astype(np.int64)
    ends = np.array([item.lo + item.hi for item in items])
    oriented = np.where([item.reverse for item in items], ends - chosen, chosen).astype(np.int64)
    return oriented, np.asarray(is_answered(chosen).all(axis=1))


def construct_replicates(
    layout: Layout,
    pilot: str,
    ids: npt.ArrayLike,
    answers: npt.ArrayLike,
    *,
    replicates: int = POISSON_REPLICATES,
) -> dict[str, Replicates]:
    """Replicates of the items of each construct with two items or more, from answers as they are stored.

    Parameters
    ----------
    layout
        Its items are the columns of ``answers``.
    pilot, ids
        As in `poisson_weights`; n ids, each of them once.
    answers
        n x k raw answers, missing codes included, of the responses that count.
    replicates
        B.

    Returns
    -------
    dict
        By construct, of the people who answered all of its items. What `alpha_of_replicates` takes. Several batches
        merge construct by construct.

    Raises
    ------
    ValueError
        If ids and answers do not fit.

    Notes
    -----
    The weights of a response are drawn once for all constructs; of a construct it left open it counts nothing.

    Examples
    --------
    >>> layout = Layout.of({"items": [{"code": code, "construct": code[0]} for code in ("T1", "T2", "B1")]})
    >>> found = construct_replicates(layout, "pilot 7", [1, 2], [[4, 5, 4], [4, 98, 4]], replicates=3)
    >>> {name: one.stacks[0].tolist() for name, one in found.items()}
    {'T': [1, 2, 0]}
    """
    raw, number = np.asarray(answers), np.asarray(ids)
    if raw.ndim != 2 or raw.shape[1] != len(layout.items):
        raise ValueError(f"answers must be n x {len(layout.items)}, got {raw.shape}")
    check_same_length(ids=number, answers=raw)
    constructs = {name: items for name, items in layout.constructs.items() if len(items) > 1}
    sizes = [1 + len(items) + len(items) * (len(items) + 1) // 2 for items in constructs.values()]
    totals = np.zeros((replicates, sum(sizes)), dtype=np.int64)
    for start in range(0, len(raw) if constructs else 0, _ROWS_AT_ONCE):
        here = slice(start, start + _ROWS_AT_ONCE)
        parts = []
        for items in constructs.values():
            oriented, complete = _turned(raw[here], layout, items)
            parts.append(_expanded(oriented) * complete[:, None])
        # Sums of whole numbers below 2^53: nothing is rounded.
        weights = poisson_weights(pilot, number[here], replicates).astype(np.float64)
        totals += (weights.T @ np.hstack(parts)).astype(np.int64)
    cut = np.split(totals, np.cumsum(sizes)[:-1], axis=1) if constructs else []
    return {
        name: Replicates(pilot, len(items), part) for (name, items), part in zip(constructs.items(), cut, strict=True)
    }


def alpha_of_replicates(replicates: Replicates, alpha: Alpha, *, confidence: float = 0.95) -> Bootstrap:
    """Percentile interval of Cronbach's alpha from Poisson replicates of a construct.

    Parameters
    ----------
    replicates
        As `construct_replicates` draws them, of the people ``alpha`` is of.
    alpha
        Of these people themselves.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Bootstrap
        What has no alpha has the same reason here; otherwise as `percentile_of_replicates`.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> layout = Layout.of({"items": [{"code": code, "construct": "T"} for code in ("T1", "T2", "T3")]})
    >>> rows = np.array([[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]] * 10)
    >>> drawn = construct_replicates(layout, "pilot 7", np.arange(60), rows)["T"]
    >>> found = alpha_of_replicates(drawn, alpha_of_products(*products_of_rows(rows)))
    >>> round(found.value, 2), round(found.interval.low, 1), round(found.interval.high, 1), found.replicates
    (0.81, 0.7, 0.8, 200)
    """
    if alpha.value is None:
        return Bootstrap(None, None, alpha.n, 0, replicates.pilot, SPLITMIX, method=POISSON, reason=alpha.reason)

    def value(n: int, sums: Integers, products: Integers) -> Sequence[float] | None:
        found = alpha_of_products(n, sums, products).value
        return None if found is None else [found]

    return percentile_of_replicates(replicates, value, n=alpha.n, values=[alpha.value], confidence=confidence)[0]


def replicates_to_bytes(parts: Mapping[str, Replicates]) -> bytes:
    """Replicates by cell or construct as bytes, to be worked with again without the answers.

    Parameters
    ----------
    parts
        All of the same pilot.

    Returns
    -------
    bytes
        What `replicates_of_bytes` reads.

    Raises
    ------
    ValueError
        If there is none, or they are of several pilots.

    Notes
    -----
    ``LLR1`` and, compressed by zlib: the length of the head (32 bits), the head (JSON: the pilot, and for each part its
    name, items and replicates), then part by part the totals column by column, each less the smallest number of its
    column, which comes before it in 64 bits after one byte for the width: 1, 2, 4 or 8 bytes, the first that fits. All
    little-endian.

    Examples
    --------
    >>> drawn = {"F": poisson_replicates("pilot 7", [1, 2], [[4, 5], [3, 1]], replicates=3)}
    >>> replicates_of_bytes(replicates_to_bytes(drawn)) == drawn
    True
    """
    pilots = {part.pilot for part in parts.values()}
    if len(pilots) != 1:
        raise ValueError(f"replicates must be of one pilot, got {len(pilots)}")
    told = [[name, part.items, len(part.totals)] for name, part in parts.items()]
    head = json.dumps({"pilot": pilots.pop(), "parts": told}, ensure_ascii=False).encode()
    written = [len(head).to_bytes(4, "little"), head]
    for part in parts.values():
        for column in part.totals.T:
            least = int(column.min())
            above = (column - least).astype(np.uint64)
            width = next(width for width in _WIDTHS if int(above.max()) < 1 << 8 * width)
            written += [bytes([width]), least.to_bytes(8, "little", signed=True), above.astype(f"<u{width}").tobytes()]
    return _MAGIC + zlib.compress(b"".join(written), 9)


def replicates_of_bytes(data: bytes) -> dict[str, Replicates]:
    """The replicates that `replicates_to_bytes` wrote.

    Parameters
    ----------
    data
        As it wrote them.

    Returns
    -------
    dict
        By name.

    Raises
    ------
    ValueError
        If the bytes are damaged or something else.

    Examples
    --------
    >>> replicates_of_bytes(b"LLS2")
    Traceback (most recent call last):
    ValueError: data holds no replicates
    """
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("data holds no replicates")
    try:
        held = zlib.decompress(data[len(_MAGIC) :])
    except zlib.error as error:
        raise ValueError(f"data is damaged ({error})") from error
    place = 4 + int.from_bytes(held[:4], "little")
    head = json.loads(held[4:place])
    found = {}
    for name, items, replicates in head["parts"]:
        totals = np.empty((replicates, 1 + items + items * (items + 1) // 2), dtype=np.int64)
        for column in range(totals.shape[1]):
            width, least = held[place], int.from_bytes(held[place + 1 : place + 9], "little", signed=True)
            above = np.frombuffer(held, dtype=f"<u{width}", count=replicates, offset=place + 9)
            totals[:, column] = above.astype(np.int64) + least
            place += 9 + width * replicates
        found[name] = Replicates(head["pilot"], items, totals)
    if place != len(held):
        raise ValueError("data goes on after the last column")
    return found


def weighted_stacks(cells: Mapping[str, Replicates], weights: Mapping[str, float]) -> Stacks:
    """Replicates of raking cells put together by the cells' weights (taken as fixed): n, sums, cross-products.

    Parameters
    ----------
    cells
        Replicates of the people of each cell, of the same pilot, items and number.
    weights
        By cell.

    Returns
    -------
    tuple
        B sums of weights, B x k sums, B x k x k cross-products, as `surveys.stats.drivers.stability` takes them.

    Raises
    ------
    ValueError
        If there is no cell.
    KeyError
        If a cell has no weight.

    Notes
    -----
    Each total is the sum over the cells of weight times total, so that nobody's answers are read again.

    Examples
    --------
    >>> one = poisson_replicates("pilot 7", [1], [[2, 3]], replicates=2)
    >>> n, sums, products = weighted_stacks({"F": one, "M": one}, {"F": 0.5, "M": 1.5})
    >>> n.tolist(), sums.tolist()
    ([2.0, 4.0], [[4.0, 6.0], [8.0, 12.0]])
    """
    if not cells:
        raise ValueError("cells must not be empty")
    k = next(iter(cells.values())).items
    totals = sum(weights[cell] * replicates.totals for cell, replicates in cells.items())
    return _stacks(np.asarray(totals), k)


def percentile_of_replicates(
    replicates: Replicates, statistic: OfProducts, *, n: int, values: Sequence[float], confidence: float = 0.95
) -> tuple[Bootstrap, ...]:
    """Percentile intervals from Poisson replicates, for figures of more answers than BCa could go through.

    Parameters
    ----------
    replicates
        Of all n people.
    statistic
        As in `bca_of_rows`.
    n
        The people the figures are of.
    values
        The figures themselves, as many as the statistic gives.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    tuple
        A `Bootstrap` for each figure, with the SD of the replicates as standard error; without interval where more than
        one replicate in twenty has no figure (NOT_CONVERGED).

    Notes
    -----
    The ``(1 - confidence) / 2`` quantiles from below and above, interpolated. With 200 replicates chance moves a
    limit by about a twentieth of the interval's length: enough to look at, not for a verdict.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> rows = np.tile([[1, 2], [2, 1], [3, 4], [4, 4], [5, 5]], (20, 1))
    >>> replicates = poisson_replicates("pilot 7", np.arange(100), rows)
    >>> found, = percentile_of_replicates(
    ...     replicates, lambda n, sums, products: [sums[0] / n], n=100, values=[3.0]
    ... )
    >>> round(found.interval.low, 1), round(found.interval.high, 1), round(found.standard_error, 2)
    (2.7, 3.3, 0.15)
    """
    check_confidence(confidence)
    drawn = _figures(statistic, replicates.totals, replicates.items)
    if len(drawn) < (1 - _MOST_LOST) * len(replicates.totals):
        return tuple(
            Bootstrap(
                value, None, n, len(drawn), replicates.pilot, SPLITMIX, method=POISSON, reason=Reason.NOT_CONVERGED
            )
            for value in values
        )
    found = []
    for value, one in zip(values, zip(*drawn, strict=True), strict=True):
        low, high = np.quantile(one, [(1 - confidence) / 2, (1 + confidence) / 2])
        interval = Interval(float(low), float(high), confidence, POISSON)
        error = float(np.std(one, ddof=1))
        found.append(Bootstrap(value, interval, n, len(drawn), replicates.pilot, SPLITMIX, error, method=POISSON))
    return tuple(found)
