"""How far alpha depends on who happened to answer: its interval with people drawn anew, beside Feldt's formula.

Unweighted, as alpha itself: it tells of the questions, not of the city.
"""

from collections.abc import Mapping

from surveys.metrics.disclosure import HIDDEN
from surveys.metrics.figures import Plain, limits
from surveys.metrics.suppression import is_small, rounded
from surveys.stats.bootstrap import SPLITMIX, Replicates, alpha_of_replicates
from surveys.stats.figures import construct_figures
from surveys.stats.state import State


def alphas_of(state: State, replicates: Mapping[str, Replicates]) -> Plain:
    """For each construct of several questions its alpha and the interval from these replicates."""
    return {
        "seed": next((drawn.pilot for drawn in replicates.values()), ""),
        "generator": SPLITMIX,
        "replicates": max((len(drawn.totals) for drawn in replicates.values()), default=0),
        "constructs": [_alpha(state, name, drawn) for name, drawn in replicates.items()],
    }


def _alpha(state: State, name: str, drawn: Replicates) -> Plain:
    alpha = construct_figures(state, name).alpha
    found = alpha_of_replicates(drawn, alpha)
    return {
        "name": name,
        "value": found.value,
        **limits(found.interval),
        "n": found.n,
        "replicates": found.replicates,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        # The same by the formula, to be read beside it.
        "feldt": limits(alpha.interval),
    }


def alphas_released(results: Plain, constructs: list[Plain]) -> Plain:
    """For everybody: as finely as the alpha that is published already, and only beside one."""
    told = {construct["name"] for construct in constructs if construct["alpha"]["value"] is not None}
    return results | {"constructs": [_released(found, shown=found["name"] in told) for found in results["constructs"]]}


def _released(figure: Plain, *, shown: bool) -> Plain:
    if figure["value"] is None:
        return figure | {"n": None}
    if not shown or is_small(figure["n"]):
        hidden = dict.fromkeys(("value", "low", "high", "confidence", "n", "replicates"))
        return figure | hidden | {"feldt": limits(None), "reason": HIDDEN}
    return _rounded(figure) | {"feldt": _rounded(figure["feldt"]), "n": rounded(figure["n"])}


def _rounded(figure: Plain) -> Plain:
    return figure | {side: round(figure[side], 2) for side in ("value", "low", "high") if figure.get(side) is not None}
