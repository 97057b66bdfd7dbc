"""Means from sums and histograms, against the sample sheet of the UEQ-S tool (published) and R."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.means import mean_of_histogram, mean_of_sums, mean_of_values, median_of_histogram

# G2: scores of ten people in the sample of the official tool, in quarters.
PRAGMATIC = [0, 3, 4, 5, 1, 3, 7, 6, 9, 6]


def test_sums_in_units_give_mean_sd_and_interval_of_the_published_sample():
    mean = mean_of_sums(10, sum(PRAGMATIC), sum(value**2 for value in PRAGMATIC), unit=4)

    assert mean.value == pytest.approx(1.10)
    assert mean.sd == pytest.approx(0.68920244, rel=1e-6)
    assert (mean.interval.low, mean.interval.high) == pytest.approx((0.60697428, 1.5930257), rel=1e-6)
    assert mean.n == 10


def test_listed_values_give_the_same():
    listed = mean_of_values([value / 4 for value in PRAGMATIC])

    assert listed == mean_of_sums(10, sum(PRAGMATIC), sum(value**2 for value in PRAGMATIC), unit=4)


@given(st.lists(st.integers(-3, 7), min_size=2, max_size=60))
def test_histogram_and_list_agree(values):
    histogram = {value: values.count(value) for value in range(-3, 8)}
    counted, listed = mean_of_histogram(histogram), mean_of_values(values)

    assert counted.value == pytest.approx(listed.value)
    assert counted.sd == pytest.approx(listed.sd)
    assert sorted(values)[(len(values) - 1) // 2] <= median_of_histogram(histogram) <= sorted(values)[len(values) // 2]


def test_ten_million_answers_lose_nothing():
    # The same spread a thousand times over a thousand: a float variance from sums would cancel here.
    mean = mean_of_histogram({10**6: 5_000_000, 10**6 + 1: 5_000_000})

    assert mean.sd == pytest.approx(0.5, rel=1e-7)


def test_one_answer_has_a_mean_and_no_interval():
    one = mean_of_sums(1, 240, 57600, unit=60)

    assert (one.value, one.sd, one.interval, one.reason) == (4.0, None, None, Reason.TOO_FEW)
    assert mean_of_values([4]).reason == Reason.TOO_FEW


def test_no_answers_are_a_reason():
    assert mean_of_sums(0, 0, 0).reason == Reason.NO_ANSWERS
    assert mean_of_values([]).reason == Reason.NO_ANSWERS
    assert median_of_histogram({1: 0, 2: 0}) is None


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: mean_of_sums(-1, 0, 0), "n cannot"),
        (lambda: mean_of_sums(2, 10, 10), "sum 10"),
        (lambda: mean_of_sums(0, 1, 1), "sum 1"),
        (lambda: mean_of_sums(2, 3, 5, unit=0), "unit"),
        (lambda: mean_of_histogram({1: -1}), "histogram"),
        (lambda: median_of_histogram({1: -1, 2: 3}), "histogram"),
        (lambda: mean_of_values([1, float("inf")]), "values must be finite"),
        (lambda: mean_of_values([1], confidence=95), "confidence"),
        (lambda: mean_of_sums(2, 3, 5, confidence=1), "confidence"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
