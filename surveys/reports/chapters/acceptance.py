"""How many accept, what they answered, and how well the questions hold together."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.metrics.disclosure import is_told
from surveys.metrics.scores import DIGITS
from surveys.reports import charts
from surveys.reports.blocks import Block, bullets, picture, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import (
    HIDDEN,
    NONE,
    count,
    number,
    number_interval,
    percent,
    plain,
    share,
    share_interval,
)
from surveys.words import (
    METHODS,
    band_of,
    code_in_words,
    construct_name,
    filled_in_words,
    index_parts,
    item_text,
    metric_name,
    scale_labels,
    score_name,
    score_notes,
)

ACCEPT, UNWEIGHTED = "accept", "_unweighted"


def names(material: Material, measure: str) -> str:
    return _("accept the service") if measure == ACCEPT else metric_name(material.survey, measure)


def _measure(material: Material, measure: str) -> str:
    if measure.endswith(UNWEIGHTED):
        return _("%(outcome)s, unweighted") % {"outcome": _measure(material, measure.removesuffix(UNWEIGHTED))}
    return names(material, measure).capitalize()


def acceptance(material: Material) -> Iterator[Block]:
    yield from _outcomes(material)
    yield from _conditions(material)
    yield from _constructs(material)
    yield from _index(material)
    yield from _scores(material)
    yield from distributions(material)
    yield from _ends(material)


def _outcomes(material: Material) -> Iterator[Block]:
    figures = material.figures
    weighted = figures["weighting"] is not None and figures["weighting"]["reason"] is None
    measures = [
        (f"{measure}{unweighted}", digits)
        for measure, digits in ((ACCEPT, 1), ("use", 0), ("endorse", 0))
        for unweighted in (("", UNWEIGHTED) if weighted else ("",))
    ]
    rows = [
        [
            _measure(material, measure),
            count(figures[measure]["n"]),
            NONE if figures[measure].get("n_star") is None else plain(figures[measure]["n_star"], 1),
            share(figures[measure], digits),
            share_interval(figures[measure], digits),
        ]
        for measure, digits in measures
        if figures[measure]["value"] is not None or figures[measure]["reason"] in ("HIDDEN", "BOUND")
    ]
    satisfied = material.item("CS")
    if satisfied:
        top = satisfied["top_2"]
        rows.append([_("Satisfied (4 or 5)"), count(top["n"]), NONE, share(top), share_interval(top)])
    if figures["informed"]:
        for key, label in (
            ("accept_informed", _("Accept, among those well informed")),
            ("accept_others", _("Accept, among the others")),
        ):
            found = figures["informed"][key]
            rows.append([label, count(found["n"]), NONE, share(found), share_interval(found)])
    if rows:
        yield table(
            material.caption(_("Acceptance"), n=figures["counts"]["counted"], weighted=True),
            [_("Measure"), "n", "n*", "%", _("Interval")],
            rows,
            note=_(
                "Accept: the mean of the answered questions on intention is 4 or more of 5. n*: as many equally "
                "weighted answers would be worth as much. Shares of parts are whole percent; x: hidden, too few people."
            ),
        )


def _conditions(material: Material) -> Iterator[Block]:
    """The conditions of the rule beside the share of those who accept."""
    verdict = material.figures["verdict"]
    if not verdict or not verdict["criteria"]:
        return
    yield bullets(code_in_words(code, material.survey) for code in verdict["codes"])
    yield table(
        material.caption(_("Further conditions of the rule"), n=verdict["n"], confidence=None),
        [_("Measure"), _("At least"), _("Value"), _("Interval"), _("Met")],
        [
            [
                metric_name(material.survey, criterion["metric"]),
                plain(criterion["least"], 2),
                NONE if criterion["value"] is None else plain(criterion["value"], 2),
                number_interval(criterion),
                _("yes") if criterion["met"] else _("no"),
            ]
            for criterion in verdict["criteria"]
        ],
    )


def _constructs(material: Material) -> Iterator[Block]:
    constructs = [
        found for found in material.figures["constructs"] if found["mean"]["n"] or found["mean"]["reason"] == "HIDDEN"
    ]
    if not constructs:
        return
    appendix = material.figures.get("appendix")
    omegas = {found["name"]: found["omega"] for found in appendix["reliability"]} if appendix else {}
    yield table(
        material.caption(_("Constructs"), n=material.figures["counts"]["counted"]),
        [_("Construct"), "n", _("Mean"), _("Interval"), _("Alpha"), _("Interval of alpha"), _("Omega")],
        [
            [
                construct_name(material.survey, found["name"]),
                count(found["mean"]["n"]),
                number(found["mean"]),
                number_interval(found["mean"]),
                _coefficient(found["alpha"]),
                number_interval(found["alpha"]),
                _coefficient(omegas.get(found["name"])),
            ]
            for found in constructs
        ],
        note=_(
            "Means of the answered questions, reversed ones turned round; high privacy concern is bad news. "
            "Alpha says how well the questions of a construct belong together (Feldt’s interval), omega the same "
            "without taking all for equally good, from three questions on; standard deviations are not published. "
            "A mean below 2.5 reads as rejecting, below 3.5 as undecided, below 4 as leaning, from 4 on as accepting; "
            "there are no norms from elsewhere."
        )
        if not material.pilot.imported
        else _("Means of the answered questions. Each construct is one question, so there is no alpha."),
    )


def _index(material: Material) -> Iterator[Block]:
    index = material.figures.get("index")
    if index and index["value"] is not None:
        yield table(
            material.caption(_("Acceptance index, 0 to 100"), n=index["n"]),
            [_("Measure"), "n", _("Index"), _("Interval")],
            [[_("Acceptance index"), count(index["n"]), number(index, 0), number_interval(index, 0)]],
            note=_(
                "Not in verdicts. Mean of these topics, each moved to 0 to 100: %(topics)s. It is no share of people. "
                "n: of the topic that the fewest answered. The interval is as wide as if the topics all moved together."
            )
            % {"topics": ", ".join(index_parts(material.survey, index["of"]))},
        )


def _ends(material: Material) -> Iterator[Block]:
    """Of each question the middle, and how many chose the two ends of its scale."""
    items = [item for item in material.figures["items"] if item["answered"]]
    if items:
        yield table(
            material.caption(_("Middle and ends of each question"), n=material.figures["counts"]["counted"]),
            [
                _("Question"),
                "n",
                _("Median"),
                _("Top 2"),
                _("Interval"),
                _("Bottom 2"),
                _("Interval, bottom 2"),
            ],
            [
                [
                    item["code"] + (" (R)" if item["reverse"] else ""),
                    count(item["answered"]),
                    HIDDEN if item["median"] is None else plain(item["median"], 1),
                    share(item["top_2"]),
                    share_interval(item["top_2"]),
                    share(item["bottom_2"]),
                    share_interval(item["bottom_2"]),
                ]
                for item in items
            ],
            note=_(
                "As people answered, nothing turned round. Top 2 and bottom 2: shares of the two highest and the two "
                "lowest answers, by Wilson’s interval; x: hidden, too few people."
            ),
        )


def _scores(material: Material) -> Iterator[Block]:
    """Other instruments asked beside the survey, each in its own unit, with what its bands and banks say of it."""
    rows = []
    for found in material.figures.get("scores", []):
        figure, digits = found["score"], DIGITS[found["method"]]
        rows.append(
            [
                f"{score_name(material.survey, found)} ({METHODS[found['method']]})",
                band_of(material.survey, found["name"], figure["value"]) or NONE,
                count(figure["n"]),
                number(figure, digits),
                number_interval(figure, digits),
            ]
        )
    filled = filter(None, map(filled_in_words, material.figures.get("scores", [])))
    if rows:
        yield table(
            material.caption(_("Other instruments"), n=material.figures["counts"]["counted"]),
            [_("Score"), _("Reads as"), "n", _("Mean or index"), _("Interval")],
            rows,
            words=2,
            note=" ".join([*filled, *score_notes(material.survey)]),
        )


def _coefficient(figure: dict[str, Any] | None) -> str:
    """A coefficient that does not exist is a dash: the note says from how many questions on there is one."""
    if figure is None or figure["reason"] in ("ONE_ITEM", "FEW_ITEMS"):
        return NONE
    return number(figure)


def distributions(material: Material) -> Iterator[Block]:
    """How answers spread, by scale: a picture and the table of its numbers."""
    counted = material.figures["counts"]["counted"]
    scales: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in filter(is_told, material.figures["items"]):
        labels = tuple(scale_labels(material.survey, item["code"]))
        if len(labels) == len(item["histogram"]):
            scales.setdefault(labels, []).append(item)
    for place, (labels, alike) in enumerate(scales.items(), start=1):
        yield from _picture(material, f"answers-{place}", labels, alike)
        yield table(
            material.caption(_("Answers to each question"), n=counted),
            [
                _("Question"),
                *[str(part["from"]) for part in alike[0]["histogram"]],
                _("Don’t know"),
                _("No answer"),
                "n",
                _("Mean"),
                _("Interval"),
            ],
            [
                [
                    f"{item['code']} {item_text(material.survey, item['code'])}" + (" (R)" if item["reverse"] else ""),
                    *[count(part["n"]) for part in item["histogram"]],
                    count(item["dont_know"]),
                    count(item["no_answer"]),
                    count(item["answered"]),
                    number(item["mean"]),
                    number_interval(item["mean"]),
                ]
                for item in alike
            ],
            note=_notes_on_scale(labels, alike),
        )
    closed = [item["code"] for item in material.figures["items"] if not is_told(item)]
    if closed and scales:
        told = _("Not shown, because nearly all gave the same answer or too few are on one side: %(questions)s.")
        yield text(told % {"questions": ", ".join(closed)})


def _picture(material: Material, name: str, labels: tuple[str, ...], items: list[dict[str, Any]]) -> Iterator[Block]:
    known = [item for item in items if any(part["n"] for part in item["histogram"])]
    if not known:
        return
    stacks = [charts.Stack(item["code"], tuple(part["n"] or 0 for part in item["histogram"])) for item in known]
    material.charts[name] = charts.stacked_chart(stacks, labels)
    told = "; ".join(
        f"{item['code']}: "
        + ", ".join(
            f"{label} {percent(part)}"
            for label, part in zip(labels, material.derived["spreads"][item["code"]], strict=True)
            if part is not None
        )
        for item in known
    )
    title = _("How the answers spread, in percent of the answers shown")
    caption = material.caption(title, n=material.figures["counts"]["counted"], confidence=None)
    yield picture(name, alt=told + ".", caption=caption)


def _notes_on_scale(labels: tuple[str, ...], items: list[dict[str, Any]]) -> str:
    points_of_scale = ", ".join(f"{value} {label}" for value, label in enumerate(labels, start=items[0]["lo"]))
    note = _("%(scale)s. Counts are rounded to 5.") % {"scale": points_of_scale}
    if any(item["reverse"] for item in items):
        note += " " + _("R: high means disagreement with the idea; the mean is turned round.")
    return note
