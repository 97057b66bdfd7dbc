"""Supporting a proposal, and taking it back."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.errors import Refused, status_of
from proposals.actions.support import support_proposal, withdraw_support
from proposals.lifecycle import OPEN
from proposals.models import Proposal
from proposals.views.reading import proposal_seen_by, proposal_shown_to


@login_required
@require_http_methods(["GET", "POST"])
def support(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(proposal: Proposal) -> str:
        support_proposal(proposal, by=request.user, at=timezone.now())
        return _("You support this proposal now.")

    return box_or_page(request, pk, act)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(proposal: Proposal) -> str:
        withdraw_support(proposal, by=request.user)
        return _("You took your support back.")

    return box_or_page(request, pk, act)


def box_or_page(request: AuthenticatedRequest, pk: int, act: Callable[[Proposal], str]) -> HttpResponse:
    """With htmx the box again, recounted; otherwise back to the page. Who comes here from signing in only looks."""
    proposal = proposal_seen_by(request, pk)
    page = f"{reverse('proposals:detail', args=[pk])}#support"
    if request.method == "GET":
        return redirect(page)
    refusal, told = None, ""
    try:
        told = act(proposal)
    except Refused as refused:
        if not request.htmx:
            raise
        refusal = refused
    if request.htmx:
        proposal = proposal_shown_to(request, pk)
        context = {
            "proposal": proposal,
            "refusal": refusal,
            "told": told,
            "open": proposal.stage in OPEN,
            "is_author": proposal.author_id == request.user.pk,
        }
        return render(request, "proposals/_support_box.html", context, status=status_of(refusal))
    messages.success(request, told)
    return redirect(page)
