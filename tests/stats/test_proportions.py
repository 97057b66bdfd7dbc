"""Wilson and Newcombe against the figures printed in Newcombe's two papers of 1998 (Statistics in Medicine 17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason, two_sided_z
from surveys.stats.proportions import newcombe_difference, newcombe_shares, share_of, wilson, wilson_share

COUNTS = st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.25528852, 0.36620958),
        (15, 148, 0.0623864, 0.16048724),
        (0, 20, 0, 0.16112516),
        (1, 29, 0.0061132143, 0.17175522),
        (12, 12, 0.75750599, 1),
    ],
)
def test_wilson_gives_the_limits_newcombe_printed(successes, trials, low, high):
    interval = wilson(successes, trials)

    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-6)
    assert (interval.confidence, interval.method) == (0.95, "wilson")


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.052431472, 0.33387265),
        ((9, 10), (3, 10), 0.17052272, 0.80901797),
        ((6, 7), (2, 7), 0.058227927, 0.80624964),
        ((5, 56), (0, 29), -0.038137148, 0.19256001),
    ],
)
def test_newcombe_gives_the_limits_he_printed(first, second, low, high):
    interval = newcombe_difference(*first, *second)

    assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-6)


def test_quantiles_of_the_looks():
    # G23: looks 3 and 1 of three.
    assert (two_sided_z(1 - 0.025), two_sided_z(1 - 0.010)) == pytest.approx((2.2414027, 2.5758293), rel=1e-7)


def test_effective_numbers_need_not_be_whole():
    # Case G16 of docs/methods.md (R survey 4.1): the 65+ domain and its gap to the rest.
    domain = wilson_share(0.3, 14.237288, z=1.959963985, confidence=0.95)
    gap = newcombe_shares(0.62916667, 88.946924, 0.3, 14.237288, z=1.644853627, confidence=0.90)

    assert (domain.low, domain.high) == pytest.approx((0.12702585, 0.55796807), rel=1e-6)
    assert (gap.low, gap.high) == pytest.approx((0.094650806, 0.5023244), rel=1e-6)


def test_nobody_and_everybody_end_exactly_at_the_ends():
    assert wilson(0, 7).low == 0.0
    assert wilson(7, 7).high == 1.0
    assert 0.9999 not in wilson(0, 7)


def test_no_answers_are_a_reason_not_a_number():
    nothing = share_of(0, 0)

    assert (nothing.value, nothing.interval, nothing.n, nothing.reason) == (None, None, 0, Reason.NO_ANSWERS)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: wilson(5, 3), "5 successes in 3 trials"),
        (lambda: wilson(-1, 3), "-1 successes in 3 trials"),
        (lambda: wilson(0, 0), "trials"),
        (lambda: wilson(1, 3, confidence=95), "confidence"),
        (lambda: share_of(3, 0), "trials"),
        (lambda: wilson_share(1.2, 10, z=1.96, confidence=0.95), "share"),
        (lambda: wilson_share(0.2, 0, z=1.96, confidence=0.95), "n must"),
        (lambda: wilson_share(0.2, 10, z=0, confidence=0.95), "z must"),
        (lambda: newcombe_difference(1, 2, 4, 3), "4 successes in 3 trials"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()


@given(COUNTS, st.sampled_from([0.90, 0.95, 0.985, 0.99]))
def test_wilson_is_that_of_statsmodels(counts, confidence):
    from statsmodels.stats.proportion import proportion_confint

    interval = wilson(*counts, confidence=confidence)

    expected = proportion_confint(*counts, alpha=1 - confidence, method="wilson")
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-12)


@given(COUNTS, COUNTS, st.sampled_from([0.90, 0.95]))
def test_newcombe_is_that_of_statsmodels(first, second, confidence):
    from statsmodels.stats.proportion import confint_proportions_2indep

    interval = newcombe_difference(*first, *second, confidence=confidence)

    expected = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=1 - confidence)
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-12)


@given(COUNTS, COUNTS)
def test_swapping_the_groups_turns_the_difference_around(first, second):
    there, back = newcombe_difference(*first, *second), newcombe_difference(*second, *first)

    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)


@given(COUNTS)
def test_asking_the_other_way_round_mirrors_the_interval(counts):
    yes, trials = counts
    interval, mirrored = wilson(yes, trials), wilson(trials - yes, trials)

    assert (interval.low, interval.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-12)
    assert yes / trials in interval
