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
        "points": [row | {"x": across.place(row["standing"]), "y": upwards(up, row["importance"])} for row in rows],
        "line_x": across.place(crossing_standing),
        "line_y": upwards(up, crossing_importance),
        "crossing_importance": crossing_importance,
        "crossing_standing": crossing_standing,
    }


@register.inclusion_tag("components/charts/series_chart.html")
def series_chart(
    points: Iterable[dict[str, Any]],
    *,
    title: str,
    low_end: float = 0.0,
    high_end: float = 1.0,
    unit: str = "share",
    limits: bool = False,
) -> dict[str, Any]:
    """Waves from left to right. A point: label, value, low, high; ``series`` is what must not change for a line.

    Where it has changed, or a wave has no value, there is a gap. With ``limits``, low and high are lines that a value
    should not cross rather than its interval, and a point may carry an ``alarm``.
    """
    points, axis = list(points), Axis(low_end, high_end, unit)
    drawn: list[dict[str, Any]] = []
    for place, point in enumerate(points):
        entry = point | {"x": f"{100 * (place + 0.5) / len(points):.2f}%", "words": axis.words(point["value"])}
        for name in ("value", "low", "high"):
            if point[name] is not None:
                entry[f"{name}_at"] = upwards(axis, point[name])
        before = drawn[-1] if drawn else None
        if before and "value_at" in before and "value_at" in entry and before.get("series") == entry.get("series"):
            entry["from"] = before
        drawn.append(entry)
    ticks = [{"at": upwards(axis, low_end + part * (high_end - low_end) / 4)} for part in range(5)]
    ends = {"top": axis.words(high_end, 0), "bottom": axis.words(low_end, 0)}
    return {"points": drawn, "ticks": ticks, "title": title, "limits": limits, **ends}


def upwards(axis: Axis, value: float) -> str:
    """A place from the top in percent, within a margin that keeps dots and words inside."""
    share = (min(max(value, axis.low_end), axis.high_end) - axis.low_end) / (axis.high_end - axis.low_end)
    return f"{90 - 80 * share:.2f}%"
