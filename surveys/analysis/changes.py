"""What changed from one wave to a later one: of everybody who answered, of the same people, and who stayed away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave, accepts, scores_of
from surveys.metrics.figures import Plain, difference, estimate, limits, mean, weigh
from surveys.stats.change import available_means, paired_means, paired_shares, two_means, two_shares
from surveys.stats.estimates import Reason
from surveys.stats.figures import construct_figures, outcome
from surveys.stats.groups import HEDGES, Size, hedges
from surveys.stats.layout import Layout
from surveys.stats.means import Mean, mean_of_values
from surveys.stats.proportions import share_of

# Leavers who stood further from the stayers than this are warned of.
UNLIKE = 0.2


def change(spec: Spec, before: Wave, after: Wave) -> Plain:
    """From one wave to a later one, the later minus the earlier: of all who answered, and of those who did both."""
    recipe = spec.weights.recipe if spec.weights else None
    weighed = [weigh(wave.state, recipe, spec.files.variables) for wave in (before, after)]
    accept = [outcome(told.state, "accept", weights=told.weights) for told in weighed]
    constructs = [name for name in after.layout.constructs if _same(before.layout, after.layout, name)]
    both = _both(before, after)
    has_accept = bool(before.layout.accept.items) and before.layout.accept == after.layout.accept
    return {
        "from": before.number,
        "to": after.number,
        "in_both": len(both[0]),
        "accept": {
            "everyone": difference(two_shares(*accept)),
            "same_people": _paired_accept(before, after, both) if both[0] and has_accept else None,
        }
        if has_accept
        else None,
        "constructs": [_change_of(name, before, after, both) for name in constructs],
        "other_wording": [
            name for name in after.layout.constructs if name in before.layout.constructs and name not in constructs
        ],
        "attrition": _attrition(before, both[0], constructs) if both[0] else None,
    }


def _same(before: Layout, after: Layout, name: str) -> bool:
    """A construct asked otherwise breaks the series."""
    return before.constructs.get(name) == after.constructs[name]


def _both(before: Wave, after: Wave) -> tuple[list[int], list[int]]:
    """Places of the people whose answers count in both waves, in the same order."""
    first, second = (
        {row.person: place for place, row in enumerate(wave.rows) if row.person and wave.counted[place]}
        for wave in (before, after)
    )
    people = sorted(first.keys() & second.keys())
    return [first[person] for person in people], [second[person] for person in people]


def _paired_accept(before: Wave, after: Wave, both: tuple[list[int], list[int]]) -> Plain:
    (yes_1, judged_1), (yes_2, judged_2) = accepts(before), accepts(after)
    pairs = [
        (yes_1[first], yes_2[second])
        for first, second in zip(*both, strict=True)
        if judged_1[first] and judged_2[second]
    ]
    stayed, lost, gained, never = (
        pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))
    )
    found = paired_shares(stayed, lost, gained, never)
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "p": found.p,
        "stayed": stayed,
        "lost": lost,
        "gained": gained,
        "never": never,
    }


def _change_of(name: str, before: Wave, after: Wave, both: tuple[list[int], list[int]]) -> Plain:
    means = [construct_figures(wave.state, name).mean for wave in (before, after)]
    told: Plain = {"name": name, "everyone": difference(two_means(*means).difference), "same_people": None}
    if not both[0]:
        return told
    (score_1, has_1), (score_2, has_2) = scores_of(before, name), scores_of(after, name)
    pairs = [
        (score_1[first], score_2[second]) for first, second in zip(*both, strict=True) if has_1[first] and has_2[second]
    ]
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    paired = paired_means(first, second)
    covariance = float(np.cov(first, second)[0, 1]) if len(pairs) > 1 else 0.0
    return told | {
        "everyone": difference(available_means(*means, in_both=len(pairs), covariance=covariance)),
        "same_people": mean(paired.change)
        | {"method": paired.method, "p": paired.p, "d_z": paired.d_z, "d_av": paired.d_av, "r": paired.r},
    }


def _attrition(before: Wave, stayed: Sequence[int], constructs: Sequence[str]) -> Plain:
    """Who of the earlier wave came back, and whether those who did not stood elsewhere."""
    there = [place for place, row in enumerate(before.rows) if row.person and before.counted[place]]
    staying = set(stayed)

    def baseline(name: str, who: Callable[[int], bool]) -> Mean:
        found, has = scores_of(before, name)
        return mean_of_values([found[place] for place in there if has[place] and who(place)])

    leavers = []
    for name in constructs:
        left, back = baseline(name, lambda place: place not in staying), baseline(name, staying.__contains__)
        size = size_of(hedges(left, back), left.n + back.n)
        leavers.append(
            {"construct": name, "size": size, "warning": size["value"] is not None and abs(size["value"]) > 0.2}
        )
    return {"retention": estimate(share_of(len(stayed), len(there))), "leavers": leavers}


def size_of(found: Size | None, n: int) -> Plain:
    """A standardised difference; nothing is said of two groups of one, or of equal answers."""
    if found is None:
        return {"value": None, **limits(None), "n": n, "method": HEDGES, "reason": Reason.TOO_FEW.value}
    return {"value": found.value, **limits(found.interval), "n": n, "method": found.method, "reason": None}
