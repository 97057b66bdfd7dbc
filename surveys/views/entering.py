"""Sheets for people who answer on paper or aloud: printing them, and entering what stands on them.

A sheet is known by its code, and no page says whether a person has answered: sheets are given out by nickname without
a look at answers, and a code that cannot be entered is refused in one sentence whatever the cause.
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from livinglab.accounts.audit import record_access
from livinglab.accounts.contact import contact_point_of
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.limits import WRONG_NICKNAMES, WRONG_SHEET_CODES, count_more, demand_turn_left, guess
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from livinglab.text import fold_code
from pilots.models import Pilot
from surveys.actions.sheets import enter_sheet, give_out_sheets, sheet_to_enter
from surveys.bank_schema import CODE
from surveys.errors import CannotBeEntered, UnknownNickname
from surveys.forms import EnterForm, SheetCodeForm, SheetsForm
from surveys.models import EntryClerk, Wave
from surveys.models.sheet import printed
from surveys.questionnaire import Questionnaire, in_language, questionnaire_of

# What the receipt of the entry before says, in the session of whoever entered it.
RECEIPT = "receipt"
LINES_FOR_WORDS = 5


def wave_for(request: AuthenticatedRequest, pk: int) -> Wave:
    """A wave that has opened: of the evaluator's own pilots, or of those a moderator runs."""
    waves = Wave.objects.visible_to(request.user).exclude(stage=Wave.Stage.PLANNED).with_questionnaire()
    if request.user.has_role(Role.MODERATOR):
        waves = waves.filter(survey__pilot__in=Pilot.objects.in_care_of(request.user))
    else:
        waves = waves.of_evaluator(request.user)
    return get_object_or_404(waves, pk=pk)


