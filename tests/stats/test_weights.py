"""Raking and weighted figures against R survey 4.1 (G16, G17), by hand (G18) and against regressions of statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.proportions import newcombe_shares, wilson
from surveys.stats.weights import (
    HIGH_DEFF,
    INFEASIBLE_CAP,
    CellSums,
    calibrated_error,
    finite_correction,
    finite_share,
    kish,
    rake,
    weighted_mean,
    weighted_share,
)

COUNTS = {"F/19-39": 40, "F/40-64": 30, "F/65+": 10, "M/19-39": 20, "M/40-64": 15, "M/65+": 5}
YES = {"F/19-39": 26, "F/40-64": 21, "F/65+": 4, "M/19-39": 14, "M/40-64": 7, "M/65+": 1}
MARGINS = [{"F": 4000, "M": 4000}, {"19-39": 3200, "40-64": 3200, "65+": 1600}]
CELLS = {cell: (n, YES[cell]) for cell, n in COUNTS.items()}
SUMS = {cell: CellSums(n, YES[cell], YES[cell]) for cell, n in COUNTS.items()}


def test_raking_meets_the_margins_of_g16():
    raking = rake(COUNTS, MARGINS)

    assert [raking.weights[cell] for cell in COUNTS] == pytest.approx([40, 53.333333, 80, 80, 106.66667, 160], rel=1e-6)
    assert (raking.deff, raking.n_eff, raking.largest) == pytest.approx((1.2, 100, 2.4))
    assert (raking.warnings, raking.reason) == ((), None)


def test_weighted_share_of_g16():
    weights = rake(COUNTS, MARGINS).weights
    share, mean = weighted_share(CELLS, weights), weighted_mean(SUMS, weights, respondents=120)

    assert (share.value, share.standard_error) == pytest.approx((0.56333333, 0.05057577), rel=1e-6)
    assert share.n_star == pytest.approx(96.976113, rel=1e-6)
    assert (share.interval.low, share.interval.high) == pytest.approx((0.46407617, 0.65776411), rel=1e-6)
    assert (mean.interval.low, mean.interval.high) == pytest.approx((0.46318826, 0.66347841), rel=1e-6)
    assert calibrated_error(SUMS, weights) == pytest.approx(0.047007012, rel=1e-6)


def test_unweighted_share_of_g16_is_plain_wilson_on_n():
    share = weighted_share(CELLS)

    assert (share.value, share.n_star) == (73 / 120, 120.0)
    assert share.interval == wilson(73, 120)
    assert (share.interval.low, share.interval.high) == pytest.approx((0.51893782, 0.69100803), rel=1e-6)


def test_trimming_to_a_cap_keeps_the_margins_of_g16():
    raking = rake(COUNTS, MARGINS, cap=2.2)
    share = weighted_share(CELLS, raking.weights)

    assert [raking.weights[cell] for cell in COUNTS] == pytest.approx(
        [39.166667, 52.222222, 86.666667, 81.666667, 108.88889, 146.66667], rel=1e-6
    )
    assert (raking.deff, share.value, share.standard_error) == pytest.approx(
        (1.1945313, 0.56423611, 0.050375622), rel=1e-6
    )
    # One cycle cuts the weights and rakes them again.
    assert (raking.trims, rake(COUNTS, MARGINS).trims) == (33, 0)


def test_domain_of_g16_keeps_everybody_in_its_error():
    weights = rake(COUNTS, MARGINS).weights
    old = weighted_share({cell: CELLS[cell] for cell in CELLS if "65+" in cell}, weights, respondents=120)
    rest = weighted_share({cell: CELLS[cell] for cell in CELLS if "65+" not in cell}, weights, respondents=120)
    gap = newcombe_shares(rest.value, rest.n_star, old.value, old.n_star, z=1.644853627, confidence=0.90)

    assert (old.value, old.standard_error, old.n_star) == pytest.approx((0.3, 0.1219588, 14.237288), rel=1e-6)
    assert (old.interval.low, old.interval.high) == pytest.approx((0.12702585, 0.55796807), rel=1e-6)
    assert (rest.value, rest.n_star) == pytest.approx((0.62916667, 88.946924), rel=1e-6)
    assert rest.value - old.value == pytest.approx(0.32916667, rel=1e-6)
    assert (gap.low, gap.high) == pytest.approx((0.094650806, 0.5023244), rel=1e-6)


def test_raking_that_needs_iteration_of_g17():
    counts = {"F/A": 30, "F/B": 20, "F/C": 10, "M/A": 10, "M/B": 25, "M/C": 25}
    raking = rake(counts, [{"F": 500, "M": 500}, {"A": 400, "B": 400, "C": 200}])

    assert [raking.weights[cell] for cell in counts] == pytest.approx(
        [9.57777855, 8.09579852, 5.07506732, 11.2666643, 9.52336119, 5.96997307], rel=1e-6
    )
    assert (raking.deff, raking.n_eff) == pytest.approx((1.04978032, 114.30963), rel=1e-6)


def test_six_rows_of_g18():
    cells, weights = {"1": (3, 2), "2": (2, 1), "3": (1, 1)}, {"1": 1, "2": 2, "3": 3}
    share = weighted_share(cells, weights)

    deff = kish({cell: n for cell, (n, _yes) in cells.items()}, weights)
    assert (deff, 6 / deff) == pytest.approx((1.2, 5))
    assert (share.value, share.standard_error, share.n_star) == pytest.approx((0.7, 0.21354157, 5.52631579), rel=1e-6)
    assert (share.interval.low, share.interval.high) == pytest.approx((0.31328681, 0.92268453), rel=1e-6)


def test_agreement_of_all_uses_kish_for_n_star():
    share = weighted_share({"a": (3, 3), "b": (1, 1)}, {"a": 1, "b": 3})

    assert (share.value, share.n_star) == (1.0, pytest.approx(36 / 12))
    assert share.interval.high == 1.0


def test_category_without_answers_joins_the_neighbour_the_recipe_names():
    counts = {"F/19-39": 40, "M/40-64": 40}
    margins = [{"F": 50, "M": 50}, {"19-39": 50, "40-64": 30, "65+": 20}]

    merged = rake(counts, margins, merges={"65+": "40-64"})
    refused = rake(counts, margins)

    assert merged.weights == pytest.approx({"F/19-39": 1.25, "M/40-64": 1.25})
    assert (refused.weights, refused.reason, refused.empty) == (None, Reason.EMPTY_CATEGORY, "1/65+")


def test_a_neighbour_that_is_empty_too_does_not_help():
    counts = {"F/19-39": 40, "M/19-39": 40}
    margins = [{"F": 50, "M": 50}, {"19-39": 50, "40-64": 30, "65+": 20}]

    assert rake(counts, margins, merges={"65+": "40-64"}).reason == Reason.EMPTY_CATEGORY


def test_those_who_did_not_say_keep_their_share_of_the_sample():
    weights = rake({"F": 30, "M": 30, "unknown": 40}, [{"F": 600, "M": 400}]).weights

    # 40 of 100 are unknown: 400 of 1000; the others share what is left as registered.
    assert weights == pytest.approx({"F": 12, "M": 8, "unknown": 10})


def test_a_cap_that_no_weights_can_meet_leaves_them_untrimmed_with_a_warning():
    counts, margins = {"young": 99, "old": 1}, [{"young": 50, "old": 50}]
    raking = rake(counts, margins)

    assert raking.weights == pytest.approx({"young": 50 / 99, "old": 50})
    assert raking.warnings == (INFEASIBLE_CAP, HIGH_DEFF)


def test_margins_that_the_empty_cells_contradict_do_not_converge():
    counts = {"F/A": 10, "M/B": 10}

    assert rake(counts, [{"F": 60, "M": 40}, {"A": 40, "B": 60}]).reason == Reason.NOT_CONVERGED


def test_nobody_gives_no_weights():
    assert rake({}, [{"F": 1, "M": 1}]).reason == Reason.NO_ANSWERS
    assert weighted_share({}).reason == Reason.NO_ANSWERS
    assert weighted_mean({}, {}, respondents=0).reason == Reason.NO_ANSWERS
    assert weighted_mean({"a": CellSums(1, 4, 16)}, {"a": 1}, respondents=1).reason == Reason.TOO_FEW
    assert calibrated_error({"a": CellSums(1, 4, 16)}, {"a": 1}) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), min_size=1, max_size=8), st.floats(0.1, 10))
def test_equal_weights_change_nothing(parts, weight):
    cells = {str(place): (n, round(n * share)) for place, (n, share) in enumerate(parts)}
    weighted, plain = weighted_share(cells, dict.fromkeys(cells, weight)), weighted_share(cells)

    assert weighted.value == pytest.approx(plain.value)
    assert weighted.n_star == pytest.approx(plain.n_star)
    assert (weighted.interval.low, weighted.interval.high) == pytest.approx(
        (plain.interval.low, plain.interval.high), abs=1e-9
    )


CELL = st.tuples(st.integers(1, 20), st.integers(0, 20), st.floats(0.2, 5))
WEIGHTED = st.lists(CELL, min_size=1, max_size=8)


def cells_of(parts):
    cells = {f"cell {place}": (n, min(n, yes)) for place, (n, yes, _weight) in enumerate(parts)}
    return cells, {f"cell {place}": weight for place, (_n, _yes, weight) in enumerate(parts)}


@given(WEIGHTED, st.floats(0.01, 100))
def test_only_the_ratio_of_the_weights_matters(parts, factor):
    cells, weights = cells_of(parts)
    share = weighted_share(cells, weights)
    scaled = weighted_share(cells, {cell: factor * weight for cell, weight in weights.items()})

    assert (scaled.value, scaled.n_star) == pytest.approx((share.value, share.n_star), rel=1e-6)
    assert scaled.standard_error == (
        None if share.standard_error is None else pytest.approx(share.standard_error, rel=1e-6, abs=1e-9)
    )


@given(WEIGHTED, st.data())
def test_names_and_order_of_the_cells_do_not_matter(parts, data):
    cells, weights = cells_of(parts)
    order = data.draw(st.permutations(list(cells)))
    share = weighted_share(cells, weights)
    renamed = weighted_share(
        {f"{cell}, renamed": cells[cell] for cell in order}, {f"{cell}, renamed": weights[cell] for cell in order}
    )

    assert (renamed.value, renamed.n_star) == pytest.approx((share.value, share.n_star))


@given(WEIGHTED)
def test_asking_for_no_instead_of_yes_mirrors_the_share(parts):
    cells, weights = cells_of(parts)
    share = weighted_share(cells, weights)
    mirrored = weighted_share({cell: (n, n - yes) for cell, (n, yes) in cells.items()}, weights)

    assert mirrored.value == pytest.approx(1 - share.value, abs=1e-12)
    assert mirrored.n_star == pytest.approx(share.n_star, rel=1e-6)
    assert 0 < share.n_star <= share.n


@given(st.floats(0.001, 1000), st.sampled_from([5.0, 2.2]))
def test_unit_of_the_margins_does_not_matter(factor, cap):
    margins = [{category: factor * target for category, target in margin.items()} for margin in MARGINS]
    raking, scaled = rake(COUNTS, MARGINS, cap=cap), rake(COUNTS, margins, cap=cap)

    assert scaled.weights == pytest.approx({cell: factor * weight for cell, weight in raking.weights.items()})
    assert (scaled.deff, scaled.largest) == pytest.approx((raking.deff, raking.largest))


def test_order_of_the_variables_does_not_matter():
    turned = {"/".join(reversed(cell.split("/"))): n for cell, n in COUNTS.items()}
    weights, plain = rake(turned, MARGINS[::-1]).weights, rake(COUNTS, MARGINS).weights

    assert [weights[cell] for cell in turned] == pytest.approx([plain[cell] for cell in COUNTS])


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.2, 5)), min_size=2, max_size=30))
def test_fixed_weight_error_is_the_robust_error_of_a_weighted_regression_on_a_constant(people):
    import statsmodels.api as sm
    from statsmodels.stats.weightstats import DescrStatsW

    y, w = np.array([answer for answer, _weight in people], dtype=float), np.array([weight for _a, weight in people])
    cells = {str(place): CellSums(1, answer, answer**2) for place, (answer, _weight) in enumerate(people)}
    found = weighted_mean(cells, {str(place): weight for place, (_a, weight) in enumerate(people)}, respondents=len(y))
    fit = sm.WLS(y, np.ones_like(y), weights=w).fit(cov_type="HC1")

    assert found.value == pytest.approx(DescrStatsW(y, weights=w).mean)
    assert found.standard_error == pytest.approx(fit.bse[0], rel=1e-6, abs=1e-7)


def test_calibrated_error_has_the_residuals_of_a_weighted_regression():
    import statsmodels.api as sm

    weights = rake(COUNTS, MARGINS).weights
    rows = [
        (answer, weights[cell], [1, cell[0] == "F", cell.endswith("19-39"), cell.endswith("40-64")])
        for cell, n in COUNTS.items()
        for answer in [1] * YES[cell] + [0] * (n - YES[cell])
    ]
    y, w, x = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    residuals = sm.WLS(y, x, weights=w).fit().resid

    expected = np.sqrt(120 / 119 * ((w * residuals) ** 2).sum()) / w.sum()
    assert calibrated_error(SUMS, weights) == pytest.approx(expected, rel=1e-9)


def test_those_who_did_not_say_are_a_category_of_one_margin_only():
    counts = {"F/old": 20, "F/young": 20, "M/old": 10, "M/young": 30, "F/unknown": 10, "M/unknown": 10}
    weights = rake(counts, [{"F": 600, "M": 400}, {"old": 300, "young": 700}]).weights
    raked = {cell: n * weights[cell] for cell, n in counts.items()}

    assert sum(raked[cell] for cell in raked if cell[0] == "F") == pytest.approx(600)
    # 20 of 100 did not tell their age and keep 200 of 1,000; old and young share the other 800 as registered.
    assert sum(raked[cell] for cell in raked if "unknown" in cell) == pytest.approx(200)
    assert sum(raked[cell] for cell in raked if "old" in cell) == pytest.approx(240)


def test_correction_for_a_finite_population_is_the_spread_of_sampling_without_replacement():
    # Drawing n of N people of whom a share says yes: the hypergeometric spread over the binomial one.
    from scipy.stats import binom, hypergeom

    population, yes, n = 400, 220, 120
    expected = hypergeom.std(population, yes, n) / binom.std(n, yes / population)

    assert finite_correction(n, population) == pytest.approx(expected, rel=1e-9)
    assert (finite_correction(1, 400), finite_correction(400, 400)) == (1.0, 0.0)


def test_a_share_of_a_small_population_is_surer_and_of_all_of_it_certain():
    share = weighted_share({"": (120, 73)})

    found = finite_share(share, 400)
    # As sure as 120 / (280 / 399) = 171 answers of many: 104.025 of 171, Wilson.
    assert found.n_star == pytest.approx(171)
    assert wilson(104, 171).low < found.interval.low < wilson(105, 171).low
    assert wilson(104, 171).high < found.interval.high < wilson(105, 171).high
    assert found.standard_error == pytest.approx(share.standard_error * (280 / 399) ** 0.5)
    certain = finite_share(share, 120).interval
    assert certain.low == certain.high == share.value
    assert finite_share(weighted_share({}), 400).value is None


def test_a_cap_just_met_and_one_just_missed():
    # Of 100 answers 10 are old and stand for half: mean weight 5 times the mean of all.
    counts, margins = {"young": 90, "old": 10}, [{"young": 50, "old": 50}]

    assert rake(counts, margins, cap=5.0).warnings == (HIGH_DEFF,)
    assert rake(counts, margins, cap=4.99).warnings == (INFEASIBLE_CAP, HIGH_DEFF)


@given(
    st.lists(st.integers(1, 60), min_size=6, max_size=6),
    st.floats(0.2, 0.8),
    st.tuples(st.floats(0.2, 0.4), st.floats(0.2, 0.4)),
)
def test_raked_margins_are_the_registered_ones(counts, women, ages):
    cells = dict(zip(COUNTS, counts, strict=True))
    margins = [
        {"F": 1000 * women, "M": 1000 * (1 - women)},
        {"19-39": 1000 * ages[0], "40-64": 1000 * ages[1], "65+": 1000 * (1 - sum(ages))},
    ]
    weights = rake(cells, margins).weights

    for number, margin in enumerate(margins):
        for category, target in margin.items():
            raked = sum(n * weights[cell] for cell, n in cells.items() if cell.split("/")[number] == category)
            assert raked == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: rake(COUNTS, [{"F": 1, "M": 1}, {"19-39": 1, "40-64": 1, "65+": 1}]), "same total"),
        (lambda: rake(COUNTS, []), "margins"),
        (lambda: rake({"F": 1}, [{"F": 2, "M": 0}]), "above 0"),
        (lambda: rake({"F": 1}, [{"F": float("nan"), "M": 1}]), "above 0"),
        (lambda: rake({"X": 1}, [{"F": 1, "M": 1}]), "X"),
        (lambda: rake({"F/old": 1}, [{"F": 1, "M": 1}]), "F/old"),
        (lambda: rake({"F": -1}, [{"F": 1, "M": 1}]), "negative"),
        (lambda: rake({"F": 1}, [{"F": 1}], cap=1), "cap"),
        (lambda: weighted_share({"a": (3, 4)}), "4 yes of 3"),
        (lambda: weighted_share({"a": (3, 2)}, {"a": 1}, respondents=2), "respondents"),
        (lambda: weighted_share({"a": (3, 2)}, {"b": 1}), "lack the cells a"),
        (lambda: kish({"a": 1}, {"a": 0}), "weights must be above 0"),
        (lambda: kish({"a": 0}, {"a": 1}), "counts must hold people"),
        (lambda: weighted_share({"a": (3, 2)}, {"a": 0.0}), "weights must be above 0, got 0.0 in cell a"),
        (lambda: weighted_share({"a": (3, 2), "b": (3, 1)}, {"a": -1.0, "b": 2.0}), "weights must be above 0"),
        (
            lambda: weighted_mean({"a": CellSums(3, 2, 2)}, {"a": float("nan")}, respondents=3),
            "weights must be above 0",
        ),
        (lambda: calibrated_error({"a": CellSums(3, 2, 2)}, {"a": -1}), "weights must be above 0"),
        (lambda: weighted_share({}, confidence=95), "confidence"),
        (lambda: finite_correction(0, 9), "0 answers"),
        (lambda: finite_correction(10, 9), "population of 9"),
        (lambda: calibrated_error({"a": CellSums(3, 2, 2)}, {"b": 1}), "lack the cells a"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises((ValueError, KeyError), match=names):
        call()
