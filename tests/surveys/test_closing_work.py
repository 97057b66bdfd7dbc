"""What needs the answers is worked out once a wave has closed, by whoever finds the row, however often."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from livinglab.jobs import MOST_TRIES, Lock
from pilots.models import AgeBand
from surveys.actions.closing import queue_closing_work, work_out_next
from surveys.actions.waves import cancel_wave
from surveys.metrics import closing
from surveys.metrics.closing import (
    pairs_between,
    released_work,
    replicates_by_cell,
    replicates_by_construct,
    seed_of,
)
from surveys.metrics.release import HIDDEN, Audience, release
from surveys.models import ClosingWork, Response
from surveys.stats.change import paired_shares
from surveys.stats.pairs import Pairs
from surveys.tasks import work_out_closed_waves
from tests.builders.surveys import (
    AGAINST,
    answer,
    answers_of,
    bulk_answers,
    closed_wave,
    invite,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)
from tests.workers import another_worker_at

pytestmark = pytest.mark.django_db
LIKES, MIXED = {}, {"BI1": 3, "BI2": 4, "BI3": 3, "PU1": 3}


def two_waves(eva, *, groups, weighting=None):
    """Two closed waves. A group is (people, age band, answers in the first wave, in the second); None is no answer."""
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), weighting=weighting)
    people = [
        (take_part(survey, size, age_band=age, prefix=f"g{number}-"), first, second)
        for number, (size, age, first, second) in enumerate(groups)
    ]
    for number in (1, 2):
        wave = open_wave_of(survey, number)
        invite(wave, at=wave.opens_at)
        for enrolments, *waves in people:
            for enrolment in enrolments:
                if waves[number - 1] is not None:
                    answer(wave, enrolment, **waves[number - 1])
        closed_wave(wave)
    return survey


GROUPS = [
    (12, AgeBand.A40_49, LIKES, LIKES),
    (6, AgeBand.A40_49, LIKES, AGAINST),
    (7, AgeBand.A75_PLUS, AGAINST, LIKES),
    (5, AgeBand.A75_PLUS, AGAINST, AGAINST),
    (8, AgeBand.A40_49, AGAINST, None),
    (9, AgeBand.A40_49, None, LIKES),
]


def test_closing_a_wave_queues_what_needs_its_answers(eva):
    survey = two_waves(eva, groups=GROUPS)

    queued = ClosingWork.objects.order_by("pk")
    assert [(work.wave.number, work.kind, work.earlier and work.earlier.number) for work in queued] == [
        (1, "drivers", None),
        (1, "alpha", None),
        (1, "signals", None),
        (2, "drivers", None),
        (2, "alpha", None),
        (2, "pairs", 1),
        (2, "signals", None),
    ]

    queue_closing_work(reloaded(survey.waves.get(number=2)), at=timezone.now())
    assert ClosingWork.objects.count() == 7


def test_the_sweep_works_everything_out_once(eva):
    two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    first = list(ClosingWork.objects.values())
    work_out_closed_waves()

    assert {work["stage"] for work in first} == {"done"}
    assert list(ClosingWork.objects.values()) == first


def test_change_among_the_same_people_is_that_of_the_table(eva):
    survey = two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    (pairs,) = released_work(survey.waves.get(number=2), Audience.DESK)["pairs"]
    expected = paired_shares(stayed=12, lost=6, gained=7, never=5)

    assert (pairs["from"], pairs["to"], pairs["n"]) == (1, 2, 30)
    assert pairs["accept_table"] == {"stayed": 12, "lost": 6, "gained": 7, "never": 5}
    assert (pairs["accept"]["value"], pairs["accept"]["p"]) == (pytest.approx(1 / 30), pytest.approx(expected.p))
    assert pairs["accept"]["low"] == pytest.approx(expected.interval.low)
    bi = next(found for found in pairs["constructs"] if found["name"] == "BI")
    # Thirteen moved by two points, six of them down.
    assert (bi["change"]["value"], bi["change"]["n"]) == (pytest.approx(2 / 30), 30)
    assert pairs["accept_available"]["value"] == pytest.approx(28 / 39 - 18 / 38)
    assert pairs["primary"] == "available"
    assert pairs["attrition"]["retention"]["value"] == pytest.approx(30 / 38)
    # Whoever left had been against it, more than those who stayed.
    assert "BI" in pairs["attrition"]["telling"]


def test_counts_of_pairs_are_kept_and_equal_a_recount(eva):
    survey = two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    first, second = (reloaded(wave) for wave in survey.waves.order_by("number"))
    kept = ClosingWork.objects.get(kind="pairs")
    again = pairs_between(first, second)

    assert Pairs.from_bytes(again.layout, bytes(kept.state)) == again
    assert kept.results["n"] == again.n == 30


def test_only_answers_that_count_are_paired(eva):
    heard_of_it = {"SL": 2}
    survey = two_waves(eva, groups=[*GROUPS, (4, AgeBand.A40_49, heard_of_it, LIKES)])
    first, second = (reloaded(wave) for wave in survey.waves.order_by("number"))

    assert pairs_between(first, second).n == 30


def test_weights_of_the_earlier_wave_weigh_the_change(eva):
    survey = two_waves(eva, groups=GROUPS, weighting=AGE_ALONE)
    work_out_closed_waves()
    (pairs,) = released_work(survey.waves.get(number=2), Audience.DESK)["pairs"]
    # 26 younger and 12 older people answered first; they are weighted to 3 : 1.
    young, old = 0.75 / 26, 0.25 / 12

    assert pairs["accept_weighted"]["n"] == 30
    assert pairs["accept_weighted"]["value"] == pytest.approx((7 * old - 6 * young) / (18 * young + 12 * old))


AGE_ALONE = {
    "variables": ["age"],
    "margins": [{"young": 3, "old": 1}],
    "categories": {"age": {"40-49": "young", "75+": "old"}},
    "cap": 5.0,
    "source": "made up",
    "status": "illustrative",
}


def test_a_small_cell_hides_the_change_from_everybody_else(eva):
    survey = two_waves(eva, groups=[(9, AgeBand.A40_49, LIKES, LIKES), (3, AgeBand.A40_49, LIKES, AGAINST)])
    work_out_closed_waves()
    wave = survey.waves.get(number=2)
    (exact,) = released_work(wave, Audience.DESK)["pairs"]
    (public,) = released_work(wave, Audience.PUBLIC)["pairs"]

    assert exact["accept"]["value"] == -0.25
    assert (public["accept"]["value"], public["accept"]["reason"]) == (None, HIDDEN)
    assert set(public["accept_table"].values()) == {None}
    assert public.keys() == exact.keys()


def test_the_public_form_is_rounded(eva):
    survey = two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    (public,) = released_work(survey.waves.get(number=2), Audience.PUBLIC)["pairs"]

    assert (public["n"], public["accept"]["value"], public["accept"]["n"], public["accept"]["p"]) == (
        30,
        0.03,
        30,
        None,
    )
    assert public["attrition"]["retention"]["value"] == 0.79


def test_few_people_have_no_drivers_and_a_reason(eva):
    survey = two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    drivers = released_work(survey.waves.get(number=1), Audience.DESK)["drivers"]

    assert (drivers["reason"], drivers["drivers"], drivers["n"]) == ("TOO_FEW", [], 38)


@pytest.fixture
def large(eva):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    bulk_answers(wave, 150)
    return closed_wave(wave)


def test_drivers_carry_their_stability(large):
    work_out_closed_waves()
    work = ClosingWork.objects.get(kind="drivers")
    drivers = work.results["drivers"]

    assert (work.results["reason"], work.results["n"]) == (None, 151)
    assert (work.seed, work.replicates) == (seed_of(large.wave.survey.pilot), 500)
    assert drivers[0]["name"] == "PU"
    assert drivers[0]["stability"] > 0.9
    assert sum(driver["importance"] for driver in drivers) == pytest.approx(1)
    assert sum(driver["stability"] for driver in drivers) == pytest.approx(2)
    public = released_work(large.wave, Audience.PUBLIC)["drivers"]
    assert (public["n"], public["drivers"][0]["raw"]) == (150, None)
    assert public["drivers"][0]["importance"] == round(drivers[0]["importance"], 2)


def test_alphas_have_an_interval_from_people_drawn_anew(large):
    work_out_closed_waves()
    work = ClosingWork.objects.get(kind="alpha")
    exact, public = (released_work(large.wave, audience)["alphas"] for audience in (Audience.DESK, Audience.PUBLIC))
    figures = {found["name"]: found["alpha"] for found in release(large, Audience.DESK)["constructs"]}
    told = {found["name"]: found for found in exact["constructs"]}

    assert (work.seed, work.replicates, exact["replicates"]) == (seed_of(large.wave.survey.pilot), 200, 200)
    # Every construct of two questions or more, and no other.
    assert told.keys() == {name for name, alpha in figures.items() if alpha["items"] > 1}
    for name, found in told.items():
        assert (found["value"], found["n"]) == (figures[name]["value"], figures[name]["n"])
        assert found["feldt"]["low"] == figures[name]["low"]
        assert found["value"] is None or found["low"] < found["value"] < found["high"]
    # What follows the intention closely has nearly the interval of the formula.
    assert told["BI"]["low"] == pytest.approx(told["BI"]["feldt"]["low"], abs=0.03)
    shown = {found["name"]: found for found in public["constructs"]}
    assert (shown["BI"]["low"], shown["BI"]["n"]) == (round(told["BI"]["low"], 2), 150)
    assert shown.keys() == told.keys()


def test_alphas_do_not_depend_on_how_the_wave_is_cut(large, monkeypatch):
    wave = reloaded(large.wave)
    whole = replicates_by_construct(wave, "pilot 1")
    monkeypatch.setattr("surveys.models.response.CHUNK", 40)
    monkeypatch.setattr(closing, "chunks_of", lambda wave: range(Response.objects.latest("pk").pk // 40 + 1))

    assert replicates_by_construct(wave, "pilot 1") == whole


def test_who_left_stands_beside_who_stayed_with_how_many_they_are(eva):
    survey = two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    exact, public = (
        {
            row["name"]: row
            for row in released_work(survey.waves.get(number=2), audience)["pairs"][0]["attrition"]["leavers"]
        }
        for audience in (Audience.DESK, Audience.PUBLIC)
    )

    assert (exact["BI"]["n_left"], exact["BI"]["n_stayed"], exact["BI"]["method"]) == (8, 30, "hedges g")
    assert exact["BI"]["low"] < exact["BI"]["g"] < exact["BI"]["high"]
    assert (public["BI"]["n_left"], public["BI"]["n_stayed"]) == (10, 30)
    assert public["BI"]["g"] == round(exact["BI"]["g"], 1)


def test_few_who_left_are_told_to_nobody_else(eva):
    survey = two_waves(eva, groups=[(12, AgeBand.A40_49, LIKES, LIKES), (3, AgeBand.A40_49, MIXED, None)])
    work_out_closed_waves()
    (public,) = released_work(survey.waves.get(number=2), Audience.PUBLIC)["pairs"]

    assert public["attrition"]["leavers"]
    for row in public["attrition"]["leavers"]:
        assert (row["g"], row["low"], row["n_left"], row["n_stayed"], row["reason"]) == (None, None, None, None, HIDDEN)


def test_replicates_do_not_depend_on_how_the_wave_is_cut(large, monkeypatch):
    wave = reloaded(large.wave)
    whole = replicates_by_cell(wave, None, "pilot 1")
    monkeypatch.setattr("surveys.models.response.CHUNK", 40)
    monkeypatch.setattr(closing, "chunks_of", lambda wave: range(Response.objects.latest("pk").pk // 40 + 1))

    assert replicates_by_cell(wave, None, "pilot 1") == whole
    assert whole[""].totals.shape[0] == 500


def test_work_that_somebody_is_at_is_left_alone(eva):
    two_waves(eva, groups=GROUPS)
    ClosingWork.objects.exclude(kind="pairs").delete()
    (work,) = ClosingWork.objects.all()
    with another_worker_at(Lock.CLOSING_WORK, work.pk):
        assert not work_out_next(at=timezone.now())
    assert work_out_next(at=timezone.now())
    assert not work_out_next(at=timezone.now())


def test_work_that_fails_is_tried_again_and_then_given_up(eva, monkeypatch):
    survey = two_waves(eva, groups=GROUPS)
    ClosingWork.objects.exclude(kind="pairs").delete()

    def broken(work):
        raise ZeroDivisionError

    monkeypatch.setattr("surveys.actions.closing.worked_out", broken)
    for _try in range(MOST_TRIES):
        assert work_out_next(at=timezone.now())
    assert not work_out_next(at=timezone.now())
    work = ClosingWork.objects.get()
    assert (work.stage, work.tries, work.error) == ("failed", MOST_TRIES, "PROGRAM:ZeroDivisionError")
    wave = survey.waves.get(number=2)
    assert released_work(wave, Audience.DESK)["failed"] == 1

    monkeypatch.undo()
    call_command("work_out", wave.pk, stdout=(said := StringIO()))
    # The rows that were taken away above are queued again, too.
    assert said.getvalue().startswith("4 to be worked out")
    work_out_closed_waves()
    assert {work.stage for work in ClosingWork.objects.filter(wave=wave)} == {"done"}
    with pytest.raises(CommandError, match="no closed wave 0"):
        call_command("work_out", 0)


def test_what_was_worked_out_never_changes(eva):
    two_waves(eva, groups=GROUPS)
    work_out_closed_waves()
    for change in (lambda: ClosingWork.objects.update(results={}), lambda: ClosingWork.objects.all().delete()):
        with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
            change()


def test_a_cancelled_wave_leaves_nothing_to_work_out(survey, wave):
    cancel_wave(wave, reason="The lamps failed.", at=wave.opens_at + timedelta(days=1))

    assert not ClosingWork.objects.exists()


def test_pages_show_what_was_worked_out_to_each_what_she_may_see(client, client_of, eva):
    survey = two_waves(eva, groups=GROUPS)
    wave = survey.waves.get(number=2)
    desk, public = (reverse(f"surveys:{name}", args=[wave.pk]) for name in ("wave", "results"))
    english = {"headers": {"Accept-Language": "en"}}
    assert "still being worked out" in client.get(public, **english).content.decode()

    work_out_closed_waves()
    exact = client_of(eva).get(desk, **english).content.decode()
    told = client.get(public, **english).content.decode()
    for page in (exact, told):
        assert "What changed since survey 1" in page
        assert "There is no ranking: too few answers" in page
        assert "still being worked out" not in page
    assert "Accepted both times 12" in exact
    assert "Accepted both times" not in told


def test_the_desk_shows_what_to_improve_first(client_of, eva, large):
    work_out_closed_waves()
    page = client_of(eva).get(reverse("surveys:wave", args=[large.wave_id]), headers={"Accept-Language": "en"})

    assert "What to improve first" in page.content.decode()
    assert "repetitions with people drawn anew" in page.content.decode()
