"""Every figure of a wave as plain data, exact, as it is frozen at the close. Nobody shows it but ``release``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.metrics.cells import UNKNOWN, VARIABLES, Margins, joined, margins_of, raked
from surveys.stats.estimates import Estimate, Interval, Reason
from surveys.stats.figures import (
    Part,
    accept_by_mode,
    accept_by_use_level,
    accept_without_suspects,
    cell_counts,
    construct_figures,
    evidence,
    flag_figures,
    group_figures,
    group_scores,
    informed_figures,
    item_figures,
    outcome,
)
from surveys.stats.groups import Adjusted, Difference, Dominance, Size, exploratory_family, hedges, welch
from surveys.stats.instruments import acceptance_index_of_means
from surveys.stats.layout import Item
from surveys.stats.means import Mean
from surveys.stats.proportions import share_of
from surveys.stats.reliability import Alpha
from surveys.stats.sensitivity import WEIGHTING, sensitivity
from surveys.stats.state import State
from surveys.stats.verdict import GAP_ALPHA, Rule, Verdict, verdict
from surveys.stats.weights import WeightedMean, WeightedShare

Plain = dict[str, Any]

# What the acceptance index is made of: other scales have scores of their own.
INDEX_SCALE = (1, 5)


@dataclass(frozen=True)
class Reach:
    """Whom a wave reached: invited participants by category, and answers begun but not handed in."""

    invited: int | None
    started: int
    by: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Weighed:
    """The counts in the cells of the registered recipe with their weights, or as they are without one."""

    state: State
    weights: dict[str, float] | None
    told: Plain | None


def weigh(state: State, recipe: Plain | None, variables: Sequence[str] = VARIABLES) -> Weighed:
    """Where the recipe fails (an empty category), figures stay unweighted and say why.

    ``variables`` are those in the names of the state's cells.
    """
    if recipe is None:
        return Weighed(state, None, None)
    in_cells = joined(state, recipe, variables)
    raking = raked(in_cells, recipe)
    told = {
        "variables": list(recipe["variables"]),
        "deff": raking.deff,
        "n_eff": raking.n_eff,
        "largest": raking.largest,
        "warnings": list(raking.warnings),
        "reason": raking.reason.value if raking.reason else None,
        "empty": raking.empty.partition("/")[2] or None,
        "status": recipe.get("status"),
        "margins": margins_weighed(in_cells, recipe, raking.weights),
    }
    if raking.weights is None:
        return Weighed(state, None, told)
    return Weighed(in_cells, dict(raking.weights), told)


def margins_weighed(in_cells: State, recipe: Plain, weights: Mapping[str, float] | None) -> list[Plain]:
    """Each category of the recipe: its answers, its share of them, the share it should have, and the weighted share."""
    counts = cell_counts(in_cells)
    everybody = sum(counts.values())
    found = []
    for place, (variable, margin) in enumerate(zip(recipe["variables"], recipe["margins"], strict=True)):
        total = sum(margin.values())
        for category in [*margin, UNKNOWN]:
            members = {cell: n for cell, n in counts.items() if cell.split("/")[place] == category}
            n = sum(members.values())
            if category == UNKNOWN and not n:
                continue
            weighted = None
            if weights is not None:
                weighted = sum(n * weights[cell] for cell, n in members.items()) / total
            found.append(
                {
                    "variable": variable,
                    "category": category,
                    "n": n,
                    "share": n / everybody if everybody else None,
                    "target": margin[category] / total if category in margin else None,
                    "weighted": weighted,
                }
            )
    return found


def results_of(
    state: State,
    *,
    reach: Reach,
    knowledge: list[str],
    recipe: Plain | None = None,
    protected_groups: int = 1,
    variables: Sequence[str] = VARIABLES,
) -> Plain:
    """Every figure of a wave.

    ``knowledge`` are the codes of its comprehension questions in the order of their counts; ``protected_groups`` is how
    many groups share the level of the gaps' intervals; ``variables`` are those in the names of the state's cells.
    """
    weighed = weigh(state, recipe, variables)
    weights, in_cells = weighed.weights, weighed.state
    complete, partial, broken_off = (int(value) for value in state.block("disposition", counted=None))
    items = [item_of(state, item) for item in state.layout.items]
    constructs = [construct_of(state, name, of) for name, of in state.layout.constructs.items()]
    scores = scores_of_groups(state)
    return {
        "counts": {
            "invited": reach.invited,
            "started": reach.started,
            "answered": state.n(counted=None),
            "counted": state.n(),
            "complete": complete,
            "partial": partial,
            "broken_off": broken_off,
        },
        "participation": participation_of(complete + partial, reach),
        "people": people_of(margins_of(state, variables), reach),
        "accept": share(outcome(in_cells, "accept", weights=weights)),
        "use": share(outcome(in_cells, "use", weights=weights)),
        "endorse": share(outcome(in_cells, "endorse", weights=weights)),
        "accept_unweighted": share(outcome(state, "accept")),
        "use_unweighted": share(outcome(state, "use")),
        "endorse_unweighted": share(outcome(state, "endorse")),
        "items": items,
        "constructs": constructs,
        "index": index_of(constructs, items),
        "groups": [
            group_of(in_cells, group, weights, gap_confidence=1 - GAP_ALPHA / max(1, protected_groups))
            | {"scores": scores[group]}
            for group in state.layout.groups
        ],
        "informed": informed_of(state, knowledge) if knowledge else None,
        "by_mode": [part(found) for found in accept_by_mode(state)],
        "by_use_level": [part(found) for found in accept_by_use_level(state)],
        "flags": flags_of(state, in_cells, weights),
        "weighting": weighed.told,
    }


def participation_of(at_least_half: int, reach: Reach) -> Plain:
    """Answers that are at least half complete, of the invited."""
    # Withdrawing removes answers but no invitation; nobody answers without one except where nobody was invited.
    if not reach.invited or at_least_half > reach.invited:
        return estimate(share_of(0, 0))
    return estimate(share_of(at_least_half, reach.invited))


def people_of(answered: Margins, reach: Reach) -> Plain:
    """Answers beside invitations in each category of each variable."""
    people: Plain = {}
    for variable, counts in answered.items():
        invited = reach.by.get(variable)
        categories = sorted(counts.keys() | (invited or {}).keys())
        people[variable] = [
            {
                "category": category,
                "invited": None if invited is None else invited.get(category, 0),
                "answered": counts.get(category, 0),
            }
            for category in categories
        ]
    return people


def counts_of_item(state: State, item: Item) -> Plain:
    """Answers to one item without any mean: what may be seen while a wave is open."""
    found = item_figures(state, item.code)
    return {
        "code": item.code,
        "construct": item.construct,
        "lo": item.lo,
        "hi": item.hi,
        "reverse": item.reverse,
        "n": found.n,
        "answered": found.answered,
        "dont_know": found.dont_know,
        "no_answer": found.no_answer,
        "not_applicable": found.not_applicable,
        "missing_rate": found.missing_rate,
        "histogram": [{"from": value, "to": value, "n": int(n)} for value, n in found.histogram.items()],
    }


def item_of(state: State, item: Item) -> Plain:
    found = item_figures(state, item.code)
    return counts_of_item(state, item) | {
        "median": found.median,
        "mean": mean(found.mean),
        "top_2": estimate(found.top_2),
        "bottom_2": estimate(found.bottom_2),
    }


def construct_of(state: State, name: str, items: tuple[Item, ...]) -> Plain:
    found = construct_figures(state, name)
    return {
        "name": name,
        "items": [item.code for item in items],
        "mean": mean(found.mean),
        "alpha": alpha(found.alpha),
    }


def index_of(constructs: Sequence[Plain], items: Sequence[Plain]) -> Plain:
    """The acceptance index of the constructs told, those asked on 1 to 5; it takes no part in any verdict."""
    scales = {item["code"]: (item["lo"], item["hi"]) for item in items}
    means = {
        told["name"]: _mean_told(told["mean"])
        for told in constructs
        if all(scales[code] == INDEX_SCALE for code in told["items"])
    }
    found = acceptance_index_of_means(means)
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "of": list(found.of),
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }


def _mean_told(figure: Plain) -> Mean:
    interval = None
    if figure["low"] is not None:
        interval = Interval(figure["low"], figure["high"], figure["confidence"], figure["method"])
    return Mean(figure["value"], None, None, interval, figure["n"] or 0)


def scores_of_groups(state: State) -> dict[str, list[Plain]]:
    """Each construct in each group beside the rest (rest minus group). The tests are one exploratory family."""
    found: dict[str, list[Plain]] = {}
    tests = {}
    for group in state.layout.groups:
        found[group] = []
        for name, (members, rest) in group_scores(state, group).items():
            test = welch(rest, members)
            tests[group, name] = rest.n, members.n, test.p
            found[group].append(
                {
                    "construct": name,
                    "mean": mean(members),
                    "mean_rest": mean(rest),
                    "gap": difference(test.difference),
                    "size": size_of(hedges(rest, members)),
                }
            )
    adjusted = exploratory_family({f"{group}/{name}": test for (group, name), test in tests.items()})
    return {
        group: [score | {"test": tested(adjusted[f"{group}/{score['construct']}"])} for score in scores]
        for group, scores in found.items()
    }


def size_of(found: Size | Dominance) -> Plain:
    """A standardised difference with its word; nothing is said of two groups of one, or of equal answers."""
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n_1 + found.n_2,
        "word": found.word.value if found.word else None,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }


def tested(found: Adjusted) -> Plain:
    return {
        "p": found.p,
        "adjusted": found.adjusted,
        "n": found.n_1 + found.n_2,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }


def group_of(state: State, group: str, weights: dict[str, float] | None, *, gap_confidence: float) -> Plain:
    found = group_figures(state, group, weights=weights, gap_confidence=gap_confidence)
    return {
        "name": group,
        "n": found.n,
        "n_rest": found.n_rest,
        "unknown": found.unknown,
        "accept": share(found.accept),
        "accept_rest": share(found.accept_rest),
        "gap": difference(found.gap),
        "informed": estimate(found.informed),
        "informed_rest": estimate(found.informed_rest),
    }


def informed_of(state: State, knowledge: list[str]) -> Plain:
    found = informed_figures(state)
    return {
        "informed": estimate(found.informed),
        "reading": found.reading.value if found.reading else None,
        "questions": [
            {
                "code": code,
                "right": estimate(question.right),
                "wrong": question.wrong,
                "dont_know": question.dont_know,
                "no_answer": question.no_answer,
            }
            for code, question in zip(knowledge, found.questions, strict=True)
        ],
        "accept_informed": estimate(found.accept_informed),
        "accept_others": estimate(found.accept_others),
        "gap": difference(found.gap),
    }


def flags_of(state: State, in_cells: State, weights: dict[str, float] | None) -> Plain:
    found = flag_figures(state)
    return {
        "n": found.n,
        "kinds": dict(found.kinds),
        "suspects": estimate(found.suspects),
        "warning": found.warning,
        "accept_without_suspects": share(accept_without_suspects(in_cells, weights=weights)),
    }


def verdict_of(
    state: State,
    rule: Rule,
    look: int,
    *,
    recipe: Plain | None,
    forfeited: Collection[int] = (),
    variables: Sequence[str] = VARIABLES,
) -> tuple[Verdict, Plain]:
    """What the registered rule says at a look, and everything that is printed beside it."""
    weighed = weigh(state, recipe, variables)
    # A recipe that cannot be met is no licence to fall back on another figure than the registered one.
    failed_guards = [WEIGHTING] if recipe is not None and weighed.weights is None else []
    judged = evidence(weighed.state, rule, weights=weighed.weights, failed_guards=failed_guards)
    found = verdict(rule, look, judged, forfeited=forfeited)
    otherwise = sensitivity(
        weighed.state, rule, look, weights=weighed.weights, failed_guards=failed_guards, forfeited=forfeited
    )
    return found, {
        "value": found.share,
        **limits(found.interval),
        "n": found.n,
        "n_star": found.n_star,
        "look": found.look,
        "looks": found.looks,
        "alpha": found.alpha,
        "alpha_left": found.alpha_left,
        "forfeited": sorted(forfeited),
        "needed_n": found.needed_n,
        "tau_scale": rule.tau_scale,
        "tau_retire": rule.tau_retire,
        "delta": rule.delta,
        "choices": [choice.value for choice in found.choices],
        "groups": [
            {
                "name": group.name,
                "n": group.n,
                "n_rest": group.n_rest,
                "gap": group.gap,
                **limits(group.interval),
                "blocked": group.blocked,
            }
            for group in found.groups
        ],
        "criteria": [
            {
                "metric": criterion.metric,
                "least": criterion.least,
                "value": criterion.value,
                **limits(criterion.interval),
                "n": criterion.n,
                "met": criterion.met,
                "failed": criterion.failed,
            }
            for criterion in found.criteria
        ],
        "sensitivity": {
            "without_suspects": line(otherwise.without_suspects),
            "unweighted": line(otherwise.unweighted),
            "calibrated": line(otherwise.calibrated) if otherwise.calibrated else None,
        },
        "method": found.method,
    }


def line(found: Verdict) -> Plain:
    """One line beside a verdict: what the rule would have said, its interval at the level of the look."""
    return {
        "outcome": found.outcome.value,
        "codes": list(found.codes),
        "value": found.share,
        **limits(found.interval),
        "n": found.n,
        "n_star": found.n_star,
        "method": found.method,
        "reason": None if found.share is not None else Reason.NO_ANSWERS.value,
    }


def limits(interval: Interval | None) -> Plain:
    if interval is None:
        return {"low": None, "high": None, "confidence": None}
    return {"low": interval.low, "high": interval.high, "confidence": interval.confidence}


def estimate(found: Estimate) -> Plain:
    reason = found.reason.value if found.reason else None
    return {"value": found.value, **limits(found.interval), "n": found.n, "method": found.method, "reason": reason}


def share(found: WeightedShare) -> Plain:
    reason = found.reason.value if found.reason else None
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "n_star": found.n_star,
        "method": found.method,
        "reason": reason,
    }


def weighted_mean_told(found: WeightedMean) -> Plain:
    reason = found.reason.value if found.reason else None
    return {"value": found.value, **limits(found.interval), "n": found.n, "method": found.method, "reason": reason}


def mean(found: Mean) -> Plain:
    reason = found.reason.value if found.reason else None
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "sd": found.sd,
        "standard_error": found.standard_error,
        "method": found.method,
        "reason": reason,
    }


def alpha(found: Alpha) -> Plain:
    reason = found.reason.value if found.reason else None
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "items": found.items,
        "label": found.label or None,
        "method": found.method,
        "reason": reason,
    }


def difference(found: Difference) -> Plain:
    reason = found.reason.value if found.reason else None
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n_1 + found.n_2,
        "method": found.method,
        "reason": reason,
    }


def part(found: Part) -> Plain:
    return {"label": found.label, "n": found.n, "accept": estimate(found.accept)}
