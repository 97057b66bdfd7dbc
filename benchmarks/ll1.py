"""``make bench-ll1``: how often a service that does not deserve it is scaled, by plain intervals and by LL-1.

Simulates pilots whose true share of acceptance lies exactly at the threshold, where every SCALE is wrong, prints what
came out and writes it to docs/benchmarks/ll1.md. What an outcome is, `surveys.stats.verdict.verdict` alone decides:
with equal weights it depends on nothing but the number of people who accept, so it is asked once for each number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from surveys.stats.monitoring import live_band
from surveys.stats.verdict import LEDGERS, Evidence, Outcome, Rule, verdict
from surveys.stats.weights import weighted_share

RESULTS = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "ll1.md"
SEED = 20_270_301
RUNS = 20_000
WAVES = 4
ANSWERS = 150
THRESHOLD = 0.60
# Between any two waves, of what makes the people of a panel accept.
PANEL_CORRELATION = 0.7
PEEK_EVERY = 10
PLANNED = (150, 400)
AT_ONCE = 1_000

PLAIN = Rule(alpha=(0.05,), tau_scale=THRESHOLD)
LEDGER = Rule(alpha=LEDGERS[WAVES], tau_scale=THRESHOLD)

TEXT = """# How often a service is scaled that should not be

Made by `make bench-ll1` with seed {seed} (NumPy's PCG64): {runs:,} simulated pilots a line. The true share of
acceptance is exactly the threshold of {threshold:.0%}, so that every SCALE is wrong; nominal are 2.5%. A line
counts the pilots that were scaled at least once; ± is what 95 of 100 repetitions of the simulation stay within.

| pilots | plain 95% intervals | Living Lab |
|---|---:|---:|
{rows}

- **At waves** Living Lab is LL-1 with the ledger of four looks ({ledger}); plain is the same rule with all of
  5% at each look. Pilots are followed to their last wave whatever was said before; in practice REVISE and
  RETIRE end a version, which can only make a wrong SCALE rarer.
- **The same people**: what a person thinks of the service in any two waves is correlated by {correlation}.
- **Chosen, not given**: the specification of the rule names neither this correlation nor how many answers a wave
  that is looked at in between has. Of 0.5, 0.6 and 0.7, and of 400 and 600 beside 150, those nearest to its figures
  are shown. Read these rows as agreement with it, not as proof; nothing was chosen for different people.
- **While a wave is open** Living Lab is the live band and plain the ordinary interval; the band begins at 30
  answers. No verdict follows from either: this is what somebody would believe who stops looking as soon as it
  looks good.
- Outcomes come from `surveys.stats.verdict.verdict` and `surveys.stats.monitoring.live_band`, asked once for
  each number of accepting people.
"""

Counts = npt.NDArray[np.int64]
Scales = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Wrong:
    """Shares of pilots that were scaled at least once: by plain intervals, and by what the site shows and decides."""

    what: str
    plain: float
    ours: float
    runs: int

    def as_markdown(self) -> str:
        return f"| {self.what} | {_percent(self.plain, self.runs)} | {_percent(self.ours, self.runs)} |"


def main() -> None:
    found = simulated(runs=RUNS, seed=SEED)
    text = as_markdown(found)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def simulated(*, runs: int, seed: int) -> list[Wrong]:
    """Four situations, in the order of the document."""
    random = np.random.default_rng(seed)
    waves = {
        f"Four waves of {ANSWERS}, the same people": panel(random, runs),
        f"Four waves of {ANSWERS}, different people": fresh(random, runs),
    }
    return [
        *(
            Wrong(what, wrong_at_waves(PLAIN, accept), wrong_at_waves(LEDGER, accept), runs)
            for what, accept in waves.items()
        ),
        *(peeked(random, runs, planned=planned) for planned in PLANNED),
    ]


def fresh(random: np.random.Generator, runs: int) -> Counts:
    """How many accept in each wave of each run, other people in every wave."""
    return random.binomial(ANSWERS, THRESHOLD, size=(runs, WAVES))


def panel(random: np.random.Generator, runs: int) -> Counts:
    """The same people in every wave: what they think is normal, and correlated between any two waves."""
    bound = NormalDist().inv_cdf(THRESHOLD)
    kept, new = sqrt(PANEL_CORRELATION), sqrt(1 - PANEL_CORRELATION)
    parts = []
    for start in range(0, runs, AT_ONCE):
        size = min(AT_ONCE, runs - start)
        person = random.standard_normal((size, ANSWERS, 1))
        moment = random.standard_normal((size, ANSWERS, WAVES))
        parts.append((kept * person + new * moment < bound).sum(axis=1))
    return np.concatenate(parts)


def scales(rule: Rule, look: int, n: int) -> Scales:
    """Whether the rule says SCALE at a look, for 0 to n of n people accepting."""
    outcomes = [verdict(rule, look, Evidence(weighted_share({"": (n, yes)}))).outcome for yes in range(n + 1)]
    return np.array([outcome == Outcome.SCALE for outcome in outcomes])


def wrong_at_waves(rule: Rule, accept: Counts) -> float:
    """Share of runs with SCALE at any wave. A rule with one look is asked at each wave as if there were no other."""
    looks = range(1, WAVES + 1) if rule.looks == WAVES else [1] * WAVES
    said = [scales(rule, look, ANSWERS)[accept[:, wave]] for wave, look in enumerate(looks)]
    return float(np.any(said, axis=0).mean())


def peeked(random: np.random.Generator, runs: int, *, planned: int) -> Wrong:
    """One wave looked at after every 10 answers, until an interval or a band lies above the threshold."""
    peeks = planned // PEEK_EVERY
    accept = random.binomial(PEEK_EVERY, THRESHOLD, size=(runs, peeks)).cumsum(axis=1)
    # Whoever peeks does not wait for 100 answers.
    impatient = Rule(alpha=PLAIN.alpha, tau_scale=THRESHOLD, n_min=1)
    by_interval, by_band = np.zeros(runs, dtype=bool), np.zeros(runs, dtype=bool)
    for peek in range(peeks):
        n = PEEK_EVERY * (peek + 1)
        by_interval |= scales(impatient, 1, n)[accept[:, peek]]
        by_band |= above(n, planned)[accept[:, peek]]
    what = f"One wave of {planned}, looked at after every {PEEK_EVERY} answers"
    return Wrong(what, float(by_interval.mean()), float(by_band.mean()), runs)


def above(n: int, planned: int) -> Scales:
    """Whether the live band lies above the threshold, for 0 to n of n people accepting."""
    lows: list[float] = []
    for yes in range(n + 1):
        share = weighted_share({"": (n, yes)})
        band = live_band(share.value, share.standard_error, n, planned=planned).interval
        lows.append(0.0 if band is None else band.low)
    return np.array(lows) >= THRESHOLD


def _percent(share: float, runs: int) -> str:
    return f"{share:.1%} ± {1.96 * sqrt(share * (1 - share) / runs):.1%}"


def as_markdown(found: Sequence[Wrong]) -> str:
    return TEXT.format(
        seed=SEED,
        runs=RUNS,
        threshold=THRESHOLD,
        rows="\n".join(row.as_markdown() for row in found),
        ledger=", ".join(f"{alpha:.1%}" for alpha in LEDGER.alpha),
        correlation=PANEL_CORRELATION,
    )


if __name__ == "__main__":
    main()
