"""Do the items of a construct say the same thing? Alpha with Feldt's interval, omega, item-rest, alpha if deleted.

Everything is computed from a covariance matrix, which comes from exact sums and cross-products
(`covariance_of_products`) or from listed answers (`covariance_of_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Interval, Reason, check_confidence

ALPHA = "cronbach alpha, feldt interval"
STANDARDISED_ALPHA = "standardised alpha"
ITEM_REST = "item-rest correlation"
OMEGA = "mcdonald omega, one factor, maximum likelihood"

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Share of an item's own variance under which its uniqueness counts as not positive.
_HEYWOOD = 1e-5
_MOST_STEPS = 200
_GRADIENT = 1e-9
_ROUNDING = 1e-12
_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of k items over the n people who answered all of them."""

    value: float | None
    interval: Interval | None
    n: int
    items: int
    method: str = ALPHA
    reason: Reason | None = None

    @property
    def label(self) -> str:
        """``good`` from a lower limit of .70, ``usable`` from .60, else ``item by item``; empty without interval."""
        if self.interval is None:
            return ""
        if self.interval.low >= 0.70:
            return "good"
        return "usable" if self.interval.low >= 0.60 else "item by item"


@dataclass(frozen=True, slots=True)
class Omega:
    """McDonald's omega of k items over the n people who answered all of them.

    ``loadings`` and ``uniquenesses`` are those of the standardised items, in their order; they stay to be looked at
    where a Heywood case (HEYWOOD) or no convergence (NOT_CONVERGED) leaves no value. ``interval`` is None unless a
    bootstrap was asked for (`surveys.stats.bootstrap.bca_of_omega`).
    """

    value: float | None
    interval: Interval | None
    n: int
    items: int
    loadings: tuple[float, ...] = ()
    uniquenesses: tuple[float, ...] = ()
    method: str = OMEGA
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Everything said of a construct's items, over the n people who answered all of them.

    Two items have alpha and their ``correlation`` and nothing else: omega says why, the other lists are empty. With
    three or more, ``correlation`` is None, and ``item_rest`` and ``alpha_if_deleted`` hold one entry an item.
    """

    n: int
    items: int
    alpha: Alpha
    standardised: Alpha
    omega: Omega
    correlation: float | None
    item_rest: tuple[float | None, ...]
    alpha_if_deleted: tuple[float | None, ...]


def products_of_rows(rows: npt.ArrayLike) -> tuple[int, Integers, Integers]:
    """Exact sums and cross-products of listed whole answers, as a state holds them.

    Parameters
    ----------
    rows
        n x k whole numbers, of people who answered every item; reversed items already turned around.

    Returns
    -------
    tuple
        n, the k sums, the symmetric k x k cross-products.

    Raises
    ------
    ValueError
        If rows is no table or holds anything but whole numbers.

    Notes
    -----
    Integers throughout: sums of sevens of 10 million people stay far below the limit of 64 bits.

    Examples
    --------
    >>> n, sums, products = products_of_rows([[1, 2], [3, 4]])
    >>> n, sums.tolist(), products.tolist()
    (2, [4, 6], [[10, 14], [14, 20]])
    """
    given = np.asarray(rows)
    if given.ndim != 2:
        raise ValueError(f"rows must be n x k, got {given.shape}")
    whole = given.astype(np.int64)
    if not np.array_equal(whole, given):
        raise ValueError("rows must be whole numbers")
    return len(whole), whole.sum(axis=0), whole.T @ whole


def covariance_of_rows(rows: npt.ArrayLike) -> Floats:
    """Covariance matrix (divisor n - 1) of listed values, which need not be whole.

    Parameters
    ----------
    rows
        n x k, of people who answered every item; n at least 2.

    Returns
    -------
    ndarray
        k x k, in the squared unit of the values; a column that is always the same has exactly 0.

    Raises
    ------
    ValueError
        If rows is no table, holds a missing value, or has fewer than 2 rows.

    Notes
    -----
    ``S_ij = sum (x_i - mean_i) (x_j - mean_j) / (n - 1)``.

    Examples
    --------
    >>> covariance_of_rows([[1, 1.5], [2, 2.5], [3, 3.5]]).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    given = np.asarray(rows, dtype=np.float64)
    if given.ndim != 2:
        raise ValueError(f"rows must be n x k, got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError("rows must be complete: leave out people with a missing value")
    if len(given) < 2:
        raise ValueError(f"a covariance needs n of at least 2, got {len(given)}")
    # Rounding aside, what is always 0.1 does not vary.
    apart = np.where(np.ptp(given, axis=0) > 0, given - given.mean(axis=0), 0.0)
    found: Floats = apart.T @ apart / (len(given) - 1)
    return found


def covariance_of_products(n: int, sums: Integers, products: Integers) -> Floats:
    """Covariance matrix from exact sums and cross-products.

    Parameters
    ----------
    n
        People who answered every item, at least 2.
    sums
        Sum of each item, length k.
    products
        Symmetric k x k matrix of the sums of products.

    Returns
    -------
    ndarray
        k x k, in the squared unit of the items.

    Raises
    ------
    ValueError
        If n is below 2 or the shapes do not fit.

    Notes
    -----
    ``S_ij = (n sum x_i x_j - sum x_i sum x_j) / (n (n - 1))``, in integers up to the division: nothing cancels, however
    large n is.

    Examples
    --------
    >>> covariance_of_products(3, np.array([6, 6]), np.array([[14, 14], [14, 14]])).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    if n < 2:
        raise ValueError(f"a covariance needs n of at least 2, got {n}")
    if products.shape != (len(sums), len(sums)):
        raise ValueError(f"products must be {len(sums)} x {len(sums)}, got {products.shape}")
    # Python integers: n times a cross-product leaves int64 long before a cross-product does.
    exact = n * products.astype(object) - np.outer(sums.astype(object), sums.astype(object))
    return (exact / (n * (n - 1))).astype(np.float64)


def alpha(covariance: Floats, n: int, *, confidence: float = 0.95) -> Alpha:
    """Cronbach's alpha from the covariance matrix of the items.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.
    n
        How many people those are.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Alpha
        May be negative, and is shown so. No value with one item (ONE_ITEM), fewer than two people (TOO_FEW) or items
        whose sum does not vary (NO_VARIATION).

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    ``alpha = k/(k-1) * (1 - trace(S)/sum(S))``; interval ``1 - (1-alpha) * F(.975; n-1, (n-1)(k-1))`` to
    ``1 - (1-alpha) * F(.025; n-1, (n-1)(k-1))``.

    References
    ----------
    Cronbach (1951); Feldt (1965), Psychometrika 30.

    Examples
    --------
    >>> found = alpha(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), 50)
    >>> round(found.value, 6)
    0.75
    """
    from scipy.special import fdtri

    check_confidence(confidence)
    k = len(covariance)
    if k < 2:
        return Alpha(None, None, n, k, reason=Reason.ONE_ITEM)
    if n < 2:
        return Alpha(None, None, n, k, reason=Reason.TOO_FEW)
    total = float(covariance.sum())
    if not _sum_varies(covariance):
        return Alpha(None, None, n, k, reason=Reason.NO_VARIATION)
    value = k / (k - 1) * (1 - float(np.trace(covariance)) / total)
    degrees = (n - 1, (n - 1) * (k - 1))
    low = 1 - (1 - value) * float(fdtri(*degrees, (1 + confidence) / 2))
    high = 1 - (1 - value) * float(fdtri(*degrees, (1 - confidence) / 2))
    return Alpha(value, Interval(low, high, confidence, "feldt"), n, k)


def _sum_varies(covariance: Floats) -> bool:
    """Whether the sum of the items has a variance that is more than what rounding left of one."""
    return bool(covariance.sum() > _ROUNDING * np.trace(covariance))


def alpha_of_products(n: int, sums: Integers, products: Integers, *, confidence: float = 0.95) -> Alpha:
    """Cronbach's alpha straight from exact sums and cross-products; see `alpha`.

    Parameters
    ----------
    n, sums, products
        As in `covariance_of_products`, but any n: with fewer than two people there is a reason (TOO_FEW).
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Alpha
        As `alpha` gives it.

    Raises
    ------
    ValueError
        If the shapes do not fit or the confidence is out of range.

    Examples
    --------
    >>> round(alpha_of_products(4, np.array([10, 10]), np.array([[30, 29], [29, 30]])).value, 6)
    0.888889
    """
    if n < 2:
        return Alpha(None, None, n, len(sums), reason=Reason.TOO_FEW if len(sums) > 1 else Reason.ONE_ITEM)
    return alpha(covariance_of_products(n, sums, products), n, confidence=confidence)


def standardised_alpha(covariance: Floats, n: int) -> Alpha:
    """Alpha of the items brought to the same spread first: alpha of their correlation matrix.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.
    n
        How many people those are.

    Returns
    -------
    Alpha
        Without interval: Feldt's holds for alpha of the items as they are. No value where alpha has none, or where one
        item does not vary (NO_VARIATION).

    Notes
    -----
    ``k r / (1 + (k - 1) r)`` with r the mean correlation; with two items this is Spearman and Brown's formula, and
    equals alpha if both vary equally.

    References
    ----------
    Spearman (1910), Brown (1910), British Journal of Psychology 3; Cronbach (1951), Psychometrika 16.

    Examples
    --------
    >>> round(standardised_alpha(np.array([[4, 1.2, 1.0], [1.2, 1, 0.4], [1.0, 0.4, 1]]), 50).value, 6)
    0.75
    """
    k = len(covariance)
    if k < 2:
        return Alpha(None, None, n, k, STANDARDISED_ALPHA, Reason.ONE_ITEM)
    if n < 2:
        return Alpha(None, None, n, k, STANDARDISED_ALPHA, Reason.TOO_FEW)
    correlation = correlation_of(covariance)
    if correlation is None or not _sum_varies(correlation):
        return Alpha(None, None, n, k, STANDARDISED_ALPHA, Reason.NO_VARIATION)
    return Alpha(k / (k - 1) * (1 - k / float(correlation.sum())), None, n, k, STANDARDISED_ALPHA)


def correlation_of(covariance: Floats) -> Floats | None:
    """Correlation matrix of a covariance matrix.

    Parameters
    ----------
    covariance
        k x k, with any divisor.

    Returns
    -------
    ndarray or None
        k x k, exactly 1 on the diagonal; None where something does not vary.

    Notes
    -----
    ``R_ij = S_ij / sqrt(S_ii S_jj)``.

    Examples
    --------
    >>> correlation_of(np.array([[4.0, 1.0], [1.0, 1.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    variances = np.diag(covariance)
    if (variances <= 0).any():
        return None
    spread = np.sqrt(variances)
    found: Floats = covariance / np.outer(spread, spread)
    np.fill_diagonal(found, 1.0)
    return found


def omega(covariance: Floats, n: int) -> Omega:
    """McDonald's omega: how much of the variance of the items' sum is the one thing they share.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.
    n
        How many people those are.

    Returns
    -------
    Omega
        Between 0 and 1. No value with one item (ONE_ITEM) or two (FEW_ITEMS), with no more people than items (TOO_FEW),
        where an item does not vary (NO_VARIATION), where the items follow from each other so that no likelihood exists
        or no minimum was found (NOT_CONVERGED), and where an item would have no variance of its own (HEYWOOD): the one
        factor is then no picture of these answers.

    Notes
    -----
    ``omega = (sum l)^2 / ((sum l)^2 + sum u)`` with loadings l and uniquenesses u of one factor fitted to S by maximum
    likelihood. The loadings that belong to given uniquenesses are known, so that the discrepancy
    ``sum(v - log v - 1)`` is minimised over log u alone, with v all eigenvalues of ``u^-1/2 R u^-1/2`` but the largest,
    by Newton steps that are halved until they go down, from ``(1 - 1/2k) / diag(R^-1)`` on. R is the correlation
    matrix: the fit does not depend on the items' units, and the result is scaled back by their SD. A uniqueness under
    1e-5 of the item's variance is a Heywood case. The same fit as statsmodels' ``Factor(method="ml")``, which does not
    name Heywood cases, needs pandas, and takes longer to import than a page takes to be computed.

    References
    ----------
    McDonald (1999), Test Theory; Joereskog (1967), Psychometrika 32; Heywood (1931).

    Examples
    --------
    >>> found = omega(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), 50)
    >>> round(found.value, 8), [round(loading, 4) for loading in found.loadings]
    (0.76055556, [0.866, 0.6928, 0.5774])
    """
    k = len(covariance)
    if k < 3:
        return Omega(None, None, n, k, reason=Reason.ONE_ITEM if k < 2 else Reason.FEW_ITEMS)
    if n <= k:
        return Omega(None, None, n, k, reason=Reason.TOO_FEW)
    correlation = correlation_of(covariance)
    if correlation is None:
        return Omega(None, None, n, k, reason=Reason.NO_VARIATION)
    if np.linalg.eigvalsh(correlation)[0] < _SINGULAR:
        return Omega(None, None, n, k, reason=Reason.NOT_CONVERGED)
    loadings, uniquenesses, converged = _one_factor(correlation)
    fit = tuple(loadings.tolist()), tuple(uniquenesses.tolist())
    if uniquenesses.min() < _HEYWOOD:
        return Omega(None, None, n, k, *fit, reason=Reason.HEYWOOD)
    if not converged:
        return Omega(None, None, n, k, *fit, reason=Reason.NOT_CONVERGED)
    variances = np.diag(covariance)
    common = float((loadings * np.sqrt(variances)).sum()) ** 2
    return Omega(common / (common + float((uniquenesses * variances).sum())), None, n, k, *fit)


def omega_of_products(n: int, sums: Integers, products: Integers) -> Omega:
    """McDonald's omega straight from exact sums and cross-products; see `omega`.

    Parameters
    ----------
    n, sums, products
        As in `covariance_of_products`, but any n: with fewer than two people there is a reason (TOO_FEW).

    Returns
    -------
    Omega
        As `omega` gives it.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> found = omega_of_products(*products_of_rows([[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]]))
    >>> round(found.value, 3)
    0.89
    """
    if n < 2:
        return Omega(None, None, n, len(sums), reason=Reason.TOO_FEW if len(sums) > 1 else Reason.ONE_ITEM)
    return omega(covariance_of_products(n, sums, products), n)


def _one_factor(correlation: Floats) -> tuple[Floats, Floats, bool]:
    """Loadings, uniquenesses and whether a minimum was reached."""
    k = len(correlation)
    logs = np.log((1 - 1 / (2 * k)) / np.diag(np.linalg.inv(correlation)))
    value, roots, vectors = _discrepancy(correlation, logs)
    converged = False
    for _step in range(_MOST_STEPS):
        rest, shown = roots[:-1], vectors[:, :-1]
        gradient = shown**2 @ (1 - rest)
        if np.abs(gradient).max() < _GRADIENT:
            converged = True
            break
        if logs.min() < log(_HEYWOOD):
            break
        ahead = -_inverse_times(_curvature(roots, vectors), (shown @ shown.T) ** 2, gradient)
        ahead *= min(1.0, 2 / np.abs(ahead).max())
        for _halving in range(30):
            tried = _discrepancy(correlation, logs + ahead)
            if tried[0] <= value + _ROUNDING:
                break
            ahead /= 2
        else:
            break
        logs, (value, roots, vectors) = logs + ahead, tried
    uniquenesses = np.exp(logs)
    factor = vectors[:, -1] * (1.0 if (vectors[:, -1] * np.sqrt(uniquenesses)).sum() >= 0 else -1.0)
    return factor * np.sqrt(max(float(roots[-1]) - 1, 0.0) * uniquenesses), uniquenesses, converged


def _discrepancy(correlation: Floats, logs: Floats) -> tuple[float, Floats, Floats]:
    half = np.exp(logs / 2)
    roots, vectors = np.linalg.eigh(correlation / np.outer(half, half))
    rest = roots[:-1]
    return float((rest - np.log(rest) - 1).sum()), roots, vectors


def _curvature(roots: Floats, vectors: Floats) -> Floats:
    """Second derivatives of the discrepancy by the logarithms of the uniquenesses."""
    rest, largest, shown, factor = roots[:-1], roots[-1], vectors[:, :-1], vectors[:, -1]
    turning = (1 - rest) * (rest + largest) / np.maximum(largest - rest, 1e-12)
    found: Floats = (shown @ shown.T) * ((shown * rest) @ shown.T)
    return found + np.outer(factor, factor) * ((shown * turning) @ shown.T)


def _inverse_times(curvature: Floats, expected: Floats, gradient: Floats) -> Floats:
    """Newton's step; where the surface does not curve upwards, with the curvature to be expected instead."""
    try:
        np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        curvature = expected
    found: Floats = np.linalg.lstsq(curvature, gradient, rcond=None)[0].astype(np.float64)
    return found


def reliability(covariance: Floats, n: int, *, confidence: float = 0.95) -> Reliability:
    """Alpha, omega, item-rest correlations and alpha if deleted, as far as the number of items goes.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.
    n
        How many people those are.
    confidence
        Of alpha's interval, strictly between 0 and 1.

    Returns
    -------
    Reliability
        Each figure says by itself why it has no value.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Examples
    --------
    >>> found = reliability(np.array([[1, 0.6], [0.6, 1]]), 50)
    >>> round(found.alpha.value, 2), round(found.correlation, 2), found.omega.reason.value
    (0.75, 0.6, 'FEW_ITEMS')
    """
    k = len(covariance)
    correlation = correlation_of(covariance) if k == 2 else None
    return Reliability(
        n=n,
        items=k,
        alpha=alpha(covariance, n, confidence=confidence),
        standardised=standardised_alpha(covariance, n),
        omega=omega(covariance, n),
        correlation=None if correlation is None else float(correlation[0, 1]),
        item_rest=tuple(item_rest_correlations(covariance)) if k > 2 else (),
        alpha_if_deleted=tuple(alpha_if_deleted(covariance, n)) if k > 2 else (),
    )


def reliability_of_products(n: int, sums: Integers, products: Integers, *, confidence: float = 0.95) -> Reliability:
    """Alpha, omega and the rest straight from exact sums and cross-products; see `reliability`.

    Parameters
    ----------
    n, sums, products
        As in `covariance_of_products`, but any n.
    confidence
        Of alpha's interval, strictly between 0 and 1.

    Returns
    -------
    Reliability
        With fewer than two people nothing has a value.

    Raises
    ------
    ValueError
        If the shapes do not fit or the confidence is out of range.

    Examples
    --------
    >>> rows = [[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]]
    >>> found = reliability_of_products(*products_of_rows(rows))
    >>> [round(value, 2) for value in found.alpha_if_deleted]
    [0.92, 0.55, 0.54]
    """
    k = len(sums)
    covariance = covariance_of_products(n, sums, products) if n > 1 else np.zeros((k, k))
    return reliability(covariance, n, confidence=confidence)


def reliability_of_rows(rows: npt.ArrayLike, *, confidence: float = 0.95) -> Reliability:
    """Alpha, omega and the rest from the listed answers of the people who answered every item; see `reliability`.

    Parameters
    ----------
    rows
        n x k values, which need not be whole; reversed items already turned around.
    confidence
        Of alpha's interval, strictly between 0 and 1.

    Returns
    -------
    Reliability
        As `reliability` gives it.

    Raises
    ------
    ValueError
        If rows is no complete table of at least two people, or the confidence is out of range.

    Examples
    --------
    >>> round(reliability_of_rows([[4, 5, 5], [3, 1, 1], [3, 3, 3], [2, 3, 2], [3, 2, 3], [4, 3, 2]]).omega.value, 3)
    0.89
    """
    given = np.asarray(rows, dtype=np.float64)
    return reliability(covariance_of_rows(given), len(given), confidence=confidence)


def item_rest_correlations(covariance: Floats) -> list[float | None]:
    """Correlation of each item with the sum of the others.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.

    Returns
    -------
    list of float or None
        k correlations in [-1, 1]; None where the item or the sum of the others does not vary.

    Notes
    -----
    ``r_j = sum_{m != j} S_jm / sqrt(S_jj * sum_{a,b != j} S_ab)``. A low or negative one points at an item that says
    something else, or that was not turned around.

    References
    ----------
    Nunnally (1978), Psychometric Theory.

    Examples
    --------
    >>> [round(r, 4) for r in item_rest_correlations(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]))]
    [0.6574, 0.5774, 0.5031]
    """
    found: list[float | None] = []
    for j in range(len(covariance)):
        others = np.delete(np.delete(covariance, j, 0), j, 1)
        if covariance[j, j] > 0 and _sum_varies(others):
            spread = covariance[j, j] * others.sum()
            found.append(float((covariance[j].sum() - covariance[j, j]) / np.sqrt(spread)))
        else:
            found.append(None)
    return found


def alpha_if_deleted(covariance: Floats, n: int) -> list[float | None]:
    """Alpha of the other items, for each item left out.

    Parameters
    ----------
    covariance
        k x k, over the people who answered all k items.
    n
        How many people those are.

    Returns
    -------
    list of float or None
        k alphas; None where fewer than two items remain or their sum does not vary.

    Notes
    -----
    Alpha of S without row and column j, over the same people as alpha itself.

    References
    ----------
    Cronbach (1951), Psychometrika 16.

    Examples
    --------
    >>> found = alpha_if_deleted(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), 50)
    >>> [round(value, 4) for value in found]
    [0.5714, 0.6667, 0.75]
    """
    return [alpha(np.delete(np.delete(covariance, j, 0), j, 1), n).value for j in range(len(covariance))]
