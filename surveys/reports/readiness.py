"""What the site itself knows of how ripe a service is; the evaluator rates and signs."""

from datetime import datetime

from django.db.models import Max

from surveys.metrics.figures import Plain
from surveys.metrics.monitoring import monitoring_of
from surveys.metrics.release import Audience, release
from surveys.models import Alarm, Report, Snapshot, Verdict
from surveys.models.alarm import AlarmQuerySet
from surveys.stats.instruments import PilotRecord, supported_steps

USED = ("3", "4", "5")
DAYS_OF_MONTH = 30.44


def steps_of(snapshot: Snapshot) -> tuple[int, ...]:
    """Steps of the ladder of societal readiness for which the closed waves until this one are evidence."""
    survey = snapshot.wave.survey
    waves = Snapshot.objects.filter(wave__survey=survey, wave__number__lte=snapshot.wave.number)
    figures = [
        release(one, Audience.DESK)
        for one in waves.select_related("verdict__registration", "wave").order_by("wave__number")
    ]
    asked = [found for found in figures if not found["wave"]["before_use"]]
    largest = max(asked, key=lambda found: int(found["counts"]["answered"]), default=None)
    scaled = Verdict.objects.filter(snapshot__in=waves, outcome=Verdict.Outcome.SCALE)
    version = survey.pilot.version
    revised = Verdict.objects.filter(
        outcome=Verdict.Outcome.REVISE,
        snapshot__wave__survey__pilot__version__service=version.service_id,
        snapshot__wave__survey__pilot__version__number__lt=version.number,
    )
    record = PilotRecord(
        answers=largest["counts"]["answered"] if largest else 0,
        actual_users=sum(part["n"] for part in largest["by_use_level"] if part["label"] in USED) if largest else 0,
        revised_and_asked_again=bool(asked) and revised.exists(),
        scaled=scaled.exists(),
        published=Report.objects.filter(snapshot__in=scaled.values("snapshot")).exists(),
        calm_months=_calm_months(asked, alarms_until(snapshot)),
    )
    return supported_steps(record)


def alarms_until(snapshot: Snapshot) -> AlarmQuerySet:
    """Of the closed waves of this pilot until this one."""
    wave = snapshot.wave
    found = Alarm.objects.filter(snapshot__wave__survey=wave.survey_id, snapshot__wave__number__lte=wave.number)
    return found.select_related("snapshot__wave", "review").order_by("snapshot__wave__number")


def _calm_months(waves: list[Plain], alarms: AlarmQuerySet) -> int:
    """Whole months until the close of the newest wave in which no alarm was open, since the verdict or the last review.

    0 while an alarm is open.
    """
    followed = monitoring_of(waves)
    if followed is None or not followed["periods"] or alarms.open().exists():
        return 0
    closed = {found["wave"]["number"]: datetime.fromisoformat(found["wave"]["closed_at"]) for found in waves}
    reviewed = alarms.aggregate(last=Max("review__signed_at"))["last"]
    calm_since = max(moment for moment in (closed[followed["baseline"]], reviewed) if moment is not None)
    return max(0, int((closed[followed["periods"][-1]["wave"]] - calm_since).days / DAYS_OF_MONTH))
