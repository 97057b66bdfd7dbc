"""Signs of stuffed ballots in a closed wave: which answers bear one, and what the rule would say without them.

They mark answers for a person to look at and take none out. The verdict never changes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from surveys.metrics.counter import Counter
from surveys.metrics.disclosure import HIDDEN, Acceptance, acceptance_told, has_rules, leaves_enough
from surveys.metrics.entered import entered_by_staff
from surveys.metrics.figures import Plain, line, share, verdict_of, weigh
from surveys.metrics.layouts import layout_of
from surveys.metrics.refresh import chunks_of
from surveys.metrics.suppression import Row, rounded, rows_shown
from surveys.models import Response, Wave
from surveys.stats.figures import outcome
from surveys.stats.quality import bursts, duplicates, source_skew
from surveys.stats.state import State
from surveys.stats.verdict import Rule


@dataclass(frozen=True)
class Looked:
    """Keys of the answers handed in to a wave, when they came (on the clock of the place), and what they say."""

    ids: list[int]
    moments: list[datetime]
    answers: Any


NOTHING_SEEN = Looked([], [], np.zeros((0, 0), dtype=np.int16))


@dataclass(frozen=True)
class Judged:
    """The rule and the look of a wave that has a verdict."""

    rule: Rule
    look: int
    forfeited: Sequence[int]


def look_through(wave: Wave, *, until: datetime | None = None) -> Looked:
    """Read the answers (handed in ``until`` a moment) chunk by chunk; of each the items alone, as small integers."""
    items = len(layout_of(wave).items)
    ids: list[int] = []
    moments: list[datetime] = []
    tables = [np.zeros((0, items), dtype=np.int16)]
    for chunk in sorted(chunks_of(wave)):
        responses = Response.objects.filter(wave=wave).submitted().in_chunk(chunk).order_by("pk")
        if until is not None:
            responses = responses.filter(submitted_at__lte=until)
        rows = list(responses.values_list("pk", "submitted_at", "answers"))
        ids += [row[0] for row in rows]
        moments += [timezone.localtime(row[1]) for row in rows]
        if rows:
            tables.append(np.array([row[2][:items] for row in rows], dtype=np.int16))
    return Looked(ids, moments, np.concatenate(tables))


def signs_of(looked: Looked) -> Plain:
    """Bursts and sets of equal answers, with the keys (`pk`) of the answers in them. Nothing of any outcome."""
    crowds = bursts(looked.ids, looked.moments)
    copies = duplicates(looked.ids, looked.answers, looked.moments)
    return {
        "n": len(looked.ids),
        "bursts": [
            {
                "start": burst.start.isoformat(),
                "count": burst.count,
                "usual": burst.usual,
                "p": burst.p,
                "ids": list(burst.ids),
            }
            for burst in crowds.found
        ],
        "bursts_reason": crowds.reason.value if crowds.reason else None,
        "duplicates": [
            {"kind": copy.kind.value, "count": len(copy.ids), "together": copy.together, "ids": list(copy.ids)}
            for copy in copies.found
        ],
        "flagged": len({*crowds.ids, *copies.ids}),
        "methods": [crowds.method, copies.method],
    }


def flagged_ids(signs: Plain) -> list[int]:
    """Keys of the answers that bear a sign, each once."""
    return sorted({pk for name in ("bursts", "duplicates") for found in signs[name] for pk in found["ids"]})


def flagged_state(wave: Wave, signs: Plain) -> State:
    """The counts of the answers that bear a sign."""
    return Counter(wave).count_some(flagged_ids(signs))


def skews_of(by_mode: list[Plain]) -> list[Plain]:
    """Ways of answering beside all others: how far their acceptance lies apart."""
    counts = {}
    for part in by_mode:
        accept = part["accept"]
        if accept["value"] is not None:
            yes = round(accept["value"] * accept["n"])
            counts[part["label"]] = {1: yes, 0: accept["n"] - yes}
    if len(counts) < 2:
        return []
    return [
        {
            "source": skew.source,
            "n": skew.n,
            "n_rest": skew.n_rest,
            "distance": skew.distance,
            "p": skew.p,
            "adjusted": skew.adjusted,
            "flagged": skew.flagged,
            "method": skew.method,
            "reason": skew.reason.value if skew.reason else None,
        }
        for skew in source_skew(counts)
    ]


def without_flagged(state: State, flagged: State, *, recipe: Plain | None, judged: Judged | None) -> Plain:
    """Accept, and where the wave has a verdict what the rule would say, of the answers that bear no sign.

    Weights are made anew for those who are left; everything else is as registered.
    """
    rest = state.subtract(flagged)
    weighed = weigh(rest, recipe)
    figure = share(outcome(weighed.state, "accept", weights=weighed.weights))
    if judged is None:
        return figure | {"outcome": None, "codes": []}
    found, _details = verdict_of(rest, judged.rule, judged.look, recipe=recipe, forfeited=judged.forfeited)
    return line(found)


def entered_and_flagged(wave: Wave, signs: Plain) -> list[Plain]:
    """For each member of the staff who entered answers: how many of hers bear a sign, and her part of the counts."""
    counter, flagged = Counter(wave), set(flagged_ids(signs))
    found = []
    for entered in entered_by_staff(wave):
        own = [pk for pk in entered if pk in flagged]
        found.append(
            {
                "flagged": len(own),
                "left_out": asdict(_row(counter.count_some(own))),
                "everybody": asdict(_row(counter.count_some(entered))),
            }
        )
    return found


def signals_released(results: Plain, state: State, flagged: State, public: Plain) -> Plain:
    """For everybody: how many signs there are, and the line without the answers in them; never which these are.

    The line of the whole wave is exact, so nothing is told of fewer than 5 answers that this one leaves out; where
    acceptance of the whole wave is not exact in its ``public`` figures, nothing is told of the line. ``entered`` in the
    results is what each member of the staff entered: the same holds without it.
    """
    entered = results.get("entered", [])
    few = not leaves_enough(results["flagged"], [own["flagged"] for own in entered])
    without, strict = results["without"], has_rules(public)
    exact = acceptance_told(public["accept"]) == Acceptance.EXACT
    if without is not None and not (exact and _may_be_told(state, flagged, entered, strict=strict)):
        without = dict.fromkeys(without) | {"method": without["method"], "reason": HIDDEN, "codes": []}
    elif without is not None:
        sides = {side: None if without[side] is None else round(without[side], 2) for side in ("value", "low", "high")}
        without = without | sides | {"n": rounded(without["n"]), "n_star": None}
    # Not of how many: who withdrew between the close and this work would show beside the frozen count.
    return {
        "bursts": len(results["bursts"]),
        "duplicates": None if few else len(results["duplicates"]),
        "flagged": None if few else rounded(results["flagged"]),
        "methods": results["methods"],
        "without": without,
    }


def _may_be_told(state: State, flagged: State, entered: Sequence[Plain], *, strict: bool) -> bool:
    """Of all answers, and of those that any one member of the staff did not enter."""
    left_out, everybody = _row(flagged), _row(state)
    views = [(left_out, everybody)]
    views += [(_less(left_out, Row(**own["left_out"])), _less(everybody, Row(**own["everybody"]))) for own in entered]
    return all(
        rows_shown([_less(whole, part), part], strict=strict)[0].interval for part, whole in views if whole.judged
    )


def _less(one: Row, other: Row) -> Row:
    return Row(one.n - other.n, one.judged - other.judged, one.yes - other.yes)


def _row(state: State) -> Row:
    judged, yes = (int(count) for count in state.block("accept"))
    return Row(state.n(), judged, yes)
