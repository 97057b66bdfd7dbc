"""What is worked out from the answers of a closed wave: how stable its drivers and its alphas are, who changed
since an earlier wave, which words tell people apart, which answers bear signs of a stuffed ballot.

Reads answers and never names: people in two waves are found by the random key of the pilot. Chunk after chunk, so that
memory does not grow with the wave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from pilots.models import Pilot
from surveys.actions.register import rule_of
from surveys.metrics.alphas import alphas_of, alphas_released
from surveys.metrics.cells import recipe_cell
from surveys.metrics.comments import (
    Spoken,
    counts_by_acceptance,
    counts_to_bytes,
    entered_words,
    typical_comments,
    who_accepts,
    who_scores_low,
    words_figures,
    words_of,
    words_released,
)
from surveys.metrics.disclosure import HIDDEN, Acceptance, acceptance_told, has_rules, is_few, leaves_enough
from surveys.metrics.entered import entered_by_staff
from surveys.metrics.figures import Plain, Weighed, difference, estimate, limits, mean, weigh, weighted_mean_told
from surveys.metrics.layouts import Counted, counted_of, layout_of, registration_of
from surveys.metrics.refresh import chunks_of
from surveys.metrics.release import Audience
from surveys.metrics.signals import (
    Judged,
    entered_and_flagged,
    flagged_state,
    look_through,
    signals_released,
    signs_of,
    skews_of,
    without_flagged,
)
from surveys.metrics.suppression import is_small, rounded
from surveys.models import ClosingWork, Entry, OpenAnswer, Response, Snapshot, Survey, Verdict, Wave
from surveys.models.response import CHUNK
from surveys.stats.bootstrap import (
    DRIVER_REPLICATES,
    POISSON_REPLICATES,
    Replicates,
    construct_replicates,
    driver_replicates,
    replicates_to_bytes,
)
from surveys.stats.change import PairedMeans, PairedShares, available_weighted, two_shares
from surveys.stats.drivers import Driver
from surveys.stats.figures import construct_figures, construct_mean, driver_figures, lowest_items, outcome
from surveys.stats.groups import Size
from surveys.stats.pairs import (
    PairLayout,
    Pairs,
    accept_change,
    attrition_between,
    available_accept,
    available_construct,
    construct_change,
    tally_pairs,
    weighted_accept_change,
    weighted_construct_change,
)
from surveys.stats.state import State

EVERYBODY = ""
# Of people in two waves: accepted both times, only the first time, only the second time, never.
MOVES = ("stayed", "lost", "gained", "never")
PAIRS_OF_CHUNK = """
    SELECT before.answers, before.cell, before.mode, before.use_level, after.answers, after.mode, after.use_level
    FROM surveys_response AS after
    JOIN surveys_response AS before ON before.participant_key = after.participant_key AND before.wave_id = %(before)s
    WHERE after.wave_id = %(after)s AND after.id >= %(first)s AND after.id < %(next)s
        AND before.submitted_at IS NOT NULL AND after.submitted_at IS NOT NULL
