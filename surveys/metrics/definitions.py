"""How the figures of a wave follow from its counts: at its close, and whenever a report is checked later.

Nothing here reads a database, so that whoever holds the counts works out the same figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from surveys.metrics.appendix import appendix_of
from surveys.metrics.figures import Plain, Reach, results_of, weigh
from surveys.metrics.scores import scores_of
from surveys.stats.state import State

# A figure that is from now on worked out in another way gets a new number here, and the old way stays in FIGURES for
# the reports that were made by it. A figure that comes new needs none: a report is checked for what it tells.
DEFINITIONS = 1


@dataclass(frozen=True)
class Inputs:
    """What the figures of a wave follow from beside its counts."""

    # Which wave of what, as the figures tell it.
    wave: Plain
    reach: Reach
    # Codes of the comprehension questions in the order of their counts.
    knowledge: list[str]
    recipe: Plain | None
    protected_groups: int
    m_min: int
    # How the bank scores its constructs.
    scoring: Plain
    # From how many answers on acceptance is told exactly; None for waves frozen before that was asked.
    n_min: int | None = None

    @classmethod
    def of(cls, described: Plain) -> "Inputs":
        return cls(**described | {"reach": Reach(**described["reach"])})

    def describe(self) -> Plain:
        """As plain data."""
        return asdict(self)


def frozen_figures(state: State, inputs: Inputs) -> Plain:
    """Every figure of a wave, exact."""
    results: dict[str, Any] = {"definitions": DEFINITIONS, "wave": inputs.wave}
    results |= results_of(
        state,
        reach=inputs.reach,
        knowledge=inputs.knowledge,
        recipe=inputs.recipe,
        protected_groups=inputs.protected_groups,
    )
    weighed = weigh(state, inputs.recipe)
    results["appendix"] = appendix_of(state, weighed, reach=inputs.reach, recipe=inputs.recipe, m_min=inputs.m_min)
    results["scores"] = scores_of(state, inputs.scoring)
    if inputs.n_min is not None:
        results["disclosure"] = {
            "n_min": inputs.n_min,
            "outcome": {
                "items": list(state.layout.accept.items),
                "at_least": state.layout.accept.at_least,
                "least_answered": state.layout.accept.answered,
            },
            "subjective": list(state.layout.informed.subjective),
        }
    results["suppressed"] = 0
    return results


FIGURES: Mapping[int, Callable[[State, Inputs], Plain]] = {1: frozen_figures}
