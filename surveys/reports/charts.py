"""Charts of a report as vector pictures, from released numbers only; their words come in one language from outside.

Each is drawn twice: as wide as the text of a page, and as wide as a phone, where names stand above what they name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.reports.drawing import (
    BAR,
    GAP,
    INK,
    LINE_HEIGHT,
    MARK,
    MARKS,
    NARROW,
    RED,
    ROW,
    SCALE,
    SERIES,
    SOFT,
    WIDTH,
    Drawing,
    drawn,
    is_dark,
    name_above,
    names_above,
    narrow,
    pixels,
    steps,
    width_of,
    wrapped,
)


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


# Zero has no sign.
POINTS = "datum.value == 0 ? '0%' : format(datum.value, '+.0%')"
# A name beside a bar goes on in the next line where it is wider, in px.
NAME = 210
LINES = {"labelExpr": "split(datum.label, '\\n')"}
# Letters of all labels together that fit above a chart in one line.
LEGEND_LINE = 80


def interval_chart(
    bars: Sequence[Bar], *, low: float, high: float, lines: Sequence[Line] = (), unit: str = "share", row: int = 30
) -> Drawing:
    """Estimates as points on the line of their interval, with thresholds across. ``unit``: share, points or number."""
    # A difference of shares is in points: its sign is told, and the unit stands in the caption.
    form = {"share": {"format": ".0%"}, "points": {"labelExpr": POINTS}, "number": {"format": "~f"}}[unit]
    x = {
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 6} | form,
    }
    return Drawing(_intervals(bars, x, lines, row), _narrow_intervals(bars, x, lines))


def _intervals(bars: Sequence[Bar], x: dict[str, Any], lines: Iterable[Line], row: int) -> str:
    series = list(dict.fromkeys(bar.series for bar in bars))
    several = len(series) > 1
    values = [
        {
            "label": "\n".join(wrapped(bar.label, NAME)),
            "value": bar.value,
            "low": bar.low,
            "high": bar.high,
            "series": bar.series,
        }
        for bar in bars
    ]
    y: dict[str, Any] = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False} | LINES,
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


def _narrow_intervals(bars: Sequence[Bar], x: dict[str, Any], lines: Sequence[Line]) -> str:
    series = list(dict.fromkeys(bar.series for bar in bars))
    low, high = x["scale"]["domain"]
    x = x | {"axis": x["axis"] | {"tickCount": 4}}
    # Each threshold has a line for its words, so that no two of them meet.
    named = [line for line in lines if line.label]
    top = LINE_HEIGHT * len(named)
    bottom: float = top + GAP
    words: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for label in dict.fromkeys(bar.label for bar in bars):
        bottom = name_above(words, label, bottom)
        for bar in bars:
            if bar.label == label:
                values.append(vars(bar) | {"y": bottom + ROW / 2})
                bottom += ROW
        bottom += GAP
    y = pixels(bottom)
    several = len(series) > 1
    colour = {"field": "series", "type": "nominal", "sort": None, "scale": {"range": SERIES}, "legend": {"columns": 2}}
    shape = {"field": "series", "type": "nominal", "sort": None, "scale": {"range": MARKS}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [value for value in values if value["low"] is not None and value["series"] == name]},
            "mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.45, "color": of_rule},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y},
        }
        for name, of_rule in zip(series, SERIES if several else [MARK], strict=False)
    ]
    layers.append(
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x | {"field": "value"}, "y": y}
            | ({"color": colour, "shape": shape} if several else {"color": {"value": MARK}}),
        }
    )
    for line in lines:
        at = {"data": {"values": [{"at": line.at, "label": line.label}]}}
        place = {"x": x | {"field": "at"}}
        layers.append(
            at
            | {"mark": {"type": "rule", "strokeDash": [4, 3], "color": line.colour, "size": 1.5}}
            | {"encoding": place | {"y": {"value": top}, "y2": {"value": bottom}}}
        )
        if line in named:
            # Away from the nearer edge.
            side = {"align": "left", "dx": -2} if line.at < (low + high) / 2 else {"align": "right", "dx": 2}
            text = {"type": "text", "baseline": "top", "color": line.colour, "fontWeight": "bold"}
            above = {"y": {"value": LINE_HEIGHT * named.index(line)}, "text": {"field": "label"}}
            layers.append(at | {"mark": text | side, "encoding": place | above})
    return narrow({"height": bottom, "layer": [*layers, names_above(words, y)]})


def stacked_chart(stacks: Sequence[Stack], labels: Sequence[str], *, colours: Sequence[str] = ()) -> Drawing:
    """Shares of each answer, one bar for each item; numbers stand where there is room for them.

    ``colours``, one for each answer, are those of a scale of agreement where not said. A label may have two lines.
    """
    colours = colours or (SCALE if len(labels) == len(SCALE) else steps(len(labels)))
    return Drawing(_stacks(stacks, labels, colours), _narrow_stacks(stacks, labels, colours))


def _parts(
    stacks: Sequence[Stack], labels: Sequence[str], colours: Sequence[str], least: float
) -> Iterator[dict[str, Any]]:
    """Every part of every bar, from where to where; its number where the share is at least ``least``."""
    dark = [is_dark(colour) for colour in colours]
    for stack in stacks:
        total, before = sum(stack.counts), 0
        for place, (count, label) in enumerate(zip(stack.counts, labels, strict=True)):
            if count:
                yield {
                    "item": stack.label,
                    "answer": label,
                    "from": before / total,
                    "to": (before + count) / total,
                    "middle": (before + count / 2) / total,
                    "words": f"{100 * count / total:.0f}" if count / total >= least else "",
                    "dark": dark[place],
                }
            before += count


def _narrow_stacks(stacks: Sequence[Stack], labels: Sequence[str], colours: Sequence[str]) -> str:
    bottom: float = 0
    words: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for stack in stacks:
        bottom = name_above(words, stack.label, bottom)
        for part in _parts([stack], labels, colours, least=0.09):
            values.append(part | {"y": bottom, "below": bottom + BAR, "between": bottom + BAR / 2})
        bottom += BAR + GAP
    y = pixels(bottom)
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    columns = max(1, int(NARROW // (24 + max(map(width_of, labels)))))
    scale = {"domain": list(labels), "range": list(colours)}
    legend = {"columns": columns, "labelLimit": NARROW - 24}
    colour = {"field": "answer", "type": "nominal", "scale": scale, "legend": legend}
    ends = {"x": x | {"field": "from", "axis": {"title": None, "format": ".0%", "tickCount": 4}}, "x2": {"field": "to"}}
    black_or_white = {"condition": {"test": "datum.dark", "value": "white"}, "value": INK}
    bars = {
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1},
        "encoding": ends | {"y": y, "y2": {"field": "below"}, "color": colour},
    }
    numbers = {
        "mark": {"type": "text"},
        "encoding": {"x": x | {"field": "middle"}, "y": y | {"field": "between"}}
        | {"text": {"field": "words"}, "color": black_or_white},
    }
    return narrow({"height": bottom, "data": {"values": values}, "layer": [bars, numbers, names_above(words, y)]})


def _stacks(stacks: Sequence[Stack], labels: Sequence[str], colours: Sequence[str]) -> str:
    several_lines = any("\n" in stack.label for stack in stacks)
    values = list(_parts(stacks, labels, colours, least=0.07))
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    y: dict[str, Any] = {
        "field": "item",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False},
        "scale": {"paddingInner": 0.3},
    }
    if several_lines:
        y["axis"] = {"title": None, "domain": False, "ticks": False} | LINES
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
                    "mark": {"type": "text"},
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


def count_chart(bars: Sequence[tuple[str, int]]) -> Drawing:
    """How many, as bars of one colour with the number beside each."""
    return Drawing(_counts(bars), _narrow_counts(bars))


def _narrow_counts(bars: Sequence[tuple[str, int]]) -> str:
    bottom: float = 0
    words: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for label, n in bars:
        bottom = name_above(words, label, bottom)
        values.append({"n": n, "words": f"{n:,}", "y": bottom, "below": bottom + BAR, "between": bottom + BAR / 2})
        bottom += BAR + GAP
    y = pixels(bottom)
    room = 1.2 * max(n for _label, n in bars)
    x = {"field": "n", "type": "quantitative", "axis": None, "scale": {"domain": [0, room]}}
    numbers = {"type": "text", "align": "left", "dx": 5, "color": INK}
    layers = [
        {
            "mark": {"type": "rect", "color": SCALE[3]},
            "encoding": {"x": x, "x2": {"datum": 0}, "y": y, "y2": {"field": "below"}},
        },
        {"mark": numbers, "encoding": {"x": x, "y": y | {"field": "between"}, "text": {"field": "words"}}},
    ]
    return narrow({"height": bottom, "data": {"values": values}, "layer": [*layers, names_above(words, y)]})


def _counts(bars: Sequence[tuple[str, int]]) -> str:
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


def map_chart(
    places: Sequence[Place], *, crossing: tuple[float, float], titles: tuple[str, str], corner: str
) -> Drawing:
    """Importance over performance; ``crossing`` parts it in four, ``corner`` names the one to improve first."""
    return Drawing(
        drawn({"width": WIDTH} | _map(places, crossing, titles, corner, width=WIDTH, height=300)),
        narrow(_map(places, crossing, titles, corner, width=NARROW, height=340)),
    )


def _map(
    places: Sequence[Place],
    crossing: tuple[float, float],
    titles: tuple[str, str],
    corner: str,
    *,
    width: float,
    height: float,
) -> dict[str, Any]:
    values = [{"x": place.performance, "y": place.importance} for place in places]
    most = max(0.4, *(1.15 * place.importance for place in places))
    x: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    x |= {"axis": {"title": titles[0], "format": ".0%", "tickCount": 5}}
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [0, most], "nice": False}}
    y |= {"axis": {"title": titles[1], "format": ".0%", "tickCount": 5}}
    line = {"type": "rule", "strokeDash": [4, 3], "color": SOFT}
    point = {"x": x | {"field": "x"}, "y": y | {"field": "y"}}
    beside = list(_beside(places, most, width - AXIS, height, _Box(0, 0, width_of(corner) + 16, LINE_HEIGHT + 8)))
    return {
        "height": height,
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
            {"data": {"values": beside}, "mark": {"type": "text", "align": "left", "color": INK}}
            | {"encoding": point | {"text": {"field": "label"}}},
        ],
    }


# About what the numbers and the title of the upright axis take of the width, and a name of the height, in px.
AXIS, LABEL = 52, 14


@dataclass(frozen=True)
class _Box:
    """In px from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, width: float, height: float) -> bool:
        return self.left >= 0 and self.right <= width and self.top >= 0 and self.bottom <= height


