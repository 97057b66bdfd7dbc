"""Whether the registered groups accept the service as the rest do."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.reports import charts
from surveys.reports.blocks import Block, picture, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import (
    NONE,
    count,
    difference,
    difference_interval,
    p_value,
    plain,
    points,
    points_interval,
    points_of,
    share,
    share_interval,
)
from surveys.words import construct_name, group_label, size_in_words


def inclusion(material: Material) -> Iterator[Block]:
    figures = material.figures
    if material.pilot.imported:
        yield text(_("No groups were registered for this survey, which was made elsewhere."))
        return
    groups = [group for group in figures["groups"] if group["accept"]["reason"] != "NO_ANSWERS" or group["n"]]
    if not groups:
        yield text(_("Nobody of a registered group answered, so none of them could be heard."))
        return
    counted = figures["counts"]["counted"]
    confidence = next((group["gap"]["confidence"] for group in groups if group["gap"]["confidence"]), None)
    yield from _picture(material, groups, confidence)
    yield table(
        material.caption(_("Registered groups beside the rest"), n=counted, weighted=True),
        [_("Group"), "n", _("Accept"), _("Interval"), _("Rest: n"), _("Rest: accept"), _("Well informed")],
        [
            [
                group_label(group["name"]),
                count(group["n"]),
                share(group["accept"]),
                share_interval(group["accept"]),
                count(group["n_rest"]),
                share(group["accept_rest"]),
                share(group["informed"]),
            ]
            for group in groups
        ],
        note=_("Counts are rounded to 5 and shares to whole percent; people who did not say are in neither part."),
    )
    appendix = figures.get("appendix")
    panel = appendix["inclusion"] if appendix else None
    tests = {found["name"]: found for found in panel["groups"]} if panel else {}
    yield table(
        material.caption(_("Differences: the rest minus the group"), n=counted, confidence=confidence, weighted=True),
        [
            _("Group"),
            _("Difference"),
            _("Interval"),
            _("p (Holm)"),
            "d",
            _("Interval of d"),
            _("Size"),
            _("Coverage"),
        ],
        [
            [
                group_label(group["name"]),
                points_of(group["gap"]),
                points_interval(group["gap"]),
                p_value(tests[group["name"]]["adjusted"]) if group["name"] in tests else NONE,
                *_delta(tests.get(group["name"], {}).get("delta")),
                (group["name"] in tests and size_in_words(tests[group["name"]]["size"])) or NONE,
                NONE
                if group["name"] not in tests or tests[group["name"]]["coverage"] is None
                else plain(tests[group["name"]]["coverage"], 1),
            ]
            for group in groups
        ],
        note=_(
            "Above 0 the group accepts less. p-values of all registered groups are one family; groups under 30 people "
            "are not tested. d: Cliff’s delta of accept, unweighted; size: from 0.147 small, from 0.33 medium, from "
            "0.474 large. Coverage: share of the answers divided by share of the population. No difference found is no "
            "proof that there is none."
        ),
    )
    yield from _scores(material, groups)
    unheard = set(panel["unheard"]) if panel else set()
    unheard |= {group["name"] for group in groups if group["gap"]["value"] is None}
    if unheard:
        yield text(
            _("Could not be heard by themselves: %(groups)s.")
            % {"groups": ", ".join(map(group_label, sorted(unheard)))}
        )


def _delta(delta: dict[str, Any] | None) -> tuple[str, str]:
    return (difference(delta), difference_interval(delta)) if delta else (NONE, NONE)


def _scores(material: Material, groups: list[dict[str, Any]]) -> Iterator[Block]:
    """Topic by topic, of groups large enough to tell anything of."""
    rows = [
        [
            group_label(group["name"]),
            construct_name(material.survey, score["construct"]),
            count(score["gap"]["n"]),
            difference(score["gap"], 1),
            difference_interval(score["gap"], 1),
            difference(score["size"], 1),
            difference_interval(score["size"], 1),
            size_in_words(score["size"]["word"]) or NONE,
            p_value(score["test"]["adjusted"]),
        ]
        for group in groups
        for score in group.get("scores", [])
        if score["gap"]["value"] is not None
    ]
    if rows:
        yield table(
            material.caption(
                _("Topics: the mean of the rest minus that of the group"), n=material.figures["counts"]["counted"]
            ),
            [
                _("Group"),
                _("Topic"),
                "n",
                _("Difference"),
                _("Interval"),
                "g",
                _("Interval of g"),
                _("Size"),
                _("p (adjusted)"),
            ],
            rows,
            words=2,
            note=_(
                "Exploratory: nobody registered these comparisons, so p is adjusted by Benjamini and Hochberg. "
                "Welch’s interval; size by Hedges’ g: from 0.2 small, from 0.5 medium, from 0.8 large. Told to 0.1, "
                "and only of groups of 30 people or more."
            ),
        )


def _picture(material: Material, groups: list[dict[str, Any]], confidence: float | None) -> Iterator[Block]:
    bars = [
        charts.Bar(group_label(group["name"]), group["gap"]["value"], group["gap"]["low"], group["gap"]["high"])
        for group in groups
        if group["gap"]["value"] is not None
    ]
    delta = (material.figures["verdict"] or material.rule).get("delta")
    if not bars or delta is None:
        return
    reach = max(0.3, *(abs(limit) for bar in bars for limit in (bar.low, bar.high, bar.value) if limit is not None))
    lines = [charts.Line(0, ""), charts.Line(delta, _("limit %(points)s") % {"points": points(delta)}, charts.RED)]
    material.charts["gaps"] = charts.interval_chart(bars, low=-reach, high=reach, lines=lines, unit="points", row=40)
    told = "; ".join(
        f"{bar.label}: {points(bar.value)} ({points_interval({'low': bar.low, 'high': bar.high})})" for bar in bars
    )
    title = _("How much less a group accepts the service than the rest, in percentage points")
    caption = material.caption(title, n=material.figures["counts"]["counted"], confidence=confidence, weighted=True)
    yield picture("gaps", alt=told + ".", caption=caption)
