"""Two groups: Student's sleep data as R gives it (G10), families of tests (G9), the same as scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.groups import (
    CLIFF,
    HEDGES,
    Magnitude,
    benjamini_hochberg,
    cliff,
    difference_of_shares,
    exploratory_family,
    hedges,
    holm,
    magnitude,
    registered_family,
    shares_p,
    welch,
)
from surveys.stats.means import mean_of_histogram, mean_of_sums
from surveys.stats.weights import weighted_share

ANSWERS = st.lists(st.integers(1, 5), min_size=2, max_size=40)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)

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


@pytest.mark.parametrize(
    ("first", "second", "value", "low", "high"),
    [
        # G5.
        ((70, 56), (80, 48), 0.2, 0.052431472, 0.33387265),
        ((10, 9), (10, 3), 0.6, 0.17052272, 0.80901797),
        ((7, 6), (7, 2), 4 / 7, 0.058227927, 0.80624964),
        ((56, 5), (29, 0), 5 / 56, -0.038137148, 0.19256001),
    ],
)
def test_difference_of_shares_has_the_limits_newcombe_printed(first, second, value, low, high):
    found = difference_of_shares(weighted_share({"": first}), weighted_share({"": second}))

    assert (found.value, found.interval.low, found.interval.high) == pytest.approx((value, low, high), rel=1e-6)
    assert (found.n_1, found.n_2, found.method, found.reason) == (first[0], second[0], "newcombe", None)


def test_difference_from_nobody_is_a_reason():
    nobody, some = weighted_share({}), weighted_share({"": (9, 4)})

    assert difference_of_shares(some, nobody).reason == difference_of_shares(nobody, some).reason == Reason.NO_ANSWERS
    with pytest.raises(ValueError, match="confidence"):
        difference_of_shares(nobody, some, confidence=90)


def test_complete_dominance_of_a_few_is_not_certain():
    few, many = cliff({1: 5}, {5: 5}), cliff({5: 500}, {1: 400})
    t = 2.306004135  # of 8 degrees of freedom

    assert (few.value, few.interval.low) == (-1.0, -1.0)
    assert few.interval.high == pytest.approx(-(5 - t**2) / (5 + t**2))
    assert (many.value, many.interval.high) == (1.0, 1.0)
    assert 0.98 < many.interval.low < 1


def test_the_limit_at_complete_dominance_is_where_the_largest_variance_reaches_it():
    found = cliff({1: 40}, {5: 60})
    limit = found.interval.high
    t = 1.984467454  # of 98 degrees of freedom

    assert (1 + limit) ** 2 == pytest.approx(t**2 * (1 - limit**2) / 40)


def test_too_few_and_too_equal_have_no_test():
    one, equal = mean_of_histogram({4: 1}), mean_of_histogram({4: 9})

    assert welch(one, equal).difference.reason == Reason.TOO_FEW
    assert welch(equal, equal).difference.reason == Reason.NO_VARIATION
    assert (hedges(one, equal).value, hedges(one, equal).reason) == (None, Reason.TOO_FEW)
    assert (hedges(equal, equal).word, hedges(equal, equal).reason) == (None, Reason.NO_VARIATION)
    assert (cliff({4: 1}, {4: 9}).word, cliff({4: 1}, {4: 9}).reason) == (None, Reason.TOO_FEW)
    assert (cliff({3: 5}, {3: 5}).value, cliff({3: 5}, {3: 5}).interval) == (0.0, None)
    assert (cliff({3: 5}, {3: 5}).p, cliff({3: 5}, {3: 5}).reason) == (None, Reason.NO_VARIATION)


def test_holm_and_benjamini_hochberg():
    p_values = [0.001, 0.012, 0.021, 0.040, 0.300]

    assert holm(p_values) == pytest.approx([0.005, 0.048, 0.063, 0.080, 0.300])
    assert benjamini_hochberg(p_values) == pytest.approx([0.005, 0.030, 0.035, 0.050, 0.300])


def test_families_keep_the_order_they_are_given_in():
    assert holm([0.300, 0.001]) == pytest.approx([0.300, 0.002])
    assert benjamini_hochberg([0.300, 0.001]) == pytest.approx([0.300, 0.002])
    with pytest.raises(ValueError, match="p_values"):
        holm([1.2])


@given(ANSWERS, ANSWERS)
def test_welch_is_statsmodels(first, second):
    from statsmodels.stats.weightstats import CompareMeans

    found = welch(mean_of_histogram(counted(first)), mean_of_histogram(counted(second)))
    assume(found.t is not None)
    expected = CompareMeans.from_data(first, second)
    t, p, degrees = expected.ttest_ind(usevar="unequal")

    assert (found.t, found.p, found.degrees) == pytest.approx((t, p, degrees), rel=1e-8, abs=1e-12)
    interval = found.difference.interval
    assert (interval.low, interval.high) == pytest.approx(expected.tconfint_diff(usevar="unequal"), abs=1e-9)


@given(ANSWERS, ANSWERS)
def test_cliff_from_histograms_is_cliff_from_pairs(first, second):
    from scipy.stats import mannwhitneyu

    found = cliff(counted(first), counted(second))
    sign = np.sign(np.subtract.outer(first, second))
    n_1, n_2 = sign.shape
    of_first = ((sign.mean(axis=1) - sign.mean()) ** 2).sum() / (n_1 - 1)
    of_second = ((sign.mean(axis=0) - sign.mean()) ** 2).sum() / (n_2 - 1)
    of_pairs = ((sign - sign.mean()) ** 2).sum() / (n_1 * n_2 - 1)

    assert found.value == pytest.approx(sign.mean(), abs=1e-12)
    assert found.standard_error**2 == pytest.approx(
        ((n_2 - 1) * of_first + (n_1 - 1) * of_second + of_pairs) / (n_1 * n_2), abs=1e-12
    )
    if found.p is not None:
        expected = mannwhitneyu(first, second, method="asymptotic", use_continuity=False).pvalue
        assert found.p == pytest.approx(expected, rel=1e-8)


@given(ANSWERS, ANSWERS)
def test_swapping_the_groups_turns_every_sign(first, second):
    there = counted(first), counted(second)
    means = mean_of_histogram(there[0]), mean_of_histogram(there[1])
    delta, back = cliff(*there), cliff(*reversed(there))
    assume(delta.reason is None)
    assert (delta.value, delta.interval.low) == pytest.approx((-back.value, -back.interval.high), abs=1e-12)
    assert delta.p == pytest.approx(back.p)

    size, size_back = hedges(*means), hedges(*reversed(means))
    assume(size.reason is None)
    assert (size.value, size.interval.high) == pytest.approx((-size_back.value, -size_back.interval.low))
    assert size.word == size_back.word
    t, t_back = welch(*means).t, welch(*reversed(means)).t
    assert t == (None if t_back is None else pytest.approx(-t_back))


@given(ANSWERS, ANSWERS, st.integers(-3, 3), st.integers(1, 4))
def test_another_scale_changes_neither_delta_nor_g(first, second, shift, stretch):
    def moved(values):
        return counted([shift + stretch * value for value in values])

    plain = cliff(counted(first), counted(second))
    assert cliff(moved(first), moved(second)) == plain
    size = hedges(mean_of_histogram(counted(first)), mean_of_histogram(counted(second)))
    assume(size.reason is None)
    assert hedges(mean_of_histogram(moved(first)), mean_of_histogram(moved(second))).value == pytest.approx(size.value)


@given(P_VALUES)
def test_corrections_are_those_of_statsmodels(p_values):
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())
    assert benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1].tolist())


@given(P_VALUES, st.data())
def test_names_of_the_groups_do_not_matter_to_a_family(p_values, data):
    tests = {f"group {place}": (30, 30, p) for place, p in enumerate(p_values)}
    order = data.draw(st.permutations(list(tests)))

    for family in (registered_family, exploratory_family):
        assert family({name: tests[name] for name in order}) == family(tests)


def test_groups_under_thirty_are_not_tested_and_make_the_family_no_larger():
    tests = {"a": (30, 95, 0.02), "b": (29, 96, 0.0001), "c": (60, 65, 0.04), "d": (60, 65, None)}
    registered, exploratory = registered_family(tests), exploratory_family(tests)

    assert [test.adjusted for test in registered.values()] == pytest.approx([0.04, None, 0.04, None])
    assert [test.adjusted for test in exploratory.values()] == pytest.approx([0.04, None, 0.04, None])
    assert (registered["b"].p, registered["b"].reason) == (None, Reason.TOO_FEW)
    assert registered["d"].reason == Reason.NO_VARIATION
    assert {test.method for test in registered.values()} == {"holm"}
    assert {test.method for test in exploratory.values()} == {"benjamini-hochberg"}


def test_test_of_shares_is_mann_whitneys_of_yes_and_no():
    assert shares_p(0.8, 70, 0.6, 80) == pytest.approx(cliff({1: 56, 0: 14}, {1: 48, 0: 32}).p, rel=1e-9)
    assert shares_p(0.8, 70, 0.6, 80) == shares_p(0.6, 80, 0.8, 70)
    assert shares_p(1.0, 70, 1.0, 80) is None
    assert shares_p(1.0, 0.5, 0.0, 0.5) is None


@pytest.mark.parametrize(
    ("value", "method", "word"),
    [
        (0.19, HEDGES, Magnitude.NEGLIGIBLE),
        (0.2, HEDGES, Magnitude.SMALL),
        (-0.5, HEDGES, Magnitude.MEDIUM),
        (0.8, HEDGES, Magnitude.LARGE),
        (0.146, CLIFF, Magnitude.NEGLIGIBLE),
        (-0.147, CLIFF, Magnitude.SMALL),
        (0.33, CLIFF, Magnitude.MEDIUM),
        (-0.474, CLIFF, Magnitude.LARGE),
    ],
)
def test_sizes_have_words(value, method, word):
    assert magnitude(value, method) == word


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: magnitude(0.1, "welch t"), "method"),
        (lambda: cliff({1: -1, 2: 5}, {1: 2}), "first holds a negative count"),
        (lambda: cliff({1: 3}, {1: 2}, confidence=95), "confidence"),
        (lambda: hedges(mean_of(FIRST), mean_of(SECOND), confidence=0), "confidence"),
        (lambda: shares_p(1.1, 3, 0.2, 3), "share"),
        (lambda: shares_p(0.1, 0, 0.2, 3), "n must"),
        (lambda: registered_family({"a": (30, 30, 1.5)}), "p_values"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
