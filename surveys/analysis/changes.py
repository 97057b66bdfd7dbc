"""What changed from one wave to a later one: of everybody who answered, of the same people, and who stayed away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from surveys.analysis.people import plain
from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.cells import recipe_cell
from surveys.metrics.figures import (
    Plain,
    Weighed,
    difference,
    estimate,
    limits,
    mean,
    size_of,
    weigh,
    weighted_mean_told,
)
from surveys.stats.change import Attrition, available_weighted, two_means, two_shares
from surveys.stats.figures import cell_counts, construct_figures, construct_mean, outcome
from surveys.stats.pairs import (
    PairLayout,
    Pairs,
    accept_change,
    attrition_between,
    available_accept,
    available_construct,
    construct_change,
    linked,
    tally_pairs,
    weighted_accept_change,
    weighted_construct_change,
)
from surveys.stats.representativeness import R_INDICATOR

# The people in both waves by the cells of the recipe, and the weights of these; None without any.
Weights = tuple[Pairs, Mapping[str, float] | None]


def change(spec: Spec, before: Wave, after: Wave) -> Plain:
    """From one wave to a later one, the later minus the earlier."""
    pairs = _pairs(before, after)
    layout = pairs.layout
    recipe = spec.weights.recipe if spec.weights else None
    weighed = [weigh(wave.state, recipe, spec.files.variables) for wave in (before, after)]
    weights = _in_cells_of(pairs, recipe, spec.files.variables), weighed[0].weights
    return {
        "from": before.number,
        "to": after.number,
        "in_both": pairs.n,
        "accept": _accept(pairs, *weighed) | _accept_weighted(weights) if layout.accept else None,
        "constructs": [
            _construct(pairs, name, before, after) | _construct_weighted(name, weights, *weighed)
            for name in layout.constructs
        ],
        # A construct that was asked otherwise breaks the series.
        "other_wording": [
            name
            for name in after.layout.constructs
            if name in before.layout.constructs and name not in layout.constructs
        ],
        "attrition": _attrition(pairs, before) if pairs.n else None,
    }


def _pairs(before: Wave, after: Wave) -> Pairs:
    """Counts of the people whose answers count in both waves."""
    known = [
        [place for place, row in enumerate(wave.rows) if row.person and wave.counted[place]] for wave in (before, after)
    ]
    keys = [[wave.rows[place].person for place in places] for wave, places in zip((before, after), known, strict=True)]
    first, second = (np.array(places, dtype=np.int64)[at] for places, at in zip(known, linked(*keys), strict=True))
    return tally_pairs(
        PairLayout(before.layout, after.layout),
        before.answers[first],
        after.answers[second],
        cells=before.cells[first],
    )


def _accept(pairs: Pairs, before: Weighed, after: Weighed) -> Plain:
    accept = [outcome(told.state, "accept", weights=told.weights) for told in (before, after)]
    if pairs.n and before.weights is None and after.weights is None:
        everyone = available_accept(pairs, *accept)
    else:
        # Wider than with the covariance of the people in both, and so safe while they answer alike.
        everyone = two_shares(*accept)
    found = accept_change(pairs)
    stayed, lost, gained, never = (int(count) for count in pairs.block("accept"))
    same_people = {
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
    return {"everyone": difference(everyone), "same_people": same_people if pairs.n else None}


def _construct(pairs: Pairs, name: str, before: Wave, after: Wave) -> Plain:
    means = [construct_figures(wave.state, name).mean for wave in (before, after)]
    if not pairs.n:
        return {"name": name, "everyone": difference(two_means(*means).difference), "same_people": None}
    found = construct_change(pairs, name)
    return {
        "name": name,
        "everyone": difference(available_construct(pairs, name, *means)),
        "same_people": mean(found.change)
        | {"method": found.method, "p": found.p, "d_z": found.d_z, "d_av": found.d_av, "r": found.r},
    }


def _in_cells_of(pairs: Pairs, recipe: Plain | None, variables: Sequence[str]) -> Pairs:
    """The people in both waves by the cells of the recipe, in which they stood in the earlier one."""
    found = Pairs(pairs.layout, {})
    for cell, row in pairs.rows.items() if recipe else ():
        found = found.merge(Pairs(pairs.layout, {recipe_cell(cell, recipe or {}, variables): row}))
    return found


def _accept_weighted(weights: Weights) -> Plain:
    pairs, by_cell = weights
    same = None if by_cell is None or not pairs.n else weighted_accept_change(pairs, by_cell)
    return {"same_people_weighted": same and weighted_mean_told(same)}


def _construct_weighted(name: str, weights: Weights, before: Weighed, after: Weighed) -> Plain:
    """Weighted by the earlier wave's weights for the same people, by each wave's own for everyone."""
    pairs, by_cell = weights
    same = None if by_cell is None or not pairs.n else weighted_construct_change(pairs, name, by_cell)
    everyone = None
    if before.weights is not None and after.weights is not None:
        means = [construct_mean(wave.state, name, weights=wave.weights) for wave in (before, after)]
        everyone = difference(available_weighted(*means))
    return {"everyone_weighted": everyone, "same_people_weighted": same and weighted_mean_told(same)}


def _attrition(pairs: Pairs, before: Wave) -> Plain:
    """Who of the earlier wave came back, and whether those who did not stood elsewhere."""
    # Whoever has no key can never come back.
    state = before.state_of(lambda row: bool(row.person))
    scores = {name: state.block(f"score:{name}") for name in pairs.layout.constructs}
    found: Attrition = attrition_between(pairs, cell_counts(state), scores)
    return {
        "retention": estimate(found.retention),
        "leavers": [
            {"construct": name, "size": size_of(size), "warning": name in found.telling}
            for name, size in found.leavers.items()
        ],
        "evenness": plain(found.evenness.value if found.evenness else None, found.n, R_INDICATOR),
    }
