"""Raking and weighted figures against R survey 4.1 (G16, G17) and by hand (G18)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.proportions import newcombe_shares, wilson
from surveys.stats.weights import (
    HIGH_DEFF,
    INFEASIBLE_CAP,
    CellSums,
    calibrated_error,
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


def test_domain_of_g16_keeps_everybody_in_its_error():
    weights = rake(COUNTS, MARGINS).weights
    old = weighted_share({cell: CELLS[cell] for cell in CELLS if "65+" in cell}, weights, respondents=120)
    rest = weighted_share({cell: CELLS[cell] for cell in CELLS if "65+" not in cell}, weights, respondents=120)
    gap = newcombe_shares(rest.value, rest.n_star, old.value, old.n_star, z=1.644853627, confidence=0.90)

    assert (old.value, old.standard_error, old.n_star) == pytest.approx((0.3, 0.1219588, 14.237288), rel=1e-6)
    assert (old.interval.low, old.interval.high) == pytest.approx((0.12702585, 0.55796807), rel=1e-6)
    assert (rest.value, rest.n_star) == pytest.approx((0.62916667, 88.946924), rel=1e-6)
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

    assert kish({cell: n for cell, (n, _yes) in cells.items()}, weights) == pytest.approx(1.2)
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


@settings(deadline=None)
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
        (lambda: rake({"X": 1}, [{"F": 1, "M": 1}]), "X"),
        (lambda: rake({"F/old": 1}, [{"F": 1, "M": 1}]), "F/old"),
        (lambda: rake({"F": -1}, [{"F": 1, "M": 1}]), "negative"),
        (lambda: rake({"F": 1}, [{"F": 1}], cap=1), "cap"),
        (lambda: weighted_share({"a": (3, 4)}), "4 yes of 3"),
        (lambda: weighted_share({"a": (3, 2)}, {"a": 1}, respondents=2), "respondents"),
        (lambda: weighted_share({"a": (3, 2)}, {"b": 1}), "lack the cells a"),
        (lambda: kish({"a": 0}, {"a": 1}), "weights"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises((ValueError, KeyError), match=names):
        call()
