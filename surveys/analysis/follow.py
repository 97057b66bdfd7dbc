"""Following a service after its verdict: does acceptance stay where it was when the service was scaled?"""

from __future__ import annotations

from collections.abc import Sequence

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.figures import Plain, share, weigh
from surveys.stats.figures import outcome
from surveys.stats.monitoring import monitor
from surveys.stats.weights import WeightedShare


def monitoring(spec: Spec, waves: Sequence[Wave]) -> Plain | None:
    """Each wave after the baseline as a period; None where no baseline is named or nobody answered it.

    An alarm asks a person to look. It never changes a verdict.
    """
    baseline = next((wave for wave in waves if wave.number == spec.baseline), None)
    if baseline is None:
        return None
    later = [wave for wave in waves if wave.number > baseline.number]
    before, *after = (_accept(spec, wave) for wave in [baseline, *later])
    found = monitor(before, after)
    periods: list[Plain] = []
    for number, (wave, accept) in enumerate(zip(later, after, strict=True), 1):
        place = found.periods.index(number) if number in found.periods else None
        periods.append(
            {
                "wave": wave.number,
                "accept": share(accept),
                "distance": found.distances[number - 1],
                "ewma": None if place is None else found.ewma.values[place],
                "low": None if place is None else found.ewma.low[place],
                "high": None if place is None else found.ewma.high[place],
                "alarm": number in found.alarms,
                "cusum_upper": None if place is None else found.cusum.upper[place],
                "cusum_lower": None if place is None else found.cusum.lower[place],
                "second_alarm": number in found.second_alarms,
            }
        )
    return {
        "baseline": baseline.number,
        "n": found.n,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "warnings": list(found.warnings),
        "cusum_threshold": found.cusum.threshold,
        "periods": periods,
    }


def _accept(spec: Spec, wave: Wave) -> WeightedShare:
    weighed = weigh(wave.state, spec.weights.recipe if spec.weights else None, spec.files.variables)
    return outcome(weighed.state, "accept", weights=weighed.weights)