"""


@dataclass(frozen=True)
class Worked:
    """What a piece of work found: exact, as everybody may see it, and what it takes to find it again."""

    results: Plain
    released: Plain
    state: bytes = b""
    seed: str = ""
    replicates: int = 0


def released_work(wave: Wave, audience: Audience) -> Plain:
    """What was worked out of a closed wave as this audience may see it: one query.

    ``{"drivers": {...} | None, "alphas": {...} | None, "pairs": [{...}, ...], "words": {...} | None,
    "signals": {...} | None, "waiting": how many, "failed": how many}``
    """
    rows = list(ClosingWork.objects.filter(wave=wave).order_by("earlier__number").defer("state"))
    done = [row for row in rows if row.stage == ClosingWork.Stage.DONE]
    told = [(row.kind, row.results if audience == Audience.DESK else row.released) for row in done]
    return {
        "drivers": next((figures for kind, figures in told if kind == ClosingWork.Kind.DRIVERS), None),
        "alphas": next((figures for kind, figures in told if kind == ClosingWork.Kind.ALPHA), None),
        "pairs": [figures for kind, figures in told if kind == ClosingWork.Kind.PAIRS],
        "words": next((figures for kind, figures in told if kind == ClosingWork.Kind.WORDS), None),
        "signals": next((figures for kind, figures in told if kind == ClosingWork.Kind.SIGNALS), None),
        "waiting": sum(row.stage == ClosingWork.Stage.WAITING for row in rows),
        "failed": sum(row.stage == ClosingWork.Stage.FAILED for row in rows),
    }


def work_to_do(wave: Wave) -> list[tuple[ClosingWork.Kind, Wave | None]]:
    """What is to be worked out of a closed wave.

    Expectation before use is never compared with acceptance, and the keys of an import may not be those of people.
    """
    found: list[tuple[ClosingWork.Kind, Wave | None]] = []
    if wave.answers_deleted_at is not None:
        return found
    if layout_of(wave).drivers.outcome:
        found.append((ClosingWork.Kind.DRIVERS, None))
    if any(len(items) > 1 for items in layout_of(wave).constructs.values()):
        found.append((ClosingWork.Kind.ALPHA, None))
    if not wave.survey.pilot.imported:
        earlier = Wave.objects.closed().filter(survey=wave.survey, number__lt=wave.number, before_use=wave.before_use)
        earlier = earlier.filter(answers_deleted_at=None)
        found += [(ClosingWork.Kind.PAIRS, before) for before in earlier.order_by("number")]
        # Nobody knows at what time of the day the answers of an import were given.
        found.append((ClosingWork.Kind.SIGNALS, None))
    if wave.survey.open_question_ko and layout_of(wave).accept.items:
        found.append((ClosingWork.Kind.WORDS, None))
    return found


def worked_out(work: ClosingWork) -> Worked:
    """Read the answers and work it out. The same rows lead to the same figures, however often it is run."""
    snapshot = _snapshot_of(work.wave)
    if work.earlier is not None:
        return pairs_at_close(_snapshot_of(work.earlier), snapshot)
    if work.kind == ClosingWork.Kind.WORDS:
        return words_at_close(snapshot)
    if work.kind == ClosingWork.Kind.ALPHA:
        return alphas_at_close(snapshot)
    if work.kind == ClosingWork.Kind.SIGNALS:
        return signals_at_close(snapshot)
    return drivers_at_close(snapshot)


def _snapshot_of(wave: Wave) -> Snapshot:
    return Snapshot.objects.select_related(
        "wave__survey__pilot__version__service",
        "wave__survey__registration",
        "wave__survey__instrument",
        "wave__question_set",
        "verdict__registration",
    ).get(wave=wave)


def _counts_of(snapshot: Snapshot) -> tuple[State, Weighed, Plain | None]:
    """The frozen counts, the same weighed as registered, and the recipe where its weights could be made."""
    registration = registration_of(snapshot.wave.survey)
    recipe = registration.document["weighting"] if registration else None
    state = State.from_bytes(layout_of(snapshot.wave), bytes(snapshot.state))
    weighed = weigh(state, recipe)
    return state, weighed, recipe if weighed.weights is not None else None


def seed_of(pilot: Pilot) -> str:
    """What the replicates of a pilot's responses follow from."""
    return f"pilot {pilot.pk}"


def drivers_at_close(snapshot: Snapshot) -> Worked:
    """Drivers of the intention to go on, with the share of replicates in which each is among the two to do first."""
    state, weighed, recipe = _counts_of(snapshot)
    seed = seed_of(snapshot.wave.survey.pilot)
    results = drivers_of_counts(state, weighed)
    kept = b""
    if results["reason"] is None:
        drawn = replicates_by_cell(snapshot.wave, recipe, seed)
        results, kept = drivers_of_counts(state, weighed, drawn), replicates_to_bytes(drawn)
    released = drivers_released(results, snapshot.released["constructs"])
    return Worked(results, released, state=kept, seed=seed, replicates=DRIVER_REPLICATES if kept else 0)


