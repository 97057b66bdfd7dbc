"""Answers of a wave drawn to its figures: what the rule counts is met exactly, means and right answers closely."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from livinglab.web.demonstration.city import City
from pilots.models import Enrolment
from surveys.models import Response
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, USE_LEVEL, Question, Questionnaire

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

INTENTION = ("BI1", "BI2", "BI3")
# Answers to the three items of intention whose mean is 4 and more, and less.
ACCEPTING = ((4, 4, 4), (4, 4, 5), (5, 4, 4), (5, 5, 4), (5, 5, 5), (4, 3, 5))
NOT_ACCEPTING = ((4, 3, 4), (4, 3, 3), (3, 3, 3), (3, 2, 3), (2, 2, 3), (2, 2, 2), (1, 1, 2))
# How well people think they know the pilot and the last wave; the files give no target for it.
OWN_VIEW = {"CU1": 3.9, "CU2": 3.4}
DOES_NOT_KNOW, SKIPS = 0.02, 0.01
# Of those who do not pick the right option: how many say that they do not know.
ADMITS = 0.4


@dataclass
class Sheet:
    """One person's answers, in the order of the questionnaire."""

    enrolment: Enrolment
    answers: list[int]
    mode: str
    accepts: bool


def sheets(
    city: City,
    questionnaire: Questionnaire,
    questions: Sequence[dict[str, Any]],
    enrolments: Sequence[Enrolment],
    words: dict[str, Any],
) -> list[Sheet]:
    """As many sheets as the wave has answers, from people who take part."""
    people, counted, accepting = who_answers(city, enrolments, words)
    n = len(people)
    # What a person is like, as far as answers to different items hang together.
    mood = city.numbers.normal(0, 0.5, n) + accepting * 0.9
    columns: dict[str, Sequence[int]] = {USE_LEVEL: use_levels(city, counted, words["use_levels"])}
    intentions = [city.chance.choice(ACCEPTING if accepts else NOT_ACCEPTING) for accepts in accepting]
    columns |= {code: [answer[place] for answer in intentions] for place, code in enumerate(INTENTION)}
    means = words["means"] | OWN_VIEW
    for question in questionnaire.items:
        if question.code not in columns:
            columns[question.code] = opinions(city, question, means[question.code], mood)
    for asked in questions:
        if asked["code"] in questionnaire.column:
            columns[asked["code"]] = knowledge(city, asked, words["right"][asked["code"]], n)
    modes = modes_of(city, people, words["modes"])
    return [
        Sheet(
            person,
            [columns[question.code][row] for question in questionnaire.questions],
            modes[row],
            accepts=bool(accepting[row]),
        )
        for row, person in enumerate(people)
    ]


def who_answers(
    city: City, enrolments: Sequence[Enrolment], words: dict[str, Any]
) -> tuple[list[Enrolment], Booleans, Booleans]:
    """Who answers, whose answer counts, and who accepts: exactly as many as the file says, also in the group."""
    ((group, inside),) = words["groups"].items()
    shuffled = city.chance.sample(enrolments, len(enrolments))
    members = [person for person in shuffled if group in person.groups]
    others = [person for person in shuffled if group not in person.groups]
    outside = {name: words[name] - inside[name] for name in ("counted", "accepting")}
    people: list[Enrolment] = []
    accepting: list[bool] = []
    for pool, figures in ((members, inside), (others, outside)):
        if len(pool) < figures["counted"]:
            raise ValueError(f"{figures['counted']} should answer, {len(pool)} take part")
        people += pool[: figures["counted"]]
        accepting += [place < figures["accepting"] for place in range(figures["counted"])]
    left_over = words["answered"] - words["counted"]
    people += [*members[inside["counted"] :], *others[outside["counted"] :]][-left_over:] if left_over else []
    accepting += [city.chance.random() < 0.5 for _one in range(left_over)]
    return people, np.arange(len(people)) < words["counted"], np.array(accepting)


def use_levels(city: City, counted: Booleans, figures: dict[int, int]) -> list[int]:
    """Step 3 and more where the answer counts, less where it does not."""
    levels = {
        counts: [level for level, number in figures.items() if (level >= 3) == counts for _one in range(number)]
        for counts in (True, False)
    }
    for pool in levels.values():
        city.chance.shuffle(pool)
    return [levels[bool(counts)].pop() for counts in counted]


def modes_of(city: City, people: Sequence[Enrolment], figures: dict[str, int]) -> list[str]:
    """Paper and help go mostly to the oldest."""
    order = sorted(range(len(people)), key=lambda row: (people[row].age_band, city.chance.random()), reverse=True)
    modes = [Response.Mode.SELF.value] * len(people)
    helped = [mode for mode in ("paper", "assisted") for _one in range(figures[mode])]
    for row, mode in zip(order[:: max(1, len(order) // (2 * len(helped)))], helped, strict=False):
        modes[row] = mode
    return modes


def opinions(city: City, question: Question, mean: float, mood: Floats) -> list[int]:
    """Answers on the scale of an item whose mean comes close to the wished one."""
    kindly = -1 if question.reverse or question.construct == "PC" else 1
    leaning = kindly * mood + city.numbers.normal(0, 0.7, len(mood))
    low, high = -10.0, 10.0
    for _halving in range(30):
        middle = (low + high) / 2
        given = np.clip(np.rint(leaning + middle), question.low, question.high)
        low, high = (middle, high) if given.mean() < mean else (low, middle)
    chance = city.numbers.random(len(mood))
    given[chance < DOES_NOT_KNOW] = DONT_KNOW
    given[chance > 1 - SKIPS] = NO_ANSWER
    return [int(value) for value in given]


def knowledge(city: City, question: dict[str, Any], right: float, n: int) -> list[int]:
    """The number of the chosen option, right as often as the file says."""
    options = range(1, len(question["options"]) + 1)
    wrong = [option for option in options if option != question["correct"]]
    given = [question["correct"]] * round(right * n)
    while len(given) < n:
        given.append(DONT_KNOW if city.chance.random() < ADMITS else city.chance.choice(wrong))
    city.chance.shuffle(given)
    return given
