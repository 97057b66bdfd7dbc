"""Signs that a wave was stuffed or answered carelessly, for a person to look at; nobody is left out for them."""

from __future__ import annotations

from collections import Counter

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.figures import Plain, estimate, line, share, verdict_of, weigh
from surveys.stats.figures import outcome
from surveys.stats.instruments import UEQ_SCALES, ueq
from surveys.stats.proportions import share_of
from surveys.stats.quality import bursts, duplicates
from surveys.stats.scoring import MISSING

# What in a date's form tells the time of the day; without it everything would come at midnight.
HOURS = ("%H", "%I", "%c", "%X")


def ueq_checks(spec: Spec, wave: Wave) -> Plain | None:
    """The checks of the authors of the long UEQ, person by person; None where not all of it was asked.

    Inconsistent: answers more than 3 apart within two or more scales. Monotonous: more than 15 of 26 the same.
    """
    scales = {name for name, method in spec.methods_of(wave.layout).items() if method == "ueq"}
    items = [item for item in wave.layout.items if item.construct in scales]
    if Counter(item.construct for item in items) != Counter(UEQ_SCALES):
        return None
    key = [(item.construct, -1 if item.reverse else 1) for item in items]
    rows = wave.answers[wave.counted][:, [wave.layout.column[item.code] for item in items]].tolist()
    found = [ueq(answers, key) for answers in rows if any(answer not in MISSING for answer in answers)]
    return {
        name: estimate(share_of(sum(getattr(person, name) for person in found), len(found)))
        for name in ("inconsistent", "monotonous")
    }


def signals(spec: Spec, wave: Wave, recipe: Plain | None, *, look: int | None) -> Plain | None:
    """Bursts and sets of equal answers; None where the files do not tell the time of the day.

    With accept without them and, where the rule takes a look at this wave, what it would say then.

    Responses are told by their own number (``row_id``) where they have one. Nobody is left out of any other figure.
    """
    timed = all(source.date and any(hour in source.date.form for hour in HOURS) for source in spec.files.sources)
    moments = [row.at for row in wave.rows if row.at is not None]
    if not timed or len(moments) < len(wave.rows):
        return None
    ids = list(range(len(wave.rows)))
    crowds, copies = bursts(ids, moments), duplicates(ids, wave.answers, moments)
    told = {*crowds.ids, *copies.ids}
    suspicious = {id(wave.rows[place]) for place in told}
    state = wave.state_of(lambda row: id(row) not in suspicious)
    without, judged = weigh(state, recipe, spec.files.variables), None
    if spec.registered is not None and look is not None:
        rule, variables = spec.registered.rule, spec.files.variables
        judged, _details = verdict_of(state, rule, look, recipe=recipe, variables=variables)
    return {
        "n": len(ids),
        "bursts": [
            {"start": burst.start.isoformat(), "count": burst.count, "usual": burst.usual, "p": burst.p}
            for burst in crowds.found
        ],
        "duplicates": [
            {"kind": copy.kind.value, "count": len(copy.ids), "together": copy.together} for copy in copies.found
        ],
        "methods": [crowds.method, copies.method],
        "responses": sorted(wave.rows[place].row_id for place in told if wave.rows[place].row_id),
        "accept_without": share(outcome(without.state, "accept", weights=without.weights)),
        "verdict_without": line(judged) if judged else None,
    }
