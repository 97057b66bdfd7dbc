"""Answering on a phone: a page to begin, one screen after the other, a last look, thanks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import keep_post, kept_post, mark_of, too_long_to_keep
from livinglab.accounts.limits import WRONG_LINKS, address_of, take_turn
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from pilots.models import Enrolment
from surveys.actions.answer import response_of, save_open_answer, save_screen, start_response, submit_response
from surveys.bank_schema import CODE
from surveys.errors import NotStarted
from surveys.forms import AnswersForm, OpenAnswerForm
from surveys.link_sessions import (
    ASK_BEFORE,
    LASTS,
    Ending,
    LinkSession,
    end_link_session,
    ending_of,
    leave_link_session,
    link_session_of,
    open_link_session,
    press,
)
from surveys.links import enrolment_of, enrolment_of_page, page_mark
from surveys.models import OpenAnswer, Response, Wave
from surveys.questionnaire import NO_ANSWER, Questionnaire, in_language, questionnaire_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Answering:
    """Who answers which wave on this device."""

    wave: Wave
    enrolment: Enrolment
    by_link: LinkSession | None

    @property
    def name(self) -> str:
        return self.enrolment.person.nickname if self.enrolment.person else ""

    @property
    def page_mark(self) -> str:
        return page_mark(self.wave, self.enrolment)

    @property
    def typist(self) -> str:
        """Whose posted words wait for these pages."""
        return mark_of(self.enrolment.person_id)

    def seconds_left(self) -> int | None:
        return None if self.by_link is None else int(LASTS.total_seconds())

    ask_before = int(ASK_BEFORE.total_seconds())


def participant(view: View) -> Callable[..., HttpResponseBase]:
    """Find who answers: whoever opened the link of an invitation in this browser, or else the person signed in.

    A page that was made for somebody else is refused whatever it sends. Others are sent to sign in, with what they
    posted kept; whoever takes no part is told so.
    """

    @wraps(view)
    @never_cache
    def door(request: HttpRequest, pk: int, **kwargs: object) -> HttpResponseBase:
        at = timezone.now()
        by_link = link_session_of(request, pk, at=at)
        if by_link is None and (ending := ending_of(request, pk)):
            return link_ended(request, pk, ending) if keep_answers(request, pk) else too_long_to_keep(request)
        if by_link is None and not request.user.is_authenticated:
            if not keep_answers(request, pk):
                return too_long_to_keep(request)
            return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())
        wave = get_object_or_404(Wave.objects.visible_to(request.user).with_questionnaire(), pk=pk)
        asked = wave.asked().select_related("person")
        if by_link is not None:
            enrolment = asked.filter(pk=by_link.enrolment_pk).first()
        else:
            enrolment = asked.filter(person=request.user.pk).first()
        if enrolment is None:
            leave_link_session(request)
            return render(request, "surveys/not_taking_part.html", {"wave": wave}, status=403)
        if request.method == "POST" and enrolment_of_page(request.POST.get("page_mark", ""), pk) != enrolment.pk:
            if not keep_answers(request, pk):
                return too_long_to_keep(request)
            return render(request, "surveys/page_of_somebody_else.html", {"wave": wave}, status=409)
        if by_link is not None:
            press(request, at=at)
        return view(request, Answering(wave, enrolment, by_link), **kwargs)

    return door


def keep_answers(request: HttpRequest, wave_pk: int) -> bool:
    """Keep what was posted too late for whom the page was made for; with somebody signed in, for nobody.

    False where it was too long to be kept.
    """
    if request.method != "POST" or request.user.is_authenticated:
        return True
    enrolment_pk = enrolment_of_page(request.POST.get("page_mark", ""), wave_pk)
    if enrolment_pk is None:
        return True
    person_pk = Enrolment.objects.filter(pk=enrolment_pk).values_list("person", flat=True).first()
    return person_pk is None or keep_post(request, CODE.pattern, typist=mark_of(person_pk))


def link_ended(request: HttpRequest, pk: int, ending: Ending) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.select_related("survey__pilot"), pk=pk)
    return render(request, "surveys/link_ended.html", {"wave": wave, "ending": ending.value})


@never_cache
def with_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The link in an invitation. It opens this wave only, and stops working when the wave closes.

    It belongs to one person: where somebody else is signed in, it asks who is going to answer.
    """
    wave = get_object_or_404(Wave.objects.with_questionnaire(), pk=pk)
    enrolment_pk = enrolment_of(token, wave)
    if enrolment_pk is None:
        return wrong_link(request, wave)
    if wave.stage != Wave.Stage.OPEN:
        return render(request, "surveys/not_open.html", {"wave": wave})
    enrolment = wave.asked().select_related("person").filter(pk=enrolment_pk).first()
    if enrolment is None:
        return render(request, "surveys/not_taking_part.html", {"wave": wave}, status=403)
    at = timezone.now()
    if request.user.is_authenticated:
        if enrolment.person_id == request.user.pk or "stay" in request.POST:
            leave_link_session(request)
            if "stay" in request.POST:
                return redirect("pilots:detail", wave.survey.pilot.slug)
            return redirect("surveys:answer", pk=pk)
        running = link_session_of(request, pk, at=at)
        if request.method != "POST" and (running is None or running.enrolment_pk != enrolment.pk):
            return render(request, "surveys/whose_link.html", {"wave": wave, "enrolment": enrolment})
    open_link_session(request, wave, enrolment, at=at)
    return redirect("surveys:answer", pk=pk)


