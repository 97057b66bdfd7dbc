"""What goes together with the wish to go on, and what to change first: importance, performance, priority.

Association is not cause: a driver that matters here need not move the outcome when it is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Reason
from surveys.stats.reliability import Alpha, alpha

JOHNSON = "johnson relative weights, priority = importance x (1 - performance)"
LEAST, MOST = 2, 10
GOOD_PERFORMANCE = 0.75
TOP = 2

# Smallest eigenvalue of the drivers' correlations under which they cannot be told apart.
_SINGULAR = 1e-10

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64 | np.float64]
# n, sums and cross-products of B replicates: B, B x k, B x k x k.
Stacks = tuple[Numbers, Numbers, Numbers]


class Quadrant(StrEnum):
    """Where a driver stands in the chart of importance (crossing at 1/p) against performance (crossing at .75)."""

    IMPROVE = "improve first"
    KEEP = "keep up"
    LATER = "later"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Score:
    """A driver or the outcome: the mean of ``items`` items next to each other on a scale ``lo`` to ``hi``.

    ``turned`` looks at the mean the other way round, ``lo + hi - mean``: privacy concern becomes privacy comfort.
    """

    name: str
    items: int = 1
    lo: float = 1
    hi: float = 5
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Gates:
    """What must hold before drivers are shown. Without ``least_alpha`` the outcome's reliability is not looked at."""

    least_n: int = 100
    least_n_per_driver: int = 10
    least_r_squared: float = 0.10
    least_alpha: float | None = 0.60


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver.

    ``raw`` is its share of the outcome's variance, ``importance`` its share of what all drivers explain, ``shapley`` a
    second opinion on ``raw``; ``performance`` is the mean on 0 to 1, and ``priority = importance * (1 - performance)``.
    ``coding_alarm``: a driver of which more is better goes together with less of the outcome, so that an item was
    probably not turned around. ``stability`` is the share of bootstrap replicates in which the driver is among the two
    of highest priority; None without replicates.
    """

    name: str
    correlation: float
    raw: float
    importance: float
    shapley: float
    mean: float
    performance: float
    priority: float
    quadrant: Quadrant
    coding_alarm: bool
    stability: float | None


@dataclass(frozen=True, slots=True)
class Drivers:
    """Drivers of one outcome over the n people who answered all items of all of them, highest priority first.

    Empty with a reason where there is too little information. ``replicates`` counts those behind the stability.
    """

    drivers: tuple[Driver, ...]
    n: int
    r_squared: float | None = None
    replicates: int = 0
    method: str = JOHNSON
    reason: Reason | None = None


def relative_weights(correlations: Floats, with_outcome: Floats) -> Floats:
    """Johnson's relative weights: how R squared is shared among correlated drivers.

    Parameters
    ----------
    correlations
        p x p correlations of the drivers with each other, or a stack of such matrices (... x p x p).
    with_outcome
        p correlations of the drivers with the outcome, or a stack of them (... x p).

    Returns
    -------
    ndarray
        Weights of the same shape as ``with_outcome``, none negative; they add up to R squared.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the drivers follow from each other.

    Notes
    -----
    With ``R = Q diag(v) Q'`` the matrix ``L = Q diag(sqrt v) Q'`` leads to the uncorrelated drivers nearest to the
    given ones; ``b = L^-1 r`` are their weights, and ``raw_j = sum_k L_jk^2 b_k^2``. Uncorrelated drivers have
    ``r_j^2``; two drivers have the same weights as in `shapley`.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35.

    Examples
    --------
    >>> relative_weights(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4])).round(4).tolist()
    [0.2867, 0.0867]
    """
    p = with_outcome.shape[-1]
    if correlations.shape != (*with_outcome.shape, p):
        raise ValueError(f"correlations must be {p} x {p}, got {correlations.shape}")
    roots, vectors = np.linalg.eigh(correlations)
    if (roots < _SINGULAR).any():
        raise ValueError("correlations are singular: a driver follows from the others")
    turned = np.swapaxes(vectors, -1, -2)
    nearest = (vectors * np.sqrt(roots)[..., None, :]) @ turned
    back = (vectors / np.sqrt(roots)[..., None, :]) @ turned
    weights = (back @ with_outcome[..., None])[..., 0]
    found: Floats = (nearest**2 @ (weights**2)[..., None])[..., 0]
    return found


def shapley(correlations: Floats, with_outcome: Floats) -> Floats:
    """The average gain in R squared by each driver, over all orders in which they may come in (LMG).

    Parameters
    ----------
    correlations
        p x p, p at most 10: 2^p regressions are run.
    with_outcome
        p correlations with the outcome.

    Returns
    -------
    ndarray
        p gains that add up to R squared.

    Raises
    ------
    ValueError
        If there are more than 10 drivers, the shapes do not fit, or the drivers follow from each other.

    Notes
    -----
    ``sum over S without j of |S|! (p - |S| - 1)! / p! * (R2(S + j) - R2(S))``.

    References
    ----------
    Shapley (1953); Lindeman, Merenda and Gold (1980).

    Examples
    --------
    >>> shapley(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4])).round(4).tolist()
    [0.2867, 0.0867]
    """
    p = len(with_outcome)
    if p > MOST:
        raise ValueError(f"drivers must be at most {MOST}, got {p}")
    if correlations.shape != (p, p):
        raise ValueError(f"correlations must be {p} x {p}, got {correlations.shape}")
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        raise ValueError("correlations are singular: a driver follows from the others")
    explained, sizes = np.zeros(1 << p), np.zeros(1 << p, dtype=np.int64)
    for size in range(1, p + 1):
        chosen = np.array(list(combinations(range(p), size)))
        outcome = with_outcome[chosen]
        inside = correlations[chosen[:, :, None], chosen[:, None, :]]
        places = (1 << chosen).sum(axis=1)
        explained[places] = (outcome * np.linalg.solve(inside, outcome[:, :, None])[:, :, 0]).sum(axis=1)
        sizes[places] = size
    share_of_orders = np.array([factorial(s) * factorial(p - s - 1) / factorial(p) for s in range(p)])
    subsets = np.arange(1 << p)
    found = np.zeros(p)
    for driver in range(p):
        without = subsets[subsets >> driver & 1 == 0]
        gains = explained[without | 1 << driver] - explained[without]
        found[driver] = (share_of_orders[sizes[without]] * gains).sum()
    return found


def stability(scores: Sequence[Score], n: Numbers, sums: Numbers, products: Numbers) -> tuple[Floats, int]:
    """How often each driver is among the two of highest priority when the people are drawn anew.

    Parameters
    ----------
    scores
        As in `drivers_of_products`, the outcome last.
    n, sums, products
        B people (or weights), B x k sums and B x k x k cross-products, one for each replicate, of the items, or of what
        the items of each score add up to, such as `surveys.stats.bootstrap.driver_replicates` holds.

    Returns
    -------
    tuple
        A share for each driver, and how many replicates it is of: those in which a driver does not vary or follows
        from others are left out. Zeros where none is left.

    Notes
    -----
    In each replicate the priorities are worked out as in `drivers_of_products`, without its gates.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap.

    Examples
    --------
    >>> scores = [Score("PU"), Score("PE"), Score("TR"), Score("BI")]
    >>> rows = np.array([[1, 2, 3, 1], [2, 1, 3, 2], [3, 4, 1, 3], [4, 2, 5, 4], [5, 5, 1, 4]])
    >>> shares, used = stability(scores, np.array([5]), rows.sum(axis=0)[None], (rows.T @ rows)[None])
    >>> shares.tolist(), used
    ([1.0, 1.0, 0.0], 1)
    """
    if np.shape(sums)[-1] == len(scores):
        scores = [replace(score, items=1, lo=score.items * score.lo, hi=score.items * score.hi) for score in scores]
    means, covariances = _moments(scores, np.asarray(n), np.asarray(sums), np.asarray(products))
    p = len(scores) - 1
    varying = _vary(covariances)
    correlations, with_outcome = _correlations(covariances[varying])
    apart = (np.linalg.eigvalsh(correlations)[..., 0] >= _SINGULAR) & with_outcome.any(axis=-1)
    if not apart.any():
        return np.zeros(p), 0
    raw = relative_weights(correlations[apart], with_outcome[apart])
    performance = _performance(scores, means[varying][apart])
    priorities = raw / raw.sum(axis=-1, keepdims=True) * (1 - performance)
    best = np.argsort(-priorities, axis=-1, kind="stable")[:, :TOP]
    return np.bincount(best.ravel(), minlength=p) / len(best), len(best)


def drivers_of_products(
    scores: Sequence[Score],
    n: float,
    sums: Numbers,
    products: Numbers,
    *,
    people: int | None = None,
    outcome_alpha: Alpha | None = None,
    gates: Gates | None = None,
    replicates: Stacks | None = None,
) -> Drivers:
    """Importance, performance and priority from the cross-products of all items.

    Parameters
    ----------
    scores
        2 to 10 drivers and, last, the outcome, in the order of the items.
    n
        People who answered all k items; with weights, the sum of their weights.
    sums, products
        k sums and k x k cross-products of the items, reversed ones turned around; with weights, weighted ones.
    people
        With weights: how many people those are.
    outcome_alpha
        Of the outcome's items, where it is known from more people than answered everything; else worked out here.
    gates
        What must hold before anything is shown; `Gates` as they are, unless said.
    replicates
        n, sums and products of bootstrap replicates, as `stability` takes them.

    Returns
    -------
    Drivers
        Without drivers where people are fewer than ``max(100, 10 p)`` (TOO_FEW), the lower limit of the outcome's alpha
        is below .60 or it has none (UNRELIABLE_OUTCOME), a score does not vary (NO_VARIATION), a driver follows from
        others (OVERLAPPING), or R squared is below .10 (LITTLE_EXPLAINED).

    Raises
    ------
    ValueError
        If there are not 2 to 10 drivers, or the scores' items are not those of sums and products.

    Notes
    -----
    A construct score is the mean of its items, so that the scores' correlations follow from the items' cross-products.
    Importance is the share of `relative_weights` in R squared; performance ``(mean - lo) / (hi - lo)``; priority
    ``importance * (1 - performance)``. High importance begins at 1/p, good performance at .75.

    References
    ----------
    Johnson (2000); Martilla and James (1977), Journal of Marketing 41, for the chart.

    Examples
    --------
    >>> scores = [Score("PU"), Score("PE"), Score("BI")]
    >>> rows = np.array([[1, 2, 1], [2, 1, 2], [3, 4, 3], [4, 2, 4], [5, 5, 4]])
    >>> gates = Gates(least_n=5, least_n_per_driver=1, least_alpha=None)
    >>> found = drivers_of_products(scores, 5, rows.sum(axis=0), rows.T @ rows, gates=gates)
    >>> [(driver.name, round(driver.importance, 2), round(driver.performance, 2)) for driver in found.drivers]
    [('PU', 0.83, 0.5), ('PE', 0.17, 0.45)]
    """
    gates = gates or Gates()
    p = len(scores) - 1
    people = int(n) if people is None else people
    if not LEAST <= p <= MOST:
        raise ValueError(f"drivers must be {LEAST} to {MOST}, got {p}")
    k = sum(score.items for score in scores)
    if sums.shape != (k,) or products.shape != (k, k):
        raise ValueError(f"scores have {k} items, sums {len(sums)}, products {products.shape}")
    if people < max(gates.least_n, gates.least_n_per_driver * p, 2):
        return Drivers((), people, reason=Reason.TOO_FEW)
    means, covariance = _moments(scores, np.asarray(n), sums, products)
    if gates.least_alpha is not None:
        of_outcome = outcome_alpha or alpha(
            _covariance(np.asarray(n), sums, products)[-scores[-1].items :, -scores[-1].items :], people
        )
        if of_outcome.interval is None or of_outcome.interval.low < gates.least_alpha:
            return Drivers((), people, reason=Reason.UNRELIABLE_OUTCOME)
    if not _vary(covariance):
        return Drivers((), people, reason=Reason.NO_VARIATION)
    correlations, with_outcome = _correlations(covariance)
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        return Drivers((), people, reason=Reason.OVERLAPPING)
    raw = relative_weights(correlations, with_outcome)
    r_squared = float(raw.sum())
    # Where nothing is explained there are no parts of it, whatever the gates.
    if r_squared < max(gates.least_r_squared, _SINGULAR):
        return Drivers((), people, r_squared, reason=Reason.LITTLE_EXPLAINED)
    shares, used = (None, 0) if replicates is None else stability(scores, *replicates)
    importance, performance = raw / r_squared, _performance(scores, means)
    gains = shapley(correlations, with_outcome)
    found = [
        Driver(
            name=score.name,
            correlation=float(with_outcome[j]),
            raw=float(raw[j]),
            importance=float(importance[j]),
            shapley=float(gains[j]),
            mean=float(means[j]),
            performance=float(performance[j]),
            priority=float(importance[j] * (1 - performance[j])),
            quadrant=_quadrant(float(importance[j]), float(performance[j]), p),
            coding_alarm=bool(with_outcome[j] < 0),
            stability=float(shares[j]) if shares is not None and used else None,
        )
        for j, score in enumerate(scores[:-1])
    ]
    return Drivers(tuple(sorted(found, key=lambda driver: -driver.priority)), people, r_squared, used)


def drivers_of_rows(
    scores: Sequence[Score],
    rows: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    outcome_alpha: Alpha | None = None,
    gates: Gates | None = None,
    replicates: Stacks | None = None,
) -> Drivers:
    """Importance, performance and priority from listed answers or scores; see `drivers_of_products`.

    Parameters
    ----------
    scores
        2 to 10 drivers and the outcome; for construct scores each has one item.
    rows
        n x k, of people with every value, the outcome's columns last.
    weights
        n weights above 0; everybody the same, where not said.
    outcome_alpha, gates, replicates
        As in `drivers_of_products`. An outcome of one column has no alpha: give it, or do without that gate.

    Returns
    -------
    Drivers
        As `drivers_of_products` gives it.

    Raises
    ------
    ValueError
        If rows is no complete table, or a weight is missing or not above 0.

    Examples
    --------
    >>> scores = [Score("PU"), Score("PC", turned=True), Score("BI")]
    >>> rows = [[1, 4, 1], [2, 5, 2], [3, 2, 3], [4, 4, 4], [5, 1, 4]]
    >>> found = drivers_of_rows(scores, rows, gates=Gates(least_n=5, least_n_per_driver=1, least_alpha=None))
    >>> [(driver.name, round(driver.mean, 2), driver.coding_alarm) for driver in found.drivers]
    [('PU', 3.0, False), ('PC', 2.8, False)]
    """
    given = np.asarray(rows, dtype=np.float64)
    if given.ndim != 2 or not np.isfinite(given).all():
        raise ValueError("rows must be a complete table of n x k numbers")
    w = np.ones(len(given)) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (len(given),) or not (w > 0).all():
        raise ValueError(f"weights must be {len(given)} numbers above 0")
    return drivers_of_products(
        scores,
        float(w.sum()),
        w @ given,
        (given * w[:, None]).T @ given,
        people=len(given),
        outcome_alpha=outcome_alpha,
        gates=gates,
        replicates=replicates,
    )


def _covariance(n: Numbers, sums: Numbers, products: Numbers) -> Floats:
    """Covariances with divisor n, of one set or of a stack of them; whole numbers stay exact up to the division."""
    apart = n[..., None, None] * products - sums[..., :, None] * sums[..., None, :]
    found: Floats = apart / np.maximum(n, 1)[..., None, None].astype(np.float64) ** 2
    return found


def _moments(scores: Sequence[Score], n: Numbers, sums: Numbers, products: Numbers) -> tuple[Floats, Floats]:
    """Means and covariances of the scores, which are linear in the items."""
    linear = np.zeros((len(scores), sums.shape[-1]))
    begin = np.array([score.lo + score.hi if score.turned else 0 for score in scores], dtype=np.float64)
    place = 0
    for number, score in enumerate(scores):
        linear[number, place : place + score.items] = (-1 if score.turned else 1) / score.items
        place += score.items
    means = begin + sums / np.maximum(n, 1)[..., None] @ linear.T
    return means, linear @ _covariance(n, sums, products) @ linear.T


def _correlations(covariances: Floats) -> tuple[Floats, Floats]:
    """Correlations of the drivers with each other, and with the outcome, which is last."""
    spread = np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1))
    all_of_them = covariances / (spread[..., :, None] * spread[..., None, :])
    return all_of_them[..., :-1, :-1], all_of_them[..., :-1, -1]


def _vary(covariances: Floats) -> npt.NDArray[np.bool_]:
    """Whether every score varies; what is left of rounding does not count."""
    return np.asarray((np.diagonal(covariances, axis1=-2, axis2=-1) > _SINGULAR).all(axis=-1))


def _performance(scores: Sequence[Score], means: Floats) -> Floats:
    lo, hi = (np.array([getattr(score, end) for score in scores[:-1]], dtype=np.float64) for end in ("lo", "hi"))
    found: Floats = (means[..., :-1] - lo) / (hi - lo)
    return found


def _quadrant(importance: float, performance: float, p: int) -> Quadrant:
    good = performance >= GOOD_PERFORMANCE
    if importance >= 1 / p:
        return Quadrant.KEEP if good else Quadrant.IMPROVE
    return Quadrant.ENOUGH if good else Quadrant.LATER
