"""The monitoring band: safe to look at at any time, since it pays for every look in advance. No verdict rests on it."""

from __future__ import annotations

from math import e, log, sqrt

from surveys.stats.estimates import Estimate, Interval, Reason

SHOWN_FROM = 30
LIVE = "asymptotic confidence sequence"


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
