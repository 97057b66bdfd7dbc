"""Rates by AAPOR's definitions (G14), distance from the population (G16), R-indicator (G19, Schouten et al. 2009),
and whom a service leaves out (gaps of G16 and G23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.groups import Magnitude, cliff
from surveys.stats.proportions import share_of
from surveys.stats.representativeness import (
    GroupAnswers,
    Outreach,
    coverage,
    dissimilarity,
    inclusion_panel,
    participation,
    r_indicator,
    response_rates,
)
from surveys.stats.weights import weighted_share


def group_of(name, members, rest, *, informed=(0, 0), informed_rest=(0, 0), population=None):
    """(people, yes) of a group and of everybody else."""
    return GroupAnswers(
        name,
        weighted_share({"": members}),
        weighted_share({"": rest}),
        share_of(informed[1], informed[0]),
        share_of(informed_rest[1], informed_rest[0]),
        members[0],
        rest[0],
        population,
    )


def test_response_rates_one_to_six():
    rates = response_rates(Outreach(620, 45, 210, 180, 25, 320), eligible_share=0.80)

    assert [rates[f"RR{number}"] for number in range(1, 7)] == pytest.approx(
        [0.44285714, 0.475, 0.46407186, 0.49775449, 0.57407407, 0.61574074], rel=1e-6
    )


def test_participation_counts_partial_answers_and_has_wilsons_interval():
    rate = participation(Outreach(complete=70, partial=11), 263)

    # 81 of 263: Newcombe 1998.
    assert (rate.interval.low, rate.interval.high) == pytest.approx((0.25528852, 0.36620958), rel=1e-6)
    assert rate.n == 263


def test_nobody_invited_is_no_rate():
    assert participation(Outreach(0), 0).value is None
    assert response_rates(Outreach(0, unknown=5), eligible_share=1) is None


def test_dissimilarity_of_age_in_g16():
    assert dissimilarity(
        {"19-39": 60, "40-64": 45, "65+": 15}, {"19-39": 3200, "40-64": 3200, "65+": 1600}
    ) == pytest.approx(0.1)
    assert dissimilarity({}, {"19-39": 1}) is None


def test_coverage_names_the_worst_covered_first_even_with_nobody_in_it():
    found = coverage({"young": 30}, {"young": 80, "old": 20})

    assert [(of.group, of.n, of.ratio) for of in found] == [("old", 0, 0.0), ("young", 30, pytest.approx(1.25))]
    assert coverage({}, {"young": 80, "old": 20}) == []


def test_r_indicator_and_its_parts():
    found = r_indicator({"a": 500, "b": 300, "c": 200}, {"a": 250, "b": 120, "c": 40})
    even = r_indicator({"a": 3200, "b": 3200, "c": 1600}, {"a": 60, "b": 45, "c": 15})

    assert found.value == pytest.approx(0.77273, abs=5e-6)
    assert list(found.partial.values()) == pytest.approx([0.063639610, -0.0054772256, -0.093914855], rel=1e-6)
    assert found.n == 410
    assert even.value == pytest.approx(0.99298395, rel=1e-6)


def test_gap_of_g23_in_the_panel():
    panel = inclusion_panel(
        [group_of("65+", (30, 12), (95, 76), informed=(30, 15), informed_rest=(95, 76), population=0.4)]
    )
    (old,) = panel.groups

    assert (old.gap.value, old.gap.interval.low, old.gap.interval.high) == pytest.approx(
        (0.4, 0.2326412, 0.54529118), rel=1e-6
    )
    assert old.gap.interval.confidence == pytest.approx(0.90)
    assert old.coverage == pytest.approx(0.24 / 0.4)
    assert old.understanding_gap.value == pytest.approx(0.3)
    assert old.test.adjusted == old.test.p == pytest.approx(cliff({1: 12, 0: 18}, {1: 76, 0: 19}).p, rel=1e-9)
    assert (old.word, panel.worst, panel.least_covered, panel.unheard, panel.n) == (
        Magnitude.MEDIUM,
        "65+",
        "65+",
        (),
        125,
    )


def test_weighted_gap_of_g16_is_on_n_star():
    weights = {"F/19-39": 40, "F/40-64": 160 / 3, "F/65+": 80, "M/19-39": 80, "M/40-64": 320 / 3, "M/65+": 160}
    cells = {"F/19-39": (40, 26), "F/40-64": (30, 21), "F/65+": (10, 4)}
    cells |= {"M/19-39": (20, 14), "M/40-64": (15, 7), "M/65+": (5, 1)}
    old, rest = (
        weighted_share({cell: cells[cell] for cell in cells if ("65+" in cell) is is_old}, weights, respondents=120)
        for is_old in (True, False)
    )
    nothing = share_of(0, 0)
    (found,) = inclusion_panel([GroupAnswers("65+", old, rest, nothing, nothing, 15, 105)]).groups

    assert (found.gap.value, found.gap.interval.low, found.gap.interval.high) == pytest.approx(
        (0.32916667, 0.094650806, 0.5023244), rel=1e-6
    )
    # Fifteen people are shown and not tested.
    assert (found.test.p, found.test.reason) == (None, Reason.TOO_FEW)
    assert (found.coverage, found.understanding_gap.reason) == (None, Reason.NO_ANSWERS)


def test_two_groups_of_g23_have_wider_intervals():
    alone = inclusion_panel([group_of("65+", (40, 24), (85, 64))]).groups[0]
    one_of_two = inclusion_panel([group_of("65+", (40, 24), (85, 64)), group_of("no car", (50, 35), (75, 53))])

    assert alone.gap.value == pytest.approx(0.15294118, rel=1e-6)
    assert alone.gap.interval.low == pytest.approx(0.00882599, rel=1e-6)
    assert one_of_two.groups[0].gap.interval.low == pytest.approx(-0.01704652, rel=1e-6)
    assert one_of_two.groups[0].test.adjusted == pytest.approx(2 * alone.test.p)


def test_the_worst_group_is_named_among_those_that_could_be_heard():
    panel = inclusion_panel(
        [
            group_of("few", (5, 0), (120, 80), population=0.02),
            group_of("behind", (50, 30), (75, 60), population=0.5),
            group_of("ahead", (60, 50), (65, 40), population=0.3),
            group_of("nobody", (0, 0), (125, 80), population=0.1),
        ]
    )

    assert (panel.worst, panel.unheard, panel.least_covered) == ("behind", ("few", "nobody"), "nobody")
    assert panel.groups[3].coverage == 0
    assert (panel.groups[3].gap.reason, panel.groups[3].word) == (Reason.NO_ANSWERS, None)


def test_no_gap_names_nobody():
    assert inclusion_panel([group_of("ahead", (60, 50), (65, 40))]).worst is None
    assert inclusion_panel([]).reason == Reason.NO_ANSWERS


@given(st.permutations(["few", "behind", "ahead"]))
def test_order_of_the_groups_changes_no_finding(order):
    groups = {
        "few": group_of("few", (5, 0), (120, 80), population=0.02),
        "behind": group_of("behind", (50, 30), (75, 60), population=0.5),
        "ahead": group_of("ahead", (60, 50), (65, 40), population=0.3),
    }
    panel, shuffled = inclusion_panel(list(groups.values())), inclusion_panel([groups[name] for name in order])

    assert {one.name: one for one in shuffled.groups} == {one.name: one for one in panel.groups}
    assert (shuffled.worst, shuffled.least_covered) == (panel.worst, panel.least_covered)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: Outreach(-1), "complete"),
        (lambda: response_rates(Outreach(1), eligible_share=1.2), "eligible_share"),
        (lambda: participation(Outreach(9), 8), "9 answers from 8"),
        (lambda: dissimilarity({"x": 1}, {"y": 1}), "population lacks the categories x"),
        (lambda: dissimilarity({}, {}), "population"),
        (lambda: dissimilarity({"a": -1, "b": 3}, {"a": 1, "b": 1}), "counts cannot be negative, got -1 in a"),
        (lambda: coverage({"a": -1, "b": 3}, {"a": 1, "b": 1}), "counts cannot be negative"),
        (lambda: coverage({"a": 1}, {"a": 0}), "population"),
        (lambda: r_indicator({"a": 3}, {"a": 4}), "4 answers of 3"),
        (lambda: r_indicator({"a": 3}, {"b": 1}), "frame lacks the cells b"),
        (lambda: r_indicator({"a": 1}, {}), "at least two people"),
        (lambda: inclusion_panel([group_of("x", (9, 3), (9, 3), population=2)]), "population of x"),
        (lambda: inclusion_panel([], least=0), "least"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
