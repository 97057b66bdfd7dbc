"""Two waves: the same people (G11 sleep data, G12 Agresti 1990), partly the same (G13), different ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.stats.change import (
    attrition,
    available_means,
    available_shares,
    available_weighted,
    paired_means,
    paired_means_of_sums,
    paired_shares,
    two_means,
    two_shares,
)
from surveys.stats.estimates import Reason
from surveys.stats.means import Mean, mean_of_histogram, mean_of_values
from surveys.stats.proportions import wilson
from surveys.stats.weights import CellSums, WeightedMean, weighted_mean, weighted_share

FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
PAIRS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40)
COUNT = st.integers(0, 200)


def test_the_same_people_twice():
    found = paired_means(FIRST, SECOND)

    assert (found.change.value, found.t, found.p) == pytest.approx((1.58, 4.0621277, 0.0028328902), rel=1e-6)
    assert (found.change.interval.low, found.change.interval.high) == pytest.approx((0.70011424, 2.4598858), rel=1e-6)
    assert (found.d_z, found.d_av, found.r) == pytest.approx((1.2845576, 0.83218108, 0.79517021), rel=1e-6)


def test_everybody_moving_alike_has_no_test():
    found = paired_means([1, 2], [2, 3])

    assert (found.change.value, found.t, found.d_z) == (1.0, None, None)
    assert found.r == pytest.approx(1.0)
    assert paired_means([], []).change.reason == Reason.NO_ANSWERS


def test_a_yes_of_the_same_people():
    found = paired_shares(794, 150, 86, 570)

    assert found.value == pytest.approx(-0.04)
    assert (found.p, found.chi_square) == pytest.approx((3.7159361e-05, 16.817797), rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.058682936, -0.021217189), rel=1e-6)
    assert found.n == 1600


def test_nobody_moved_is_no_sign_of_change():
    found = paired_shares(40, 0, 0, 10)

    assert (found.value, found.p, found.chi_square) == (0.0, 1.0, 0.0)
    assert 0.0 in found.interval
    assert paired_shares(0, 0, 0, 0).reason == Reason.NO_ANSWERS


def test_partly_the_same_people():
    before = Mean(3.50, 1.0, 1.0 / 120**0.5, None, 120)
    after = Mean(3.75, 0.9, 0.9 / 110**0.5, None, 110)
    found = available_means(before, after, in_both=90, covariance=0.5 * 1.0 * 0.9)

    assert found.value == pytest.approx(0.25)
    assert (found.interval.high - found.interval.low) / 2 / 1.959963985 == pytest.approx(0.097778352, rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.058357951, 0.44164205), rel=1e-6)


def test_different_people_change_by_later_minus_earlier():
    # G5 and G10 the other way round.
    shares = two_shares(weighted_share({"": (80, 48)}), weighted_share({"": (70, 56)}))
    means = two_means(mean_of_histogram({2: 5, 3: 5}), mean_of_histogram({3: 5, 4: 5}))

    assert (shares.interval.low, shares.interval.high) == pytest.approx((0.052431472, 0.33387265), rel=1e-6)
    assert (shares.n_1, shares.n_2) == (70, 80)
    assert means.difference.value == 1.0


def test_a_wave_without_answers_is_a_reason():
    nothing, some = weighted_share({}), weighted_share({"": (80, 48)})

    assert two_shares(nothing, some).reason == Reason.NO_ANSWERS
    assert available_means(mean_of_histogram({4: 1}), mean_of_histogram({4: 9})).reason == Reason.TOO_FEW


def test_the_same_people_twice_from_exact_sums():
    # G11 in tenths of hours.
    x, y = [round(10 * hours) for hours in FIRST], [round(10 * hours) for hours in SECOND]
    squares = sum(value**2 for value in x), sum(value**2 for value in y)
    products = sum(early * late for early, late in zip(x, y, strict=True))
    found = paired_means_of_sums(10, (sum(x), sum(y)), squares, products, unit=10)

    assert (found.change.value, found.t, found.p) == pytest.approx((1.58, 4.0621277, 0.0028328902), rel=1e-6)
    assert (found.change.interval.low, found.change.interval.high) == pytest.approx((0.70011424, 2.4598858), rel=1e-6)
    assert (found.d_z, found.d_av, found.r) == pytest.approx((1.2845576, 0.83218108, 0.79517021), rel=1e-6)
    assert paired_means_of_sums(0, (0, 0), (0, 0), 0).change.reason == Reason.NO_ANSWERS


@given(PAIRS)
def test_paired_means_are_scipys_and_turn_around_with_the_waves(pairs):
    from scipy.stats import ttest_rel

    early, late = [one for one, _other in pairs], [other for _one, other in pairs]
    found, back = paired_means(early, late), paired_means(late, early)
    assert found.change.value == pytest.approx(-back.change.value)
    assert found.r == (None if back.r is None else pytest.approx(back.r))
    assume(found.t is not None)
    expected = ttest_rel(late, early)
    low, high = expected.confidence_interval()

    assert (found.t, found.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-8)
    assert (found.change.interval.low, found.change.interval.high) == pytest.approx((low, high), abs=1e-9)


@given(COUNT, COUNT, COUNT, COUNT)
def test_mcnemar_is_that_of_statsmodels(stayed, lost, gained, never):
    from statsmodels.stats.contingency_tables import mcnemar

    assume(lost + gained)
    found = paired_shares(stayed, lost, gained, never)
    table = [[stayed, lost], [gained, never]]

    assert found.p == pytest.approx(mcnemar(table, exact=True).pvalue, rel=1e-8)
    if lost != gained:
        # With as many lost as gained, statsmodels gives the correction itself as chi-square.
        assert found.chi_square == pytest.approx(mcnemar(table, exact=False, correction=True).statistic)
    back = paired_shares(stayed, gained, lost, never)
    assert (found.interval.low, found.p) == pytest.approx((-back.interval.high, back.p))


def test_shares_of_partly_the_same_people_are_newcombes_without_them():
    before, after = weighted_share({"": (80, 48)}), weighted_share({"": (70, 56)})
    found = available_shares(before, after)

    assert (found.interval.low, found.interval.high) == pytest.approx((0.052431472, 0.33387265), rel=1e-6)
    assert (found.n_1, found.n_2) == (70, 80)


def test_people_who_said_the_same_twice_make_the_change_surer():
    before, after = weighted_share({"": (120, 60)}), weighted_share({"": (110, 66)})
    widths = [
        available_shares(before, after, in_both=90, covariance=covariance).interval
        for covariance in (-0.1, 0.0, 0.1, 0.2)
    ]

    assert sorted(widths, key=lambda interval: interval.low - interval.high) == widths
    assert available_shares(before, weighted_share({})).reason == Reason.NO_ANSWERS
    assert available_shares(before, weighted_share({"": (5, 5)}), in_both=5).interval.high <= 1


def test_the_same_people_who_said_the_same_twice_have_not_changed():
    share, mean = weighted_share({"": (100, 62)}), mean_of_histogram({3: 7, 4: 5, 5: 2})
    same_shares = available_shares(share, share, in_both=100, covariance=62 * 38 / (100 * 99))
    same_means = available_means(mean, mean, in_both=14, covariance=mean.sd**2)

    assert same_shares.value == 0.0
    assert 0.0 in same_shares.interval
    assert (same_means.value, same_means.interval, same_means.reason) == (0.0, None, Reason.NO_VARIATION)


def test_means_that_do_not_vary_have_a_change_and_no_interval():
    three, four = mean_of_histogram({3: 9}), mean_of_histogram({4: 9})
    constant = WeightedMean(3.0, 0.0, None, 9)

    assert (available_means(three, four).value, available_means(three, four).reason) == (1.0, Reason.NO_VARIATION)
    assert available_weighted(constant, constant).reason == Reason.NO_VARIATION


@given(PAIRS, st.lists(st.integers(1, 5), max_size=5), st.lists(st.integers(1, 5), max_size=5))
def test_no_two_waves_of_real_people_are_refused(pairs, only_before, only_after):
    both = len(pairs)
    early, late = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    waves = early + only_before, late + only_after
    means = [mean_of_values(wave) for wave in waves]
    shares = [weighted_share({"": (len(wave), sum(value > 3 for value in wave))}) for wave in waves]
    of_means = available_means(*means, in_both=both, covariance=float(np.cov(early, late)[0, 1]))
    yes = np.cov(np.greater(early, 3), np.greater(late, 3))[0, 1]
    of_shares = available_shares(*shares, in_both=both, covariance=float(yes))

    assert of_means.value == pytest.approx(means[1].value - means[0].value)
    assert of_means.interval is not None or of_means.reason == Reason.NO_VARIATION
    assert -1 <= of_shares.interval.low <= of_shares.value <= of_shares.interval.high <= 1


def test_weighted_means_of_two_waves_leave_out_what_they_have_in_common():
    before = weighted_mean({"a": CellSums(60, 210, 760)}, {"a": 1.5}, respondents=60)
    after = weighted_mean({"a": CellSums(50, 190, 740)}, {"a": 1.5}, respondents=50)
    found = available_weighted(before, after)
    half = 1.959963985 * (before.standard_error**2 + after.standard_error**2) ** 0.5

    assert found.value == pytest.approx(0.3)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.3 - half, 0.3 + half))
    assert available_weighted(WeightedMean(3.0, None, None, 1), after).reason == Reason.TOO_FEW


def test_those_who_left_are_compared_with_those_who_stayed():
    # G19 as the cells of the earlier wave: 410 of 1,000 stayed.
    stayers, leavers = mean_of_histogram({3: 100, 4: 200, 5: 110}), mean_of_histogram({2: 150, 3: 240, 4: 200})
    alike = mean_of_histogram({3: 100, 4: 200, 5: 110})
    found = attrition(
        {"a": 500, "b": 300, "c": 200, "nobody": 0},
        {"a": 250, "b": 120, "c": 40},
        {"TR": (stayers, leavers), "PU": (stayers, alike), "FA": (stayers, mean_of_histogram({}))},
    )

    assert (found.retention.value, found.retention.n) == (0.41, 1000)
    assert found.retention.interval == wilson(410, 1000)
    assert found.evenness.value == pytest.approx(0.77273, abs=5e-6)
    assert found.leavers["TR"].value < -0.2
    assert found.leavers["PU"].value == 0
    assert found.leavers["FA"].reason == Reason.TOO_FEW
    assert found.telling == ("TR",)


def test_nobody_to_leave_is_a_reason():
    nobody, one = attrition({}, {}, {}), attrition({"a": 1}, {}, {})

    assert (nobody.reason, nobody.retention.reason) == (Reason.NO_ANSWERS, Reason.NO_ANSWERS)
    assert (one.retention.value, one.evenness) == (0.0, None)


def test_impossible_input_is_named():
    ten = mean_of_histogram({3: 5, 4: 5})
    with pytest.raises(ValueError, match="lost"):
        paired_shares(1, -1, 1, 1)
    with pytest.raises(ValueError, match="equal lengths: before 1, after 2"):
        paired_means([1], [1, 2])
    with pytest.raises(ValueError, match="in_both"):
        available_means(ten, ten, in_both=11)
    with pytest.raises(ValueError, match="covariance"):
        available_means(ten, ten, in_both=10, covariance=9)
    with pytest.raises(ValueError, match="in_both"):
        available_shares(weighted_share({"": (8, 4)}), weighted_share({"": (9, 4)}), in_both=9)
    with pytest.raises(ValueError, match="covariance"):
        available_shares(weighted_share({"": (8, 4)}), weighted_share({"": (9, 4)}), in_both=8, covariance=0.5)
    with pytest.raises(ValueError, match="sum of squares"):
        paired_means_of_sums(2, (2, 4), (2, 8), 9)
    with pytest.raises(ValueError, match="4 answers of 3 people in cell a"):
        attrition({"a": 3}, {"a": 4}, {})
