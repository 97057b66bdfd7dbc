"""Resampling against scipy's BCa on the same replicates; the Poisson bootstrap by its formula and its properties."""

from __future__ import annotations

from hashlib import blake2b
from math import exp, factorial
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import chisquare, poisson

from surveys.stats.bootstrap import (
    PCG64,
    SPLITMIX,
    Replicates,
    _mixed,
    alpha_of_replicates,
    bca_of_alpha,
    bca_of_histogram,
    bca_of_importance,
    bca_of_omega,
    bca_of_rows,
    construct_replicates,
    driver_replicates,
    means_of,
    medians_of,
    percentile_of_replicates,
    poisson_replicates,
    poisson_weights,
    replicates_of_bytes,
    replicates_to_bytes,
    top_2_of,
    weighted_stacks,
)
from surveys.stats.drivers import Score, drivers_of_products, stability
from surveys.stats.estimates import Reason
from surveys.stats.layout import Layout
from surveys.stats.means import mean_of_histogram
from surveys.stats.proportions import wilson
from surveys.stats.reliability import alpha_of_products, omega_of_products, products_of_rows
from tests.stats.test_drivers import OPEN, SCORES, people
from tests.stats.test_reliability import likely_answers

HISTOGRAM = {1: 6, 2: 11, 3: 24, 4: 33, 5: 46}
VALUES, COUNTS = np.arange(1, 6), np.array([6, 11, 24, 33, 46])
EVERYBODY = np.repeat(VALUES, COUNTS)


def top_2(answers, axis=-1):
    return (answers >= 4).mean(axis=axis)


@pytest.mark.parametrize(("ours", "plain"), [(means_of, np.mean), (top_2_of, top_2)])
def test_bca_of_a_histogram_is_scipys_on_the_same_replicates(ours, plain):
    found = bca_of_histogram(HISTOGRAM, ours, seed=20)
    drawn = ours(VALUES, np.random.default_rng(20).multinomial(120, COUNTS / 120, size=2000))
    theirs = scipy_bootstrap(
        (EVERYBODY,),
        plain,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=drawn),
        method="BCa",
    )

    assert found.value == pytest.approx(plain(EVERYBODY))
    assert (found.interval.low, found.interval.high) == pytest.approx(theirs.confidence_interval, rel=1e-12)
    assert found.standard_error == pytest.approx(theirs.standard_error)
    assert (found.n, found.replicates, found.seed, found.generator, found.reason) == (120, 2000, 20, PCG64, None)


def test_a_median_that_no_single_answer_moves_has_no_acceleration():
    # scipy divides 0 by 0 here and gives up; without acceleration the interval is the bias-corrected one.
    found = bca_of_histogram({1: 10, 2: 15, 3: 24, 4: 31, 5: 20}, medians_of, seed=20)

    assert (found.value, found.acceleration) == (4, 0)
    assert (found.interval.low, found.interval.high) == (3, 4)


