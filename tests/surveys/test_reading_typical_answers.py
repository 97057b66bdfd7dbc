"""Open answers that stand beside a topic to change are read there, which leaves a record as on their own page."""

import pytest
from django.urls import reverse

from livinglab.accounts.models import AccessRecord
from surveys.tasks import work_out_closed_waves
from tests.builders.surveys import (
    answer,
    answers_of,
    bulk_answers,
    closed_wave,
    open_wave_of,
    registered_survey,
    take_part,
)
from tests.builders.voices import write_openly

pytestmark = pytest.mark.django_db


def read_by(person):
    rows = AccessRecord.objects.filter(by=person).order_by("pk")
    return [(record.action, record.about, record.count) for record in rows]


def test_each_look_at_typical_answers_is_recorded_with_how_many(client_of, eva):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), with_open_question=True)
    wave = open_wave_of(survey)
    answer(wave, take_part(survey, 1)[0])
    bulk_answers(wave, 150)
    write_openly(wave, ["기다리는 시간이 길어요."] * 20, BI1=2, BI2=2, BI3=2, PU1=2, PU2=2)
    write_openly(wave, ["기사님이 친절했어요."] * 10)
    closed_wave(wave)
    work_out_closed_waves()

    page = client_of(eva).get(reverse("surveys:change", args=[wave.pk]))

    shown = sum(len(row["typical"]) for row in page.context["rows"])
    assert shown
    assert read_by(eva) == [(AccessRecord.Action.ANSWERS_READ, f"wave {wave.pk}", shown)]


def test_where_nobody_wrote_nothing_is_recorded(client_of, eva):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    bulk_answers(wave, 150)
    closed_wave(wave)
    work_out_closed_waves()

    assert client_of(eva).get(reverse("surveys:change", args=[wave.pk])).context["rows"]

    assert read_by(eva) == []
