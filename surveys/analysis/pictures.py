"""Results as figures: vector pictures whose series are told apart without colour, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape, unescape
from textwrap import shorten, wrap
from typing import Any

from django.utils.translation import gettext as _

from surveys.analysis.spec import text_in
from surveys.metrics.figures import Plain
from surveys.reports.charts import Bar, Line, Stack, interval_chart, stacked_chart
from surveys.reports.drawing import GREEN, INK, MARK, RED, SOFT, WIDTH, drawn, steps
from surveys.reports.fonts import font_faces

GOOD_PERFORMANCE = 0.75
# Of an item beside its bar, in each of two lines; the letters of Hangul are wider.
LETTERS, HANGUL_LETTERS = 34, 20
ENDS = ("value", "low", "high")
BOLD = 'font-weight="bold"'
SHAPES = ("circle", "square", "triangle-up")


def pictures_of(results: Plain, language: str) -> Iterator[tuple[str, str]]:
    """Name and SVG of every figure there is something for, in the active language; each brings its letters with it."""
    pictures = dict(_drawings(results, language))
    whole = "".join(pictures.values())
    style = f"<style>{font_faces(unescape(whole), bold=BOLD in whole)}</style>"
    for name, svg in pictures.items():
        start, end, rest = svg.partition("</title>")
        yield name, f"{start}{end}{style}{rest}"


def _drawings(results: Plain, language: str) -> Iterator[tuple[str, str]]:
    for wave in results["waves"]:
        number = wave["number"]
        for place, (labels, items) in enumerate(_by_labels(wave["items"], language)):
            title = _("Answers to each question, wave %(wave)s") % {"wave": number}
            name = f"items-wave-{number}" + (f"-{place + 1}" if place else "")
            yield name, _titled(_stacks(items, labels, language), title)
        if gaps := _gaps(wave, results["registration"]):
            title = _("Gaps in acceptance (rest minus group), wave %(wave)s, in percentage points") % {"wave": number}
            yield f"groups-wave-{number}", _titled(gaps, title)
        if wave["drivers"] and wave["drivers"]["drivers"]:
            title = _("Importance and performance of what drives the intention, wave %(wave)s") % {"wave": number}
            yield f"drivers-wave-{number}", _titled(_map(wave, language), title)
        if wave["verdict"]["outcome"] and wave["verdict"]["low"] is not None:
            title = _("Acceptance and the registered thresholds, wave %(wave)s") % {"wave": number}
            yield f"verdict-wave-{number}", _titled(_verdict(wave["verdict"], number), title)
    for (low, high), bars in _constructs(results, language).items():
        title = _("Means of the constructs, %(low)s to %(high)s") % {"low": low, "high": high}
        name = f"constructs-{low}-to-{high}"
        yield name, _titled(interval_chart(bars, low=low, high=high, unit="number").wide, title)
    if results["monitoring"] and any(period["ewma"] is not None for period in results["monitoring"]["periods"]):
        title = _("Distance from wave %(wave)s, moving average and its limits, in standard errors")
        yield (
            "monitoring",
            _titled(_followed(results["monitoring"]), title % {"wave": results["monitoring"]["baseline"]}),
        )
    if outcomes := _outcomes(results):
        yield "change", _titled(_over_waves(outcomes), _("Acceptance from wave to wave"))


def _titled(svg: str, title: str) -> str:
    """With a title that is read out where the picture cannot be seen, and on white wherever it is looked at."""
    start, end, rest = svg.partition(">")
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'{start} role="img"{end}<title>{escape(title)}</title>{ground}{rest}'


def _by_labels(items: Sequence[Plain], language: str) -> list[tuple[list[str], list[Plain]]]:
    """Items with the same scale side by side, in the order they are asked."""
    found: dict[tuple[str, ...], list[Plain]] = {}
    for item in items:
        labels = tuple(text_in(label, language) for label in item["labels"])
        if item["answered"]:
            found.setdefault(labels, []).append(item)
    return [(list(labels), group) for labels, group in found.items()]


def _stacks(items: Sequence[Plain], labels: list[str], language: str) -> str:
    stacks = [Stack(_named(item, language), tuple(part["n"] for part in item["histogram"])) for item in items]
    return stacked_chart(stacks, labels, colours=steps(len(labels))).wide


def _named(item: Plain, language: str) -> str:
    text = text_in(item["text"], language)
    if text == item["code"]:
        return text
    width = HANGUL_LETTERS if any("가" <= letter <= "힣" for letter in text) else LETTERS
    first, *rest = wrap(f"{item['code']} {text}", width)
    return "\n".join([first, *([shorten(" ".join(rest), width, placeholder="…")] if rest else [])])


def _gaps(wave: Plain, registration: Plain | None) -> str:
    bars = [
        Bar(group["name"], group["gap"]["value"], group["gap"]["low"], group["gap"]["high"])
        for group in wave["groups"]
        if group["gap"]["value"] is not None
    ]
    if not bars:
        return ""
    lines = [Line(0, _("no gap"))]
    if registration:
        lines.append(Line(registration["delta"], _("registered gap"), RED))
    ends = [abs(end) for bar in bars for end in (bar.value, bar.low, bar.high) if end is not None]
    reach = min(1.0, max(0.2, *ends) + 0.05)
    return interval_chart(bars, low=-reach, high=reach, lines=lines, unit="points").wide


def _verdict(told: Plain, number: int) -> str:
    bar = Bar(_("Wave %(wave)s") % {"wave": number}, told["value"], told["low"], told["high"])
    lines = [Line(told["tau_retire"], _("retire below"), RED), Line(told["tau_scale"], _("scale from"), GREEN)]
    return interval_chart([bar], low=0, high=1, lines=lines, row=44).wide


def _constructs(results: Plain, language: str) -> dict[tuple[int, int], list[Bar]]:
    found: dict[tuple[int, int], list[Bar]] = {}
    for wave in results["waves"]:
        ends = {item["code"]: (item["lo"], item["hi"]) for item in wave["items"]}
        for construct in wave["constructs"]:
            mean = construct["mean"]
            if mean["value"] is not None:
                label = text_in(construct["label"], language)
                series = _("Wave %(wave)s") % {"wave": wave["number"]}
                bar = Bar(label, mean["value"], mean["low"], mean["high"], series)
                found.setdefault(ends[construct["items"][0]], []).append(bar)
    return found


def _outcomes(results: Plain) -> list[dict[str, Any]]:
    if len(results["waves"]) < 2:
        return []
    names = {"accept": _("accept"), "use": _("use"), "endorse": _("endorse")}
    return [
        {"wave": str(wave["number"]), "outcome": names[name]}
        | {end: wave[name][end] for end in ("value", "low", "high")}
        for wave in results["waves"]
        for name in names
        if wave[name]["value"] is not None
    ]


def _over_waves(values: list[dict[str, Any]]) -> str:
    outcomes = list(dict.fromkeys(value["outcome"] for value in values))
    x = {"field": "wave", "type": "nominal", "sort": None, "axis": {"title": _("Wave"), "labelAngle": 0}}
    shift = {"xOffset": {"field": "outcome", "sort": None}}
    y = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"title": None, "format": ".0%", "tickCount": 5}}
    known = {"field": "outcome", "type": "nominal", "sort": None}
    colour = {"color": known | {"scale": {"domain": outcomes, "range": [MARK, INK, SOFT][: len(outcomes)]}}}
    shape = {
        "shape": known | {"scale": {"domain": outcomes, "range": ["circle", "square", "triangle-up"][: len(outcomes)]}}
    }
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.4},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}} | shift | colour,
        },
        {"mark": {"type": "line"}, "encoding": {"x": x, "y": y | {"field": "value"}} | shift | colour},
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x, "y": y | {"field": "value"}} | shift | colour | shape,
        },
    ]
    return drawn({"width": WIDTH, "height": 260, "data": {"values": values}, "layer": layers})


def _followed(told: Plain) -> str:
    values = [period | {"wave": str(period["wave"])} for period in told["periods"] if period["ewma"] is not None]
    x = {"field": "wave", "type": "nominal", "sort": None, "axis": {"title": _("Wave"), "labelAngle": 0}}
    y = {"type": "quantitative", "axis": {"title": None}}
    alarm = {"test": "datum.alarm", "value": RED}
    layers = [
        *(
            {
                "mark": {"type": "line", "interpolate": "step", "strokeDash": [4, 3], "color": SOFT},
                "encoding": {"x": x, "y": y | {"field": limit}},
            }
            for limit in ("low", "high")
        ),
        {"mark": {"type": "line", "color": MARK}, "encoding": {"x": x, "y": y | {"field": "ewma"}}},
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y | {"field": "ewma"},
                "color": {"condition": alarm, "value": MARK},
                "shape": {"condition": alarm | {"value": "triangle-up"}, "value": "circle"},
            },
        },
    ]
    return drawn({"width": WIDTH, "height": 240, "data": {"values": values}, "layer": layers})


def _map(wave: Plain, language: str) -> str:
    names = {construct["name"]: text_in(construct["label"], language) for construct in wave["constructs"]}
    drivers = wave["drivers"]["drivers"]
    values = [
        {"name": names[driver["name"]], "x": driver["performance"], "y": driver["importance"]} for driver in drivers
    ]
    most = max(0.5, *(value["y"] for value in values)) * 1.1
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"title": _("Performance"), "format": ".0%"}}
    y = {"type": "quantitative", "scale": {"domain": [0, most]}, "axis": {"title": _("Importance"), "format": ".0%"}}
    corner = {"mark": {"type": "text", "align": "left", "baseline": "top", "dx": 6, "dy": 6, "color": SOFT}}
    crossing = {"type": "rule", "strokeDash": [4, 3], "color": SOFT}
    layers = [
        {"data": {"values": [{"at": GOOD_PERFORMANCE}]}, "mark": crossing, "encoding": {"x": x | {"field": "at"}}},
        {"data": {"values": [{"at": 1 / len(drivers)}]}, "mark": crossing, "encoding": {"y": y | {"field": "at"}}},
        {"data": {"values": [{"text": _("improve first")}]}}
        | corner
        | {"encoding": {"x": {"value": 0}, "y": {"value": 0}, "text": {"field": "text"}}},
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": MARK},
            "encoding": {"x": x | {"field": "x"}, "y": y | {"field": "y"}},
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "align": "left", "dx": 9, "color": INK},
            "encoding": {"x": x | {"field": "x"}, "y": y | {"field": "y"}, "text": {"field": "name"}},
        },
    ]
    return drawn({"width": WIDTH, "height": 320, "layer": layers})
