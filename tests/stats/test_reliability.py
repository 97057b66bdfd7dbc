"""Alpha and omega against R psych 2.2.9 on the attitude data of Chatterjee and Price (G6), G2, G7, and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from surveys.stats.estimates import Reason
from surveys.stats.reliability import (
    alpha,
    alpha_if_deleted,
    alpha_of_products,
    covariance_of_products,
    covariance_of_rows,
    item_rest_correlations,
    omega,
    omega_of_products,
    products_of_rows,
    reliability_of_products,
    reliability_of_rows,
    standardised_alpha,
)

ATTITUDE = np.array(
    [
        [int(value) for value in line.split()]
        for line in (
            "43 63 71 61 81 43 58 71 72 67 64 67 69 68 77 81 74 65 65 50 50 64 53 40 63 66 78 48 85 82",
            "51 64 70 63 78 55 67 75 82 61 53 60 62 83 77 90 85 60 70 58 40 61 66 37 54 77 75 57 85 82",
            "30 51 68 45 56 49 42 50 72 45 53 47 57 83 54 50 64 65 46 68 33 52 52 42 42 66 58 44 71 39",
            "39 54 69 47 66 44 56 55 67 47 58 39 42 45 72 72 69 75 57 54 34 62 50 58 48 63 74 45 71 59",
            "61 63 76 54 71 54 66 70 71 62 58 59 55 59 79 60 79 55 75 64 43 66 63 50 66 88 80 51 77 64",
            "92 73 86 84 83 49 68 66 83 80 67 74 63 77 77 54 79 80 85 78 64 80 80 57 75 76 78 83 74 78",
            "45 47 48 35 47 34 35 41 31 41 34 41 25 35 46 36 63 60 46 52 33 41 37 49 33 72 49 38 55 39",
        )
    ],
    dtype=np.int64,
).T

BY_HAND = np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]])


def likely_answers(seed, *, people=200, items=6):
    """Answers 1 to 5 to items that share one thing, more or less."""
    random = np.random.default_rng(seed)
    loadings = random.uniform(0.4, 0.9, items)
    shared, own = random.normal(size=(people, 1)), random.normal(size=(people, items))
    return np.clip(np.round(3 + 1.2 * (shared * loadings + own * np.sqrt(1 - loadings**2))), 1, 5).astype(np.int64)


def test_alpha_and_feldt_of_the_attitude_data():
    found = alpha_of_products(*products_of_rows(ATTITUDE))

    assert found.value == pytest.approx(0.84314277, rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.73937569, 0.91577307), rel=1e-6)
    assert (found.n, found.items, found.label) == (30, 7, "good")


def test_item_rest_and_alpha_if_deleted_of_the_attitude_data():
    covariance = covariance_of_products(*products_of_rows(ATTITUDE))

    assert item_rest_correlations(covariance) == pytest.approx(
        [0.67126206, 0.74210971, 0.56071111, 0.7144455, 0.78627559, 0.26503434, 0.46081055], rel=1e-6
    )
    assert alpha_if_deleted(covariance, 30) == pytest.approx(
        [0.80976021, 0.79691746, 0.82784777, 0.80303098, 0.79538657, 0.86387231, 0.84046487], rel=1e-6
    )


def test_alpha_of_correlations_by_hand():
    # G7: r12=.6 r13=.5 r23=.4 gives 1.5 * (1 - 3/6).
    assert alpha(BY_HAND, 50).value == pytest.approx(0.75)
    assert standardised_alpha(np.diag([1, 2, 5]) @ BY_HAND @ np.diag([1, 2, 5]), 50).value == pytest.approx(0.75)


def test_omega_by_hand():
    # G7: with three items the loadings are sqrt(r12 r13 / r23) and so on.
    found = omega(BY_HAND, 50)

    assert found.loadings == pytest.approx([0.8660254, 0.69282032, 0.57735027], abs=1e-6)
    assert found.uniquenesses == pytest.approx([0.25, 0.52, 2 / 3], abs=1e-6)
    assert found.value == pytest.approx(0.76055556, abs=1e-6)
    assert (found.n, found.items, found.reason) == (50, 3, None)


def test_omega_of_the_attitude_data():
    found = omega_of_products(*products_of_rows(ATTITUDE))

    assert found.value == pytest.approx(0.85632679, abs=1e-5)
    assert found.loadings == pytest.approx(
        [0.85247736, 0.90224108, 0.59270556, 0.73069667, 0.76499433, 0.24609277, 0.3778453], abs=1e-5
    )


@pytest.mark.parametrize("items", [3, 4, 6, 10])
def test_omega_is_the_one_of_statsmodels(items):
    for seed in range(5):
        correlation = np.corrcoef(likely_answers(seed, items=items).T)
        theirs = Factor(corr=correlation, n_factor=1, method="ml").fit(maxiter=2000)
        loadings, ours = theirs.loadings[:, 0], omega(correlation, 200)

        assert np.abs(ours.loadings) == pytest.approx(np.abs(loadings), abs=1e-4)
        assert ours.value == pytest.approx(
            loadings.sum() ** 2 / (loadings.sum() ** 2 + theirs.uniqueness.sum()), abs=1e-5
        )


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(5)))
def test_the_order_of_the_items_changes_nothing(seed, order):
    rows = likely_answers(seed, items=5)
    found, other = reliability_of_rows(rows), reliability_of_rows(rows[:, order])

    assert other.alpha.value == pytest.approx(found.alpha.value)
    assert other.standardised.value == pytest.approx(found.standardised.value)
    assert (other.omega.value, other.omega.reason) == (
        pytest.approx(found.omega.value, abs=1e-6) if found.omega.value is not None else None,
        found.omega.reason,
    )
    assert other.item_rest == pytest.approx([found.item_rest[place] for place in order])
    assert other.alpha_if_deleted == pytest.approx([found.alpha_if_deleted[place] for place in order])


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), factors=st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_units_of_the_items_change_neither_the_fit_nor_standardised_alpha(seed, factors):
    rows = likely_answers(seed, items=4)
    found, other = reliability_of_rows(rows), reliability_of_rows(rows * factors)

    assert other.omega.reason == found.omega.reason
    assert other.standardised.value == pytest.approx(found.standardised.value)
    if found.omega.reason is None:
        assert other.omega.loadings == pytest.approx(found.omega.loadings, abs=1e-5)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_listed_answers_and_integers_give_the_same(seed):
    rows = likely_answers(seed, people=60, items=4)
    listed, counted = reliability_of_rows(rows), reliability_of_products(*products_of_rows(rows))

    assert counted.alpha.value == pytest.approx(listed.alpha.value)
    assert counted.omega.value == (None if listed.omega.value is None else pytest.approx(listed.omega.value, abs=1e-6))
    assert counted.item_rest == pytest.approx(listed.item_rest)


def test_loadings_are_recovered_where_one_thing_is_shared():
    loadings = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    found = omega(np.outer(loadings, loadings) + np.diag(1 - loadings**2), 100)

    assert found.loadings == pytest.approx(loadings, abs=1e-6)


def test_two_items_have_alpha_and_their_correlation_only():
    rows = ATTITUDE[:, :2]
    found = reliability_of_rows(rows)
    r = np.corrcoef(rows.T)[0, 1]

    assert found.correlation == pytest.approx(r)
    assert found.standardised.value == pytest.approx(2 * r / (1 + r))
    assert (found.omega.value, found.omega.reason) == (None, Reason.FEW_ITEMS)
    assert (found.item_rest, found.alpha_if_deleted) == ((), ())


def test_alpha_of_two_items_that_vary_equally_is_spearman_browns():
    found = reliability_of_rows([[1, 2], [2, 1], [3, 4], [4, 3]])

    assert found.alpha.value == pytest.approx(found.standardised.value) == pytest.approx(0.75)


def test_an_item_without_variance_of_its_own_is_a_heywood_case():
    # r12 r13 / r23 is 1.05: the first item would have to share more than it has.
    found = omega(np.array([[1, 0.7, 0.6], [0.7, 1, 0.4], [0.6, 0.4, 1]]), 80)

    assert (found.value, found.reason) == (None, Reason.HEYWOOD)
    assert found.loadings[0] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ATTITUDE[:, :1], Reason.ONE_ITEM),
        (ATTITUDE[:, :2], Reason.FEW_ITEMS),
        (ATTITUDE[:4, :4], Reason.TOO_FEW),
        (ATTITUDE[:1, :4], Reason.TOO_FEW),
        (np.column_stack([ATTITUDE[:, :3], np.full(30, 4)]), Reason.NO_VARIATION),
        (np.column_stack([ATTITUDE[:, :3], ATTITUDE[:, 0]]), Reason.NOT_CONVERGED),
    ],
)
def test_what_has_no_omega_has_a_reason(rows, reason):
    found = omega_of_products(*products_of_rows(rows))

    assert (found.value, found.interval, found.reason) == (None, None, reason)


def test_alpha_of_the_published_sample_before_and_after_a_withdrawal():
    # G2 and G24: the ten people of the UEQ-S sample, pragmatic items coded -3..3.
    lines = "1645 5545 6725 5664 4445 6445 5666 7645 7765 6655"
    rows = np.array([[int(digit) - 4 for digit in line] for line in lines.split()], dtype=np.int64)

    assert rows.sum(axis=0).tolist() == [12, 17, 5, 10]
    assert alpha_of_products(*products_of_rows(rows)).value == pytest.approx(0.27680312, rel=1e-6)
    assert alpha_of_products(*products_of_rows(rows[1:])).value == pytest.approx(0.36018957, rel=1e-6)


def test_alpha_may_be_negative_and_is_shown_so():
    against = alpha_of_products(*products_of_rows(np.array([[1, 4], [2, 3], [3, 3], [4, 2], [5, 2]])))

    assert against.value < 0
    assert against.label == "item by item"


def test_large_counts_do_not_overflow():
    rows = np.array([[1, 1], [1, 2], [5, 5]])
    n, sums, products = products_of_rows(rows)
    many = 10**9

    # Only the divisor n - 1 differs between many copies and one, and alpha is a ratio.
    assert alpha_of_products(n * many, sums * many, products * many).value == pytest.approx(
        alpha_of_products(n, sums, products).value
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (np.array([[4], [5], [3]]), Reason.ONE_ITEM),
        (np.array([[4]]), Reason.ONE_ITEM),
        (np.array([[4, 4]]), Reason.TOO_FEW),
        (np.zeros((0, 3), dtype=np.int64), Reason.TOO_FEW),
        (np.array([[4, 4], [4, 4]]), Reason.NO_VARIATION),
    ],
)
def test_what_has_no_alpha_has_a_reason(rows, reason):
    found = alpha_of_products(*products_of_rows(rows))

    assert (found.value, found.interval, found.label, found.reason) == (None, None, "", reason)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40))
def test_items_that_always_add_up_to_the_same_have_no_alpha_whatever_rounding_leaves(pairs):
    rows = [[first, second, 12 - first - second] for first, second in pairs]
    found = reliability_of_products(
        *products_of_rows([[first, *row] for (first, _), row in zip(pairs, rows, strict=True)])
    )

    assert alpha_of_products(*products_of_rows(rows)).reason == Reason.NO_VARIATION
    assert (found.item_rest[0], found.alpha_if_deleted[0]) == (None, None)


def test_items_that_do_not_vary_have_no_correlation():
    assert item_rest_correlations(np.zeros((2, 2))) == [None, None]


def test_a_value_that_is_always_the_same_does_not_vary_by_rounding():
    found = reliability_of_rows([[0.1, 1, 2], [0.1, 2, 2], [0.1, 3, 5]])

    assert covariance_of_rows([[0.1, 1], [0.1, 2], [0.1, 3]])[0].tolist() == [0.0, 0.0]
    assert (found.standardised.reason, found.item_rest[0]) == (Reason.NO_VARIATION, None)


def test_impossible_input_is_named():
    with pytest.raises(ValueError, match="n of at least 2"):
        covariance_of_products(1, np.array([1]), np.array([[1]]))
    with pytest.raises(ValueError, match="products must be 2 x 2"):
        covariance_of_products(3, np.array([1, 2]), np.array([[1]]))
    with pytest.raises(ValueError, match="rows must be whole numbers"):
        products_of_rows([[1.5, 2]])
    with pytest.raises(ValueError, match="rows must be n x k"):
        products_of_rows([1, 2])
    with pytest.raises(ValueError, match="rows must be complete"):
        covariance_of_rows([[1, np.nan], [2, 3]])
    with pytest.raises(ValueError, match="n of at least 2"):
        covariance_of_rows([[1, 2]])
