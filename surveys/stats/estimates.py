"""What every figure is made of: a value, its interval, the number of people behind it, and how it was made."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist


class Reason(StrEnum):
    """Why there is no number. A reason is a result: it is shown where the number would be."""

    NO_ANSWERS = "NO_ANSWERS"
    TOO_FEW = "TOO_FEW"
    NO_VARIATION = "NO_VARIATION"
    ONE_ITEM = "ONE_ITEM"
    EMPTY_CATEGORY = "EMPTY_CATEGORY"
    NOT_CONVERGED = "NOT_CONVERGED"
    FEW_ITEMS = "FEW_ITEMS"
    HEYWOOD = "HEYWOOD"
    OVERLAPPING = "OVERLAPPING"
    LITTLE_EXPLAINED = "LITTLE_EXPLAINED"
    UNRELIABLE_OUTCOME = "UNRELIABLE_OUTCOME"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two limits, the share of repetitions in which such limits hold the truth, and the method that drew them."""

    low: float
    high: float
    confidence: float
    method: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure as it is shown: never without its n, and without a value only with a reason.

    ``interval`` is also None where one person answered: a value exists, its uncertainty does not.
    """

    value: float | None
    interval: Interval | None
    n: int
    method: str
    reason: Reason | None = None


def normal_quantile(probability: float) -> float:
    """Standard normal quantile.

    Parameters
    ----------
    probability
        Strictly between 0 and 1.

    Returns
    -------
    float
        In standard deviations.

    Raises
    ------
    ValueError
        If the probability is not strictly between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return NormalDist().inv_cdf(probability)


def two_sided_z(confidence: float) -> float:
    """Normal quantile of a two-sided interval.

    Parameters
    ----------
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    float
        In standard deviations, above 0.

    Raises
    ------
    ValueError
        If the confidence is not strictly between 0 and 1.

    Examples
    --------
    >>> round(two_sided_z(0.975), 6)
    2.241403
    """
    check_confidence(confidence)
    return normal_quantile((1 + confidence) / 2)


def two_sided_t(confidence: float, degrees: float) -> float:
    """Student quantile of a two-sided interval.

    Parameters
    ----------
    confidence
        Strictly between 0 and 1.
    degrees
        Degrees of freedom, above 0; they may be fractional.

    Returns
    -------
    float
        In standard errors, above 0.

    Raises
    ------
    ValueError
        If the confidence is not strictly between 0 and 1.

    Examples
    --------
    >>> round(two_sided_t(0.95, 9), 6)
    2.262157
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    return float(stdtrit(degrees, (1 + confidence) / 2))


def check_confidence(confidence: float) -> None:
    """Refuse a confidence outside (0, 1): 95 meant as per cent is the common slip.

    Parameters
    ----------
    confidence
        What is to be a confidence.

    Raises
    ------
    ValueError
        If it is not strictly between 0 and 1.

    Examples
    --------
    >>> check_confidence(95)
    Traceback (most recent call last):
    ValueError: confidence must lie strictly between 0 and 1, got 95
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie strictly between 0 and 1, got {confidence}")


def check_same_length(**sequences: Sized) -> None:
    """Refuse sequences that do not belong together, naming them.

    Parameters
    ----------
    **sequences
        By the name the caller knows them by.

    Raises
    ------
    ValueError
        If their lengths differ.

    Examples
    --------
    >>> check_same_length(before=[1], after=[1, 2])
    Traceback (most recent call last):
    ValueError: must have equal lengths: before 1, after 2
    """
    lengths = {name: len(values) for name, values in sequences.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError("must have equal lengths: " + ", ".join(f"{name} {n}" for name, n in lengths.items()))
