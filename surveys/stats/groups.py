"""Two groups of different people: how far apart, how sure, how large; and what many tests at once cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, sqrt

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Interval, Reason, check_confidence, two_sided_t, two_sided_z
from surveys.stats.means import Mean
from surveys.stats.proportions import NEWCOMBE, newcombe_shares
from surveys.stats.weights import WeightedShare

WELCH = "welch t"
HEDGES = "hedges g"
CLIFF = "cliff delta"

HOLM = "holm"
BENJAMINI_HOCHBERG = "benjamini-hochberg"

# Smaller groups are shown with their interval and are not tested.
LEAST_TESTED = 30

Floats = npt.NDArray[np.float64]


class Magnitude(StrEnum):
    """How large a standardised difference is, by the customary limits."""

    NEGLIGIBLE = "NEGLIGIBLE"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


_LIMITS = {HEDGES: (0.2, 0.5, 0.8), CLIFF: (0.147, 0.33, 0.474)}


def magnitude(value: float, method: str) -> Magnitude:
    """Word for the size of a difference, whatever its sign.

    Parameters
    ----------
    value
        Hedges' g or Cliff's delta.
    method
        `HEDGES` (limits .2, .5, .8) or `CLIFF` (.147, .33, .474). A value on a limit has the larger word.

    Returns
    -------
    Magnitude
        NEGLIGIBLE below the first limit.

    Raises
    ------
    ValueError
        If the method has no limits.

    Notes
    -----
    Customary words, no more: what a difference means is for those to say whom it meets.

    References
    ----------
    Cohen (1988) for g. Romano et al. (2006) for delta.

    Examples
    --------
    >>> magnitude(-0.8, HEDGES).value, magnitude(0.1, CLIFF).value
    ('LARGE', 'NEGLIGIBLE')
    """
    if method not in _LIMITS:
        raise ValueError(f"method must be among {', '.join(_LIMITS)}, got {method}")
    return list(Magnitude)[sum(abs(value) >= limit for limit in _LIMITS[method])]


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two figures, first minus second, with the people behind either."""

    value: float | None
    interval: Interval | None
    n_1: int
    n_2: int
    method: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Welch:
    """Difference of two means with Welch's t, its degrees of freedom and two-sided p."""

    difference: Difference
    t: float | None
    degrees: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Size:
    """A standardised difference with its standard error and interval; ``plain`` is Cohen's d before the correction."""

    value: float | None
    plain: float | None
    standard_error: float | None
    interval: Interval | None
    n_1: int
    n_2: int
    method: str = HEDGES
    reason: Reason | None = None

    @property
    def word(self) -> Magnitude | None:
        """Size of g in a word."""
        return None if self.value is None else magnitude(self.value, HEDGES)


@dataclass(frozen=True, slots=True)
class Dominance:
    """Cliff's delta, P(X > Y) - P(X < Y), with its standard error, interval and Mann-Whitney p."""

    value: float | None
    standard_error: float | None
    interval: Interval | None
    p: float | None
    n_1: int
    n_2: int
    method: str = CLIFF
    reason: Reason | None = None

    @property
    def word(self) -> Magnitude | None:
        """Size of delta in a word."""
        return None if self.value is None else magnitude(self.value, CLIFF)


def welch(first: Mean, second: Mean, *, confidence: float = 0.95) -> Welch:
    """Difference of two independent means that need not vary alike.

    Parameters
    ----------
    first, second
        Means of different people.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Welch
        TOO_FEW where a mean rests on fewer than two people; NO_VARIATION (a value, no interval) where nothing varies.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    Degrees of freedom by Welch and Satterthwaite.

    References
    ----------
    Welch (1947), Biometrika 34.

    Examples
    --------
    >>> from surveys.stats.means import mean_of_sums
    >>> found = welch(mean_of_sums(10, 75, 3443, unit=10), mean_of_sums(10, 233, 9037, unit=10))
    >>> round(found.t, 4), round(found.degrees, 4)
    (-1.8608, 17.7765)
    """
    from scipy.special import stdtr

    check_confidence(confidence)
    n_1, n_2 = first.n, second.n
    if first.value is None or second.value is None or first.standard_error is None or second.standard_error is None:
        return Welch(Difference(None, None, n_1, n_2, WELCH, Reason.TOO_FEW), None, None, None)
    value = first.value - second.value
    square_1, square_2 = first.standard_error**2, second.standard_error**2
    error = sqrt(square_1 + square_2)
    if error == 0:
        return Welch(Difference(value, None, n_1, n_2, WELCH, Reason.NO_VARIATION), None, None, None)
    degrees = (square_1 + square_2) ** 2 / (square_1**2 / (n_1 - 1) + square_2**2 / (n_2 - 1))
    t = value / error
    half = two_sided_t(confidence, degrees) * error
    interval = Interval(value - half, value + half, confidence, WELCH)
    return Welch(Difference(value, interval, n_1, n_2, WELCH), t, degrees, float(2 * stdtr(degrees, -abs(t))))


