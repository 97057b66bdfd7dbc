"""What may still change once the rule is registered: dates and operations of waves that have not opened.

Everything else stands: another threshold, group, look, weighting or instrument takes a new version of the service with
a rule of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.text import is_blank
from surveys.actions.plan import PlannedWave, check_dates, keep_questions
from surveys.errors import WrongRule, WrongWaveStage
from surveys.metrics.layouts import registration_of
from surveys.models import Amendment, Registration, Survey, Wave


@dataclass(frozen=True)
class Operations:
    """How the waves to come are to be run, by number; what is not named stays as it is.

    Reminders are planned for all waves of a survey at once.
    """

    dates: Mapping[int, tuple[datetime, datetime]] = field(default_factory=dict)
    n_planned: Mapping[int, int] = field(default_factory=dict)
    reminders: int | None = None
    remind_after_days: int | None = None


@transaction.atomic
def amend_registration(survey: Survey, wished: Operations, *, reason: str, by: Person, at: datetime) -> Amendment:
    """Run waves that have not opened otherwise than planned; logged and printed for ever."""
    registration, survey, waves = _held(survey, reason)
    changes = _change_waves(waves, wished, at=at) + _change_reminders(survey, waves, wished)
    if not changes:
        raise WrongRule(_("This is how it stands already; nothing would change."))
    return _record(registration, changes, reason=reason, by=by, at=at)


@transaction.atomic
def amend_questions(
    survey: Survey, questions: Sequence[dict[str, Any]], *, reason: str, by: Person, at: datetime
) -> Amendment:
    """Other questions of understanding in waves that have not opened; logged and printed for ever."""
    registration, survey, waves = _held(survey, reason)
    if fixes_questions(registration):
        raise WrongRule(
            _("Being well informed is a condition of the registered rule, so the questions of understanding stand.")
        )
    planned = [wave for wave in waves if wave.stage == Wave.Stage.PLANNED]
    if not planned:
        raise WrongWaveStage(_("No wave is still to open, so nobody would be asked these questions."))
    before = {wave.pk: wave.question_set for wave in planned}
    made = keep_questions(survey, questions, at=at)
    changes = []
    for wave in planned:
        old = before[wave.pk]
        if old != made:
            changes.append(_change("questions", old.number if old else None, made.number, wave=wave))
    if not changes:
        raise WrongRule(_("These questions are asked already; nothing would change."))
    return _record(registration, changes, reason=reason, by=by, at=at)


def fixes_questions(registration: Registration) -> bool:
    """Whether a condition of the rule rests on the questions of understanding."""
    return any(criterion["metric"] == "informed" for criterion in registration.document["criteria"])


def _held(survey: Survey, reason: str) -> tuple[Registration, Survey, list[Wave]]:
    """The survey and its waves with their locks: none of them opens until this transaction ends."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("comprehension").get(pk=survey.pk)
    registration = registration_of(survey)
    if registration is None:
        raise WrongRule(_("No rule is registered yet; change the plan itself."))
    if is_blank(reason):
        raise WrongRule(_("Say why it changes; the reason is printed with the rule."))
    waves = survey.waves.select_for_update(of=("self",)).select_related("question_set").order_by("number")
    return registration, survey, list(waves)


def _change_waves(waves: Sequence[Wave], wished: Operations, *, at: datetime) -> list[dict[str, Any]]:
    found = []
    for wave in waves:
        opens_at, closes_at = wished.dates.get(wave.number, (wave.opens_at, wave.closes_at))
        n_planned = wished.n_planned.get(wave.number, wave.n_planned)
        moved = [
            _change(name, before.isoformat(), after.isoformat(), wave=wave)
            for name, before, after in (("opens_at", wave.opens_at, opens_at), ("closes_at", wave.closes_at, closes_at))
            if before != after
        ]
        if moved and wave.stage == Wave.Stage.PLANNED and opens_at <= at:
            raise WrongRule(_("Wave %(number)s cannot open in the past.") % {"number": wave.number})
        if wave.n_planned != n_planned:
            moved.append(_change("n_planned", wave.n_planned, n_planned, wave=wave))
        if moved and wave.stage == Wave.Stage.CANCELLED:
            raise WrongWaveStage(_("Wave %(number)s is cancelled and stays so.") % {"number": wave.number})
        if moved and wave.stage != Wave.Stage.PLANNED:
            raise WrongWaveStage(
                _("Wave %(number)s has opened; its dates and numbers stand.") % {"number": wave.number}
            )
        wave.opens_at, wave.closes_at, wave.n_planned = opens_at, closes_at, n_planned
        found += moved
    check_dates(
        [
            PlannedWave(wave.opens_at, wave.closes_at, wave.n_planned)
            for wave in waves
            if wave.stage != Wave.Stage.CANCELLED
        ]
    )
    for wave in waves:
        wave.save(update_fields=["opens_at", "closes_at", "n_planned"])
    return found


def _change_reminders(survey: Survey, waves: Sequence[Wave], wished: Operations) -> list[dict[str, Any]]:
    found = []
    for name in ("reminders", "remind_after_days"):
        before, after = getattr(survey, name), getattr(wished, name)
        if after is not None and before != after:
            found.append(_change(name, before, after))
            setattr(survey, name, after)
    if not found:
        return []
    stages = {wave.stage for wave in waves}
    if Wave.Stage.OPEN in stages:
        raise WrongWaveStage(_("A wave is open; who takes part is reminded as planned until it closes."))
    if Wave.Stage.PLANNED not in stages:
        raise WrongWaveStage(_("No wave is still to open, so nobody would be reminded."))
    survey.save(update_fields=["reminders", "remind_after_days"])
    return found


def _change(name: str, before: object, after: object, *, wave: Wave | None = None) -> dict[str, Any]:
    return {"wave": wave.number if wave else None, "field": name, "before": before, "after": after}


def _record(
    registration: Registration, changes: list[dict[str, Any]], *, reason: str, by: Person, at: datetime
) -> Amendment:
    return Amendment.objects.create(registration=registration, at=at, by=by, reason=reason.strip(), changes=changes)
