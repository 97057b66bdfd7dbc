"""Change from one wave to another. Always later minus earlier: above 0 is growth.

Different people in both waves (independent samples), the same people in both (paired), or some of them in both
(everyone available); and who left in between. Acceptability before use and acceptance after use are never compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from surveys.stats.estimates import Estimate, Interval, Reason, check_same_length, two_sided_z
from surveys.stats.groups import Difference, Size, Welch, difference_of_shares, hedges, welch
from surveys.stats.means import Mean, mean_of_sums, mean_of_values
from surveys.stats.proportions import share_of, wilson_share
from surveys.stats.representativeness import RIndicator, r_indicator
from surveys.stats.weights import WeightedMean, WeightedShare

AGRESTI_MIN = "agresti-min"
PAIRED_T = "paired t"
OVERLAP = "overlapping samples, normal"
OVERLAP_SHARES = "overlapping samples, newcombe with covariance"
WEIGHTED = "weighted means, normal"
ATTRITION = "retention, hedges g of leavers minus stayers, r-indicator"

TELLING_ATTRITION = 0.2

# Relative size under which a difference of sums is what rounding left.
_ROUNDING = 1e-9


def two_means(before: Mean, after: Mean, *, confidence: float = 0.95) -> Welch:
    """Change of a mean between waves of different people, by Welch's t; see `groups.welch`.

    Parameters
    ----------
    before, after
        Means of different people.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Welch
        ``n_1`` is the later wave's. TOO_FEW and NO_VARIATION as in `groups.welch`.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    Later minus earlier, with the degrees of freedom of Welch and Satterthwaite.

    References
    ----------
    Welch (1947), Biometrika 34.

    Examples
    --------
    >>> from surveys.stats.means import mean_of_histogram
    >>> change = two_means(mean_of_histogram({3: 10, 4: 10}), mean_of_histogram({4: 10, 5: 10}))
    >>> change.difference.value
    1.0
    """
    return welch(after, before, confidence=confidence)


def two_shares(before: WeightedShare, after: WeightedShare, *, confidence: float = 0.95) -> Difference:
    """Change of a share between waves of different people; see `groups.difference_of_shares`.

    Parameters
    ----------
    before, after
        Shares of different people, weighted or not.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        ``n_1`` is the later wave's. NO_ANSWERS where a wave has none.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    Later minus earlier, Newcombe's interval on n*.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> change = two_shares(weighted_share({"": (80, 48)}), weighted_share({"": (70, 56)}))
    >>> round(change.value, 4), round(change.interval.low, 4), round(change.interval.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    return difference_of_shares(after, before, confidence=confidence)


@dataclass(frozen=True, slots=True)
class PairedMeans:
    """Mean change of people who answered both waves, with two standardised sizes and the correlation of the waves."""

    change: Mean
    t: float | None
    p: float | None
    d_z: float | None
    d_av: float | None
    r: float | None
    method: str = PAIRED_T


def paired_means(before: Sequence[float], after: Sequence[float], *, confidence: float = 0.95) -> PairedMeans:
    """Mean change of the same people.

    Parameters
    ----------
    before, after
        Scores of the people who have one in both waves, in the same order.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    PairedMeans
        ``d_z`` is mean over SD of the differences, ``d_av`` mean over the root mean square of the two SDs. What cannot
        be said of so few or of equal answers is None.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    ``d_z = mean / SD`` of the differences, ``d_av = mean / sqrt((s1^2 + s2^2) / 2)``, t with n - 1 degrees of freedom.

    References
    ----------
    Lakens (2013), Frontiers in Psychology 4.

    Examples
    --------
    >>> found = paired_means([1, 2, 3, 4], [2, 2, 5, 5])
    >>> found.change.value, round(found.t, 4)
    (1.0, 2.4495)
    """
    check_same_length(before=before, after=after)
    change = mean_of_values([late - early for early, late in zip(before, after, strict=True)], confidence=confidence)
    return _paired(change, mean_of_values(before), mean_of_values(after))


def paired_means_of_sums(
    n: int,
    totals: tuple[int, int],
    squares: tuple[int, int],
    products: int,
    *,
    unit: int = 1,
    confidence: float = 0.95,
) -> PairedMeans:
    """Mean change of the same people from exact sums; see `paired_means`.

    Parameters
    ----------
    n
        People with a score in both waves, at least 0.
    totals, squares
        Sums and sums of squares of their scores, earlier and later, in whole units.
    products
        Sum of the products of their two scores.
    unit
        How many units make 1: 60 where scores are kept in sixtieths.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    PairedMeans
        In the scale of the scores.

    Raises
    ------
    ValueError
        If no n pairs of numbers have such sums.

    Notes
    -----
    Differences have the sum ``sum y - sum x`` and the squares ``sum x^2 + sum y^2 - 2 sum x y``: integers up to the
    division.

    References
    ----------
    Lakens (2013), Frontiers in Psychology 4.

    Examples
    --------
    >>> found = paired_means_of_sums(4, (10, 14), (30, 58), 41)
    >>> found.change.value, round(found.t, 4)
    (1.0, 2.4495)
    """
    change = mean_of_sums(
        n, totals[1] - totals[0], squares[0] + squares[1] - 2 * products, unit=unit, confidence=confidence
    )
    first, second = (mean_of_sums(n, totals[wave], squares[wave], unit=unit) for wave in (0, 1))
    return _paired(change, first, second)


def _paired(change: Mean, first: Mean, second: Mean) -> PairedMeans:
    from scipy.special import stdtr

    if change.value is None or change.sd is None or change.standard_error is None:
        return PairedMeans(change, None, None, None, None, None)
    spread_1, spread_2 = (first.sd or 0.0), (second.sd or 0.0)
    average = sqrt((spread_1**2 + spread_2**2) / 2)
    d_av = change.value / average if average else None
    # cov(a, b) = (var a + var b - var(b - a)) / 2
    covariance = (spread_1**2 + spread_2**2 - change.sd**2) / 2
    r = covariance / (spread_1 * spread_2) if spread_1 and spread_2 else None
    if change.sd == 0:
        return PairedMeans(change, None, None, None, d_av, r)
    t = change.value / change.standard_error
    p = float(2 * stdtr(change.n - 1, -abs(t)))
    return PairedMeans(change, t, p, change.value / change.sd, d_av, r)


@dataclass(frozen=True, slots=True)
class PairedShares:
    """Change of a yes among people who answered both waves, with McNemar's exact p."""

    value: float | None
    interval: Interval | None
    p: float | None
    chi_square: float | None
    n: int
    method: str = AGRESTI_MIN
    reason: Reason | None = None


def paired_shares(stayed: int, lost: int, gained: int, never: int, *, confidence: float = 0.95) -> PairedShares:
    """Change of a share among the same people.

    Parameters
    ----------
    stayed, lost, gained, never
        Yes both times; yes, then no; no, then yes; no both times.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    PairedShares
        ``value`` is the plain (gained - lost) / n. ``chi_square`` is McNemar's with continuity correction, for readers
        who expect it; ``p`` is exact and two-sided. NO_ANSWERS without people.

    Raises
    ------
    ValueError
        If a count is negative or the confidence is not in (0, 1).

    Notes
    -----
    Interval: 0.5 is added to each of the four counts, then with L lost, G gained, N all of them
    ``(G - L)/N +- z sqrt(G + L - (G - L)^2 / N) / N``.

    References
    ----------
    Agresti and Min (2005), Statistics in Medicine 24.

    Examples
    --------
    >>> found = paired_shares(794, 150, 86, 570)
    >>> round(found.value, 4), round(found.interval.low, 4), round(found.interval.high, 4)
    (-0.04, -0.0587, -0.0212)
    """
    from scipy.special import bdtr

    counts = {"stayed": stayed, "lost": lost, "gained": gained, "never": never}
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} cannot be negative, got {count}")
    z = two_sided_z(confidence)
    n, moved = sum(counts.values()), lost + gained
    if n == 0:
        return PairedShares(None, None, None, None, 0, reason=Reason.NO_ANSWERS)
    less, more, everybody = lost + 0.5, gained + 0.5, n + 2
    middle = (more - less) / everybody
    half = z * sqrt(more + less - (more - less) ** 2 / everybody) / everybody
    interval = Interval(max(-1.0, middle - half), min(1.0, middle + half), confidence, AGRESTI_MIN)
    p = min(1.0, 2 * float(bdtr(min(lost, gained), moved, 0.5))) if moved else 1.0
    chi_square = max(0, abs(gained - lost) - 1) ** 2 / moved if moved else 0.0
    return PairedShares((gained - lost) / n, interval, p, chi_square, n)


