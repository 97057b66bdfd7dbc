"""Taking part: joining, one's own pilots, leaving."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from livinglab.posted import whole_number
from pilots.actions.enrol import (
    agree_to_monitoring,
    check_answers_are_there,
    join_pilot,
    leave_pilot,
    withdraw_monitoring_consent,
    withdraw_sensitive_consent,
)
from pilots.errors import ConsentChanged, NothingToTakeOut
from pilots.forms import JoinForm, LeaveForm
from pilots.models import ConsentText, Enrolment, Pilot
from pilots.periods import CONTACTS_KEPT
from pilots.views.public import PARTS, waves_of

State = Enrolment.State


@keep_posted(JoinForm)
def join(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user).select_related(*PARTS, "survey"), slug=slug)
    if Enrolment.objects.of_person(request.user).filter(pilot=pilot).exclude(state=State.LEFT).exists():
        return redirect("pilots:detail", slug=slug)
    texts = pilot.current_consent_texts()
    form = JoinForm(pilot, texts, request.POST if request.method == "POST" else kept_post(request))
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
                phone=form.cleaned_data.get("phone", ""),
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
    return render(request, "pilots/join.html", page, status=status_of(refusal))


@login_required
def mine(request: AuthenticatedRequest) -> HttpResponse:
    rows = (
        Enrolment.objects.of_person(request.user)
        .select_related("pilot__version__service", "pilot__test_bed", "pilot__survey")
        .prefetch_related("consents__text", "pilot__survey__waves")
        .order_by("-asked_at")
    )
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    monitored = ConsentText.objects.filter(
        purpose=ConsentText.Purpose.MONITORING, pilot__in=[enrolment.pilot_id for enrolment in page]
    )
    asking = set(monitored.values_list("pilot", flat=True))
    enrolments = [(enrolment, waves_to_come(enrolment), enrolment.pilot_id in asking) for enrolment in page]
    return render(request, "pilots/mine.html", {"page": page, "enrolments": enrolments, "contacts_kept": CONTACTS_KEPT})


def waves_to_come(enrolment: Enrolment) -> list[Any]:
    """The surveys that will ask this participant; those long after the trial only where she agreed to that."""
    agreed = enrolment.has_agreed_to(ConsentText.Purpose.MONITORING)
    to_come = [wave for wave in waves_of(enrolment.pilot) if wave.stage != "closed"]
    return [wave for wave in to_come if agreed or not wave.asks_only_who_agreed]


@keep_posted(LeaveForm)
def leave(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Also for who has left already and now wants her answers taken out; says so where nobody can find them."""
    enrolments = Enrolment.objects.of_person(request.user).select_related("pilot__survey")
    enrolment = enrolments.filter(pilot__slug=slug).prefetch_related("pilot__survey__waves").first()
    if enrolment is None:
        pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
        try:
            check_answers_are_there(pilot, None)
        except NothingToTakeOut:
            return render(request, "pilots/contacts_gone.html", {"pilot": pilot, "kept": CONTACTS_KEPT}, status=410)
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else kept_post(request))
    gone = [wave for wave in waves_of(enrolment.pilot) if wave.answers_deleted_at is not None]
    try:
        check_answers_are_there(enrolment.pilot, enrolment)
    except NothingToTakeOut:
        del form.fields["withdraw_answers"]
    if enrolment.state == State.LEFT:
        del form.fields["reason"]
    if enrolment.joined_at is None:
        form.fields.pop("withdraw_answers", None)
    if request.method == "POST" and form.is_valid():
        leave_pilot(
            enrolment,
            at=timezone.now(),
            reason=form.cleaned_data.get("reason", ""),
            withdraw_answers=form.cleaned_data.get("withdraw_answers", False),
        )
        messages.success(request, _("You have left the pilot. Thank you for having been part of it."))
        return redirect("pilots:mine")
    page = {"enrolment": enrolment, "pilot": enrolment.pilot, "form": form, "gone": gone}
    return render(request, "pilots/leave.html", page)


@require_POST
@login_required
def withdraw_access_needs(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment.objects.of_person(request.user), pilot__slug=slug)
    withdraw_sensitive_consent(enrolment, at=timezone.now())
    messages.success(request, _("What you told us about your needs is deleted."))
    return redirect("pilots:mine")


@keep_posted(r"text|withdraw")
def asked_again(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """To be asked after the trial or not: given or taken back here, also long after joining."""
    enrolments = Enrolment.objects.of_person(request.user).exclude(state=State.LEFT).select_related("pilot")
    enrolment = get_object_or_404(enrolments.prefetch_related("consents__text"), pilot__slug=slug)
    texts = enrolment.pilot.current_consent_texts()
    text = next((text for text in texts if text.purpose == ConsentText.Purpose.MONITORING), None)
    agreed = enrolment.has_agreed_to(ConsentText.Purpose.MONITORING)
    if text is None and not agreed:
        raise Http404
    refusal: Refused | None = None
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_monitoring_consent(enrolment, at=timezone.now())
        messages.success(request, _("You are not asked again after the trial."))
        return redirect("pilots:mine")
    if request.method == "POST" and text is not None:
        read = ConsentText.objects.filter(pk=whole_number(request.POST.get("text", ""))).first()
        try:
            if read is None:
                raise ConsentChanged(_("Please read the text once more, and agree to it then."))
            agree_to_monitoring(enrolment, read, language=active_language(), at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Thank you. We will ask you again after the trial."))
            return redirect("pilots:mine")
    page = {"enrolment": enrolment, "pilot": enrolment.pilot, "text": text, "agreed": agreed, "refusal": refusal}
    return render(request, "pilots/asked_again.html", page, status=status_of(refusal))
