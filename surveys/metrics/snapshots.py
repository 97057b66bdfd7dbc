"""Freezing a wave at its close, and judging it by the registered rule."""

import secrets
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from surveys.actions.register import rule_of
from surveys.metrics.figures import Plain, results_of, verdict_of
from surveys.metrics.layouts import registration_of
from surveys.metrics.reach import reach_of
from surveys.metrics.refresh import Counter, refresh, state_of_wave
from surveys.metrics.release import suppressed
from surveys.models import Snapshot, Verdict, Wave


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
    registration = registration_of(wave.survey)
    recipe = registration.document["weighting"] if registration else None
    groups = registration.document["protected_groups"] if registration else []
    results: dict[str, Any] = {"wave": told(wave, weighted=recipe is not None)}
    results |= results_of(
        state,
        reach=reach_of(wave),
        knowledge=[code for code, _correct in Counter(wave).knowledge],
        recipe=recipe,
        protected_groups=len(groups),
    )
    results["suppressed"] = 0
    return Snapshot.objects.create(
        wave=wave,
        state=data,
        hash=sha256(data).hexdigest(),
        salt=secrets.token_hex(16),
        code_version=code_version(),
        counts=results["counts"],
        results=results,
        released=suppressed(results),
        frozen_at=at,
    )


def judge(snapshot: Snapshot, *, at: datetime) -> Verdict | None:
    """The verdict of the registered rule where this wave is a look; None where it is none."""
    wave = snapshot.wave
    look = wave.look
    registration = registration_of(wave.survey)
    if look is None or registration is None or wave.survey.pilot.imported:
        return None
    found, details = verdict_of(
        state_of_wave(wave), rule_of(registration), look, recipe=registration.document["weighting"]
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
