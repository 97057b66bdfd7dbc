"""What may be looked at again and again: the band of an open wave, and the two charts of a service after its verdict.

The band pays for every look in advance; no verdict rests on it. The charts compare each period with the wave that gave
SCALE; an alarm opens a review and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import e, isfinite, log, sqrt

from surveys.stats.estimates import Estimate, Interval, Reason
from surveys.stats.weights import WeightedShare

SHOWN_FROM = 30
LIVE = "asymptotic confidence sequence"
EWMA = "ewma"
CUSUM = "cusum"
MONITORING = "ewma and cusum of the standardised share"

# In standard deviations of one period; both charts then run about 365 periods between false alarms.
EWMA_WEIGHT = 0.2
EWMA_WIDTH = 2.859
CUSUM_ALLOWANCE = 0.5
CUSUM_THRESHOLD = 4.77

SMALLEST_BASELINE = 200
SMALL_BASELINE = "SMALL_BASELINE"


def band_factor(n: int, *, planned: int, alpha: float = 0.05) -> float:
    """How many standard errors the band is wide to either side.

    Parameters
    ----------
    n
        Answers so far, at least 1.
    planned
        Answers planned for the wave, at least 1: where the band is narrowest.
    alpha
        Chance that the band ever misses, strictly between 0 and 1.

    Returns
    -------
    float
        In standard errors.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    ``c = sqrt((n r + 1)/(n r) * ln((n r + 1)/alpha^2))`` with ``r = (-W(-alpha^2/e) - 1)/planned``, W the lower branch
    of Lambert's function.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics; arXiv 2103.06476.

    Examples
    --------
    >>> round(band_factor(50, planned=200), 4)
    3.2511
    """
    from scipy.special import lambertw

    if n < 1 or planned < 1:
        raise ValueError(f"n and planned must be at least 1, got {n} and {planned}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie strictly between 0 and 1, got {alpha}")
    rate = (-float(lambertw(-(alpha**2) / e, -1).real) - 1) / planned
    scaled = n * rate
    return sqrt((scaled + 1) / scaled * log((scaled + 1) / alpha**2))


def live_band(
    share: float | None, standard_error: float | None, n: int, *, planned: int, alpha: float = 0.05
) -> Estimate:
    """Band of a share while its wave is open.

    Parameters
    ----------
    share, standard_error
        As they stand now; None without answers.
    n
        Answers behind them.
    planned
        Answers planned for the wave.
    alpha
        Chance that the band ever misses.

    Returns
    -------
    Estimate
        TOO_FEW below 30 answers; NO_VARIATION while all agree, since the band would have no width. The value stays out
        of it on purpose: while the wave is open the band is all that is shown.

    Raises
    ------
    ValueError
        If ``planned`` or ``alpha`` is out of its range.

    Notes
    -----
    ``share +- band_factor(n) * SE``, within [0, 1].

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics; arXiv 2103.06476.

    Examples
    --------
    >>> band = live_band(0.56333333, 0.05057577, 120, planned=400)
    >>> round(band.interval.low, 4), round(band.interval.high, 4)
    (0.402, 0.7246)
    >>> live_band(0.5, 0.1, 20, planned=400).reason
    <Reason.TOO_FEW: 'TOO_FEW'>
    """
    if share is None or standard_error is None or n < SHOWN_FROM:
        return Estimate(None, None, n, LIVE, Reason.TOO_FEW)
    if standard_error == 0:
        return Estimate(None, None, n, LIVE, Reason.NO_VARIATION)
    half = band_factor(n, planned=planned, alpha=alpha) * standard_error
    return Estimate(None, Interval(max(0.0, share - half), min(1.0, share + half), 1 - alpha, LIVE), n, LIVE)


@dataclass(frozen=True, slots=True)
class Ewma:
    """An exponentially weighted moving average, the limits at each point, and the points outside them (from 1).

    ``asymptotic`` are the limits that the exact ones approach.
    """

    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    asymptotic: tuple[float, float]
    alarms: tuple[int, ...]
    n: int
    method: str = EWMA
    reason: Reason | None = None


def ewma(
    values: Sequence[float],
    *,
    target: float = 0.0,
    sigma: float = 1.0,
    weight: float = EWMA_WEIGHT,
    width: float = EWMA_WIDTH,
) -> Ewma:
    """Moving average that forgets slowly, with the limits within which it stays while nothing changes.

    Parameters
    ----------
    values
        One value a period, in order, in any unit.
    target
        Where the values are expected, in the same unit; the average starts there.
    sigma
        Standard deviation of one value, above 0.
    weight
        Part of the newest value in the average (lambda), above 0 and at most 1.
    width
        Distance of the limits in standard deviations of the average, above 0.

    Returns
    -------
    Ewma
        In the unit of the values. NO_ANSWERS without values.

    Raises
    ------
    ValueError
        If an argument is out of its range or a value is not finite.

    Notes
    -----
    ``z_t = weight x_t + (1 - weight) z_{t-1}``, ``z_0 = target``; limits
    ``target +- width sigma sqrt(weight / (2 - weight) (1 - (1 - weight)^(2t)))``, the asymptotic ones without the last
    factor. A point on a limit is no alarm.

    References
    ----------
    Roberts (1959), Technometrics 1. NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.

    Examples
    --------
    >>> chart = ewma([52.0, 47.0, 53.0], target=50, sigma=2.0539, weight=0.3, width=3)
    >>> [round(value, 3) for value in chart.values], [round(limit, 3) for limit in chart.high]
    ([50.6, 49.52, 50.564], [51.849, 52.256, 52.431])
    """
    _check_series(values)
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, got {sigma}")
    if not 0 < weight <= 1:
        raise ValueError(f"weight must be above 0 and at most 1, got {weight}")
    if not width > 0:
        raise ValueError(f"width must be above 0, got {width}")
    widest = width * sigma * sqrt(weight / (2 - weight))
    averages, low, high, alarms = [], [], [], []
    average = target
    for period, value in enumerate(values, 1):
        average = weight * value + (1 - weight) * average
        half = widest * sqrt(1 - (1 - weight) ** (2 * period))
        averages.append(average)
        low.append(target - half)
        high.append(target + half)
        if abs(average - target) > half:
            alarms.append(period)
    return Ewma(
        tuple(averages),
        tuple(low),
        tuple(high),
        (target - widest, target + widest),
        tuple(alarms),
        len(averages),
        reason=None if averages else Reason.NO_ANSWERS,
    )


@dataclass(frozen=True, slots=True)
class Cusum:
    """Sums of what lies above and below the target beyond the allowance, and the points (from 1) past the threshold."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    threshold: float
    alarms: tuple[int, ...]
    n: int
    method: str = CUSUM
    reason: Reason | None = None


