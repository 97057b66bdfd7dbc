"""Many people who answer the open question at once: rows as the last screen would have stored them."""

from collections.abc import Sequence
from copy import copy

from livinglab.accounts.models import Person
from surveys.metrics.layouts import columns_of
from surveys.metrics.refresh import touch
from surveys.models import OpenAnswer, Response, Snapshot, Wave
from surveys.stats.text import mask_personal
from tests.builders.surveys import AGAINST, answer, closed_wave, open_wave_of, registered_survey, take_part

LATE = [
    "기다리는 시간이 너무 길었어요. 앱에는 5분이라고 나왔는데 20분을 기다렸어요.",
    "기다리는 시간을 줄여 주세요.",
    "정류장에서 기다리는 시간이 길어서 불편했어요. 문의는 010-0000-0000으로 했어요.",
    "The waiting time was far too long.",
]
KIND = [
    "기사님이 친절해서 좋았어요.",
    "병원에 가기 편해서 좋아요. 기사님도 친절했어요.",
    "기사님이 친절하고 집 앞까지 와요.",
    "The driver was kind, thank you.",
]


def write_openly(wave: Wave, texts: Sequence[str], **answers: int) -> list[OpenAnswer]:
    """As many people as texts answer an open wave, all alike but for what they write."""
    response = Response.objects.submitted().filter(wave=wave).order_by("pk").first()
    assert response is not None
    columns = {code: place for place, code in enumerate(columns_of(wave))}
    given = list(response.answers)
    for code, value in answers.items():
        given[columns[code]] = value
    first = Response.objects.filter(wave=wave).count()
    rows = []
    for number in range(first, first + len(texts)):
        row = copy(response)
        row.pk, row.participant_key, row.answers = None, f"00000000-0000-4000-8000-{number:012d}", list(given)
        rows.append(row)
    rows = Response.objects.bulk_create(rows)
    touch(wave, [row.pk for row in rows])
    return OpenAnswer.objects.bulk_create(
        [
            OpenAnswer(
                response=row,
                text=text,
                language="en" if text.isascii() else "ko",
                masked=mask_personal(text, language="en" if text.isascii() else "ko").text,
                written_at=row.submitted_at,
            )
            for row, text in zip(rows, texts, strict=True)
        ]
    )


def wave_with_voices(evaluator: Person, *, against: int = 60, in_favour: int = 60) -> Snapshot:
    """A closed wave: who does not accept wrote of waiting, who does of kindness; one accepts and wrote nothing."""
    survey = registered_survey(evaluator, n_min=2, m_min=1, protected_groups=(), with_open_question=True)
    wave = open_wave_of(survey)
    (enrolment,) = take_part(survey, 1)
    answer(wave, enrolment)
    write_openly(wave, [LATE[number % len(LATE)] for number in range(against)], **AGAINST, PU1=2, PU2=2)
    write_openly(wave, [KIND[number % len(KIND)] for number in range(in_favour)])
    return closed_wave(wave)
