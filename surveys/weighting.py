"""Raking recipes: documents in ``surveys/recipes``, checked, and written out as they are registered with a rule."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from re import fullmatch
from typing import Any

import yaml
from django.utils.translation import gettext as _

from pilots.models import AgeBand, Sex
from surveys.errors import WrongRule
from surveys.metrics.cells import VARIABLES
from surveys.questionnaire import in_language

# The C parser, where the wheel brings it, is forty times faster.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RECIPES = Path(__file__).parent / "recipes"
# From best to worst; a recipe is as good as its worst margin.
STATUSES = ("official", "reported", "illustrative")
# What participants can tell; of areas a recipe need not know all.
KNOWN: Mapping[str, frozenset[str]] = {
    "age": frozenset(AgeBand.values) - {""},
    "sex": frozenset(Sex.values) - {""},
}
CAP = 5.0


class WrongRecipe(ValueError):
    """A recipe that does not follow surveys/recipes/README.md; the message says where."""


def read_recipe(path: Path) -> dict[str, Any]:
    """A recipe from its file. Raises WrongRecipe where it does not follow the schema."""
    try:
        recipe = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except yaml.YAMLError as error:
        raise WrongRecipe(f"{path.name}: {error}") from error
    if not isinstance(recipe, dict):
        raise WrongRecipe(f"{path.name}: is no mapping")
    for complaint in complaints(recipe):
        raise WrongRecipe(f"{path.name}: {complaint}")
    return recipe


def complaints(recipe: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a recipe, most basic first."""
    if lacking := {"id", "title", "cap", "margins"} - recipe.keys():
        yield f"lacks {', '.join(sorted(lacking))}"
        return
    if recipe["cap"] <= 1:
        yield f"cap must be above 1, got {recipe['cap']}"
    variables = [margin.get("variable") for margin in recipe["margins"]]
    if not variables or len(set(variables)) < len(variables) or not set(variables) <= set(VARIABLES):
        yield f"margins must be of {', '.join(VARIABLES)}, each once"
        return
    for margin in recipe["margins"]:
        for complaint in _of_margin(margin):
            yield f"margin {margin['variable']}: {complaint}"


def _of_margin(margin: Mapping[str, Any]) -> Iterator[str]:
    if lacking := {"source", "date", "status", "targets"} - margin.keys():
        yield f"lacks {', '.join(sorted(lacking))}"
        return
    if margin["status"] not in STATUSES:
        yield f"status must be one of {', '.join(STATUSES)}, got {margin['status']}"
    if not fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", str(margin["date"])):
        yield f"date must be a year, a month or a day, got {margin['date']}"
    targets = margin["targets"]
    if not targets or any(people <= 0 for people in targets.values()):
        yield "targets must be above zero"
    joins, merges = margin.get("joins", {}), margin.get("merges", {})
    if unknown := (joins.keys() | merges.keys() | set(merges.values())) - targets.keys():
        yield f"has no target for {', '.join(sorted(unknown))}"
    told = [fine for joined in joins.values() for fine in joined]
    if len(set(told)) < len(told):
        yield "joins the same category twice"
    covered = set(told) | (targets.keys() - joins.keys())
    if lost := KNOWN.get(margin["variable"], frozenset()) - covered:
        yield f"says nothing of {', '.join(sorted(lost))}"


@cache
def recipes() -> dict[str, dict[str, Any]]:
    """The recipes that come with the site, by id."""
    return {
        recipe["id"]: recipe for recipe in map(read_recipe, sorted(RECIPES.glob("*.yaml"), key=lambda path: path.stem))
    }


def recipe_titles() -> list[tuple[str, str]]:
    """Ids and titles in the active language."""
    return [(name, in_language(recipe["title"])) for name, recipe in recipes().items()]


def as_registered(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as the registration holds it: margins as whole people with one total, sources, and its status."""
    margins = recipe["margins"]
    total = sum(margins[0]["targets"].values())
    return {
        "recipe": recipe["id"],
        "variables": [margin["variable"] for margin in margins],
        "margins": [scaled(margin["targets"], total) for margin in margins],
        "categories": {
            margin["variable"]: {fine: name for name, joined in margin["joins"].items() for fine in joined}
            for margin in margins
            if margin.get("joins")
        },
        "merges": {name: into for margin in margins for name, into in margin.get("merges", {}).items()},
        "cap": float(recipe["cap"]),
        "status": max((margin["status"] for margin in margins), key=STATUSES.index),
        "sources": [
            {name: str(margin[name]) for name in ("variable", "source", "date", "status")} for margin in margins
        ],
        "source": told_source(margins, "source"),
        "source_ko": told_source(margins, "source_ko"),
    }


def told_source(margins: Sequence[Mapping[str, Any]], name: str) -> str:
    """Where the numbers come from, each source once; empty where a margin does not say it in this language."""
    told = [f"{margin[name]} ({margin['date']})" for margin in margins if margin.get(name)]
    return "; ".join(dict.fromkeys(told)) if len(told) == len(margins) else ""


def scaled(targets: Mapping[str, int], total: int) -> dict[str, int]:
    """Whole people in the same shares with another total; those with the largest remainders are rounded up."""
    whole = sum(targets.values())
    found = {name: people * total // whole for name, people in targets.items()}
    by_remainder = sorted(targets, key=lambda name: (-(targets[name] * total % whole), name))
    for name in by_remainder[: total - sum(found.values())]:
        found[name] += 1
    return found


def registered_recipe(name: str) -> dict[str, Any]:
    """A recipe of ours as it is registered. Raises KeyError where there is none of this id."""
    return as_registered(recipes()[name])


def check_weighting(recipe: Mapping[str, Any] | None) -> None:
    """Refuses what cannot be registered: every margin above zero, all with one total, and a source with its status."""
    if recipe is None:
        return
    variables, margins = recipe.get("variables", []), recipe.get("margins", [])
    if not variables or len(variables) != len(margins) or not set(variables) <= set(VARIABLES):
        raise WrongRule(_("Weighting needs a margin for each of its variables."))
    totals = [sum(margin.values()) for margin in margins]
    if max(totals) - min(totals) > 1e-9 * max(totals) or any(
        value <= 0 for margin in margins for value in margin.values()
    ):
        raise WrongRule(_("The margins for weighting must be above zero and have the same total."))
    if recipe.get("cap", CAP) <= 1:
        raise WrongRule(_("The largest weight for weighting must be more than the mean weight."))
    if recipe.get("status") not in STATUSES or not recipe.get("source"):
        raise WrongRule(
            _("Say where the margins for weighting come from, and whether they are official, reported or illustrative.")
        )
