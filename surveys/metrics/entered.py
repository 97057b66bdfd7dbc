"""What each member of the staff entered of a wave's answers, from the rows; nobody's name leaves this module."""

from collections.abc import Mapping

from django.db.models import Count

from surveys.metrics.counter import Counter
from surveys.models import Entry, Response, Wave
from surveys.stats.state import State


def entered_by_staff(wave: Wave) -> list[list[int]]:
    """Keys of the responses handed in that each member of the staff entered, whoever entered most first.

    Without those that the person has changed since: she alone knows these. Rows of an imported file are nobody's
    entries.
    """
    found: dict[int, list[int]] = {}
    entries = Entry.objects.as_entered().filter(response__wave=wave, response__submitted_at__isnull=False)
    for staff, response in entries.order_by("response").values_list("staff_pk", "response"):
        found.setdefault(staff, []).append(response)
    return sorted(found.values(), key=lambda responses: (-len(responses), responses))


def entered_states(wave: Wave) -> list[State]:
    """The counts of the answers that each of them entered."""
    responses = entered_by_staff(wave)
    if not responses:
        return []
    counter = Counter(wave)
    return [counter.count_some(entered) for entered in responses]


def handed_in(wave: Wave) -> Mapping[str, int]:
    """How many answers are handed in, under the empty name, and how many of them each member of the staff knows."""
    entries = Entry.objects.as_entered().filter(response__wave=wave, response__submitted_at__isnull=False)
    by_staff = entries.order_by().values_list("staff_pk").annotate(answers=Count("pk"))
    return {
        "": Response.objects.filter(wave=wave).submitted().count(),
        **{str(staff): answers for staff, answers in by_staff},
    }
