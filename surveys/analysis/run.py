"""From a spec and the rows of its files to results, as plain data: the figures of the site, by the same functions.

Nothing here depends on the order of the rows or on the files they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations

import numpy as np

from surveys.analysis.changes import change
from surveys.analysis.coding import coding
from surveys.analysis.comments import comments
from surveys.analysis.drawn import coefficients_drawn, importance_drawn, median_drawn
from surveys.analysis.follow import monitoring
from surveys.analysis.people import add_comparisons, add_dominance, plain, representativeness, response_rates_of
from surveys.analysis.signals import signals, ueq_checks
from surveys.analysis.spec import Margin, Spec
from surveys.analysis.table import Table
from surveys.analysis.waves import Wave, waves_of
from surveys.metrics.appendix import knowledge_of, understanding_of
from surveys.metrics.cells import recipe_cell
from surveys.metrics.figures import Plain, Reach, Weighed, limits, results_of, verdict_of, weigh
from surveys.metrics.scores import scores_of
from surveys.stats.bootstrap import driver_replicates
from surveys.stats.drivers import Driver
from surveys.stats.estimates import Reason
from surveys.stats.figures import construct_reliability, driver_figures, lowest_items
from surveys.stats.reliability import ITEM_REST
from surveys.stats.state import State
from surveys.stats.verdict import Kind, Rule

VERSION = 1
ALPHA_IF_DELETED = "cronbach alpha without the item"
CORRELATION = "pearson correlation"


def analyse(spec: Spec, table: Table, *, program: str = "") -> Plain:
    """Every figure of every wave, the changes between them, and the verdicts of the looks.

    Parameters
    ----------
    spec
        What the survey asked and what was registered.
    table
        Its rows.
    program
        The version of the program, to be kept with the figures.

    Returns
    -------
    dict
        As docs/analysis.schema.json describes it.
    """
    waves = waves_of(spec, table.rows)
    return {
        "analysis_version": VERSION,
        "program": program,
        "survey": {
            "id": spec.files.id,
            "title": spec.title,
            "source": spec.source,
            "illustrative": spec.illustrative,
            "spec_sha256": spec.hash,
        },
        "files": [asdict(file) for file in table.files],
        "registration": _registration(spec),
        "population": [_margin_told(margin) for margin in spec.weights.margins] if spec.weights else [],
        "waves": [_figures(spec, wave, waves) for wave in waves],
        "changes": [change(spec, before, after) for before, after in combinations(waves, 2)],
        "monitoring": monitoring(spec, waves),
    }


def _registration(spec: Spec) -> Plain | None:
    if spec.registered is None:
        return None
    rule = {
        name: list(part) if isinstance(part, tuple) else part for name, part in asdict(spec.registered.rule).items()
    }
    return rule | {
        "rule": "LL-1",
        "registered_on": spec.registered.registered_on.isoformat(),
        "population": spec.registered.population,
        "analyst": spec.registered.analyst,
        "looks": list(spec.registered.looks),
        "counted": {
            "modes": None if spec.modes is None else sorted(spec.modes),
            "use_levels": None if spec.use_levels is None else sorted(spec.use_levels),
        },
    }


def _margin_told(margin: Margin) -> Plain:
    return asdict(margin) | {"people": dict(margin.people)}


def _figures(spec: Spec, wave: Wave, waves: Sequence[Wave]) -> Plain:
    """A wave as the site tells it, and what the site tells in other places."""
    state, variables = wave.state, spec.files.variables
    recipe = spec.weights.recipe if spec.weights else None
    rule = spec.registered.rule if spec.registered else Rule(protected_groups=spec.files.groups)
    moments = [row.at for row in wave.rows if row.at is not None]
    figures = results_of(
        state,
        reach=Reach(invited=spec.invited.get(wave.number), started=0, by={}),
        knowledge=list(spec.knowledge),
        recipe=recipe,
        protected_groups=len(rule.protected_groups),
        variables=variables,
    )
    weighed = weigh(state, recipe, variables)
    for item in figures["items"]:
        item |= {
            "text": spec.text_of(item["code"]),
            "labels": spec.labels_of(item["code"]),
            "bootstrap": median_drawn(item) if spec.bootstrap else None,
        }
    for construct in figures["constructs"]:
        construct |= {"label": spec.name_of(construct["name"]), **_reliability(spec, wave, construct["name"])}
    verdict = _verdict(spec, wave, waves, recipe)
    panel = add_comparisons(spec, figures["groups"], state, weighed, m_min=rule.m_min)
    add_dominance(figures["groups"], wave)
    return {
        "number": wave.number,
        "first": min(moments).isoformat() if moments else None,
        "last": max(moments).isoformat() if moments else None,
        **figures,
        "response_rates": response_rates_of(spec, wave),
        "inclusion": panel,
        "representativeness": representativeness(spec, state),
        "knowledge": knowledge_of(state),
        "understanding": understanding_of(state),
        "scores": scores_of(state, {"methods": spec.methods_of(wave.layout)}),
        "drivers": _drivers(spec, wave, weighed) if wave.layout.drivers.outcome else None,
        "ueq_checks": ueq_checks(spec, wave),
        "signals": signals(spec, wave, recipe, look=verdict.get("look")),
        "comments": comments(spec, wave),
        "coding": coding(spec, wave),
        "verdict": verdict,
    }


def _reliability(spec: Spec, wave: Wave, name: str) -> Plain:
    found = construct_reliability(wave.state, name)
    items = wave.layout.constructs[name]
    n, reason = found.n, found.alpha.reason or Reason.NO_VARIATION
    omega, drawn = found.omega, coefficients_drawn(wave, items) if spec.bootstrap else None
    told = plain(omega.value, omega.n, omega.method, omega.reason or reason) | limits(omega.interval)
    if drawn and omega.value is not None:
        told |= {side: drawn["omega"][side] for side in ("low", "high", "confidence")}
    return {
        "omega": told,
        "bootstrap": drawn,
        "correlation": plain(found.correlation, n, CORRELATION, reason) if len(items) == 2 else None,
        "by_item": [
            {
                "code": item.code,
                "item_rest": plain(rest, n, ITEM_REST, reason),
                "alpha_if_deleted": plain(without, n, ALPHA_IF_DELETED, reason),
            }
            for item, rest, without in zip(items, found.item_rest, found.alpha_if_deleted, strict=True)
        ]
        if len(items) > 2
        else [],
    }


def _drivers(spec: Spec, wave: Wave, weighed: Weighed) -> Plain:
    found = driver_figures(weighed.state, weights=weighed.weights)
    seed = f"{spec.files.id}, wave {wave.number}"
    if found.reason is None:
        recipe = spec.weights.recipe if spec.weights and weighed.weights is not None else None
        places = np.flatnonzero(wave.counted)
        cells = [
            recipe_cell(cell, recipe, spec.files.variables) if recipe else "" for cell in wave.cells[places].tolist()
        ]
        replicates = driver_replicates(wave.layout, seed, places + 1, wave.answers[places], cells=cells)
        found = driver_figures(weighed.state, weights=weighed.weights, replicates=replicates)
    drawn = importance_drawn(wave) if spec.bootstrap and found.drivers and weighed.weights is None else {}
    return {
        "outcome": wave.layout.drivers.outcome,
        "turned": list(wave.layout.drivers.turned),
        "n": found.n,
        "r_squared": found.r_squared,
        "replicates": found.replicates,
        "seed": seed,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "drivers": [_driver(driver, wave.state, drawn.get(driver.name)) for driver in found.drivers],
    }


def _driver(found: Driver, state: State, drawn: Plain | None) -> Plain:
    return asdict(found) | {
        "quadrant": found.quadrant.value,
        "lowest_items": list(lowest_items(state, found.name)),
        "bootstrap": drawn and {"importance": drawn},
    }


def _verdict(spec: Spec, wave: Wave, waves: Sequence[Wave], recipe: Plain | None) -> Plain:
    """What the rule says of a wave, or why it says nothing: it looks only where and when it was registered to."""
    if spec.registered is None:
        return {"outcome": None, "refused": "NOT_REGISTERED"}
    if wave.number not in spec.registered.looks:
        return {"outcome": None, "refused": "NOT_A_LOOK"}
    means = {criterion.metric for criterion in spec.registered.rule.criteria if criterion.kind == Kind.MEAN}
    if not means <= wave.layout.constructs.keys():
        return {"outcome": None, "refused": "CRITERION_NOT_ASKED"}
    looked_at = [row.at for other in waves if other.number <= wave.number for row in other.rows if row.at is not None]
    told = {"registered_before": min(looked_at).date() >= spec.registered.registered_on if looked_at else None}
    if told["registered_before"] is False:
        return {"outcome": None, "refused": "REGISTERED_LATE"} | told
    look = spec.registered.looks.index(wave.number) + 1
    found, figures = verdict_of(wave.state, spec.registered.rule, look, recipe=recipe, variables=spec.files.variables)
    return {"outcome": found.outcome.value, "refused": None, "codes": list(found.codes)} | told | figures
