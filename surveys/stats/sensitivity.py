"""How far a verdict hangs on choices that could have been made otherwise. Nothing here ever changes a verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.stats.figures import accept_without_suspects, evidence
from surveys.stats.state import State
from surveys.stats.verdict import Rule, Verdict, verdict
from surveys.stats.weights import CellSums, WeightedShare, calibrated_error

# The guard that fails where a recipe is registered and no weights meet it.
WEIGHTING = "WEIGHTING"


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the rule would have said: without suspect answers, without weights, and with the calibrated error.

    ``calibrated`` is None where nothing is weighted.
    """

    without_suspects: Verdict
    unweighted: Verdict
    calibrated: Verdict | None


def sensitivity(
    state: State,
    rule: Rule,
    look: int,
    *,
    weights: Mapping[str, float] | None = None,
    failed_guards: Sequence[str] = (),
    forfeited: Collection[int] = (),
) -> Sensitivity:
    """The lines printed beside a verdict, each the same rule at the same look with one choice made otherwise.

    Parameters
    ----------
    state
        Of the frozen wave.
    rule
        As registered.
    look
        1 to ``rule.looks``.
    weights
        By raking cell, where a recipe is registered.
    failed_guards
        Names of other registered guards that do not hold.
    forfeited
        Looks that are not taken.

    Returns
    -------
    Sensitivity
        Each line is a whole verdict, with its own interval and codes.

    Raises
    ------
    ValueError
        As `verdict.verdict` does.

    Notes
    -----
    Without suspects: accept of those with fewer than two kinds of flags; the gaps of groups stay those of everybody.
    Unweighted: every figure without weights, and without the guard that asks for them.
    Calibrated: n* of accept times (fixed-weight error / calibrated error) squared, at most n; gaps and criteria stay.

    References
    ----------
    Deville and Särndal (1992), JASA 87, for the calibrated error.

    Examples
    --------
    A hundred and twenty-five answered, 88 accept; four of them answered carelessly:

    >>> import numpy as np
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> answers, flags = np.array([[5]] * 88 + [[2]] * 37), [3] * 4 + [0] * 121
    >>> found = sensitivity(tally(layout, answers, cells=["F"] * 125, flags=flags), Rule(), 3)
    >>> found.without_suspects.outcome.value, found.unweighted.outcome.value, found.calibrated
    ('NOT_ENOUGH_EVIDENCE', 'SCALE', None)
    """
    found = evidence(state, rule, weights=weights, failed_guards=failed_guards)
    suspects_out = replace(found, accept=accept_without_suspects(state, weights=weights))
    guards = [guard for guard in failed_guards if guard != WEIGHTING]
    plain = evidence(state, rule, failed_guards=guards)
    calibrated = None
    if weights is not None:
        accept = _calibrated(state, found.accept, weights)
        calibrated = verdict(rule, look, replace(found, accept=accept), forfeited=forfeited)
    return Sensitivity(
        without_suspects=verdict(rule, look, suspects_out, forfeited=forfeited),
        unweighted=verdict(rule, look, plain, forfeited=forfeited),
        calibrated=calibrated,
    )


def _calibrated(state: State, accept: WeightedShare, weights: Mapping[str, float]) -> WeightedShare:
    cells = {cell: CellSums(int(judged), int(yes), int(yes)) for cell, (judged, yes) in state.by_cell("accept").items()}
    error = calibrated_error(cells, weights, respondents=state.n())
    # With everybody or nobody accepting there is no error to calibrate, and with one person none at all.
    if not error or not accept.standard_error:
        return accept
    n_star = min(float(accept.n), accept.n_star * (accept.standard_error / error) ** 2)
    return replace(accept, n_star=n_star, standard_error=error, interval=None)
