"""What it takes to pass: read before a rule is registered, so that nobody hopes for what the numbers cannot give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from surveys.stats.estimates import two_sided_z
from surveys.stats.proportions import wilson_share
from surveys.stats.verdict import Rule


@dataclass(frozen=True, slots=True)
class PlanningRow:
    """At n answers: the smallest share that scales (None: not even everybody), the chance of it for true shares, and
    ``z sqrt(tau (1 - tau) / n)``, the half-width to plan with."""

    n: int
    smallest_share: float | None
    power: tuple[tuple[float, float], ...]
    half_width: float


def planning_table(
    rule: Rule,
    sizes: Sequence[int],
    *,
    look: int | None = None,
    true_shares: Sequence[float] = (0.65, 0.70, 0.75, 0.80),
) -> list[PlanningRow]:
    """Planning table of a rule at one look, for equal weights and without protected groups or extra criteria.

    Parameters
    ----------
    rule
        The rule one thinks of registering.
    sizes
        Numbers of answers, each at least 1.
    look
        1 to ``rule.looks``; the last one, where not said.
    true_shares
        Shares for which the chance of SCALE is wanted.

    Returns
    -------
    list of PlanningRow

    Raises
    ------
    ValueError
        If the look is not registered or a size is below 1.

    Notes
    -----
    Exact binomial probabilities. Whether ``n_min`` lets a look speak at all is not part of the table.

    References
    ----------
    Wilson (1927), JASA 22.

    Examples
    --------
    >>> row = planning_table(Rule(), [100])[0]
    >>> row.smallest_share, round(dict(row.power)[0.70], 2)
    (0.71, 0.46)
    """
    from scipy.special import bdtrc

    look = rule.looks if look is None else look
    if not 1 <= look <= rule.looks:
        raise ValueError(f"look must lie in 1..{rule.looks}, got {look}")
    if any(n < 1 for n in sizes):
        raise ValueError(f"sizes must be at least 1, got {min(sizes)}")
    confidence = 1 - rule.alpha[look - 1]
    z = two_sided_z(confidence)
    rows = []
    for n in sizes:
        least = next(
            (
                yes
                for yes in range(ceil(n * rule.tau_scale), n + 1)
                if wilson_share(yes / n, n, z=z, confidence=confidence).low >= rule.tau_scale
            ),
            None,
        )
        power = tuple((share, 0.0 if least is None else float(bdtrc(least - 1, n, share))) for share in true_shares)
        smallest = None if least is None else least / n
        rows.append(PlanningRow(n, smallest, power, z * sqrt(rule.tau_scale * (1 - rule.tau_scale) / n)))
    return rows
