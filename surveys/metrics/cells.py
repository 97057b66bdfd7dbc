"""Raking cells: stored as fine as they are known, and joined for what the registered recipe asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.stats.figures import cell_counts
from surveys.stats.state import State
from surveys.stats.weights import Raking, rake

# A cell is "age/sex/area"; not said is "unknown".
VARIABLES = ("age", "sex", "area")
UNKNOWN = "unknown"

# From variable to category to number of people.
Margins = dict[str, dict[str, int]]


def margins_of(state: State, variables: Sequence[str] = VARIABLES) -> Margins:
    """Answers, counted or not, in each category of each variable; ``variables`` are those in a cell's name."""
    found: Margins = {variable: {} for variable in variables}
    start, _length = state.layout.sections["n"]
    for (cell, _counted), row in state.rows.items():
        parts = cell.split("/")
        for place, variable in enumerate(variables):
            category = parts[place] if len(parts) == len(variables) else UNKNOWN
            found[variable][category] = found[variable].get(category, 0) + int(row[start])
    return found


def joined(state: State, recipe: Mapping[str, Any], variables: Sequence[str] = VARIABLES) -> State:
    """The same counts in the cells of a recipe."""
    return State.of_rows(
        state.layout,
        (((recipe_cell(cell, recipe, variables), counted), row) for (cell, counted), row in state.rows.items()),
    )


def recipe_cell(cell: str, recipe: Mapping[str, Any], variables: Sequence[str] = VARIABLES) -> str:
    """A cell as a recipe names it: its variables in its order, fine categories joined as it says.

    What the recipe has no target for, such as an area that is younger than it, is unknown to it.
    """
    parts = dict(zip(variables, cell.split("/"), strict=False))
    names = []
    for variable, margin in zip(recipe["variables"], recipe["margins"], strict=True):
        told = parts.get(variable, UNKNOWN)
        name = recipe.get("categories", {}).get(variable, {}).get(told, told)
        names.append(name if name in margin else UNKNOWN)
    return "/".join(names)


def raked(state: State, recipe: Mapping[str, Any]) -> Raking:
    """Weights by the registered recipe; ``state`` in the recipe's cells."""
    return rake(cell_counts(state), recipe["margins"], merges=recipe.get("merges") or {}, cap=recipe.get("cap", 5.0))
