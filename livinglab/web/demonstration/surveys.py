"""Surveys of a pilot: the rule registered before, waves on their days, and what people answered."""

import random
from typing import Any
from uuid import UUID

from livinglab.web.demonstration.answers import Sheet, sheets
from livinglab.web.demonstration.city import SEED, City, content, in_both
from pilots.models import Enrolment, Pilot
from surveys.actions.answer import flags_of, open_answer_of, place_of, remember_clerk
from surveys.actions.monitor import review_alarm
from surveys.actions.plan import USUAL_OPEN_QUESTION, PlannedWave, plan_survey, set_evaluators
from surveys.actions.register import RuleTerms, register_rule
from surveys.actions.sheets import new_code, tell_of_entry
from surveys.actions.waves import close_wave, open_wave
from surveys.metrics.refresh import refresh, touch
from surveys.models import Alarm, Entry, OpenAnswer, ParticipantKey, Response, Snapshot, Survey, Verdict, Wave
from surveys.questionnaire import USE_LEVEL, Questionnaire, questionnaire_of
from surveys.stats.layout import FLAGS
from surveys.weighting import registered_recipe

OPENS, CLOSES = 9, 18  # o'clock
MILLISECONDS = 8_000  # for one question, about


class OtherVerdict(AssertionError):
    """The figures of a file do not lead to the verdict it expects."""


def plan(city: City, pilot: Pilot, words: dict[str, Any]) -> Survey:
    survey_words = words["survey"]
    registered = city.day(survey_words["registered"], hour=14)
    survey = plan_survey(
        pilot,
        waves=[
            PlannedWave(city.day(wave["opens"], OPENS), city.day(wave["closes"], CLOSES), wave["planned"])
            for wave in survey_words["waves"]
        ],
        by=city.evaluator,
        at=registered,
        bank=survey_words["bank"],
        questions=words["questions"],
        open_question_ko=USUAL_OPEN_QUESTION["ko"],
        open_question_en=USUAL_OPEN_QUESTION["en"],
    )
    set_evaluators(survey, [city.evaluator, city.people["analyst"]])
    register_rule(
        survey,
        RuleTerms(
            population=population(city, words["people"]["areas"]),
            analyst=city.evaluator.nickname,
            alpha=tuple(survey_words["alpha"]),
            looks=tuple(survey_words.get("looks", ())),
            protected_groups=tuple(survey_words["protected_groups"]),
            weighting=registered_recipe(survey_words["weighting"]) if "weighting" in survey_words else None,
            **{name: survey_words[name] for name in ("tau_scale", "tau_retire", "delta", "n_min", "m_min")},
        ),
        by=city.evaluator,
        at=registered,
    )
    return survey


def population(city: City, areas: dict[str, int]) -> dict[str, str]:
    here = [city.areas[name] for name in areas]
    return {
        "ko": f"실증에 참여하는 {', '.join(area.name_ko for area in here)} 주민(만 14세 이상)",
        "en": f"Residents of {', '.join(area.name_en for area in here)} aged 14 or older who take part in the pilot",
    }


def run_wave(city: City, wave: Wave, words: dict[str, Any], questions: list[dict[str, Any]]) -> Verdict | None:
    """Open the wave on its day, let people answer, and close it if its day has come. The verdict is the rule's own.

    A wave that only watches has none; where it raises an alarm, an evaluator says what was behind it.
    """
    open_wave(wave, at=wave.opens_at)
    wave.refresh_from_db()
    # Somebody newly signed in finds an open wave that she has not answered yet.
    unanswered = [] if wave.closes_at <= city.now else [city.people[key].pk for key in content("people")["sign_ins"]]
    taking_part = wave.survey.pilot.enrolments.joined().exclude(person__in=unanswered).select_related("area")
    hand_in(city, wave, sheets(city, questionnaire_of(wave), questions, list(taking_part), words))
    if wave.closes_at > city.now:
        return None
    snapshot = close_wave(wave, at=wave.closes_at)
    if "expected_verdict" not in words:
        review(city, snapshot, words.get("review"))
        return None
    found = snapshot.verdict
    if found.outcome != words["expected_verdict"]:
        raise OtherVerdict(f"{wave}: {found.outcome} {found.codes}, not {words['expected_verdict']}")
    return found