def alphas_at_close(snapshot: Snapshot) -> Worked:
    """Alpha of each construct of several questions, with an interval from people drawn anew."""
    seed = seed_of(snapshot.wave.survey.pilot)
    state = State.from_bytes(layout_of(snapshot.wave), bytes(snapshot.state))
    drawn = replicates_by_construct(snapshot.wave, seed)
    results = alphas_of(state, drawn)
    released = alphas_released(results, snapshot.released["constructs"])
    return Worked(results, released, state=replicates_to_bytes(drawn), seed=seed, replicates=POISSON_REPLICATES)


def drivers_of_counts(state: State, weighed: Weighed, replicates: Mapping[str, Replicates] | None = None) -> Plain:
    """Drivers as the counts tell them; how stable they are takes the replicates."""
    found = driver_figures(weighed.state, weights=weighed.weights, replicates=replicates)
    return {
        "outcome": state.layout.drivers.outcome,
        "n": found.n,
        "r_squared": found.r_squared,
        "replicates": found.replicates,
        "weighted": weighed.weights is not None,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "drivers": [_driver(driver, lowest_items(state, driver.name)) for driver in found.drivers],
    }


def _driver(driver: Driver, lowest: tuple[str, ...]) -> Plain:
    return {
        "name": driver.name,
        "correlation": driver.correlation,
        "raw": driver.raw,
        "importance": driver.importance,
        "shapley": driver.shapley,
        "performance": driver.performance,
        "priority": driver.priority,
        "quadrant": driver.quadrant.value,
        "coding_alarm": driver.coding_alarm,
        "stability": driver.stability,
        "lowest": list(lowest),
    }


def replicates_by_cell(wave: Wave, recipe: Plain | None, seed: str) -> dict[str, Replicates]:
    """Poisson replicates of the counted people who answered every item of the drivers, by cell of the recipe."""
    layout = layout_of(wave)
    found: dict[str, Replicates] = {}
    for ids, answers, cells in _counted_answers(wave):
        names = [EVERYBODY if recipe is None else recipe_cell(cell, recipe) for cell in cells]
        drawn = driver_replicates(layout, seed, ids, answers[:, : len(layout.items)], cells=names)
        for name, replicates in drawn.items():
            found[name] = found[name].merge(replicates) if name in found else replicates
    return found


def replicates_by_construct(wave: Wave, seed: str) -> dict[str, Replicates]:
    """Poisson replicates of the counted people who answered every item of a construct, by construct."""
    layout = layout_of(wave)
    nobody = np.empty((0, len(layout.items)), dtype=np.int64)
    found = construct_replicates(layout, seed, np.empty(0, dtype=np.int64), nobody)
    for ids, answers, _cells in _counted_answers(wave):
        drawn = construct_replicates(layout, seed, ids, answers[:, : len(layout.items)])
        found = {name: replicates.merge(drawn[name]) for name, replicates in found.items()}
    return found


def _counted_answers(wave: Wave) -> Iterator[tuple[Any, Any, list[str]]]:
    """Numbers, answers and cells of the counted responses, chunk by chunk."""
    counted = counted_of(wave)
    responses = Response.objects.filter(wave=wave).submitted()
    if counted is not None:
        responses = responses.filter(mode__in=counted.modes, use_level__in=counted.use_levels)
    for chunk in sorted(chunks_of(wave)):
        rows = list(responses.in_chunk(chunk).values_list("pk", "answers", "cell"))
        if rows:
            ids, answers, cells = zip(*rows, strict=True)
            yield np.array(ids, dtype=np.int64), np.array(answers, dtype=np.int64), list(cells)


def signals_at_close(snapshot: Snapshot) -> Worked:
    """Answers that bear a sign of a stuffed ballot, and accept and the verdict without them. The verdict stays."""
    wave = snapshot.wave
    registration = registration_of(wave.survey)
    recipe = registration.document["weighting"] if registration else None
    state = State.from_bytes(layout_of(wave), bytes(snapshot.state))
    signs = signs_of(look_through(wave))
    flagged = flagged_state(wave, signs)
    results = signs | {
        "skews": skews_of(snapshot.results["by_mode"]),
        "without": without_flagged(state, flagged, recipe=recipe, judged=judged_of(snapshot))
        if signs["flagged"]
        else None,
    }
    results |= _known_to_staff(entered_and_flagged(wave, signs))
    released = signals_released(results, state, flagged, snapshot.released)
    return Worked(results, released, state=flagged.to_bytes())


