"""What changed between waves, and what followed after a service was made permanent."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from surveys.reports import charts
from surveys.reports.blocks import Block, picture, table, text
from surveys.reports.material import Material, wave_label
from surveys.reports.numbers import (
    NONE,
    between,
    count,
    day,
    difference,
    difference_interval,
    plain,
    points_interval,
    points_of,
    share,
    share_interval,
)
from surveys.words import change_rows, charts_in_words, construct_name, open_alarm_in_words


def change(material: Material) -> Iterator[Block]:
    if not material.earlier:
        yield text(_("This is the first wave of its kind, so there is nothing to compare it with."))
        return
    yield from _by_wave(material)
    pairs = {(found["from"], found["to"]): found for found in material.closing["pairs"]}
    for found in material.changes:
        pair = pairs.get((found["from"], found["to"]))
        if pair is None:
            yield from _different_people(material, found)
        else:
            yield from _same_people(material, pair)


def _by_wave(material: Material) -> Iterator[Block]:
    waves = [*material.earlier, material.figures]
    accept = [(wave_label(figures), figures["accept"]) for figures in waves if figures["accept"]["value"] is not None]
    if len(accept) < 2:
        return
    bars = [charts.Bar(label, found["value"], found["low"], found["high"]) for label, found in accept]
    material.charts["waves"] = charts.interval_chart(bars, low=0, high=1)
    title = _("Share that accepts the service, by wave")
    yield picture(
        "waves",
        alt="; ".join(f"{label}: {share(found, 1)} ({share_interval(found, 1)})" for label, found in accept) + ".",
        caption=material.caption_of_waves(title, weighted=True),
    )
    yield table(
        material.caption_of_waves(title, weighted=True),
        [_("Wave"), "n", "n*", "%", _("Interval")],
        [
            [
                label,
                count(found["n"]),
                NONE if found.get("n_star") is None else plain(found["n_star"], 1),
                share(found, 1),
                share_interval(found, 1),
            ]
            for label, found in accept
        ],
        note=_("All waves asked the same version of the questions; where wording changes, a series ends."),
    )


def _step(found: dict[str, Any]) -> str:
    return _("wave %(from)d to %(to)d") % found


def _different_people(material: Material, found: dict[str, Any]) -> Iterator[Block]:
    rows = []
    if found["accept"]["value"] is not None:
        accept = found["accept"]
        rows.append(
            [
                _("Accept the service"),
                _step(found),
                count(accept["n"]),
                points_of(accept, 1),
                points_interval(accept, 1),
            ]
        )
    rows += [
        [
            construct_name(material.survey, entry["name"]),
            _step(found),
            count(entry["change"]["n"]),
            difference(entry["change"]),
            difference_interval(entry["change"]),
        ]
        for entry in found["constructs"]
    ]
    yield table(
        material.caption_of_waves(_("Change between waves, later minus earlier")),
        [_("Measure"), _("From and to"), _("n of both waves"), _("Later − earlier"), _("Interval")],
        rows,
        words=2,
        note=_(
            "Means by Welch’s interval, shares by Newcombe’s. The waves are taken as different people; where many "
            "answered both, the true interval is narrower."
        )
        if not material.pilot.imported
        else _("Means by Welch’s interval. The waves asked different people."),
    )


def _same_people(material: Material, pair: dict[str, Any]) -> Iterator[Block]:
    """People in both waves beside everybody available; which of them comes first was registered."""
    rows = []
    for row in change_rows(material.survey, pair):
        told, interval = (points_of, points_interval) if row["points"] else (difference, difference_interval)
        everybody = row["everybody"]
        rows.append(
            [
                row["label"],
                count(row["same"]["n"]),
                told(row["same"]),
                interval(row["same"]),
                *((told(everybody), interval(everybody)) if everybody else (NONE, NONE)),
            ]
        )
    retention = pair["attrition"]["retention"]
    primary = (
        _("Registered as the first view: the same people.")
        if pair["primary"] == "paired"
        else _("Registered as the first view: everybody available.")
    )
    title = _("Change, later minus earlier, %(step)s") % {"step": _step(pair)}
    yield table(
        material.caption_of_waves(title),
        [
            _("Measure"),
            _("n, same people"),
            _("Same people"),
            _("Interval"),
            _("Everybody available"),
            _("Interval, everybody"),
        ],
        rows,
        note=primary
        + " "
        + _(
            "Same people: Agresti and Min’s interval for shares (in percentage points), paired t for means. Everybody: "
            "the people who answered twice are allowed for; weighted shares by Newcombe’s interval on n*, weighted "
            "means with both errors added, which is wider."
        ),
    )
    if pair["n"] is not None and retention["value"] is not None:
        yield text(
            _("%(n)s people answered both waves: %(share)s of the earlier one (interval %(interval)s).")
            % {"n": count(pair["n"]), "share": share(retention), "interval": share_interval(retention)}
        )
    else:
        yield text(_("Too few people answered both waves, or all but a few did, to publish what changed among them."))
    leavers = [row for row in pair["attrition"]["leavers"] if row["g"] is not None]
    if leavers:
        title = _("Those who did not come back, less those who did, %(step)s") % {"step": _step(pair)}
        yield table(
            material.caption_of_waves(title),
            [_("Measure"), _("n who left"), _("n who stayed"), "g", _("Interval")],
            [
                [
                    construct_name(material.survey, row["name"]),
                    count(row["n_left"]),
                    count(row["n_stayed"]),
                    difference({"value": row["g"], "reason": row["reason"]}, 1),
                    difference_interval(row, 1),
                ]
                for row in leavers
            ],
            note=_("Hedges’ g of what they had answered in the earlier wave; nothing is imputed."),
        )
    telling = [construct_name(material.survey, name) for name in pair["attrition"]["telling"]]
    if telling:
        yield text(
            _("Those who did not come back had answered differently on: %(topics)s. Read the changes with care.")
            % {"topics": ", ".join(telling)}
        )


def monitoring(material: Material) -> Iterator[Block]:
    found = material.derived["monitoring"]
    if found is None:
        yield text(
            _(
                "There is nothing to monitor yet: monitoring begins with the first wave after one whose verdict lets "
                "the service scale."
            )
        )
        return
    labels = [_("wave %(number)d") % {"number": period["wave"]} for period in found["periods"]]
    if found["periods"]:
        material.charts["monitoring"] = charts.monitoring_chart(
            [
                charts.Period(label, period["average"], period["low"], period["high"], bool(period["alarm"]))
                for label, period in zip(labels, found["periods"], strict=True)
            ],
            title=_("Standard errors from the baseline"),
        )
        title = _("Moving average of acceptance since wave %(number)d, within its limits") % {
            "number": found["baseline"]
        }
        told = "; ".join(
            f"{label}: {plain(period['average'], 2)}" for label, period in zip(labels, found["periods"], strict=True)
        )
        yield picture("monitoring", alt=told + ".", caption=material.caption_of_waves(title, weighted=True))
        yield table(
            material.caption_of_waves(title, weighted=True),
            [_("Wave"), "n", _("Distance"), _("Moving average"), _("Limits"), "CUSUM +", "CUSUM −", _("Alarm")],
            [
                [
                    label,
                    count(period["n"]),
                    plain(period["distance"], 2),
                    plain(period["average"], 2),
                    between(plain(period["low"], 2), plain(period["high"], 2)),
                    plain(period["upper"], 2),
                    plain(period["lower"], 2),
                    _("yes") if period["alarm"] or period["second_alarm"] else _("no"),
                ]
                for label, period in zip(labels, found["periods"], strict=True)
            ],
            note=_(
                "Distance: standard errors from the baseline. Moving average with weight 0.2 and limits at 2.859. "
                "CUSUM gives the second opinion, with an alarm above %(threshold)s. An alarm opens a review and never "
                "changes a verdict."
            )
            % {"threshold": plain(found["threshold"], 2)},
        )
    if found["small_baseline"]:
        yield text(_("Fewer than 200 answers stand behind the baseline: its own error is in every distance."))
    yield from _alarms(material)


def _alarms(material: Material) -> Iterator[Block]:
    alarms = material.notes.alarms
    if not alarms:
        if material.derived["monitoring"]["periods"]:
            yield text(_("No wave has raised an alarm."))
        return
    yield table(
        _("Alarms, what was behind each, and what is done. The words are those of the evaluators."),
        [_("Wave"), _("Alarm"), _("What was behind it"), _("What is done"), _("Signed on")],
        [
            [
                str(alarm["wave"]),
                charts_in_words(alarm["charts"]),
                *(_reviewed(alarm["review"]) if alarm["review"] else (_("is being looked into"), NONE, NONE)),
            ]
            for alarm in alarms
        ],
        words=5,
        widths=(0, 1.2, 2, 2, 0),
    )
    if any(alarm["review"] is None for alarm in alarms):
        yield text(open_alarm_in_words())


def _reviewed(review: dict[str, str]) -> tuple[str, str, str]:
    language = active_language()
    return review[f"found_{language}"], review[f"done_{language}"], day(review["signed_at"])
