"""Rates by AAPOR's definitions (G14), distance from the population (G16), R-indicator (G19, Schouten et al. 2009)."""

from __future__ import annotations

import pytest

from surveys.stats.representativeness import (
    Outreach,
    coverage,
    dissimilarity,
    participation,
    r_indicator,
    response_rates,
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


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: Outreach(-1), "complete"),
        (lambda: response_rates(Outreach(1), eligible_share=1.2), "eligible_share"),
        (lambda: participation(Outreach(9), 8), "9 answers from 8"),
        (lambda: dissimilarity({"x": 1}, {"y": 1}), "population lacks the categories x"),
        (lambda: dissimilarity({}, {}), "population"),
        (lambda: coverage({"a": 1}, {"a": 0}), "population"),
        (lambda: r_indicator({"a": 3}, {"a": 4}), "4 answers of 3"),
        (lambda: r_indicator({"a": 3}, {"b": 1}), "frame lacks the cells b"),
        (lambda: r_indicator({"a": 1}, {}), "at least two people"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
