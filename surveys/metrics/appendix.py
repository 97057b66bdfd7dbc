"""What a reviewer asks beside the figures of a wave: do questions belong together, who is missing, is a gap a gap.

Frozen with the other figures at the close, under ``appendix``; nobody shows it but ``release``.
"""

from typing import Any

from surveys.metrics.cells import UNKNOWN, margins_of
from surveys.metrics.disclosure import HIDDEN, Acceptance, acceptance_told, hidden_figure, in_percent, is_told
from surveys.metrics.figures import Plain, Reach, Weighed, difference, limits, mean, share, size_of
from surveys.metrics.suppression import counts_shown, is_small, rounded
from surveys.stats.estimates import Reason
from surveys.stats.figures import accept_dominance, construct_reliability, group_figures, knowledge_figures, outcome
from surveys.stats.means import mean_of_sums
from surveys.stats.reliability import ITEM_REST
from surveys.stats.representativeness import (
    DISSIMILARITY,
    FAR,
    R_INDICATOR,
    GroupAnswers,
    InclusionPanel,
    dissimilarity,
    inclusion_panel,
    r_indicator,
)
from surveys.stats.state import State
from surveys.stats.weights import finite_share

# Which categories of age make up a registered group, where its share of the population is to be known.
AGES = {"65+": ("65+", "65-74", "75+")}


def appendix_of(state: State, weighed: Weighed, *, reach: Reach, recipe: Plain | None, m_min: int) -> Plain:
    """``m_min`` is from how many answers on the rule listens to a group."""
    return {
        "reliability": [_reliability(state, name) for name in state.layout.constructs],
        "inclusion": _inclusion(weighed, recipe, m_min) if state.layout.groups else None,
        "representativeness": _representativeness(state, reach, recipe),
        "understanding": understanding_of(state),
        "knowledge": knowledge_of(state),
        "finite": _finite(weighed, recipe),
    }


def _finite(weighed: Weighed, recipe: Plain | None) -> Plain | None:
    """Accept with the correction for a finite population, where the recipe tells how many people there are."""
    if recipe is None or weighed.weights is None:
        return None
    population = round(sum(recipe["margins"][0].values()))
    accept = outcome(weighed.state, "accept", weights=weighed.weights)
    if population < max(2, accept.n) or not accept.n:
        return None
    return {"population": population, "accept": share(finite_share(accept, population))}


def _reliability(state: State, name: str) -> Plain:
    found = construct_reliability(state, name)
    omega, codes = found.omega, [item.code for item in state.layout.constructs[name]]
    return {
        "name": name,
        "omega": _value(omega.value, omega.n, omega.method, omega.reason) | limits(omega.interval),
        "correlation": _value(found.correlation, found.n, "correlation", found.alpha.reason)
        if len(codes) == 2
        else None,
        "by_item": [
            {"code": code, "item_rest": _value(rest, found.n, ITEM_REST, found.alpha.reason)}
            for code, rest in zip(codes, found.item_rest, strict=True)
        ]
        if len(codes) > 2
        else [],
    }


def _value(value: float | None, n: int, method: str, reason: Reason | None = None) -> Plain:
    """A figure without an interval."""
    told = None if value is not None else (reason or Reason.NO_VARIATION).value
    return {"value": value, **limits(None), "n": n, "method": method, "reason": told}


def _inclusion(weighed: Weighed, recipe: Plain | None, m_min: int) -> Plain:
    groups = []
    for name in weighed.state.layout.groups:
        found = group_figures(weighed.state, name, weights=weighed.weights)
        population = share_of_population(name, recipe)
        groups.append(
            GroupAnswers(
                name,
                found.accept,
                found.accept_rest,
                found.informed,
                found.informed_rest,
                found.n,
                found.n_rest,
                population,
            )
        )
    panel: InclusionPanel = inclusion_panel(groups, least=m_min)
    return {
        "worst": panel.worst,
        "least_covered": panel.least_covered,
        "unheard": list(panel.unheard),
        "groups": [
            {
                "name": one.name,
                "coverage": one.coverage,
                "population": group.population,
                "p": one.test.p,
                "adjusted": one.test.adjusted,
                "method": one.test.method,
                "reason": one.test.reason.value if one.test.reason else None,
                "size": one.word.value if one.word else None,
                "delta": size_of(accept_dominance(weighed.state, one.name)),
                "understanding_gap": difference(one.understanding_gap),
            }
            for one, group in zip(panel.groups, groups, strict=True)
        ],
    }


