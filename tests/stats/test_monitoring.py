"""The live band (G22, Waudby-Smith et al. 2024), EWMA and CUSUM (G20, G21: worked examples of the NIST handbook)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.monitoring import (
    CUSUM_ALLOWANCE,
    CUSUM_THRESHOLD,
    EWMA_WEIGHT,
    EWMA_WIDTH,
    SMALL_BASELINE,
    band_factor,
    cusum,
    ewma,
    live_band,
    monitor,
)
from surveys.stats.weights import weighted_share

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4 and 6.3.2.3.
EWMA_SAMPLE = [
    *(52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5),
    *(49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1),
]
CUSUM_SAMPLE = [
    *(324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600),
    *(324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350),
]
SERIES = st.lists(st.floats(-5, 5), max_size=40)


def share_of(n, yes):
    return weighted_share({"": (n, yes)})


@pytest.mark.parametrize(
    ("n", "factor"), [(50, 3.2510997), (125, 3.0538146), (200, 3.0351224), (400, 3.0640031), (800, 3.1309677)]
)
def test_band_factor_at_two_hundred_planned(n, factor):
    assert band_factor(n, planned=200) == pytest.approx(factor, rel=1e-6)


def test_band_of_a_weighted_share():
    band = live_band(0.56333333, 0.05057577, 120, planned=400)

    assert band_factor(120, planned=400) == pytest.approx(3.1890503, rel=1e-6)
    assert (band.interval.low, band.interval.high) == pytest.approx((0.40204466, 0.72462201), rel=1e-6)
    assert band.value is None
    assert band.n == 120


def test_band_is_narrowest_where_planned():
    assert min(range(50, 800, 50), key=lambda n: band_factor(n, planned=200)) == 200


def test_band_shows_from_thirty_on_and_stays_within_shares():
    assert live_band(0.5, 0.09, 29, planned=100).reason == Reason.TOO_FEW
    assert live_band(None, None, 0, planned=100).reason == Reason.TOO_FEW
    shown = live_band(0.95, 0.04, 30, planned=100)
    assert shown.interval.high == 1.0
    assert shown.reason is None


def test_agreement_of_all_gives_no_band_of_no_width():
    assert live_band(1.0, 0.0, 40, planned=100).reason == Reason.NO_VARIATION


@pytest.mark.parametrize("call", [{"n": 0, "planned": 9}, {"n": 9, "planned": 0}, {"n": 9, "planned": 9, "alpha": 5}])
def test_impossible_input_is_named(call):
    with pytest.raises(ValueError, match="n and planned|alpha"):
        band_factor(**call)


def test_ewma_of_the_handbook():
    chart = ewma(EWMA_SAMPLE, target=50, sigma=2.0539, weight=0.3, width=3)

    assert (chart.values[0], chart.values[1], chart.values[19]) == pytest.approx((50.6, 49.52, 51.988243), rel=1e-7)
    assert chart.asymptotic == pytest.approx((47.411568, 52.588432), rel=1e-7)
    assert chart.high[:2] == pytest.approx((51.84851, 52.256394), rel=1e-7)
    assert chart.low[:2] == pytest.approx((100 - 51.84851, 100 - 52.256394), rel=1e-7)
    assert (chart.alarms, chart.n, chart.reason) == ((), 20, None)


def test_cusum_of_the_handbook():
    chart = cusum(CUSUM_SAMPLE, target=325, allowance=0.3175, threshold=4.1959)

    assert chart.upper[:12] == pytest.approx((0, 0, 0, 0, 0.0325, 0, 0, 0, 0, 0, 0, 0), abs=1e-9)
    assert chart.upper[12:] == pytest.approx((3.0075, 4.94, 7.4475, 10.63, 11.9875, 14.445, 16.0025, 19.035))
    assert chart.alarms[0] == 14


def test_charts_run_about_a_year_of_days_between_false_alarms():
    # 4,000 charts of pure chance, side by side; the first ones also through the functions themselves.
    rng = np.random.default_rng(20260301)
    charts, longest = 4000, 6000
    average, above, below = np.zeros(charts), np.zeros(charts), np.zeros(charts)
    stopped = {"ewma": np.zeros(charts, dtype=int), "cusum": np.zeros(charts, dtype=int)}
    first: list[np.ndarray] = []
    for period in range(1, longest + 1):
        x = rng.standard_normal(charts)
        first.append(x[:5])
        average = EWMA_WEIGHT * x + (1 - EWMA_WEIGHT) * average
        above = np.maximum(0, above + x - CUSUM_ALLOWANCE)
        below = np.maximum(0, below - x - CUSUM_ALLOWANCE)
        limit = EWMA_WIDTH * np.sqrt(EWMA_WEIGHT / (2 - EWMA_WEIGHT) * (1 - (1 - EWMA_WEIGHT) ** (2 * period)))
        for name, alarm in (
            ("ewma", np.abs(average) > limit),
            ("cusum", np.maximum(above, below) > CUSUM_THRESHOLD),
        ):
            stopped[name][(stopped[name] == 0) & alarm] = period
        if all(found.all() for found in stopped.values()):
            break

    assert all(found.all() for found in stopped.values())
    assert stopped["ewma"].mean() == pytest.approx(365, abs=15)
    assert stopped["cusum"].mean() == pytest.approx(365, abs=15)
    for chart, values in enumerate(np.array(first).T.tolist()):
        assert ewma(values).alarms[0] == stopped["ewma"][chart]
        assert cusum(values).alarms[0] == stopped["cusum"][chart]


@given(SERIES, st.floats(-3, 3), st.floats(0.1, 10))
def test_unit_of_the_values_does_not_matter(values, target, sigma):
    raw = [target + sigma * value for value in values]
    plain, scaled = ewma(values), ewma(raw, target=target, sigma=sigma)
    sums, scaled_sums = cusum(values), cusum(raw, target=target, allowance=0.5 * sigma, threshold=4.77 * sigma)

    assert scaled.values == pytest.approx([target + sigma * value for value in plain.values], abs=1e-9)
    assert scaled_sums.upper == pytest.approx([sigma * value for value in sums.upper], abs=1e-9)
    assert scaled_sums.lower == pytest.approx([sigma * value for value in sums.lower], abs=1e-9)


@given(SERIES)
def test_turning_the_values_around_turns_the_charts_around(values):
    turned = [-value for value in values]

    assert ewma(turned).values == pytest.approx([-value for value in ewma(values).values])
    assert (cusum(turned).upper, cusum(turned).lower) == (cusum(values).lower, cusum(values).upper)


def test_a_fall_from_seven_in_ten_to_six_raises_both_alarms():
    found = monitor(share_of(200, 140), [share_of(100, 70), *[share_of(100, 60)] * 5])

    # (.6 - .7) / sqrt(.21 (1/200 + 1/100)), by hand.
    assert found.distances == pytest.approx((0, *[-1.7817416] * 5), rel=1e-7)
    assert found.alarms[0] == 4
    assert found.second_alarms[0] == 5
    assert (found.n, found.warnings, found.reason) == (600, (), None)


def test_distance_uses_what_weighted_answers_are_worth():
    weighted = weighted_share({"a": (60, 45), "b": (60, 28)}, {"a": 1, "b": 3})
    found = monitor(share_of(400, 280), [weighted])

    expected = (weighted.value - 0.7) / (0.21 * (1 / 400 + 1 / weighted.n_star)) ** 0.5
    assert weighted.n_star < 120
    assert found.distances == pytest.approx((expected,))


def test_a_period_without_answers_leaves_the_charts_waiting():
    with_gap = monitor(share_of(200, 140), [share_of(100, 60), weighted_share({}), *[share_of(100, 60)] * 4])
    without = monitor(share_of(200, 140), [share_of(100, 60)] * 5)

    assert with_gap.distances[1] is None
    assert with_gap.periods == (1, 3, 4, 5, 6)
    assert with_gap.ewma == without.ewma
    assert (without.alarms[0], with_gap.alarms[0]) == (3, 4)


def test_a_baseline_of_few_people_is_said_to_be_one():
    assert monitor(share_of(199, 140), [share_of(100, 60)]).warnings == (SMALL_BASELINE,)
    assert monitor(share_of(200, 140), [share_of(100, 60)]).warnings == ()


def test_nothing_to_compare_is_a_reason():
    some = share_of(100, 60)

    assert monitor(weighted_share({}), [some]).reason == Reason.NO_ANSWERS
    assert monitor(some, []).reason == Reason.NO_ANSWERS
    assert monitor(some, [weighted_share({})]).reason == Reason.NO_ANSWERS
    assert monitor(share_of(100, 100), [some]).reason == Reason.NO_VARIATION
    assert ewma([]).reason == cusum([]).reason == Reason.NO_ANSWERS


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: ewma([1.0], sigma=0), "sigma"),
        (lambda: ewma([1.0], weight=0), "weight"),
        (lambda: ewma([1.0], weight=1.1), "weight"),
        (lambda: ewma([1.0], width=0), "width"),
        (lambda: ewma([float("nan")]), "values"),
        (lambda: cusum([1.0], allowance=-1), "allowance"),
        (lambda: cusum([1.0], threshold=0), "threshold"),
        (lambda: cusum([float("inf")]), "values"),
    ],
)
def test_impossible_charts_are_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
