"""Taking part: joining, one's own pilots, leaving."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from pilots.actions.enrol import join_pilot, leave_pilot, withdraw_sensitive_consent
from pilots.errors import ConsentChanged
from pilots.forms import JoinForm, LeaveForm
from pilots.models import Enrolment, Pilot
from pilots.views.public import PARTS, waves_of

State = Enrolment.State


@keep_posted
def join(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user).select_related(*PARTS, "survey"), slug=slug)
    if Enrolment.objects.of_person(request.user).filter(pilot=pilot).exclude(state=State.LEFT).exists():
        return redirect("pilots:detail", slug=slug)
    texts = pilot.current_consent_texts()
    form = JoinForm(texts, request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            enrolment = join_pilot(
                pilot,
                person=request.user,
                consents=form.consents(),
                language=active_language(),
                at=timezone.now(),
                age_band=form.cleaned_data["age_band"],
                sex=form.cleaned_data["sex"],
                access_needs=form.cleaned_data.get("access_needs", []),
            )
        except ConsentChanged as refused:
            refusal, form = refused, form.with_new_texts()
        except Refused as refused:
            refusal = refused
        else:
            if enrolment.state == State.JOINED:
                messages.success(request, _("You are in. Thank you for trying this out with us!"))
            else:
                messages.info(request, _("All places are taken. You are on the waiting list and will hear from us."))
            return redirect("pilots:detail", slug=slug)
    page = {
        "pilot": pilot,
        "texts": {text.purpose: text for text in texts},
        "waves": waves_of(pilot),
        "form": form,
        "refusal": refusal,
        "takes_people": pilot.is_open_for_joining_on(timezone.localdate()),
        "full": pilot.joined_total >= pilot.capacity,
    }
    return render(request, "pilots/join.html", page, status=409 if refusal else 200)


@login_required
def mine(request: AuthenticatedRequest) -> HttpResponse:
    rows = (
        Enrolment.objects.of_person(request.user)
        .select_related("pilot__version__service", "pilot__test_bed", "pilot__survey")
        .prefetch_related("consents__text", "pilot__survey__waves")
        .order_by("-asked_at")
    )
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    told = [(enrolment, [wave for wave in waves_of(enrolment.pilot) if wave.stage != "closed"]) for enrolment in page]
    return render(request, "pilots/mine.html", {"page": page, "enrolments": told})


@keep_posted
def leave(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Also for who has left already and now wants her answers taken out."""
    enrolment = get_object_or_404(Enrolment.objects.of_person(request.user).select_related("pilot"), pilot__slug=slug)
    form = LeaveForm(request.POST if request.method == "POST" else kept_post(request))
    if enrolment.state == State.LEFT:
        del form.fields["reason"]
    if enrolment.joined_at is None:
        del form.fields["withdraw_answers"]
    if request.method == "POST" and form.is_valid():
        leave_pilot(
            enrolment,
            at=timezone.now(),
            reason=form.cleaned_data.get("reason", ""),
            withdraw_answers=form.cleaned_data.get("withdraw_answers", False),
        )
        messages.success(request, _("You have left the pilot. Thank you for having been part of it."))
        return redirect("pilots:mine")
    return render(request, "pilots/leave.html", {"enrolment": enrolment, "pilot": enrolment.pilot, "form": form})


@require_POST
@login_required
def withdraw_access_needs(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment.objects.of_person(request.user), pilot__slug=slug)
    withdraw_sensitive_consent(enrolment, at=timezone.now())
    messages.success(request, _("What you told us about your needs is deleted."))
    return redirect("pilots:mine")
