"""Scores of the known instruments that a wave asked beside the acceptance survey, in the unit of each.

Frozen with the other figures at the close, under ``scores``; nobody shows them but ``release``.
"""

from collections.abc import Mapping, Set
from typing import Any

from surveys.metrics.disclosure import HIDDEN, is_told
from surveys.metrics.figures import Plain, limits
from surveys.metrics.suppression import counts_shown, rounded
from surveys.stats.estimates import Reason
from surveys.stats.instruments import (
    DETRACTORS,
    PROMOTERS,
    WaveScore,
    overall_of_wave,
    recommend_index_of_wave,
    score_of_wave,
    sus_of_wave,
)
from surveys.stats.means import Mean
from surveys.stats.state import State

# From how many answers on a score is published: a mean of few people tells of each of them.
LEAST = 30
# How finely a score is published.
DIGITS: Mapping[str, int] = {"sus": 0, "recommend-index": 0, "ueq-s": 1, "ueq": 1, "vdl": 1}


def scores_of(state: State, scoring: Mapping[str, Any]) -> list[Plain]:
    """What the bank's ``methods`` say of its constructs; satisfaction is told by its item already."""
    found = []
    for name, method in scoring.get("methods", {}).items():
        if method == "recommend-index":
            found.append(_recommend_index(state, name))
        elif method in DIGITS:
            told = sus_of_wave(state, name) if method == "sus" else score_of_wave(state, name)
            found.append(_wave_score(method, told))
    for instrument in state.layout.instruments:
        if instrument.method == "mean":
            method = scoring["methods"][instrument.constructs[0]]
            told = overall_of_wave(state, instrument.name)
            found.append(_wave_score(method, told) | {"of": list(instrument.constructs)})
    return found


def _wave_score(method: str, told: WaveScore) -> Plain:
    parts = [{"name": name, "score": _figure(part)} for name, part in told.parts.items()]
    return _score(told.name, method, told.lo, told.hi, told.left_out, _figure(told.mean)) | {
        "filled": told.filled,
        "both_sides": told.both_sides,
        "parts": parts,
    }


def _figure(mean: Mean) -> Plain:
    return {
        "value": mean.value,
        **limits(mean.interval),
        "n": mean.n,
        "method": mean.method,
        "reason": mean.reason.value if mean.reason else None,
    }


def scores_released(scores: list[Plain], items: list[Plain]) -> list[Plain]:
    """The public form: rounded, and hidden where few people stand behind a score or a class of it.

    ``items`` are the released ones: an index whose classes cut through an interval of their histograms would take apart
    what was put together there.
    """
    histograms = {item["construct"]: item["histogram"] for item in items}
    # Beside the other questions a score would give away one of which nothing is told.
    closed = {item["construct"] for item in items if not is_told(item)}
    return [_released(score, histograms, closed) for score in scores]


def _recommend_index(state: State, name: str) -> Plain:
    (item,) = state.layout.constructs[name]
    told = recommend_index_of_wave(state, item.code)
    figure = {
        "value": told.value,
        **limits(told.interval),
        "n": told.n,
        "method": told.method,
        "reason": told.reason.value if told.reason else None,
    }
    classes = [told.promoters, told.n - told.promoters - told.detractors, told.detractors]
    return _score(name, "recommend-index", -100, 100, state.n() - told.n, figure) | {"classes": classes}


def _score(name: str, method: str, lo: float, hi: float, left_out: int, figure: Plain) -> Plain:
    return {
        "name": name,
        # The constructs it is made of, where these are not one.
        "of": None,
        "method": method,
        "lo": lo,
        "hi": hi,
        "left_out": left_out,
        # Of the SUS: people of whom missing items count as the middle, and who agree with both of two opposite items.
        "filled": None,
        "both_sides": None,
        "parts": [],
        "classes": None,
        "score": figure,
    }


def _classes_show(histogram: list[Plain]) -> bool:
    """Whether every interval of a released histogram lies in one class of the recommend index."""
    classes = (DETRACTORS, range(DETRACTORS.stop, PROMOTERS.start), PROMOTERS)
    return all(
        part["n"] is not None and any(part["from"] in found and part["to"] in found for found in classes)
        for part in histogram
    )


def _released(score: Plain, histograms: Mapping[str, list[Plain]], closed: Set[str]) -> Plain:
    n, digits = score["score"]["n"], DIGITS[score["method"]]
    few = n < LEAST or not closed.isdisjoint(score["of"] or [score["name"]])
    if score["classes"] is not None:
        few |= not all(counts_shown(score["classes"])) or not _classes_show(histograms[score["name"]])
    return score | {
        "left_out": None,
        "classes": None,
        **{name: None if few else _count_released(score[name], n) for name in ("filled", "both_sides")},
        "parts": [part | {"score": _figure_released(part["score"], digits, few=few)} for part in score["parts"]],
        "score": _figure_released(score["score"], digits, few=few),
    }


def _count_released(count: int | None, of: int) -> int | None:
    return rounded(count) if count is not None and all(counts_shown([count, of - count])) else None


def _figure_released(figure: Plain, digits: int, *, few: bool) -> Plain:
    if figure["reason"] == Reason.NO_ANSWERS.value:
        return figure
    sides = ("value", "low", "high")
    if few:
        return figure | dict.fromkeys(sides) | {"confidence": None, "n": None, "reason": HIDDEN}
    shown = {side: None if figure[side] is None else round(figure[side], digits) for side in sides}
    return figure | shown | {"n": rounded(figure["n"])}