def difference_of_shares(first: WeightedShare, second: WeightedShare, *, confidence: float = 0.95) -> Difference:
    """Difference of two independent shares, weighted or not, with Newcombe's interval on n*.

    Parameters
    ----------
    first, second
        Shares of different people.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        First minus second, in [-1, 1]. NO_ANSWERS where a side has none.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    `proportions.newcombe_shares` with n* for n; where nothing is weighted n* is n.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> found = difference_of_shares(weighted_share({"": (70, 56)}), weighted_share({"": (80, 48)}))
    >>> round(found.value, 4), round(found.interval.low, 4), round(found.interval.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    z = two_sided_z(confidence)
    if first.value is None or second.value is None:
        return Difference(None, None, first.n, second.n, NEWCOMBE, Reason.NO_ANSWERS)
    interval = newcombe_shares(first.value, first.n_star, second.value, second.n_star, z=z, confidence=confidence)
    return Difference(first.value - second.value, interval, first.n, second.n, NEWCOMBE)


def hedges(first: Mean, second: Mean, *, confidence: float = 0.95) -> Size:
    """Standardised difference of two means, corrected for small samples.

    Parameters
    ----------
    first, second
        Means of different people.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Size
        In standard deviations, first minus second. No value with fewer than two people on either side (TOO_FEW) or
        where nobody differs from the own group (NO_VARIATION).

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    ``g = J d``, ``d = (m1 - m2) / s_pooled``, ``J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2))``,
    ``SE = sqrt((n1+n2)/(n1 n2) + g^2 / (2 (n1+n2)))``, normal interval. Sizes: .2 small, .5 medium, .8 large.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6.

    Examples
    --------
    >>> from surveys.stats.means import mean_of_sums
    >>> round(hedges(mean_of_sums(10, 75, 3443, unit=10), mean_of_sums(10, 233, 9037, unit=10)).value, 6)
    -0.796935
    """
    z = two_sided_z(confidence)
    n_1, n_2 = first.n, second.n
    if first.value is None or second.value is None or first.sd is None or second.sd is None:
        return Size(None, None, None, None, n_1, n_2, reason=Reason.TOO_FEW)
    degrees = n_1 + n_2 - 2
    pooled = sqrt(((n_1 - 1) * first.sd**2 + (n_2 - 1) * second.sd**2) / degrees)
    if pooled == 0:
        return Size(None, None, None, None, n_1, n_2, reason=Reason.NO_VARIATION)
    plain = (first.value - second.value) / pooled
    value = exp(lgamma(degrees / 2) - lgamma((degrees - 1) / 2)) / sqrt(degrees / 2) * plain
    error = sqrt((n_1 + n_2) / (n_1 * n_2) + value**2 / (2 * (n_1 + n_2)))
    half = z * error
    return Size(value, plain, error, Interval(value - half, value + half, confidence, HEDGES), n_1, n_2)


def cliff(
    first: Mapping[int, int],
    second: Mapping[int, int],
    *,
    confidence: float = 0.95,
) -> Dominance:
    """Cliff's delta of two groups' answers counted by value.

    Parameters
    ----------
    first, second
        How many people gave each value.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Dominance
        1 where everybody of the first group is above everybody of the second, -1 the other way round. No value with
        fewer than two people on either side (TOO_FEW); a value of 0 without interval where all answers are equal
        (NO_VARIATION).

    Raises
    ------
    ValueError
        If a count is negative or the confidence is not in (0, 1).

    Notes
    -----
    With d_i. the mean over Y of ``sign(x_i - y)`` and d_.j likewise, ``si = sum (d_i. - d)^2 / (n1 - 1)``,
    ``sj = sum (d_.j - d)^2 / (n2 - 1)``, ``sij = sum (d_ij - d)^2 / (n1 n2 - 1)`` and
    ``S^2 = ((n2 - 1) si + (n1 - 1) sj + sij) / (n1 n2)``, the interval is
    ``(d - d^3 +- t S sqrt((1 - d^2)^2 + t^2 S^2)) / (1 - d^2 + t^2 S^2)`` with t of n1 + n2 - 2 degrees of freedom,
    clipped to [-1, 1]. Where d is 1 or -1 nothing is left of S, and the inner limit is the share at which the largest
    possible variance ``(1 - d^2) / m``, m the smaller group, would reach d: ``(m - t^2) / (m + t^2)``. The p-value is
    Mann-Whitney's normal one, corrected for ties, without continuity correction. Sizes: .147 small, .33 medium,
    .474 large.

    References
    ----------
    Cliff (1996), Ordinal Methods for Behavioral Data Analysis. Feng and Cliff (2004), Journal of Modern Applied
    Statistical Methods 3, for the largest variance.

    Examples
    --------
    >>> found = cliff({1: 5, 2: 5}, {2: 5, 3: 5})
    >>> found.value
    -0.75
    """
    check_confidence(confidence)
    for name, histogram in (("first", first), ("second", second)):
        if any(count < 0 for count in histogram.values()):
            raise ValueError(f"{name} holds a negative count")
    x, y = np.array(sorted(first), dtype=float), np.array(sorted(second), dtype=float)
    count_x = np.array([first[value] for value in sorted(first)], dtype=float)
    count_y = np.array([second[value] for value in sorted(second)], dtype=float)
    n_1, n_2 = int(count_x.sum()), int(count_y.sum())
    if n_1 < 2 or n_2 < 2:
        return Dominance(None, None, None, None, n_1, n_2, reason=Reason.TOO_FEW)
    sign = np.sign(x[:, None] - y[None, :])
    of_x, of_y = sign @ count_y / n_2, count_x @ sign / n_1
    delta = float(count_x @ of_x / n_1)
    spread_x = float(count_x @ (of_x - delta) ** 2) / (n_1 - 1)
    spread_y = float(count_y @ (of_y - delta) ** 2) / (n_2 - 1)
    spread = float(count_x @ (sign - delta) ** 2 @ count_y) / (n_1 * n_2 - 1)
    error = sqrt(((n_2 - 1) * spread_x + (n_1 - 1) * spread_y + spread) / (n_1 * n_2))
    p = _mann_whitney(x, count_x, y, count_y, delta)
    if p is None:
        return Dominance(delta, error, None, None, n_1, n_2, reason=Reason.NO_VARIATION)
    t = two_sided_t(confidence, n_1 + n_2 - 2)
    if abs(delta) == 1:
        smaller = min(n_1, n_2)
        inner = (smaller - t**2) / (smaller + t**2)
        low, high = (inner, 1.0) if delta > 0 else (-1.0, -inner)
    else:
        half = t * error * sqrt((1 - delta**2) ** 2 + t**2 * error**2)
        scale, middle = 1 - delta**2 + t**2 * error**2, delta - delta**3
        low, high = (middle - half) / scale, (middle + half) / scale
    interval = Interval(max(-1.0, low), min(1.0, high), confidence, CLIFF)
    return Dominance(delta, error, interval, p, n_1, n_2)


def _mann_whitney(x: Floats, count_x: Floats, y: Floats, count_y: Floats, delta: float) -> float | None:
    n_1, n_2 = count_x.sum(), count_y.sum()
    n = n_1 + n_2
    values = np.union1d(x, y)
    ties = np.array([count_x[x == value].sum() + count_y[y == value].sum() for value in values])
    variance = n_1 * n_2 / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    if variance <= 0:
        return None
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(delta * n_1 * n_2 / 2) / sqrt(variance)))


def shares_p(share_1: float, n_1: float, share_2: float, n_2: float) -> float | None:
    """Two-sided p-value of the difference of two independent shares.

    Parameters
    ----------
    share_1, share_2
        In [0, 1].
    n_1, n_2
        People, or the effective number of them (n*); above 0.

    Returns
    -------
    float or None
        None where all say yes or all say no, and where there are not two people in all.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Mann-Whitney's tie-corrected normal test of yes and no, so that shares and ordinal answers are tested alike:
    ``z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2) n / (n - 1))`` with p the share of both groups together, n = n1 + n2.

    References
    ----------
    Mann and Whitney (1947), Annals of Mathematical Statistics 18. Campbell (2007), Statistics in Medicine 26.

    Examples
    --------
    >>> round(shares_p(56 / 70, 70, 48 / 80, 80), 5)
    0.00826
    """
    from scipy.special import ndtr

    for share in (share_1, share_2):
        if not 0 <= share <= 1:
            raise ValueError(f"share must lie in [0, 1], got {share}")
    if not (n_1 > 0 and n_2 > 0):
        raise ValueError(f"n must be above 0, got {n_1} and {n_2}")
    n = n_1 + n_2
    pooled = (n_1 * share_1 + n_2 * share_2) / n
    if n <= 1 or not 0 < pooled < 1:
        return None
    return float(2 * ndtr(-abs(share_1 - share_2) / sqrt(pooled * (1 - pooled) * (1 / n_1 + 1 / n_2) * n / (n - 1))))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values of one registered family, in the order given.

    Parameters
    ----------
    p_values
        Each in [0, 1]; none gives none.

    Returns
    -------
    list of float
        In [0, 1].

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    Notes
    -----
    The k-th smallest of m is multiplied by m - k + 1, and none is below a smaller one's: the chance of any false
    finding in the family stays at the level tested.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.001, 0.012, 0.021, 0.040, 0.300])]
    [0.005, 0.048, 0.063, 0.08, 0.3]
    """
    _check_p_values(p_values)
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values of an exploratory screen, in the order given.

    Parameters
    ----------
    p_values
        Each in [0, 1]; none gives none.

    Returns
    -------
    list of float
        In [0, 1].

    Raises
    ------
    ValueError
        If a value is outside [0, 1].

    Notes
    -----
    The k-th smallest of m is multiplied by m / k, and none is above a larger one's: of the findings below .05 about one
    in twenty is expected to be false.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.

    Examples
    --------
    >>> [round(p, 3) for p in benjamini_hochberg([0.001, 0.012, 0.021, 0.040, 0.300])]
    [0.005, 0.03, 0.035, 0.05, 0.3]
    """
    _check_p_values(p_values)
    adjusted = [0.0] * len(p_values)
    reached = 1.0
    by_size = sorted(range(len(p_values)), key=lambda place: p_values[place])
    for rank in range(len(p_values), 0, -1):
        place = by_size[rank - 1]
        reached = min(reached, len(p_values) / rank * p_values[place])
        adjusted[place] = reached
    return adjusted


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One test of a family with its p-value before and after the correction that ``method`` names."""

    n_1: int
    n_2: int
    p: float | None
    adjusted: float | None
    method: str
    reason: Reason | None = None