def review(city: City, snapshot: Snapshot, words: dict[str, Any] | None) -> None:
    """What an evaluator found behind the alarm of a wave, and what is done."""
    alarm: Alarm | None = getattr(snapshot, "alarm", None)
    if (alarm is None) != (words is None):
        raise OtherVerdict(f"{snapshot.wave}: the figures raise another alarm than the file expects")
    if alarm is not None and words is not None:
        texts = in_both("found", words["found"]) | in_both("done", words["done"])
        review_alarm(alarm, by=city.evaluator, at=city.day(words["day"], hour=11), **texts)


def hand_in(city: City, wave: Wave, filled: list[Sheet]) -> None:
    """The rows that handing in leaves, in bulk."""
    questionnaire = questionnaire_of(wave)
    keys = keys_of([sheet.enrolment for sheet in filled])
    written = [(response_of(city, wave, questionnaire, sheet, keys[sheet.enrolment.pk]), sheet) for sheet in filled]
    # In the order in which they came in, as their numbers would have it.
    written.sort(key=lambda pair: pair[0].saved_at)
    responses = Response.objects.bulk_create([response for response, _sheet in written])
    enter_the_others(city, wave, written)
    answer_openly(wave, written)
    touch(wave, [response.pk for response in responses])
    refresh(wave, at=min(city.now, wave.closes_at))


def enter_the_others(city: City, wave: Wave, written: list[tuple[Response, Sheet]]) -> None:
    """Who answered on paper or aloud did it on a sheet that staff entered, and was told so."""
    chance = random.Random(f"{SEED} {wave.survey.pilot.slug} {wave.number}")
    by, entries = city.outreach, []
    for response, sheet in written:
        if response.mode == Response.Mode.SELF:
            continue
        code, at = new_code(chance.choice), response.saved_at
        entries.append(Entry(response=response, by=by, staff_pk=by.pk, at=at, sheet=code))
        tell_of_entry(wave, sheet.enrolment, code, at=at)
    Entry.objects.bulk_create(entries)
    if entries:
        remember_clerk(wave.survey.pilot, by, at=min(entry.at for entry in entries))


def answer_openly(wave: Wave, written: list[tuple[Response, Sheet]]) -> None:
    """Some write under the last question, each something else; who accepts says other things than who does not."""
    texts = content("words").get(wave.survey.pilot.slug, {}).get(wave.number, {"accepting": [], "not_accepting": []})
    # A chance of its own: one text more or less changes nothing else in the city.
    chance = random.Random(SEED)
    for part, accepts in (("accepting", True), ("not_accepting", False)):
        people = [response for response, sheet in written if sheet.accepts is accepts]
        OpenAnswer.objects.bulk_create(
            open_answer_of(response, text, language="ko", at=response.saved_at)
            for text, response in zip(texts[part], chance.sample(people, len(texts[part])), strict=True)
        )


def keys_of(enrolments: list[Enrolment]) -> dict[int, UUID]:
    ParticipantKey.objects.bulk_create(
        [ParticipantKey(enrolment=enrolment) for enrolment in enrolments], ignore_conflicts=True
    )
    return dict(ParticipantKey.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "key"))


def response_of(city: City, wave: Wave, questionnaire: Questionnaire, sheet: Sheet, key: UUID) -> Response:
    at = city.some_time(wave.opens_at, wave.closes_at)
    by_herself = sheet.mode == Response.Mode.SELF
    screens = [
        round(len(screen.questions) * MILLISECONDS * city.chance.lognormvariate(0, 0.35)) if by_herself else None
        for screen in questionnaire.screens
    ]
    cell, groups = place_of(sheet.enrolment)
    response = Response(
        wave=wave,
        participant_key=key,
        answers=sheet.answers,
        mode=sheet.mode,
        cell=cell,
        groups=groups,
        use_level=sheet.answers[questionnaire.column[USE_LEVEL]],
        milliseconds=sum(spent or 0 for spent in screens),
        screens=screens,
        started_at=at,
        saved_at=at,
        submitted_at=at,
    )
    found = flags_of(response, questionnaire)
    response.flags = [kind for kind in FLAGS if getattr(found, kind)]
    return response
