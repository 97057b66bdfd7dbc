"""How a file about people is made safe to hand to a researcher (acceptance-metrics.md, section 5, level b)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.metrics.cells import UNKNOWN
from surveys.stats.anonymity import ALL, K, L, Step
from surveys.weighting import RECIPES, read_recipe

# What somebody may know of a neighbour who took part, in the order of a class.
QUASI_IDENTIFIERS = ("age", "sex", "area", "mode", "month")
AGE, SEX, AREA, MODE, MONTH = range(len(QUASI_IDENTIFIERS))
# A zone with fewer residents is not told.
RESIDENTS = 1_000
HELPED = "helped"

WIDE_BANDS = {
    "14-18": "14-29",
    "19-29": "14-29",
    "30-39": "30-49",
    "40-49": "30-49",
    "50-64": "50-64",
    "65-74": "65+",
    "75+": "65+",
}
WIDE_LABELS: Mapping[str, Promise] = {
    "14-29": _("14 to 29"),
    "30-49": _("30 to 49"),
    "14-64": _("14 to 64"),
    "65+": _("65 and older"),
}
TWO_BANDS = {band: "65+" if band == "65+" else "14-64" for band in WIDE_BANDS.values()}
STEPS = (
    Step("month left out", MONTH),
    Step("on paper and with help joined", MODE, {"assisted": HELPED, "paper": HELPED}),
    Step("area left out", AREA),
    Step("age in four bands", AGE, WIDE_BANDS),
    Step("mode left out", MODE),
    Step("age in two bands", AGE, TWO_BANDS),
)


@dataclass(frozen=True)
class Recipe:
    """Quasi-identifiers, the coarsenings in their order, and how many people may lose theirs instead."""

    name: str
    title: str | Promise
    help: str | Promise
    tolerated: float = 0.0
    k: int = K
    l: int = L  # noqa: E741
    steps: tuple[Step, ...] = field(default=STEPS)

    def told(self) -> dict[str, Any]:
        """For the protocol."""
        return {
            "name": self.name,
            "quasi_identifiers": list(QUASI_IDENTIFIERS),
            "k": self.k,
            "l": self.l,
            "least_residents_of_a_zone": RESIDENTS,
            "steps": [step.name for step in self.steps],
            "tolerated": self.tolerated,
        }


RESEARCH: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "strict",
            _("Everybody stays in, in coarse groups"),
            _("Age, area and the rest are made coarser until every group holds at least five people."),
        ),
        Recipe(
            "fine",
            _("Finer groups, a few people without them"),
            _("Groups stay finer as long as at most 5 in 100 people lose their age, area and the rest instead."),
            tolerated=0.05,
        ),
    )
}


@cache
def zones() -> Mapping[str, str]:
    """From each area known to have at least 1,000 residents, alone or with its neighbours, to its zone."""
    found = {}
    for path in sorted(RECIPES.glob("*.yaml")):
        for margin in read_recipe(path)["margins"]:
            if margin["variable"] != "area":
                continue
            for zone, residents in margin["targets"].items():
                if residents >= RESIDENTS:
                    found.update(dict.fromkeys(margin.get("joins", {}).get(zone, [zone]), zone))
    return found


def large_zones(areas: set[str]) -> Step:
    """The first coarsening, always taken: areas whose residents are too few, or not known, are one."""
    known = zones()
    joins = {area: known.get(area, ALL) for area in areas if area != UNKNOWN}
    return Step("areas in zones of at least 1,000 residents", AREA, joins, always=True)
