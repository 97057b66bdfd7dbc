"""Signs of stuffed ballots are looked for when a wave has closed, frozen, and told to each as far as she may know."""

from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from surveys.actions.closing import queue_closing_work
from surveys.metrics.closing import released_work, worked_out
from surveys.metrics.refresh import refresh
from surveys.metrics.release import HIDDEN, Audience
from surveys.models import ClosingWork, Response, Verdict
from surveys.reports import rebuild
from surveys.reports.evaluator_pack import evaluator_pack
from surveys.reports.material import snapshot_of
from surveys.tasks import work_out_closed_waves
from tests.builders.surveys import (
    AGAINST,
    answer,
    closed_wave,
    invite,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")


def stuffed_wave(evaluator, *, rush=12, rushing=None, rush_against=0, calm=12, accepting=6, **terms):
    """Calm answers, one a day, the first of which accept; then ``rush`` people who answer within ten minutes."""
    survey = registered_survey(evaluator, n_min=2, m_min=1, protected_groups=(), **terms)
    people, crowd = take_part(survey, calm), take_part(survey, rush, prefix="rush")
    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    # Noon of the place, so that no sign depends on the time at which the test runs.
    noon = (wave.opens_at + timedelta(days=1)).astimezone(SEOUL).replace(hour=12, minute=0, second=0, microsecond=0)
    for number, enrolment in enumerate(people):
        answer(wave, enrolment, at=noon + timedelta(days=number), **({} if number < accepting else AGAINST))
    for number, enrolment in enumerate(crowd):
        # Handed in three minutes later, so all between 12:03 and 12:04 of the third day.
        said = AGAINST if number < rush_against else rushing or {}
        answer(wave, enrolment, at=noon + timedelta(days=2, seconds=number), **said)
    return wave


def closed_and_worked_out(wave):
    closed_wave(reloaded(wave))
    work_out_closed_waves()
    return reloaded(wave)


@pytest.fixture
def stuffed(eva):
    return closed_and_worked_out(stuffed_wave(eva))


def signs(wave, audience=Audience.DESK):
    return released_work(wave, audience)["signals"]


def test_the_close_queues_the_work_and_the_sweep_does_it_once(eva):
    wave = stuffed_wave(eva)
    assert not ClosingWork.objects.exists()
    closed_wave(reloaded(wave))
    assert ClosingWork.objects.filter(kind="signals", stage="waiting").count() == 1

    work_out_closed_waves()
    frozen = ClosingWork.objects.filter(kind="signals").values().get()
    queue_closing_work(reloaded(wave), at=timezone.now())
    work_out_closed_waves()
    assert ClosingWork.objects.filter(kind="signals").values().get() == frozen
    with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
        ClosingWork.objects.filter(kind="signals").update(results={})


def test_a_rush_is_found_with_the_numbers_of_its_answers(stuffed):
    told = signs(stuffed)
    (burst,) = told["bursts"]
    crowd = Response.objects.order_by("-pk")[:12].values_list("pk", flat=True)

    assert set(crowd) < set(burst["ids"])
    assert (burst["count"], burst["usual"], told["n"]) == (13, 1.0, 24)
    assert datetime.fromisoformat(burst["start"]).astimezone(SEOUL).strftime("%H:%M") == "12:00"
    assert told["flagged"] == 13


def test_the_verdict_stays_and_the_line_beside_it_leaves_the_answers_out(stuffed):
    verdict = Verdict.objects.get()
    without = signs(stuffed)["without"]

    assert (verdict.details["n"], verdict.details["value"]) == (24, 18 / 24)
    # Of eleven calm answers that are in no rush, five accept.
    assert (without["n"], without["value"]) == (11, 5 / 11)
    assert without["outcome"] == "NOT_ENOUGH_EVIDENCE"
    assert without["low"] < 5 / 11 < without["high"]


def test_weights_are_made_anew_for_those_who_are_left(eva):
    recipe = {
        "variables": ["sex"],
        "margins": [{"f": 1, "m": 1}],
        "cap": 5.0,
        "source": "made up",
        "status": "illustrative",
    }
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), weighting=recipe)
    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    noon = (wave.opens_at + timedelta(days=1)).astimezone(SEOUL).replace(hour=12, minute=0, second=0, microsecond=0)
    women, men, crowd = (
        take_part(survey, 3),
        take_part(survey, 2, sex="m", prefix="m"),
        take_part(survey, 11, prefix="r"),
    )
    for number, enrolment in enumerate([*women, *men]):
        answer(wave, enrolment, at=noon + timedelta(days=number, hours=2), **(AGAINST if number >= 3 else {}))
    for enrolment in crowd:
        answer(wave, enrolment, at=noon + timedelta(days=2))
    without = signs(closed_and_worked_out(wave))["without"]

    # Three women who accept and two men who do not weigh the same.
    assert (without["n"], without["value"]) == (5, pytest.approx(0.5))


def test_a_wave_without_signs_has_no_second_line(eva):
    wave = closed_and_worked_out(stuffed_wave(eva, rush=0))
    told = signs(wave)

    assert (told["bursts"], told["duplicates"], told["flagged"], told["without"]) == ([], [], 0, None)
    assert signs(wave, Audience.PUBLIC) == {
        "bursts": 0,
        "duplicates": 0,
        "flagged": 0,
        "methods": told["methods"],
        "without": None,
    }


