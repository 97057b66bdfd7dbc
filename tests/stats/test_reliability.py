"""Alpha against R psych 2.2.9 on the attitude data of Chatterjee and Price (G6), G2 and G7."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.stats.estimates import Reason
from surveys.stats.reliability import (
    alpha,
    alpha_if_deleted,
    alpha_of_products,
    covariance_of_products,
    item_rest_correlations,
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


def sums_of(rows):
    return len(rows), rows.sum(axis=0), rows.T @ rows


def test_alpha_and_feldt_of_the_attitude_data():
    found = alpha_of_products(*sums_of(ATTITUDE))

    assert found.value == pytest.approx(0.84314277, rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.73937569, 0.91577307), rel=1e-6)
    assert (found.n, found.items, found.label) == (30, 7, "good")


def test_item_rest_and_alpha_if_deleted_of_the_attitude_data():
    covariance = covariance_of_products(*sums_of(ATTITUDE))

    assert item_rest_correlations(covariance) == pytest.approx(
        [0.67126206, 0.74210971, 0.56071111, 0.7144455, 0.78627559, 0.26503434, 0.46081055], rel=1e-6
    )
    assert alpha_if_deleted(covariance, 30) == pytest.approx(
        [0.80976021, 0.79691746, 0.82784777, 0.80303098, 0.79538657, 0.86387231, 0.84046487], rel=1e-6
    )


def test_alpha_of_correlations_by_hand():
    # G7: r12=.6 r13=.5 r23=.4 gives 1.5 * (1 - 3/6).
    assert alpha(np.array([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]]), 50).value == pytest.approx(0.75)


def test_alpha_of_the_published_sample_before_and_after_a_withdrawal():
    # G2 and G24: the ten people of the UEQ-S sample, pragmatic items coded -3..3.
    lines = "1645 5545 6725 5664 4445 6445 5666 7645 7765 6655"
    rows = np.array([[int(digit) - 4 for digit in line] for line in lines.split()], dtype=np.int64)

    assert rows.sum(axis=0).tolist() == [12, 17, 5, 10]
    assert alpha_of_products(*sums_of(rows)).value == pytest.approx(0.27680312, rel=1e-6)
    assert alpha_of_products(*sums_of(rows[1:])).value == pytest.approx(0.36018957, rel=1e-6)


def test_alpha_may_be_negative_and_is_shown_so():
    against = alpha_of_products(*sums_of(np.array([[1, 4], [2, 3], [3, 3], [4, 2], [5, 2]])))

    assert against.value < 0
    assert against.label == "item by item"


def test_large_counts_do_not_overflow():
    rows = np.array([[1, 1], [1, 2], [5, 5]])
    n, sums, products = sums_of(rows)
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
    found = alpha_of_products(*sums_of(rows))

    assert (found.value, found.interval, found.label, found.reason) == (None, None, "", reason)


def test_items_that_do_not_vary_have_no_correlation():
    assert item_rest_correlations(np.zeros((2, 2))) == [None, None]


def test_impossible_input_is_named():
    with pytest.raises(ValueError, match="n of at least 2"):
        covariance_of_products(1, np.array([1]), np.array([[1]]))
    with pytest.raises(ValueError, match="products must be 2 x 2"):
        covariance_of_products(3, np.array([1, 2]), np.array([[1]]))