def wrong_link(request: HttpRequest, wave: Wave) -> HttpResponse:
    """Whoever tries many is stopped for a while; whoever has a right one never comes here."""
    take_turn(WRONG_LINKS, address_of(request), at=timezone.now())
    return render(request, "surveys/wrong_link.html", {"wave": wave}, status=404)


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Done on this device: nothing of the answers can be read here until the link is opened again."""
    end_link_session(request, pk, Ending.FINISHED)
    return redirect("surveys:answer", pk=pk)


@never_cache
def time_left(request: HttpRequest, pk: int) -> HttpResponse:
    """How many seconds the link of this wave stays open on this device. Posting to it is a press."""
    at = timezone.now()
    if link_session_of(request, pk, at=at) is not None and request.method == "POST":
        press(request, at=at)
    by_link = link_session_of(request, pk, at=at)
    return JsonResponse({"seconds": by_link.seconds_left(at=at) if by_link else 0})


@participant
def begin(request: HttpRequest, answering: Answering) -> HttpResponse:
    """What is asked, how long it takes and what becomes of it; or where she left off."""
    wave, enrolment = answering.wave, answering.enrolment
    if wave.stage != Wave.Stage.OPEN:
        return render(request, "surveys/not_open.html", {"wave": wave})
    questionnaire = questionnaire_of(wave)
    response = response_of(enrolment, wave)
    if request.method == "POST":
        response = start_response(wave, enrolment, at=timezone.now())
        return redirect(next_place(wave, response))
    context = {
        "answering": answering,
        "wave": wave,
        "questionnaire": questionnaire,
        "response": response,
        "resume": response and not response.submitted_at and next_place(wave, response),
        "minutes": max(1, round(len(questionnaire.questions) * 13 / 60)),
    }
    return render(request, "surveys/begin.html", context)


@participant
def screen(request: HttpRequest, answering: Answering, number: int) -> HttpResponse:
    """One block of questions. Next keeps what was chosen; leaving some open is asked about once."""
    wave, enrolment = answering.wave, answering.enrolment
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
        kept = kept_post(request, typist=answering.typist)
        form = (
            AnswersForm.stored(shown.questions, stored_answers(questionnaire, response))
            if kept is None
            else AnswersForm(shown.questions, kept)
        )
    context = {
        "answering": answering,
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
    return render(request, "surveys/screen.html", context, status=status_of(refusal))


@participant
def words(request: HttpRequest, answering: Answering) -> HttpResponse:
    """The last question, answered in her own words or not at all. A text that is refused stays on the page."""
    wave, enrolment = answering.wave, answering.enrolment
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
            saved = {"form": form, "refusal": refusal}
            return render(request, "surveys/_words_saved.html", saved, status=status_of(refusal))
    response = response_of(enrolment, wave)
    if response is None:
        return redirect("surveys:answer", pk=wave.pk)
    if form is None:
        kept, written = kept_post(request, typist=answering.typist), written_by(response)
        initial = {"words": written.text if written else ""}
        form = OpenAnswerForm(questionnaire.open_question, kept, initial=initial)
    from_review = "review" in request.GET
    pages = pages_of(questionnaire)
    context = {
        "answering": answering,
        "wave": wave,
        "number": pages,
        "screens": pages,
        "form": form,
        "refusal": refusal,
        "from_review": from_review,
        "back": back_of(wave, pages, from_review=from_review),
    }
    return render(request, "surveys/words.html", context, status=status_of(refusal))


@participant
def review(request: HttpRequest, answering: Answering) -> HttpResponse:
    """Everything she chose, to look over and hand in."""
    wave, enrolment = answering.wave, answering.enrolment
    response = response_of(enrolment, wave)
    if wave.stage != Wave.Stage.OPEN or response is None:
        return redirect("surveys:answer", pk=wave.pk)
    if request.method == "POST":
        submit_response(wave, enrolment, at=timezone.now())
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
        "answering": answering,
        "wave": wave,
        "parts": parts,
        "left_open": sum(value == NO_ANSWER for value in values.values()),
        "response": response,
        "open_question": questionnaire.open_question and in_language(questionnaire.open_question),
        "written": questionnaire.open_question and written_by(response),
    }
    return render(request, "surveys/review.html", context)


@participant
def thanks(request: HttpRequest, answering: Answering) -> HttpResponse:
    """What happens next. Whoever came by a link is done on this device."""
    wave = answering.wave
    response = response_of(answering.enrolment, wave)
    if response is None or response.submitted_at is None:
        return redirect("surveys:answer", pk=wave.pk)
    end_link_session(request, wave.pk, Ending.HANDED_IN)
    return render(request, "surveys/thanks.html", {"answering": answering, "wave": wave})


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
