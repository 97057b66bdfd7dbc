"""Charts of a report as vector pictures, from released numbers only; their words come in one language from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import vl_convert
from django.conf import settings

FONT = "Noto Sans KR"
INK, SOFT, LINE = "#1e2124", "#58616a", "#b1b8be"
MARK, RED, GREEN = "#0b50d0", "#bd2c0f", "#228738"
# From "strongly disagree" to "strongly agree": amber to blue, told apart by every common kind of colour vision.
SCALE = ["#9e5400", "#f2b45a", "#d8dce0", "#86aff9", "#083891"]
# The text of a page is 168 mm wide; with its labels every chart is a little less, so that all letters are one size.
WIDTH = 620


@dataclass(frozen=True)
class Bar:
    """One estimate with its interval; ``series`` sets waves apart."""

    label: str
    value: float
    low: float | None
    high: float | None
    series: str = ""


@dataclass(frozen=True)
class Line:
    """A threshold across the chart."""

    at: float
    label: str
    colour: str = SOFT


@dataclass(frozen=True)
class Stack:
    """How the answers to one item spread over its scale; a hidden part has no count."""

    label: str
    counts: tuple[int, ...]


@cache
def _fonts() -> None:
    vl_convert.register_font_directory(str(settings.REPORT_FONTS))


# Letters of all labels together that fit above a chart in one line.
LEGEND_LINE = 80


def drawn(spec: dict[str, Any]) -> str:
    """The chart as SVG."""
    _fonts()
    text = {"font": FONT, "labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": SOFT}
    axis = text | {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 230}
    config = {
        "font": FONT,
        "background": None,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "view": {"stroke": None},
        "axis": axis | {"gridColor": "#e6e8ea", "domainColor": LINE, "tickColor": LINE},
        "legend": text
        | {"labelFontSize": 11, "orient": "top", "title": None, "symbolType": "square", "labelLimit": 180},
        "text": {"font": FONT, "fontSize": 11},
    }
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": config} | spec
    return str(vl_convert.vegalite_to_svg(whole))


def interval_chart(
    bars: Sequence[Bar], *, low: float, high: float, lines: Iterable[Line] = (), unit: str = "share", row: int = 30
) -> str:
    """Estimates as points on the line of their interval, with thresholds across. ``unit``: share, points or number."""
    series = list(dict.fromkeys(bar.series for bar in bars))
    several = len(series) > 1
    values = [
        {"label": bar.label, "value": bar.value, "low": bar.low, "high": bar.high, "series": bar.series} for bar in bars
    ]
    # A difference of shares is in points: its sign is told, and the unit stands in the caption.
    form = {"share": ".0%", "points": "+.0%", "number": "~f"}[unit]
    x = {
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": None, "format": form, "tickCount": 6},
    }
    y: dict[str, Any] = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
    }
    colour: dict[str, Any] = {"value": MARK}
    if several:
        y |= {"scale": {"paddingInner": 0.25}}
        colour = {"field": "series", "type": "nominal", "sort": None, "scale": {"range": [SCALE[1], MARK, GREEN, RED]}}
    shift = {"yOffset": {"field": "series", "sort": None}} if several else {}
    with_interval = [value for value in values if value["low"] is not None]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": with_interval},
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.45},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "color": colour} | shift,
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {"x": x | {"field": "value"}, "y": y, "color": colour} | shift,
        },
    ]
    for line in lines:
        at = {"values": [{"at": line.at, "label": line.label}]}
        place = {"x": x | {"field": "at"}}
        layers.append(
            {"data": at, "mark": {"type": "rule", "strokeDash": [4, 3], "color": line.colour, "size": 1.5}}
            | {"encoding": place}
        )
        layers.append(
            {
                "data": at,
                "mark": {"type": "text", "baseline": "bottom", "dy": -4, "color": line.colour, "fontWeight": "bold"},
                "encoding": place | {"y": {"value": 0}, "text": {"field": "label"}},
            }
        )
    rows = len(dict.fromkeys(bar.label for bar in bars))
    return drawn({"width": WIDTH, "height": max(1, rows) * row * (1.2 if several else 1), "layer": layers})


def stacked_chart(stacks: Sequence[Stack], labels: Sequence[str], *, colours: Sequence[str] = ()) -> str:
    """Shares of each answer, one bar for each item; numbers stand where there is room for them.

    ``colours``, one for each answer, are those of a scale of agreement where not said. A label may have two lines.
    """
    several_lines = any("\n" in stack.label for stack in stacks)
    dark = [_is_dark(colour) for colour in colours] or [place in (0, len(labels) - 1) for place in range(len(labels))]
    values = []
    for stack in stacks:
        total, before = sum(stack.counts), 0
        for place, (count, label) in enumerate(zip(stack.counts, labels, strict=True)):
            if count:
                values.append(
                    {
                        "item": stack.label,
                        "answer": label,
                        "from": before / total,
                        "to": (before + count) / total,
                        "middle": (before + count / 2) / total,
                        "words": f"{100 * count / total:.0f}" if count / total >= 0.07 else "",
                        "dark": dark[place],
                    }
                )
            before += count
    colours = colours or (SCALE if len(labels) == len(SCALE) else [SCALE[0], SCALE[2], SCALE[4]])
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    y: dict[str, Any] = {
        "field": "item",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
        "scale": {"paddingInner": 0.3},
    }
    if several_lines:
        y["axis"] = {"title": None, "domain": False, "ticks": False, "labelExpr": "split(datum.label, '\\n')"}
    # Long labels would run over the edge of the page in one line.
    legend = {"columns": 3 if sum(map(len, labels)) > (LEGEND_LINE // 2 if several_lines else LEGEND_LINE) else 0}
    scale = {"domain": list(labels), "range": list(colours)}
    colour = {"field": "answer", "type": "nominal", "scale": scale, "legend": legend}
    return drawn(
        {
            "width": WIDTH,
            "height": {"step": 36 if several_lines else 22},
            "data": {"values": values},
            "layer": [
                {
                    "mark": "bar",
                    "encoding": {
                        "x": x | {"field": "from", "axis": {"title": None, "format": ".0%", "tickCount": 5}},
                        "x2": {"field": "to"},
                        "y": y,
                        "color": colour,
                    },
                },
                {
                    "mark": {"type": "text", "fontSize": 10},
                    "encoding": {
                        "x": x | {"field": "middle"},
                        "y": y,
                        "text": {"field": "words"},
                        "color": {"condition": {"test": "datum.dark", "value": "white"}, "value": INK},
                    },
                },
            ],
        }
    )


def _is_dark(colour: str) -> bool:
    """Whether white letters read better than dark ones on a colour like ``#083891``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
