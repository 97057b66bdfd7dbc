"""A service after its verdict: each later wave beside the one that let it scale."""

from collections.abc import Sequence

from surveys.metrics.figures import Plain
from surveys.stats.estimates import Reason
from surveys.stats.monitoring import CUSUM, EWMA, monitor
from surveys.stats.weights import WeightedShare

SCALE = "SCALE"
UP, DOWN = "up", "down"


def monitoring_of(waves: Sequence[Plain]) -> Plain | None:
    """Released waves in their order; None while there is none after the one whose verdict was SCALE.

    From what is released, so a wave whose acceptance is a bound has no point. Expectation before use is not acceptance,
    and is left out.
    """
    waves = [wave for wave in waves if not wave["wave"]["before_use"]]
    start = next(
        (place for place, wave in enumerate(waves) if wave["verdict"] and wave["verdict"]["outcome"] == SCALE), None
    )
    if start is None or start + 1 == len(waves):
        return None
    baseline, later = waves[start], waves[start + 1 :]
    found = monitor(share_of(baseline["accept"]), [share_of(wave["accept"]) for wave in later])
    return {
        "baseline": baseline["wave"]["number"],
        "periods": [
            {
                "wave": later[number - 1]["wave"]["number"],
                "value": later[number - 1]["accept"]["value"],
                "n": later[number - 1]["accept"]["n"],
                "distance": found.distances[number - 1],
                "average": found.ewma.values[place],
                "low": found.ewma.low[place],
                "high": found.ewma.high[place],
                "alarm": number in found.alarms,
                "upper": found.cusum.upper[place],
                "lower": found.cusum.lower[place],
                "second_alarm": number in found.second_alarms,
            }
            for place, number in enumerate(found.periods)
        ],
        "threshold": found.cusum.threshold,
        "small_baseline": bool(found.warnings),
        "reason": found.reason.value if found.reason else None,
    }


def charts_outside(period: Plain, threshold: float) -> list[Plain]:
    """The charts that a period takes past their limits, with the side, the value and the limit that was passed."""
    found = []
    if period["alarm"]:
        above = period["average"] > period["high"]
        limit = period["high"] if above else period["low"]
        found.append({"chart": EWMA, "direction": UP if above else DOWN, "value": period["average"], "limit": limit})
    if period["second_alarm"]:
        above = period["upper"] > threshold
        value = period["upper"] if above else period["lower"]
        found.append({"chart": CUSUM, "direction": UP if above else DOWN, "value": value, "limit": threshold})
    return found


def share_of(figure: Plain) -> WeightedShare:
    """A released share as the statistics know it; one that is hidden or a bound is of too few people."""
    reason = Reason(figure["reason"]) if figure["reason"] in list(Reason) else None
    if figure["value"] is None and reason is None:
        reason = Reason.TOO_FEW
    n = 0 if figure["value"] is None else figure["n"]
    return WeightedShare(figure["value"], None, n, figure.get("n_star") or n, None, figure["method"], reason)
