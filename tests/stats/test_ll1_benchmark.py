"""The simulation behind docs/benchmarks/ll1.md: seeded, short, and held to the verdict itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.ll1 import (
    ANSWERS,
    LEDGER,
    PLAIN,
    SEED,
    THRESHOLD,
    WAVES,
    fresh,
    panel,
    scales,
    simulated,
    wrong_at_waves,
)
from surveys.stats.verdict import Evidence, Outcome, verdict
from surveys.stats.weights import weighted_share


def test_the_ledger_and_the_band_keep_what_plain_intervals_break():
    found = simulated(runs=2_000, seed=SEED)

    assert len(found) == 4
    for situation in found:
        assert situation.plain > 0.06
        # Nominal are 2.5 %; 2,000 runs tell that to one point.
        assert situation.ours < 0.035
    same_people, different_people = found[:2]
    assert same_people.plain < different_people.plain


def test_the_same_seed_gives_the_same_figures():
    assert simulated(runs=200, seed=7) == simulated(runs=200, seed=7)


@pytest.mark.parametrize("people", [panel, fresh])
def test_what_is_looked_up_is_what_the_verdict_says(people):
    accept = people(np.random.default_rng(3), 20)
    said = [
        any(
            verdict(LEDGER, look, Evidence(weighted_share({"": (ANSWERS, int(yes))}))).outcome == Outcome.SCALE
            for look, yes in enumerate(run, start=1)
        )
        for run in accept
    ]

    assert wrong_at_waves(LEDGER, accept) == pytest.approx(np.mean(said))


@pytest.mark.parametrize("rule", [PLAIN, LEDGER])
def test_different_people_come_out_as_the_binomial_distribution_says(rule):
    chances = binom.pmf(np.arange(ANSWERS + 1), ANSWERS, THRESHOLD)
    looks = range(1, WAVES + 1) if rule is LEDGER else [1] * WAVES
    never = np.prod([1 - chances[scales(rule, look, ANSWERS)].sum() for look in looks])
    runs = 20_000
    found = wrong_at_waves(rule, fresh(np.random.default_rng(SEED), runs))

    assert found == pytest.approx(1 - never, abs=4 * np.sqrt(never * (1 - never) / runs))
