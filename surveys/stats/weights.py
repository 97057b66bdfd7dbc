"""Weights: making the sample look like the register on a few margins, and what that costs in precision.

People of one raking cell share one weight, so every weighted figure needs only the cells' exact sums. A cell is named
by its categories joined by ``/`` in the order of the registered variables: ``F/65+``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from surveys.stats.estimates import Interval, Reason, check_confidence, two_sided_t, two_sided_z
from surveys.stats.proportions import WILSON, wilson_share

SEPARATOR = "/"
UNKNOWN = "unknown"
INFEASIBLE_CAP = "INFEASIBLE_CAP"
HIGH_DEFF = "HIGH_DEFF"

_MARGIN_ERROR = 1e-10
_MOST_CYCLES = 5000
_MOST_TRIMS = 500
_CAP_TOLERANCE = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raking:
    """One weight for each cell with answers, or the reason why there is none.

    ``deff`` is Kish's design effect, ``n_eff`` = n / deff. ``trims`` counts how often the weights were cut and raked
    again. ``warnings`` may hold INFEASIBLE_CAP (the weights are then the untrimmed ones) and HIGH_DEFF (deff above 2).
    ``empty`` names the category (as ``variable number/category``) that has a target and no answers.
    """

    weights: Mapping[str, float] | None
    n: int
    deff: float | None = None
    n_eff: float | None = None
    largest: float | None = None
    warnings: tuple[str, ...] = ()
    reason: Reason | None = None
    empty: str = ""
    trims: int = 0


@dataclass(frozen=True, slots=True)
class CellSums:
    """People of a cell, the sum and the sum of squares of what they answered."""

    n: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A weighted mean with its standard error and t interval; n counts people, W their weights."""

    value: float | None
    standard_error: float | None
    interval: Interval | None
    n: int
    method: str = "weighted mean, fixed weights, t"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """A weighted share with Wilson's interval on n*, the number of equally weighted people worth as much.

    Unweighted, n* is n and the interval is plain Wilson: one kind of result serves both.
    """

    value: float | None
    interval: Interval | None
    n: int
    n_star: float
    standard_error: float | None
    method: str = WILSON
    reason: Reason | None = None