def judged_of(snapshot: Snapshot) -> Judged | None:
    """The rule and the look behind a verdict; None where the wave has none."""
    verdict: Verdict | None = getattr(snapshot, "verdict", None)
    if verdict is None:
        return None
    return Judged(rule_of(verdict.registration), verdict.look, verdict.details.get("forfeited", []))


def words_at_close(snapshot: Snapshot) -> Worked:
    """Words of counted people who can be judged, with the comments that are typical of each topic, by their keys.

    The model of Korean takes half a gigabyte of whichever process comes here: the worker of the queue `analysis`.
    """
    told = list(_spoken(snapshot.wave))
    counts = counts_by_acceptance(told)
    results = words_figures(*counts)
    topics = layout_of(snapshot.wave).drivers.constructs
    typical = {topic: typical_comments(told, topic) for topic in topics}
    known = []
    for entered in entered_by_staff(snapshot.wave):
        own = set(OpenAnswer.objects.filter(response__in=entered).values_list("pk", flat=True))
        known.append(entered_words((one for one in told if one.key in own), results))
    results |= _known_to_staff(known)
    return Worked(results | {"typical": typical}, words_released(results), state=counts_to_bytes(*counts))


def _known_to_staff(entered: list[Plain]) -> Plain:
    """What each member of the staff entered, as results hold it: nothing where nobody did."""
    return {"entered": entered} if entered else {}


def _spoken(wave: Wave) -> Iterator[Spoken]:
    layout, nouns = layout_of(wave), nouns_of(wave.survey)
    for ids, answers, _cells in _counted_answers(wave):
        rows = OpenAnswer.objects.filter(response__in=ids.tolist()).values_list("response", "pk", "masked")
        written = {response: (pk, text) for response, pk, text in rows}
        accepts, judged = who_accepts(layout, answers)
        low = who_scores_low(layout, answers)
        for place, response in enumerate(ids.tolist()):
            if judged[place] and response in written:
                pk, text = written[response]
                yield Spoken(pk, words_of(text, nouns), accepts[place], low[place])


def nouns_of(survey: Survey) -> list[str]:
    """Names that stay in one piece: without this 공유차 falls in two."""
    service = survey.pilot.version.service
    return sorted({service.name_ko, service.name_ko.replace(" ", "")} - {""})


def pairs_at_close(before: Snapshot, after: Snapshot) -> Worked:
    """What changed among the people who answered both waves, among everybody available, and who did not come back."""
    state_1, weighed_1, recipe = _counts_of(before)
    state_2, weighed_2, _recipe = _counts_of(after)
    pairs = pairs_between(before.wave, after.wave)
    numbers = {"from": before.wave.number, "to": after.wave.number}
    results = numbers | pairs_of_counts(
        pairs, (state_1, state_2), (weighed_1, weighed_2), recipe, primary=_primary(after.wave)
    )
    counted = before.results["counts"]["counted"], after.results["counts"]["counted"]
    results |= _known_to_staff(entered_pairs(before.wave, after.wave))
    released = pairs_released(results, counted, (before.released, after.released))
    return Worked(results, released, state=pairs.to_bytes())


def pairs_of_counts(
    pairs: Pairs, states: tuple[State, State], weighed: tuple[Weighed, Weighed], recipe: Plain | None, *, primary: str
) -> Plain:
    """The same from the counts of both waves and of the people in both."""
    state_1, state_2 = states
    weighed_1, weighed_2 = weighed
    weighted = None if recipe is None else _in_cells_of(pairs, recipe), weighed_1.weights
    unweighted = accept = available_accept(pairs, outcome(state_1, "accept"), outcome(state_2, "accept"))
    if weighed_1.weights is not None and weighed_2.weights is not None:
        # Wider than with the covariance of the people in both, and so safe while they answer alike.
        accept = two_shares(
            outcome(weighed_1.state, "accept", weights=weighed_1.weights),
            outcome(weighed_2.state, "accept", weights=weighed_2.weights),
        )
    return {
        "n": pairs.n,
        "primary": primary,
        "accept": _paired_share(accept_change(pairs)),
        "accept_table": dict(zip(MOVES, (int(count) for count in pairs.block("accept")), strict=True)),
        "accept_weighted": _weighted(weighted, weighted_accept_change),
        "accept_available": difference(accept),
        "accept_available_unweighted": difference(unweighted),
        "constructs": [
            _construct(pairs, name, weighted, states) | {"available_weighted": _available_weighted(name, weighed)}
            for name in pairs.layout.constructs
        ],
        "attrition": _attrition(pairs, state_1),
    }