def share_of_population(group: str, recipe: Plain | None) -> float | None:
    """What share of the registered population belongs to a group, where the margin of age tells."""
    if recipe is None or group not in AGES or "age" not in recipe["variables"]:
        return None
    margin = recipe["margins"][recipe["variables"].index("age")]
    members = sum(people for category, people in margin.items() if category in AGES[group])
    return members / sum(margin.values()) if members else None


def _representativeness(state: State, reach: Reach, recipe: Plain | None) -> list[Plain]:
    """By variable: how far the answers are from the registered population, and how evenly the invited answered."""
    found = []
    answered_by = margins_of(state)
    for variable, answered in answered_by.items():
        answered = {category: n for category, n in answered.items() if category != UNKNOWN}
        population = _population(variable, recipe)
        invited = {category: n for category, n in reach.by.get(variable, {}).items() if category != UNKNOWN and n}
        joins = (recipe or {}).get("categories", {}).get(variable, {}) if recipe else {}
        joined: dict[str, int] = dict.fromkeys(population, 0)
        for category, n in answered.items():
            name = joins.get(category, category)
            if name in joined:
                joined[name] += n
        far = dissimilarity(joined, population) if population and sum(joined.values()) else None
        even = None
        if len(invited) > 1 and all(answered.get(category, 0) <= n for category, n in invited.items()):
            even = r_indicator(invited, {category: answered.get(category, 0) for category in invited})
        n = sum(answered.values())
        found.append(
            {
                "variable": variable,
                "dissimilarity": _value(far, sum(joined.values()), DISSIMILARITY, Reason.NO_ANSWERS),
                "far": far is not None and far > FAR,
                "evenness": _value(even.value if even else None, n, R_INDICATOR, Reason.NO_ANSWERS),
            }
        )
    return found


def _population(variable: str, recipe: Plain | None) -> dict[str, float]:
    if recipe is None or variable not in recipe["variables"]:
        return {}
    margin: dict[str, float] = recipe["margins"][recipe["variables"].index(variable)]
    return margin


def understanding_of(state: State) -> Plain | None:
    """What people think they know (0 to 1) beside what they know; None where it was not asked."""
    unit = state.layout.calibration_units
    if not unit:
        return None
    n, believed, believed_squares, apart, apart_squares = (
        int(state.block("calibration")[place]) for place in (0, 1, 2, 4, 5)
    )
    over, under = (int(count) for count in state.block("calibration")[-2:])
    judged = int(state.block("calibration")[3])
    return {
        "subjective": mean(mean_of_sums(n, believed, believed_squares, unit=unit)),
        "calibration": mean(mean_of_sums(judged, apart, apart_squares, unit=unit)),
        "overconfident": over,
        "underconfident": under,
    }


def knowledge_of(state: State) -> Plain | None:
    """Means over people: questions right, the same less what guessing gives, wrong among what was not right."""
    if not state.layout.informed.questions:
        return None
    found = knowledge_figures(state)
    return {
        "objective": mean(found.objective),
        "corrected": mean(found.corrected),
        "confident_wrong": mean(found.confident_wrong),
    }


def appendix_released(appendix: Plain, public: Plain, *, strict: bool) -> Plain:
    """For everybody: correlations to 0.1, coefficients to 0.01, nothing of whom or what is hidden elsewhere.

    Without ``strict`` it is still told why a hidden figure does not exist, as in what was published before.
    """
    items = {item["code"]: item for item in public["items"]}
    constructs = {construct["name"]: construct for construct in public["constructs"]}
    groups = {group["name"]: group for group in public["groups"]}
    return {
        "reliability": [
            _reliability_released(found, constructs[found["name"]], items, strict=strict)
            for found in appendix["reliability"]
        ],
        "inclusion": appendix["inclusion"] and _inclusion_released(appendix["inclusion"], groups, strict=strict),
        "representativeness": [
            found
            | {
                "dissimilarity": _rounded_to(found["dissimilarity"], 2),
                "evenness": _rounded_to(found["evenness"], 2),
            }
            for found in appendix["representativeness"]
        ],
        "understanding": appendix["understanding"]
        and _understanding_released(appendix["understanding"], public, strict=strict),
        "knowledge": appendix["knowledge"]
        and _knowledge_released(appendix["knowledge"], public["informed"], strict=strict),
        "finite": appendix["finite"] and _finite_released(appendix["finite"], public["accept"]),
    }


