"""Who answered beside whom there is, and groups beside everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.cells import UNKNOWN
from surveys.metrics.figures import Plain, Weighed, difference, estimate, limits, size_of, tested
from surveys.stats.estimates import Reason
from surveys.stats.figures import group_figures, margin_counts
from surveys.stats.groups import cliff, exploratory_family
from surveys.stats.proportions import share_of
from surveys.stats.representativeness import (
    DISSIMILARITY,
    FAR,
    GroupAnswers,
    InclusionPanel,
    Outreach,
    coverage,
    dissimilarity,
    inclusion_panel,
    response_rates,
)
from surveys.stats.scoring import is_answered
from surveys.stats.state import State
from surveys.stats.verdict import GAP_ALPHA

RESPONSE_RATES = "AAPOR Standard Definitions"


def representativeness(spec: Spec, state: State) -> list[Plain]:
    """Each margin of the population beside the counted answers; people who did not say are left out of it."""
    found = []
    for margin in spec.weights.margins if spec.weights else ():
        place = spec.files.variables.index(margin.variable)
        counts = dict.fromkeys(margin.people, 0) | margin_counts(state, place)
        counts.pop(UNKNOWN, None)
        n = sum(counts.values())
        value = dissimilarity(counts, margin.people)
        covered = {group.group: group for group in coverage(counts, margin.people)}
        total = sum(margin.people.values())
        found.append(
            {
                "variable": margin.variable,
                "dissimilarity": plain(value, n, DISSIMILARITY, Reason.NO_ANSWERS),
                "warning": value is not None and value > FAR,
                "categories": [
                    {
                        "category": category,
                        "answered": estimate(share_of(counts[category], n)),
                        "population": people / total,
                        "ratio": covered[category].ratio if category in covered else None,
                    }
                    for category, people in margin.people.items()
                ],
            }
        )
    return found


def response_rates_of(spec: Spec, wave: Wave) -> Plain | None:
    """AAPOR rates, where a sampling frame was registered; None for people who came by themselves."""
    frame = spec.frame.get(wave.number)
    if frame is None:
        return None
    complete, partial, broken_off = (int(count) for count in wave.state.block("disposition", counted=None))
    outreach = Outreach(complete, partial, broken_off + frame.refused, frame.no_contact, frame.other, frame.unknown)
    return {
        "complete": complete,
        "partial": partial,
        "refused": outreach.refused,
        "no_contact": outreach.no_contact,
        "other": outreach.other,
        "unknown": outreach.unknown,
        "eligible_share": frame.eligible_share,
        "basis": frame.basis,
        "n": outreach.eligible + outreach.unknown,
        "method": RESPONSE_RATES,
        "rates": response_rates(outreach, eligible_share=frame.eligible_share),
    }


def add_comparisons(spec: Spec, groups: Sequence[Plain], state: State, weighed: Weighed, *, m_min: int) -> Plain | None:
    """Write beside each group what its answers are tested and compared with; tell the panel of the groups.

    Accept of the protected groups is one registered family of tests. Whatever nobody registered, other groups, scores
    and all groups of a survey without a registration, is exploratory.
    """
    protected = spec.registered.rule.protected_groups if spec.registered else ()
    known = [_answers_of(spec, name, weighed) for name in spec.files.groups]
    registered = inclusion_panel([group for group in known if group.name in protected], least=m_min)
    others = inclusion_panel([group for group in known if group.name not in protected], least=m_min)
    exploratory = exploratory_family({one.name: (one.test.n_1, one.test.n_2, one.test.p) for one in others.groups})
    told = {one.name: one for one in (*registered.groups, *others.groups)}
    population = {group.name: group.population for group in known}
    for group in groups:
        name = group["name"]
        one = told[name]
        group |= {
            "protected": name in protected,
            "population": population[name],
            "coverage": one.coverage,
            "size": one.word.value if one.word else None,
            "test": tested(exploratory.get(name, one.test)),
            "understanding_gap": difference(one.understanding_gap),
        }
    panel = registered if spec.registered else others
    return _panel(panel) if panel.groups else None


def add_dominance(groups: Sequence[Plain], wave: Wave) -> None:
    """Write beside each group Cliff's delta of each item as it was answered (rest minus group): one exploratory family.

    Items are ordinal, so that nothing is made of how far apart two of their answers are.
    """
    found = {
        (group["name"], item.code): cliff(*_histograms(wave, place, group["name"]))
        for group in groups
        for place, item in enumerate(wave.layout.items)
    }
    family = exploratory_family({"/".join(name): (one.n_1, one.n_2, one.p) for name, one in found.items()})
    for group in groups:
        group["items"] = [
            {
                "code": item.code,
                "size": size_of(found[group["name"], item.code]),
                "test": tested(family[f"{group['name']}/{item.code}"]),
            }
            for item in wave.layout.items
        ]


def _histograms(wave: Wave, place: int, group: str) -> tuple[Counter[int], Counter[int]]:
    """How the rest and the group answered one item; who did not say whether she belongs is in neither."""
    number = wave.layout.groups.index(group)
    members = np.array([row.groups[number] for row in wave.rows])
    given = wave.answers[:, place]
    known = wave.counted & is_answered(given)
    rest, group_answers = (Counter(given[known & (members == member)].tolist()) for member in (0, 1))
    return rest, group_answers


def _answers_of(spec: Spec, name: str, weighed: Weighed) -> GroupAnswers:
    rule = spec.registered.rule if spec.registered else None
    protected = len(rule.protected_groups if rule else spec.files.groups)
    found = group_figures(
        weighed.state, name, weights=weighed.weights, gap_confidence=1 - GAP_ALPHA / max(1, protected)
    )
    return GroupAnswers(
        name,
        accept=found.accept,
        accept_rest=found.accept_rest,
        informed=found.informed,
        informed_rest=found.informed_rest,
        n=found.n,
        n_rest=found.n_rest,
        population=spec.population_of(name),
    )


def _panel(found: InclusionPanel) -> Plain:
    return {
        "worst": found.worst,
        "least_covered": found.least_covered,
        "unheard": list(found.unheard),
        "n": found.n,
        "method": found.method,
    }


def plain(value: float | None, n: int, method: str, reason: Reason = Reason.TOO_FEW) -> Plain:
    """A figure without an interval; ``reason`` is told where it has no value."""
    return {"value": value, **limits(None), "n": n, "method": method, "reason": reason.value if value is None else None}