def pairs_between(before: Wave, after: Wave) -> Pairs:
    """Counts of the people whose answers count in both waves."""
    layout = PairLayout(layout_of(before), layout_of(after))
    counted = counted_of(before), counted_of(after)
    total = Pairs(layout, {})
    for chunk in sorted(chunks_of(after)):
        with connection.cursor() as cursor:
            span = {"first": chunk * CHUNK, "next": (chunk + 1) * CHUNK}
            cursor.execute(PAIRS_OF_CHUNK, {"before": before.pk, "after": after.pk} | span)
            rows = [
                (answers_1, cell, answers_2)
                for answers_1, cell, mode_1, level_1, answers_2, mode_2, level_2 in cursor.fetchall()
                if _counts(counted[0], mode_1, level_1) and _counts(counted[1], mode_2, level_2)
            ]
        if rows:
            first, cells, second = zip(*rows, strict=True)
            total = total.merge(
                tally_pairs(
                    layout,
                    np.array(first, dtype=np.int16)[:, : len(layout.before.items)],
                    np.array(second, dtype=np.int16)[:, : len(layout.after.items)],
                    cells=cells,
                )
            )
    return total


def entered_pairs(before: Wave, after: Wave) -> list[Plain]:
    """What each member of the staff knows of both waves, from what she entered herself.

    How many people she entered both times, with their change; and of those she entered once, how many have no answer in
    the other wave.
    """
    layout = PairLayout(layout_of(before), layout_of(after))
    counted = counted_of(before), counted_of(after)
    staff: dict[int, tuple[dict[UUID, Response], dict[UUID, Response]]] = {}
    for place, wave in enumerate((before, after)):
        for entry in Entry.objects.as_entered().filter(response__wave=wave).select_related("response").order_by("pk"):
            response = entry.response
            if response.submitted_at is not None and _counts(counted[place], response.mode, response.use_level):
                staff.setdefault(entry.staff_pk, ({}, {}))[place][response.participant_key] = response
    found = []
    for _staff, (first, second) in sorted(staff.items()):
        both = sorted(first.keys() & second.keys())
        pairs = Pairs(layout, {})
        if both:
            pairs = tally_pairs(
                layout,
                np.array([first[key].answers for key in both], dtype=np.int16)[:, : len(layout.before.items)],
                np.array([second[key].answers for key in both], dtype=np.int16)[:, : len(layout.after.items)],
                cells=[first[key].cell for key in both],
            )
        found.append(
            {
                "n": len(both),
                "left": len(first) - _answering(after, counted[1], first),
                "came": len(second) - _answering(before, counted[0], second),
                "accept_table": dict(zip(MOVES, (int(count) for count in pairs.block("accept")), strict=True)),
            }
        )
    return found


def _answering(wave: Wave, counted: Counted | None, keys: Iterable[UUID]) -> int:
    """How many of these people have an answer that counts."""
    responses = Response.objects.filter(wave=wave, participant_key__in=list(keys)).submitted()
    return sum(_counts(counted, mode, level) for mode, level in responses.values_list("mode", "use_level"))


def _counts(counted: Counted | None, mode: str, use_level: int | None) -> bool:
    return counted is None or (mode in counted.modes and use_level in counted.use_levels)


def _in_cells_of(pairs: Pairs, recipe: Plain) -> Pairs:
    rows: dict[str, Any] = {}
    for cell, row in pairs.rows.items():
        name = recipe_cell(cell, recipe)
        rows[name] = rows[name] + row if name in rows else row
    return Pairs(pairs.layout, rows)