@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def sheets(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give out sheets to participants, named by whoever prints them. Looks the same whether they have answered."""
    wave = wave_for(request, pk)
    form = SheetsForm(request.POST or None, initial={"language": active_language()})
    at, refusal = timezone.now(), None
    demand_turn_left(WRONG_NICKNAMES, request.user.pk, at=at)
    if request.method == "POST" and form.is_valid():
        nicknames, language = form.cleaned_data["nicknames"], form.cleaned_data["language"]
        # Not whom: together with the time of an entry that would join a person to an answer.
        about = f"wave {wave.pk}"
        record_access(request.user, AccessRecord.Action.PARTICIPANT_SOUGHT, about=about, count=len(nicknames))
        try:
            with guess(WRONG_NICKNAMES, request.user.pk, UnknownNickname, at=at):
                given_out = give_out_sheets(wave, nicknames, by=request.user, at=at)
        except Refused as refused:
            if isinstance(refused, UnknownNickname):
                count_more(WRONG_NICKNAMES, request.user.pk, len(refused.nicknames) - 1, at=at)
            refusal = refused
            form.add_error("nicknames", str(refused))
        else:
            record_access(request.user, AccessRecord.Action.SHEETS_PRINTED, about=about, count=len(given_out))
            context = {"wave": wave, "survey": wave.survey, "sheets": given_out, "sheet_language": language}
            with translation.override(language):
                context |= printed_questions(questionnaire_of(wave))
            return render(request, "surveys/sheets_to_print.html", context)
    context = {"wave": wave, "survey": wave.survey, "form": form}
    return render(request, "surveys/sheets.html", context, status=status_of(refusal))


@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def enter(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The code of a sheet first; then its questions, or one sentence that it cannot be entered."""
    wave = wave_for(request, pk)
    at = timezone.now()
    demand_turn_left(WRONG_SHEET_CODES, request.user.pk, at=at)
    form, refusal = SheetCodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            with guess(WRONG_SHEET_CODES, request.user.pk, CannotBeEntered, at=at):
                sheet = sheet_to_enter(wave, form.cleaned_data["sheet"], at=at)
        except CannotBeEntered as refused:
            # An empty field: all that such a page says is this one sentence.
            form, refusal = SheetCodeForm(), refused
        else:
            questionnaire = questionnaire_of(wave)
            return sheet_page(request, wave, questionnaire, EnterForm(questionnaire, initial={"sheet": sheet.code}))
    context = {
        "wave": wave,
        "survey": wave.survey,
        "form": form,
        "refusal": refusal,
        "is_clerk": EntryClerk.objects.of(wave.survey.pilot, request.user).exists(),
    }
    return render(request, "surveys/enter.html", context, status=status_of(refusal))


@keep_posted(EnterForm, CODE.pattern)
@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def enter_answers(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What stands on a sheet, handed in at once."""
    wave = wave_for(request, pk)
    at = timezone.now()
    demand_turn_left(WRONG_SHEET_CODES, request.user.pk, at=at)
    typed = request.POST if request.method == "POST" else kept_post(request)
    if typed is None:
        return redirect("surveys:enter", pk=pk)
    questionnaire = questionnaire_of(wave)
    form = EnterForm(questionnaire, typed)
    try:
        with guess(WRONG_SHEET_CODES, request.user.pk, CannotBeEntered, at=at):
            if request.method != "POST" or not form.is_valid():
                sheet_to_enter(wave, typed.get("sheet", ""), at=at)
                return sheet_page(request, wave, questionnaire, form)
            enter_sheet(
                wave,
                form.cleaned_data["sheet"],
                form.answers(),
                mode=form.cleaned_data["mode"],
                by=request.user,
                at=at,
                text=form.cleaned_data.get("words", ""),
                language=active_language(),
            )
    except CannotBeEntered:
        # All that such an answer says is this one sentence.
        raise
    except Refused as refused:
        return sheet_page(request, wave, questionnaire, form, refusal=refused)
    record_access(request.user, AccessRecord.Action.ANSWERS_ENTERED, about=f"wave {wave.pk}", count=1)
    code = form.cleaned_data["sheet"]
    request.session[RECEIPT] = {"wave": wave.pk, "sheet": printed(code), "entered_at": at.isoformat()}
    return redirect("surveys:entry_receipt", pk=pk)


@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def receipt(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What the person takes home: that answers were entered, from which sheet, and what they can do about it."""
    wave = wave_for(request, pk)
    entered = request.session.get(RECEIPT)
    if entered is None or entered["wave"] != wave.pk:
        return redirect("surveys:enter", pk=pk)
    context = {
        "wave": wave,
        "survey": wave.survey,
        "entered": entered,
        "pilot_contact": contact_point_of(wave.survey.pilot.test_bed.area, phone=wave.survey.pilot.contact_phone),
        "answer_address": settings.SITE_URL + reverse("surveys:answer", args=[wave.pk]),
    }
    return render(request, "surveys/entry_receipt.html", context)


def sheet_page(
    request: AuthenticatedRequest,
    wave: Wave,
    questionnaire: Questionnaire,
    form: EnterForm,
    *,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The questions of a sheet, to be filled in. It takes answers and never shows any."""
    screens = [
        {"title": str(screen), "fields": [form[question.code] for question in screen.questions]}
        for screen in questionnaire.screens
    ]
    context = {
        "wave": wave,
        "survey": wave.survey,
        "form": form,
        "screens": screens,
        "refusal": refusal,
        "sheet": printed(fold_code(str(form["sheet"].value()))),
        "is_clerk": EntryClerk.objects.of(wave.survey.pilot, request.user).exists(),
    }
    return render(request, "surveys/enter_answers.html", context, status=status_of(refusal))


def printed_questions(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questions as they are printed, in the active language, numbered throughout."""
    numbers = {question.code: number for number, question in enumerate(questionnaire.as_asked, start=1)}
    parts = []
    for screen in questionnaire.screens:
        questions = []
        for question in screen.questions:
            choices = [in_language(label).partition("|")[0] for _value, label in question.choices]
            if question.dont_know:
                choices.append(in_language(question.dont_know))
            questions.append({"number": numbers[question.code], "text": str(question), "choices": choices})
        parts.append({"title": str(screen), "questions": questions})
    last = questionnaire.open_question
    return {
        "parts": parts,
        "open_question": last and in_language(last),
        "open_number": len(numbers) + 1,
        "lines": range(LINES_FOR_WORDS),
    }
