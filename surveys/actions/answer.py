"""Answering a wave, screen by screen. A response is counted from the moment it is handed in; until the wave closes its
author may change every answer."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.bilingual import LANGUAGES
from livinglab.text import is_blank, language_of_letters
from pilots.models import GROUPS, Enrolment, Pilot
from surveys.errors import AlreadyAnswered, NotStarted, NotTakingPart, WaveNotOpen, WrongAnswer
from surveys.metrics.layouts import NOT_SAID, cell_name
from surveys.metrics.refresh import touch
from surveys.models import Entry, EntryClerk, OpenAnswer, ParticipantKey, Response, Wave
from surveys.models.open_answer import LONGEST as LONGEST_TEXT
from surveys.questionnaire import USE_LEVEL, Questionnaire, questionnaire_of
from surveys.stats.layout import FLAGS
from surveys.stats.quality import Block, FlagSet, Page, response_flags
from surveys.stats.text import mask_personal

LONGEST = 24 * 60 * 60 * 1000
SAVED = ["answers", "screens", "saved_at", "use_level", "flags", "milliseconds"]


def key_of(enrolment: Enrolment) -> UUID:
    """The random key under which this participant answers; made when first needed."""
    return ParticipantKey.objects.get_or_create(enrolment=enrolment)[0].key


def response_of(enrolment: Enrolment, wave: Wave) -> Response | None:
    """What she has answered so far."""
    key = ParticipantKey.objects.filter(enrolment=enrolment).values("key")
    return Response.objects.filter(wave=wave, participant_key=Subquery(key)).order_by().first()


def begun_by(enrolment: Enrolment, wave: Wave) -> bool:
    """Whether there is an answer of this participant, handed in or not. For refusing only; no page tells it."""
    key = ParticipantKey.objects.filter(enrolment=enrolment).values("key")
    return Response.objects.filter(wave=wave, participant_key=Subquery(key)).exists()


def handed_in_by(enrolment: Enrolment, wave: Wave) -> bool:
    """Whether this participant has handed in. For herself, on her own pages, and for nobody else."""
    key = ParticipantKey.objects.filter(enrolment=enrolment).values("key")
    return Response.objects.submitted().filter(wave=wave, participant_key=Subquery(key)).exists()


def let_in(enrolment: Enrolment, wave: Wave, *, at: datetime) -> None:
    """Hold the wave open for this transaction, or refuse.

    The lock is shared: people answer side by side, and only a close has to wait for them, or they for it. Nobody
    answers after the registered time, also where the sweep that closes the wave is late.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT stage, closes_at FROM surveys_wave WHERE id = %s FOR SHARE", [wave.pk])
        stage, closes_at = cursor.fetchone()
    if stage != Wave.Stage.OPEN or at >= closes_at:
        raise WaveNotOpen(_("This survey is not open, so answers cannot be changed any more."))
    if not wave.asked().filter(pk=enrolment.pk).exists():
        if wave.asks_only_who_agreed:
            raise NotTakingPart(_("This survey asks only those who agreed to be asked again after the trial."))
        raise NotTakingPart(_("Only people who take part in the pilot can answer."))


@transaction.atomic
def start_response(wave: Wave, enrolment: Enrolment, *, at: datetime, mode: str = Response.Mode.SELF) -> Response:
    """Begin to answer; whoever began before goes on with the same response."""
    return _begin(wave, enrolment, at=at, mode=mode)[0]


@transaction.atomic
def save_screen(wave: Wave, enrolment: Enrolment, screen: int, answers: dict[str, int], *, at: datetime) -> Response:
    """Keep the answers of one screen. What was handed in already is counted anew."""
    response = _let_in_again(enrolment, wave, at=at)
    questionnaire = questionnaire_of(wave)
    _put(response, questionnaire, screen, answers)
    if response.screens[screen] is None:
        spent = (at - response.saved_at).total_seconds() * 1000
        response.screens[screen] = min(LONGEST, max(0, int(spent)))
    response.saved_at = at
    if response.submitted_at is not None:
        _complete(response, questionnaire)
        touch(wave, [response.pk])
    response.save(update_fields=SAVED)
    return response


@transaction.atomic
def save_open_answer(wave: Wave, enrolment: Enrolment, text: str, *, language: str, at: datetime) -> OpenAnswer | None:
    """Keep what she wrote under the last question, in the language its letters are in; nothing written takes it back.

    No figure follows from it, so nothing is counted anew.
    """
    return _keep_words(_let_in_again(enrolment, wave, at=at), questionnaire_of(wave), text, language=language, at=at)


@transaction.atomic
def submit_response(wave: Wave, enrolment: Enrolment, *, at: datetime) -> Response:
    """Hand in: cell, groups, use level and flags are copied onto the response now and never looked up again.

    Safe to repeat.
    """
    response = _let_in_again(enrolment, wave, at=at)
    if response.submitted_at is not None:
        return response
    response.cell, response.groups = place_of(enrolment)
    _complete(response, questionnaire_of(wave))
    response.submitted_at = response.saved_at = at
    response.save()
    touch(wave, [response.pk])
    return response


