"""Whom a wave reached: counts of invited participants, never joined with what anybody answered."""

from django.db.models import Count

from pilots.models import Enrolment
from surveys.metrics.cells import UNKNOWN
from surveys.metrics.figures import Reach
from surveys.models import InvitedCount, Wave


def reach_of(wave: Wave) -> Reach:
    """Two queries over all invitations. An imported wave has nobody invited."""
    if wave.survey.pilot.imported:
        return Reach(invited=None, started=0, by={})
    invited, by = _invited(wave)
    return Reach(invited=invited, started=_started(wave), by=by)


def count_invited(wave: Wave) -> None:
    """Count everybody invited to the wave and keep it. Safe to repeat; writes only what has changed."""
    invited, by = _invited(wave)
    kept, created = InvitedCount.objects.get_or_create(wave=wave, defaults={"invited": invited, "by": by})
    if not created and (kept.invited, kept.by) != (invited, by):
        kept.invited, kept.by = invited, by
        kept.save()


def _invited(wave: Wave) -> tuple[int, dict[str, dict[str, int]]]:
    rows = (
        Enrolment.objects.filter(invitations__wave=wave)
        .values_list("age_band", "sex", "area__office_code")
        .annotate(people=Count("pk"))
        .order_by()
    )
    by: dict[str, dict[str, int]] = {"age": {}, "sex": {}, "area": {}}
    invited = 0
    for age, sex, area, people in rows:
        invited += people
        for variable, category in (("age", age), ("sex", sex), ("area", area)):
            name = category or UNKNOWN
            by[variable][name] = by[variable].get(name, 0) + people
    return invited, by


def _started(wave: Wave) -> int:
    return wave.responses.filter(submitted_at__isnull=True).count()
