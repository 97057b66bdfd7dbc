"""What every chart of a report is drawn with: letters, colours, and the two widths."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import vl_convert

from surveys.reports.fonts import FAMILY, MEASURED, MEASURED_FAMILY, font_file
from surveys.reports.letters import Letters
from surveys.reports.tracing import unmarked

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
# What a screen of 360 px has beside its margins; a letter drawn in 12 px is read in no less.
NARROW = 312
LETTER, NARROW_LETTER = 11, 12
# Of the narrow drawing, in px: a line of words, the room of an estimate and of a bar, and between two names.
LINE_HEIGHT, ROW, BAR, GAP = 17, 20, 20, 8


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, for a page and for a phone."""

    wide: str
    narrow: str


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(font_file(MEASURED)))


def drawn(spec: dict[str, Any], *, letter: int = LETTER) -> str:
    """The chart as SVG, with letters of so many px."""
    _register_fonts()
    text = {"font": MEASURED_FAMILY, "labelFont": MEASURED_FAMILY, "titleFont": MEASURED_FAMILY}
    text |= {"labelColor": INK, "titleColor": SOFT}
    axis = text | {"labelFontSize": letter, "titleFontSize": letter, "titleFontWeight": "normal", "labelLimit": 230}
    config = {
        "font": MEASURED_FAMILY,
        "background": None,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "view": {"stroke": None},
        "axis": axis | {"gridColor": "#e6e8ea", "domainColor": LINE, "tickColor": LINE},
        "legend": text | {"labelFontSize": letter, "orient": "top", "title": None, "labelLimit": 180},
        "title": {
            "font": MEASURED_FAMILY,
            "fontSize": letter,
            "fontWeight": "normal",
            "color": SOFT,
            "anchor": "start",
        },
        "text": {"font": MEASURED_FAMILY, "fontSize": letter},
    }
    whole = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": config} | spec
    # A letter that the font does not hold would be measured with one of the machine's.
    svg = str(vl_convert.vegalite_to_svg(Letters().fit(unmarked(whole))))
    return svg.replace(MEASURED_FAMILY, FAMILY)


def narrow(spec: dict[str, Any]) -> str:
    padding = {"left": 3, "right": 3, "top": 8, "bottom": 3}
    return drawn({"width": NARROW, "padding": padding} | spec, letter=NARROW_LETTER)


def pixels(height: float) -> dict[str, Any]:
    """Places counted from above, each as many px as it says."""
    scale = {"domain": [0, height], "reverse": True, "nice": False, "zero": False}
    return {"field": "y", "type": "quantitative", "axis": None, "scale": scale}


def name_above(words: list[dict[str, Any]], label: str, top: float) -> float:
    """A name, in as many lines as it needs, from ``top`` on; returns where it ends."""
    for line in wrapped(label, NARROW - 8):
        words.append({"words": line, "y": top})
        top += LINE_HEIGHT
    return top


def names_above(words: list[dict[str, Any]], y: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "text", "align": "left", "baseline": "top"}
    # White around them first, where a line goes through.
    around = {"color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    return {
        "data": {"values": words},
        "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "words"}},
        "layer": [{"mark": mark | around}, {"mark": mark | {"color": INK}}],
    }


def wrapped(text: str, width: float) -> list[str]:
    """Lines that are no wider than so many px of narrow letters; a word that is wider stands alone."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in unmarked(part).split():
            longer = f"{line} {word}" if line else word
            if line and width_of(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def width_of(words: str) -> float:
    """About how many px words take: letters of Hangul are as wide as they are high."""
    return sum(NARROW_LETTER * (0.95 if letter >= "\u1100" else 0.56) for letter in unmarked(words))


def steps(count: int) -> list[str]:
    """So many colours from light to dark."""

    def between(place: float) -> str:
        first = min(int(place), len(SCALE) - 2)
        pair = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in SCALE[first : first + 2]]
        mixed = [round(low + (high - low) * (place - first)) for low, high in zip(*pair, strict=True)]
        return "#" + "".join(f"{part:02x}" for part in mixed)

    return [between(number * (len(SCALE) - 1) / max(1, count - 1)) for number in range(count)]


def is_dark(colour: str) -> bool:
    """Whether white letters read better than dark ones on a colour like ``#083891``."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
