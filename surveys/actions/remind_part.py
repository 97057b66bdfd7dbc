"""Reminding a part of the participants that is missing among the answers, within what they agreed to."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from surveys.actions.waves import INVITED_AT_ONCE, ask_again, to_remind
from surveys.errors import CannotRemind
from surveys.metrics.release import Audience, audience_of
from surveys.metrics.suppression import is_small
from surveys.models import Invitation, PartReminded, Wave

# Sooner than planned, but nobody is asked twice a day; how often at most stays as planned.
AFTER = timedelta(days=1)
FIELDS = {"age": "enrolment__age_band", "sex": "enrolment__sex", "area": "enrolment__area__office_code"}


@transaction.atomic
def remind_part(
    wave: Wave, variable: str, category: str, *, categories: Collection[str], by: Person, at: datetime
) -> PartReminded:
    """Ask those of a category again who have not answered; ``categories`` are what it holds in the enrolments.

    It takes nobody more reminders than planned, only earlier ones, and is refused where few people would show.
    """
    if audience_of(by, wave.survey) != Audience.DESK:
        raise CannotRemind(_("Only an evaluator of this pilot can have people reminded."))
    if wave.stage != Wave.Stage.OPEN:
        raise CannotRemind(_("Only while a wave is open can people be asked to answer it."))
    chosen = {f"{FIELDS[variable]}__in": list(categories)}
    if is_small(Invitation.objects.filter(wave=wave, **chosen).count()):
        raise CannotRemind(_("So few people belong to this part that reminding it would point at them."))
    waiting = to_remind(wave, at=at, after=AFTER).filter(**chosen)
    invitations = list(waiting.select_for_update(of=("self",), skip_locked=True)[:INVITED_AT_ONCE])
    if not invitations:
        raise CannotRemind(
            _("Everybody of this part has answered, was asked within a day, or has had all planned reminders.")
        )
    ask_again(wave, invitations, at=at)
    return PartReminded.objects.create(
        wave=wave, variable=variable, category=category, people=len(invitations), by=by, at=at
    )