def _beside(places: Sequence[Place], most: float, width: float, height: float, taken: _Box) -> Iterator[dict[str, Any]]:
    """Where each name begins: right or left of its point, above or below, wherever it meets nothing."""
    points = [(place.performance * width, height - place.importance / most * height) for place in places]
    boxes = [taken, *(_Box(x - 6, y - 6, x + 6, y + 6) for x, y in points)]
    for place, (x, y) in zip(places, points, strict=True):
        long, half = width_of(place.label), LABEL / 2
        middle = min(max(x - long / 2, 0), width - long)
        right, left, far = x + 8, x - 8 - long, 6 + half
        tries = [(right, y), (left, y), (middle, y - far), (middle, y + far)]
        tries += [(at, y + step * far * 0.8) for step in (-1, 1) for at in (right, left)]
        tries += [(at, y + step * far) for step in (-2, 2) for at in (middle, right, left)]
        found = [_Box(start, at - half, start + long, at + half) for start, at in tries]
        inside = [box for box in found if box.within(width, height)]
        box = next((box for box in inside if not any(box.meets(other) for other in boxes)), (inside or found)[0])
        boxes.append(box)
        # In the units of the axes.
        down = (box.top + box.bottom) / 2
        yield {"label": place.label, "x": box.left / width, "y": (height - down) / height * most}