def available_means(
    before: Mean, after: Mean, *, in_both: int = 0, covariance: float = 0.0, confidence: float = 0.95
) -> Difference:
    """Change of a mean among everyone available, part of whom answered both waves.

    Parameters
    ----------
    before, after
        Means over all who answered either wave.
    in_both
        People who answered both.
    covariance
        Of their two scores.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        TOO_FEW where a wave has fewer than two people; NO_VARIATION (a value, no interval) where SE^2 is not above 0,
        as when the same people said the same twice.

    Raises
    ------
    ValueError
        If more people answered both waves than one of them, or the covariance is larger than the spreads allow.

    Notes
    -----
    ``SE^2 = s1^2/n1 + s2^2/n2 - 2 n12 cov12 / (n1 n2)``, normal interval. The covariance is that of the people in both
    waves, the variances are everybody's, so that a small and nearly constant wave can leave nothing of SE^2.

    References
    ----------
    Kish (1965), Survey Sampling, on overlapping samples.

    Examples
    --------
    >>> from surveys.stats.means import Mean
    >>> before = Mean(3.50, 1.0, 1.0 / 120**0.5, None, 120)
    >>> after = Mean(3.75, 0.9, 0.9 / 110**0.5, None, 110)
    >>> change = available_means(before, after, in_both=90, covariance=0.45)
    >>> round(change.interval.low, 6), round(change.interval.high, 6)
    (0.058358, 0.441642)
    """
    if not 0 <= in_both <= min(before.n, after.n):
        raise ValueError(f"in_both cannot be {in_both} with waves of {before.n} and {after.n} people")
    if before.value is None or after.value is None or before.standard_error is None or after.standard_error is None:
        return Difference(None, None, after.n, before.n, OVERLAP, Reason.TOO_FEW)
    squares = before.standard_error**2, after.standard_error**2
    # Sums of squares of everybody: (n - 1) s^2 = n (n - 1) SE^2.
    most = sqrt(before.n * (before.n - 1) * squares[0] * after.n * (after.n - 1) * squares[1])
    _check_covariance(covariance, in_both, most)
    value = after.value - before.value
    square = sum(squares) - 2 * in_both * covariance / (before.n * after.n)
    if square <= _ROUNDING * sum(squares):
        return Difference(value, None, after.n, before.n, OVERLAP, Reason.NO_VARIATION)
    half = two_sided_z(confidence) * sqrt(square)
    return Difference(value, Interval(value - half, value + half, confidence, OVERLAP), after.n, before.n, OVERLAP)


