"""What the site itself knows of how ripe a service is; the evaluator rates and signs."""

from datetime import datetime

from surveys.metrics.figures import Plain
from surveys.metrics.release import Audience, release
from surveys.models import Report, Snapshot, Verdict
from surveys.reports.derived import monitoring
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
        calm_months=_calm_months(asked),
    )
    return supported_steps(record)


def _calm_months(waves: list[Plain]) -> int:
    """From the wave that let the service scale to the newest one, if no alarm is open."""
    followed = monitoring(waves)
    if followed is None or not followed["periods"]:
        return 0
    newest = followed["periods"][-1]
    if newest["alarm"] or newest["second_alarm"]:
        return 0
    closed = {found["wave"]["number"]: found["wave"]["closed_at"] for found in waves}
    first, last = (datetime.fromisoformat(closed[number]) for number in (followed["baseline"], newest["wave"]))
    return int((last - first).days / DAYS_OF_MONTH)
