"""The chapters of a report, each from released figures, in the active language."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.metrics.scores import DIGITS
from surveys.questionnaire import in_language
from surveys.reports import charts
from surveys.reports.blocks import Block, bullets, facts, picture, table, text
from surveys.reports.material import Material, wave_label
from surveys.reports.numbers import (
    NONE,
    count,
    days,
    difference,
    difference_interval,
    number,
    number_interval,
    percent,
    plain,
    points,
    points_interval,
    share,
    share_interval,
)
from surveys.words import (
    METHODS,
    MODES,
    VARIABLES,
    band_of,
    category_label,
    code_in_words,
    construct_name,
    group_label,
    item_text,
    metric_name,
    scale_labels,
    score_notes,
)

ACCEPT, UNWEIGHTED = "accept", "_unweighted"


def names(material: Material, measure: str) -> str:
    return _("accept the service") if measure == ACCEPT else metric_name(material.survey, measure)


def _measure(material: Material, measure: str) -> str:
    if measure.endswith(UNWEIGHTED):
        return _("%(outcome)s, unweighted") % {"outcome": _measure(material, measure.removesuffix(UNWEIGHTED))}
    return names(material, measure).capitalize()


def pilot_and_people(material: Material) -> Iterator[Block]:
    pilot, figures = material.pilot, material.figures
    service = pilot.version.service
    counts = figures["counts"]
    wave = figures["wave"]
    pairs = [
        (_("Service"), _("%(name)s, version %(number)d") % {"name": service.name, "number": pilot.version.number}),
        (_("What a resident can do"), pilot.version.summary),
        (_("What the pilot is for"), pilot.purpose),
        (_("Place"), pilot.test_bed.name),
        (_("Pilot"), days(pilot.starts_on, pilot.ends_on)),
        (_("This wave"), days(wave["opened_at"], wave["closed_at"])),
        (_("Question bank"), f"{wave['instrument']} {wave['version']}"),
    ]
    if pilot.source:
        pairs.append((_("Source"), pilot.source))
    if counts["invited"] is not None:
        pairs.append((_("Invited"), count(counts["invited"])))
    pairs += [(_("Answered"), count(counts["answered"])), (_("Answers that count"), count(counts["counted"]))]
    took_part = figures["participation"]
    if took_part["value"] is not None:
        pairs.append((_("Participation"), f"{share(took_part)} ({share_interval(took_part)})"))
    yield facts(pairs)
    rows = list(_people(material))
    if rows and not _reference(material):
        yield table(
            material.caption(_("Who answered"), n=counts["answered"], level=None),
            ["", _("Answered"), _("Share of answers")],
            [[label, answered, of_answers] for label, _known, answered, _share, of_answers, _coverage in rows],
            note=_("Counts are rounded to 5; x: hidden. There is no population to compare with."),
        )
    elif rows:
        yield table(
            material.caption(_("Who answered, beside those who could have"), n=counts["answered"], level=None),
            ["", _("Reference"), _("Answered"), _("Share of reference"), _("Share of answers"), _("Coverage")],
            rows,
            note=_(
                "Reference: %(reference)s. Coverage: share of answers divided by share of reference, from counts "
                "rounded to 5. x: hidden."
            )
            % {"reference": _reference(material)},
        )
    parts = [part for part in figures["by_use_level"] if part["n"] != 0]
    if any(part["label"] != "unknown" for part in parts):
        labels = _use_levels(material)
        yield table(
            material.caption(_("How far people got with the service"), n=counts["answered"]),
            [_("How far"), "n", _("Accept"), _("Interval")],
            [
                [labels.get(found["label"], _("not said")), count(found["n"]), *_shares(found["accept"])]
                for found in parts
            ],
            note=_counted_levels(material),
        )
    modes = [part for part in figures["by_mode"] if part["n"] != 0]
    if len(modes) > 1:
        yield table(
            material.caption(_("How the answers came in"), n=counts["answered"]),
            [_("Way"), "n", _("Accept"), _("Interval")],
            [[str(MODES[found["label"]]), count(found["n"]), *_shares(found["accept"])] for found in modes],
        )


def _shares(figure: dict[str, Any]) -> tuple[str, str]:
    return share(figure), share_interval(figure)


def _counted_levels(material: Material) -> str:
    if not material.rule:
        return ""
    levels = ", ".join(map(str, material.rule["counted"]["use_levels"]))
    return _("The rule counts the levels %(levels)s.") % {"levels": levels}


def _reference(material: Material) -> str:
    """Whom the answers are compared with; empty where nobody is known."""
    weighting = material.rule.get("weighting")
    if weighting:
        source = str(weighting.get("source") or _("the registered population"))
        return _("%(source)s; where it says nothing, everybody invited") % {"source": source}
    return _("everybody invited") if material.figures["counts"]["invited"] is not None else ""


def _people(material: Material) -> Iterator[list[str]]:
    """Each category with its share of the answers and of the registered population, or else of those invited."""
    with_invited = material.figures["counts"]["invited"] is not None
    for variable, rows in material.figures["people"].items():
        population = _margin(material, variable)
        rows = _joined(rows, material.rule, variable) if population else rows
        rows = [row for row in rows if row["answered"] != 0 or row["invited"]]
        if len(rows) < 2:
            continue
        answered = sum(row["answered"] or 0 for row in rows)
        references = {
            row["category"]: population.get(row["category"]) if population else row["invited"] for row in rows
        }
        total = sum(population.values()) if population else sum(known or 0 for known in references.values())
        for row in rows:
            known = references[row["category"]]
            of_reference = known / total if known is not None and total else None
            of_answers = row["answered"] / answered if row["answered"] is not None and answered else None
            coverage = of_answers / of_reference if of_answers is not None and of_reference else None
            yield [
                f"{VARIABLES[variable]}: {category_label(variable, row['category'], material.areas)}",
                NONE if known is None and (population or not with_invited) else count(known),
                count(row["answered"]),
                NONE if of_reference is None else percent(of_reference),
                NONE if of_answers is None else percent(of_answers),
                NONE if coverage is None else plain(coverage, 1),
            ]


def _margin(material: Material, variable: str) -> dict[str, int]:
    """The registered population by category; empty where none is registered for this variable."""
    weighting = material.rule.get("weighting")
    if not weighting or variable not in weighting["variables"]:
        return {}
    margin: dict[str, int] = weighting["margins"][weighting["variables"].index(variable)]
    return margin


def _joined(rows: list[dict[str, Any]], rule: dict[str, Any], variable: str) -> list[dict[str, Any]]:
    """The categories of the registered recipe, which may join finer ones; a hidden part hides its sum."""
    joins = (rule["weighting"].get("categories") or {}).get(variable) or {}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = joins.get(row["category"], row["category"])
        other = found.get(name)
        counts = {
            side: row[side] if other is None else _sum(other[side], row[side]) for side in ("invited", "answered")
        }
        found[name] = {"category": name, **counts}
    return list(found.values())


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _use_levels(material: Material) -> dict[str, str]:
    if material.survey.use_level is None:
        return {}
    bank = material.survey.use_level.document
    scale = bank["scales"][bank["items"][0]["scale"]]
    return {str(point["value"]): f"{point['value']} {in_language(point['label'])}" for point in scale["points"]}


def acceptance(material: Material) -> Iterator[Block]:
    figures = material.figures
    counted = figures["counts"]["counted"]
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
        if figures[measure]["value"] is not None or figures[measure]["reason"] == "HIDDEN"
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
            material.caption(_("Acceptance"), n=counted, weighted=True),
            [_("Measure"), "n", "n*", "%", _("Interval")],
            rows,
            note=_(
                "Accept: the mean of the answered questions on intention is 4 or more of 5. n*: as many equally "
                "weighted answers would be worth as much. Shares of parts are whole percent; x: hidden, too few people."
            ),
        )
    constructs = [found for found in figures["constructs"] if found["mean"]["n"] or found["mean"]["reason"] == "HIDDEN"]
    yield table(
        material.caption(_("Constructs"), n=counted),
        [_("Construct"), "n", _("Mean"), _("Interval"), _("Alpha"), _("Interval of alpha")],
        [
            [
                construct_name(material.survey, found["name"]),
                count(found["mean"]["n"]),
                number(found["mean"]),
                number_interval(found["mean"]),
                number(found["alpha"]),
                number_interval(found["alpha"]),
            ]
            for found in constructs
        ],
        note=_(
            "Means of the answered questions, reversed ones turned round; high privacy concern is bad news. "
            "Alpha says how well the questions of a construct belong together (Feldt’s interval); "
            "standard deviations are not published."
        )
        if not material.pilot.imported
        else _("Means of the answered questions. Each construct is one question, so there is no alpha."),
    )
    yield from scores(material)
    yield from distributions(material)


def scores(material: Material) -> Iterator[Block]:
    """Other instruments asked beside the survey, each in its own unit, with what its bands and banks say of it."""
    rows = []
    for found in material.figures.get("scores", []):
        figure, digits = found["score"], DIGITS[found["method"]]
        rows.append(
            [
                f"{construct_name(material.survey, found['name'])} ({METHODS[found['method']]})",
                band_of(material.survey, found["name"], figure["value"]) or NONE,
                count(figure["n"]),
                number(figure, digits),
                number_interval(figure, digits),
            ]
        )
    if rows:
        yield table(
            material.caption(_("Other instruments"), n=material.figures["counts"]["counted"]),
            [_("Score"), _("Reads as"), "n", _("Mean or index"), _("Interval")],
            rows,
            words=2,
            note=" ".join(score_notes(material.survey)),
        )


def distributions(material: Material) -> Iterator[Block]:
    """How answers spread, by scale: a picture and the table of its numbers."""
    items = material.figures["items"]
    counted = material.figures["counts"]["counted"]
    scales: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for item in items:
        labels = tuple(scale_labels(material.survey, item["code"]))
        if len(labels) == len(item["histogram"]):
            scales.setdefault(labels, []).append(item)
    for place, (labels, alike) in enumerate(scales.items(), start=1):
        stacks = [
            charts.Stack(item["code"], tuple(part["n"] or 0 for part in item["histogram"]))
            for item in alike
            if any(part["n"] for part in item["histogram"])
        ]
        if stacks:
            name = f"answers-{place}"
            material.charts[name] = charts.stacked_chart(stacks, labels)
            told = "; ".join(
                f"{stack.label}: "
                + ", ".join(
                    f"{label} {percent(part / sum(stack.counts))}"
                    for label, part in zip(labels, stack.counts, strict=True)
                )
                for stack in stacks
            )
            title = _("How the answers spread, in percent of the answers shown")
            yield picture(name, alt=told, caption=material.caption(title, n=counted, level=None))
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


def _notes_on_scale(labels: tuple[str, ...], items: list[dict[str, Any]]) -> str:
    points_of_scale = ", ".join(f"{value} {label}" for value, label in enumerate(labels, start=items[0]["lo"]))
    note = _("%(scale)s. Counts are rounded to 5.") % {"scale": points_of_scale}
    if any(item["reverse"] for item in items):
        note += " " + _("R: high means disagreement with the idea; the mean is turned round.")
    return note


def understanding(material: Material) -> Iterator[Block]:
    informed = material.figures["informed"]
    if informed is None:
        return
    question_set = material.wave.question_set
    asked = {question["code"]: question["text"] for question in question_set.questions} if question_set else {}
    yield text(
        _("%(share)s know the pilot well (interval %(interval)s): at least 3 of the first 4 questions right.")
        % {"share": share(informed["informed"]), "interval": share_interval(informed["informed"])}
    )
    yield table(
        material.caption(_("Questions of knowledge"), n=informed["informed"]["n"]),
        [_("Question"), "n", _("Right"), _("Interval"), _("Wrong"), _("Don’t know"), _("No answer")],
        [
            [
                in_language(asked.get(question["code"], {})) or question["code"],
                count(question["right"]["n"]),
                share(question["right"]),
                share_interval(question["right"]),
                count(question["wrong"]),
                count(question["dont_know"]),
                count(question["no_answer"]),
            ]
            for question in informed["questions"]
        ],
        note=_("Counts are rounded to 5; x: hidden, too few people."),
    )


def inclusion(material: Material) -> Iterator[Block]:
    figures = material.figures
    groups = [group for group in figures["groups"] if group["accept"]["reason"] != "NO_ANSWERS" or group["n"]]
    if not groups:
        return
    level = next((group["gap"]["confidence"] for group in groups if group["gap"]["confidence"]), None)
    bars = [
        charts.Bar(group_label(group["name"]), group["gap"]["value"], group["gap"]["low"], group["gap"]["high"])
        for group in groups
        if group["gap"]["value"] is not None
    ]
    delta = (figures["verdict"] or material.rule).get("delta")
    title = _("How much less a group accepts the service than the rest, in percentage points")
    if bars and delta is not None:
        reach = max(0.3, *(abs(limit) for bar in bars for limit in (bar.low, bar.high, bar.value) if limit is not None))
        lines = [
            charts.Line(0, ""),
            charts.Line(delta, _("limit %(points)s") % {"points": points(delta)}, charts.RED),
        ]
        material.charts["gaps"] = charts.interval_chart(
            bars, low=-reach, high=reach, lines=lines, unit="points", row=40
        )
        alt = "; ".join(
            f"{bar.label}: {points(bar.value)} ({points_interval({'low': bar.low, 'high': bar.high})})" for bar in bars
        )
        caption = material.caption(title, n=figures["counts"]["counted"], level=level, weighted=True)
        yield picture("gaps", alt=alt, caption=caption)
    yield table(
        material.caption(_("Groups"), n=figures["counts"]["counted"], level=level, weighted=True),
        [
            _("Protected group"),
            "n",
            _("Rest"),
            _("Not said"),
            _("Accept"),
            _("Accept, rest"),
            _("Difference"),
            _("Interval"),
            _("Well informed"),
        ],
        [
            [
                group_label(group["name"]),
                count(group["n"]),
                count(group["n_rest"]),
                count(group["unknown"]),
                share(group["accept"]),
                share(group["accept_rest"]),
                points(group["gap"]["value"]) if group["gap"]["value"] is not None else share(group["gap"]),
                points_interval(group["gap"]),
                share(group["informed"]),
            ]
            for group in groups
        ],
        note=_(
            "Difference: the rest minus the group; above 0 the group accepts less. The interval is that of the "
            "difference."
        ),
    )
    unheard = [group_label(group["name"]) for group in groups if group["gap"]["value"] is None]
    if unheard:
        yield text(_("Could not be heard by themselves: %(groups)s.") % {"groups": ", ".join(unheard)})


def change(material: Material) -> Iterator[Block]:
    if not material.changes:
        return
    waves = [*material.earlier, material.figures]
    accept = [(wave_label(figures), figures["accept"]) for figures in waves if figures["accept"]["value"] is not None]
    if len(accept) > 1:
        bars = [charts.Bar(label, found["value"], found["low"], found["high"]) for label, found in accept]
        material.charts["waves"] = charts.interval_chart(bars, low=0, high=1)
        yield picture(
            "waves",
            alt="; ".join(f"{label}: {share(found, 1)} ({share_interval(found, 1)})" for label, found in accept),
            caption=material.caption_of_waves(_("Share that accepts the service, by wave"), weighted=True),
        )
    rows = []
    for found in material.changes:
        step = _("wave %(from)d to %(to)d") % found
        if found["accept"]["value"] is not None:
            rows.append(
                [
                    _("Accept the service"),
                    step,
                    count(found["accept"]["n"]),
                    points(found["accept"]["value"], 1),
                    points_interval(found["accept"], 1),
                ]
            )
        rows += [
            [
                construct_name(material.survey, entry["name"]),
                step,
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
            "Means by Welch’s interval, shares by Newcombe’s. The waves are taken as different people; where "
            "many answered "
            "both, the true interval is narrower."
        )
        if not material.pilot.imported
        else _("Means by Welch’s interval. The waves asked different people."),
    )


def decisions(material: Material) -> Iterator[Block]:
    """The conditions of the rule, one by one."""
    verdict = material.figures["verdict"]
    if not verdict:
        return
    yield bullets(code_in_words(code, material.survey) for code in verdict["codes"])
    if verdict["criteria"]:
        yield table(
            material.caption(_("Further conditions of the rule"), n=verdict["n"], level=None),
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
