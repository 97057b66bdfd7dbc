"""The one place where a proposal changes its stage."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.errors import TryAgain
from proposals.errors import WrongStage
from proposals.lifecycle import NEXT, Stage
from proposals.models import DeclineReason, Proposal, Step


@transaction.atomic
def move(
    proposal: Proposal,
    to: Stage,
    *,
    by: Person | None,
    at: datetime,
    reason_code: DeclineReason | str = "",
    reason_ko: str = "",
    reason_en: str = "",
    parts: Sequence[str] = (),
    **fields: object,
) -> Step:
    """Move the proposal on, if it is still where the caller saw it, and write the step into its history.

    ``by`` is nobody when the site itself acts. ``fields`` are set on the proposal in the same statement.
    """
    came_from = Stage(proposal.stage)
    if to not in NEXT[came_from]:
        raise WrongStage(_("That is not possible: the proposal stands at “%(stage)s”.") % {"stage": came_from.label})
    if not Proposal.objects.filter(pk=proposal.pk, stage=came_from).update(stage=to, **fields):
        raise TryAgain(_("Somebody else has just moved this proposal. Please reload the page and look again."))
    step = Step.objects.create(
        proposal=proposal,
        from_stage=came_from,
        to_stage=to,
        by=by,
        by_role=role_of(by, proposal),
        at=at,
        reason_code=reason_code,
        reason_ko=reason_ko,
        reason_en=reason_en,
        parts=list(parts),
    )
    proposal.refresh_from_db()
    return step


def role_of(person: Person | None, proposal: Proposal) -> Role:
    """In which role somebody moves a proposal: authors as residents, others by what they were granted."""
    if person is not None and person.pk != proposal.author_id:
        for role in (Role.MODERATOR, Role.EVALUATOR, Role.ADMINISTRATOR):
            if person.has_role(role):
                return role
    return Role.RESIDENT
