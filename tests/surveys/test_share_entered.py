"""How many answers staff entered is frozen at the close, and stands beside the verdict on pages and in the report."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pilots.actions.enrol import leave_pilot
from surveys.actions.withdraw import take_out_withdrawn
from surveys.metrics.entries import entered_released
from surveys.metrics.release import Audience, release
from tests.builders.surveys import answers_of, closed_wave, enter, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(eva):
    survey = registered_survey(eva, waves=1, with_questions=False, n_min=8, m_min=2, protected_groups=())
    return open_wave_of(survey)


def text_of(page):
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("entered", "answered", "extent", "n"),
    [
        ([], 40, "none", None),
        ([1], 40, "few", None),
        ([2, 2], 40, "few", None),
        ([5], 40, "about", 5),
        ([12], 40, "about", 10),
        ([13], 40, "about", 15),
        # Whoever entered four would learn of three others.
        ([4, 3], 40, "some", None),
        ([5, 5], 40, "about", 10),
        ([36], 40, "most", None),
        ([40], 40, "all", None),
        ([4], 4, None, None),
    ],
)
def test_everybody_reads_a_bound_or_a_rounded_count(entered, answered, extent, n):
    told = entered_released(entered, answered)
    assert (told["extent"], told["n"]) == (extent, n)
    assert told["share"] == (None if n is None else round(n / answered, 2))


def test_it_is_frozen_at_the_close_and_stands_beside_the_verdict(client_of, wave, eva, mo):
    people = take_part(wave.survey, 20)
    for enrolment in people[:6]:
        enter(wave, enrolment, by=mo)
    answers_of(wave, people[6:], accepting=14)
    snapshot = closed_wave(wave)

    assert release(snapshot, Audience.DESK)["entered"] == {"extent": "exact", "n": 6, "of": 20, "share": 0.3}
    public = {"extent": "about", "n": 5, "of": 20, "share": 0.25}
    assert release(snapshot, Audience.PUBLIC)["entered"] == public
    assert "6 of 20 (30%)" in text_of(client_of(eva).get(reverse("surveys:verdict", args=[wave.pk])))
    for reader in (client_of(), client_of(mo)):
        assert "about 5 of 20 (25%)" in text_of(reader.get(reverse("surveys:results", args=[wave.pk])))
    decide = client_of(mo).get(reverse("feedback:decide", args=[snapshot.verdict.pk]))
    assert "about 5 of 20 (25%)" in text_of(decide)
    assert client_of().get(f"/api/v1/waves/{wave.pk}/results/").json()["entered"] == public

    leave_pilot(people[0], at=wave.closes_at + timedelta(days=1), withdraw_answers=True)
    take_out_withdrawn()
    snapshot.refresh_from_db()
    assert release(snapshot, Audience.PUBLIC)["entered"] == public


def test_that_nobody_entered_any_is_told_too(client_of, wave):
    answers_of(wave, take_part(wave.survey, 10), accepting=10)
    closed_wave(wave)

    shown = text_of(client_of().get(reverse("surveys:results", args=[wave.pk])))
    assert "Answers entered by staff, from paper or as they were told: <strong>none</strong>" in shown