@pytest.fixture
def divided(eva):
    """Of those who rushed in, too, some do not accept."""
    return closed_and_worked_out(stuffed_wave(eva, rush=14, rush_against=6))


def test_the_public_reads_counts_and_a_rounded_line_and_no_number_of_an_answer(divided):
    public = signs(divided, Audience.PUBLIC)

    assert (public["bursts"], public["duplicates"], public["flagged"]) == (1, 0, 15)
    assert "ids" not in str(public)
    # 15 of the 26 are left out, 9 of whom accept.
    assert public["without"]["n"] == 10
    assert public["without"]["value"] == round(5 / 11, 2)


def test_the_line_is_hidden_where_everybody_left_out_is_of_one_opinion(stuffed):
    """13 of the 24 are left out; from the line and that of everybody it would follow that all of them accept."""
    assert signs(stuffed, Audience.PUBLIC)["without"]["reason"] == HIDDEN


def test_fewer_than_five_answers_that_bear_a_sign_are_hidden_with_their_line(eva):
    """Four people whose answers are alike throughout, of a survey long enough to tell."""
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), bank="lla-31")
    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    for number, enrolment in enumerate(take_part(survey, 9)):
        answer(
            wave, enrolment, **({"PU1": 5} if number < 4 else AGAINST | {"PU1": 1 + number % 5, "PU2": 1 + number % 4})
        )
    wave = closed_and_worked_out(wave)
    exact, public = signs(wave), signs(wave, Audience.PUBLIC)

    assert [(found["count"], found["kind"]) for found in exact["duplicates"]] == [(4, "ANSWERS")]
    assert exact["without"]["n"] == 5
    assert (public["flagged"], public["duplicates"]) == (None, None)
    assert (public["without"]["n"], public["without"]["value"], public["without"]["outcome"]) == (None, None, None)
    assert public["without"]["reason"] == HIDDEN


def test_ways_of_answering_are_compared_at_the_close_and_not_before(eva, client_of):
    wave = stuffed_wave(eva)
    url = reverse("surveys:signals", args=[wave.pk])
    live = " ".join(client_of(eva).get(url).content.decode().split())
    assert "five answers at a time" in live
    assert "Numbers of the answers" not in live
    assert "Many answers within ten minutes" in live
    for hidden in (
        "Ways of answering that differ",
        "Share that accepts",
        "acceptance of one way",
        "Would it look otherwise?",
    ):
        assert hidden not in live

    closed_wave(reloaded(wave))
    assert "still being looked through" in client_of(eva).get(url).content.decode()
    work_out_closed_waves()
    closed = " ".join(client_of(eva).get(url).content.decode().split())
    assert "Ways of answering that differ" in closed
    assert "without the answers that bear a sign" in closed


def test_pages_read_what_was_frozen_whoever_withdraws_later(stuffed, eva, client_of, django_assert_max_num_queries):
    client, url = client_of(eva), reverse("surveys:signals", args=[stuffed.pk])
    before = client.get(url).content.decode()
    Response.objects.order_by("-pk").first().delete()
    with django_assert_max_num_queries(12):
        after = client.get(url).content.decode()

    assert before.count("<tr>") == after.count("<tr>")
    assert ">13<" in after
    assert worked_out(ClosingWork.objects.get(kind="signals")).results["flagged"] == 12


def test_the_line_stands_with_the_others_for_the_desk_and_for_everybody(divided, eva, client, client_of):
    english = {"headers": {"Accept-Language": "en"}}
    exact = client_of(eva).get(reverse("surveys:verdict", args=[divided.pk]), **english).content.decode()
    public = client.get(reverse("surveys:results", args=[divided.pk]), **english).content.decode()

    for page in (exact, public):
        assert "without answers that bear a sign of a stuffed ballot" in page
    assert "45.5%" in exact
    assert "45.5%" not in public


def test_the_evaluators_pack_rebuilds_the_line(stuffed):
    with ZipFile(BytesIO(evaluator_pack(snapshot_of(stuffed.pk)))) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    assert rebuild.differences_in(files) == []

    name = f"signals-{stuffed.number}.state"
    (found, *_more) = rebuild.differences_in(files | {name: files[f"wave-{stuffed.number}.state"]})
    assert "signs" in found


def test_more_than_fifteen_percent_of_suspects_are_warned_of(eva, client_of):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=())
    wave = open_wave_of(survey)
    people = take_part(survey, 10)
    invite(wave, at=wave.opens_at)
    for number, enrolment in enumerate(people):
        # The first two agree with both of opposite questions, and rush through every page.
        answer(wave, enrolment, **({"seconds": 1, "PE2": 5, "FA4": 5} if number < 2 else {}))
    warning = "That is more than 15%: read the figures with care."
    client, url = client_of(eva), reverse("surveys:signals", args=[wave.pk])
    assert warning not in client.get(url).content.decode()
    refresh(wave, at=wave.opens_at)
    assert warning in client.get(url).content.decode()

    wave = closed_and_worked_out(wave)
    for page in (url, reverse("surveys:wave", args=[wave.pk])):
        assert warning in client.get(page).content.decode()