def registered_family(tests: Mapping[str, tuple[int, int, float | None]]) -> dict[str, Adjusted]:
    """All tests of one outcome in one wave that were registered, with Holm's correction.

    Parameters
    ----------
    tests
        From a name to the people of either group and the p-value, None where there is none.

    Returns
    -------
    dict
        TOO_FEW without p-values where a group has fewer than 30 people: it is not tested, and does not make the family
        larger. NO_VARIATION where there was no p-value.

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1].

    Notes
    -----
    Holm's correction over the tests that have a p-value.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> found = registered_family({"65+": (40, 85, 0.02), "disability": (12, 113, 0.001), "no car": (50, 75, 0.30)})
    >>> {name: (test.adjusted, test.reason and test.reason.value) for name, test in found.items()}
    {'65+': (0.04, None), 'disability': (None, 'TOO_FEW'), 'no car': (0.3, None)}
    """
    return _family(tests, holm, HOLM)


def exploratory_family(tests: Mapping[str, tuple[int, int, float | None]]) -> dict[str, Adjusted]:
    """All tests of one outcome in one wave that nobody registered, with Benjamini and Hochberg's correction.

    Parameters
    ----------
    tests
        As in `registered_family`.

    Returns
    -------
    dict
        As in `registered_family`; to be labelled exploratory wherever it is shown.

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1].

    Notes
    -----
    Benjamini and Hochberg's correction over the tests that have a p-value.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.

    Examples
    --------
    >>> found = exploratory_family({"a": (40, 85, 0.03), "b": (50, 75, 0.04)})
    >>> [test.adjusted for test in found.values()]
    [0.04, 0.04]
    """
    return _family(tests, benjamini_hochberg, BENJAMINI_HOCHBERG)


def _family(
    tests: Mapping[str, tuple[int, int, float | None]], adjust: Callable[[Sequence[float]], list[float]], method: str
) -> dict[str, Adjusted]:
    p_values = {name: p for name, (n_1, n_2, p) in tests.items() if p is not None and min(n_1, n_2) >= LEAST_TESTED}
    adjusted = dict(zip(p_values, adjust(list(p_values.values())), strict=True))
    found = {}
    for name, (n_1, n_2, p) in tests.items():
        if name in adjusted:
            found[name] = Adjusted(n_1, n_2, p, adjusted[name], method)
        else:
            reason = Reason.TOO_FEW if min(n_1, n_2) < LEAST_TESTED else Reason.NO_VARIATION
            found[name] = Adjusted(n_1, n_2, None, None, method, reason)
    return found


def _check_p_values(p_values: Sequence[float]) -> None:
    impossible = [p for p in p_values if not 0 <= p <= 1]
    if impossible:
        raise ValueError(f"p_values must lie in [0, 1], got {impossible[0]}")
