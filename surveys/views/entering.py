"""Entering what somebody said aloud or wrote on paper. The page takes answers and never shows any."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from pilots.models import Enrolment, Pilot
from surveys.actions.answer import enter_response
from surveys.forms import EnterForm, FindParticipantForm
from surveys.models import Wave
from surveys.questionnaire import questionnaire_of


def open_wave_for(request: AuthenticatedRequest, pk: int) -> Wave:
    """An open wave: of the evaluator's own pilots, or of those a moderator runs and knows the people of."""
    waves = Wave.objects.visible_to(request.user).open().with_questionnaire()
    if request.user.has_role(Role.MODERATOR):
        waves = waves.filter(survey__pilot__in=Pilot.objects.in_care_of(request.user))
    else:
        waves = waves.of_evaluator(request.user)
    return get_object_or_404(waves, pk=pk)


@role_required(Role.MODERATOR, Role.EVALUATOR)
def enter(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Find the participant."""
    wave = open_wave_for(request, pk)
    form = FindParticipantForm(request.GET or None)
    if form.is_bound and form.is_valid():
        who = form.cleaned_data["who"].strip()
        found = (
            Enrolment.objects.joined()
            .filter(Q(person__nickname__iexact=who) | Q(person__email__iexact=who), pilot=wave.survey.pilot_id)
            .first()
        )
        if found is not None:
            return redirect("surveys:enter_for", pk=pk, enrolment=found.pk)
        form.add_error("who", _("Nobody with this nickname or e-mail takes part in the pilot."))
    return render(request, "surveys/enter.html", {"wave": wave, "survey": wave.survey, "form": form})


@keep_posted
@role_required(Role.MODERATOR, Role.EVALUATOR)
def enter_for(request: AuthenticatedRequest, pk: int, enrolment: int) -> HttpResponse:
    wave = open_wave_for(request, pk)
    participant = get_object_or_404(
        Enrolment.objects.joined().filter(pilot=wave.survey.pilot_id).select_related("person", "area"), pk=enrolment
    )
    questionnaire = questionnaire_of(wave)
    form = EnterForm(questionnaire, request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            enter_response(
                wave,
                participant,
                form.answers(),
                mode=form.cleaned_data["mode"],
                by=request.user,
                sheet="",
                at=timezone.now(),
                text=form.cleaned_data.get("words", ""),
                language=active_language(),
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The answers are handed in."))
            return redirect("surveys:enter", pk=pk)
    screens = [
        {"title": str(screen), "fields": [form[question.code] for question in screen.questions]}
        for screen in questionnaire.screens
    ]
    if questionnaire.open_question:
        screens.append({"title": _("In her own words"), "fields": [form["words"]]})
    context = {
        "wave": wave,
        "survey": wave.survey,
        "participant": participant,
        "form": form,
        "screens": screens,
        "refusal": refusal,
    }
    return render(request, "surveys/enter_for.html", context)
