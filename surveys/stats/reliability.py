"""Do the items of a construct say the same thing? Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Interval, Reason, check_confidence

ALPHA = "cronbach alpha, feldt interval"


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


def covariance_of_products(
    n: int, sums: npt.NDArray[np.int64], products: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Covariance matrix from exact sums and cross-products.

    Parameters
    ----------
    n
        People who answered every item, at least 2.
    sums
        Sum of each item, length k.
    products
        Symmetric k x k matrix of the sums of products.

    Raises
    ------
    ValueError
        If n is below 2 or the shapes do not fit.

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


def alpha(covariance: npt.NDArray[np.float64], n: int, *, confidence: float = 0.95) -> Alpha:
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
    if total <= 0:
        return Alpha(None, None, n, k, reason=Reason.NO_VARIATION)
    value = k / (k - 1) * (1 - float(np.trace(covariance)) / total)
    degrees = (n - 1, (n - 1) * (k - 1))
    low = 1 - (1 - value) * float(fdtri(*degrees, (1 + confidence) / 2))
    high = 1 - (1 - value) * float(fdtri(*degrees, (1 - confidence) / 2))
    return Alpha(value, Interval(low, high, confidence, "feldt"), n, k)


def alpha_of_products(
    n: int, sums: npt.NDArray[np.int64], products: npt.NDArray[np.int64], *, confidence: float = 0.95
) -> Alpha:
    """Cronbach's alpha straight from exact sums and cross-products; see `alpha`.

    Examples
    --------
    >>> round(alpha_of_products(4, np.array([10, 10]), np.array([[30, 29], [29, 30]])).value, 6)
    0.888889
    """
    if n < 2:
        return Alpha(None, None, n, len(sums), reason=Reason.TOO_FEW if len(sums) > 1 else Reason.ONE_ITEM)
    return alpha(covariance_of_products(n, sums, products), n, confidence=confidence)


def item_rest_correlations(covariance: npt.NDArray[np.float64]) -> list[float | None]:
    """Correlation of each item with the sum of the others; None where one of the two does not vary.

    Examples
    --------
    >>> [round(r, 4) for r in item_rest_correlations(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]))]
    [0.6574, 0.5774, 0.5031]
    """
    found: list[float | None] = []
    for j in range(len(covariance)):
        rest = np.delete(np.delete(covariance, j, 0), j, 1).sum()
        spread = covariance[j, j] * rest
        found.append(float((covariance[j].sum() - covariance[j, j]) / np.sqrt(spread)) if spread > 0 else None)
    return found


def alpha_if_deleted(covariance: npt.NDArray[np.float64], n: int) -> list[float | None]:
    """Alpha of the other items, for each item left out; None where fewer than two remain.

    Examples
    --------
    >>> found = alpha_if_deleted(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), 50)
    >>> [round(value, 4) for value in found]
    [0.5714, 0.6667, 0.75]
    """
    return [alpha(np.delete(np.delete(covariance, j, 0), j, 1), n).value for j in range(len(covariance))]
