"""Answering on a phone: a page to begin, one screen after the other, a last look, thanks."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livinglab.accounts.doors import keep_posted, kept_post
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from pilots.models import Enrolment
from surveys.actions.answer import response_of, save_open_answer, save_screen, start_response, submit_response
from surveys.errors import NotStarted
from surveys.forms import AnswersForm, OpenAnswerForm
from surveys.links import enrolment_of
from surveys.models import OpenAnswer, Response, Wave
from surveys.questionnaire import NO_ANSWER, Questionnaire, in_language, questionnaire_of

# Waves opened with the link of an invitation in this browser: {"wave": enrolment}.
BY_LINK = "answering"
WRONG_LINKS, FOR_SECONDS = 20, 600

View = Callable[..., HttpResponse]


def participant(view: View) -> Callable[..., HttpResponseBase]:
    """Find who answers: the person signed in, or whoever opened the link of her invitation in this browser.

    Others are sent to sign in, with what they posted kept; whoever takes no part is told so.
    """

    @wraps(view)
    @never_cache
    def door(request: HttpRequest, pk: int, **kwargs: object) -> HttpResponseBase:
        by_link = request.session.get(BY_LINK, {}).get(str(pk))
        if not request.user.is_authenticated and by_link is None:
            return keep_posted(view)(request, pk=pk, **kwargs)
        wave = get_object_or_404(Wave.objects.visible_to(request.user).with_questionnaire(), pk=pk)
        taking_part = Enrolment.objects.joined().filter(pilot=wave.survey.pilot_id).order_by()
        enrolment = None
        if request.user.is_authenticated:
            enrolment = taking_part.filter(person=request.user).first()
        if enrolment is None and by_link is not None:
            enrolment = taking_part.filter(pk=by_link).first()
        if enrolment is None:
            return render(request, "surveys/not_taking_part.html", {"wave": wave}, status=403)
        return view(request, wave, enrolment, **kwargs)

    return door


def with_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The link in an invitation. It opens this wave only, and stops working when the wave closes."""
    wave = get_object_or_404(Wave.objects.with_questionnaire(), pk=pk)
    # Only a hash of where a wrong link came from is kept, for ten minutes.
    visitor = sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:24]
    tried = f"wrong-answer-links:{visitor}"
    if cache.get(tried, 0) >= WRONG_LINKS:
        return render(request, "429.html", status=429)
    enrolment = enrolment_of(token, wave)
    if enrolment is None:
        cache.add(tried, 0, FOR_SECONDS)
        cache.incr(tried)
        return render(request, "surveys/wrong_link.html", {"wave": wave}, status=404)
    if wave.stage != Wave.Stage.OPEN:
        return render(request, "surveys/not_open.html", {"wave": wave})
    request.session[BY_LINK] = request.session.get(BY_LINK, {}) | {str(wave.pk): enrolment}
    return redirect("surveys:answer", pk=wave.pk)


