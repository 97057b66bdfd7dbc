"""A wave with known answers, from the first screen to the released figures, against numbers worked out by hand."""

import json

import pytest
from django.db import connection

from surveys.metrics.refresh import refresh
from surveys.metrics.release import Audience, audience_of, figure_at, live_desk, live_public, release
from surveys.metrics.suppression import is_small
from surveys.models import Snapshot, Verdict
from tests.builders.pilots import announced_pilot
from tests.builders.surveys import (
    AGAINST,
    ONE_LESS,
    ONE_MORE,
    answer,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    take_part,
)

pytestmark = pytest.mark.django_db

COUNTS = {"n", "n_rest", "unknown", "answered", "invited", "dont_know", "no_answer", "wrong"}


@pytest.fixture
def closed(eva):
    """40 of 60 accept: 30 of 40 of the younger, 10 of 20 of the older; three more had only heard of the service."""
    survey = registered_survey(eva, n_min=50, m_min=10)
    wave = open_wave_of(survey)
    young, old = take_part(survey, 43), take_part(survey, 20, age_band="75+", sex="m", prefix="old")
    for people, accepting in ((young[:40], 30), (old, 10)):
        # Of each question half say one more and half one less, so that none is answered alike.
        answers_of(wave, people[1::2], accepting=accepting // 2, **ONE_MORE)
        answers_of(wave, people[::2], accepting=accepting // 2, **ONE_LESS)
    for enrolment in young[40:]:
        answer(wave, enrolment, SL=1, **AGAINST)
    return closed_wave(wave)


def test_figures_at_the_close_equal_those_worked_out_by_hand(closed):
    figures = release(closed, Audience.DESK)

    assert figures["counts"]["invited"] == 63
    assert (figures["counts"]["answered"], figures["counts"]["counted"]) == (63, 60)
    accept = figures["accept"]
    # Wilson, 95 %, of 40 in 60, by the formula of acceptance-metrics.md 2.1 on paper.
    assert (accept["value"], accept["n"]) == (pytest.approx(2 / 3), 60)
    assert accept["low"] == pytest.approx(0.540569, abs=1e-6)
    assert accept["high"] == pytest.approx(0.772707, abs=1e-6)
    # Half chose 5 and half 3 of PU1 and PU2; 4 and (6 - 2) is the middle of PE1 and PE2.
    assert figure_at(figures, "constructs.PU.mean")["value"] == 4
    assert figure_at(figures, "constructs.PE.mean")["value"] == 4
    # BI: 40 people 4, 20 people 2: mean 10/3, SD sqrt((40 * (2/3)^2 + 20 * (4/3)^2) / 59).
    intention = figure_at(figures, "constructs.BI.mean")
    assert intention["value"] == pytest.approx(10 / 3)
    assert intention["sd"] == pytest.approx((160 / 3 / 59) ** 0.5)
    # Three identical items: alpha is 1.
    assert figure_at(figures, "constructs.BI.alpha")["value"] == pytest.approx(1)
    gap = figure_at(figures, "groups.65+.gap")
    assert gap["value"] == pytest.approx(0.25)
    assert figures["informed"]["informed"]["value"] == 1
    assert [part["n"] for part in figures["by_use_level"]] == [3, 0, 0, 60, 0, 0]


def test_the_verdict_is_that_of_the_registered_rule(closed):
    verdict = release(closed, Audience.DESK)["verdict"]

    # Look 1 of 2: z for 0.02; lower Wilson limit of 40/60 is 0.5163, so 0.60 lies inside.
    assert (verdict["outcome"], verdict["look"], verdict["looks"], verdict["alpha"]) == (
        "NOT_ENOUGH_EVIDENCE",
        1,
        2,
        0.02,
    )
    assert verdict["codes"][0] == "STRADDLES"
    assert verdict["low"] == pytest.approx(0.516, abs=1e-3)
    assert verdict["choices"] == ["continue", "revise", "retire"]
    assert verdict["rule_hash"] == closed.verdict.registration.hash


def test_the_public_form_has_the_same_shape_and_no_small_count(closed):
    exact, public = release(closed, Audience.DESK), release(closed, Audience.PUBLIC)

    assert keys_of(exact) == keys_of(public)
    assert public["accept"] == exact["accept"]
    assert public["verdict"]["low"] == exact["verdict"]["low"]
    assert public["hash"] is None
    assert [part["n"] for part in public["by_use_level"]][0] is None
    assert not [count for count in counts_in(public) if is_small(count)]
    assert json.loads(json.dumps(public)) == public


def keys_of(value):
    if isinstance(value, dict):
        return {name: keys_of(inner) for name, inner in value.items()}
    return [keys_of(inner) for inner in value] if isinstance(value, list) else None


def counts_in(value, name=""):
    """Every number of people that is published."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from counts_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from counts_in(inner, name)
    elif (
        name in {"n", "n_rest", "unknown", "answered", "invited", "dont_know", "no_answer", "wrong"}
        and value is not None
    ):
        yield value


def test_of_a_wave_with_four_answers_nothing_is_told(survey, wave):
    answers_of(wave, take_part(survey, 4), accepting=4)
    public = release(closed_wave(wave), Audience.PUBLIC)

    assert public["accept"]["value"] is None
    assert public["accept"]["reason"] == "HIDDEN"
    assert not list(counts_in({**public, "verdict": None}))
    assert public["counts"]["answered"] is None


def test_releasing_costs_no_query(closed, django_assert_num_queries):
    snapshot = Snapshot.objects.select_related("verdict__registration", "wave__survey__pilot").get()
    with django_assert_num_queries(0):
        release(snapshot, Audience.PUBLIC)
        release(snapshot, Audience.DESK)


def test_only_evaluators_of_the_pilot_are_the_desk(closed, eva, mo, sam):
    survey = closed.wave.survey
    assert audience_of(eva, survey) == Audience.DESK
    assert {audience_of(person, survey) for person in (mo, sam)} == {Audience.PUBLIC}


def test_an_open_wave_tells_the_public_two_counts_from_five_upwards(survey, wave):
    people = take_part(survey, 6)
    answers_of(wave, people[:4], accepting=4)
    assert live_public(wave) == {"invited": 6, "answered": None}

    answers_of(wave, people[4:], accepting=1)
    assert live_public(wave) == {"invited": 6, "answered": 6}


def test_an_open_wave_tells_the_desk_no_outcome_and_no_mean(survey, wave):
    answers_of(wave, take_part(survey, 35), accepting=20)
    refresh(wave, at=wave.opens_at)
    live = live_desk(wave)

    assert live["band"]["value"] is None
    assert 0 < live["band"]["low"] < 20 / 35 < live["band"]["high"] < 1
    assert not {"accept", "verdict", "constructs"} & live.keys()
    assert not {"mean", "top_2"} & live["items"][0].keys()


def test_every_fifth_answer_shows_at_the_desk_also_where_an_earlier_look_is_remembered(survey, wave):
    people = take_part(survey, 15)
    seen = [live_desk(wave)["answered"]]
    for fifth in range(3):
        answers_of(wave, people[5 * fifth : 5 * fifth + 5], accepting=1)
        refresh(wave, at=wave.opens_at)
        seen += [live_desk(wave)["answered"], live_desk(wave)["answered"]]

    assert seen == [0, 5, 5, 10, 10, 15, 15]


def test_weights_follow_the_registered_recipe(eva, mo):
    """The cells of G16: weighted 0.5633 beside 0.6083 without weights."""
    bands = {"19-39": "19-29", "40-64": "40-49", "65+": "75+"}
    recipe = {
        "variables": ["sex", "age"],
        "categories": {"age": {band: name for name, band in bands.items()}},
        "margins": [{"f": 4000, "m": 4000}, {"19-39": 3200, "40-64": 3200, "65+": 1600}],
        "cap": 5.0,
        "source": "made up",
        "status": "illustrative",
    }
    survey = registered_survey(
        eva, n_min=50, m_min=10, weighting=recipe, waves=1, pilot=announced_pilot(mo, capacity=150)
    )
    wave = open_wave_of(survey)
    cells = [("f", "19-39", 40, 26), ("f", "40-64", 30, 21), ("f", "65+", 10, 4)]
    cells += [("m", "19-39", 20, 14), ("m", "40-64", 15, 7), ("m", "65+", 5, 1)]
    for sex, age, people, accepting in cells:
        enrolments = take_part(survey, people, age_band=bands[age], sex=sex, prefix=f"{sex}{bands[age]}-")
        answers_of(wave, enrolments, accepting=accepting)
    figures = release(closed_wave(wave), Audience.DESK)

    assert figures["accept"]["value"] == pytest.approx(0.56333333)
    assert figures["accept"]["n_star"] == pytest.approx(96.976113, rel=1e-6)
    assert figures["accept"]["low"] == pytest.approx(0.46407617, rel=1e-6)
    assert figures["accept_unweighted"]["value"] == pytest.approx(0.60833333)
    assert figures["weighting"]["deff"] == pytest.approx(1.2)
    old = next(row for row in figures["weighting"]["margins"] if row["category"] == "65+")
    assert (old["n"], old["share"], old["target"]) == (15, 0.125, 0.2)
    assert old["weighted"] == pytest.approx(0.2)
    assert release(Snapshot.objects.get(), Audience.PUBLIC)["weighting"]["margins"] == []
    assert figures["verdict"]["value"] == pytest.approx(0.56333333)


def test_what_a_reviewer_asks_is_frozen_exactly_and_released_coarsely(closed):
    exact, public = (release(closed, audience)["appendix"] for audience in Audience)

    assert exact.keys() == public.keys()
    panel = public["inclusion"]
    assert (panel["worst"], panel["unheard"]) == ("65+", [])
    assert (panel["groups"][0]["p"], panel["groups"][0]["reason"], panel["groups"][0]["size"]) == (
        None,
        "TOO_FEW",
        "SMALL",
    )
    # 30 of 40 and 10 of 20: of 800 pairs the younger is above in 300, below in 100.
    assert exact["inclusion"]["groups"][0]["delta"]["value"] == pytest.approx(0.25)
    assert (panel["groups"][0]["delta"]["value"], panel["groups"][0]["delta"]["word"]) == (0.25, "SMALL")
    intention = next(found for found in public["reliability"] if found["name"] == "BI")
    assert [item["code"] for item in intention["by_item"]] == ["BI1", "BI2", "BI3"]
    # Everybody who was invited answered, of either age.
    age = next(found for found in exact["representativeness"] if found["variable"] == "age")
    assert age["evenness"]["value"] == pytest.approx(1)
    assert exact["understanding"]["subjective"]["n"] == 60
    assert public["understanding"]["subjective"]["sd"] is None


def test_the_acceptance_index_is_of_what_is_told_and_says_what_went_in(closed):
    exact, public = (release(closed, audience)["index"] for audience in Audience)

    # Usefulness, ease, trust and fairness 4 each; intention 10/3; comfort with privacy 6 - 2 = 4: 100 * (m - 1) / 4.
    assert exact["of"] == public["of"] == ["PU", "PE", "TR", "FA", "BI", "PCr"]
    assert exact["value"] == pytest.approx((5 * 75 + 100 * (10 / 3 - 1) / 4) / 6)
    assert exact["n"] == public["n"] == 60
    told = {
        construct["name"]: construct["mean"]["value"] for construct in release(closed, Audience.PUBLIC)["constructs"]
    }
    turned = [told[name] for name in ("PU", "PE", "TR", "FA", "BI")] + [6 - told["PC"]]
    assert public["value"] == pytest.approx(sum(25 * (mean - 1) for mean in turned) / 6)


def test_topics_of_a_group_of_twenty_are_for_the_desk_alone(closed):
    exact, public = (release(closed, audience)["groups"][0]["scores"] for audience in Audience)

    intention, hidden = (next(one for one in scores if one["construct"] == "BI") for scores in (exact, public))
    # Younger: 30 of 40 say 4, the others 2; older: 10 of 20.
    assert (intention["mean_rest"]["value"], intention["mean"]["value"]) == (3.5, 3)
    assert intention["gap"]["value"] == pytest.approx(0.5)
    assert (intention["size"]["word"], intention["test"]["reason"]) == ("MEDIUM", "TOO_FEW")
    assert (hidden["gap"]["reason"], hidden["gap"]["value"], hidden["size"]["value"]) == ("TOO_FEW", None, None)
    assert hidden["test"]["adjusted"] is None
    assert hidden["mean"]["value"] is None


def test_topics_of_groups_of_thirty_are_published_to_a_tenth(eva):
    survey = registered_survey(eva, n_min=50, m_min=10)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 40), accepting=30)
    answers_of(wave, take_part(survey, 30, age_band="75+", sex="m", prefix="old"), accepting=15)
    figures = release(closed_wave(wave), Audience.PUBLIC)

    intention = next(one for one in figures["groups"][0]["scores"] if one["construct"] == "BI")
    assert (intention["gap"]["value"], intention["gap"]["n"]) == (0.5, 70)
    assert intention["size"]["value"] == round(intention["size"]["value"], 1)
    assert intention["test"]["p"] is None
    assert intention["test"]["adjusted"] is not None
    assert intention["mean"]["value"] is intention["mean_rest"]["value"] is None


def test_sums_over_the_questions_of_knowledge_are_hidden_where_one_of_them_is(closed):
    exact, public = (release(closed, audience)["appendix"]["knowledge"] for audience in Audience)

    hidden = any(
        question["right"]["reason"] == "HIDDEN" or question["wrong"] is None or question["dont_know"] is None
        for question in release(closed, Audience.PUBLIC)["informed"]["questions"]
    )
    assert exact["objective"]["n"] == 60
    assert (public["objective"]["reason"] == "HIDDEN") == hidden


def test_what_was_frozen_before_later_figures_were_thought_of_is_still_shown(client_of, closed, eva):
    results, released, details = closed.results, closed.released, closed.verdict.details
    for figures in (results, released):
        for name in ("definitions", "appendix", "index", "scores", "use_unweighted", "endorse_unweighted"):
            del figures[name]
        for group in figures["groups"]:
            del group["scores"]
    del details["forfeited"]
    for line in filter(None, details["sensitivity"].values()):
        del line["outcome"], line["codes"]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Snapshot.objects.filter(pk=closed.pk).update(results=results, released=released)
        Verdict.objects.filter(pk=closed.verdict.pk).update(details=details)
        cursor.execute("SET session_replication_role = DEFAULT")

    wave = closed.wave_id
    for address in (f"/desk/waves/{wave}/", f"/desk/waves/{wave}/verdict/", f"/waves/{wave}/results/"):
        assert client_of(eva).get(address).status_code == 200, address