def rake(
    counts: Mapping[str, int],
    margins: Sequence[Mapping[str, float]],
    *,
    merges: Mapping[str, str] | None = None,
    cap: float = 5.0,
) -> Raking:
    """Weights under which the sample has the registered margins.

    Parameters
    ----------
    counts
        Answers in each cell; cells without answers may be left out.
    margins
        For each variable, in the order of the cells' names, the target of each category. All have the same total.
        ``unknown`` is no category of a margin: answers without the variable keep their share of the sample, and the
        targets shrink in proportion.
    merges
        From a category to the neighbour it joins where it has no answers, as the recipe says.
    cap
        Largest weight over mean weight that is let through untrimmed, above 1.

    Returns
    -------
    Raking
        Without weights where there are no answers (NO_ANSWERS), a category stays empty (EMPTY_CATEGORY) or the margins
        contradict the pattern of empty cells (NOT_CONVERGED).

    Raises
    ------
    ValueError
        If the margins' totals differ, a target is not positive, or a cell does not fit the margins.

    Notes
    -----
    Multiplies the weights by target / current, margin after margin, until every margin is met within 1e-10 of the total
    (at most 5000 cycles). Trimming sets ``w = min(w, cap * mean)`` and rakes again, until the largest weight is within
    1e-9 of the cap (at most 500 times); the last step is always a rake, so the margins hold.

    References
    ----------
    Deming and Stephan (1940); Kish (1965).

    Examples
    --------
    >>> raking = rake({"F/old": 10, "F/young": 40, "M/young": 50}, [{"F": 60, "M": 40}, {"old": 20, "young": 80}])
    >>> {cell: round(weight, 4) for cell, weight in raking.weights.items()}
    {'F/old': 2.0, 'F/young': 1.0, 'M/young': 0.8}
    """
    if cap <= 1:
        raise ValueError(f"cap must be above 1, got {cap}")
    cells = sorted(cell for cell, count in counts.items() if count)
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts cannot be negative")
    n = np.array([counts[cell] for cell in cells], dtype=np.float64)
    everybody = int(n.sum())
    totals = [sum(margin.values()) for margin in margins]
    if not margins or max(totals) - min(totals) > 1e-9 * max(totals):
        raise ValueError(f"margins must have the same total, got {totals}")
    if not all(0 < target < inf for margin in margins for target in margin.values()):
        raise ValueError("margins must be above 0 in every category")
    if not everybody:
        return Raking(None, 0, reason=Reason.NO_ANSWERS)

    steps: list[tuple[npt.NDArray[np.bool_], float]] = []
    for number, margin in enumerate(margins):
        found = _categories(cells, number, len(margins), margin)
        merged = _merged(margin, set(found), merges or {})
        if isinstance(merged, str):
            return Raking(None, everybody, reason=Reason.EMPTY_CATEGORY, empty=f"{number}{SEPARATOR}{merged}")
        joined = np.array([merged.get(category, category) for category in found])
        unknown = float(n[joined == UNKNOWN].sum()) / everybody
        targets: dict[str, float] = defaultdict(float)
        for category, target in margin.items():
            targets[merged.get(category, category)] += target * (1 - unknown)
        if unknown:
            targets[UNKNOWN] = totals[0] * unknown
        steps += [(joined == category, target) for category, target in targets.items()]

    raked = _raked(n, np.ones(len(n)), steps, totals[0])
    if raked is None:
        return Raking(None, everybody, reason=Reason.NOT_CONVERGED)
    warnings: list[str] = []
    weights, trims = _trimmed(n, raked, steps, totals[0], cap)
    if weights is None:
        weights, trims = raked, 0
        warnings.append(INFEASIBLE_CAP)
    by_cell = dict(zip(cells, weights.tolist(), strict=True))
    deff = kish(counts, by_cell)
    if deff > 2:
        warnings.append(HIGH_DEFF)
    mean = float((n * weights).sum()) / everybody
    largest = float(weights.max()) / mean
    return Raking(by_cell, everybody, deff, everybody / deff, largest, tuple(warnings), trims=trims)


def _categories(cells: Sequence[str], number: int, variables: int, margin: Mapping[str, float]) -> list[str]:
    found = []
    for cell in cells:
        parts = cell.split(SEPARATOR)
        if len(parts) != variables:
            raise ValueError(f"cell {cell} does not name {variables} categories")
        if parts[number] != UNKNOWN and parts[number] not in margin:
            raise ValueError(f"cell {cell} is in the category {parts[number]}, for which the margins have no target")
        found.append(parts[number])
    return found


def _merged(margin: Mapping[str, float], found: set[str], merges: Mapping[str, str]) -> dict[str, str] | str:
    """Which category each one joins; the name of a category that stays empty."""
    joins: dict[str, str] = {}
    for category in margin:
        if category in found:
            continue
        neighbour = merges.get(category)
        if neighbour is None or neighbour not in margin or neighbour not in found:
            return category
        joins[category] = neighbour
    return joins


def _raked(
    n: Floats, weights: Floats, steps: Sequence[tuple[npt.NDArray[np.bool_], float]], total: float
) -> Floats | None:
    weights = weights.copy()
    for _cycle in range(_MOST_CYCLES):
        for members, target in steps:
            weights[members] *= target / float((n[members] * weights[members]).sum())
        error = max(abs(float((n[members] * weights[members]).sum()) - target) for members, target in steps)
        if error < _MARGIN_ERROR * total:
            return weights
    return None


def _trimmed(
    n: Floats, weights: Floats, steps: Sequence[tuple[npt.NDArray[np.bool_], float]], total: float, cap: float
) -> tuple[Floats | None, int]:
    """Weights under the cap and how often they were cut; None where the cap cannot be met."""
    most = cap * total / float(n.sum())
    # A category whose mean weight is above the cap can never be raked below it.
    if any(target > most * float(n[members].sum()) for members, target in steps):
        return None, 0
    for trims in range(_MOST_TRIMS):
        if float(weights.max()) <= most * (1 + _CAP_TOLERANCE):
            return weights, trims
        again = _raked(n, np.minimum(weights, most), steps, total)
        if again is None:
            return None, trims
        weights = again
    return None, _MOST_TRIMS


