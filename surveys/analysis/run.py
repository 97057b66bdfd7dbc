"""From a spec and the rows of its files to results, as plain data: the figures of the site, by the same functions.

Nothing here depends on the order of the rows or on the files they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations

from surveys.analysis.changes import change, size_of
from surveys.analysis.spec import Margin, Spec
from surveys.analysis.table import Table
from surveys.analysis.waves import Wave, waves_of
from surveys.metrics.cells import UNKNOWN
from surveys.metrics.figures import Plain, Reach, difference, estimate, limits, mean, results_of, verdict_of, weigh
from surveys.stats.drivers import Driver
from surveys.stats.estimates import Reason
from surveys.stats.figures import construct_reliability, driver_figures, group_scores, lowest_items
from surveys.stats.groups import Adjusted, exploratory_family, hedges, registered_family, shares_p, welch
from surveys.stats.proportions import share_of
from surveys.stats.reliability import Omega, Reliability
from surveys.stats.representativeness import coverage, dissimilarity
from surveys.stats.state import State

VERSION = 1
DISSIMILARITY = "dissimilarity"
ITEM_REST = "item-rest correlation"
ALPHA_IF_DELETED = "cronbach alpha without the item"
CORRELATION = "pearson correlation"
# A margin further from the population than this is warned of.
FAR = 0.10


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
    }


def _registration(spec: Spec) -> Plain | None:
    if spec.registered is None:
        return None
    rule = asdict(spec.registered.rule)
    plain = {name: list(part) if isinstance(part, tuple) else part for name, part in rule.items()}
    return plain | {
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
    recipe = spec.weights.recipe if spec.weights else None
    variables = spec.files.variables
    rule = spec.registered.rule if spec.registered else None
    protected = rule.protected_groups if rule else spec.files.groups
    invited = spec.invited.get(wave.number)
    moments = [row.at for row in wave.rows if row.at is not None]
    figures = results_of(
        wave.state,
        reach=Reach(invited=invited, started=0, by={}),
        knowledge=list(spec.knowledge),
        recipe=recipe,
        protected_groups=len(protected),
        variables=variables,
    )
    weighed = weigh(wave.state, recipe, variables)
    of_construct = {construct["name"]: construct for construct in figures["constructs"]}
    for item in figures["items"]:
        item |= {"text": spec.text_of(item["code"]), "labels": spec.labels_of(item["code"])}
    for name in wave.layout.constructs:
        of_construct[name]["label"] = spec.name_of(name)
        of_construct[name] |= _reliability(construct_reliability(wave.state, name), of_construct[name]["items"])
    for group in figures["groups"]:
        group["protected"] = group["name"] in protected
        group["scores"] = _scores_of_group(wave.state, group["name"])
    _test_groups(figures["groups"])
    return {
        "number": wave.number,
        "first": min(moments).isoformat() if moments else None,
        "last": max(moments).isoformat() if moments else None,
        **figures,
        "representativeness": _representativeness(spec, wave.state),
        "drivers": _drivers(wave, weighed.weights, weighed.state) if wave.layout.drivers.outcome else None,
        "verdict": _verdict(spec, wave, waves, recipe),
    }


def _reliability(found: Reliability, codes: Sequence[str]) -> Plain:
    n, too_few = found.n, found.alpha.reason

    def plain(value: float | None, method: str) -> Plain:
        reason = too_few or Reason.NO_VARIATION
        return _plain(value, n, method, None if value is not None else reason)

    return {
        "omega": _omega(found.omega),
        "correlation": plain(found.correlation, CORRELATION) if len(codes) == 2 else None,
        "by_item": [
            {"code": code, "item_rest": plain(rest, ITEM_REST), "alpha_if_deleted": plain(without, ALPHA_IF_DELETED)}
            for code, rest, without in zip(codes, found.item_rest, found.alpha_if_deleted, strict=True)
        ]
        if len(codes) > 2
        else [],
    }


def _omega(found: Omega) -> Plain:
    reason = found.reason.value if found.reason else None
    return {"value": found.value, **limits(found.interval), "n": found.n, "method": found.method, "reason": reason}


def _plain(value: float | None, n: int, method: str, reason: Reason | None) -> Plain:
    told = reason.value if reason else None
    return {"value": value, **limits(None), "n": n, "method": method, "reason": told}


def _scores_of_group(state: State, group: str) -> list[Plain]:
    found = []
    for name, (members, rest) in group_scores(state, group).items():
        size = hedges(rest, members)
        tested = welch(rest, members)
        found.append(
            {
                "construct": name,
                "mean": mean(members),
                "mean_rest": mean(rest),
                "gap": difference(tested.difference),
                "size": size_of(size, members.n + rest.n),
                "p": tested.p,
            }
        )
    return found


def _test_groups(groups: Sequence[Plain]) -> None:
    """Adjust what is tested: accept of the protected groups as one registered family, the rest as exploratory ones."""

    def accept_test(group: Plain) -> tuple[int, int, float | None]:
        ours, rest = group["accept"], group["accept_rest"]
        p = None
        if ours["value"] is not None and rest["value"] is not None:
            p = shares_p(ours["value"], ours["n_star"], rest["value"], rest["n_star"])
        return ours["n"], rest["n"], p

    accept = {group["name"]: accept_test(group) for group in groups}
    protected = {group["name"] for group in groups if group["protected"]}
    found = {
        **registered_family({name: test for name, test in accept.items() if name in protected}),
        **exploratory_family({name: test for name, test in accept.items() if name not in protected}),
    }
    for group in groups:
        group["test"] = _tested(found[group["name"]])
    of_scores = exploratory_family(
        {
            f"{group['name']}/{score['construct']}": (score["mean"]["n"], score["mean_rest"]["n"], score.pop("p"))
            for group in groups
            for score in group["scores"]
        }
    )
    for group in groups:
        for score in group["scores"]:
            score["test"] = _tested(of_scores[f"{group['name']}/{score['construct']}"])


def _tested(found: Adjusted) -> Plain:
    return {
        "p": found.p,
        "adjusted": found.adjusted,
        "n": found.n_1 + found.n_2,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }


def _representativeness(spec: Spec, state: State) -> list[Plain]:
    """Each margin of the population beside the counted answers; people who did not say are left out of it."""
    found = []
    for margin in spec.weights.margins if spec.weights else ():
        place = spec.files.variables.index(margin.variable)
        counts = dict.fromkeys(margin.people, 0)
        for cell, (n,) in state.by_cell("n").items():
            category = cell.split("/")[place]
            if category != UNKNOWN:
                counts[category] += int(n)
        n = sum(counts.values())
        value = dissimilarity(counts, margin.people)
        covered = {group.group: group for group in coverage(counts, margin.people)}
        total = sum(margin.people.values())
        found.append(
            {
                "variable": margin.variable,
                "dissimilarity": _plain(value, n, DISSIMILARITY, Reason.NO_ANSWERS if value is None else None),
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


def _drivers(wave: Wave, weights: dict[str, float] | None, in_cells: State) -> Plain:
    found = driver_figures(in_cells, weights=weights)
    return {
        "outcome": wave.layout.drivers.outcome,
        "turned": list(wave.layout.drivers.turned),
        "n": found.n,
        "r_squared": found.r_squared,
        "replicates": found.replicates,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "drivers": [_driver(driver, wave.state) for driver in found.drivers],
    }


def _driver(found: Driver, state: State) -> Plain:
    return asdict(found) | {
        "quadrant": found.quadrant.value,
        "lowest_items": list(lowest_items(state, found.name)),
    }


def _verdict(spec: Spec, wave: Wave, waves: Sequence[Wave], recipe: Plain | None) -> Plain:
    """What the rule says of a wave, or why it says nothing: it looks only where and when it was registered to."""
    if spec.registered is None:
        return {"outcome": None, "refused": "NOT_REGISTERED"}
    if wave.number not in spec.registered.looks:
        return {"outcome": None, "refused": "NOT_A_LOOK"}
    looked_at = [row.at for other in waves if other.number <= wave.number for row in other.rows if row.at is not None]
    told = {"registered_before": min(looked_at).date() >= spec.registered.registered_on if looked_at else None}
    if told["registered_before"] is False:
        return {"outcome": None, "refused": "REGISTERED_LATE"} | told
    look = spec.registered.looks.index(wave.number) + 1
    found, plain = verdict_of(wave.state, spec.registered.rule, look, recipe=recipe, variables=spec.files.variables)
    return {"outcome": found.outcome.value, "refused": None, "codes": list(found.codes)} | told | plain
