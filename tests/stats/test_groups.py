"""Two groups: Student's sleep data as R gives it (G10), and the families of tests (G9)."""

from __future__ import annotations

import pytest

from surveys.stats.estimates import Reason
from surveys.stats.groups import benjamini_hochberg, cliff, hedges, holm, welch
from surveys.stats.means import mean_of_histogram, mean_of_sums

# In tenths of hours.
FIRST = [7, -16, -2, -12, -1, 34, 37, 8, 0, 20]
SECOND = [19, 8, 11, 1, -1, 44, 55, 16, 46, 34]


def mean_of(tenths):
    return mean_of_sums(len(tenths), sum(tenths), sum(value**2 for value in tenths), unit=10)


def counted(values):
    return {value: values.count(value) for value in set(values)}


def test_welch_of_the_sleep_data():
    found = welch(mean_of(FIRST), mean_of(SECOND))

    assert (found.t, found.degrees, found.p) == pytest.approx((-1.8608135, 17.776474, 0.07939414), rel=1e-6)
    interval = found.difference.interval
    assert (interval.low, interval.high) == pytest.approx((-3.3654832, 0.20548323), rel=1e-6)
    assert (found.difference.n_1, found.difference.n_2) == (10, 10)


def test_hedges_of_the_sleep_data():
    size = hedges(mean_of(FIRST), mean_of(SECOND))

    assert (size.plain, size.value, size.standard_error) == pytest.approx(
        (-0.83218108, -0.79693524, 0.46462635), rel=1e-6
    )
    assert (size.interval.low, size.interval.high) == pytest.approx((-1.7075861, 0.11371567), rel=1e-6)


def test_cliff_of_the_sleep_data():
    found = cliff(counted(FIRST), counted(SECOND))

    assert (found.value, found.standard_error) == pytest.approx((-0.49, 0.23313671), rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.81532759, 0.070481134), rel=1e-6)


def test_mann_whitney_p_is_scipys():
    from scipy.stats import mannwhitneyu

    expected = mannwhitneyu(FIRST, SECOND, method="asymptotic", use_continuity=False)

    assert cliff(counted(FIRST), counted(SECOND)).p == pytest.approx(expected.pvalue, rel=1e-9)


def test_complete_dominance_stays_in_its_bounds():
    found = cliff({1: 5}, {5: 5})

    assert (found.value, found.interval.low, found.interval.high) == (-1.0, -1.0, -1.0)
    assert cliff({3: 5}, {3: 5}).p is None


def test_too_few_and_too_equal_have_no_test():
    one, equal = mean_of_histogram({4: 1}), mean_of_histogram({4: 9})

    assert welch(one, equal).difference.reason == Reason.TOO_FEW
    assert welch(equal, equal).difference.reason == Reason.NO_VARIATION
    assert hedges(one, equal) is None
    assert hedges(equal, equal) is None
    assert cliff({4: 1}, {4: 9}) is None


def test_holm_and_benjamini_hochberg():
    p_values = [0.001, 0.012, 0.021, 0.040, 0.300]

    assert holm(p_values) == pytest.approx([0.005, 0.048, 0.063, 0.080, 0.300])
    assert benjamini_hochberg(p_values) == pytest.approx([0.005, 0.030, 0.035, 0.050, 0.300])


def test_families_keep_the_order_they_are_given_in():
    assert holm([0.300, 0.001]) == pytest.approx([0.300, 0.002])
    assert benjamini_hochberg([0.300, 0.001]) == pytest.approx([0.300, 0.002])
    with pytest.raises(ValueError, match="p_values"):
        holm([1.2])
