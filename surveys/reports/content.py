"""A whole report as plain data, in one language: twelve parts, numbered tables and figures, and their addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from surveys.reports import first_page, method
from surveys.reports.blocks import Block, chapter, text
from surveys.reports.chapters.acceptance import acceptance
from surveys.reports.chapters.inclusion import inclusion
from surveys.reports.chapters.people import pilot_and_people
from surveys.reports.chapters.priorities import what_to_change
from surveys.reports.chapters.understanding import understanding
from surveys.reports.chapters.voices import in_their_words
from surveys.reports.chapters.waves import change, monitoring
from surveys.reports.letters import Letters
from surveys.reports.lines import lines_of
from surveys.reports.material import Material
from surveys.reports.numbers import days
from surveys.reports.tracing import printed, unmarked

SUMMARY = "summary"


@dataclass(frozen=True)
class Written:
    """A report in one language: for layout, its charts by name, and line by line for whoever checks it."""

    language: str
    report: dict[str, Any]
    charts: dict[str, str]
    # The same charts for a phone.
    narrow: dict[str, str]
    lines: list[str]
    # Line (from 1), words, form and place of every number that is a released figure.
    numbers: list[tuple[int, str, str, str]]


def written(material: Material, language: str) -> Written:
    with translation.override(language):
        telling = material.traced()
        letters = Letters()
        marked = letters.fit(_whole(telling))
        charts = letters.fit({name: drawing.wide for name, drawing in telling.charts.items()})
        narrow = Letters().fit({name: drawing.narrow for name, drawing in telling.charts.items()})
        # Last, because it counts what was replaced in everything before.
        parts = [
            chapter("method", _("Method"), method.method(telling, letters.replaced)),
            chapter("dictionary", _("Data dictionary"), method.dictionary(telling)),
            chapter("check", _("How to check this report"), method.reproduction(telling)),
        ]
        marked["chapters"] += Letters().fit(parts)
        _number(marked)
        lines = list(lines_of(marked))
        numbers = [
            (place, found.words, found.form, found.key)
            for place, line in enumerate(lines, start=1)
            for found in printed(line)
        ]
        return Written(language, unmarked(marked), charts, narrow, unmarked(lines), numbers)


def _whole(material: Material) -> dict[str, Any]:
    pilot, wave = material.pilot, material.figures["wave"]
    title = _("%(title)s, wave %(number)d") % {"title": pilot.title, "number": wave["number"]}
    city = settings.CITY_NAME_EN if active_language() == "en" else settings.CITY_NAME_KO
    return {
        "language": active_language(),
        "title": title,
        "subtitle": _("Acceptance report. %(place)s, %(days)s")
        % {"place": pilot.test_bed.name, "days": days(wave["opened_at"], wave["closed_at"])},
        "publisher": f"{_('Living Lab')}, {city}",
        "description": _("What residents said of “%(title)s”, with the method and every figure’s n and interval.")
        % {"title": pilot.title},
        "keywords": [_("acceptance"), _("living lab"), pilot.version.service.name],
        "illustrative": _("Illustrative: made-up people and answers") if pilot.illustrative else "",
        "imported": _("Imported survey") if pilot.imported else "",
        "words": {
            "limits": _("What these figures do not say"),
            "page": _("Page"),
            "contents": _("What is in this report"),
            "summary": "1. " + _("In one page"),
        },
        "answer": first_page.answer(material),
        "foreword": {"title": _("Foreword by the evaluator"), "blocks": [text(material.notes.foreword)]}
        if material.notes.foreword
        else None,
        "chapters": list(_chapters(material)),
    }


def _chapters(material: Material) -> Iterator[dict[str, Any]]:
    """In the order in which a council, a ministry and a reviewer stop reading; the first is the page before them."""
    yield chapter("what-to-change", _("What to change"), what_to_change(material))
    yield chapter("people", _("Pilot and people"), pilot_and_people(material))
    title = _("Answers") if material.pilot.imported else _("Acceptance")
    yield chapter("acceptance", title, acceptance(material))
    yield chapter("understanding", _("Understanding"), understanding(material))
    yield chapter("inclusion", _("Inclusion"), inclusion(material))
    yield chapter("change", _("What changed"), change(material))
    yield chapter("monitoring", _("Monitoring"), monitoring(material))
    yield chapter("words", _("In their words"), in_their_words(material))


def _number(report: dict[str, Any]) -> None:
    """Give parts, tables and figures their numbers and addresses."""
    for number, part in enumerate(report["chapters"], start=2):
        part["title"] = f"{number}. {part['title']}"
    counts = {"table": 0, "picture": 0}
    labels = {"table": _("Table %(number)d"), "picture": _("Figure %(number)d")}
    anchors = {"table": "table-%d", "picture": "figure-%d"}
    for block in _blocks(report):
        kind = block["kind"]
        if kind in counts:
            counts[kind] += 1
            block["label"] = labels[kind] % {"number": counts[kind]}
            block["anchor"] = anchors[kind] % counts[kind]


def _blocks(report: dict[str, Any]) -> Iterator[Block]:
    if report["answer"]["picture"]:
        yield report["answer"]["picture"]
    for part in report["chapters"]:
        yield from part["blocks"]
