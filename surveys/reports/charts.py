"""Charts of a report as vector pictures, from released numbers only; their words come in one language from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import vl_convert
from django.conf import settings

from surveys.reports.tracing import unmarked

FONT = "Noto Sans KR"
INK, SOFT, LINE = "#1e2124", "#58616a", "#b1b8be"
MARK, RED, GREEN = "#0b50d0", "#bd2c0f", "#228738"
# From "strongly disagree" to "strongly agree": from light amber to dark blue, so that the order is seen in grey and by
# every common kind of colour vision.
SCALE = ["#fbe3bd", "#eebf7c", "#9bb0d2", "#5b84c4", "#083891"]
# Series side by side are told apart by their marks, too.
SERIES = ["#9e5400", MARK, INK, GREEN]
MARKS = ["square", "circle", "triangle-up", "diamond"]
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
        "legend": text | {"labelFontSize": 11, "orient": "top", "title": None, "labelLimit": 180},
        "text": {"font": FONT, "fontSize": 11},
    }
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": config} | spec
    return str(vl_convert.vegalite_to_svg(unmarked(whole)))


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
        colour = {"field": "series", "type": "nominal", "sort": None, "scale": {"range": SERIES}}
    symbols = {"field": "series", "type": "nominal", "sort": None, "scale": {"range": MARKS}}
    shape = {"shape": symbols} if several else {}
    shift = {"yOffset": {"field": "series", "sort": None}} if several else {}
    with_interval = [value for value in values if value["low"] is not None]
    layers: list[dict[str, Any]] = [
        # Each series by itself, so that the one list of them above the chart is that of the points with their marks.
        {
            "data": {"values": [value for value in with_interval if value["series"] == name]},
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.45, "color": of_rule},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y} | shift,
        }
        for name, of_rule in zip(series, SERIES if several else [MARK], strict=False)
    ]
    layers += [
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {"x": x | {"field": "value"}, "y": y, "color": colour} | shift | shape,
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
    colours = colours or (SCALE if len(labels) == len(SCALE) else steps(len(labels)))
    dark = [_is_dark(colour) for colour in colours]
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
                    "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1},
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


def count_chart(bars: Sequence[tuple[str, int]]) -> str:
    """How many, as bars of one colour with the number beside each."""
    values = [{"label": label, "n": n, "words": f"{n:,}"} for label, n in bars]
    room = 1.12 * max(n for _label, n in bars)
    x = {"field": "n", "type": "quantitative", "axis": None, "scale": {"domain": [0, room]}}
    y: dict[str, Any] = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
        "scale": {"paddingInner": 0.35},
    }
    return drawn(
        {
            "width": WIDTH,
            "height": {"step": 30},
            "data": {"values": values},
            "layer": [
                {"mark": {"type": "bar", "color": SCALE[3]}, "encoding": {"x": x, "y": y}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 5, "color": INK},
                    "encoding": {"x": x, "y": y, "text": {"field": "words"}},
                },
            ],
        }
    )


@dataclass(frozen=True)
class Place:
    """A driver on the map: how it stands and how much it matters, both in [0, 1]."""

    label: str
    performance: float
    importance: float


def map_chart(places: Sequence[Place], *, crossing: tuple[float, float], titles: tuple[str, str], corner: str) -> str:
    """Importance over performance; ``crossing`` parts it in four, ``corner`` names the one to improve first."""
    values = [{"label": place.label, "x": place.performance, "y": place.importance} for place in places]
    most = max(0.4, *(1.15 * place.importance for place in places))
    x: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    x |= {"axis": {"title": titles[0], "format": ".0%", "tickCount": 5}}
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, most], "nice": False}}
    y |= {"axis": {"title": titles[1], "format": ".0%", "tickCount": 5}}
    line = {"type": "rule", "strokeDash": [4, 3], "color": SOFT}
    point = {"x": x | {"field": "x"}, "y": y | {"field": "y"}}
    return drawn(
        {
            "width": WIDTH,
            "height": 300,
            "layer": [
                {"data": {"values": [{"at": crossing[0]}]}, "mark": line, "encoding": {"x": x | {"field": "at"}}},
                {"data": {"values": [{"at": crossing[1]}]}, "mark": line, "encoding": {"y": y | {"field": "at"}}},
                {
                    "data": {"values": [{"words": corner}]},
                    "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 8, "dy": 8, "color": RED},
                    "encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"field": "words"}},
                },
                {"data": {"values": values}, "mark": {"type": "point", "filled": True, "size": 90, "color": MARK}}
                | {"encoding": point},
                {"data": {"values": values}, "mark": {"type": "text", "align": "left", "dx": 8, "color": INK}}
                | {"encoding": point | {"text": {"field": "label"}}},
            ],
        }
    )


@dataclass(frozen=True)
class Period:
    """A point of a monitoring chart with the limits it should stay within."""

    label: str
    value: float
    low: float
    high: float
    alarm: bool


def monitoring_chart(periods: Sequence[Period], *, title: str) -> str:
    """A moving average within its limits; a point outside them is a square."""
    values = [
        {"label": one.label, "value": one.value, "low": one.low, "high": one.high, "alarm": one.alarm}
        for one in periods
    ]
    x: dict[str, Any] = {"field": "label", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
    y: dict[str, Any] = {"type": "quantitative", "axis": {"title": title, "tickCount": 5}}
    limit = {"type": "line", "strokeDash": [4, 3], "color": SOFT, "point": {"color": SOFT, "shape": "stroke"}}
    shape = {"condition": {"test": "datum.alarm", "value": "square"}, "value": "circle"}
    colour = {"condition": {"test": "datum.alarm", "value": RED}, "value": MARK}
    return drawn(
        {
            "width": WIDTH,
            "height": 220,
            "data": {"values": values},
            "layer": [
                {"mark": limit, "encoding": {"x": x, "y": y | {"field": "low"}}},
                {"mark": limit, "encoding": {"x": x, "y": y | {"field": "high"}}},
                {"mark": {"type": "line", "color": MARK}, "encoding": {"x": x, "y": y | {"field": "value"}}},
                {
                    "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
                    "encoding": {"x": x, "y": y | {"field": "value"}, "shape": shape, "color": colour},
                },
            ],
        }
    )


def steps(count: int) -> list[str]:
    """So many colours from light to dark."""

    def between(place: float) -> str:
        first = min(int(place), len(SCALE) - 2)
        pair = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in SCALE[first : first + 2]]
        mixed = [round(low + (high - low) * (place - first)) for low, high in zip(*pair, strict=True)]
        return "#" + "".join(f"{part:02x}" for part in mixed)

    return [between(number * (len(SCALE) - 1) / max(1, count - 1)) for number in range(count)]


def _is_dark(colour: str) -> bool:
    """Whether white letters read better than dark ones on a colour like ``#083891``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
