"""Alarms after a verdict: a close that leaves the limits raises one, and an evaluator says what was behind it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.notices.actions import notify_many
from surveys.actions.separation import check_may_sign
from surveys.errors import CannotReview
from surveys.metrics.disclosure import HIDDEN
from surveys.metrics.monitoring import charts_outside, monitoring_of
from surveys.metrics.release import Audience, audience_of, release
from surveys.models import Alarm, Review, Snapshot, Survey, Verdict


@transaction.atomic
def raise_alarms(survey: Survey, *, at: datetime) -> list[Alarm]:
    """An alarm for each wave since the verdict SCALE that left the limits and has none. Safe to repeat.

    Whoever evaluates the pilot is told once, and so is whoever decides about it where everybody may know (`is_told`).
    Verdict and decision stay as they are.
    """
    if not Verdict.objects.filter(registration__survey=survey, outcome=Verdict.Outcome.SCALE).exists():
        return []
    frozen = (
        Snapshot.objects.filter(wave__survey=survey)
        .select_related("wave", "verdict__registration")
        .defer("state", "released")
        .order_by("wave__number")
    )
    snapshots = {snapshot.wave.number: snapshot for snapshot in frozen}
    watched = monitoring_of([release(snapshot, Audience.DESK) for snapshot in snapshots.values()])
    raised = []
    for period in watched["periods"] if watched else []:
        charts = charts_outside(period, watched["threshold"]) if watched else []
        if not charts:
            continue
        alarm, is_new = Alarm.objects.get_or_create(
            snapshot=snapshots[period["wave"]],
            defaults={"charts": charts, "n": period["n"], "distance": period["distance"], "raised_at": at},
        )
        if is_new:
            _tell(alarm, survey, at=at)
            raised.append(alarm)
    return raised


def is_told(alarm: Alarm) -> bool:
    """Whether others than its evaluators may know: not where acceptance is hidden, as an alarm says where it went."""
    accept = release(alarm.snapshot, Audience.PUBLIC)["accept"]
    return bool(accept["reason"] != HIDDEN)


def _tell(alarm: Alarm, survey: Survey, *, at: datetime) -> None:
    pilot, wave = survey.pilot, alarm.snapshot.wave
    told = pilot.titles() | {"wave": wave.number}
    occasion, thread = f"alarm of wave {wave.pk}", f"pilot-{pilot.slug}"
    url = reverse("surveys:review", args=[alarm.pk])
    evaluators = survey.current_evaluators()
    notify_many(evaluators, "alarm_to_review", occasion=occasion, at=at, url=url, thread=thread, **told)
    if not is_told(alarm):
        return
    url = reverse("surveys:results", args=[wave.pk])
    notify_many(pilot.deciders(), "alarm_raised", occasion=occasion, at=at, url=url, thread=thread, **told)


@transaction.atomic
def review_alarm(
    alarm: Alarm, *, found_ko: str, found_en: str, done_ko: str, done_en: str, by: Person, at: datetime
) -> Review:
    """Close the review of an alarm, signed, with what was found and what is done. Nobody changes it afterwards."""
    # The lock lets one of two evaluators close it, and the other read why not.
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if audience_of(by, alarm.snapshot.wave.survey) != Audience.DESK:
        raise CannotReview(_("Only an evaluator of this pilot can close the review of its alarm."))
    check_may_sign(alarm.snapshot.wave.survey, by=by)
    if Review.objects.filter(alarm=alarm).exists():
        raise CannotReview(_("Somebody has closed this review already; it stays as it was signed."))
    words = {"found_ko": found_ko, "found_en": found_en, "done_ko": done_ko, "done_en": done_en}
    words = {name: text.strip() for name, text in words.items()}
    if not all(words.values()):
        raise CannotReview(_("Say in both languages what was found and what is done."))
    return Review.objects.create(alarm=alarm, signed_by=by, signed_at=at, **words)
