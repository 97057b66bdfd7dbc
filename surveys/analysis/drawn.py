"""Intervals by drawing people anew, where a spec asks for them: of medians, of alpha and omega, of importance.

Unweighted throughout. Seed, number of replicates and generator stand with each interval, so that anybody can draw the
same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surveys.analysis.waves import Wave
from surveys.metrics.figures import Plain, limits
from surveys.stats.bootstrap import (
    Bootstrap,
    bca_of_alpha,
    bca_of_histogram,
    bca_of_importance,
    bca_of_omega,
    medians_of,
)
from surveys.stats.figures import driver_scores
from surveys.stats.layout import Item
from surveys.stats.scoring import Integers, is_answered

SEED = 20270301


def median_drawn(item: Plain) -> Plain | None:
    """The median of an item by its histogram; None where nobody answered."""
    histogram = {part["from"]: part["n"] for part in item["histogram"]}
    if not any(histogram.values()):
        return None
    return {"median": _told(bca_of_histogram(histogram, medians_of, seed=SEED))}


def coefficients_drawn(wave: Wave, items: Sequence[Item]) -> Plain:
    """Alpha and omega of the people who answered all items of a construct."""
    rows = _complete(wave, items)
    return {"alpha": _told(bca_of_alpha(rows, seed=SEED)), "omega": _told(bca_of_omega(rows, seed=SEED))}


def importance_drawn(wave: Wave) -> dict[str, Plain]:
    """Importance of each driver, of the people who answered everything that drivers and outcome are made of."""
    rows = _complete(wave, wave.layout.driver_items)
    found = bca_of_importance(driver_scores(wave.layout), rows, seed=SEED)
    return {name: _told(drawn) for name, drawn in found.items()}


def _complete(wave: Wave, items: Sequence[Item]) -> Integers:
    """Answers of the counted people who gave all of them, reversed items turned around."""
    columns = [wave.layout.column[item.code] for item in items]
    ends = np.array([item.lo + item.hi for item in items])
    rows = wave.answers[wave.counted][:, columns].astype(np.int64)
    complete = rows[is_answered(rows).all(axis=1)]
    return np.where([item.reverse for item in items], ends - complete, complete)


def _told(found: Bootstrap) -> Plain:
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "replicates": found.replicates,
        "seed": found.seed,
        "generator": found.generator,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }
