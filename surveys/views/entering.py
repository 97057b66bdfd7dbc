"""Sheets for people who answer on paper or aloud: printing them, and entering what stands on them.

A sheet is known by its code, and no page says whether a person has answered: sheets are given out by nickname without
a look at answers, and a code that cannot be entered is refused in one sentence whatever the cause.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from livinglab.accounts.audit import record_access
from livinglab.accounts.contact import contact_point_of
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import AccessRecord, Person
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from pilots.models import Pilot
from surveys.actions.sheets import code_of, enter_sheet, give_out_sheets, sheet_to_enter
from surveys.errors import CannotBeEntered, UnknownNickname
from surveys.forms import EnterForm, SheetCodeForm, SheetsForm
from surveys.models import EntryClerk, Wave
from surveys.models.sheet import printed
from surveys.questionnaire import Questionnaire, in_language, questionnaire_of

# What the receipt of the entry before says, in the session of whoever entered it.
RECEIPT = "receipt"
# So many codes or nicknames that nobody has, in so many seconds: then somebody is guessing.
MOST_MISSES, FOR_SECONDS = 20, 600
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
    if is_guessing(request.user, "nicknames"):
        return render(request, "429.html", status=429)
    if request.method == "POST" and form.is_valid():
        nicknames, language = form.cleaned_data["nicknames"], form.cleaned_data["language"]
        # Not whom: together with the time of an entry that would join a person to an answer.
        about = f"wave {wave.pk}"
        record_access(request.user, AccessRecord.Action.PARTICIPANT_SOUGHT, about=about, count=len(nicknames))
        try:
            given_out = give_out_sheets(wave, nicknames, by=request.user, at=timezone.now())
        except Refused as refused:
            if isinstance(refused, UnknownNickname):
                note_misses(request.user, "nicknames", len(refused.nicknames))
            form.add_error("nicknames", str(refused))
        else:
            record_access(request.user, AccessRecord.Action.SHEETS_PRINTED, about=about, count=len(given_out))
            context = {"wave": wave, "survey": wave.survey, "sheets": given_out, "sheet_language": language}
            with translation.override(language):
                context |= printed_questions(questionnaire_of(wave))
            return render(request, "surveys/sheets_to_print.html", context)
    return render(request, "surveys/sheets.html", {"wave": wave, "survey": wave.survey, "form": form})


@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def enter(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The code of a sheet first; then its questions, or one sentence that it cannot be entered."""
    wave = wave_for(request, pk)
    if is_guessing(request.user, "codes"):
        return render(request, "429.html", status=429)
    form, refusal = SheetCodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            sheet = sheet_to_enter(wave, form.cleaned_data["sheet"], at=timezone.now())
        except CannotBeEntered as refused:
            note_misses(request.user, "codes", 1)
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
    return render(request, "surveys/enter.html", context)


@keep_posted
@role_required(Role.MODERATOR, Role.EVALUATOR)
@never_cache
def enter_answers(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What stands on a sheet, handed in at once."""
    wave = wave_for(request, pk)
    if is_guessing(request.user, "codes"):
        return render(request, "429.html", status=429)
    typed = request.POST if request.method == "POST" else kept_post(request)
    if typed is None:
        return redirect("surveys:enter", pk=pk)
    questionnaire = questionnaire_of(wave)
    form = EnterForm(questionnaire, typed)
    at, refusal = timezone.now(), None
    try:
        if request.method == "POST" and form.is_valid():
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
            record_access(request.user, AccessRecord.Action.ANSWERS_ENTERED, about=f"wave {wave.pk}", count=1)
            code = code_of(form.cleaned_data["sheet"])
            request.session[RECEIPT] = {"wave": wave.pk, "sheet": printed(code), "entered_at": at.isoformat()}
            return redirect("surveys:entry_receipt", pk=pk)
        sheet_to_enter(wave, typed.get("sheet", ""), at=at)
    except CannotBeEntered as refused:
        note_misses(request.user, "codes", 1)
        messages.error(request, str(refused))
        return redirect("surveys:enter", pk=pk)
    except Refused as refused:
        refusal = refused
    return sheet_page(request, wave, questionnaire, form, refusal=refusal)


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
        "sheet": printed(code_of(str(form["sheet"].value()))),
        "is_clerk": EntryClerk.objects.of(wave.survey.pilot, request.user).exists(),
    }
    return render(request, "surveys/enter_answers.html", context)


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


def is_guessing(person: Person, kind: str) -> bool:
    return bool(cache.get(misses_of(person, kind), 0) >= MOST_MISSES)


def note_misses(person: Person, kind: str, number: int) -> None:
    name = misses_of(person, kind)
    cache.set(name, cache.get(name, 0) + number, FOR_SECONDS)


def misses_of(person: Person, kind: str) -> str:
    return f"wrong-sheet-{kind}:{person.pk}"