def _check_covariance(covariance: float, in_both: int, most: float) -> None:
    """Refuse a covariance of some people above the product of the spreads of all of them."""
    if (in_both - 1) * abs(covariance) > most * (1 + _ROUNDING):
        raise ValueError(f"covariance {covariance} is larger than the spreads of the waves allow")


def available_weighted(before: WeightedMean, after: WeightedMean, *, confidence: float = 0.95) -> Difference:
    """Change of a weighted mean among everyone available.

    Parameters
    ----------
    before, after
        Weighted means over all who answered either wave.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        TOO_FEW where a wave has no standard error; NO_VARIATION (a value, no interval) where both are 0.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    ``SE^2 = SE_1^2 + SE_2^2``, normal interval: what people who answered both waves have in common is left out, so that
    the interval is wider than it had to be as long as their scores go together.

    References
    ----------
    Kish (1965), Survey Sampling, on overlapping samples.

    Examples
    --------
    >>> before = WeightedMean(3.5, 0.1, None, 120)
    >>> change = available_weighted(before, WeightedMean(3.75, 0.1, None, 110))
    >>> change.value, round(change.interval.low, 4)
    (0.25, -0.0272)
    """
    if before.value is None or after.value is None or before.standard_error is None or after.standard_error is None:
        return Difference(None, None, after.n, before.n, WEIGHTED, Reason.TOO_FEW)
    value = after.value - before.value
    error = hypot(before.standard_error, after.standard_error)
    if error == 0:
        return Difference(value, None, after.n, before.n, WEIGHTED, Reason.NO_VARIATION)
    half = two_sided_z(confidence) * error
    return Difference(value, Interval(value - half, value + half, confidence, WEIGHTED), after.n, before.n, WEIGHTED)


