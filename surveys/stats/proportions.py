"""Shares of people and their intervals. Shares are in [0, 1], never per cent."""

from __future__ import annotations

from math import sqrt

from surveys.stats.estimates import Estimate, Interval, Reason, check_confidence, two_sided_z

WILSON = "wilson"
NEWCOMBE = "newcombe"


def wilson(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Interval for a share, by Wilson's score method without continuity correction.

    Parameters
    ----------
    successes
        People who said yes, 0 to ``trials``.
    trials
        People who answered, at least 1.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Interval
        Limits in [0, 1].

    Raises
    ------
    ValueError
        If the counts are impossible or the confidence is not in (0, 1).

    Notes
    -----
    ``c = (p + z^2/2n) / (1 + z^2/n)``, ``h = z / (1 + z^2/n) * sqrt(p(1-p)/n + z^2/4n^2)``, limits ``c - h`` and
    ``c + h``. With 0 successes the lower limit is exactly 0, with all of them the upper limit is exactly 1.

    References
    ----------
    Wilson (1927), JASA 22. Newcombe (1998), Statistics in Medicine 17, 857-872, method 3.

    Examples
    --------
    34 of 40 are in favour:

    >>> interval = wilson(34, 40)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.709, 0.929)
    """
    check_counts(successes, trials)
    return wilson_share(successes / trials, trials, z=two_sided_z(confidence), confidence=confidence)


def wilson_share(share: float, n: float, *, z: float, confidence: float) -> Interval:
    """Wilson's interval for a share whose n need not be a whole number, as a weighted share has it.

    Parameters
    ----------
    share
        The estimate, in [0, 1].
    n
        People behind it, or the effective number of them (n*); above 0.
    z
        Normal quantile of the interval.
    confidence
        What the interval says of itself; the caller chose ``z`` for it.

    Returns
    -------
    Interval
        Limits in [0, 1].

    Raises
    ------
    ValueError
        If ``share`` is outside [0, 1] or ``n`` or ``z`` is not positive.

    Notes
    -----
    The formula of `wilson` holds for any n above 0.

    References
    ----------
    Wilson (1927), JASA 22. Newcombe (1998), Statistics in Medicine 17, 857-872.

    Examples
    --------
    >>> interval = wilson_share(0.7, 5.52631579, z=1.959964, confidence=0.95)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.3133, 0.9227)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie in [0, 1], got {share}")
    if not n > 0:
        raise ValueError(f"n must be above 0, got {n}")
    if not z > 0:
        raise ValueError(f"z must be above 0, got {z}")
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Exact ends: rounding would otherwise leave a lower limit of -1e-17 under a share of 0.
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(low, high, confidence, WILSON)


def share_of(successes: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """A share with its Wilson interval; without answers, a reason.

    Parameters
    ----------
    successes
        People who said yes, 0 to ``trials``.
    trials
        People who answered, at least 0.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Estimate
        In [0, 1]. NO_ANSWERS without any.

    Raises
    ------
    ValueError
        If the counts are impossible or the confidence is not in (0, 1).

    Notes
    -----
    The interval is that of `wilson`: it has a width at a share of 0 or 1, too.

    Examples
    --------
    >>> share_of(0, 0).reason
    <Reason.NO_ANSWERS: 'NO_ANSWERS'>
    >>> share_of(34, 40).value
    0.85
    """
    check_confidence(confidence)
    if trials == 0 and successes == 0:
        return Estimate(None, None, 0, WILSON, Reason.NO_ANSWERS)
    interval = wilson(successes, trials, confidence=confidence)
    return Estimate(successes / trials, interval, trials, WILSON)


def newcombe_difference(
    successes_1: int, trials_1: int, successes_2: int, trials_2: int, *, confidence: float = 0.95
) -> Interval:
    """Interval for the difference of two independent shares, first minus second.

    Parameters
    ----------
    successes_1, trials_1, successes_2, trials_2
        Counts of either group; each trials at least 1.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Interval
        Limits in [-1, 1].

    Raises
    ------
    ValueError
        If the counts are impossible or the confidence is not in (0, 1).

    Notes
    -----
    Hybrid score: with Wilson limits (l, u) of either share, ``lower = d - sqrt((p1-l1)^2 + (u2-p2)^2)`` and
    ``upper = d + sqrt((u1-p1)^2 + (p2-l2)^2)``.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> interval = newcombe_difference(56, 70, 48, 80)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    check_counts(successes_1, trials_1)
    check_counts(successes_2, trials_2)
    return newcombe_shares(
        successes_1 / trials_1,
        trials_1,
        successes_2 / trials_2,
        trials_2,
        z=two_sided_z(confidence),
        confidence=confidence,
    )


def newcombe_shares(share_1: float, n_1: float, share_2: float, n_2: float, *, z: float, confidence: float) -> Interval:
    """Newcombe's interval of a difference where n may be effective numbers (n*); see `newcombe_difference`.

    Parameters
    ----------
    share_1, share_2
        In [0, 1].
    n_1, n_2
        People, or the effective number of them (n*); above 0.
    z
        Normal quantile of the interval.
    confidence
        What the interval says of itself; the caller chose ``z`` for it.

    Returns
    -------
    Interval
        Limits in [-1, 1], first minus second.

    Raises
    ------
    ValueError
        If a share is outside [0, 1] or ``n_1``, ``n_2`` or ``z`` is not positive.

    Notes
    -----
    The formula of `newcombe_difference`, with the limits of `wilson_share`. Shares of 0 against 1 give -1 as the lower
    limit and no less.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> interval = newcombe_shares(0.62916667, 88.946924, 0.3, 14.237288, z=1.644854, confidence=0.90)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0947, 0.5023)
    """
    first = wilson_share(share_1, n_1, z=z, confidence=confidence)
    second = wilson_share(share_2, n_2, z=z, confidence=confidence)
    difference = share_1 - share_2
    low = difference - sqrt((share_1 - first.low) ** 2 + (second.high - share_2) ** 2)
    high = difference + sqrt((first.high - share_1) ** 2 + (share_2 - second.low) ** 2)
    return Interval(low, high, confidence, NEWCOMBE)


def check_counts(successes: int, trials: int) -> None:
    """Refuse counts that no group of people can give.

    Parameters
    ----------
    successes, trials
        What are to be counts of people.

    Raises
    ------
    ValueError
        If there is no trial, or not 0 to ``trials`` successes.

    Examples
    --------
    >>> check_counts(5, 3)
    Traceback (most recent call last):
    ValueError: cannot have 5 successes in 3 trials
    """
    if trials < 1:
        raise ValueError(f"trials must be at least 1, got {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"cannot have {successes} successes in {trials} trials")
