"""A whole report as plain data, ready for typesetting, in one language."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from surveys.reports import chapters, first_page, method
from surveys.reports.blocks import chapter
from surveys.reports.letters import Letters
from surveys.reports.material import Material
from surveys.reports.numbers import days


def written(material: Material, language: str) -> dict[str, Any]:
    """The report in one language; fills ``material.charts`` with its pictures by name."""
    with translation.override(language):
        letters = Letters()
        report = letters.fit(_whole(material))
        material.charts = letters.fit(material.charts)
        # Last, because it counts what was replaced in everything before.
        parts = [
            chapter(_("Method"), method.method(material, letters.replaced)),
            chapter(_("Data dictionary"), method.dictionary(material)),
            chapter(_("How to check this report"), method.reproduction(material)),
        ]
        report["chapters"] += Letters().fit(parts)
        return report


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
        },
        "answer": first_page.answer(material),
        "chapters": [found for found in _chapters(material) if found["blocks"]],
    }


def _chapters(material: Material) -> Iterator[dict[str, Any]]:
    yield chapter(_("Pilot and people"), chapters.pilot_and_people(material))
    if material.figures["verdict"] and material.figures["verdict"]["criteria"]:
        yield chapter(_("Verdict"), chapters.decisions(material))
    title = _("Answers") if material.pilot.imported else _("Acceptance")
    yield chapter(title, chapters.acceptance(material))
    yield chapter(_("Understanding"), chapters.understanding(material))
    if not material.pilot.imported:
        yield chapter(_("Inclusion"), chapters.inclusion(material))
    yield chapter(_("What changed"), chapters.change(material))
