"""Planning what a pilot asks, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from pilots.models import Pilot
from surveys.errors import AlreadyRegistered, WrongPlan
from surveys.instruments import (
    hash_of,
    load_instruments,
    newest,
    put_together,
    refuse_if_disabled,
    tells_acceptance,
    title_of,
)
from surveys.metrics.layouts import registration_of
from surveys.models import Instrument, QuestionSet, Survey, Wave

DEFAULT_BANK = "lla-13"
# Offered for a new plan; {S} stands for the name of the service.
USUAL_OPEN_QUESTION = {
    "ko": "{S}에서 무엇이 좋았고 무엇이 달라지면 좋을까요?",
    "en": "What was good about {S}, and what should change?",
}
MOST_WAVES = 8


@dataclass(frozen=True)
class PlannedWave:
    opens_at: datetime
    closes_at: datetime
    n_planned: int = 150
    before_use: bool = False


@transaction.atomic
def plan_survey(
    pilot: Pilot,
    *,
    waves: Sequence[PlannedWave],
    by: Person,
    at: datetime,
    bank: str = DEFAULT_BANK,
    extras: Sequence[str] = (),
    questions: Sequence[dict[str, Any]] = (),
    evaluators: Iterable[Person] = (),
    remind_after_days: int = 3,
    reminders: int = 2,
    open_question_ko: str = "",
    open_question_en: str = "",
) -> Survey:
    """The plan of a pilot that has none yet, with the banks chosen. Its maker is one of its evaluators."""
    Pilot.objects.select_for_update().get(pk=pilot.pk)
    if pilot.imported:
        raise WrongPlan(_("An imported pilot brings its own waves."))
    if Survey.objects.filter(pilot=pilot).exists():
        raise WrongPlan(_("This pilot has a survey plan already. Reload the page to see it."))
    check_dates(waves)
    check_open_question(open_question_ko, open_question_en)
    # A new install has loaded no bank yet, and nobody should have to know.
    load_instruments(at=at)
    survey = Survey.objects.create(
        pilot=pilot,
        instrument=instrument_of(bank, extras, at=at),
        use_level=newest("sl"),
        comprehension=newest("comprehension"),
        remind_after_days=remind_after_days,
        reminders=reminders,
        open_question_ko=open_question_ko,
        open_question_en=open_question_en,
        made_at=at,
    )
    set_evaluators(survey, [by, *evaluators])
    _make_waves(survey, waves)
    if questions:
        set_questions(survey, questions, at=at)
    return survey


@transaction.atomic
def change_plan(
    survey: Survey,
    *,
    waves: Sequence[PlannedWave],
    at: datetime,
    bank: str,
    extras: Sequence[str] = (),
    remind_after_days: int,
    reminders: int,
    open_question_ko: str = "",
    open_question_en: str = "",
) -> None:
    """Another instrument and other waves, freely until the rule is registered; afterwards only dates can be amended."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if registration_of(survey) is not None:
        raise AlreadyRegistered(_("The rule is registered. Dates of waves to come can only be amended, with a reason."))
    check_dates(waves)
    check_open_question(open_question_ko, open_question_en)
    current = survey.question_sets.last()
    survey.waves.all().delete()
    _make_waves(survey, waves, question_set=current)
    survey.instrument = instrument_of(bank, extras, at=at)
    survey.remind_after_days, survey.reminders = remind_after_days, reminders
    survey.open_question_ko, survey.open_question_en = open_question_ko, open_question_en
    survey.save(update_fields=["instrument", "remind_after_days", "reminders", "open_question_ko", "open_question_en"])


def instrument_of(bank: str, extras: Sequence[str], *, at: datetime) -> Instrument:
    """The bank from which acceptance follows, with what is asked beside it. Refuses what may not be asked."""
    chosen = []
    for name in dict.fromkeys([bank, *extras]):
        try:
            instrument = newest(name)
        except Instrument.DoesNotExist:
            raise WrongPlan(_("There is no question bank %(bank)s.") % {"bank": name}) from None
        refuse_if_disabled(instrument.document)
        chosen.append(instrument)
    if not tells_acceptance(chosen[0].document):
        raise WrongPlan(
            _("%(title)s does not tell who accepts a service. Ask it beside an acceptance survey.")
            % {"title": title_of(chosen[0].document)}
        )
    return put_together(chosen[0], chosen[1:], at=at)


