"""Freezing a wave at its close, and judging it by the registered rule."""

import secrets
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from surveys.actions.register import rule_of
from surveys.errors import NotALook
from surveys.instruments import verified
from surveys.metrics.counter import Counter
from surveys.metrics.definitions import Inputs, frozen_figures
from surveys.metrics.disclosure import N_MIN
from surveys.metrics.entered import entered_states
from surveys.metrics.entries import entered_of
from surveys.metrics.figures import Plain, verdict_of
from surveys.metrics.layouts import registration_of
from surveys.metrics.reach import reach_of
from surveys.metrics.refresh import refresh, state_of_wave
from surveys.metrics.release import suppressed
from surveys.models import EnteredPart, Registration, Snapshot, Verdict, Wave
from surveys.stats.verdict import Choice, Rule


@cache
def code_version() -> str:
    """Tells apart the programs that make figures: a hash over the source of statistics and metrics."""
    folders = [Path(__file__).parents[1] / "stats", Path(__file__).parent]
    sources = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
    return f"LL-1/{sha256(b''.join(sources)).hexdigest()[:16]}"


def freeze(wave: Wave, *, at: datetime) -> Snapshot:
    """Count what is left to count and keep it for ever. The caller holds the wave and has let nobody in any more."""
    refresh(wave, at=at)
    state = state_of_wave(wave)
    data = state.to_bytes()
    inputs, parts = inputs_of(wave), entered_states(wave)
    results = frozen_figures(state, inputs)
    snapshot = Snapshot.objects.create(
        wave=wave,
        state=data,
        hash=sha256(data).hexdigest(),
        salt=secrets.token_hex(16),
        code_version=code_version(),
        counts=results["counts"],
        results=results,
        released=suppressed(results, [frozen_figures(state.subtract(part), inputs) for part in parts]),
        entered=None if wave.survey.pilot.imported else entered_of(wave),
        frozen_at=at,
    )
    EnteredPart.objects.bulk_create(
        [EnteredPart(snapshot=snapshot, number=place, state=part.to_bytes()) for place, part in enumerate(parts, 1)]
    )
    return snapshot


def inputs_of(wave: Wave) -> Inputs:
    """What the figures of a wave follow from beside its counts, as it stands now."""
    registration = registration_of(wave.survey)
    rule = registration.document if registration else {}
    recipe = rule.get("weighting")
    return Inputs(
        wave=told(wave, weighted=recipe is not None),
        reach=reach_of(wave),
        knowledge=[code for code, _correct in Counter(wave).knowledge],
        recipe=recipe,
        protected_groups=len(rule.get("protected_groups", [])),
        m_min=rule.get("m_min", Rule().m_min),
        scoring=verified(wave.survey.instrument).document["scoring"],
        n_min=rule.get("n_min", N_MIN),
    )


def judge(snapshot: Snapshot, *, at: datetime) -> Verdict:
    """The verdict of the registered rule. Refuses wherever the rule does not look."""
    wave = snapshot.wave
    look, registration = registered_look(wave)
    found, details = verdict_of(
        state_of_wave(wave),
        rule_of(registration),
        look,
        recipe=registration.document["weighting"],
        forfeited=forfeited_looks(registration),
    )
    return Verdict.objects.create(
        snapshot=snapshot,
        registration=registration,
        look=look,
        outcome=found.outcome.value,
        codes=list(found.codes),
        details=details,
        computed_at=at,
    )


def registered_look(wave: Wave) -> tuple[int, Registration]:
    """Which look of its rule a closed wave is. Refuses every wave and every moment that the rule does not look at."""
    registration = registration_of(wave.survey)
    if wave.survey.pilot.imported:
        raise NotALook(_("This survey was made elsewhere and brought in. It gets no verdict."))
    if registration is None:
        raise NotALook(_("No rule was registered before these answers were given, so they get no verdict."))
    look = wave.look
    if look is None:
        raise NotALook(_("The registered rule does not look at this wave. It has estimates and no verdict."))
    if wave.stage == Wave.Stage.CANCELLED:
        raise NotALook(_("This wave was cancelled. Its look is forfeited together with its error rate."))
    if wave.stage != Wave.Stage.CLOSED:
        raise NotALook(_("The rule looks at this wave when it has closed at its registered time, and not before."))
    ended = registration.verdicts.filter(look__lt=look).exclude(outcome=Verdict.Outcome.NOT_ENOUGH_EVIDENCE).first()
    if ended is not None:
        raise NotALook(
            _("The rule has given its answer at look %(look)s: %(outcome)s. Later waves have estimates and no verdict.")
            % {"look": ended.look, "outcome": ended.get_outcome_display()}
        )
    return look, registration


def forfeited_looks(registration: Registration) -> list[int]:
    """Looks that are not taken, because their waves were cancelled."""
    cancelled = set(registration.survey.waves.filter(stage=Wave.Stage.CANCELLED).values_list("number", flat=True))
    return [look["look"] for look in registration.document["looks"] if look["wave"] in cancelled]


def choices_left(verdict: Verdict) -> list[str]:
    """What the city may decide now: the verdict stays, but nothing goes on to looks that were forfeited since."""
    choices: list[str] = verdict.details["choices"]
    if Choice.CONTINUE not in choices:
        return choices
    forfeited = set(forfeited_looks(verdict.registration))
    if any(
        look["look"] > verdict.look and look["look"] not in forfeited for look in verdict.registration.document["looks"]
    ):
        return choices
    return [choice for choice in choices if choice != Choice.CONTINUE]


def told(wave: Wave, *, weighted: bool) -> Plain:
    survey = wave.survey
    return {
        "pilot": survey.pilot.slug,
        "number": wave.number,
        "before_use": wave.before_use,
        "opened_at": wave.opened_at.isoformat() if wave.opened_at else None,
        "closed_at": wave.closed_at.isoformat() if wave.closed_at else None,
        "instrument": survey.instrument.bank,
        "version": survey.instrument.version,
        "question_set": wave.question_set.number if wave.question_set else None,
        "weighted": weighted,
        "imported": survey.pilot.imported,
        "illustrative": survey.pilot.illustrative,
    }