def _primary(wave: Wave) -> str:
    registration = registration_of(wave.survey)
    return registration.document.get("change", "available") if registration else "available"


def _construct(
    pairs: Pairs, name: str, weighted: tuple[Pairs | None, Mapping[str, float] | None], states: tuple[State, State]
) -> Plain:
    found = construct_change(pairs, name)
    available = available_construct(pairs, name, *(construct_figures(state, name).mean for state in states))
    return {
        "name": name,
        **_paired_means(found),
        "weighted": _weighted(weighted, lambda counts, weights: weighted_construct_change(counts, name, weights)),
        "available": difference(available),
    }


def _available_weighted(name: str, weighed: tuple[Weighed, Weighed]) -> Plain | None:
    """Weighted change of a construct among everybody; None where one of the waves has no weights."""
    if any(wave.weights is None for wave in weighed):
        return None
    return difference(available_weighted(*(construct_mean(wave.state, name, weights=wave.weights) for wave in weighed)))


def _weighted(weighted: tuple[Pairs | None, Mapping[str, float] | None], work_out: Any) -> Plain | None:
    counts, weights = weighted
    if counts is None or weights is None:
        return None
    return weighted_mean_told(work_out(counts, weights))


def _paired_share(found: PairedShares) -> Plain:
    return {
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "p": found.p,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
    }


def _paired_means(found: PairedMeans) -> Plain:
    return {
        "change": mean(found.change),
        "t": found.t,
        "p": found.p,
        "d_z": found.d_z,
        "d_av": found.d_av,
        "r": found.r,
    }


def _attrition(pairs: Pairs, before: State) -> Plain:
    # By age and sex: areas are too small to tell staying from chance.
    coarse = [Pairs(pairs.layout, {_without_area(cell): row}) for cell, row in pairs.rows.items()]
    stayers = reduce(Pairs.merge, coarse, Pairs(pairs.layout, {}))
    people: dict[str, int] = {}
    for cell, (count,) in before.by_cell("n").items():
        people[_without_area(cell)] = people.get(_without_area(cell), 0) + int(count)
    scores = {name: before.block(f"score:{name}") for name in pairs.layout.constructs}
    found = attrition_between(stayers, people, scores)
    return {
        "retention": estimate(found.retention),
        "leavers": [_leavers(name, size) for name, size in found.leavers.items()],
        "telling": list(found.telling),
        "evenness": None if found.evenness is None else found.evenness.value,
    }


def _leavers(name: str, size: Size) -> Plain:
    """How those who did not come back had answered, less those who did."""
    return {
        "name": name,
        "g": size.value,
        **limits(size.interval),
        "n_left": size.n_1,
        "n_stayed": size.n_2,
        "method": size.method,
        "reason": size.reason.value if size.reason else None,
    }


def _without_area(cell: str) -> str:
    return cell.rpartition("/")[0]


def drivers_released(results: Plain, constructs: list[Plain]) -> Plain:
    """For everybody: a ranking with whole percents, and the performance of those constructs whose mean is published.

    Nothing where no mean is.
    """
    told = {construct["name"] for construct in constructs if construct["mean"]["value"] is not None}
    n, r_squared = results["n"], results["r_squared"]
    if not told and results["reason"] is None:
        return results | {"n": None, "r_squared": None, "reason": HIDDEN, "drivers": []}
    drivers = []
    for driver in results["drivers"]:
        shown = driver["name"] in told
        drivers.append(
            driver
            | {
                "correlation": round(driver["correlation"], 1),
                "raw": None,
                "shapley": None,
                "importance": round(driver["importance"], 2),
                "performance": round(driver["performance"], 2) if shown else None,
                "priority": round(driver["priority"], 2) if shown else None,
                "stability": None if driver["stability"] is None else round(driver["stability"], 2),
            }
        )
    return results | {
        "n": None if is_small(n) else rounded(n),
        "r_squared": None if r_squared is None else round(r_squared, 2),
        "drivers": drivers,
    }


