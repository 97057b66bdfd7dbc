"""What the public and the desk are told of a wave: bounds, minima, questions answered alike, what staff entered."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from surveys.actions.answer import enter_response
from surveys.actions.waves import invite
from surveys.metrics.disclosure import Acceptance, acceptance_told, is_alike, may_step
from surveys.metrics.refresh import refresh
from surveys.metrics.release import Audience, figure_at, live_desk, release, suppressed
from surveys.models import Wave
from tests.builders.surveys import (
    AGAINST,
    CONTENT,
    answer,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    take_part,
)

pytestmark = pytest.mark.django_db
SHEETS = [f"SHEET{number:03}" for number in range(100)]
# A person's answers in the middle of the scale, so that a question has answers on both sides.
VARIED = ({}, {"PU1": 5, "PE1": 3, "TR1": 5, "CS": 3}, {"PU1": 3, "PE1": 5, "TR1": 3, "CS": 5})


def entered(wave: Wave, enrolments, *, by, **answers: int) -> None:
    """A member of the staff enters the same sheet for each of them."""
    taken = Wave.objects.filter(pk=wave.pk, responses__entry__isnull=False).count()
    for sheet, enrolment in zip(SHEETS[taken:], enrolments, strict=False):
        enter_response(
            wave, enrolment, CONTENT | answers, mode="paper", by=by, sheet=sheet, at=wave.opens_at + timedelta(hours=1)
        )


def varied_answers(wave: Wave, enrolments, *, accepting: int) -> None:
    """So many of them accept; of the other questions each has several answers."""
    invite(wave, at=wave.opens_at)
    for number, enrolment in enumerate(enrolments):
        answer(wave, enrolment, **VARIED[number % 3], **({} if number < accepting else AGAINST))


def values_in(figures) -> list[object]:
    """Every number told as the value of a figure."""
    if isinstance(figures, dict):
        own = [figures["value"]] if "value" in figures else []
        return own + [value for inner in figures.values() for value in values_in(inner)]
    return [value for inner in figures for value in values_in(inner)] if isinstance(figures, list) else []


def test_of_five_answers_of_which_one_person_entered_four_nothing_is_told(eva, mo, client_of):
    """She knows four of them; whatever were told of the five would tell her the fifth."""
    survey = registered_survey(eva)
    wave, people = open_wave_of(survey), take_part(survey, 5)
    invite(wave, at=wave.opens_at)
    entered(wave, people[:4], by=mo, **AGAINST)
    answer(wave, people[4])
    snapshot = closed_wave(wave)
    public = release(snapshot, Audience.PUBLIC)

    assert [value for value in values_in(public) if value is not None] == []
    assert public["verdict"]["n"] is None
    assert public["counts"]["answered"] is None
    assert client_of(mo).get(reverse("surveys:results", args=[wave.pk])).status_code == 200


def test_one_yes_among_five_is_not_told(eva):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 5), accepting=1)
    public = release(closed_wave(wave), Audience.PUBLIC)

    for name in ("accept", "accept_unweighted", "use", "endorse"):
        assert (public[name]["value"], public[name]["n"], public[name]["reason"]) == (None, None, "HIDDEN"), name
    verdict = public["verdict"]
    assert [verdict[name] for name in ("value", "low", "high", "n", "n_star", "needed_n")] == [None] * 6
    assert {line and line["value"] for line in verdict["sensitivity"].values()} == {None}


def test_a_question_that_everybody_answered_alike_has_neither_bar_nor_row(eva, client):
    """Five people, and PU1 is 0, 0, 5, 0, 0."""
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 5), accepting=3, PU1=3)
    snapshot = closed_wave(wave)
    public = release(snapshot, Audience.PUBLIC)

    item = next(item for item in public["items"] if item["code"] == "PU1")
    assert {part["n"] for part in item["histogram"]} == {None}
    assert (item["answered"], item["median"], item["mean"]["value"], item["top_2"]["value"]) == (None,) * 4
    # Beside the other question of usefulness the mean of both would give it away.
    assert figure_at(public, "constructs.PU.mean")["reason"] == "HIDDEN"
    page = client.get(reverse("surveys:results", args=[wave.pk]))
    assert "PU1" not in [row["code"] for group in page.context["item_groups"] for row in group["rows"]]


def test_why_a_figure_is_hidden_does_not_tell_that_all_said_the_same(eva, client):
    wave = open_wave_of(registered_survey(eva))
    answers_of(wave, take_part(wave.survey, 30), accepting=20)
    public = release(closed_wave(wave), Audience.PUBLIC)

    reliability = {found["name"]: found for found in public["appendix"]["reliability"]}
    assert {reliability[name]["correlation"]["reason"] for name in ("PU", "PE", "TR")} == {"HIDDEN"}
    page = client.get(reverse("surveys:results", args=[wave.pk]), headers={"accept-language": "en"}).content.decode()
    assert "everybody answered alike" not in page


def test_where_all_are_well_informed_nothing_beside_it_says_so(eva):
    wave = open_wave_of(registered_survey(eva))
    answers_of(wave, take_part(wave.survey, 30), accepting=20)
    snapshot = closed_wave(wave)

    exact, public = (release(snapshot, audience)["informed"] for audience in (Audience.DESK, Audience.PUBLIC))

    assert exact["informed"]["value"] == 1
    for name in ("informed", "accept_informed", "accept_others", "gap"):
        assert (public[name]["value"], public[name]["reason"]) == (None, "HIDDEN")
        assert not public[name].get("n")


def test_all_but_a_few_of_one_opinion_are_alike():
    assert is_alike([0, 0, 5, 0, 0], [0, 0, 0])
    assert is_alike([0, 4, 60, 0, 0], [0, 0, 0])
    assert is_alike([0, 4, 60, 0, 0], [9, 0, 0])
    assert is_alike([0, 1, 1, 1, 0], [60, 0, 0])
    assert not is_alike([0, 5, 60, 0, 0], [0, 0, 0])
    assert not is_alike([0, 0, 0, 0, 0], [0, 0, 0])


@pytest.mark.parametrize(("accepting", "bound"), [(18, (16, 20)), (20, (16, 20)), (2, (0, 4)), (0, (0, 4))])
def test_a_side_of_fewer_than_five_is_a_bound_and_nothing_leads_back_to_it(eva, accepting: int, bound):
    survey = registered_survey(eva, n_min=20, m_min=1)
    wave = open_wave_of(survey)
    varied_answers(wave, take_part(survey, 20), accepting=accepting)
    snapshot = closed_wave(wave)
    public, verdict = release(snapshot, Audience.PUBLIC), release(snapshot, Audience.PUBLIC)["verdict"]

    for figure in (public["accept"], public["accept_unweighted"]):
        assert (figure["at_least"], figure["at_most"], figure["n"], figure["reason"]) == (*bound, 20, "BOUND")
        assert [figure[name] for name in ("value", "low", "high", "n_star")] == [None] * 4
    assert (verdict["at_least"], verdict["at_most"], verdict["n"]) == (*bound, 20)
    assert [verdict[name] for name in ("value", "low", "high", "n_star", "needed_n")] == [None] * 5
    assert verdict["outcome"] == snapshot.verdict.outcome
    assert {line and (line["value"], line["low"], line["outcome"]) for line in verdict["sensitivity"].values()} <= {
        None,
        (None, None, None),
    }
    assert {group["gap"]["value"] for group in public["groups"]} == {None}
    assert figure_at(public, "flags.accept_without_suspects")["value"] is None
    assert {part["accept"]["value"] for part in [*public["by_mode"], *public["by_use_level"]]} == {None}
    assert public["informed"]["accept_informed"]["value"] is None
    # All three questions of the outcome say 4 or 2: how many said so is how many accept.
    assert {figure_at(public, f"items.BI{number}.mean")["value"] for number in (1, 2, 3)} == {None}
    assert json.loads(json.dumps(public)) == public


def test_below_the_minimum_acceptance_is_told_as_every_other_share(eva, client):
    survey = registered_survey(eva, n_min=50)
    wave = open_wave_of(survey)
    varied_answers(wave, take_part(survey, 23), accepting=15)
    snapshot = closed_wave(wave)
    public = release(snapshot, Audience.PUBLIC)

    accept, verdict = public["accept"], public["verdict"]
    assert (accept["value"], accept["n"], accept["low"], accept["n_star"]) == (0.65, 25, None, None)
    assert (verdict["value"], verdict["n"], verdict["low"], verdict["needed_n"]) == (0.65, 25, None, None)
    assert acceptance_told(accept) == Acceptance.PERCENT
    assert public["flags"]["accept_without_suspects"]["low"] is None
    page = client.get(reverse("surveys:results", args=[wave.pk]), headers={"accept-language": "en"}).content.decode()
    assert "About 65% of 25 people accept the service." in page


def test_from_the_minimum_on_it_is_exact(eva):
    survey = registered_survey(eva, n_min=20)
    wave = open_wave_of(survey)
    varied_answers(wave, take_part(survey, 23), accepting=15)
    snapshot = closed_wave(wave)
    exact, public = (release(snapshot, audience) for audience in Audience)

    assert public["accept"] == exact["accept"]
    assert public["verdict"]["low"] == exact["verdict"]["low"]


def test_nothing_is_told_that_could_not_be_told_of_those_whom_one_person_did_not_enter(eva, mo):
    """She entered all but three of the men: of the men she knows so much that their count would tell her three."""
    survey = registered_survey(eva, n_min=20)
    wave = open_wave_of(survey)
    women, men = take_part(survey, 15), take_part(survey, 10, sex="m", prefix="man")
    varied_answers(wave, women, accepting=9)
    entered(wave, men[:7], by=mo)
    for enrolment in men[7:]:
        answer(wave, enrolment, **AGAINST)
    public = release(closed_wave(wave), Audience.PUBLIC)

    assert {row["category"]: row["answered"] for row in public["people"]["sex"]}["m"] is None


def test_what_a_member_of_the_staff_entered_is_frozen_without_her_name(eva, mo):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    people = take_part(survey, 12)
    entered(wave, people[:6], by=mo)
    varied_answers(wave, people[6:], accepting=3)
    snapshot = closed_wave(wave)

    (part,) = snapshot.entered_parts.all()
    assert {field.name for field in part._meta.fields} == {"id", "snapshot", "number", "state"}
    assert "entered" not in json.dumps(snapshot.released)


def test_a_wave_without_entries_is_told_as_its_results_say(eva):
    survey = registered_survey(eva, n_min=10)
    wave = open_wave_of(survey)
    varied_answers(wave, take_part(survey, 12), accepting=6)
    snapshot = closed_wave(wave)

    assert suppressed(snapshot.results) == snapshot.released


# While a wave is open


def seen(wave: Wave) -> str:
    live = live_desk(wave)
    return json.dumps({name: live[name] for name in ("answered", "counted", "people", "items", "band", "suspects")})


def test_two_readings_of_an_open_wave_never_differ_by_one_sheet(eva):
    survey = registered_survey(eva)
    people = take_part(survey, 12)
    wave = open_wave_of(survey)
    readings = [seen(wave)]
    for enrolment in people:
        answers_of(wave, [enrolment], accepting=1)
        refresh(wave, at=wave.opens_at)
        readings.append(seen(wave))

    changed = [number for number in range(1, 13) if readings[number] != readings[number - 1]]
    assert changed == [5, 10]


def test_an_open_wave_does_not_move_for_one_answer_among_four_that_somebody_entered(eva, mo):
    survey = registered_survey(eva)
    wave, people = open_wave_of(survey), take_part(survey, 20)
    answers_of(wave, people[:5], accepting=3)
    refresh(wave, at=wave.opens_at)
    before = seen(wave)
    entered(wave, people[5:9], by=mo)
    answer(wave, people[9], **AGAINST)
    refresh(wave, at=wave.opens_at)
    assert seen(wave) == before

    for enrolment in people[10:14]:
        answer(wave, enrolment)
    refresh(wave, at=wave.opens_at)
    assert seen(wave) != before


def test_the_desk_sees_nothing_of_the_outcome_while_a_wave_is_open(eva):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 35), accepting=20)
    refresh(wave, at=wave.opens_at)
    live = live_desk(wave)

    assert {"BI1", "BI2", "BI3"}.isdisjoint(item["code"] for item in live["items"])
    counts = [part["n"] for item in live["items"] for part in item["histogram"]]
    counts += [row["answered"] for rows in live["people"].values() for row in rows]
    assert {count % 5 for count in counts} == {0}
    for side in ("low", "high"):
        assert live["band"][side] * 20 == pytest.approx(round(live["band"][side] * 20))


@pytest.mark.parametrize(
    ("before", "now", "moves"),
    [
        ({}, {"": 4}, False),
        ({}, {"": 5}, True),
        ({"": 5}, {"": 9}, False),
        ({"": 10}, {"": 5}, True),
        ({"": 5}, {"": 10, "7": 5}, True),
        ({"": 5}, {"": 10, "7": 4}, False),
        ({"": 5, "7": 2}, {"": 14, "7": 6}, True),
        ({"": 5}, {"": 13, "7": 4, "8": 4}, False),
    ],
)
def test_an_open_wave_moves_by_five_people_whom_nobody_of_the_staff_knows_all_of(before, now, moves: bool):
    assert may_step(before, now) is moves
