"""Charts from plain rows. Bars are SVG in percent of the width, words are HTML: both stay legible at every size.

Rows are mappings or objects; shares are in [0, 1]. Every chart but the smallest brings the table of its numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from livinglab.web.templatetags.ui import NONE, count, interval, percent, rounded

register = template.Library()

# A part narrower than this share of the bar has no room for its number; the table has it.
ROOM_FOR_A_NUMBER = 0.12
TICKS = 5


@dataclass(frozen=True)
class Axis:
    """From values to places in percent of the width, and to words."""

    low_end: float = 0.0
    high_end: float = 1.0
    unit: str = "share"

    def place(self, value: float) -> str:
        share = (value - self.low_end) / (self.high_end - self.low_end)
        return f"{100 * min(max(share, 0), 1):.2f}%"

    def width(self, low: float, high: float) -> str:
        return f"{100 * (min(high, self.high_end) - max(low, self.low_end)) / (self.high_end - self.low_end):.2f}%"

    def words(self, value: float | None, digits: int = 1) -> str:
        if self.unit == "share":
            return percent(value, digits)
        return rounded(value, digits + 1) if self.unit == "points" else count(value)  # type: ignore[arg-type]

    def interval_words(self, low: float | None, high: float | None) -> str:
        return interval(low, high, 1 if self.unit == "share" else 2, self.unit)

    @property
    def ticks(self) -> list[dict[str, str]]:
        values = [self.low_end + (self.high_end - self.low_end) * step / (TICKS - 1) for step in range(TICKS)]
        anchors = ["start", *["middle"] * (TICKS - 2), "end"]
        digits = 0 if self.unit == "share" or all(value == int(value) for value in values) else 1
        return [
            {
                "at": self.place(value),
                "anchor": anchor,
                "words": percent(value) if self.unit == "share" else rounded(value, digits),
            }
            for value, anchor in zip(values, anchors, strict=True)
        ]


def part(row: Any, name: str, default: Any = None) -> Any:
    return row.get(name, default) if isinstance(row, dict) else getattr(row, name, default)


def lines(thresholds: Iterable[tuple[float, str]], axis: Axis) -> list[dict[str, str]]:
    return [{"at": axis.place(value), "words": axis.words(value, 0), "label": label} for value, label in thresholds]


@register.inclusion_tag("components/charts/interval_chart.html")
def interval_chart(
    rows: Iterable[Any],
    thresholds: Iterable[tuple[float, str]] = (),
    *,
    title: str = "",
    note: str = "",
    low_end: float = 0.0,
    high_end: float = 1.0,
    unit: str = "share",
) -> dict[str, Any]:
    """Estimates with their intervals. A row: label, estimate, low, high, n; without an estimate its ``reason``."""
    axis = Axis(low_end, high_end, unit)
    drawn = []
    for row in rows:
        estimate, low, high = (part(row, name) for name in ("estimate", "low", "high"))
        entry = {
            "label": part(row, "label"),
            "n": count(part(row, "n")),
            "estimate": axis.words(estimate),
            "interval": axis.interval_words(low, high),
            "reason": part(row, "reason", ""),
        }
        if estimate is not None:
            entry["at"] = axis.place(estimate)
        if low is not None and high is not None:
            entry |= {"low_at": axis.place(low), "high_at": axis.place(high)}
        drawn.append(entry)
    return {"rows": drawn, "thresholds": lines(thresholds, axis), "axis": axis, "title": title, "note": note}


@register.inclusion_tag("components/charts/interval_bar.html")
def interval_bar(
    estimate: float | None,
    low: float | None,
    high: float | None,
    thresholds: Iterable[tuple[float, str]] = (),
    *,
    low_end: float = 0.0,
    high_end: float = 1.0,
    unit: str = "share",
) -> dict[str, Any]:
    """One bar with its scale and thresholds, to stand under its number."""
    axis = Axis(low_end, high_end, unit)
    if estimate is None or low is None or high is None:
        return {"words": NONE}
    return {
        "at": axis.place(estimate),
        "low_at": axis.place(low),
        "high_at": axis.place(high),
        "thresholds": lines(thresholds, axis),
        "ends": [tick for tick in axis.ticks if tick["anchor"] != "middle"],
        "words": _("%(estimate)s, interval %(interval)s")
        % {"estimate": axis.words(estimate), "interval": axis.interval_words(low, high)},
    }


@register.simple_tag
def stacked_bar(rows: Iterable[Any], labels: Sequence[str], *, title: str = "", note: str = "") -> SafeString:
    """How answers spread over ordered categories. A row: label, counts (one per category), optional missing."""
    stacks = tuple((str(part(row, "label")), tuple(part(row, "counts")), part(row, "missing")) for row in rows)
    return drawn_stacks(active_language(), stacks, tuple(map(str, labels)), str(title), str(note))


@lru_cache(maxsize=256)
def drawn_stacks(
    language: str,
    rows: tuple[tuple[str, tuple[int, ...], int | None], ...],
    labels: tuple[str, ...],
    title: str,
    note: str,
) -> SafeString:
    """The chart, drawn once for everything that it shows; words are in the active language."""
    drawn = []
    for label, counts, missing in rows:
        n = sum(counts)
        parts, before = [], 0
        for index, number in enumerate(counts):
            share = number / n if n else 0
            if number:
                parts.append(
                    {
                        "index": index,
                        "at": f"{100 * before / n:.2f}%",
                        "middle": f"{100 * (before + number / 2) / n:.2f}%",
                        "width": f"{100 * share:.2f}%",
                        "number": percent(share) if share >= ROOM_FOR_A_NUMBER else "",
                        "dark": index in (0, len(counts) - 1),
                        "against": index < (len(counts) - 1) / 2,
                    }
                )
            before += number
        shares = [
            {"label": name, "share": percent(number / n if n else None)}
            for name, number in zip(labels, counts, strict=True)
        ]
        drawn.append(
            {
                "label": label,
                "parts": parts,
                "cells": [{"count": count(c), "share": percent(c / n if n else None)} for c in counts],
                "n": count(n),
                "missing": missing,
                "words": ", ".join(f"{entry['label']} {entry['share']}" for entry in shares),
            }
        )
    context = {
        "rows": drawn,
        "labels": [{"index": i, "name": name, "against": i < (len(labels) - 1) / 2} for i, name in enumerate(labels)],
        "with_missing": any(row["missing"] is not None for row in drawn),
        "title": title,
        "note": note,
    }
    return render_to_string("components/charts/stacked_bar.html", context)


@register.inclusion_tag("components/charts/bar_chart.html")
def bar_chart(rows: Iterable[Any], *, title: str = "", note: str = "", unit: str = "count") -> dict[str, Any]:
    """Plain bars from zero. A row: label, value, optional n and note; shares are drawn against 100 %."""
    rows = list(rows)
    largest = 1.0 if unit == "share" else max((part(row, "value") or 0 for row in rows), default=0) or 1
    axis = Axis(0, largest, unit)
    drawn = [
        {
            "label": part(row, "label"),
            "value": axis.words(part(row, "value")),
            "width": axis.width(0, part(row, "value") or 0),
            "n": part(row, "n"),
            "note": part(row, "note", ""),
        }
        for row in rows
    ]
    return {
        "rows": drawn,
        "with_n": any(row["n"] is not None for row in drawn),
        "with_note": any(row["note"] for row in drawn),
        "title": title,
        "note": note,
    }
