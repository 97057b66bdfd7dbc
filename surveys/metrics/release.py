"""The one door for figures: what the desk may see, and what everybody may see."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from pilots.models import GROUPS
from surveys.metrics.appendix import appendix_released
from surveys.metrics.cells import UNKNOWN, Margins, margins_of
from surveys.metrics.disclosure import (
    BOUND,
    HIDDEN,
    Acceptance,
    accept_released,
    acceptance_of,
    acceptance_told,
    also_hidden_of_others,
    band_in_steps,
    bound_holds_for_others,
    has_rules,
    hidden_figure,
    in_percent,
    is_alike,
    is_few,
    is_told,
    item_hidden,
    item_in_steps,
    keeps_acceptance_open,
    people_in_steps,
    without_interval,
    yes_of,
)
from surveys.metrics.figures import Plain, Reach, counts_of_item, estimate, index_of, participation_of, people_of
from surveys.metrics.layouts import layout_of
from surveys.metrics.reach import reach_of
from surveys.metrics.refresh import state_of
from surveys.metrics.scores import scores_released
from surveys.metrics.suppression import (
    SLACK,
    K,
    Row,
    Shown,
    Sum,
    answered_in_print,
    counts_shown,
    is_small,
    item_shown,
    rounded,
    rows_shown,
)
from surveys.models import InvitedCount, Snapshot, Survey, Tally, Verdict, Wave
from surveys.stats.estimates import Estimate, Reason, two_sided_t
from surveys.stats.figures import flag_figures, outcome
from surveys.stats.groups import LEAST_TESTED
from surveys.stats.layout import Layout
from surveys.stats.monitoring import live_band
from surveys.stats.weights import WeightedShare

# Of what is published only from a number of people on, whatever else is.
FEW = {"reason": Reason.TOO_FEW.value}


class Audience(StrEnum):
    """Who reads: the evaluators of the pilot, or everybody else, staff and hosts included."""

    DESK = "desk"
    PUBLIC = "public"


def audience_of(person: Person | AnonymousUser, survey: Survey) -> Audience:
    """Exact figures are for the evaluators of this pilot alone."""
    if (
        isinstance(person, Person)
        and person.has_role(Role.EVALUATOR)
        and any(evaluator.pk == person.pk for evaluator in survey.evaluators.all())
    ):
        areas = person.areas_in_charge(Role.EVALUATOR)
        if areas is None or survey.pilot.test_bed.area_id in areas:
            return Audience.DESK
    return Audience.PUBLIC


def release(snapshot: Snapshot, audience: Audience) -> Plain:
    """The figures of a closed wave as this audience may see them; the shape is the same for both.

    Costs no query where the snapshot came with its wave and verdict.
    """
    exact = audience == Audience.DESK
    figures = deepcopy(snapshot.results if exact else snapshot.released)
    verdict: Verdict | None = getattr(snapshot, "verdict", None)
    for name in ("accept", "accept_unweighted"):
        # What was frozen before there were bounds has none.
        figures[name] = {"at_least": None, "at_most": None} | figures[name]
    figures |= {
        "schema": 1,
        "audience": audience.value,
        "hash": snapshot.hash if exact else None,
        "salted_hash": sha256(f"{snapshot.salt}{snapshot.hash}".encode()).hexdigest(),
        "code_version": snapshot.code_version,
        "frozen_at": snapshot.frozen_at.isoformat(),
        "entered": snapshot.entered and snapshot.entered[audience.value],
        "verdict": None if verdict is None else _verdict(verdict, figures, exact=exact),
    }
    return figures


def _verdict(verdict: Verdict, figures: Plain, *, exact: bool) -> Plain:
    told = {"forfeited": [], "at_least": None, "at_most": None, "reason": None} | deepcopy(verdict.details)
    told |= {
        "outcome": verdict.outcome,
        "codes": list(verdict.codes),
        "rule_hash": verdict.registration.hash,
        "computed_at": verdict.computed_at.isoformat(),
    }
    # Verdicts frozen before these lines had an outcome of their own.
    told["sensitivity"] = {
        name: line and dict.fromkeys(("value", "n", "n_star", "outcome")) | {"codes": []} | line
        for name, line in told["sensitivity"].items()
    }
    if exact:
        return told
    groups = {group["name"]: group for group in figures["groups"]}
    for found in told["groups"]:
        released = groups[found["name"]]
        gap = released["gap"]
        found |= {"n": released["n"], "n_rest": released["n_rest"], "gap": gap["value"]}
        # The verdict's own interval of the gap has another level than the table's where several groups share it.
        hidden = gap["value"] is None or gap["low"] is None
        found |= {side: None if hidden else round(found[side], 2) for side in ("low", "high")}
    for criterion in told["criteria"]:
        figure = _criterion_figure(figures, criterion["metric"])
        hidden = has_rules(figures) and (figure is None or figure["value"] is None)
        criterion |= {
            side: None if hidden or criterion[side] is None else round(criterion[side], 2)
            for side in ("value", "low", "high")
        }
        criterion["n"] = None if hidden else criterion["n"]
    accept = figures["accept"]
    if acceptance_told(accept) != Acceptance.EXACT:
        # The needed n and every line beside the verdict would lead back to the count.
        told |= {name: accept[name] for name in ("value", "n", "at_least", "at_most", "reason")}
        told |= dict.fromkeys(("low", "high", "n_star", "needed_n"))
        told["sensitivity"] = {name: line and _line_hidden(line) for name, line in told["sensitivity"].items()}
        return told
    line = told["sensitivity"]["without_suspects"]
    line |= figures["flags"]["accept_without_suspects"]
    if line["reason"] == HIDDEN:
        line |= {"outcome": None, "codes": []}
    return told


def _line_hidden(line: Plain) -> Plain:
    return dict.fromkeys(line) | {"method": line.get("method"), "reason": HIDDEN, "codes": []}


def _criterion_figure(figures: Plain, metric: str) -> Plain | None:
    """The released figure that a further condition of the rule is about."""
    for key in (metric, f"informed.{metric}", f"constructs.{metric}.mean", f"items.{metric}.mean"):
        figure = figure_at(figures, key)
        if figure is not None:
            return figure
    return None


def live_desk(wave: Wave) -> Plain:
    """What the evaluators of a pilot see while its wave is open: no outcome but the band, and no mean.

    Everything moves by five answers at a time, cells and band rounded. ``version`` stands for what ``people`` and
    ``items`` say.
    """
    tally = Tally.objects.filter(wave=wave).defer("state", "seen_state").first()
    digest = b"" if tally is None else bytes(tally.seen_digest)
    counts = _last_counts.get(wave.pk)
    if counts is None or counts.digest != digest:
        seen = b"" if tally is None else bytes(Tally.objects.values_list("seen_state", flat=True).get(pk=tally.pk))
        counts = _last_counts[wave.pk] = _count(layout_of(wave), digest, seen)
    invited = InvitedCount.objects.filter(wave=wave).first()
    # Invitations of a wave that has just opened may not have been counted yet.
    reach = reach_of(wave) if invited is None else Reach(invited=invited.invited, started=0, by=invited.by)
    started = wave.responses.filter(submitted_at__isnull=True).count()
    accept = counts.accept
    band = live_band(accept.value, accept.standard_error, accept.n, planned=wave.n_planned)
    return {
        "version": (counts.digest, json.dumps(reach.by)),
        "counted_at": tally and tally.seen_at,
        "invited": reach.invited,
        "started": rounded(started),
        "answered": counts.answered,
        "counted": counts.counted,
        "participation": in_percent(participation_of(counts.at_least_half, reach)),
        "suspects": in_percent(estimate(counts.suspects)),
        "people": people_in_steps(people_of(counts.margins, reach)),
        "items": counts.items,
        "band": band_in_steps(estimate(band)),
    }


@dataclass(frozen=True)
class LiveCounts:
    """What the page of an open wave takes from its counts. Shared by those who ask: to be read only."""

    digest: bytes
    answered: int
    counted: int
    at_least_half: int
    margins: Margins
    items: list[Plain]
    accept: WeightedShare
    suspects: Estimate


# By wave, as last worked out in this process: the page asks every 15 seconds, the counts change every fifth answer.
_last_counts: dict[int, LiveCounts] = {}


def _count(layout: Layout, digest: bytes, data: bytes) -> LiveCounts:
    state = state_of(layout, data)
    complete, partial, _broken_off = (int(value) for value in state.block("disposition", counted=None))
    return LiveCounts(
        digest=digest,
        answered=rounded(state.n(counted=None)),
        counted=rounded(state.n()),
        at_least_half=rounded(complete + partial),
        margins=margins_of(state),
        items=[
            item_in_steps(counts_of_item(state, item))
            for item in layout.items
            if item.code not in outcome_items(layout)
        ],
        accept=outcome(state, "accept"),
        suspects=flag_figures(state).suspects,
    )


def outcome_items(layout: Layout) -> set[str]:
    """Questions that the outcome of the rule and its companions are made of."""
    return {code for threshold in (layout.accept, layout.use, layout.endorse) for code in threshold.items}


def live_public(wave: Wave) -> dict[str, int | None]:
    """All that leaves the desk while a wave is open: invited and answered people of the whole wave, from 5 upwards."""
    counts = {"invited": wave.invitations.count(), "answered": wave.responses.submitted().count()}
    return {name: count if count >= K else None for name, count in counts.items()}


def name_of(entry: Plain) -> str:
    """What an entry of a list of figures is called in a key; empty where it has no name."""
    return next((entry[name] for name in ("code", "name", "label", "construct") if entry.get(name)), "")


def figure_at(figures: Plain, key: str) -> Plain | None:
    """The figure a dotted key leads to (``items.PE2.mean``, ``groups.65+.gap``); None where there is none."""
    found: Any = figures
    for step in key.split("."):
        if isinstance(found, list):
            found = next((entry for entry in found if step == name_of(entry)), None)
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found if isinstance(found, dict) and "value" in found else None


def suppressed(results: Plain, others: Sequence[Plain] = ()) -> Plain:
    """The public form of exact results: small counts hidden, also where they could be worked out; parts rounded.

    ``others``: for each member of the staff who entered answers, the exact results of the answers she did not enter.
    Nothing is told that could not be told of these alone.

    Made once, when the snapshot is frozen, so that two readings can never be compared for what one of them hides.
    """
    public = _suppressed(results)
    for rest in others:
        if not rest["counts"]["answered"]:
            continue
        # Whether there are answers enough is asked of the whole wave alone.
        rest = rest | {"disclosure": rest["disclosure"] | {"n_min": 0}}
        released = _suppressed(rest) | {name: public[name] for name in OF_THE_WAVE if name in public}
        keeps_bound = public["accept"]["reason"] == BOUND and bound_holds_for_others(public, results, rest)
        kept = {name: public[name] for name in ("accept", "accept_unweighted")}
        public = also_hidden_of_others(public, released, rest)
        if keeps_bound and rest["counts"]["answered"] >= K:
            public |= kept
    if others:
        public["index"] = index_of(public["constructs"], public["items"])
        public["suppressed"] = hidden_figures(public)
    return public


# Of these nothing depends on who entered which answers.
OF_THE_WAVE = ("wave", "weighting", "definitions", "disclosure", "suppressed", "index")


def _suppressed(results: Plain) -> Plain:
    public = deepcopy(results)
    counts = results["counts"]
    if counts["answered"] < K:
        return _nothing(public)
    finely, strict = acceptance_of(results), has_rules(results)
    counts_told = dict(counts)
    kinds = ["complete", "partial", "broken_off"]
    for kind, shown in zip(kinds, counts_shown([counts[kind] for kind in kinds]), strict=True):
        counts_told[kind] = rounded(counts[kind]) if shown else None
    counts_told["started"] = None
    counts_told["invited"] = None if counts["invited"] is None or counts["invited"] < K else counts["invited"]
    public["counts"] = counts_told
    public["participation"] = _whole_percent(results["participation"])
    if strict:
        for name in ("accept", "accept_unweighted"):
            public[name] = accept_released(results[name], results["accept_unweighted"], finely)
    for name in ("use", "endorse", "use_unweighted", "endorse_unweighted"):
        public[name] = _part_of_wave(results[name], strict=strict)
    public["items"] = [_item(item, strict=strict) for item in results["items"]]
    if strict and finely in (Acceptance.BOUND, Acceptance.HIDDEN):
        _close_outcome(public, results)
    shown_items = {item["code"]: item for item in public["items"]}
    public["constructs"] = [_construct(construct, shown_items, strict=strict) for construct in results["constructs"]]
    public["index"] = index_of(public["constructs"], public["items"])
    public["groups"] = [_group(group, results, public["constructs"]) for group in results["groups"]]
    public["people"] = {variable: _people(rows) for variable, rows in results["people"].items()}
    if "age" in public["people"]:
        sums = list(_sums_of_ages(results, public["groups"]))
        public["people"]["age"] = _people(results["people"]["age"], sums)
    if results["informed"] is not None:
        public["informed"] = _informed(results["informed"], results)
    public["by_mode"] = _parts(results["by_mode"], finely, strict=strict)
    public["by_use_level"] = _parts(results["by_use_level"], finely, strict=strict)
    public["flags"] = _flags(results["flags"], results)
    if public["weighting"] is not None:
        public["weighting"] |= {"largest": None, "margins": []}
    if "appendix" in results:
        public["appendix"] = appendix_released(results["appendix"], public, strict=strict)
    if "scores" in results:
        public["scores"] = scores_released(results["scores"], public["items"])
    public["suppressed"] = hidden_figures(public)
    return public


def _close_outcome(public: Plain, results: Plain) -> None:
    """Hide the questions behind acceptance where its count could be worked out from what is told of them."""
    codes = results["disclosure"]["outcome"]["items"]
    if not keeps_acceptance_open(results, {item["code"]: item for item in public["items"]}):
        public["items"] = [item_hidden(item) if item["code"] in codes else item for item in public["items"]]


def _nothing(public: Plain) -> Plain:
    """Of a wave with fewer than 5 answers nothing is told but that it took place."""

    def emptied(value: Any) -> Any:
        if isinstance(value, dict):
            if "value" in value and "reason" in value:
                return hidden_figure(value)
            return {name: emptied(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [emptied(inner) for inner in value]
        return None if isinstance(value, int | float) and not isinstance(value, bool) else value

    kept = {name: public[name] for name in ("definitions", "wave", "suppressed", "disclosure") if name in public}
    layout = [(item["lo"], item["hi"]) for item in public["items"]]
    public = {name: value if name in kept else emptied(value) for name, value in public.items()}
    for item, (low, high) in zip(public["items"], layout, strict=True):
        item |= {"lo": low, "hi": high, "histogram": [{"from": v, "to": v, "n": None} for v in range(low, high + 1)]}
    public["people"] = {variable: [] for variable in public["people"]}
    public["suppressed"] = hidden_figures(public)
    return public


def _whole_percent(figure: Plain) -> Plain:
    """A share of part of the wave: whole percent, and an n rounded to 5."""
    told = dict(figure)
    for name in ("value", "low", "high"):
        told[name] = None if figure[name] is None else round(figure[name], 2)
    told["n"] = rounded(figure["n"])
    if "n_star" in told:
        told["n_star"] = None
    return told


def _row(figure: Plain, n: int) -> Row:
    return Row(n=n, judged=figure["n"], yes=yes_of(figure))


def _part_of_wave(figure: Plain, *, strict: bool) -> Plain:
    yes = yes_of(figure)
    sides = yes, figure["n"] - yes
    if any(map(is_small, sides)) or (strict and figure["value"] is not None and any(map(is_few, sides))):
        return hidden_figure(figure)
    return _whole_percent(figure)


def _people(rows: list[Plain], sums: Sequence[Sum] = ()) -> list[Plain]:
    """Categories of one variable. Answered and invited are two breakdowns of two exact totals.

    ``sums`` are what the figures of groups tell of several categories together.
    """
    told = [dict(row) for row in rows]
    for name in ("invited", "answered"):
        counts = [row[name] for row in rows]
        if None in counts:
            continue
        known = sums if name == "answered" else ()
        for row, count, shown in zip(told, counts, counts_shown(counts, sums=known), strict=True):
            row[name] = rounded(count) if shown else None
    return told


def _sums_of_ages(results: Plain, groups: list[Plain]) -> Iterator[Sum]:
    """A group is ages taken together, of those whose answers count: its numbers tell of the ages it is made of."""
    categories = [row["category"] for row in results["people"]["age"]]
    not_counted = results["counts"]["answered"] - results["counts"]["counted"]
    for group in groups:
        # A survey made elsewhere may have the group as one age, or ages that tell nothing of the group.
        members = {group["name"], *(band.value for band in GROUPS.get(group["name"], ()))}
        if members.isdisjoint(categories):
            continue
        parts = {
            "n": [place for place, category in enumerate(categories) if category in members],
            "n_rest": [place for place, category in enumerate(categories) if category not in members | {UNKNOWN}],
            "unknown": [place for place, category in enumerate(categories) if category == UNKNOWN],
        }
        for name, places in parts.items():
            n = group[name]
            if n is not None:
                slack = SLACK if n else 0
                yield Sum(tuple(places), n - slack, n + slack + not_counted)


def _item(item: Plain, *, strict: bool) -> Plain:
    told = dict(item)
    values = [part["n"] for part in item["histogram"]]
    kinds = ("dont_know", "no_answer", "not_applicable")
    mean = item["mean"]
    has_interval = mean["value"] is not None and mean["low"] is not None
    missing = [item[kind] for kind in kinds]
    if strict and is_alike(values, missing):
        return item_hidden(told)
    shown = item_shown(
        values,
        missing,
        lowest=item["lo"],
        mean=mean["value"],
        half_width=(mean["high"] - mean["low"]) / 2 if has_interval else None,
        t=two_sided_t(mean["confidence"], mean["n"] - 1) if has_interval else None,
        strict=strict,
    )
    if strict and sum(values) and shown.digits is None and not any((*shown.values, *shown.missing)):
        return item_hidden(told)
    told["histogram"] = [
        part | {"n": rounded(part["n"]) if visible else None}
        for part, visible in zip(item["histogram"], shown.values, strict=True)
    ]
    for kind, visible in zip(kinds, shown.missing, strict=True):
        told[kind] = rounded(item[kind]) if visible else None
    answered = answered_in_print(sum(values), sum(values) + sum(missing)) if strict else rounded(item["answered"])
    told["answered"], told["missing_rate"] = answered, None
    told["median"] = item["median"] if shown.digits is not None else None
    told["mean"] = _mean(mean, shown.digits, interval=shown.interval)
    for name, visible in (("top_2", shown.top_2), ("bottom_2", shown.bottom_2)):
        told[name] = _whole_percent(item[name]) if visible or item[name]["value"] is None else hidden_figure(item[name])
        told[name] = told[name] if shown.ends_interval else without_interval(told[name])
    for name in ("mean", "top_2", "bottom_2"):
        if told[name]["n"]:
            told[name] = told[name] | {"n": answered}
    return told


def _mean(figure: Plain, digits: int | None, *, interval: bool) -> Plain:
    if figure["value"] is None:
        return dict(figure)
    if digits is None:
        return hidden_figure(figure)
    told = figure | {"sd": None, "standard_error": None, "n": rounded(figure["n"])}
    told["value"] = round(figure["value"], digits)
    for side in ("low", "high"):
        told[side] = round(figure[side], digits) if interval and figure[side] is not None else None
    return told


def _construct(construct: Plain, items: Mapping[str, Plain], *, strict: bool) -> Plain:
    """A construct of one item tells no more than its item; of several, as finely as the item told most coarsely.

    Beside the others the mean of all would give away the question of which nothing is told.
    """
    told = dict(construct)
    if strict and not all(is_told(items[code]) for code in construct["items"]):
        return told | {name: hidden_figure(construct[name]) for name in ("mean", "alpha")}
    means = [items[code]["mean"] for code in construct["items"]]
    if len(means) == 1:
        told["mean"] = means[0]
    else:
        fine = all(mean["reason"] is None and mean["value"] == round(mean["value"], 2) for mean in means)
        coarse = any(mean["reason"] == HIDDEN or mean["low"] is None for mean in means) or not fine
        told["mean"] = _mean(construct["mean"], 1 if coarse else 2, interval=True)
    alpha = construct["alpha"]
    told["alpha"] = alpha | {"n": rounded(alpha["n"])}
    for side in ("value", "low", "high"):
        told["alpha"][side] = None if alpha[side] is None else round(alpha[side], 2)
    return told


def _group(group: Plain, results: Plain, constructs: list[Plain]) -> Plain:
    """Members, the rest and those who did not say; whole-wave counts are known, so all three are looked at together."""
    strict, finely = has_rules(results), acceptance_of(results)
    told = dict(group)
    everybody = results["accept_unweighted"]
    member, rest = _row(group["accept"], group["n"]), _row(group["accept_rest"], group["n_rest"])
    not_said = _remainder(everybody, results["counts"]["counted"], member, rest)
    shown = rows_shown([member, rest, not_said], strict=strict)
    for name, visible, count in (("n", shown[0].n, group["n"]), ("n_rest", shown[1].n, group["n_rest"])):
        told[name] = rounded(count) if visible else None
    told["unknown"] = rounded(group["unknown"]) if shown[2].n else None
    _tell_pair(told, group, "accept", "accept_rest", shown[0], shown[1], finely)
    told["gap"] = _gap(group["gap"], told["accept"], told["accept_rest"])
    if results["informed"] is not None:
        informed = results["informed"]["informed"]
        members, others = _row(group["informed"], group["n"]), _row(group["informed_rest"], group["n_rest"])
        third = _remainder(informed, results["counts"]["counted"], members, others)
        seen = rows_shown([members, others, third], strict=strict)
        _tell_pair(told, group, "informed", "informed_rest", seen[0], seen[1])
    counted = shown[0].n and shown[1].n
    published = {construct["name"] for construct in constructs if construct["mean"]["low"] is not None}
    told["scores"] = [_score(score, shown=counted and score["construct"] in published) for score in group["scores"]]
    return told


def _gap(gap: Plain, one: Plain, other: Plain) -> Plain:
    """A gap between two shares: told where both are, with its interval where both have theirs."""
    if gap["value"] is None:
        return _whole_percent(gap)
    if one["value"] is None or other["value"] is None:
        return hidden_figure(gap)
    told = _whole_percent(gap)
    return without_interval(told) if one["low"] is None or other["low"] is None else told


def _score(score: Plain, *, shown: bool) -> Plain:
    """Of a construct in a group only how far it is from the rest, to 0.1, and only between 30 people and 30 others."""
    enough = min(score["mean"]["n"], score["mean_rest"]["n"]) >= LEAST_TESTED and score["size"]["value"] is not None
    # Nothing beside the difference says by itself that it is hidden, so that it is counted once.
    told = {name: dict.fromkeys(figure) | {"method": figure["method"]} for name, figure in _figures_in(score)}
    if not enough or not shown:
        return {"construct": score["construct"], **told, "gap": hidden_figure(score["gap"]) | ({} if enough else FEW)}
    test = score["test"]
    adjusted = None if test["adjusted"] is None else round(test["adjusted"], 2)
    return {
        "construct": score["construct"],
        **told,
        **{name: _to_a_tenth(score[name]) for name in ("gap", "size")},
        "test": test | {"n": rounded(test["n"]), "p": None, "adjusted": adjusted},
    }


def _figures_in(score: Plain) -> list[tuple[str, Plain]]:
    return [(name, figure) for name, figure in score.items() if isinstance(figure, dict)]


def _to_a_tenth(figure: Plain) -> Plain:
    sides = {side: None if figure[side] is None else round(figure[side], 1) for side in ("value", "low", "high")}
    return figure | sides | {"n": rounded(figure["n"])}


def _remainder(everybody: Plain, n: int, one: Row, other: Row) -> Row:
    """The people left over; weighted shares make the split of yes and no approximate, never the numbers of people."""
    judged = max(0, everybody["n"] - one.judged - other.judged)
    yes = min(judged, max(0, yes_of(everybody) - one.yes - other.yes))
    return Row(n=max(judged, n - one.n - other.n), judged=judged, yes=yes)


def _tell_pair(
    told: Plain,
    exact: Plain,
    one: str,
    other: str,
    one_shown: Shown,
    other_shown: Shown,
    finely: Acceptance = Acceptance.EXACT,
) -> None:
    for name, shown in ((one, one_shown), (other, other_shown)):
        told[name] = _part(exact[name], shown, finely)


def _part(figure: Plain, shown: Shown, finely: Acceptance = Acceptance.EXACT) -> Plain:
    """A share of part of the wave; of acceptance without an interval where that of everybody has none."""
    if figure["value"] is None:
        return _whole_percent(figure)
    if not shown.share:
        return hidden_figure(figure)
    told = _whole_percent(figure)
    return told if shown.interval and finely == Acceptance.EXACT else without_interval(told)


def _informed(informed: Plain, results: Plain) -> Plain:
    strict = has_rules(results)
    told = deepcopy(informed)
    told["informed"] = _part_of_wave(informed["informed"], strict=strict)
    if told["informed"]["value"] is None:
        told["reading"] = None
    for question in told["questions"]:
        right = yes_of(question["right"])
        counts = [right, question["wrong"], question["dont_know"], question["no_answer"]]
        # That somebody does not know is an answer here.
        alike = strict and is_alike(counts, ())
        shown = [False] * len(counts) if alike else counts_shown(counts)
        for name, count, visible in zip(("wrong", "dont_know", "no_answer"), counts[1:], shown[1:], strict=True):
            question[name] = rounded(count) if visible else None
        others = question["right"]["n"] - right
        visible = shown[0] and not is_small(others)
        question["right"] = _whole_percent(question["right"]) if visible else hidden_figure(question["right"])
    n_informed = yes_of(informed["informed"])
    first = _row(informed["accept_informed"], max(n_informed, informed["accept_informed"]["n"]))
    second = _row(
        informed["accept_others"],
        max(informed["informed"]["n"] - n_informed, informed["accept_others"]["n"]),
    )
    third = _remainder(results["accept_unweighted"], results["counts"]["counted"], first, second)
    seen = rows_shown([first, second, third], strict=strict)
    _tell_pair(told, informed, "accept_informed", "accept_others", seen[0], seen[1], acceptance_of(results))
    told["gap"] = _gap(informed["gap"], told["accept_informed"], told["accept_others"])
    if strict and told["informed"]["reason"] == HIDDEN:
        # How many of either side there are is what is hidden.
        for name in ("accept_informed", "accept_others", "gap"):
            told[name] = hidden_figure(informed[name])
    return told


def _parts(parts: list[Plain], finely: Acceptance, *, strict: bool) -> list[Plain]:
    shown = rows_shown([_row(part["accept"], part["n"]) for part in parts], strict=strict)
    told = []
    for part, visible in zip(parts, shown, strict=True):
        accept = part["accept"]
        told.append(
            {
                "label": part["label"],
                "n": rounded(part["n"]) if visible.n else None,
                "accept": _part(accept, visible, finely) if part["n"] else _whole_percent(accept),
            }
        )
    return told


def _flags(flags: Plain, results: Plain) -> Plain:
    strict = has_rules(results)
    told = deepcopy(flags)
    for kind, count in flags["kinds"].items():
        told["kinds"][kind] = None if is_small(count) else rounded(count)
    suspects = yes_of(flags["suspects"])
    # That nobody is suspected tells nothing of anybody.
    told["suspects"] = _part_of_wave(flags["suspects"], strict=strict and suspects > 0)
    without, everybody = flags["accept_without_suspects"], results["accept_unweighted"]
    rest = _row(without, flags["n"] - suspects)
    shown = rows_shown([rest, _remainder(everybody, flags["n"], rest, Row(0, 0, 0))], strict=strict)
    told["accept_without_suspects"] = _part(without, shown[0], acceptance_of(results))
    return told


def hidden_figures(value: Any) -> int:
    """How many figures and counts a reader does not get."""
    if isinstance(value, dict):
        if value.get("reason") in (HIDDEN, BOUND):
            return 1
        hidden_counts = sum(
            1
            for name, inner in value.items()
            if inner is None
            and name in ("n", "n_rest", "unknown", "answered", "dont_know", "no_answer", "not_applicable", "wrong")
            and "value" not in value
        )
        return hidden_counts + sum(hidden_figures(inner) for inner in value.values())
    return sum(hidden_figures(inner) for inner in value) if isinstance(value, list) else 0
