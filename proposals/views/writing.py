"""Writing a proposal: drafts that lose nothing, handing in, taking back."""

from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import replace_url

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.limits import PHOTOS, SAVES, SUBMISSIONS, allow_writing
from livinglab.accounts.models import Area
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from proposals.actions.propose import (
    add_photo,
    describe_photo,
    discard_draft,
    remove_photo,
    resubmit,
    save_draft,
    start_draft,
    submit_proposal,
    what_is_missing,
    withdraw_proposal,
)
from proposals.drafts import limit_of_draft
from proposals.errors import PhotosBusy, WrongStage
from proposals.forms import ProposalForm
from proposals.lifecycle import EDITABLE, NEXT, Stage
from proposals.models import Part, Proposal
from proposals.views.reading import PROPOSALS_ON_A_PAGE, text_of


@keep_posted(ProposalForm, r"do|alt_\d+|remove_\d+")
@require_http_methods(["GET", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        return written(request, None)
    if kept := kept_post(request):
        return form_page(request, None, ProposalForm(kept))
    start = {"draft_key": uuid4(), "language": active_language(), "area": request.user.area_id}
    return form_page(request, None, ProposalForm(initial=start))


@keep_posted(ProposalForm, r"do|alt_\d+|remove_\d+")
@require_http_methods(["GET", "POST"])
def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.filter(author=request.user), pk=pk)
    if request.method == "POST":
        return written(request, proposal)
    if proposal.stage not in EDITABLE:
        messages.info(request, _("This proposal has been handed in and cannot be changed now."))
        return redirect("proposals:detail", pk=pk)
    if kept := kept_post(request):
        return form_page(request, proposal, ProposalForm(kept, proposal=proposal))
    return form_page(request, proposal, ProposalForm(proposal=proposal))


def written(request: AuthenticatedRequest, proposal: Proposal | None) -> HttpResponse:
    """Keep everything that can be kept, whatever is wrong with the rest; then do what the button says."""
    at, do = timezone.now(), request.POST.get("do", "save")
    sent = ProposalForm(request.POST, request.FILES, proposal=proposal)
    sent.is_valid()
    key = sent.cleaned_data.get("draft_key")
    if proposal is None and (begun := Proposal.objects.filter(author=request.user, draft_key=key).first()):
        # The address still says "new", but the draft was kept before, perhaps with photos to describe.
        return written(request, begun)
    if sent.texts_meanwhile:
        if do == "autosave":
            return render(request, "proposals/_saved.html", {"meanwhile": True}, status=HTTPStatus.CONFLICT)
        return form_page(request, proposal, sent, status=HTTPStatus.CONFLICT)
    try:
        allow_writing(request.user, limit_of_draft(request.user, key) if proposal is None else SAVES)
        if proposal is None:
            proposal = start_draft(
                author=request.user,
                at=at,
                key=key,
                language=active_language(),
                written=sent.written(),
            )
        else:
            proposal = save_draft(proposal, by=request.user, at=at, **sent.written())
        refused_photos = keep_photos(request, proposal, sent, at)
    except Refused as refusal:
        if do == "autosave":
            return render(request, "proposals/_saved.html", {"refusal": refusal}, status=status_of(refusal))
        return form_page(request, proposal, sent, refusal=refusal)
    stored = ProposalForm(proposal=proposal)
    if do == "autosave":
        response = render(request, "proposals/_saved.html", {"at": at, "form": sent, "seen": stored["seen_texts"]})
        return replace_url(response, reverse("proposals:edit", args=[proposal.pk]))
    form = sent
    if do == "check" or request.FILES or sent.kept_photos:
        # Once more over what is there now: photos that were just added ask for their description.
        form = ProposalForm(request.POST, proposal=proposal, handing_in=do == "check")
        form.is_valid()
    form.know(stored.stored_texts())
    for sentence in refused_photos:
        form.add_error("photos", sentence)
    if form.errors:
        return form_page(request, proposal, form)
    if do == "check":
        return redirect("proposals:preview", pk=proposal.pk)
    messages.success(request, _("Your draft is saved."))
    here = reverse("proposals:edit", args=[proposal.pk])
    return redirect(f"{here}#photos" if do == "photos" else here)


def keep_photos(request: AuthenticatedRequest, proposal: Proposal, form: ProposalForm, at: datetime) -> list[str]:
    """Remove, describe and add photos as the form says. Returns what had to be refused, in sentences."""
    for photo in form.kept_photos:
        if form.cleaned_data.get(f"remove_{photo.pk}"):
            remove_photo(photo, by=request.user, at=at)
        elif form.cleaned_data.get(f"alt_{photo.pk}", photo.alt) != photo.alt:
            describe_photo(photo, by=request.user, alt=form.cleaned_data[f"alt_{photo.pk}"], at=at)
    refused = []
    busy: PhotosBusy | None = None
    for upload in form.cleaned_data.get("photos", []):
        try:
            if busy:
                # All of them wait once, not each of them.
                raise busy
            allow_writing(request.user, PHOTOS)
            add_photo(proposal, by=request.user, upload=upload, at=at)
        except Refused as refusal:
            busy = refusal if isinstance(refusal, PhotosBusy) else None
            refused.append(f"{upload.name}: {refusal}")
    return refused


def form_page(
    request: AuthenticatedRequest,
    proposal: Proposal | None,
    form: ProposalForm,
    refusal: Refused | None = None,
    status: int | None = None,
) -> HttpResponse:
    asked = None
    if proposal is not None and proposal.stage == Stage.CHANGES_ASKED:
        asked = proposal.steps.filter(to_stage=Stage.CHANGES_ASKED).last()
    context = {
        "proposal": proposal,
        "form": form,
        "refusal": refusal,
        "areas": Area.objects.all(),
        "asked": asked,
    }
    return render(request, "proposals/form.html", context, status=status or status_of(refusal))


@login_required
@require_safe
def mine(request: AuthenticatedRequest) -> HttpResponse:
    own = Proposal.objects.filter(author=request.user).with_counts().select_related("field", "area")
    page = Paginator(own.defer("area__boundary").order_by("-changed_at", "-pk"), PROPOSALS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "proposals/mine.html", {"page": page, "editable": EDITABLE})


@login_required
@require_safe
def preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What staff, and later everybody, will read."""
    own = Proposal.objects.filter(author=request.user, stage__in=EDITABLE).select_related("field", "area", "author")
    proposal = get_object_or_404(own, pk=pk)
    missing = [Part(name).label for name in what_is_missing(proposal)]
    context = {"missing": missing, **text_of(proposal)}
    return render(request, "proposals/preview.html", context)


@login_required
@require_POST
def submit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.filter(author=request.user), pk=pk)
    hand_in = resubmit if proposal.stage == Stage.CHANGES_ASKED else submit_proposal
    allow_writing(request.user, SUBMISSIONS)
    try:
        hand_in(proposal, by=request.user, at=timezone.now())
    except WrongStage:
        proposal.refresh_from_db()
        # Pressed twice: the first press has handed it in.
        if proposal.stage != Stage.SUBMITTED:
            raise
    messages.success(request, _("Thank you. Your proposal is with the city now; we tell you what happens."))
    return redirect("proposals:detail", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.filter(author=request.user), pk=pk)
    if request.method == "POST":
        withdraw_proposal(proposal, by=request.user, at=timezone.now())
        messages.success(request, _("You took your proposal back."))
        return redirect("proposals:detail", pk=pk)
    if Stage.WITHDRAWN not in NEXT[Stage(proposal.stage)]:
        messages.info(request, _("This proposal cannot be taken back any more."))
        return redirect("proposals:detail", pk=pk)
    return render(request, "proposals/withdraw.html", {"proposal": proposal})


@login_required
@require_POST
def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.filter(author=request.user), pk=pk)
    discard_draft(proposal, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("proposals:mine")