@transaction.atomic
def enter_response(
    wave: Wave,
    enrolment: Enrolment,
    answers: dict[str, int],
    *,
    mode: str,
    by: Person,
    sheet: str,
    at: datetime,
    text: str = "",
    language: str = "ko",
) -> Response:
    """What somebody said aloud or wrote on paper, entered for them and handed in at once; ``mode`` tells how.

    ``by`` is who entered it and ``sheet`` the code of the paper; both are kept as long as the answers. ``text`` is what
    stands under the last question. Refused where the person has begun to answer.
    """
    response, is_new = _begin(wave, enrolment, at=at, mode=mode)
    if not is_new:
        raise AlreadyAnswered(_("This participant has begun to answer this wave. Nobody else can change the answers."))
    questionnaire = questionnaire_of(wave)
    for number in range(len(questionnaire.screens)):
        _put(response, questionnaire, number, answers)
    response.save()
    if not is_blank(text):
        _keep_words(response, questionnaire, text, language=language, at=at)
    Entry.objects.create(response=response, by=by, staff_pk=by.pk, at=at, sheet=sheet)
    remember_clerk(wave.survey.pilot, by, at=at)
    return submit_response(wave, enrolment, at=at)


def remember_clerk(pilot: Pilot, person: Person, *, at: datetime) -> None:
    """Keep that she has entered answers of this pilot, whatever becomes of them. Safe to repeat."""
    EntryClerk.objects.get_or_create(pilot=pilot, person=person, defaults={"since": at})


def place_of(enrolment: Enrolment) -> tuple[str, list[str]]:
    """Raking cell and groups of a participant; a group is marked where she did not say."""
    area = enrolment.area.office_code if enrolment.area else ""
    cell = cell_name(age=enrolment.age_band, sex=enrolment.sex, area=area)
    groups = []
    for group, bands in GROUPS.items():
        if not enrolment.age_band:
            groups.append(group + NOT_SAID)
        elif enrolment.age_band in bands:
            groups.append(group)
    return cell, groups


def open_answer_of(response: Response, text: str, *, language: str, at: datetime) -> OpenAnswer:
    """What is stored of a text, not saved yet: in the language of its letters, and masked."""
    letters = language_of_letters(text, otherwise=language)
    language = letters if letters in LANGUAGES else language
    masked = mask_personal(text, language=language).text
    return OpenAnswer(response=response, text=text, masked=masked, language=language, written_at=at)


def flags_of(response: Response, questionnaire: Questionnaire) -> FlagSet:
    """Signs of careless answering, from what was chosen and how long each screen took."""
    value = dict(zip(questionnaire.column, response.answers, strict=True))
    blocks, pages = [], []
    for screen, milliseconds in zip(questionnaire.screens, response.screens, strict=True):
        items = [question for question in screen.questions if question.kind == "item"]
        blocks.append(
            Block(tuple(value[item.code] for item in items), holds_reversed=any(item.reverse for item in items))
        )
        pages.append(Page(len(items), None if milliseconds is None else milliseconds / 1000))
    pairs = [(value[one], value[other]) for one, other in questionnaire.pairs if one in value and other in value]
    return response_flags(blocks, pages=pages, opposite_pairs=pairs, mode=response.mode)


def _let_in_again(enrolment: Enrolment, wave: Wave, *, at: datetime) -> Response:
    """Hold the wave open, and what she has answered for herself alone; or refuse."""
    let_in(enrolment, wave, at=at)
    key = ParticipantKey.objects.filter(enrolment=enrolment).values("key")
    rows = Response.objects.select_for_update().filter(wave=wave, participant_key=Subquery(key)).order_by()
    if (response := rows.first()) is None:
        raise NotStarted(_("Please start the survey first."))
    return response


def _begin(wave: Wave, enrolment: Enrolment, *, at: datetime, mode: str) -> tuple[Response, bool]:
    """The response of this participant, and whether it is new. Of two who begin at once, the second waits here."""
    let_in(enrolment, wave, at=at)
    # Whatever lets go of a participant waits until the key is there, or has done so already.
    if wave.asked().filter(pk=enrolment.pk).select_for_update(of=("self",), no_key=True).first() is None:
        raise NotTakingPart(_("Only people who take part in the pilot can answer."))
    questionnaire = questionnaire_of(wave)
    return Response.objects.get_or_create(
        wave=wave,
        participant_key=key_of(enrolment),
        defaults={
            "answers": questionnaire.without_answers,
            "screens": [None] * len(questionnaire.screens),
            "mode": mode,
            "started_at": at,
            "saved_at": at,
        },
    )


def _put(response: Response, questionnaire: Questionnaire, screen: int, answers: dict[str, int]) -> None:
    for question in questionnaire.screens[screen].questions:
        if question.code not in answers:
            continue
        if not question.allows(answers[question.code]):
            raise WrongAnswer(_("Please choose one of the answers shown."))
        response.answers[questionnaire.column[question.code]] = answers[question.code]


def _keep_words(
    response: Response, questionnaire: Questionnaire, text: str, *, language: str, at: datetime
) -> OpenAnswer | None:
    text = "" if is_blank(text) else text.replace("\r\n", "\n").strip()
    if questionnaire.open_question is None:
        raise WrongAnswer(_("This survey asks nothing to be answered in one’s own words."))
    if len(text) > LONGEST_TEXT:
        raise WrongAnswer(
            _("Please write %(most)s characters at most. Now there are %(written)s.")
            % {"most": LONGEST_TEXT, "written": len(text)}
        )
    if not text:
        OpenAnswer.objects.filter(response=response).delete()
        return None
    kept = open_answer_of(response, text, language=language, at=at)
    kept.pk = OpenAnswer.objects.filter(response=response).values_list("pk", flat=True).first()
    kept.save()
    return kept


def _complete(response: Response, questionnaire: Questionnaire) -> None:
    """What follows from the answers: use level, flags, time taken."""
    level = response.answers[questionnaire.column[USE_LEVEL]] if USE_LEVEL in questionnaire.column else None
    response.use_level = level if level is not None and 1 <= level <= 5 else None
    found = flags_of(response, questionnaire)
    response.flags = [kind for kind in FLAGS if getattr(found, kind)]
    response.milliseconds = sum(spent or 0 for spent in response.screens)
