"""Change from one wave to another. Always later minus earlier: above 0 is growth.

Different people in both waves (independent samples), the same people in both (paired), or some of them in both
(everyone available). Acceptability before use and acceptance after use are never compared with these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from surveys.stats.estimates import Interval, Reason, check_same_length, two_sided_z
from surveys.stats.groups import Difference, Welch, welch
from surveys.stats.means import Mean, mean_of_values
from surveys.stats.proportions import NEWCOMBE, newcombe_shares
from surveys.stats.weights import WeightedShare

AGRESTI_MIN = "agresti-min"
PAIRED_T = "paired t"
OVERLAP = "overlapping samples, normal"


def two_means(before: Mean, after: Mean, *, confidence: float = 0.95) -> Welch:
    """Change of a mean between waves of different people, by Welch's t; see `differences.welch`.

    Examples
    --------
    >>> from surveys.stats.means import mean_of_histogram
    >>> change = two_means(mean_of_histogram({3: 10, 4: 10}), mean_of_histogram({4: 10, 5: 10}))
    >>> change.difference.value
    1.0
    """
    return welch(after, before, confidence=confidence)


def two_shares(before: WeightedShare, after: WeightedShare, *, confidence: float = 0.95) -> Difference:
    """Change of a share between waves of different people, by Newcombe's interval on n*.

    Returns
    -------
    Difference
        ``n_1`` is the later wave's. NO_ANSWERS where a wave has none.

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> change = two_shares(weighted_share({"": (80, 48)}), weighted_share({"": (70, 56)}))
    >>> round(change.value, 4), round(change.interval.low, 4), round(change.interval.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if before.value is None or after.value is None:
        return Difference(None, None, after.n, before.n, NEWCOMBE, Reason.NO_ANSWERS)
    z = two_sided_z(confidence)
    interval = newcombe_shares(after.value, after.n_star, before.value, before.n_star, z=z, confidence=confidence)
    return Difference(after.value - before.value, interval, after.n, before.n, NEWCOMBE)


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

    Examples
    --------
    >>> found = paired_means([1, 2, 3, 4], [2, 2, 5, 5])
    >>> found.change.value, round(found.t, 4)
    (1.0, 2.4495)
    """
    from scipy.special import stdtr

    check_same_length(before=before, after=after)
    change = mean_of_values([late - early for early, late in zip(before, after, strict=True)], confidence=confidence)
    if change.value is None or change.sd is None or change.standard_error is None:
        return PairedMeans(change, None, None, None, None, None)
    first, second = mean_of_values(before), mean_of_values(after)
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
        If a count is negative.

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
    n, moved = sum(counts.values()), lost + gained
    if n == 0:
        return PairedShares(None, None, None, None, 0, reason=Reason.NO_ANSWERS)
    less, more, everybody = lost + 0.5, gained + 0.5, n + 2
    middle = (more - less) / everybody
    half = two_sided_z(confidence) * sqrt(more + less - (more - less) ** 2 / everybody) / everybody
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
        TOO_FEW where a wave has fewer than two people.

    Raises
    ------
    ValueError
        If more people answered both waves than one of them, or the covariance is larger than the spreads allow.

    Notes
    -----
    ``SE^2 = s1^2/n1 + s2^2/n2 - 2 n12 cov12 / (n1 n2)``, normal interval.

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
    square = before.standard_error**2 + after.standard_error**2 - 2 * in_both * covariance / (before.n * after.n)
    if square < 0:
        raise ValueError(f"covariance {covariance} is larger than the spreads of the waves allow")
    value = after.value - before.value
    half = two_sided_z(confidence) * sqrt(square)
    return Difference(value, Interval(value - half, value + half, confidence, OVERLAP), after.n, before.n, OVERLAP)