def _finite_released(finite: Plain, accept: Plain) -> Plain:
    """As finely as acceptance itself."""
    finely = acceptance_told(accept)
    if finely == Acceptance.EXACT or finite["accept"]["value"] is None:
        return finite
    figure = finite["accept"]
    return finite | {"accept": in_percent(figure) if finely == Acceptance.PERCENT else hidden_figure(figure)}


def _knowledge_released(knowledge: Plain, informed: Plain | None, *, strict: bool) -> Plain:
    """Sums over the questions would give away the one count among them that is hidden."""
    questions = informed["questions"] if informed else []
    shown = all(
        question["right"]["reason"] != HIDDEN and None not in (question["wrong"], question["dont_know"])
        for question in questions
    )
    bare: dict[str, Any] = {"sd": None, "standard_error": None}
    return {name: _rounded_to(figure, 2, shown=shown, strict=strict) | bare for name, figure in knowledge.items()}


def _rounded_to(figure: Plain, digits: int, *, shown: bool = True, strict: bool = True) -> Plain:
    if figure["value"] is None and (shown or not strict):
        return figure | {"n": None}
    # Why there is none may tell, too: that everybody answered alike.
    if not shown or is_small(figure["n"]):
        return dict.fromkeys(figure) | {"method": figure["method"], "reason": HIDDEN}
    sides = {side: None if figure[side] is None else round(figure[side], digits) for side in ("value", "low", "high")}
    return figure | sides | {"n": rounded(figure["n"])}


def _reliability_released(found: Plain, construct: Plain, items: dict[str, Plain], *, strict: bool) -> Plain:
    shown = construct["mean"]["reason"] != HIDDEN and all(
        items[code]["mean"]["reason"] != HIDDEN for code in construct["items"]
    )
    return found | {
        "omega": _rounded_to(found["omega"], 2, shown=shown, strict=strict),
        "correlation": found["correlation"] and _rounded_to(found["correlation"], 1, shown=shown, strict=strict),
        "by_item": [
            item | {"item_rest": _rounded_to(item["item_rest"], 1, shown=shown, strict=strict)}
            for item in found["by_item"]
        ],
    }


def _inclusion_released(inclusion: Plain, groups: dict[str, Plain], *, strict: bool) -> Plain:
    told = []
    for found in inclusion["groups"]:
        public = groups[found["name"]]
        shown = public["gap"]["value"] is not None
        knows = shown and public["informed"]["value"] is not None and public["informed_rest"]["value"] is not None
        told.append(
            found
            | {
                "coverage": None if public["n"] is None or found["coverage"] is None else round(found["coverage"], 1),
                "p": None,
                "adjusted": round(found["adjusted"], 2)
                if shown and public["gap"]["low"] is not None and found["adjusted"] is not None
                else None,
                "reason": found["reason"] if shown or found["reason"] else HIDDEN,
                "size": found["size"] if shown else None,
                "delta": _delta_released(
                    found["delta"], shown=shown and public["gap"]["low"] is not None, strict=strict
                ),
                "understanding_gap": _rounded_to(found["understanding_gap"], 2, shown=knows, strict=strict),
            }
        )
    seen = {found["name"] for found in told if found["size"] is not None}
    counted = {found["name"] for found in told if found["coverage"] is not None}
    return {
        "worst": inclusion["worst"] if inclusion["worst"] in seen else None,
        "least_covered": inclusion["least_covered"] if inclusion["least_covered"] in counted else None,
        "unheard": list(inclusion["unheard"]),
        "groups": told,
    }


def _delta_released(delta: Plain, *, shown: bool, strict: bool) -> Plain:
    told = _rounded_to(delta, 2, shown=shown, strict=strict)
    return told | {"word": delta["word"] if told["value"] is not None else None}


def _understanding_released(understanding: Plain, public: Plain, *, strict: bool) -> Plain:
    calibration = understanding["calibration"]
    asked = public.get("disclosure", {}).get("subjective", ())
    # The questions of what people think they know tell as much one by one.
    told = all(is_told(item) for item in public["items"] if item["code"] in asked)
    over, under = understanding["overconfident"], understanding["underconfident"]
    shown = counts_shown([over, under, calibration["n"] - over - under])
    bare: dict[str, Any] = {"sd": None, "standard_error": None}
    return {
        "subjective": _rounded_to(understanding["subjective"], 2, shown=told, strict=strict) | bare,
        "calibration": _rounded_to(calibration, 2, shown=told, strict=strict) | bare,
        "overconfident": rounded(over) if told and shown[0] else None,
        "underconfident": rounded(under) if told and shown[1] else None,
    }
