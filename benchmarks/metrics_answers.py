"""Waves with any number of made-up answers, brought into the database by COPY. Needs Django to be set up."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.utils import timezone

from livinglab.accounts.areas import DATA, load_areas
from livinglab.web.demonstration.city import content
from livinglab.web.seeding import City, Size, announced_pilot, copy, people, proposals
from pilots.models import DEFAULT_PROTECTED_GROUP, AgeBand, Sex
from surveys.actions.plan import PlannedWave, plan_survey
from surveys.actions.register import RuleTerms, register_rule
from surveys.metrics.layouts import MODES, NOT_SAID, cell_name, layout_to_freeze
from surveys.metrics.refresh import touch
from surveys.models import Response, Wave
from surveys.models.response import CHUNK
from surveys.questionnaire import DONT_KNOW, questionnaire_of
from surveys.stats.layout import FLAGS

SEED = 20_270_301
AT_ONCE = 100_000
AGES = [AgeBand.A14_18, AgeBand.A19_29, AgeBand.A30_39, AgeBand.A40_49, AgeBand.A50_64, AgeBand.A65_74]
AREAS = ["3611051500", "3611052000", "3611053000", "3611054000", "3611055000"]
# One cell for each, 60 in all.
CELLS = [cell_name(age=age, sex=sex, area=area) for age, sex, area in product(AGES, [Sex.FEMALE, Sex.MALE], AREAS)]
RECIPE = {
    "recipe": "benchmark",
    "variables": ["age", "sex", "area"],
    "margins": [
        dict(zip(AGES, (12_000, 22_000, 26_000, 28_000, 30_000, 12_000), strict=True)),
        {Sex.FEMALE: 66_000, Sex.MALE: 64_000},
        dict(zip(AREAS, (20_000, 30_000, 30_000, 26_000, 24_000), strict=True)),
    ],
    "cap": 5.0,
    "status": "illustrative",
    "source": "made up for measuring",
}
GROUPS_SAID = ["{}", f"{{{DEFAULT_PROTECTED_GROUP}}}", f"{{{DEFAULT_PROTECTED_GROUP}{NOT_SAID}}}"]
FLAGS_RAISED = ["{}", "{}", "{}", f"{{{FLAGS[0]}}}", f"{{{FLAGS[1]},{FLAGS[2]}}}"]
COLUMNS = (
    "id, participant_key, answers, milliseconds, "
    "wave_id, started_at, saved_at, submitted_at, screens, use_level, cell, mode, groups, flags"
)

Digits = npt.NDArray[np.uint8]


@transaction.atomic
def make_waves(sizes: Sequence[int]) -> list[Wave]:
    """Open waves of one registered survey with LLA-31 and questions on understanding, one for each size."""
    at = timezone.now()
    load_areas(DATA, today=timezone.localdate(at))
    city = City(Size(proposals=20, supports=0, comments=0, answers=0), at=at)
    copy(people(city))
    copy(proposals(city))
    plan = plan_survey(
        announced_pilot(city),
        waves=[
            PlannedWave(at + timedelta(days=30 * place + 1), at + timedelta(days=30 * place + 20), n_planned=size)
            for place, size in enumerate(sizes)
        ],
        by=city.evaluator,
        at=at,
        bank="lla-31",
        questions=content("services")["services"][0]["versions"][0]["pilot"]["questions"],
    )
    everybody = {"ko": "실증에 참여하는 주민", "en": "Residents who take part in the pilot"}
    terms = RuleTerms(population=everybody, analyst="evaluator", weighting=RECIPE)
    register_rule(plan, terms, by=city.evaluator, at=at)
    waves = list(plan.waves.order_by("number"))
    for wave in waves:
        # Beside each other, which the site would not allow.
        wave.layout, wave.stage, wave.opened_at = layout_to_freeze(wave), Wave.Stage.OPEN, at
        wave.save()
    return waves


def load(wave: Wave, numbers: range, *, at: datetime) -> None:
    """Bring in answers with these numbers, which nobody has counted yet."""
    with connection.cursor() as cursor:
        for start in range(numbers.start, numbers.stop, AT_ONCE):
            # Made before they are copied: meanwhile the connection answers no query.
            made = b"".join(lines_of(wave, range(start, min(start + AT_ONCE, numbers.stop)), at=at))
            with cursor.copy(f"COPY surveys_response ({COLUMNS}) FROM STDIN") as lines:
                lines.write(made)


def lines_of(wave: Wave, numbers: range, *, at: datetime) -> Iterator[bytes]:
    """Rows in the text form of COPY: what differs from row to row in columns of fixed width, the rest by its kind."""
    chance = np.random.default_rng([SEED, numbers.start])
    answers = drawn(wave, len(numbers), chance)
    keys = np.frombuffer(b"".join(b"%032x" % number for number in numbers), dtype=np.uint8).reshape(len(numbers), -1)
    columns = [
        digits(np.array(numbers), 12),
        keys,
        with_commas(answers),
        digits(chance.integers(60_000, 600_000, len(numbers)), 7),
    ]
    tab = np.full((len(numbers), 1), ord("\t"), dtype=np.uint8)
    fixed = np.hstack([part for column in columns for part in (column, tab)])
    moment = at.isoformat()
    rest = [
        f"{wave.pk}\t{moment}\t{moment}\t{moment}\t{{}}\t{level}\t{cell}\t{mode}\t{groups}\t{flags}\n".encode()
        for level, cell, mode, groups, flags in product(range(1, 6), CELLS, MODES, GROUPS_SAID, FLAGS_RAISED)
    ]
    kinds = chance.integers(0, len(rest), len(numbers))
    width = fixed.shape[1]
    body = fixed.tobytes()
    for place, kind in enumerate(kinds.tolist()):
        yield body[place * width : (place + 1) * width]
        yield rest[kind]


def drawn(wave: Wave, people: int, chance: np.random.Generator) -> npt.NDArray[np.int16]:
    """Answers that hang together: a leaning of each person, one towards each construct, and noise; some do not know."""
    questions = questionnaire_of(wave).questions
    constructs = sorted({question.construct for question in questions})
    leaning = chance.standard_normal((people, 1), dtype=np.float32)
    towards = chance.standard_normal((people, len(constructs)), dtype=np.float32)
    found = chance.standard_normal((people, len(questions)), dtype=np.float32)
    for place, question in enumerate(questions):
        tendency = 0.7 * leaning[:, 0] + 0.6 * towards[:, constructs.index(question.construct)]
        found[:, place] = 3.6 + (-tendency if question.reverse else tendency) + 0.6 * found[:, place]
    answers = np.clip(np.rint(found), 1, [question.high for question in questions]).astype(np.int16)
    can_pass = np.array([question.kind == "item" for question in questions])
    answers[(chance.random(answers.shape, dtype=np.float32) < 0.01) & can_pass] = DONT_KNOW
    return answers


def digits(values: npt.NDArray[np.int64], width: int) -> Digits:
    """Decimal digits with zeros in front."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def with_commas(answers: npt.NDArray[np.int16]) -> Digits:
    """``{ 4, 5,98, 1}``: two places for each answer, a blank before a single digit."""
    table = np.full((*answers.shape, 3), ord(","), dtype=np.uint8)
    table[..., 0] = np.where(answers < 10, ord(" "), answers // 10 + ord("0"))
    table[..., 1] = answers % 10 + ord("0")
    flat = table.reshape(len(answers), -1)
    flat[:, -1] = ord("}")
    return np.hstack([np.full((len(answers), 1), ord("{"), dtype=np.uint8), flat])


def answers_and_edits(wave: Wave, numbers: range, *, new: int, edited: int, at: datetime) -> int:
    """What a day brings: new answers behind the last one, edits in other chunks. Returns the number of chunks."""
    last = Response.objects.order_by("-pk").values_list("pk", flat=True)[0]
    added = range(last + 1, last + 1 + new)
    places = np.linspace(numbers.start, numbers.stop - 1 - CHUNK, edited).astype(int).tolist()
    with transaction.atomic():
        load(wave, added, at=at)
        touch(wave, added)
        for response in Response.objects.filter(pk__in=places):
            response.answers[0] = 1 + response.answers[0] % 5
            response.save(update_fields=["answers"])
            touch(wave, [response.pk])
    return len({number // CHUNK for number in (*added, *places)})
