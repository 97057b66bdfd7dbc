"""Working out every figure of an evaluator's pack again, from its counts, without a database."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from math import isclose
from typing import Any

from surveys.actions.register import rule_of_document
from surveys.metrics.alphas import alphas_of, alphas_released
from surveys.metrics.change import changes_between
from surveys.metrics.closing import drivers_of_counts, drivers_released, pairs_of_counts, pairs_released
from surveys.metrics.comments import words_again, words_released
from surveys.metrics.definitions import FIGURES, Inputs
from surveys.metrics.figures import Plain, Weighed, verdict_of, weigh
from surveys.metrics.release import hidden_figures, suppressed
from surveys.metrics.signals import Judged, signals_released, skews_of, without_flagged
from surveys.metrics.themes import voices_released
from surveys.models import ClosingWork
from surveys.reports import verify
from surveys.reports.evaluator_pack import PACK
from surveys.stats.bootstrap import Replicates, replicates_of_bytes
from surveys.stats.layout import Layout
from surveys.stats.pairs import PairLayout, Pairs
from surveys.stats.state import State

# Another machine may round the last digits of a floating number in another way.
SAME = 1e-9
# Takes the replicates, which were not kept at first, or the answers of people, which are in no pack.
FROM_ANSWERS = ("stability", "replicates")
# Of whom nothing was released before it was told how many they are.
LEAVERS = ("leavers",)
# Which of the two that differ is said where the other one holds nothing.
NOTHING = "nothing"


def is_evaluators(files: dict[str, bytes]) -> bool:
    return PACK in files


def differences_in(files: dict[str, bytes]) -> list[str]:
    """What differs from what the counts lead to, in sentences; nothing where the pack is identical with it."""
    found = [
        f"public/{complaint}"
        for complaint in verify.complaints(
            {name.removeprefix("public/"): data for name, data in files.items() if name.startswith("public/")}
        )
    ]
    try:
        return found + list(_differences(files))
    except verify.BROKEN as error:
        return [*found, verify.unread(error)]


def not_in(files: dict[str, bytes]) -> Iterator[str]:
    """What is told and cannot be worked out again from what the pack holds, in sentences."""
    pack = json.loads(files[PACK])
    kinds = {work["kind"] for work in pack["closing"]}
    last = pack["waves"][-1]
    drawn = any(work["kind"] == ClosingWork.Kind.DRIVERS and work["replicates"] for work in pack["closing"])
    if drawn and f"{ClosingWork.Kind.DRIVERS}-{last}.state" not in files:
        yield "the stability of drivers was drawn from the answers of people, which are in no pack"
    if ClosingWork.Kind.WORDS in kinds:
        yield "which words tell people apart follows from their comments, which are in no pack"
    if ClosingWork.Kind.SIGNALS in kinds:
        yield "which answers bear a sign of a stuffed ballot follows from the answers, which are in no pack"


def _differences(files: dict[str, bytes]) -> Iterator[str]:
    pack = verify.document(files, PACK)
    waves = {number: verify.document(files, f"wave-{number}.json") for number in pack["waves"]}
    states: dict[int, State] = {}
    for number, wave in waves.items():
        data = files[f"wave-{number}.state"]
        if sha256(data).hexdigest() != wave["hash"]:
            yield f"wave {number}: the counts do not have the hash they were frozen with"
        salted = sha256(f"{wave['salt']}{wave['hash']}".encode()).hexdigest()
        if salted != wave["public"]["salted_hash"]:
            yield f"wave {number}: the hash of the counts with its salt is not the published one"
        states[number] = State.from_bytes(Layout.of(wave["layout"]), data)
        entered = [
            State.from_bytes(states[number].layout, files[name])
            for name in sorted(files)
            if name.startswith(f"wave-{number}-entered-")
        ]
        yield from _wave(number, wave, states[number], entered)
    last = pack["waves"][-1]
    results = verify.document(files, "public/results.json")
    yield from differing(results["figures"], waves[last]["public"], "public/results.json, figures")
    for told in [*pack["changes"], *results["changes"]]:
        before, after = waves[told["from"]], waves[told["to"]]
        found = changes_between((before["results"], after["results"]), (before["public"], after["public"]))
        yield from differing(told, found, f"change from wave {told['from']} to {told['to']}")
    if pack.get("voices"):
        yield from differing(results["voices"], voices_released(pack["voices"]), "what people wrote, released")
    for work in pack["closing"]:
        if work["kind"] == ClosingWork.Kind.PAIRS:
            yield from _pairs(work, last, waves, states, files)
        else:
            data = files.get(f"{work['kind']}-{last}.state", b"")
            yield from OF_ONE_WAVE[work["kind"]](work, waves[last], states[last], data, pack["seed"])


def _wave(number: int, wave: Plain, state: State, entered: Sequence[State]) -> Iterator[str]:
    version = wave["results"].get("definitions", 1)
    if version not in FIGURES:
        yield f"wave {number}: it follows the definitions {version}, which this program does not know"
        return
    inputs = Inputs.of(wave["inputs"])
    exact = FIGURES[version](state, inputs)
    yield from differing(wave["results"], exact, f"wave {number}")
    public = {name: figure for name, figure in wave["public"].items() if name in exact}
    others = [FIGURES[version](state.subtract(part), inputs) for part in entered]
    released = suppressed(exact, others) | {"verdict": None}
    for name in ("accept", "accept_unweighted"):
        released[name] = {"at_least": None, "at_most": None} | released[name]
    # What came new since may hide something, too.
    released["suppressed"] = hidden_figures(as_told(public, released))
    yield from differing(public, released, f"wave {number}, released")
    told = wave["verdict"]
    if told is None:
        return
    rule = told["rule"]
    found, details = verdict_of(
        state, rule_of_document(rule), told["look"], recipe=rule["weighting"], forfeited=told["forfeited"]
    )
    decided = {"outcome": found.outcome.value, "codes": list(found.codes), "details": details}
    yield from differing({name: told[name] for name in decided}, decided, f"wave {number}, verdict")


def _drivers(work: Plain, wave: Plain, state: State, data: bytes, seed: str) -> Iterator[str]:
    place = f"wave {wave['results']['wave']['number']}, drivers"
    replicates = _drawn(data, seed) if data else None
    found, told = drivers_of_counts(state, _weighed(wave, state), replicates), work["results"]
    if replicates is None:
        yield from differing(without(told, FROM_ANSWERS), without(found, FROM_ANSWERS), place)
    else:
        yield from differing(told, found, place)
    yield from differing(work["released"], drivers_released(told, wave["public"]["constructs"]), f"{place}, released")


def _alphas(work: Plain, wave: Plain, state: State, data: bytes, seed: str) -> Iterator[str]:
    place = f"wave {wave['results']['wave']['number']}, intervals of alpha"
    found = alphas_of(state, _drawn(data, seed))
    yield from differing(work["results"], found, place)
    yield from differing(work["released"], alphas_released(found, wave["public"]["constructs"]), f"{place}, released")


def _drawn(data: bytes, seed: str) -> dict[str, Replicates]:
    replicates = replicates_of_bytes(data)
    if any(drawn.pilot != seed for drawn in replicates.values()):
        raise ValueError("replicates were drawn with another seed than the pack tells")
    return replicates


def _pairs(
    work: Plain, last: int, waves: dict[int, Plain], states: dict[int, State], files: dict[str, bytes]
) -> Iterator[str]:
    public = {number: wave["public"] for number, wave in waves.items()}
    before, name = work["earlier"], f"pairs-{work['earlier']}-{last}.state"
    layout = PairLayout(states[before].layout, states[last].layout)
    pairs = Pairs.from_bytes(layout, files[name])
    weighed = _weighed(waves[before], states[before]), _weighed(waves[last], states[last])
    recipe = waves[last]["inputs"]["recipe"] if weighed[0].weights is not None else None
    found = {"from": before, "to": last} | pairs_of_counts(
        pairs, (states[before], states[last]), weighed, recipe, primary=work["results"]["primary"]
    )
    found |= _entered(work)
    yield from differing(work["results"], found, f"people in the waves {before} and {last}")
    counted = tuple(waves[number]["results"]["counts"]["counted"] for number in (before, last))
    released = pairs_released(found, (counted[0], counted[1]), (public[before], public[last]))
    place = f"people in the waves {before} and {last}, released"
    told = work["released"]
    if not all("n_left" in row for row in told["attrition"]["leavers"]):
        told = without(told, LEAVERS)
    yield from differing(told, released, place)


def _signals(work: Plain, wave: Plain, state: State, data: bytes, _seed: str) -> Iterator[str]:
    """Accept and verdict without the answers that bear a sign; which answers do takes the answers themselves."""
    number, told, verdict = wave["results"]["wave"]["number"], work["results"], wave["verdict"]
    flagged = State.from_bytes(state.layout, data)
    judged = verdict and Judged(rule_of_document(verdict["rule"]), verdict["look"], verdict["forfeited"])
    without = (
        without_flagged(state, flagged, recipe=wave["inputs"]["recipe"], judged=judged) if told["flagged"] else None
    )
    yield from differing(
        {name: told[name] for name in ("skews", "without")},
        {"skews": skews_of(wave["results"]["by_mode"]), "without": without},
        f"wave {number}, signs",
    )
    released = signals_released(told, state, flagged, wave["public"])
    yield from differing(work["released"], released, f"wave {number}, signs, released")


def _words(work: Plain, wave: Plain, _state: State, _data: bytes, _seed: str) -> Iterator[str]:
    """Figures of the words that are told; that there are no others follows from comments, which are in no pack."""
    place = f"wave {wave['results']['wave']['number']}, words"
    yield from differing(work["results"], words_again(work["results"]) | _entered(work), place)
    yield from differing(work["released"], words_released(work["results"]), f"{place}, released")


def _entered(work: Plain) -> Plain:
    """What the staff entered is told by the rows; from it follows only what is released."""
    return {"entered": work["results"]["entered"]} if "entered" in work["results"] else {}


OF_ONE_WAVE = {
    ClosingWork.Kind.DRIVERS: _drivers,
    ClosingWork.Kind.ALPHA: _alphas,
    ClosingWork.Kind.SIGNALS: _signals,
    ClosingWork.Kind.WORDS: _words,
}


def _weighed(wave: Plain, state: State) -> Weighed:
    return weigh(state, wave["inputs"]["recipe"])


def without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: without(inner, names) for name, inner in value.items() if name not in names}
    return [without(inner, names) for inner in value] if isinstance(value, list) else value


def differing(told: Any, found: Any, place: str) -> Iterator[str]:
    """Where what a pack tells is not what was found. What came new to the program since is not asked for."""
    if isinstance(told, dict) and isinstance(found, dict):
        for name, inner in told.items():
            if name not in found:
                yield f"{place}, {name}: {_short(inner)}, worked out again {NOTHING}"
            else:
                yield from differing(inner, found[name], f"{place}, {name}")
    elif isinstance(told, list | tuple) and isinstance(found, list | tuple):
        if len(told) != len(found):
            yield f"{place}: {len(told)} entries, worked out again {len(found)}"
        for number, (one, other) in enumerate(zip(_sorted(told), _sorted(found), strict=False)):
            yield from differing(one, other, f"{place}, {_name(one, number)}")
    elif not _same(told, found):
        yield f"{place}: {_short(told)}, worked out again {_short(found)}"


def as_told(told: Any, found: Any) -> Any:
    """Of what was found only that of which a pack tells."""
    if isinstance(told, dict) and isinstance(found, dict):
        return {name: as_told(inner, found[name]) for name, inner in told.items() if name in found}
    if isinstance(told, list | tuple) and isinstance(found, list | tuple):
        return [as_told(one, other) for one, other in zip(told, found, strict=False)]
    return found


def _sorted(entries: Any) -> Any:
    """Categories in one order: that of margins is no figure."""
    if all(isinstance(entry, dict) and "category" in entry for entry in entries):
        return sorted(entries, key=lambda entry: (entry.get("variable", ""), entry["category"]))
    return entries


def _same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return isclose(one, other, rel_tol=SAME, abs_tol=SAME) if numbers else bool(one == other)


def _name(entry: Any, number: int) -> str:
    told = (
        next((entry[name] for name in ("code", "name", "label", "category") if name in entry), None)
        if isinstance(entry, dict)
        else None
    )
    return str(told if told is not None else number)


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:80]