def cusum(
    values: Sequence[float],
    *,
    target: float = 0.0,
    allowance: float = CUSUM_ALLOWANCE,
    threshold: float = CUSUM_THRESHOLD,
) -> Cusum:
    """Two-sided cumulative sum: small shifts that last add up, chance does not.

    Parameters
    ----------
    values
        One value a period, in order, in any unit.
    target
        Where the values are expected, in the same unit.
    allowance
        What a value may be off without counting (k), in the same unit, at least 0.
    threshold
        Sum that raises the alarm (h), in the same unit, above 0.

    Returns
    -------
    Cusum
        In the unit of the values. NO_ANSWERS without values.

    Raises
    ------
    ValueError
        If an argument is out of its range or a value is not finite.

    Notes
    -----
    ``C+ = max(0, C+ + x_t - target - allowance)``, ``C- = max(0, C- - (x_t - target) - allowance)``, both from 0. The
    sums go on after an alarm.

    References
    ----------
    Page (1954), Biometrika 41. NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.3.

    Examples
    --------
    >>> chart = cusum([325.15, 328.325, 327.25], target=325, allowance=0.3175, threshold=4.1959)
    >>> [round(value, 4) for value in chart.upper], chart.alarms
    ([0.0, 3.0075, 4.94], (3,))
    """
    _check_series(values)
    if not allowance >= 0:
        raise ValueError(f"allowance cannot be negative, got {allowance}")
    if not threshold > 0:
        raise ValueError(f"threshold must be above 0, got {threshold}")
    upper, lower, alarms = [], [], []
    above = below = 0.0
    for period, value in enumerate(values, 1):
        above = max(0.0, above + (value - target) - allowance)
        below = max(0.0, below - (value - target) - allowance)
        upper.append(above)
        lower.append(below)
        if max(above, below) > threshold:
            alarms.append(period)
    return Cusum(
        tuple(upper),
        tuple(lower),
        threshold,
        tuple(alarms),
        len(upper),
        reason=None if upper else Reason.NO_ANSWERS,
    )


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A share followed over periods.

    ``distances`` holds x_t, how many standard errors each period lies from the baseline, None for a period without
    answers. ``periods`` are the numbers (from 1) of those with answers, in the order of the charts' points; ``alarms``
    and ``second_alarms`` are numbers of periods too, by EWMA and by CUSUM.
    """

    distances: tuple[float | None, ...]
    periods: tuple[int, ...]
    ewma: Ewma
    cusum: Cusum
    alarms: tuple[int, ...]
    second_alarms: tuple[int, ...]
    n: int
    warnings: tuple[str, ...] = ()
    method: str = MONITORING
    reason: Reason | None = None


def monitor(baseline: WeightedShare, periods: Sequence[WeightedShare]) -> Monitoring:
    """Compare each period's share with the wave that gave SCALE.

    Parameters
    ----------
    baseline
        Share of the wave that gave SCALE.
    periods
        Share of each period since, in order. One without answers has no distance; both charts wait.

    Returns
    -------
    Monitoring
        ``n`` counts the people of the periods. SMALL_BASELINE is a warning below 200 people (n*) in the baseline, whose
        error all distances share. NO_ANSWERS without a baseline or a period; NO_VARIATION where in the baseline
        everybody or nobody said yes.

    Notes
    -----
    ``x_t = (p_t - p_0) / sqrt(p_0 (1 - p_0) (1/n_0 + 1/n_t))`` with n* for n. EWMA with weight .2 and limits at 2.859
    standard deviations; CUSUM with allowance .5 and threshold 4.77. While nothing changes both run about 365 periods to
    a false alarm.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2. Run lengths by simulation, in the tests.

    Examples
    --------
    Seven in ten accepted; later six in ten, period after period:

    >>> from surveys.stats.weights import weighted_share
    >>> found = monitor(weighted_share({"": (200, 140)}), [weighted_share({"": (100, 60)})] * 6)
    >>> round(found.distances[0], 3), found.alarms, found.second_alarms, found.warnings
    (-1.782, (3, 4, 5, 6), (4, 5, 6), ())
    """
    n = sum(period.n for period in periods)
    reason: Reason | None = None
    distances: list[float | None] = [None] * len(periods)
    if baseline.value is None or n == 0:
        reason = Reason.NO_ANSWERS
    elif baseline.value in (0.0, 1.0):
        reason = Reason.NO_VARIATION
    else:
        spread = baseline.value * (1 - baseline.value)
        distances = [
            None
            if period.value is None
            else (period.value - baseline.value) / sqrt(spread * (1 / baseline.n_star + 1 / period.n_star))
            for period in periods
        ]
    numbers = tuple(number for number, distance in enumerate(distances, 1) if distance is not None)
    charted = [distance for distance in distances if distance is not None]
    average, sums = ewma(charted), cusum(charted)
    return Monitoring(
        tuple(distances),
        numbers,
        average,
        sums,
        tuple(numbers[point - 1] for point in average.alarms),
        tuple(numbers[point - 1] for point in sums.alarms),
        n,
        (SMALL_BASELINE,) if baseline.n_star < SMALLEST_BASELINE else (),
        reason=reason,
    )


def _check_series(values: Sequence[float]) -> None:
    if not all(isfinite(value) for value in values):
        raise ValueError("values must be finite numbers")