def available_shares(
    before: WeightedShare,
    after: WeightedShare,
    *,
    in_both: int = 0,
    covariance: float = 0.0,
    confidence: float = 0.95,
) -> Difference:
    """Change of a share among everyone available, part of whom answered both waves.

    Parameters
    ----------
    before, after
        Shares over all who answered either wave, unweighted where ``in_both`` is not 0.
    in_both
        People who answered both.
    covariance
        Of their two answers, 1 for yes and 0 for no.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Difference
        ``n_1`` is the later wave's. NO_ANSWERS where a wave has none.

    Raises
    ------
    ValueError
        If more people answered both waves than one of them, or the covariance is larger than the spreads allow.

    Notes
    -----
    Newcombe's interval with the covariance of the two shares: with Wilson limits (l, u) of either and
    ``r = n12 cov12 / sqrt(n1 s1^2 n2 s2^2)``, ``s^2 = p (1 - p) n / (n - 1)`` with the divisor of the covariance,
    ``lower = d - sqrt(a^2 + b^2 - 2 r a b)``, ``a = p2 - l2``, ``b = u1 - p1``; the upper limit likewise. Without
    people in both waves it is Newcombe's own; where a share is 0 or 1, r is 0; where the same people said the same
    twice, r is 1.

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27.

    Examples
    --------
    Half of the 100 people of either wave are the same, and nearly all of them said the same twice:

    >>> from surveys.stats.weights import weighted_share
    >>> before, after = weighted_share({"": (100, 50)}), weighted_share({"": (100, 62)})
    >>> change = available_shares(before, after, in_both=50, covariance=0.2)
    >>> round(change.value, 2), round(change.interval.low, 3), round(change.interval.high, 3)
    (0.12, 0.014, 0.221)
    """
    if not 0 <= in_both <= min(before.n, after.n):
        raise ValueError(f"in_both cannot be {in_both} with waves of {before.n} and {after.n} people")
    if before.value is None or after.value is None:
        return Difference(None, None, after.n, before.n, OVERLAP_SHARES, Reason.NO_ANSWERS)
    z = two_sided_z(confidence)
    first = wilson_share(before.value, before.n_star, z=z, confidence=confidence)
    second = wilson_share(after.value, after.n_star, z=z, confidence=confidence)
    most = sqrt(before.n * before.value * (1 - before.value) * after.n * after.value * (1 - after.value))
    _check_covariance(covariance, in_both, most)
    # n s^2 is n / (n - 1) times the sum of squares; rounding aside, r of yes and no stays within -1 and 1.
    r = in_both * covariance / most * sqrt((1 - 1 / before.n) * (1 - 1 / after.n)) if most else 0.0
    r = max(-1.0, min(1.0, r))

    def reach(later: float, earlier: float) -> float:
        return sqrt(max(0.0, later**2 + earlier**2 - 2 * r * later * earlier))

    value = after.value - before.value
    low = value - reach(after.value - second.low, first.high - before.value)
    high = value + reach(second.high - after.value, before.value - first.low)
    return Difference(value, Interval(low, high, confidence, OVERLAP_SHARES), after.n, before.n, OVERLAP_SHARES)


@dataclass(frozen=True, slots=True)
class Attrition:
    """Who of the earlier wave stayed, and how those who left had answered in it.

    ``leavers`` holds for each score Hedges' g of leavers minus stayers; ``telling`` names the scores with |g| above .2,
    whose change is to be shown with a warning. ``evenness`` is the R-indicator of staying. Nothing is imputed.
    """

    retention: Estimate
    leavers: Mapping[str, Size]
    telling: tuple[str, ...]
    evenness: RIndicator | None
    n: int
    method: str = ATTRITION
    reason: Reason | None = None


def attrition(
    baseline: Mapping[str, int],
    stayed: Mapping[str, int],
    scores: Mapping[str, tuple[Mean, Mean]],
    *,
    confidence: float = 0.95,
) -> Attrition:
    """How many of the earlier wave stayed, how evenly, and whether those who left had thought alike.

    Parameters
    ----------
    baseline
        People of the earlier wave in each cell.
    stayed
        How many of them answered the later wave; cells without anybody may be left out.
    scores
        For each score its mean in the earlier wave, over those who stayed and over those who left.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Attrition
        NO_ANSWERS without people in the earlier wave. The R-indicator needs two.

    Raises
    ------
    ValueError
        If more people stayed in a cell than were there.

    Notes
    -----
    Retention: those who stayed over those who were there, Wilson's interval. Leavers minus stayers: `groups.hedges`.
    Evenness: `representativeness.r_indicator` of staying.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6. Schouten, Cobben and Bethlehem (2009), Survey Methodology 35.

    Examples
    --------
    >>> from surveys.stats.means import mean_of_histogram
    >>> stayers, leavers = mean_of_histogram({3: 20, 4: 40, 5: 20}), mean_of_histogram({2: 20, 3: 20})
    >>> found = attrition({"F": 60, "M": 60}, {"F": 50, "M": 30}, {"TR": (stayers, leavers)})
    >>> round(found.retention.value, 3), round(found.leavers["TR"].value, 2), found.telling
    (0.667, -2.29, ('TR',))
    """
    cells = {cell: people for cell, people in baseline.items() if people}
    n = sum(cells.values())
    if not n:
        return Attrition(share_of(0, 0), {}, (), None, 0, reason=Reason.NO_ANSWERS)
    evenness = r_indicator(cells, stayed) if n > 1 else None
    retention = share_of(sum(stayed.values()), n, confidence=confidence)
    sizes = {name: hedges(left, kept, confidence=confidence) for name, (kept, left) in scores.items()}
    telling = tuple(name for name, size in sizes.items() if abs(size.value or 0.0) > TELLING_ATTRITION)
    return Attrition(retention, sizes, telling, evenness, n)
