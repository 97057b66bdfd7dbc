"""Means with t intervals, from integers: a sum, a sum of squares, or a histogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, sqrt

from surveys.stats.estimates import Interval, Reason, check_confidence, two_sided_t

T_INTERVAL = "t"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its standard deviation (divisor n - 1), its standard error and its t interval."""

    value: float | None
    sd: float | None
    standard_error: float | None
    interval: Interval | None
    n: int
    method: str = T_INTERVAL
    reason: Reason | None = None


def mean_of_sums(n: int, total: int, squares: int, *, unit: int = 1, confidence: float = 0.95) -> Mean:
    """Mean, SD and t interval from exact sums.

    Parameters
    ----------
    n
        Number of values, at least 0.
    total, squares
        Sum and sum of squares of the values, in whole units.
    unit
        How many units make 1: 60 where scores are kept in sixtieths.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Mean
        In the scale of the values. Without values the reason is NO_ANSWERS; with one value there is a mean and no
        interval, and the reason is TOO_FEW.

    Raises
    ------
    ValueError
        If n is negative, unit below 1, or no n numbers have such sums.

    Notes
    -----
    The variance is ``(n * squares - total^2) / (n (n - 1))``, in integers up to the division: nothing cancels, however
    large n is. Interval: ``mean +- t(n - 1) * SD / sqrt(n)``. All values equal: SD 0 and an interval of no width.

    References
    ----------
    Chan, Golub and LeVeque (1983), The American Statistician 37, on what is lost where sums are not exact.

    Examples
    --------
    >>> mean = mean_of_sums(10, 44, 262, unit=4)
    >>> round(mean.value, 2), round(mean.sd, 6)
    (1.1, 0.689202)
    """
    check_confidence(confidence)
    if n < 0:
        raise ValueError(f"n cannot be negative, got {n}")
    if unit < 1:
        raise ValueError(f"unit must be at least 1, got {unit}")
    spread = n * squares - total * total
    if spread < 0 or (n == 0 and (total, squares) != (0, 0)):
        raise ValueError(f"no {n} numbers have sum {total} and sum of squares {squares}")
    if n == 0:
        return Mean(None, None, None, None, 0, reason=Reason.NO_ANSWERS)
    value = total / (n * unit)
    if n == 1:
        return Mean(value, None, None, None, 1, reason=Reason.TOO_FEW)
    sd = sqrt(Fraction(spread, n * (n - 1) * unit * unit))
    error = sd / sqrt(n)
    half = two_sided_t(confidence, n - 1) * error
    return Mean(value, sd, error, Interval(value - half, value + half, confidence, T_INTERVAL), n)


def mean_of_histogram(histogram: Mapping[int, int], *, confidence: float = 0.95) -> Mean:
    """Mean, SD and t interval of answers counted by value.

    Parameters
    ----------
    histogram
        How many people gave each value.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Mean
        As `mean_of_sums` gives it.

    Raises
    ------
    ValueError
        If a count is negative or the confidence is not in (0, 1).

    Examples
    --------
    >>> mean = mean_of_histogram({1: 0, 2: 1, 3: 2, 4: 1, 5: 0})
    >>> mean.value, round(mean.sd, 4), mean.n
    (3.0, 0.8165, 4)
    """
    _check_histogram(histogram)
    return mean_of_sums(
        sum(histogram.values()),
        sum(value * count for value, count in histogram.items()),
        sum(value * value * count for value, count in histogram.items()),
        confidence=confidence,
    )


def mean_of_values(values: Sequence[float], *, confidence: float = 0.95) -> Mean:
    """Mean, SD and t interval of listed values, which need not be whole.

    Parameters
    ----------
    values
        Finite numbers, in any unit.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Mean
        In the unit of the values; NO_ANSWERS and TOO_FEW as in `mean_of_sums`.

    Raises
    ------
    ValueError
        If a value is not finite or the confidence is not in (0, 1).

    Notes
    -----
    Worked out in fractions up to the root: values that differ in the last digit only are told apart.

    Examples
    --------
    >>> round(mean_of_values([0, 0.75, 1, 1.25, 0.25, 0.75, 1.75, 1.5, 2.25, 1.5]).sd, 8)
    0.68920244
    """
    check_confidence(confidence)
    if not all(isfinite(value) for value in values):
        raise ValueError("values must be finite numbers")
    exact = [Fraction(value) for value in values]
    n = len(exact)
    if n < 2:
        total = exact[0] if exact else Fraction(0)
        return Mean(
            float(total) if exact else None, None, None, None, n, reason=Reason.TOO_FEW if exact else Reason.NO_ANSWERS
        )
    mean = sum(exact, Fraction(0)) / n
    sd = sqrt(sum(((value - mean) ** 2 for value in exact), Fraction(0)) / (n - 1))
    half = two_sided_t(confidence, n - 1) * sd / sqrt(n)
    value = float(mean)
    return Mean(value, sd, sd / sqrt(n), Interval(value - half, value + half, confidence, T_INTERVAL), n)


def median_of_histogram(histogram: Mapping[int, int]) -> float | None:
    """Median of answers counted by value; None without answers.

    Parameters
    ----------
    histogram
        How many people gave each value.

    Returns
    -------
    float or None
        In the unit of the values; between two of them their mean. None without answers.

    Raises
    ------
    ValueError
        If a count is negative.

    Examples
    --------
    >>> median_of_histogram({1: 1, 2: 0, 3: 2, 4: 3})
    3.5
    """
    _check_histogram(histogram)
    n = sum(histogram.values())
    if n == 0:
        return None
    middle = ((n - 1) // 2, n // 2)
    found: list[int] = []
    passed = 0
    for value in sorted(histogram):
        passed += histogram[value]
        found.extend(value for place in middle[len(found) :] if place < passed)
    return sum(found) / 2


def _check_histogram(histogram: Mapping[int, int]) -> None:
    if any(count < 0 for count in histogram.values()):
        raise ValueError(f"histogram holds a negative count: {dict(histogram)}")
