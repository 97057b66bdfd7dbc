"""Surveys, waves and answers, reached through the real actions; moments are passed in, days are counted from `at`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.test import Client
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from pilots.models import Enrolment, Pilot
from surveys.actions.answer import save_open_answer, save_screen, start_response, submit_response
from surveys.actions.plan import USUAL_OPEN_QUESTION, PlannedWave, plan_survey
from surveys.actions.register import RuleTerms, register_rule
from surveys.actions.sheets import enter_sheet, give_out_sheets
from surveys.actions.waves import close_wave, invite, open_wave
from surveys.instruments import load_instruments
from surveys.links import page_mark
from surveys.metrics.layouts import columns_of
from surveys.metrics.refresh import touch
from surveys.models import OpenAnswer, Registration, Response, Snapshot, Survey, Wave
from surveys.questionnaire import questionnaire_of
from tests.builders.pilots import announced_pilot, joined
from tests.people import make_area, make_person

POPULATION = {"ko": "도담동에 사는 14세 이상 참여자", "en": "Participants aged 14 and over who live in Dodam-dong"}
# Raw answers of somebody content: reversed items low, worry low.
CONTENT = {"PU1": 4, "PU2": 4, "PE1": 4, "PE2": 2, "TR1": 4, "TR3": 4, "PC2": 2, "FA1": 4, "FA4": 2, "CS": 4}
CONTENT |= {"BI1": 4, "BI2": 4, "BI3": 4, "SL": 4, "CK1": 1, "CK2": 2, "CK3": 3, "CK4": 4, "CU1": 4}
OPINIONS = ("PU1", "PU2", "PE1", "PE2", "TR1", "TR3", "PC2", "FA1", "FA4", "CS", "CU1")
# The same on every topic but the intention, one point higher and one point lower: half and half have the same means.
ONE_MORE, ONE_LESS = ({code: CONTENT[code] + step for code in OPINIONS} for step in (1, -1))
AGAINST = {"BI1": 2, "BI2": 2, "BI3": 2}


def questions() -> list[dict[str, Any]]:
    """Four questions of knowledge; the right answer of CK1 is the first, of CK2 the second, and so on."""
    return [
        {
            "code": f"CK{number}",
            "correct": number,
            "text": {"ko": f"{number}번째 질문이에요.", "en": f"Question number {number}?"},
            "options": [{"ko": f"{option}번 답", "en": f"Answer {option}"} for option in range(1, 5)],
        }
        for number in range(1, 5)
    ]


def planned_survey(
    evaluator: Person,
    *,
    pilot: Pilot | None = None,
    at: datetime | None = None,
    waves: int = 2,
    with_questions: bool = True,
    with_open_question: bool = False,
    bank: str = "lla-13",
) -> Survey:
    """Waves of two weeks, the first from tomorrow, the next four weeks after."""
    at = at or timezone.now()
    load_instruments(at=at)
    pilot = pilot or announced_pilot(make_person("moderator", Role.MODERATOR), at=at)
    first = at + timedelta(days=1)
    plan = [
        PlannedWave(first + timedelta(days=28 * number), first + timedelta(days=28 * number + 14), n_planned=120)
        for number in range(waves)
    ]
    asked = questions() if with_questions else ()
    openly = {f"open_question_{language}": text for language, text in USUAL_OPEN_QUESTION.items()}
    wishes = openly if with_open_question else {}
    return plan_survey(pilot, waves=plan, questions=asked, by=evaluator, at=at, bank=bank, **wishes)


def registered(survey: Survey, evaluator: Person, *, at: datetime | None = None, **terms: Any) -> Registration:
    terms = {"population": POPULATION, "analyst": "Evaluation desk"} | terms
    return register_rule(survey, RuleTerms(**terms), by=evaluator, at=at or timezone.now())


def registered_survey(evaluator: Person, *, at: datetime | None = None, **wishes: Any) -> Survey:
    """Planned and with its rule; wishes of the plan and terms of the rule."""
    at = at or timezone.now()
    of_plan = ("pilot", "waves", "with_questions", "with_open_question", "bank")
    plan = {name: wishes.pop(name) for name in of_plan if name in wishes}
    survey = planned_survey(evaluator, at=at, **plan)
    registered(survey, evaluator, at=at, **wishes)
    return survey


def open_wave_of(survey: Survey, number: int = 1) -> Wave:
    """Opened at its time."""
    wave = survey.waves.get(number=number)
    open_wave(wave, at=wave.opens_at)
    return reloaded(wave)


def take_part(
    survey: Survey, people: int, *, age_band: str = "40-49", sex: str = "f", prefix: str = "p"
) -> list[Enrolment]:
    """So many new residents who joined the pilot."""
    found = []
    for number in range(people):
        person = make_person(f"{prefix}{number}", area=make_area(), confirmed=True)
        found.append(joined(survey.pilot, person, age_band=age_band, sex=sex, at=survey.made_at))
    return found


def answer(
    wave: Wave,
    enrolment: Enrolment,
    *,
    at: datetime | None = None,
    seconds: int = 30,
    hand_in: bool = True,
    mode: str = Response.Mode.SELF,
    **answers: int,
) -> Response:
    """Answers as somebody content gives them, apart from those named; each screen takes so many seconds."""
    at = at or wave.opens_at + timedelta(hours=1)
    given = CONTENT | answers
    response = start_response(wave, enrolment, at=at, mode=mode)
    for number, screen in enumerate(questionnaire_of(wave).screens):
        at += timedelta(seconds=seconds)
        said = {question.code: given[question.code] for question in screen.questions if question.code in given}
        response = save_screen(wave, enrolment, number, said, at=at)
    return submit_response(wave, enrolment, at=at) if hand_in else response


def enter(wave: Wave, enrolment: Enrolment, *, by: Person, at: datetime | None = None, **answers: int) -> Response:
    """Staff give out a sheet and enter it, filled in as by somebody content, apart from the answers named."""
    at = at or wave.opens_at + timedelta(hours=1)
    assert enrolment.person is not None
    (sheet,) = give_out_sheets(wave, [enrolment.person.nickname], by=by, at=at)
    return enter_sheet(wave, sheet.code, CONTENT | answers, mode=Response.Mode.PAPER, by=by, at=at)


def on_the_pages_of(enrolment: Enrolment, wave: Wave, client: Client) -> Client:
    """The client sends with each form what the answer pages of this participant carry in theirs."""
    mark, post = page_mark(wave, enrolment), client.post

    def post_from_page(path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        return post(path, {"page_mark": mark} | (fields or {}), **more)

    client.post = post_from_page  # type: ignore[method-assign, assignment]
    return client


def answer_openly(
    wave: Wave, enrolment: Enrolment, text: str, *, at: datetime | None = None, language: str = "ko", **answers: int
) -> OpenAnswer:
    """Everything answered as by somebody content, the last question in her own words, and handed in."""
    at = at or wave.opens_at + timedelta(hours=1)
    response = answer(wave, enrolment, at=at, hand_in=False, **answers)
    kept = save_open_answer(wave, enrolment, text, language=language, at=response.saved_at)
    assert kept is not None
    kept.response = submit_response(wave, enrolment, at=response.saved_at)
    return kept


def answers_of(wave: Wave, enrolments: Sequence[Enrolment], *, accepting: int, **answers: int) -> None:
    """They are asked and answer: the first of them accept the service, the others do not."""
    invite(wave, at=wave.opens_at)
    for number, enrolment in enumerate(enrolments):
        answer(wave, enrolment, **(answers if number < accepting else AGAINST | answers))


def closed_wave(wave: Wave) -> Snapshot:
    """Closed at its registered time."""
    return close_wave(wave, at=wave.closes_at)


def reloaded(wave: Wave) -> Wave:
    """As the sweeps fetch it."""
    return Wave.objects.select_related(
        "survey__pilot__version__service",
        "survey__instrument",
        "survey__use_level",
        "survey__comprehension",
        "survey__registration",
        "question_set",
    ).get(pk=wave.pk)


# How far each item follows a person's mood.
DRAWN = {"PU1": 1.0, "PU2": 1.0, "TR1": 0.5, "TR3": 0.5, "BI1": 1.2, "BI2": 1.2, "BI3": 1.2}


def bulk_answers(wave: Wave, people: int) -> None:
    """So many answers whose topics go with the intention, some more than others."""
    random = np.random.default_rng(5)
    template = Response.objects.submitted().get(wave=wave)
    columns = {code: place for place, code in enumerate(columns_of(wave))}
    made = []
    for number in range(people):
        mood = random.normal()
        answers = list(template.answers)
        for code, weight in DRAWN.items():
            answers[columns[code]] = int(np.clip(round(3 + weight * mood + random.normal() * 0.5), 1, 5))
        for code in ("PE1", "PE2", "PC2", "FA1", "FA4"):
            answers[columns[code]] = int(random.integers(1, 6))
        row = Response.objects.get(pk=template.pk)
        row.pk, row.participant_key, row.answers = None, f"00000000-0000-4000-8000-{number:012d}", answers
        made.append(row)
    made = Response.objects.bulk_create(made)
    touch(wave, [row.pk for row in made])
