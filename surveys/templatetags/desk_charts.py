"""Charts of the desk alone, beside the table of the same numbers. Places are in percent, so that they fit a phone."""

from collections.abc import Iterable
from typing import Any

from django import template

from livinglab.web.templatetags.charts import Axis

register = template.Library()


@register.inclusion_tag("components/charts/importance_map.html")
def importance_map(
    rows: Iterable[dict[str, Any]], *, title: str, crossing_importance: float, crossing_standing: float
) -> dict[str, Any]:
    """Importance upwards, standing to the right. A row: number, label, importance, standing, both in [0, 1].

    Upwards reaches as far as the most important needs; the numbers in the dots are those of the table.
    """
    rows = list(rows)
    highest = max([crossing_importance * 2, *(row["importance"] for row in rows)]) * 1.1
    across, up = Axis(), Axis(0, highest)
    return {
        "title": title,
        "points": [
            row | {"x": across.place(row["standing"]), "y": across.place(1 - row["importance"] / highest)}
            for row in rows
        ],
        "line_x": across.place(crossing_standing),
        "line_y": across.place(1 - crossing_importance / highest),
        "crossing_importance": crossing_importance,
        "crossing_standing": crossing_standing,
        "top": up.words(highest, 0),
    }
