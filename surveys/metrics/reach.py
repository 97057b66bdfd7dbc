"""Whom a wave reached: counts of invited participants, never joined with what anybody answered."""

from django.db.models import Count

from pilots.models import Enrolment
from surveys.metrics.figures import Reach
from surveys.metrics.layouts import UNKNOWN
from surveys.models import Wave


def reach_of(wave: Wave) -> Reach:
    """Two queries. An imported wave has nobody invited."""
    if wave.survey.pilot.imported:
        return Reach(invited=None, started=0, by={})
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
    started = wave.responses.filter(submitted_at__isnull=True).count()
    return Reach(invited=invited, started=started, by=by)