@transaction.atomic
def set_questions(survey: Survey, questions: Sequence[dict[str, Any]], *, at: datetime) -> QuestionSet:
    """A new version of the comprehension questions, for every wave; a registered rule has them amended instead."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if registration_of(survey) is not None:
        raise AlreadyRegistered(_("The rule is registered. Other questions of understanding take a printed reason."))
    return keep_questions(survey, questions, at=at)


def keep_questions(survey: Survey, questions: Sequence[dict[str, Any]], *, at: datetime) -> QuestionSet:
    """Check them and give them to the waves that have not opened; the caller holds the survey."""
    if survey.comprehension is None:
        raise WrongPlan(_("This survey asks no comprehension questions."))
    check_questions(questions, survey.comprehension.document)
    document = list(questions)
    last = survey.question_sets.last()
    if last is not None and last.hash == hash_of(document):
        made = last
    else:
        number = 1 if last is None else last.number + 1
        made = QuestionSet.objects.create(
            survey=survey, number=number, questions=document, hash=hash_of(document), made_at=at
        )
    survey.waves.filter(stage=Wave.Stage.PLANNED).update(question_set=made)
    return made


def set_evaluators(survey: Survey, people: Iterable[Person]) -> None:
    """The people who see the exact figures of this pilot."""
    chosen = {person.pk: person for person in people}
    here = Person.objects.holding(Role.EVALUATOR, area=survey.pilot.test_bed.area_id)
    strangers = chosen.keys() - set(here.filter(pk__in=chosen).values_list("pk", flat=True))
    if strangers or not chosen:
        raise WrongPlan(
            _("A pilot is evaluated by people with the role of evaluator in its area, and it needs at least one.")
        )
    survey.evaluators.set(chosen)


def check_dates(waves: Sequence[PlannedWave]) -> None:
    """Waves follow one another: the next opens when the one before has closed."""
    if not 1 <= len(waves) <= MOST_WAVES:
        raise WrongPlan(_("Plan at least one wave and at most %(most)s.") % {"most": MOST_WAVES})
    for number, wave in enumerate(waves, start=1):
        if wave.closes_at <= wave.opens_at:
            raise WrongPlan(_("Wave %(number)s must close after it opens.") % {"number": number})
        if wave.n_planned < 1:
            raise WrongPlan(_("Wave %(number)s needs a planned number of answers.") % {"number": number})
    for number, (one, following) in enumerate(pairwise(waves), start=1):
        if following.opens_at < one.closes_at:
            raise WrongPlan(
                _("Wave %(following)s must not open before wave %(number)s has closed.")
                % {"number": number, "following": number + 1}
            )


def check_open_question(korean: str, english: str) -> None:
    """Everybody is asked the same in her language, or nobody is asked."""
    if bool(korean.strip()) != bool(english.strip()):
        raise WrongPlan(_("Write the open question in Korean and in English, or leave both empty."))


def check_questions(questions: Sequence[dict[str, Any]], bank: dict[str, Any]) -> None:
    """Each question fills a slot of the bank, has as many options as it says, and one right answer."""
    slots = {slot["code"]: slot for slot in bank["questions"]["slots"]}
    options = bank["questions"]["options"]
    codes = [question["code"] for question in questions]
    if len(set(codes)) < len(codes) or not set(codes) <= slots.keys():
        raise WrongPlan(_("Comprehension questions must be among %(codes)s, each once.") % {"codes": ", ".join(slots)})
    if missing := [code for code in bank["scoring"]["informed"]["questions"] if code not in codes]:
        raise WrongPlan(_("The comprehension questions lack %(codes)s.") % {"codes": ", ".join(missing)})
    for question in questions:
        texts = [question["text"], *question["options"]]
        if len(question["options"]) != options or question["correct"] not in range(1, options + 1):
            raise WrongPlan(
                _("Question %(code)s needs %(options)s answers, one of them marked as right.")
                % {"code": question["code"], "options": options}
            )
        if any(not str(text.get(language, "")).strip() for text in texts for language in ("ko", "en")):
            raise WrongPlan(
                _("Question %(code)s needs all its texts in Korean and English.") % {"code": question["code"]}
            )


def _make_waves(survey: Survey, waves: Sequence[PlannedWave], question_set: QuestionSet | None = None) -> None:
    Wave.objects.bulk_create(
        Wave(
            survey=survey,
            number=number,
            opens_at=wave.opens_at,
            closes_at=wave.closes_at,
            n_planned=wave.n_planned,
            before_use=wave.before_use,
            question_set=question_set,
        )
        for number, wave in enumerate(waves, start=1)
    )