@dataclass(frozen=True)
class Period:
    """A point of a monitoring chart with the limits it should stay within."""

    label: str
    value: float
    low: float
    high: float
    alarm: bool


def monitoring_chart(periods: Sequence[Period], *, title: str) -> Drawing:
    """A moving average within its limits; a point outside them is a square."""
    return Drawing(
        drawn({"width": WIDTH, "height": 220} | _monitoring(periods, title)),
        narrow({"title": title, "height": 220} | _monitoring(periods, None)),
    )


def _monitoring(periods: Sequence[Period], title: str | None) -> dict[str, Any]:
    values = [
        {"label": one.label, "value": one.value, "low": one.low, "high": one.high, "alarm": one.alarm}
        for one in periods
    ]
    x: dict[str, Any] = {"field": "label", "type": "ordinal", "sort": None}
    x |= {"axis": {"title": None, "labelAngle": 0, "labelOverlap": "greedy"}}
    y: dict[str, Any] = {"type": "quantitative", "axis": {"title": title, "tickCount": 5}}
    limit = {"type": "line", "strokeDash": [4, 3], "color": SOFT, "point": {"color": SOFT, "shape": "stroke"}}
    shape = {"condition": {"test": "datum.alarm", "value": "square"}, "value": "circle"}
    colour = {"condition": {"test": "datum.alarm", "value": RED}, "value": MARK}
    return {
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
