"""Scores of the known instruments that a wave asked beside the acceptance survey, in the unit of each.

Frozen with the other figures at the close, under ``scores``; nobody shows them but ``release``.
"""

from collections.abc import Mapping
from typing import Any

from surveys.metrics.figures import Plain, limits
from surveys.metrics.suppression import counts_shown, rounded
from surveys.stats.estimates import Reason
from surveys.stats.instruments import DETRACTORS, PROMOTERS, recommend_index_of_wave, score_of_wave, sus_of_wave
from surveys.stats.state import State

HIDDEN = "HIDDEN"
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
            figure = {
                "value": told.mean.value,
                **limits(told.mean.interval),
                "n": told.mean.n,
                "method": told.mean.method,
                "reason": told.mean.reason.value if told.mean.reason else None,
            }
            found.append(_score(name, method, told.lo, told.hi, told.left_out, figure))
    return found


def scores_released(scores: list[Plain], items: list[Plain]) -> list[Plain]:
    """The public form: rounded, and hidden where few people stand behind a score or a class of it.

    ``items`` are the released ones: an index whose classes cut through an interval of their histograms would take apart
    what was put together there.
    """
    histograms = {item["construct"]: item["histogram"] for item in items}
    return [_released(score, histograms) for score in scores]


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
        "method": method,
        "lo": lo,
        "hi": hi,
        "left_out": left_out,
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


def _released(score: Plain, histograms: Mapping[str, list[Plain]]) -> Plain:
    told, figure = score | {"left_out": None, "classes": None}, dict(score["score"])
    if figure["reason"] == Reason.NO_ANSWERS.value:
        return told
    few = figure["n"] < LEAST
    if score["classes"] is not None:
        few |= not all(counts_shown(score["classes"])) or not _classes_show(histograms[score["name"]])
    for name in ("value", "low", "high"):
        hidden = few or figure[name] is None
        figure[name] = None if hidden else round(figure[name], DIGITS[score["method"]])
    if few:
        figure |= {"confidence": None, "n": None, "reason": HIDDEN}
    else:
        figure["n"] = rounded(figure["n"])
    return told | {"score": figure}
