"""An evaluator says what should change, and signs it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from surveys.actions.separation import check_may_sign
from surveys.errors import NoDirections
from surveys.metrics.closing import released_work
from surveys.metrics.figures import Plain
from surveys.metrics.release import Audience, audience_of, release
from surveys.models import Direction, Snapshot


@transaction.atomic
def sign_direction(
    snapshot: Snapshot, *, driver: str, figure: str, words_ko: str, words_en: str = "", by: Person, at: datetime
) -> Direction:
    """Sign a modification direction. It rests on a driver that could be ranked and on a figure that belongs to it."""
    if audience_of(by, snapshot.wave.survey) != Audience.DESK:
        raise NoDirections(_("Only an evaluator of this pilot can say what should change."))
    check_may_sign(snapshot.wave.survey, by=by)
    ranked = released_work(snapshot.wave, Audience.DESK)["drivers"]
    if ranked is None or ranked["reason"] is not None:
        raise NoDirections(_("There is too little information for a ranking, so no direction follows from it."))
    if driver not in {found["name"] for found in ranked["drivers"]}:
        raise NoDirections(_("This topic is not among those that were ranked."))
    if figure not in figures_of(release(snapshot, Audience.DESK), driver):
        raise NoDirections(_("This figure does not belong to the topic."))
    return Direction.objects.create(
        snapshot=snapshot,
        driver=driver,
        figure=figure,
        words_ko=words_ko.strip(),
        words_en=words_en.strip(),
        signed_by=by,
        signed_at=at,
    )


def figures_of(figures: Plain, driver: str) -> list[str]:
    """Keys of what shows how a driver stands: its own mean, and those of its questions."""
    items = [item["code"] for item in figures["items"] if item["construct"] == driver]
    return [f"constructs.{driver}.mean", *(f"items.{code}.mean" for code in items)]
