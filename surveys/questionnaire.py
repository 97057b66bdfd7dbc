"""What a wave asks, screen by screen, in both languages. The key of the comprehension questions is not in here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from livinglab.korean import fill
from surveys.instruments import choices_of, verified
from surveys.instruments import in_language as in_language
from surveys.models import Instrument, Survey, Wave

NOT_APPLICABLE, DONT_KNOW, NO_ANSWER = 97, 98, 99
USE_LEVEL = "SL"

Text = dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question with its fixed order of choices. ``kind``: ``item``, ``use_level`` or ``knowledge``."""

    code: str
    kind: str
    text: Text
    choices: tuple[tuple[int, Text], ...]
    dont_know: Text | None = None
    construct: str = ""
    reverse: bool = False

    @property
    def low(self) -> int:
        return self.choices[0][0]

    @property
    def high(self) -> int:
        return self.choices[-1][0]

    def allows(self, value: int) -> bool:
        return (
            value == NO_ANSWER
            or any(value == choice for choice, _label in self.choices)
            or (value == DONT_KNOW and self.dont_know is not None)
        )

    def label_of(self, value: int) -> str:
        """An answer in words; empty where there is none."""
        if value == DONT_KNOW and self.dont_know:
            return in_language(self.dont_know)
        return next((in_language(label) for choice, label in self.choices if choice == value), "")

    def __str__(self) -> str:
        return in_language(self.text)


@dataclass(frozen=True)
class Screen:
    """What stands on one screen of a phone."""

    name: str
    title: Text
    questions: tuple[Question, ...]

    def __str__(self) -> str:
        return in_language(self.title)


@dataclass(frozen=True)
class Questionnaire:
    """Screens in the order shown; ``questions`` in the order of the stored answers: items, use level, comprehension."""

    screens: tuple[Screen, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    # Asked after all screens and answered in one's own words; None where nothing is asked so.
    open_question: Text | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        kinds = ("item", "use_level", "knowledge")
        return tuple(question for kind in kinds for question in self.as_asked if question.kind == kind)

    @cached_property
    def as_asked(self) -> tuple[Question, ...]:
        """In the order in which people read them."""
        return tuple(question for screen in self.screens for question in screen.questions)

    @cached_property
    def items(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == "item")

    @cached_property
    def column(self) -> dict[str, int]:
        """Place of each code in the stored answers."""
        return {question.code: place for place, question in enumerate(self.questions)}

    @property
    def without_answers(self) -> list[int]:
        return [NO_ANSWER] * len(self.questions)


@dataclass(frozen=True)
class _Asked:
    """What a questionnaire follows from. Instruments and question sets are locked: their hashes stand for them."""

    hashes: tuple[str | None, ...]
    number: int
    names: tuple[tuple[str, str], ...]
    open_question: tuple[tuple[str, str], ...]
    wave: Wave = field(compare=False)


def questionnaire_of(wave: Wave) -> Questionnaire:
    """Everything a wave asks, with the name of its service filled in."""
    survey = wave.survey
    service = survey.pilot.version.service
    parts = (survey.use_level, survey.instrument, survey.comprehension, wave.question_set)
    hashes = tuple(part.hash if part else None for part in parts)
    names = (("ko", service.name_ko), ("en", service.name_en or service.name_ko))
    asked = (("ko", survey.open_question_ko), ("en", survey.open_question_en))
    return _put_together(_Asked(hashes, wave.number, names, asked, wave))


def open_question_of(survey: Survey) -> Text | None:
    """The last question of every wave, with the name of the service filled in, in both languages; None without one."""
    service = survey.pilot.version.service
    names = {"ko": service.name_ko, "en": service.name_en or service.name_ko}
    return _filled({"ko": survey.open_question_ko, "en": survey.open_question_en}, names)


def _filled(question: Text, names: Text) -> Text | None:
    return {language: fill(text, names[language]) for language, text in question.items()} if question["ko"] else None


@lru_cache(maxsize=256)
def _put_together(asked: _Asked) -> Questionnaire:
    wave, names = asked.wave, dict(asked.names)
    survey = wave.survey
    screens: list[Screen] = []
    for instrument in (survey.use_level, survey.instrument):
        if instrument is not None:
            screens += _screens(verified(instrument), wave, names)
    if survey.comprehension is not None and wave.question_set is not None:
        screens += _screens(verified(survey.comprehension), wave, names)
    pairs = tuple((one, other) for one, other in survey.instrument.document.get("pairs", []))
    return Questionnaire(tuple(screens), pairs, _filled(dict(asked.open_question), names))


def _screens(instrument: Instrument, wave: Wave, names: Text) -> Iterator[Screen]:
    bank = instrument.document
    questions = {question.code: question for question in _questions(bank, wave, names)}
    for block in bank["blocks"]:
        shown = tuple(questions[code] for code in block["items"] if code in questions)
        if shown:
            yield Screen(block["id"], block["title"], shown)


def _questions(bank: dict[str, Any], wave: Wave, names: Text) -> Iterator[Question]:
    for item in bank["items"]:
        if wave.number < item.get("first_wave", 1) or wave.number not in item.get("waves", [wave.number]):
            continue
        scale = bank["scales"][item["scale"]]
        yield Question(
            code=item["code"],
            kind="use_level" if item["code"] == USE_LEVEL else "item",
            text={language: fill(text, names.get(language, names["ko"])) for language, text in item["text"].items()},
            choices=choices_of(item, scale),
            dont_know=scale.get("dont_know"),
            construct=item.get("construct", ""),
            reverse=item.get("reverse", False),
        )
    if "questions" not in bank or wave.question_set is None:
        return
    first_wave = {slot["code"]: slot["first_wave"] for slot in bank["questions"]["slots"]}
    for question in wave.question_set.questions:
        if wave.number >= first_wave[question["code"]]:
            yield Question(
                code=question["code"],
                kind="knowledge",
                text=question["text"],
                choices=tuple(enumerate(question["options"], start=1)),
                dont_know=bank["questions"]["dont_know"],
            )