@participant
def begin(request: HttpRequest, wave: Wave, enrolment: Enrolment) -> HttpResponse:
    """What is asked, how long it takes and what becomes of it; or where she left off."""
    if wave.stage != Wave.Stage.OPEN:
        return render(request, "surveys/not_open.html", {"wave": wave})
    questionnaire = questionnaire_of(wave)
    response = response_of(enrolment, wave)
    if request.method == "POST":
        try:
            response = start_response(wave, enrolment, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("surveys:answer", pk=wave.pk)
        return redirect(next_place(wave, response))
    context = {
        "wave": wave,
        "questionnaire": questionnaire,
        "response": response,
        "resume": response and not response.submitted_at and next_place(wave, response),
        "minutes": max(1, round(len(questionnaire.questions) * 13 / 60)),
    }
    return render(request, "surveys/begin.html", context)


@participant
def screen(request: HttpRequest, wave: Wave, enrolment: Enrolment, number: int) -> HttpResponse:
    """One block of questions. Next keeps what was chosen; leaving some open is asked about once."""
    questionnaire = questionnaire_of(wave)
    if wave.stage != Wave.Stage.OPEN or not 1 <= number <= len(questionnaire.screens):
        return redirect("surveys:answer", pk=wave.pk)
    shown = questionnaire.screens[number - 1]
    from_review = "review" in request.GET
    note = refusal = form = None
    if request.method == "POST":
        form = AnswersForm(shown.questions, request.POST)
        if form.is_valid():
            if form.left_open() and "leave_open" not in request.POST:
                note = form.note()
            else:
                try:
                    save_screen(wave, enrolment, number - 1, form.answers(), at=timezone.now())
                except NotStarted:
                    return redirect("surveys:answer", pk=wave.pk)
                except Refused as refused:
                    refusal = refused
                else:
                    return redirect(after(wave, questionnaire, number, from_review=from_review))
    response = response_of(enrolment, wave)
    if response is None:
        return redirect("surveys:answer", pk=wave.pk)
    if form is None:
        kept = kept_post(request)
        form = (
            AnswersForm.stored(shown.questions, stored_answers(questionnaire, response))
            if kept is None
            else AnswersForm(shown.questions, kept)
        )
    context = {
        "wave": wave,
        "screen": shown,
        "number": number,
        "screens": pages_of(questionnaire),
        "form": form,
        "note": note,
        "refusal": refusal,
        "from_review": from_review,
        "back": back_of(wave, number, from_review=from_review),
    }
    return render(request, "surveys/screen.html", context)


@participant
def words(request: HttpRequest, wave: Wave, enrolment: Enrolment) -> HttpResponse:
    """The last question, answered in her own words or not at all. A text that is refused stays on the page."""
    questionnaire = questionnaire_of(wave)
    if questionnaire.open_question is None or (request.method != "POST" and wave.stage != Wave.Stage.OPEN):
        return redirect("surveys:answer", pk=wave.pk)
    by_itself = request.POST.get("do") == "autosave"
    refusal = form = None
    if request.method == "POST":
        form = OpenAnswerForm(questionnaire.open_question, request.POST)
        if form.is_valid():
            at = timezone.now()
            try:
                save_open_answer(wave, enrolment, form.cleaned_data["words"], language=active_language(), at=at)
            except NotStarted:
                return redirect("surveys:answer", pk=wave.pk)
            except Refused as refused:
                refusal = refused
            else:
                if not by_itself:
                    return redirect("surveys:answer_review", pk=wave.pk)
        if by_itself:
            return render(request, "surveys/_words_saved.html", {"form": form, "refusal": refusal})
    response = response_of(enrolment, wave)
    if response is None:
        return redirect("surveys:answer", pk=wave.pk)
    if form is None:
        kept, written = kept_post(request), written_by(response)
        initial = {"words": written.text if written else ""}
        form = OpenAnswerForm(questionnaire.open_question, kept, initial=initial)
    from_review = "review" in request.GET
    pages = pages_of(questionnaire)
    context = {
        "wave": wave,
        "number": pages,
        "screens": pages,
        "form": form,
        "refusal": refusal,
        "from_review": from_review,
        "back": back_of(wave, pages, from_review=from_review),
    }
    return render(request, "surveys/words.html", context)


@participant
def review(request: HttpRequest, wave: Wave, enrolment: Enrolment) -> HttpResponse:
    """Everything she chose, to look over and hand in."""
    response = response_of(enrolment, wave)
    if wave.stage != Wave.Stage.OPEN or response is None:
        return redirect("surveys:answer", pk=wave.pk)
    if request.method == "POST":
        try:
            submit_response(wave, enrolment, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("surveys:answer", pk=wave.pk)
        return redirect("surveys:answer_thanks", pk=wave.pk)
    questionnaire = questionnaire_of(wave)
    values = stored_answers(questionnaire, response)
    parts = [
        {
            "number": number,
            "title": str(part),
            "answers": [(str(question), question.label_of(values[question.code])) for question in part.questions],
        }
        for number, part in enumerate(questionnaire.screens, start=1)
    ]
    context = {
        "wave": wave,
        "parts": parts,
        "left_open": sum(value == NO_ANSWER for value in values.values()),
        "response": response,
        "open_question": questionnaire.open_question and in_language(questionnaire.open_question),
        "written": questionnaire.open_question and written_by(response),
    }
    return render(request, "surveys/review.html", context)


@participant
def thanks(request: HttpRequest, wave: Wave, enrolment: Enrolment) -> HttpResponse:
    """What happens next."""
    response = response_of(enrolment, wave)
    if response is None or response.submitted_at is None:
        return redirect("surveys:answer", pk=wave.pk)
    return render(request, "surveys/thanks.html", {"wave": wave})


def stored_answers(questionnaire: Questionnaire, response: Response) -> dict[str, int]:
    return dict(zip(questionnaire.column, response.answers, strict=True))


def written_by(response: Response) -> OpenAnswer | None:
    return OpenAnswer.objects.filter(response=response).first()


def pages_of(questionnaire: Questionnaire) -> int:
    """How many pages somebody goes through before the review."""
    return len(questionnaire.screens) + (questionnaire.open_question is not None)


def next_place(wave: Wave, response: Response) -> str:
    """The first screen that was not saved yet, then the last question if nothing is written there; else the review."""
    for number, spent in enumerate(response.screens, start=1):
        if spent is None:
            return reverse("surveys:answer_screen", args=[wave.pk, number])
    if questionnaire_of(wave).open_question and written_by(response) is None:
        return reverse("surveys:answer_words", args=[wave.pk])
    return reverse("surveys:answer_review", args=[wave.pk])


def after(wave: Wave, questionnaire: Questionnaire, number: int, *, from_review: bool) -> str:
    if not from_review and number < len(questionnaire.screens):
        return reverse("surveys:answer_screen", args=[wave.pk, number + 1])
    if not from_review and questionnaire.open_question:
        return reverse("surveys:answer_words", args=[wave.pk])
    return reverse("surveys:answer_review", args=[wave.pk])


def back_of(wave: Wave, number: int, *, from_review: bool) -> str:
    if from_review:
        return reverse("surveys:answer_review", args=[wave.pk])
    if number == 1:
        return reverse("surveys:answer", args=[wave.pk])
    return reverse("surveys:answer_screen", args=[wave.pk, number - 1])
