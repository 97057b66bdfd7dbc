"""What is shown is read from the state alone and equals what the other modules give for the same counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from surveys.stats.bootstrap import driver_replicates
from surveys.stats.comprehension import understanding
from surveys.stats.drivers import Score, drivers_of_rows
from surveys.stats.estimates import Reason
from surveys.stats.figures import (
    Reading,
    accept_by_mode,
    accept_by_use_level,
    accept_without_suspects,
    cell_counts,
    construct_figures,
    construct_mean,
    construct_reliability,
    driver_figures,
    driver_scores,
    evidence,
    flag_figures,
    group_figures,
    group_scores,
    informed_figures,
    item_figures,
    knowledge_figures,
    lowest_items,
    margin_counts,
    outcome,
    outreach,
)
from surveys.stats.layout import Layout
from surveys.stats.means import mean_of_values
from surveys.stats.reliability import products_of_rows, reliability_of_products
from surveys.stats.representativeness import participation
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE
from surveys.stats.state import empty, tally
from surveys.stats.verdict import Kind, Minimum, Outcome, Rule, verdict
from surveys.stats.weights import rake

LAYOUT = Layout.of(
    {
        "items": [
            {"code": "TR1", "construct": "TR"},
            {"code": "TR2", "construct": "TR", "reverse": True},
            {"code": "BI1", "construct": "BI"},
            {"code": "BI2", "construct": "BI"},
            {"code": "BI3", "construct": "BI"},
        ],
        "accept": {"items": ["BI1", "BI2", "BI3"], "answered": 2},
        "use": {"items": ["BI1", "BI2"]},
        "endorse": {"items": ["BI3"]},
        "groups": ["65+"],
        "informed": {"questions": 4},
    }
)

# Case G16 of docs/methods.md: n and yes of six cells.
N = {"F/19-39": 40, "F/40-64": 30, "F/65+": 10, "M/19-39": 20, "M/40-64": 15, "M/65+": 5}
YES = {"F/19-39": 26, "F/40-64": 21, "F/65+": 4, "M/19-39": 14, "M/40-64": 7, "M/65+": 1}
MARGINS = [{"F": 4000, "M": 4000}, {"19-39": 3200, "40-64": 3200, "65+": 1600}]


def wave_of_g16():
    cells = [cell for cell, n in N.items() for _person in range(n)]
    accepts = [place < YES[cell] for cell, n in N.items() for place in range(n)]
    answers = np.array([[4, 2, 4, 4, 4] if yes else [2, 4, 2, 3, 2] for yes in accepts], dtype=np.int16)
    members = [[int("65+" in cell)] for cell in cells]
    return tally(LAYOUT, answers, cells=cells, members=members)


def wave_by_hand(**columns):
    answers = np.array(
        [
            [5, 1, 5, 5, 4],
            [4, 2, 4, 3, 5],
            [3, DONT_KNOW, 2, NO_ANSWER, 3],
            [2, 4, NOT_APPLICABLE, NO_ANSWER, 5],
        ],
        dtype=np.int16,
    )
    return tally(LAYOUT, answers, cells=["F", "F", "M", "M"], **columns)


def test_weighted_accept_and_gap_from_the_state_are_those_of_g16():
    state = wave_of_g16()
    weights = rake(cell_counts(state), MARGINS).weights
    accept = outcome(state, "accept", weights=weights)
    group = group_figures(state, "65+", weights=weights)

    assert (accept.value, accept.standard_error) == pytest.approx((0.56333333, 0.05057577), rel=1e-6)
    assert accept.n_star == pytest.approx(96.976113, rel=1e-6)
    assert (group.accept.value, group.accept.n_star) == pytest.approx((0.3, 14.237288), rel=1e-6)
    assert (group.accept_rest.value, group.accept_rest.n_star) == pytest.approx((0.62916667, 88.946924), rel=1e-6)
    assert (group.gap.interval.low, group.gap.interval.high) == pytest.approx((0.094650806, 0.5023244), rel=1e-6)
    assert (group.n, group.n_rest, group.unknown) == (15, 105, 0)


def test_unweighted_accept_is_plain_counts():
    accept = outcome(wave_of_g16(), "accept")

    assert (accept.value, accept.n, accept.n_star) == (73 / 120, 120, 120.0)
    assert (accept.interval.low, accept.interval.high) == pytest.approx((0.51893782, 0.69100803), rel=1e-6)


def test_items_are_shown_raw_with_what_is_missing():
    state = wave_by_hand()
    reversed_item, partly = item_figures(state, "TR2"), item_figures(state, "BI1")

    assert reversed_item.histogram == {1: 1, 2: 1, 3: 0, 4: 1, 5: 0}
    assert (reversed_item.n, reversed_item.answered, reversed_item.dont_know) == (4, 3, 1)
    assert reversed_item.missing_rate == 0.25
    assert (reversed_item.mean.value, reversed_item.median) == (pytest.approx(7 / 3), 2.0)
    assert (reversed_item.top_2.value, reversed_item.bottom_2.value) == pytest.approx((1 / 3, 2 / 3))
    # Where an item did not apply nobody failed to answer it.
    assert (partly.n, partly.answered, partly.not_applicable, partly.missing_rate) == (4, 3, 1, 0.0)


def test_construct_scores_turn_reversed_items_around_and_keep_partly_answered_ones():
    found = construct_figures(wave_by_hand(), "TR")

    assert (found.mean.value, found.mean.n) == (pytest.approx((5 + 4 + 3 + 2) / 4), 4)
    assert found.mean == replace(
        mean_of_values([5, 4, 3, 2]), sd=found.mean.sd, standard_error=found.mean.standard_error
    )
    assert (found.alpha.n, found.alpha.items) == (3, 2)


def test_alpha_needs_everybody_to_have_answered_all_items():
    found = construct_figures(wave_by_hand(), "BI")

    assert found.mean.n == 3
    assert (found.alpha.n, found.alpha.items) == (2, 3)


DRIVEN = Layout.of(
    {
        "items": [
            *({"code": f"PU{number}", "construct": "PU"} for number in (1, 2, 3)),
            {"code": "PC1", "construct": "PC"},
            {"code": "PC2", "construct": "PC", "reverse": True},
            *({"code": f"BI{number}", "construct": "BI"} for number in (1, 2, 3)),
        ],
        "drivers": {"constructs": ["PU", "PC"], "outcome": "BI", "turned": ["PC"]},
    }
)


def wave_with_drivers():
    """Raw answers of 200 people and their cells; every tenth left an item out."""
    random = np.random.default_rng(10)
    shared = random.normal(size=(200, 1)) + 0.8 * random.normal(size=(200, 3))
    columns = np.repeat(shared, [3, 2, 3], axis=1) * [1, 1, 1, -1, 1, 1, 1, 1]
    answers = np.clip(np.round(3.3 + 0.7 * columns + 0.5 * random.normal(size=columns.shape)), 1, 5).astype(np.int16)
    answers[::10, 2] = DONT_KNOW
    return answers, random.choice(["F/65+", "M/65+"], 200)


def test_drivers_are_those_of_the_people_who_answered_everything():
    answers, cells = wave_with_drivers()
    state, complete = tally(DRIVEN, answers, cells=cells), np.delete(answers, slice(0, 200, 10), axis=0)
    complete[:, 4] = 6 - complete[:, 4]
    scores = (Score("PU", 3), Score("PC", 2, turned=True), Score("BI", 3))

    assert driver_scores(DRIVEN) == scores
    assert driver_figures(state).n == 180
    for found, expected in zip(
        driver_figures(state).drivers,
        drivers_of_rows(scores, complete, outcome_alpha=construct_figures(state, "BI").alpha).drivers,
        strict=True,
    ):
        assert (found.name, found.coding_alarm) == (expected.name, False)
        assert (found.raw, found.priority) == pytest.approx((expected.raw, expected.priority))


def test_weighted_drivers_count_each_cell_by_its_weight():
    answers, cells = wave_with_drivers()
    weights = {"F/65+": 0.5, "M/65+": 2.0}
    state, answered = tally(DRIVEN, answers, cells=cells), np.arange(200) % 10 != 0
    complete = answers[answered].copy()
    complete[:, 4] = 6 - complete[:, 4]
    found = driver_figures(state, weights=weights)
    expected = drivers_of_rows(
        driver_scores(DRIVEN), complete, weights=np.array([weights[cell] for cell in cells[answered]])
    )

    assert (found.n, found.r_squared) == (180, pytest.approx(expected.r_squared))
    assert [driver.priority for driver in found.drivers] == pytest.approx(
        [driver.priority for driver in expected.drivers]
    )
    assert found.r_squared != pytest.approx(driver_figures(state).r_squared, abs=1e-6)


def test_stability_of_the_drivers_comes_from_replicates_of_the_cells():
    answers, cells = wave_with_drivers()
    state, ids = tally(DRIVEN, answers, cells=cells), np.arange(200)
    replicates = driver_replicates(DRIVEN, "pilot 7", ids, answers, cells=cells, replicates=50)
    halves = [
        driver_replicates(DRIVEN, "pilot 7", ids[half], answers[half], cells=cells[half], replicates=50)
        for half in (slice(0, 90), slice(90, 200))
    ]
    weights = {"F/65+": 0.5, "M/65+": 2.0}

    assert replicates == {cell: halves[0][cell].merge(halves[1][cell]) for cell in replicates}
    assert driver_figures(state).drivers[0].stability is None
    for found in (
        driver_figures(state, replicates=replicates),
        driver_figures(state, weights=weights, replicates=replicates),
    ):
        # Of two drivers both are always among the top two.
        assert found.replicates == 50
        assert [driver.stability for driver in found.drivers] == [1, 1]
    n = sum(one.stacks[0] for one in replicates.values())
    assert n.mean() == pytest.approx(180, rel=0.05)


def test_lowest_items_of_a_driver_stand_lowest_after_turning():
    rows = np.array([[5, 3, 4, 5, 2, 4, 4, 4], [5, 2, 4, 4, 1, 4, 4, 4]])
    state = tally(DRIVEN, rows, cells=["F", "F"])

    assert lowest_items(state, "PU") == ("PU2", "PU3")
    # A worry of 4 is a comfort of 2; the reversed item says so directly, with a 1.
    assert lowest_items(tally(DRIVEN, rows[1:], cells=["F"]), "PC") == ("PC2", "PC1")
    assert lowest_items(empty(DRIVEN), "PU") == ()


def test_reliability_of_a_construct_is_that_of_its_complete_answers():
    answers, cells = wave_with_drivers()
    found = construct_reliability(tally(DRIVEN, answers, cells=cells), "PU")

    assert found == reliability_of_products(*products_of_rows(answers[np.arange(200) % 10 != 0, :3]))
    assert found.omega.value is not None


def test_construct_mean_with_equal_weights_is_the_plain_one():
    state = wave_of_g16()
    plain, weighted = construct_figures(state, "BI").mean, construct_mean(state, "BI")

    assert (weighted.value, weighted.n) == (pytest.approx(plain.value), plain.n)
    assert weighted.interval.low == pytest.approx(plain.interval.low)


def test_companions_of_accept():
    state = wave_by_hand()

    assert (outcome(state, "accept").value, outcome(state, "accept").n) == (2 / 3, 3)
    # BI1 and BI2: 5 5, 4 3, 2 -, nothing.
    assert (outcome(state, "use").value, outcome(state, "use").n) == (1 / 3, 3)
    assert (outcome(state, "endorse").value, outcome(state, "endorse").n) == (3 / 4, 4)
    with pytest.raises(ValueError, match="name must be accept"):
        outcome(state, "like")


def test_people_who_did_not_say_are_in_neither_group():
    found = group_figures(wave_by_hand(members=[[1], [0], [-1], [0]]), "65+")

    assert (found.n, found.n_rest, found.unknown) == (1, 2, 1)
    assert (found.accept.value, found.accept.n) == (1.0, 1)
    assert (found.accept_rest.value, found.accept_rest.n) == (1.0, 1)
    assert found.gap.value == 0.0


def test_a_group_nobody_belongs_to_has_a_reason():
    found = group_figures(wave_by_hand(), "65+")

    assert (found.accept.reason, found.gap.reason) == (Reason.NO_ANSWERS, Reason.NO_ANSWERS)
    assert found.informed.reason == Reason.NO_ANSWERS


def test_scores_of_a_group_and_of_the_rest():
    scores = group_scores(wave_by_hand(members=[[1], [1], [0], [-1]]), "65+")
    members, rest = scores["TR"]

    assert (members.value, members.n) == (4.5, 2)
    assert (rest.value, rest.n) == (3.0, 1)


def test_understanding_and_acceptance_among_the_informed():
    marks = [[1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 1, DONT_KNOW], [NO_ANSWER] * 4]
    found = informed_figures(wave_by_hand(marks=marks, members=[[1], [0], [0], [0]]))
    group = group_figures(wave_by_hand(marks=marks, members=[[1], [0], [0], [0]]), "65+")

    assert (found.informed.value, found.informed.n, found.reading) == (2 / 3, 3, Reading.EXPLAIN_MORE)
    assert (found.accept_informed.value, found.accept_others.value) == (0.5, 1.0)
    assert found.gap.value == -0.5
    question = found.questions[3]
    assert (question.right.value, question.wrong, question.dont_know, question.no_answer) == (0.25, 1, 1, 1)
    assert (group.informed.n, group.informed_rest.n, group.informed_rest.value) == (1, 2, 0.5)


def test_without_questions_nothing_is_said_of_understanding():
    layout = Layout.of({"items": [{"code": "Q1"}]})
    found = informed_figures(tally(layout, np.array([[3]]), cells=["F"]))

    assert (found.informed.reason, found.reading, found.questions) == (Reason.NO_ANSWERS, None, ())
    assert found.gap.reason == Reason.NO_ANSWERS


def test_modes_and_use_levels_show_what_is_not_counted_too():
    state = wave_by_hand(
        modes=["self", "self", "paper", "assisted"], use_levels=[5, 4, 1, 0], counted=[True, True, False, True]
    )

    assert [(part.label, part.n, part.accept.value) for part in accept_by_mode(state)] == [
        ("self", 2, 1.0),
        ("assisted", 1, None),
        ("paper", 1, 0.0),
    ]
    assert [(part.label, part.n) for part in accept_by_use_level(state)] == [
        ("1", 1),
        ("2", 0),
        ("3", 0),
        ("4", 1),
        ("5", 1),
        ("unknown", 1),
    ]


def test_flags_are_counted_and_nobody_is_deleted():
    state = wave_by_hand(flags=[0b0110, 0b0001, 0, 0])
    found = flag_figures(state)

    assert found.kinds == {"speed": 1, "longstring": 1, "irv": 1, "pair": 0}
    assert (found.suspects.value, found.warning) == (0.25, True)
    assert (accept_without_suspects(state).value, accept_without_suspects(state).n) == (0.5, 2)
    assert outcome(state, "accept").n == 3


def test_outreach_counts_answers_by_completeness_and_the_rest_as_not_reached():
    found = outreach(wave_by_hand(counted=[True, False, True, True]), invited=10)

    assert (found.complete, found.partial, found.refused, found.no_contact) == (3, 1, 0, 6)
    assert participation(found, 10).value == 0.4
    with pytest.raises(ValueError, match="4 answers from 3"):
        outreach(wave_by_hand(), invited=3)


def test_categories_of_a_margin():
    assert margin_counts(wave_of_g16(), 1) == {"19-39": 60, "40-64": 45, "65+": 15}


def test_evidence_leads_to_the_verdict():
    rule = Rule(
        protected_groups=("65+",),
        m_min=10,
        criteria=(
            Minimum("TR", Kind.MEAN, 2.5),
            Minimum("endorse", Kind.SHARE, 0.4),
            Minimum("informed", Kind.SHARE, 0.5),
        ),
    )
    state = wave_of_g16()
    weights = rake(cell_counts(state), MARGINS).weights
    found = verdict(rule, 3, evidence(state, rule, weights=weights))

    assert found.outcome == Outcome.REVISE
    assert found.codes == ("INCLUSION_GAP:65+",)
    assert (found.n, found.n_star) == (120, pytest.approx(96.976113))
    assert [criterion.met for criterion in found.criteria] == [True, True, False]


def test_nobody_has_answered_yet():
    state = empty(LAYOUT)

    assert item_figures(state, "BI1").missing_rate is None
    assert construct_figures(state, "BI").mean.reason == Reason.NO_ANSWERS
    assert outcome(state, "accept").reason == Reason.NO_ANSWERS
    assert flag_figures(state).suspects.reason == Reason.NO_ANSWERS
    assert cell_counts(state) == {}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: item_figures(empty(LAYOUT), "XX"), "XX is no item"),
        (lambda: construct_figures(empty(LAYOUT), "XX"), "XX is no construct"),
        (lambda: construct_reliability(empty(LAYOUT), "XX"), "XX is no construct"),
        (lambda: lowest_items(empty(LAYOUT), "XX"), "XX is no construct"),
        (lambda: driver_figures(empty(LAYOUT)), "no drivers"),
        (lambda: driver_replicates(LAYOUT, "p", [], np.zeros((0, 5)), cells=[]), "no drivers"),
        (lambda: driver_replicates(DRIVEN, "p", [1], [[1, 2]], cells=["F"]), "answers must be n x 8"),
        (lambda: group_figures(empty(LAYOUT), "XX"), "XX is no group"),
        (lambda: group_scores(empty(LAYOUT), "XX"), "XX is no group"),
    ],
)
def test_what_the_layout_does_not_hold_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()


def test_knowledge_from_the_counts_is_the_mean_of_what_each_person_knows():
    layout = Layout.of({"items": [{"code": "Q"}], "informed": {"questions": 5}})
    chance = np.random.default_rng(5)
    marks = chance.choice([1, 0, DONT_KNOW, NO_ANSWER], (40, 5), p=[0.5, 0.2, 0.2, 0.1])
    # Case G25, and somebody who answered nothing.
    marks[0], marks[1] = [1, 1, 0, DONT_KNOW, 1], NO_ANSWER
    found = knowledge_figures(tally(layout, np.full((40, 1), 3), cells=["F"] * 40, marks=marks))
    people = [understanding(mark) for mark in marks.tolist() if set(mark) != {NO_ANSWER}]

    for mean, values in (
        (found.objective, [person.objective for person in people]),
        (found.corrected, [person.corrected for person in people]),
        (found.confident_wrong, [person.confident_wrong for person in people if person.confident_wrong is not None]),
    ):
        assert mean.n == len(values)
        assert mean.value == pytest.approx(np.mean(values))
        assert mean.sd == pytest.approx(np.std(values, ddof=1))
    with pytest.raises(ValueError, match="no comprehension questions"):
        knowledge_figures(tally(Layout.of({"items": [{"code": "Q"}]}), np.array([[3]]), cells=["F"]))
