"""Drivers against R on the attitude data of Chatterjee and Price (G8), against regressions, and by their properties."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.stats.drivers import (
    Gates,
    Quadrant,
    Score,
    drivers_of_products,
    drivers_of_rows,
    relative_weights,
    shapley,
    stability,
)
from surveys.stats.estimates import Reason
from surveys.stats.reliability import alpha_of_products, products_of_rows
from tests.stats.test_reliability import ATTITUDE

NAMES = ("complaints", "privileges", "learning", "raises", "critical", "advance")
OUTCOME_LAST = ATTITUDE[:, [1, 2, 3, 4, 5, 6, 0]]
SCALES = [Score(name, lo=0, hi=100) for name in (*NAMES, "rating")]
OPEN = Gates(least_n=2, least_n_per_driver=1, least_r_squared=0, least_alpha=None)


def correlations_of(rows):
    found = np.corrcoef(rows.T)
    return found[:-1, :-1], found[:-1, -1]


def people(seed, *, n=300):
    """Answers 1 to 5 to three drivers of two items (the second is a worry) and an outcome of three."""
    random = np.random.default_rng(seed)
    shared = random.normal(size=(n, 4)) + 0.7 * random.normal(size=(n, 1))
    shared[:, 3] += 1.2 * shared[:, 0] + 0.5 * shared[:, 2]
    shared[:, 1] *= -1
    columns = np.repeat(shared, [2, 2, 2, 3], axis=1)
    return np.clip(np.round(3.2 + 0.8 * columns + 0.6 * random.normal(size=columns.shape)), 1, 5).astype(np.int64)


SCORES = [Score("PU", 2), Score("PC", 2, turned=True), Score("TR", 2), Score("BI", 3)]


def scores_of(rows):
    return np.column_stack([rows[:, :2].mean(1), 6 - rows[:, 2:4].mean(1), rows[:, 4:6].mean(1), rows[:, 6:].mean(1)])


def by_name(found):
    return {driver.name: driver for driver in found.drivers}


def test_relative_weights_and_shapley_of_the_attitude_data():
    correlations, with_outcome = correlations_of(OUTCOME_LAST)
    raw = relative_weights(correlations, with_outcome)

    assert raw.sum() == pytest.approx(0.73260199, rel=1e-6)
    assert raw == pytest.approx([0.3627602, 0.056002279, 0.16361091, 0.1217804, 0.0082554665, 0.020192737], rel=1e-6)
    assert raw / raw.sum() == pytest.approx(
        [0.49516682, 0.076442979, 0.22332851, 0.16622996, 0.011268692, 0.027563039], rel=1e-6
    )
    assert shapley(correlations, with_outcome) == pytest.approx(
        [0.37081619, 0.050903793, 0.15576599, 0.12034508, 0.0065887225, 0.028182213], rel=1e-6
    )


def test_priorities_of_the_attitude_data():
    found = drivers_of_products(SCALES, *products_of_rows(OUTCOME_LAST), gates=OPEN)

    assert [driver.name for driver in found.drivers][:2] == ["complaints", "learning"]
    assert [by_name(found)[name].priority for name in NAMES] == pytest.approx(
        [0.16538572, 0.035826276, 0.097445673, 0.058789996, 0.0028434667, 0.015729308], rel=1e-6
    )
    assert (found.n, found.reason) == (30, None)
    assert found.r_squared == pytest.approx(0.73260199, rel=1e-6)
    # Importance crosses at 1/6, performance at .75: learning explains more than its part and stands at .56.
    assert [by_name(found)[name].quadrant for name in ("complaints", "learning", "raises", "critical")] == [
        Quadrant.IMPROVE,
        Quadrant.IMPROVE,
        Quadrant.LATER,
        Quadrant.LATER,
    ]


def test_shapley_is_the_average_over_all_orders_of_regressions():
    rows = OUTCOME_LAST[:, [0, 2, 3, 6]].astype(float)

    def explained(columns):
        design = np.column_stack([np.ones(len(rows)), rows[:, list(columns)]])
        rest = rows[:, -1] - design @ np.linalg.lstsq(design, rows[:, -1], rcond=None)[0]
        return 1 - rest.var() / rows[:, -1].var()

    gains = np.zeros(3)
    for order in permutations(range(3)):
        for place, driver in enumerate(order):
            gains[driver] += (explained(order[: place + 1]) - explained(order[:place])) / 6

    assert shapley(*correlations_of(rows)) == pytest.approx(gains)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 10))
def test_both_shares_add_up_to_what_a_regression_explains(seed, p):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(60, p + 1)) + random.normal(size=(60, 1))
    correlations, with_outcome = correlations_of(rows)
    r_squared = with_outcome @ np.linalg.solve(correlations, with_outcome)

    assert relative_weights(correlations, with_outcome).sum() == pytest.approx(r_squared)
    assert shapley(correlations, with_outcome).sum() == pytest.approx(r_squared)
    assert (relative_weights(correlations, with_outcome) >= 0).all()


def test_uncorrelated_drivers_have_their_squared_correlation():
    with_outcome = np.array([0.5, -0.3, 0.2])

    assert relative_weights(np.eye(3), with_outcome) == pytest.approx(with_outcome**2)
    assert shapley(np.eye(3), with_outcome) == pytest.approx(with_outcome**2)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(3)))
def test_the_order_of_the_drivers_changes_nothing(seed, order):
    scores = scores_of(people(seed, n=120))
    scored = [Score(name) for name in ("PU", "PC", "TR", "BI")]
    found = drivers_of_rows(scored, scores, gates=OPEN)
    other = drivers_of_rows([*(scored[place] for place in order), scored[3]], scores[:, [*order, 3]], gates=OPEN)

    assert [driver.name for driver in other.drivers] == [driver.name for driver in found.drivers]
    assert [driver.raw for driver in other.drivers] == pytest.approx([driver.raw for driver in found.drivers])


def test_items_cross_products_and_scores_of_people_give_the_same():
    rows = people(1)
    counted = drivers_of_products(SCORES, *products_of_rows(rows))
    listed = drivers_of_rows(
        [Score(name) for name in ("PU", "PC", "TR", "BI")],
        scores_of(rows),
        outcome_alpha=alpha_of_products(*products_of_rows(rows[:, 6:])),
    )

    assert counted.reason is None
    for one, other in zip(counted.drivers, listed.drivers, strict=True):
        assert one.name == other.name
        assert [one.raw, one.mean, one.priority, one.correlation, one.shapley] == pytest.approx(
            [other.raw, other.mean, other.priority, other.correlation, other.shapley]
        )


def test_a_worry_is_looked_at_as_comfort():
    rows = people(2)
    turned = by_name(drivers_of_products(SCORES, *products_of_rows(rows)))["PC"]
    plain = by_name(
        drivers_of_products([SCORES[0], Score("PC", 2), *SCORES[2:]], *products_of_rows(rows)),
    )["PC"]

    assert turned.mean == pytest.approx(6 - plain.mean)
    assert turned.correlation == pytest.approx(-plain.correlation)
    assert turned.raw == pytest.approx(plain.raw)
    assert (turned.coding_alarm, plain.coding_alarm) == (False, True)


def test_whole_weights_are_people_counted_more_than_once():
    rows, weights = people(3), np.random.default_rng(3).integers(1, 4, 300)
    alpha_of_outcome = alpha_of_products(*products_of_rows(rows[:, 6:]))
    weighted = drivers_of_rows(SCORES, rows, weights=weights, outcome_alpha=alpha_of_outcome)
    repeated = drivers_of_rows(SCORES, np.repeat(rows, weights, axis=0), outcome_alpha=alpha_of_outcome)

    assert (weighted.n, repeated.n) == (300, weights.sum())
    for one, other in zip(weighted.drivers, repeated.drivers, strict=True):
        assert [one.raw, one.priority] == pytest.approx([other.raw, other.priority])


@settings(deadline=None)
@given(factor=st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(factor):
    rows, weights = people(4), np.linspace(0.5, 2, 300)
    found = drivers_of_rows(SCORES, rows, weights=weights)
    other = drivers_of_rows(SCORES, rows, weights=factor * weights)

    assert [driver.raw for driver in other.drivers] == pytest.approx([driver.raw for driver in found.drivers])


def test_stability_counts_the_replicates_with_a_driver_among_the_top_two():
    rows, random = people(5), np.random.default_rng(5)
    drawn = [products_of_rows(rows[random.integers(0, 300, 300)]) for _replicate in range(40)]
    replicates = tuple(np.array([part[which] for part in drawn]) for which in range(3))
    first_two = [
        {driver.name for driver in drivers_of_products(SCORES, *sums, gates=OPEN).drivers[:2]} for sums in drawn
    ]

    shares, used = stability(SCORES, *replicates)
    found = drivers_of_products(SCORES, *products_of_rows(rows), replicates=replicates)

    assert used == found.replicates == 40
    assert shares.sum() == pytest.approx(2)
    assert shares.tolist() == [sum(name in top for top in first_two) / 40 for name in ("PU", "PC", "TR")]
    assert {driver.name: driver.stability for driver in found.drivers} == dict(
        zip(("PU", "PC", "TR"), shares, strict=True)
    )


def test_replicates_that_say_nothing_are_left_out_of_the_stability():
    rows = people(6)
    alike = rows.copy()
    alike[:, :2] = 4
    three = [products_of_rows(rows), products_of_rows(alike), (0, np.zeros(9, int), np.zeros((9, 9), int))]

    shares, used = stability(SCORES, *(np.array([part[which] for part in three]) for which in range(3)))

    assert used == 1
    assert shares.sum() == 2
    assert stability(SCORES, *(np.array([three[2][which]]) for which in range(3)))[1] == 0


def test_too_little_information_has_a_reason():
    rows = people(7)
    alike, same, noise, scattered = rows.copy(), rows.copy(), rows.copy(), rows.copy()
    alike[:, :2] = 4
    same[:, 4:6] = rows[:, :2]
    noise[:, 6:] = np.roll(rows[:, 6:], 1, axis=0)
    scattered[:, 6:] = np.random.default_rng(7).integers(1, 6, (300, 3))

    for what, reason in (
        (rows[:99], Reason.TOO_FEW),
        (alike, Reason.NO_VARIATION),
        (same, Reason.OVERLAPPING),
        (noise, Reason.LITTLE_EXPLAINED),
        (scattered, Reason.UNRELIABLE_OUTCOME),
    ):
        found = drivers_of_rows(SCORES, what)
        assert (found.drivers, found.n, found.reason) == ((), len(what), reason)


def test_ten_people_are_needed_for_each_driver_and_an_outcome_of_one_item_is_not_trusted():
    random = np.random.default_rng(8)
    rows = random.normal(size=(109, 11)) + random.normal(size=(109, 1))
    scored = [Score(f"D{number}") for number in range(10)] + [Score("BI")]
    trusting = Gates(least_alpha=None)

    assert drivers_of_rows(scored, rows, gates=trusting).reason is None
    assert drivers_of_rows(scored, rows[:99], gates=trusting).reason == Reason.TOO_FEW
    assert drivers_of_rows(scored, rows, gates=Gates(least_n_per_driver=11)).reason == Reason.TOO_FEW
    assert drivers_of_rows(scored, rows).reason == Reason.UNRELIABLE_OUTCOME


def test_an_outcome_that_nothing_goes_with_has_no_parts_even_without_gates():
    rows = np.array([[1, 1, 1], [1, 2, 2], [2, 1, 2], [2, 2, 1]] * 30)
    found = drivers_of_products([Score("PU"), Score("PE"), Score("BI")], *products_of_rows(rows), gates=OPEN)

    assert (found.drivers, found.r_squared, found.reason) == ((), 0.0, Reason.LITTLE_EXPLAINED)


def test_impossible_input_is_named():
    with pytest.raises(ValueError, match="drivers must be 2 to 10, got 1"):
        drivers_of_rows([Score("PU"), Score("BI")], np.ones((200, 2)))
    with pytest.raises(ValueError, match="scores have 9 items, sums 4"):
        drivers_of_rows(SCORES, np.ones((200, 4)))
    with pytest.raises(ValueError, match="rows must be a complete table"):
        drivers_of_rows(SCORES, np.full((200, 9), np.nan))
    with pytest.raises(ValueError, match="weights must be 200 numbers above 0"):
        drivers_of_rows(SCORES, np.ones((200, 9)), weights=np.zeros(200))
    with pytest.raises(ValueError, match="correlations must be 2 x 2"):
        relative_weights(np.eye(3), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="singular"):
        relative_weights(np.ones((2, 2)), np.array([0.1, 0.1]))
    with pytest.raises(ValueError, match="singular"):
        shapley(np.ones((2, 2)), np.array([0.1, 0.1]))
    with pytest.raises(ValueError, match="correlations must be 2 x 2"):
        shapley(np.eye(3), np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="at most 10"):
        shapley(np.eye(11), np.zeros(11))
