"""Residents stand behind a proposal."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from proposals.errors import NotConfirmed, OwnProposal, WrongStage
from proposals.lifecycle import OPEN
from proposals.models import Proposal, Support


@transaction.atomic
def support_proposal(proposal: Proposal, *, by: Person, at: datetime) -> Support:
    """One support of one resident. Safe to repeat: the second time finds the first."""
    proposal = _open_and_locked(proposal)
    if proposal.author_id == by.pk:
        raise OwnProposal(_("You cannot support your own proposal."))
    if not by.is_confirmed_resident:
        raise NotConfirmed(_("Only residents whose residence is confirmed can support a proposal."))
    # Nobody else writes supports of this proposal while it is locked.
    if before := Support.objects.filter(proposal=proposal, person=by).first():
        return before
    support = Support.objects.create(proposal=proposal, person=by, at=at)
    recount_supports(proposal)
    return support


@transaction.atomic
def withdraw_support(proposal: Proposal, *, by: Person) -> None:
    """Take one's support back, at any time. Safe to repeat."""
    proposal = Proposal.objects.select_for_update(no_key=True).only("pk").get(pk=proposal.pk)
    Support.objects.filter(proposal=proposal, person=by).delete()
    recount_supports(proposal)


def recount_supports(proposal: Proposal) -> None:
    """Count the rows again. The caller holds the lock of the proposal, so no support is missed."""
    total = Support.objects.filter(proposal=proposal).count()
    Proposal.objects.filter(pk=proposal.pk).update(support_total=total)


def _open_and_locked(proposal: Proposal) -> Proposal:
    # The lock keeps a support from landing while the proposal is closed or withdrawn.
    proposal = Proposal.objects.select_for_update(no_key=True).only("author", "stage").get(pk=proposal.pk)
    if proposal.stage not in OPEN:
        raise WrongStage(_("This proposal is not open for supports."))
    return proposal