def test_bca_of_a_mean_and_of_a_share_are_close_to_the_intervals_by_formula():
    mean, share = (bca_of_histogram(HISTOGRAM, statistic, seed=21).interval for statistic in (means_of, top_2_of))
    by_t, by_wilson = mean_of_histogram(HISTOGRAM).interval, wilson(79, 120)

    assert (mean.low, mean.high) == pytest.approx((by_t.low, by_t.high), abs=0.04)
    assert (share.low, share.high) == pytest.approx((by_wilson.low, by_wilson.high), abs=0.02)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    first, again, other = (bca_of_histogram(HISTOGRAM, means_of, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.interval != other.interval


@settings(deadline=None)
@given(values=st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_medians_are_numpys(values):
    counts = np.array([[values.count(value) for value in range(1, 6)]])

    assert medians_of(VALUES, counts)[0] == np.median(values)


def test_bca_of_alpha_is_scipys_on_the_same_replicates():
    rows = likely_answers(1, people=80, items=3)
    found = bca_of_alpha(rows, seed=3, replicates=300)
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    drawn = np.random.default_rng(3).multinomial(80, counts / 80, size=300)

    def plain(*columns):
        return alpha_of_products(*products_of_rows(np.column_stack(columns))).value

    theirs = scipy_bootstrap(
        tuple(rows.T),
        plain,
        paired=True,
        vectorized=False,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(
            bootstrap_distribution=np.array([plain(*np.repeat(patterns, times, axis=0).T) for times in drawn])
        ),
        method="BCa",
    )

    assert (found.interval.low, found.interval.high) == pytest.approx(theirs.confidence_interval)
    assert found.interval.low < found.value < found.interval.high


def test_omega_and_importance_have_intervals_around_them():
    rows = people(9, n=200)
    omega = bca_of_omega(rows[:, 6:], seed=4, replicates=200)
    importance = bca_of_importance(SCORES, rows, seed=4, replicates=200)
    drivers = {driver.name: driver for driver in drivers_of_products(SCORES, *products_of_rows(rows)).drivers}

    assert omega.value == omega_of_products(*products_of_rows(rows[:, 6:])).value
    assert omega.value in omega.interval
    assert list(importance) == ["PU", "PC", "TR"]
    for name, found in importance.items():
        assert found.value == pytest.approx(drivers[name].importance)
        assert found.value in found.interval


def test_what_cannot_be_resampled_has_a_reason():
    nobody, one = bca_of_histogram({1: 0, 2: 0}, means_of, seed=1), bca_of_histogram({1: 0, 2: 1}, means_of, seed=1)
    alike = bca_of_histogram({1: 0, 2: 9}, medians_of, seed=1)
    lonely = bca_of_rows([[3, 4]], lambda n, sums, products: [sums[0] / n], seed=1)
    rare = bca_of_rows([[3, 4], [2, 5]], lambda n, sums, products: [1.0] if n == 2 and sums[0] == 5 else None, seed=1)

    assert (nobody.value, nobody.interval, nobody.reason) == (None, None, Reason.NO_ANSWERS)
    assert (one.value, one.interval, one.reason) == (2, None, Reason.TOO_FEW)
    assert (alike.value, alike.interval, alike.reason) == (2, None, Reason.NO_VARIATION)
    assert [(figure.value, figure.interval, figure.reason) for figure in lonely] == [(3, None, Reason.TOO_FEW)]
    assert [(figure.interval, figure.reason) for figure in rare] == [(None, Reason.NOT_CONVERGED)]
    assert bca_of_rows([[3, 4], [2, 5]], lambda n, sums, products: None, seed=1) == ()
    assert bca_of_alpha([[3], [4]], seed=1).reason == Reason.ONE_ITEM
    assert bca_of_omega([[3, 3], [4, 4]], seed=1).reason == Reason.FEW_ITEMS
    assert bca_of_importance(SCORES, np.full((20, 9), 4), seed=1) == {}


def test_replicates_that_all_lie_on_one_side_have_no_interval():
    # A figure that only the answers themselves reach: no replicate is at or above it.
    def only_the_answers(values, counts):
        return (counts == COUNTS).all(axis=1) + 0.001 * counts[:, 0]

    found = bca_of_histogram(HISTOGRAM, only_the_answers, seed=1, replicates=100)

    assert (found.interval, found.reason) == (None, Reason.NOT_CONVERGED)


def weight_by_hand(pilot, number, replicate):
    """The formula of the docstring in Python's own integers."""
    golden, below = 0x9E3779B97F4A7C15, 2**64

    def mix(x):
        x ^= x >> 30
        x = x * 0xBF58476D1CE4E5B9 % below
        x ^= x >> 27
        x = x * 0x94D049BB133111EB % below
        return x ^ x >> 31

    key = int.from_bytes(blake2b(pilot.encode(), digest_size=8).digest(), "big")
    drawn = mix((mix((key + number * golden) % below) + (replicate // 2 + 1) * golden) % below)
    uniform = (drawn % 2**32 if replicate % 2 else drawn >> 32) / 2**32
    return sum(uniform >= sum(exp(-1) / factorial(i) for i in range(j + 1)) for j in range(12))


def test_splitmix64_gives_its_published_sequence():
    # First numbers for seed 1234567, as printed with implementations of splitmix64.
    sequence = np.uint64(1234567) + np.arange(1, 6, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)

    assert _mixed(sequence).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@settings(deadline=None)
@given(pilot=st.text(max_size=20), number=st.integers(0, 2**62), replicates=st.integers(1, 9))
def test_a_weight_follows_from_pilot_response_and_replicate_by_the_formula(pilot, number, replicates):
    assert poisson_weights(pilot, [number], replicates)[0].tolist() == [
        weight_by_hand(pilot, number, replicate) for replicate in range(replicates)
    ]


def test_weights_are_poisson_with_mean_one_and_do_not_know_each_other():
    weights = poisson_weights("pilot 7", np.arange(50_000), 40)
    seen = np.bincount(weights.ravel(), minlength=13)
    expected = weights.size * poisson(1).pmf(np.arange(7))

    assert chisquare([*seen[:7], seen[7:].sum()], [*expected, weights.size - expected.sum()]).pvalue > 1e-4
    assert weights.mean(axis=0) == pytest.approx(np.ones(40), abs=0.02)
    between = np.corrcoef(weights.T)[np.triu_indices(40, 1)]
    assert np.abs(between).max() < 0.025
    # One response and the next, and one pilot and another.
    assert abs(np.corrcoef(weights[:-1, 0], weights[1:, 0])[0, 1]) < 0.025
    assert abs(np.corrcoef(weights[:, 0], poisson_weights("pilot 8", np.arange(50_000), 1)[:, 0])[0, 1]) < 0.025


def test_more_replicates_begin_with_the_same_ones():
    assert np.array_equal(poisson_weights("p", [5, 9], 7), poisson_weights("p", [5, 9], 20)[:, :7])


@settings(deadline=None)
@given(data=st.data(), n=st.integers(0, 60), parts=st.integers(1, 4))
def test_any_split_and_any_order_gives_the_same_replicates(data, n, parts):
    rows = np.random.default_rng(n).integers(1, 6, (n, 3))
    ids = np.arange(n) * 7 + 3
    everybody = poisson_replicates("p", ids, rows, replicates=11)
    order = np.array(data.draw(st.permutations(range(n))), dtype=np.int64)
    where = np.array(data.draw(st.lists(st.integers(0, parts - 1), min_size=n, max_size=n)), dtype=np.int64)
    merged = poisson_replicates("p", ids[:0], rows[:0], replicates=11)
    for part in range(parts):
        chosen = order[where == part]
        merged = merged.merge(poisson_replicates("p", ids[chosen], rows[chosen], replicates=11))

    assert merged == everybody


def test_taken_back_and_added_again_leaves_the_first_replicates():
    rows, ids = likely_answers(2, people=500, items=4), np.arange(500)
    everybody = poisson_replicates("p", ids, rows)
    one = poisson_replicates("p", ids[:1], rows[:1])
    without = everybody.subtract(one)

    assert without == poisson_replicates("p", ids[1:], rows[1:])
    assert without != everybody
    assert without.merge(one) == everybody


def test_batches_leave_no_seam():
    # Three batches, compared with weights and products in Python's way.
    rows, ids = np.random.default_rng(3).integers(-3, 4, (5000, 2)), np.arange(5000) + 10**12
    found = poisson_replicates("p", ids, rows, replicates=3)
    weights = poisson_weights("p", ids, 3).astype(np.int64)
    n, sums, products = found.stacks

    assert n.tolist() == weights.sum(axis=0).tolist()
    assert sums.tolist() == (weights.T @ rows).tolist()
    assert products[2].tolist() == ((rows * weights[:, 2:]).T @ rows).tolist()


def test_the_standard_error_of_a_mean_is_close_to_sd_over_root_n():
    rows = likely_answers(4, people=2000, items=3)
    mean = rows[:, 0].mean()
    (found,) = percentile_of_replicates(
        poisson_replicates("p", np.arange(2000), rows, replicates=1000),
        lambda n, sums, products: [sums[0] / n],
        n=2000,
        values=[mean],
    )
    error = rows[:, 0].std(ddof=1) / np.sqrt(2000)

    assert found.standard_error == pytest.approx(error, rel=0.1)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (mean - 1.96 * error, mean + 1.96 * error), abs=0.01
    )
    assert (found.n, found.replicates, found.seed, found.generator) == (2000, 1000, "p", SPLITMIX)


def test_alpha_of_replicates_spreads_as_feldts_interval_says():
    rows = likely_answers(5, people=1000, items=5)
    whole = alpha_of_products(*products_of_rows(rows))
    replicates = poisson_replicates("p", np.arange(1000), rows, replicates=1000)
    (found,) = percentile_of_replicates(
        replicates, lambda *sums: [alpha_of_products(*sums).value], n=1000, values=[whole.value]
    )

    assert (found.interval.low, found.interval.high) == pytest.approx(
        (whole.interval.low, whole.interval.high), abs=0.01
    )


def test_stability_of_drivers_from_poisson_replicates():
    rows = people(10)
    replicates = poisson_replicates("p", np.arange(300), rows, replicates=100)
    shares, used = stability(SCORES, *replicates.stacks)
    each = [drivers_of_products(SCORES, *one, gates=OPEN).drivers[:2] for one in zip(*replicates.stacks, strict=True)]

    assert used == 100
    assert shares.tolist() == [
        sum(name in {driver.name for driver in top} for top in each) / 100 for name in ("PU", "PC", "TR")
    ]


def test_cells_are_put_together_by_their_weights():
    rows, ids = people(11), np.arange(300)
    cells = {"F": poisson_replicates("p", ids[:100], rows[:100]), "M": poisson_replicates("p", ids[100:], rows[100:])}
    alike, doubled = (weighted_stacks(cells, {"F": w, "M": w}) for w in (1.0, 2.0))
    plain = poisson_replicates("p", ids, rows).stacks

    for one, other, twice in zip(plain, alike, doubled, strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(2 * one, twice)
    assert stability(SCORES, *weighted_stacks(cells, {"F": 0.5, "M": 1.25}))[1] == 200


def test_too_many_replicates_without_a_figure_have_a_reason():
    replicates = poisson_replicates("p", np.arange(3), [[1], [2], [3]])
    (found,) = percentile_of_replicates(
        replicates, lambda n, sums, products: [sums[0] / n] if n > 2 else None, n=3, values=[2.0]
    )

    assert (found.value, found.interval, found.reason) == (2.0, None, Reason.NOT_CONVERGED)
    assert found.replicates < 190


def test_impossible_input_is_named():
    one = poisson_replicates("p", [1], [[1, 2]], replicates=2)
    for call, names in (
        (lambda: bca_of_histogram({1: -1}, means_of, seed=1), "negative count"),
        (lambda: bca_of_histogram(HISTOGRAM, means_of, seed=1, replicates=10), "replicates must be at least 100"),
        (lambda: bca_of_histogram(HISTOGRAM, means_of, seed=1, confidence=95), "confidence"),
        (lambda: bca_of_rows([[1.5]], lambda *sums: [0.0], seed=1), "rows must be whole numbers"),
        (lambda: poisson_weights("p", [-1]), "ids must be"),
        (lambda: poisson_weights("p", [1.5]), "ids must be"),
        (lambda: poisson_weights("p", [1], 0), "replicates must be at least 1"),
        (lambda: poisson_replicates("p", [1, 2], [[1, 2]]), "ids 2, rows 1"),
        (lambda: poisson_replicates("p", [1], [1]), "rows must be n x k"),
        (lambda: poisson_replicates("p", [1], [[0.5]]), "whole numbers up to"),
        (lambda: poisson_replicates("p", [1], [[10**6]]), "whole numbers up to"),
        (lambda: poisson_replicates("p", [1], [[np.inf]]), "whole numbers up to"),
        (lambda: one.merge(poisson_replicates("q", [1], [[1, 2]], replicates=2)), "another pilot"),
        (lambda: one.subtract(poisson_replicates("p", [1], [[1, 2]], replicates=3)), "another pilot"),
        (lambda: weighted_stacks({}, {}), "cells must not be empty"),
    ):
        with pytest.raises(ValueError, match=names):
            call()
    assert one != Replicates("q", 2, one.totals)
    assert one != "replicates"


def asked(n=200, seed=3):
    """Answers to two drivers and the outcome, some missing, and their layout."""
    layout = Layout.of(
        {
            "items": [
                {"code": code, "construct": code[:2], "reverse": code == "PE2"}
                for code in ("PU1", "PU2", "PE1", "PE2", "TR1", "BI1", "BI2", "BI3")
            ],
            "drivers": {"constructs": ["PU", "PE"], "outcome": "BI"},
        }
    )
    random = np.random.default_rng(seed)
    mood = random.normal(size=(n, 1))
    answers = np.clip(np.rint(3 + mood + random.normal(size=(n, 8))), 1, 5).astype(np.int64)
    answers[:, 3] = 6 - answers[:, 3]
    answers[::11, 1], answers[::13, 6] = 98, 99
    return layout, np.arange(n), answers


def test_replicates_of_added_up_items_give_the_same_stability_as_those_of_the_items():
    layout, ids, answers = asked()
    added = driver_replicates(layout, "p", ids, answers, cells=["F"] * len(ids), replicates=60)["F"]
    complete = (answers[:, [0, 1, 2, 3, 5, 6, 7]] <= 5).all(axis=1)
    rows = answers[:, [0, 1, 2, 3, 5, 6, 7]][complete].copy()
    rows[:, 3] = 6 - rows[:, 3]
    scores = [Score("PU", 2), Score("PE", 2), Score("BI", 3)]
    items = poisson_replicates("p", ids[complete], rows, replicates=60)

    shares, used = stability(scores, *added.stacks)
    of_items, used_of_items = stability(scores, *items.stacks)
    assert (added.items, used) == (3, used_of_items)
    assert shares.tolist() == of_items.tolist()


def test_alpha_of_replicates_is_that_of_people_drawn_again():
    layout, ids, answers = asked()
    drawn = construct_replicates(layout, "p", ids, answers, replicates=200)
    halves = [construct_replicates(layout, "p", ids[half], answers[half]) for half in (slice(0, 77), slice(77, 200))]
    complete = (answers[:, 5:8] <= 5).all(axis=1)
    bi = answers[:, 5:8][complete]
    weights = poisson_weights("p", ids[complete], 200)
    alphas = [alpha_of_products(*products_of_rows(np.repeat(bi, taken, axis=0))).value for taken in weights.T]
    found = alpha_of_replicates(drawn["BI"], alpha_of_products(*products_of_rows(bi)))

    assert drawn.keys() == {"PU", "PE", "BI"}
    assert drawn == {name: halves[0][name].merge(halves[1][name]) for name in drawn}
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(np.quantile(alphas, [0.025, 0.975])))
    assert (found.value, found.n, found.replicates) == (alpha_of_products(*products_of_rows(bi)).value, 184, 200)
    nobody = construct_replicates(layout, "p", ids[:0], answers[:0])["BI"]
    assert alpha_of_replicates(nobody, alpha_of_products(*products_of_rows(bi[:1]))).reason == Reason.TOO_FEW


@given(st.lists(st.integers(-(2**40), 2**40), min_size=6, max_size=6), st.text(max_size=5))
def test_replicates_survive_as_bytes(numbers, name):
    parts = {
        name: Replicates("pilot 7", 1, np.array(numbers, dtype=np.int64).reshape(2, 3)),
        "other": Replicates("pilot 7", 1, np.zeros((2, 3), dtype=np.int64)),
    }
    data = replicates_to_bytes(parts)

    assert replicates_of_bytes(data) == parts
    assert replicates_to_bytes(replicates_of_bytes(data)) == data


def test_bytes_that_hold_no_replicates_are_refused():
    data = replicates_to_bytes({"": poisson_replicates("p", [1, 2], [[1, 2], [3, 4]], replicates=3)})
    for wrong, sentence in ((b"LLS2", "holds no replicates"), (data[:-9], "is damaged"), (data[:4] + b"x", "damaged")):
        with pytest.raises(ValueError, match=sentence):
            replicates_of_bytes(wrong)
    others = {name: poisson_replicates(name, [1], [[1]], replicates=3) for name in ("p", "q")}
    with pytest.raises(ValueError, match="of one pilot, got 2"):
        replicates_to_bytes(others)
