"""What may be told of a wave beside what ``suppression`` says of one table: the rules that hold for every figure.

- Acceptance is told exactly, in whole percent, as a bound, or not at all (``Acceptance``), and whatever its count could
  be worked out from follows it.
- A question that all but a few answered alike is not told (``is_alike``).
- What somebody of the staff entered she knows. So a figure is told only where it could also be told of everybody else's
  answers (``also_hidden_of_others``): of nobody, or of at least k people.
- While a wave is open its counts move five answers at a time (``may_step``).

Nothing here reads a database, so that whoever holds the counts comes to the same public form.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import product
from math import ceil, floor
from typing import Any

from surveys.metrics.figures import Plain
from surveys.metrics.suppression import Audit, K, know_count, know_mean, know_share, rounded

HIDDEN = "HIDDEN"
# Why a share has no value where it has a bound: ``at_least`` to ``at_most`` of ``n`` people.
BOUND = "BOUND"
# From how many answers on acceptance is told exactly where no rule says another number.
N_MIN = 100
# How many answers an open wave moves by.
STEP = 5
# The band of an open wave is told outwards to twentieths.
BAND_STEPS = 20
# Questions behind an outcome whose answers taken together are still few enough for one linear programme.
MOST_PATTERNS = 2_000
MISSING_KINDS = ("dont_know", "no_answer", "not_applicable")


class Acceptance(StrEnum):
    """How finely the public is told how many accept."""

    EXACT = "exact"
    # Below the registered minimum, as every other share: whole percent, without an interval.
    PERCENT = "percent"
    # One side holds fewer than k people: that much, and the verdict.
    BOUND = "bound"
    HIDDEN = "hidden"


def is_few(count: int, k: int = K) -> bool:
    """Whether so many people are too few for one side of a share. Nobody is, too: then all others said the same."""
    return count < k


def has_rules(results: Plain) -> bool:
    """Whether these figures were frozen with what these rules need; what was published before stays as it was."""
    return "disclosure" in results


def yes_of(figure: Plain) -> int:
    """How many said yes; of a weighted share, nearly so, which is all that hiding needs."""
    return 0 if figure["value"] is None else round(figure["value"] * figure["n"])


def acceptance_of(results: Plain) -> Acceptance:
    """How finely acceptance is told of exact results."""
    everybody = results["accept_unweighted"]
    if not has_rules(results) or everybody["value"] is None:
        return Acceptance.EXACT
    enough = everybody["n"] >= results["disclosure"]["n_min"]
    sides = yes_of(everybody), everybody["n"] - yes_of(everybody)
    if all(map(is_few, sides)):
        return Acceptance.HIDDEN
    if any(map(is_few, sides)):
        return Acceptance.BOUND if enough else Acceptance.HIDDEN
    return Acceptance.EXACT if enough else Acceptance.PERCENT


def acceptance_told(figure: Plain) -> Acceptance:
    """How finely a released figure of acceptance is told."""
    if figure["reason"] == BOUND:
        return Acceptance.BOUND
    if figure["reason"] == HIDDEN:
        return Acceptance.HIDDEN
    return Acceptance.PERCENT if figure["value"] is not None and figure["low"] is None else Acceptance.EXACT


def accept_released(figure: Plain, everybody: Plain, finely: Acceptance) -> Plain:
    """The public form of acceptance, weighted or not; ``everybody`` is the share without weights."""
    limits: Plain = {"at_least": None, "at_most": None}
    if finely == Acceptance.EXACT or figure["value"] is None:
        return figure | limits
    if finely == Acceptance.PERCENT:
        return in_percent(figure) | limits
    hidden = hidden_figure(figure) | limits
    if finely == Acceptance.HIDDEN:
        return hidden
    n = everybody["n"]
    few_accept = is_few(yes_of(everybody))
    low, high = (0, K - 1) if few_accept else (n - (K - 1), n)
    return hidden | {"n": n, "reason": BOUND, "at_least": low, "at_most": high}


def hidden_figure(figure: Plain, reason: str = HIDDEN) -> Plain:
    """Nothing of a figure but how it was made, and why it is not told."""
    return {name: None for name in figure} | {"method": figure["method"], "reason": reason}


def in_percent(figure: Plain) -> Plain:
    """A share in whole percent with an n rounded to 5, without an interval."""
    if figure["value"] is None:
        return dict(figure)
    return without_interval(figure) | {"value": round(figure["value"], 2), "n": rounded(figure["n"])}


def without_interval(figure: Plain) -> Plain:
    gone = {name: None for name in ("low", "high", "confidence", "n_star") if name in figure}
    return figure | gone


def is_alike(values: Sequence[int], missing: Sequence[int]) -> bool:
    """Whether all but a few gave one answer, or none: then the question tells what nearly each of them said."""
    answered, everybody = sum(values), sum(values) + sum(missing)
    if not everybody:
        return False
    return is_few(everybody - max(*values, *missing)) or (answered > 0 and is_few(answered - max(values)))


def item_hidden(item: Plain) -> Plain:
    """A question of which nothing is told: neither a bar nor a row."""
    nothing: Plain = dict.fromkeys(("answered", *MISSING_KINDS, "missing_rate", "median"))
    figures = {name: hidden_figure(item[name]) for name in ("mean", "top_2", "bottom_2") if name in item}
    return item | nothing | figures | {"histogram": [part | {"n": None} for part in item["histogram"]]}


def is_told(item: Plain) -> bool:
    """Whether anything is told of a question."""
    return item["answered"] is not None


# What the questions of an outcome tell of its count


def keeps_acceptance_open(results: Plain, told: Mapping[str, Plain]) -> bool:
    """Whether the small side of acceptance can still be anything from none to k-1 for who reads its questions.

    ``told`` are the released questions by their codes. A linear programme over every way of answering all of them.
    """
    rule = results["disclosure"]["outcome"]
    items = [item for item in results["items"] if item["code"] in rule["items"]]
    scales = [[*range(item["lo"], item["hi"] + 1), None] for item in items]
    size = 1
    for scale in scales:
        size *= len(scale)
    if not items or size > MOST_PATTERNS:
        return not items
    patterns = list(product(*scales))
    audit = Audit(len(patterns))
    audit.know(dict.fromkeys(range(len(patterns)), 1.0), results["counts"]["counted"], results["counts"]["counted"])
    for place, item in enumerate(items):
        _know_item(audit, patterns, place, item, told[item["code"]])
    sides: dict[bool, list[int]] = {True: [], False: []}
    for number, pattern in enumerate(patterns):
        accepts = _accepts(pattern, items, rule)
        if accepts is not None:
            sides[accepts].append(number)
    n, yes = results["accept_unweighted"]["n"], yes_of(results["accept_unweighted"])
    audit.know(dict.fromkeys([*sides[True], *sides[False]], 1.0), n, n)
    few = [side for side, count in ((True, yes), (False, n - yes)) if is_few(count)]
    ranges = [audit.range_of(sides[side]) for side in few]
    return all(low < 0.5 and high > K - 1.5 for low, high in ranges)


def _accepts(pattern: Sequence[int | None], items: Sequence[Plain], rule: Plain) -> bool | None:
    turned = [
        item["lo"] + item["hi"] - value if item["reverse"] else value
        for value, item in zip(pattern, items, strict=True)
        if value is not None
    ]
    if len(turned) < rule["least_answered"]:
        return None
    return bool(sum(turned) / len(turned) >= rule["at_least"] - 1e-9)


def _know_item(audit: Audit, patterns: Sequence[Sequence[int | None]], place: int, exact: Plain, told: Plain) -> None:
    """What a reader knows of the answers to one of several questions."""
    by_value: dict[int | None, list[int]] = {}
    for number, pattern in enumerate(patterns):
        by_value.setdefault(pattern[place], []).append(number)
    answered = [number for value, numbers in by_value.items() if value is not None for number in numbers]
    for part in told["histogram"]:
        if part["n"] is not None:
            know_count(audit, dict.fromkeys(by_value[part["from"]], 1.0), part["n"])
    missing = [told[kind] for kind in MISSING_KINDS]
    if None not in missing:
        slack = 2 * sum(1 for count in missing if count)
        audit.know(dict.fromkeys(by_value[None], 1.0), sum(missing) - slack, sum(missing) + slack)
    on_scale = dict.fromkeys(answered, 1.0)
    if told["mean"]["value"] is not None:
        fine = abs(told["mean"]["value"] - exact["mean"]["value"]) <= 0.005 + 1e-9
        weights = {number: float(patterns[number][place] or 0) for number in answered}
        know_mean(audit, weights, told["mean"]["value"], 0.005 if fine else 0.05)
    values = sorted(value for value in by_value if value is not None)
    for name, ends in (("top_2", values[-2:]), ("bottom_2", values[:2])):
        if told[name]["value"] is not None:
            part_of = [number for value in ends for number in by_value[value]]
            know_share(audit, dict.fromkeys(part_of, 1.0), on_scale, told[name]["value"])


# What those know who entered answers


def also_hidden_of_others(public: Plain, others: Plain, exact: Plain) -> Plain:
    """The public form without what could not be told of the answers that one member of the staff did not enter.

    ``others`` is the public form of these answers, ``exact`` their results.
    """
    found: Plain = also_hidden(public, others)
    rough = {item["code"]: item for item in others["items"]}
    known = {item["code"]: item for item in exact["items"]}
    for item in found["items"]:
        code = item["code"]
        if code in rough:
            item["mean"] = _as_coarse(item["mean"], rough[code]["mean"], known[code]["mean"])
    means = {construct["name"]: construct["mean"] for construct in others["constructs"]}
    true = {construct["name"]: construct["mean"] for construct in exact["constructs"]}
    for construct in found["constructs"]:
        name = construct["name"]
        if name in means:
            construct["mean"] = _as_coarse(construct["mean"], means[name], true[name])
    return found


def bound_holds_for_others(public: Plain, exact: Plain, others: Plain) -> bool:
    """Whether a bound on the small side stays one for who entered answers: whether none of hers are on that side."""
    whole, rest = exact["accept_unweighted"], others["accept_unweighted"]
    if public["accept"]["at_most"] == K - 1:
        return yes_of(whole) == yes_of(rest)
    return whole["n"] - yes_of(whole) == rest["n"] - yes_of(rest)


def _as_coarse(figure: Plain, rough: Plain, exact: Plain) -> Plain:
    """A mean as coarse as the public form of another mean is."""
    if figure["value"] is None or rough["value"] is None or exact["value"] is None:
        return figure
    digits = 2 if abs(rough["value"] - exact["value"]) <= 0.005 + 1e-9 else 1
    told = figure | {name: round(figure[name], digits) for name in ("value", "low", "high") if figure[name] is not None}
    return told if rough["low"] is not None else told | {"low": None, "high": None}


def also_hidden(one: Any, other: Any) -> Any:
    """One public form without whatever another one hides; lists of entries by what each is about."""
    if isinstance(one, dict) and isinstance(other, dict):
        if "value" in one and "reason" in one and "value" in other:
            return _figure_also_hidden(one, other)
        return {name: also_hidden(inner, other[name]) if name in other else inner for name, inner in one.items()}
    if isinstance(one, list) and isinstance(other, list):
        named = {_name(entry): entry for entry in other if _name(entry) is not None}
        return [also_hidden(entry, named[_name(entry)]) if _name(entry) in named else entry for entry in one]
    return None if other is None else one


def _figure_also_hidden(one: Plain, other: Plain) -> Plain:
    if one["value"] is None and one["reason"] != BOUND:
        return one
    if other["reason"] in (HIDDEN, BOUND):
        return hidden_figure(one)
    return without_interval(one) if other["value"] is not None and other["low"] is None else one


def _name(entry: Any) -> Any:
    """What an entry of a list of figures is about."""
    if not isinstance(entry, dict):
        return None
    names = ("code", "name", "label", "category", "construct", "from")
    return next((entry[name] for name in names if name in entry), None)


def leaves_enough(count: int, entered: Sequence[int], k: int = K) -> bool:
    """Whether so many people are none or at least k, and so are those whose answers any one of the staff did not enter.

    ``entered``: for each member of the staff, how many of their answers she entered.
    """
    return all(not 0 < rest < k for rest in (count, *(count - own for own in entered)))


# Open waves


def may_step(before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Whether an open wave may be shown as it is now to who saw it as it was before.

    Both hold the answers handed in under the empty name, and under the name of each member of the staff those she
    entered. What is new has to be of at least five people, and for each of the staff, of nobody or of five whom she did
    not enter.
    """
    new = now[""] - before.get("", 0)
    if abs(new) < STEP:
        return False
    names = {*before, *now} - {""}
    return all(leaves_enough(abs(new), [abs(now.get(name, 0) - before.get(name, 0))], STEP) for name in names)


def item_in_steps(item: Plain) -> Plain:
    """Counts of a question of an open wave, each rounded to 5."""
    counts = {name: rounded(item[name]) for name in ("n", "answered", *MISSING_KINDS)}
    parts = [part | {"n": rounded(part["n"])} for part in item["histogram"]]
    return item | counts | {"histogram": parts, "missing_rate": None}


def people_in_steps(people: Plain) -> Plain:
    """Answers by category of an open wave, each count rounded to 5; whom the wave invited is no answer."""
    return {
        variable: [row | {"answered": rounded(row["answered"])} for row in rows] for variable, rows in people.items()
    }


def band_in_steps(band: Plain) -> Plain:
    """The monitoring band outwards to twentieths, so that no single answer moves it."""
    if band["low"] is None:
        return band | {"n": rounded(band["n"])}
    low, high = floor(band["low"] * BAND_STEPS) / BAND_STEPS, ceil(band["high"] * BAND_STEPS) / BAND_STEPS
    return band | {"low": max(0.0, low), "high": min(1.0, high), "n": rounded(band["n"])}
