"""Two waves: the same people (G11 sleep data, G12 Agresti 1990), partly the same (G13), different ones."""

from __future__ import annotations

import pytest

from surveys.stats.change import available_means, paired_means, paired_shares, two_means, two_shares
from surveys.stats.estimates import Reason
from surveys.stats.means import Mean, mean_of_histogram
from surveys.stats.weights import weighted_share

FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


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