def kish(counts: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """Kish's design effect of weighting: how many times the sample had to be smaller to be as precise unweighted.

    Parameters
    ----------
    counts
        People of each cell.
    weights
        A weight for each cell with people.

    Returns
    -------
    float
        1 with equal weights, larger the more they differ.

    Raises
    ------
    ValueError
        If there are no people, or a cell with people has no weight above 0.

    Notes
    -----
    ``deff = n * sum(w^2) / (sum w)^2`` over people.

    References
    ----------
    Kish (1965), Survey Sampling, 11.2.

    Examples
    --------
    >>> round(kish({"a": 3, "b": 2, "c": 1}, {"a": 1, "b": 2, "c": 3}), 6)
    1.2
    """
    asked = {cell: count for cell, count in counts.items() if count}
    if not asked or min(asked.values()) < 0:
        raise ValueError("counts must hold people, and no negative number of them")
    _check_weights(asked, weights)
    first = sum(count * weights[cell] for cell, count in asked.items())
    second = sum(count * weights[cell] ** 2 for cell, count in asked.items())
    return sum(asked.values()) * second / first**2


def finite_correction(n: int, population: int) -> float:
    """Factor by which a standard error shrinks where a good part of the whole population answered.

    Parameters
    ----------
    n
        People who answered, at least 1.
    population
        People there are, at least 2 and at least n.

    Returns
    -------
    float
        1 where hardly anybody answered, 0 where everybody did. For the method appendix only: a decision is about the
        residents of tomorrow, too, so no figure and no verdict applies it.

    Raises
    ------
    ValueError
        If the numbers are impossible.

    Notes
    -----
    ``sqrt((N - n) / (N - 1))``.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 2.

    Examples
    --------
    >>> round(finite_correction(120, 400), 4)
    0.8377
    """
    if population < 2 or not 1 <= n <= population:
        raise ValueError(f"cannot have {n} answers from a population of {population}")
    return sqrt((population - n) / (population - 1))


def finite_share(share: WeightedShare, population: int) -> WeightedShare:
    """A share with Wilson's interval as it would be if these people were a good part of all there are.

    Parameters
    ----------
    share
        Weighted or not.
    population
        People there are, at least 2 and at least those who answered.

    Returns
    -------
    WeightedShare
        The same value; n* grows by the square of `finite_correction`. Nothing is left to chance where everybody
        answered: the interval is the value. What has no value is given back as it is.

    Raises
    ------
    ValueError
        If more people answered than there are.

    Notes
    -----
    For the method appendix only, as `finite_correction` says.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 2.

    Examples
    --------
    >>> found = finite_share(weighted_share({"": (120, 73)}), 400)
    >>> round(found.n_star, 1), round(found.interval.low, 3), round(found.interval.high, 3)
    (171.0, 0.534, 0.678)
    """
    if share.value is None or share.interval is None or share.standard_error is None:
        return share
    factor = finite_correction(share.n, population)
    method, confidence = share.interval.method, share.interval.confidence
    if factor == 0:
        exact = Interval(share.value, share.value, confidence, method)
        return replace(share, standard_error=0.0, interval=exact)
    n_star = share.n_star / factor**2
    interval = wilson_share(share.value, n_star, z=two_sided_z(confidence), confidence=confidence)
    return replace(share, standard_error=factor * share.standard_error, n_star=n_star, interval=interval)


def weighted_mean(
    cells: Mapping[str, CellSums], weights: Mapping[str, float], *, respondents: int, confidence: float = 0.95
) -> WeightedMean:
    """Mean of those in ``cells``, weights taken as fixed.

    Parameters
    ----------
    cells
        Sums of the people the mean is about: all of them, or a subgroup.
    weights
        A weight for each of those cells.
    respondents
        All people with a weight, of whom the subgroup is a part; at least those in ``cells``.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedMean
        NO_ANSWERS without people; TOO_FEW (a value, no interval) with one.

    Raises
    ------
    ValueError
        If ``respondents`` is below the people in ``cells``, a weight is missing or not above 0, or the confidence is
        not in (0, 1).

    Notes
    -----
    ``m = sum(w y) / W``, ``SE = sqrt(n/(n-1) * sum w^2 (y - m)^2) / W`` with n = ``respondents``; per cell
    ``sum w^2 (y-m)^2 = w^2 (Q - 2 m S + m^2 n)``. Interval with t(n - 1).

    References
    ----------
    Lumley (2004), Journal of Statistical Software 9 (the R package survey).

    Examples
    --------
    >>> cells = {"1": CellSums(3, 2, 2), "2": CellSums(2, 1, 1), "3": CellSums(1, 1, 1)}
    >>> mean = weighted_mean(cells, {"1": 1, "2": 2, "3": 3}, respondents=6)
    >>> round(mean.value, 6), round(mean.standard_error, 6)
    (0.7, 0.213542)
    """
    check_confidence(confidence)
    n, value, error = _mean_and_error(cells, weights, respondents)
    if value is None:
        return WeightedMean(None, None, None, 0, reason=Reason.NO_ANSWERS)
    if error is None or n == 1:
        return WeightedMean(value, None, None, n, reason=Reason.TOO_FEW)
    half = two_sided_t(confidence, respondents - 1) * error
    return WeightedMean(value, error, Interval(value - half, value + half, confidence, "t"), n)


def weighted_share(
    cells: Mapping[str, tuple[int, int]],
    weights: Mapping[str, float] | None = None,
    *,
    respondents: int | None = None,
    confidence: float = 0.95,
) -> WeightedShare:
    """Share of yes with Wilson's interval on n*.

    Parameters
    ----------
    cells
        (people, yes) of each cell, of all respondents or of a subgroup.
    weights
        A weight for each cell; without them everybody weighs the same.
    respondents
        All people with a weight; those in ``cells``, where not said.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedShare
        NO_ANSWERS without people.

    Raises
    ------
    ValueError
        If a cell has more yes than people, ``respondents`` is below the people in ``cells``, a weight is missing or not
        above 0, or the confidence is not in (0, 1).

    Notes
    -----
    ``n* = W^2 p (1-p) / sum(w^2 (y-p)^2)``, at most n; where p is 0 or 1, Kish's ``W^2 / sum(w^2)``. With equal weights
    n* = n, so weighted and unweighted shares take one path.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24. Wilson (1927), JASA 22.

    Examples
    --------
    >>> share = weighted_share({"1": (3, 2), "2": (2, 1), "3": (1, 1)}, {"1": 1, "2": 2, "3": 3})
    >>> round(share.value, 6), round(share.n_star, 6), round(share.interval.low, 6)
    (0.7, 5.526316, 0.313287)
    """
    for cell, (people, yes) in cells.items():
        if not 0 <= yes <= people:
            raise ValueError(f"cannot have {yes} yes of {people} people in cell {cell}")
    z = two_sided_z(confidence)
    n = sum(people for people, _yes in cells.values())
    respondents = n if respondents is None else respondents
    if weights is None:
        # In one cell and without rounding: an unweighted share is exactly yes / n on exactly n.
        cells = {"": (n, sum(yes for _people, yes in cells.values()))}
        weights = {"": 1.0}
    sums = {cell: CellSums(people, yes, yes) for cell, (people, yes) in cells.items()}
    n, value, error = _mean_and_error(sums, weights, respondents)
    if value is None:
        return WeightedShare(None, None, 0, 0.0, None, reason=Reason.NO_ANSWERS)
    value = min(1.0, max(0.0, value))
    weight = sum(people * weights[cell] for cell, (people, _yes) in cells.items() if people)
    if value in (0.0, 1.0):
        spread = sum(people * weights[cell] ** 2 for cell, (people, _yes) in cells.items() if people)
        n_star = weight**2 / spread
    else:
        spread = sum(
            weights[cell] ** 2 * (yes * (1 - value) ** 2 + (people - yes) * value**2)
            for cell, (people, yes) in cells.items()
            if people
        )
        n_star = weight**2 * value * (1 - value) / spread
    n_star = float(n) if len(cells) == 1 else min(float(n), n_star)
    interval = wilson_share(value, n_star, z=z, confidence=confidence)
    return WeightedShare(value, interval, n, n_star, error)


def _mean_and_error(
    cells: Mapping[str, CellSums], weights: Mapping[str, float], respondents: int
) -> tuple[int, float | None, float | None]:
    asked = {cell: sums for cell, sums in cells.items() if sums.n}
    n = sum(sums.n for sums in asked.values())
    if respondents < n:
        raise ValueError(f"respondents cannot be {respondents}, below the {n} people of the cells")
    if n == 0:
        return 0, None, None
    _check_weights(asked, weights)
    weight = sum(sums.n * weights[cell] for cell, sums in asked.items())
    value = sum(sums.total * weights[cell] for cell, sums in asked.items()) / weight
    if respondents < 2:
        return n, value, None
    # Never below 0: with all answers equal the three terms cancel to a rounding error of either sign.
    spread = max(0.0, sum(_squares_about(sums, value) * weights[cell] ** 2 for cell, sums in asked.items()))
    return n, value, sqrt(respondents / (respondents - 1) * spread) / weight


def _check_weights(cells: Collection[str], weights: Mapping[str, float]) -> None:
    lacking = [cell for cell in cells if cell not in weights]
    if lacking:
        raise ValueError(f"weights lack the cells {', '.join(lacking)}")
    impossible = [cell for cell in cells if not 0 < weights[cell] < inf]
    if impossible:
        raise ValueError(f"weights must be above 0, got {weights[impossible[0]]} in cell {impossible[0]}")


def _squares_about(sums: CellSums, value: float) -> float:
    return sums.squares - 2 * value * sums.total + value * value * sums.n


def calibrated_error(
    cells: Mapping[str, CellSums], weights: Mapping[str, float], *, respondents: int | None = None
) -> float | None:
    """Standard error of a weighted mean that credits raking with what the margins explain.

    Parameters
    ----------
    cells
        Sums of each cell; named by categories joined by ``/``.
    weights
        A weight for each cell.
    respondents
        All people with a weight; those in ``cells``, where not said.

    Returns
    -------
    float or None
        None with fewer than two people. For the method appendix: verdicts use the fixed-weight error, which is usually
        larger.

    Raises
    ------
    ValueError
        If a cell has no weight above 0.

    Notes
    -----
    As in `weighted_mean`, with the residuals of the weighted regression of y on the raking categories in place of
    ``y - m``. People of a cell share their fitted value, so the cells' sums are enough.

    References
    ----------
    Deville and Särndal (1992), JASA 87.

    Examples
    --------
    >>> cells = {"F": CellSums(4, 4, 4), "M": CellSums(4, 0, 0)}
    >>> calibrated_error(cells, {"F": 1.0, "M": 1.0})
    0.0
    """
    asked = {cell: sums for cell, sums in cells.items() if sums.n}
    n = sum(sums.n for sums in asked.values())
    respondents = n if respondents is None else respondents
    if n < 2:
        return None
    _check_weights(asked, weights)
    names = sorted({(place, part) for cell in asked for place, part in enumerate(cell.split(SEPARATOR))})
    design = np.array([[cell.split(SEPARATOR)[place] == part for place, part in names] for cell in asked], dtype=float)
    people = np.array([sums.n for sums in asked.values()], dtype=float)
    weight = np.array([weights[cell] for cell in asked])
    means = np.array([sums.total / sums.n for sums in asked.values()])
    root = np.sqrt(people * weight)
    coefficients = np.linalg.lstsq(design * root[:, None], means * root, rcond=None)[0]
    fitted = design @ coefficients
    # Rounded away below the size of the data's own rounding: a perfect fit has error 0, not 1e-9.
    spread = sum(
        float(w) ** 2 * max(0.0, _squares_about(sums, float(fit)))
        for sums, w, fit in zip(asked.values(), weight, fitted, strict=True)
    )
    error = sqrt(respondents / (respondents - 1) * spread) / float((people * weight).sum())
    return error if error > 1e-9 * max(1.0, float(np.abs(means).max())) else 0.0
