"""The lines beside a verdict, on the cells of G16 (R survey 4.1 gives the calibrated error .047007012)."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.stats.figures import cell_counts
from surveys.stats.proportions import wilson
from surveys.stats.sensitivity import WEIGHTING, sensitivity
from surveys.stats.state import tally
from surveys.stats.verdict import Outcome, Rule
from surveys.stats.weights import rake
from tests.stats.test_figures import LAYOUT, MARGINS, YES, N

RULE = Rule(n_min=100)


def wave(suspects=0):
    """G16; so many of the people who accept carry two flags."""
    cells = [cell for cell, n in N.items() for _person in range(n)]
    accepts = np.array([place < YES[cell] for cell, n in N.items() for place in range(n)])
    answers = np.where(accepts[:, None], [[4, 2, 4, 4, 4]], [[2, 4, 2, 3, 2]]).astype(np.int16)
    flags = np.where(accepts & (np.cumsum(accepts) <= suspects), 0b11, 0)
    return tally(LAYOUT, answers, cells=cells, flags=flags)


def test_calibration_narrows_the_interval_by_what_the_margins_explain():
    state = wave()
    weights = rake(cell_counts(state), MARGINS).weights
    calibrated = sensitivity(state, RULE, 3, weights=weights).calibrated

    assert calibrated.share == pytest.approx(0.56333333)
    assert calibrated.n_star == pytest.approx(96.976113 * (0.05057577 / 0.047007012) ** 2, rel=1e-6)
    assert calibrated.n == 120


def test_unweighted_is_the_rule_on_plain_counts():
    state = wave()
    weights = rake(cell_counts(state), MARGINS).weights
    plain = sensitivity(state, RULE, 3, weights=weights).unweighted

    assert (plain.share, plain.n_star) == (73 / 120, 120)
    assert plain.interval.low == pytest.approx(wilson(73, 120, confidence=0.975).low)
    assert sensitivity(state, RULE, 3).calibrated is None


def test_suspects_are_left_out_of_one_line_only():
    found = sensitivity(wave(suspects=30), RULE, 3)

    assert (found.without_suspects.share, found.without_suspects.n) == (43 / 90, 90)
    assert found.without_suspects.codes == ("N_TOTAL",)
    assert (found.unweighted.share, found.unweighted.n) == (73 / 120, 120)


def test_failed_weights_stop_every_line_but_the_unweighted_one():
    found = sensitivity(wave(), RULE, 3, failed_guards=[WEIGHTING])

    assert found.without_suspects.codes == ("GUARD:WEIGHTING",)
    assert found.unweighted.outcome == Outcome.NOT_ENOUGH_EVIDENCE
    assert found.unweighted.codes == ("STRADDLES",)


def test_lines_know_which_looks_are_forfeited():
    found = sensitivity(wave(), RULE, 1, weights={cell: 1.0 for cell in N}, forfeited=[3])

    assert {line.later for line in (found.without_suspects, found.unweighted, found.calibrated)} == {(2,)}


def test_everybody_accepting_leaves_nothing_to_calibrate():
    state = tally(LAYOUT, np.full((120, 5), 4, dtype=np.int16), cells=["F/65+"] * 60 + ["M/65+"] * 60)
    found = sensitivity(state, RULE, 3, weights={"F/65+": 1.0, "M/65+": 2.0})

    assert found.calibrated.n_star == pytest.approx(108.0)
    assert found.calibrated.outcome == Outcome.SCALE