def pairs_released(results: Plain, counted: tuple[int, int], public: tuple[Plain, Plain]) -> Plain:
    """For everybody: nothing where few stayed, left or came; changes of shares in whole percent, of means to 0.01.

    ``public`` are the released figures of both waves: nothing of acceptance is told where it is not exact in both.
    ``entered`` in the results is what each member of the staff entered: the same holds without it.
    """
    n, entered = results["n"], results.get("entered", [])
    left, came = (answers - n for answers in counted)
    shown = all(
        leaves_enough(count, [own[name] for own in entered])
        for name, count in (("n", n), ("left", left), ("came", came))
    )
    table = results["accept_table"]
    exact = all(acceptance_told(figures["accept"]) == Acceptance.EXACT for figures in public)
    moved = shown and exact and _may_tell_moves(table, entered, strict=all(map(has_rules, public)))
    constructs = [figures["constructs"] for figures in public]
    means = [
        {
            construct["name"]
            for construct in released
            if construct["mean"]["value"] is not None and construct["mean"]["low"] is not None
        }
        for released in constructs
    ]
    told = [name for name in means[0] & means[1] if shown]
    attrition = results["attrition"]
    return results | {
        "n": rounded(n) if shown else None,
        "accept": _figure_released(results["accept"], shown=moved) | {"p": None},
        "accept_table": dict.fromkeys(table),
        "accept_weighted": _maybe_released(results["accept_weighted"], shown=moved),
        "accept_available": _figure_released(results["accept_available"], shown=shown and exact),
        "accept_available_unweighted": _figure_released(results["accept_available_unweighted"], shown=shown and exact),
        "constructs": [
            {
                "name": construct["name"],
                "change": _figure_released(construct["change"], shown=construct["name"] in told)
                | {"sd": None, "standard_error": None},
                **dict.fromkeys(("t", "p", "d_z", "d_av", "r")),
                "weighted": _maybe_released(construct["weighted"], shown=construct["name"] in told),
                "available": _figure_released(construct["available"], shown=construct["name"] in told),
                "available_weighted": _maybe_released(construct["available_weighted"], shown=construct["name"] in told),
            }
            for construct in results["constructs"]
        ],
        "attrition": {
            "retention": _figure_released(attrition["retention"], shown=shown),
            "leavers": [_leavers_released(one, shown=one["name"] in told) for one in attrition["leavers"]],
            "telling": list(attrition["telling"]) if shown else [],
            "evenness": round(attrition["evenness"], 2) if shown and attrition["evenness"] is not None else None,
        },
    }


def _may_tell_moves(table: Mapping[str, int], entered: Sequence[Plain], *, strict: bool) -> bool:
    """Whether nobody is few among those who changed sides, or kept them, and neither wave has a small side."""
    if not all(leaves_enough(table[move], [own["accept_table"][move] for own in entered]) for move in MOVES):
        return False
    views = [table, *({move: table[move] - own["accept_table"][move] for move in MOVES} for own in entered)]
    sides = (("stayed", "lost"), ("gained", "never"), ("stayed", "gained"), ("lost", "never"))
    return not strict or all(
        not is_few(sum(view[move] for move in side)) for view in views if any(view.values()) for side in sides
    )


def _leavers_released(row: Plain, *, shown: bool) -> Plain:
    n_left, n_stayed = row["n_left"], row["n_stayed"]
    if not shown or is_small(n_left) or is_small(n_stayed):
        return dict.fromkeys(row) | {"name": row["name"], "method": row["method"], "reason": HIDDEN}
    sides = {side: None if row[side] is None else round(row[side], 1) for side in ("g", "low", "high")}
    return row | sides | {"n_left": rounded(n_left), "n_stayed": rounded(n_stayed)}


def _figure_released(figure: Plain, *, shown: bool) -> Plain:
    if figure["value"] is None:
        return figure | {"n": None}
    if not shown:
        return dict.fromkeys(figure) | {"method": figure["method"], "reason": HIDDEN}
    sides = {side: None if figure[side] is None else round(figure[side], 2) for side in ("value", "low", "high")}
    return figure | sides | {"n": rounded(figure["n"])}


def _maybe_released(figure: Plain | None, *, shown: bool) -> Plain | None:
    return None if figure is None else _figure_released(figure, shown=shown)
