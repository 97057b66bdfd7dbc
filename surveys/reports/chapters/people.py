"""Who tried what, where and when, and who answered."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaire import in_language
from surveys.reports import charts
from surveys.reports.blocks import Block, facts, picture, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import NONE, count, days, number, percent, plain, share, share_interval
from surveys.words import MODES, VARIABLES, category_label, open_alarm_in_words


def pilot_and_people(material: Material) -> Iterator[Block]:
    pilot, wave = material.pilot, material.figures["wave"]
    pairs = [
        (
            _("Service"),
            _("%(name)s, version %(number)d") % {"name": pilot.version.service.name, "number": pilot.version.number},
        ),
        (_("What a resident can do"), pilot.version.summary),
        (_("What the pilot is for"), pilot.purpose),
        (_("Place"), pilot.test_bed.name),
        (_("Pilot"), days(pilot.starts_on, pilot.ends_on)),
        (_("This wave"), days(wave["opened_at"], wave["closed_at"])),
        (_("Question bank"), f"{wave['instrument']} {wave['version']}"),
    ]
    if pilot.source:
        pairs.append((_("Source"), pilot.source))
    yield facts(pairs)
    yield from _ripeness(material)
    yield from _flow(material)
    yield from _population(material)
    yield from _evenness(material)
    yield from _use_levels(material)
    yield from _modes(material)


def _ripeness(material: Material) -> Iterator[Block]:
    notes = material.notes
    ladders = [
        (_("How ripe the service is for society (SRL, 1 to 9)"), notes.srl_before, notes.srl_after),
        (_("How ripe its technology is (TRL, 1 to 9)"), notes.trl_before, notes.trl_after),
    ]
    rows = [
        [label, NONE if before is None else str(before), NONE if after is None else str(after)]
        for label, before, after in ladders
        if before is not None or after is not None
    ]
    if rows:
        yield table(
            _("Readiness before and after this wave, as the evaluator judges and signs it."),
            [_("Ladder"), _("Before"), _("After")],
            rows,
            note=_("The site itself holds evidence for these steps of the SRL: %(steps)s.")
            % {"steps": ", ".join(map(str, notes.steps))}
            if notes.steps
            else "",
        )
    if any(alarm["review"] is None for alarm in notes.alarms):
        yield text(open_alarm_in_words())


def _flow(material: Material) -> Iterator[Block]:
    counts, took_part = material.figures["counts"], material.figures["participation"]
    stations = [
        (_("Invited"), counts["invited"]),
        (_("Answered"), counts["answered"]),
        (_("Answers that count"), counts["counted"]),
    ]
    known = [(label, n) for label, n in stations if n is not None]
    if material.pilot.imported or not any(n for _label, n in known):
        yield facts([(label, count(n)) for label, n in known])
        return
    title = _("From invitation to the answers that count")
    material.charts["flow"] = charts.count_chart(known)
    caption = material.caption(title, n=counts["answered"], confidence=None)
    yield picture("flow", alt=", ".join(f"{label} {count(n)}" for label, n in known) + ".", caption=caption)
    rows = [
        *known,
        (_("complete (four fifths or more)"), counts["complete"]),
        (_("in part (50 to 79%)"), counts["partial"]),
        (_("broken off"), counts["broken_off"]),
    ]
    note = _("Counts of parts are rounded to 5; x: hidden.")
    if took_part["value"] is not None:
        note = (
            _(
                "Participation: %(share)s of those invited answered at least half (interval %(interval)s). People "
                "joined by themselves, so this is no response rate of a sample."
            )
            % {"share": share(took_part), "interval": share_interval(took_part)}
            + " "
            + note
        )
    yield table(
        material.caption(_("Invited, answered, counted"), n=counts["answered"], confidence=None),
        [_("Station"), "n"],
        [[label, count(n)] for label, n in rows],
        note=note,
    )


def _population(material: Material) -> Iterator[Block]:
    rows = material.derived["people"]
    if not rows:
        return
    answered = material.figures["counts"]["answered"]
    labels = [
        f"{VARIABLES[row['variable']]}: {category_label(row['variable'], row['category'], material.areas)}"
        for row in rows
    ]
    if not reference(material):
        yield table(
            material.caption(_("Who answered"), n=answered, confidence=None),
            [_("Group of people"), _("Answered"), _("Share of answers")],
            [
                [label, count(row["answered"]), _maybe(row["share_of_answers"])]
                for label, row in zip(labels, rows, strict=True)
            ],
            note=_("Counts are rounded to 5; x: hidden. There is no population to compare with."),
        )
        return
    note = _(
        "Reference: %(reference)s. Coverage: share of answers divided by share of reference, from counts rounded to 5. "
        "x: hidden."
    ) % {"reference": reference(material)}
    weighting = material.figures["weighting"]
    if weighting and not weighting["reason"]:
        note += " " + _("After weighting, the shares of the registered margins are those of the reference.")
    yield table(
        material.caption(_("Who answered, beside those who could have"), n=answered, confidence=None),
        [
            _("Group of people"),
            _("Reference"),
            _("Answered"),
            _("Share of reference"),
            _("Share of answers"),
            _("Coverage"),
        ],
        [
            [
                label,
                NONE if row["reference"] is None and row["registered"] else count(row["reference"]),
                count(row["answered"]),
                _maybe(row["share_of_reference"]),
                _maybe(row["share_of_answers"]),
                NONE if row["coverage"] is None else plain(row["coverage"], 1),
            ]
            for label, row in zip(labels, rows, strict=True)
        ],
        note=note,
    )


def _maybe(value: float | None) -> str:
    return NONE if value is None else percent(value)


def reference(material: Material) -> str:
    """Whom the answers are compared with; empty where nobody is known."""
    weighting = material.rule.get("weighting")
    if weighting:
        source = str(weighting.get("source") or _("the registered population"))
        return _("%(source)s; where it says nothing, everybody invited") % {"source": source}
    return _("everybody invited") if material.figures["counts"]["invited"] is not None else ""


def _evenness(material: Material) -> Iterator[Block]:
    appendix = material.figures.get("appendix")
    found = [
        row
        for row in (appendix["representativeness"] if appendix else [])
        if row["dissimilarity"]["value"] is not None or row["evenness"]["value"] is not None
    ]
    if not found:
        return
    yield table(
        material.caption(
            _("How far the answers are from the population"), n=material.figures["counts"]["answered"], confidence=None
        ),
        [_("By"), _("Dissimilarity"), _("Evenness (R)"), _("Far off")],
        [
            [
                str(VARIABLES[row["variable"]]),
                _known(row["dissimilarity"]),
                _known(row["evenness"]),
                NONE if row["dissimilarity"]["value"] is None else _("yes") if row["far"] else _("no"),
            ]
            for row in found
        ],
        note=_(
            "Dissimilarity: the share of answers that would have to come from other people to match the registered "
            "population; above 0.10 is far off. Evenness: 1 where all groups of invited people answered alike."
        ),
    )


def _known(figure: dict[str, Any]) -> str:
    """Where there is nobody to compare with there is no figure, whoever answered."""
    return NONE if figure["reason"] == "NO_ANSWERS" else number(figure)


def _use_levels(material: Material) -> Iterator[Block]:
    parts = [part for part in material.figures["by_use_level"] if part["n"] != 0]
    if not any(part["label"] != "unknown" for part in parts):
        return
    labels = _levels(material)
    yield table(
        material.caption(_("How far people got with the service"), n=material.figures["counts"]["answered"]),
        [_("How far"), "n", _("Accept"), _("Interval")],
        [
            [
                labels.get(found["label"], _("not said")),
                count(found["n"]),
                share(found["accept"]),
                share_interval(found["accept"]),
            ]
            for found in parts
        ],
        note=_counted_levels(material),
    )


def _counted_levels(material: Material) -> str:
    if not material.rule:
        return ""
    levels = ", ".join(map(str, material.rule["counted"]["use_levels"]))
    return _("The rule counts the levels %(levels)s.") % {"levels": levels}


def _levels(material: Material) -> dict[str, str]:
    if material.survey.use_level is None:
        return {}
    bank: dict[str, Any] = material.survey.use_level.document
    scale = bank["scales"][bank["items"][0]["scale"]]
    return {str(point["value"]): f"{point['value']} {in_language(point['label'])}" for point in scale["points"]}


def _modes(material: Material) -> Iterator[Block]:
    modes = [part for part in material.figures["by_mode"] if part["n"] != 0]
    if len(modes) < 2:
        return
    yield table(
        material.caption(_("How the answers came in"), n=material.figures["counts"]["answered"]),
        [_("Way"), "n", _("Accept"), _("Interval")],
        [
            [
                str(MODES[found["label"]]),
                count(found["n"]),
                share(found["accept"]),
                share_interval(found["accept"]),
            ]
            for found in modes
        ],
    )
