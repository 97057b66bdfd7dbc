"""The description of a survey for archives: DDI Codebook 2.5. Counts in it are the released ones, whatever the file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.utils import timezone

from surveys.exports.protocol import Protocol
from surveys.exports.variables import LANGUAGES, Variable, safe_names
from surveys.metrics.release import HIDDEN
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, Text
from surveys.reports.material import Material

NAMESPACE = "ddi:codebook:2_5"
VERSION = "2.5"
FILE = "F1"
MISSING = {"not_applicable": NOT_APPLICABLE, "dont_know": DONT_KNOW, "no_answer": NO_ANSWER}

# From the name of a variable to its codes and how many people gave each; None where that is hidden.
Counts = Mapping[str, Mapping[int, int | None]]


def codebook(material: Material, variables: Sequence[Variable], protocol: Protocol, *, file: str, rows: int) -> bytes:
    """The whole document. ``file`` is the name of the file it describes, ``rows`` how many people that holds."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}codeBook", {"version": VERSION})
    _study(root, material, protocol)
    described = _child(root, "fileDscr", ID=FILE)
    text = _child(described, "fileTxt")
    _child(text, "fileName", file)
    size = _child(text, "dimensns")
    _child(size, "caseQnty", str(rows))
    _child(size, "varQnty", str(len(variables)))
    _child(described, "notes", protocol.as_json(), type="livinglab:protocol")
    data = _child(root, "dataDscr")
    counts = released_counts(material.figures)
    for number, variable in enumerate(variables, start=1):
        _variable(data, number, variable, counts.get(variable.name, {}))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def released_counts(figures: Mapping[str, Any]) -> Counts:
    """Of every item: its histogram as everybody may see it."""
    items = figures["items"]
    return {
        name: {part["from"]: part["n"] for part in item["histogram"] if part["from"] == part["to"]}
        | {code: item[kind] for kind, code in MISSING.items()}
        for name, item in zip(safe_names(item["code"] for item in items), items, strict=True)
    }


def _study(root: ElementTree.Element, material: Material, protocol: Protocol) -> None:
    pilot, wave, told = material.pilot, material.wave, protocol.told
    study = _child(root, "stdyDscr")
    citation = _child(study, "citation")
    title = _child(citation, "titlStmt")
    _child(title, "titl", f"{pilot.title_ko}: {wave.number}번째 조사", lang="ko")
    if pilot.title_en:
        _child(title, "parTitl", f"{pilot.title_en}: wave {wave.number}", lang="en")
    _child(title, "IDNo", f"{pilot.slug}-wave-{wave.number}", agency="livinglab")
    made = _child(citation, "prodStmt")
    _child(made, "producer", pilot.source or "Living Lab")
    _dated(made, "prodDate", datetime.fromisoformat(told["made_at"]))
    _child(made, "software", told["code_version"])
    info = _child(study, "stdyInfo")
    _both(info, "abstract", {"ko": pilot.purpose_ko, "en": pilot.purpose_en})
    summary = _child(info, "sumDscr")
    for event, at in (("start", wave.opened_at), ("end", wave.closed_at)):
        if at is not None:
            _dated(summary, "collDate", at, event=event)
    if not pilot.imported:
        _child(summary, "nation", "Republic of Korea", abbr="KR")
    _child(summary, "geogCover", pilot.test_bed.name_ko, lang="ko")
    _child(summary, "anlyUnit", "person")
    _both(summary, "universe", material.rule.get("population", {}))
    _child(summary, "dataKind", "survey data")
    method = _child(study, "method")
    collected = _child(method, "dataColl")
    if not pilot.imported:
        _child(collected, "collMode", "self-administered on the web, with help, or on paper")
    weighting = material.figures["weighting"]
    _child(
        collected, "weight", "unweighted" if not weighting else "figures are weighted as registered; answers are not"
    )
    access = _child(study, "dataAccs")
    for language in LANGUAGES:
        # A statement of use has one restriction at most.
        use = _child(access, "useStmt", lang=language)
        _child(use, "restrctn", told[f"level_{language}"])
        _child(use, "conditions", told["licence"]["title"])


def _variable(data: ElementTree.Element, number: int, variable: Variable, counts: Mapping[int, int | None]) -> None:
    kind = "contin" if variable.measure == "scale" else "discrete"
    found = _child(data, "var", ID=f"V{number}", name=variable.name, files=FILE, intrvl=kind)
    _both(found, "labl", variable.label)
    if variable.missing:
        invalid = _child(found, "invalrng")
        for code in variable.missing:
            _child(invalid, "item", VALUE=str(code))
    for code, words in variable.labelled.items():
        category = _child(found, "catgry", **({"missing": "Y"} if code in variable.missing else {}))
        _child(category, "catValu", str(code))
        _both(category, "labl", words)
        if code in counts:
            count = counts[code]
            if count is None:
                _child(category, "txt", HIDDEN)
            else:
                _child(category, "catStat", str(count), type="freq")
    if variable.origin:
        _child(found, "concept", variable.origin)
    _child(found, "varFormat", type="character" if variable.is_text else "numeric")


def _child(parent: ElementTree.Element, tag: str, text: str = "", /, **attributes: str) -> ElementTree.Element:
    if "lang" in attributes:
        attributes["{http://www.w3.org/XML/1998/namespace}lang"] = attributes.pop("lang")
    child = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    child.text = text or None
    return child


def _dated(parent: ElementTree.Element, name: str, at: datetime, **attributes: str) -> None:
    """The day it was in the city."""
    day = timezone.localtime(at).date().isoformat()
    _child(parent, name, day, date=day, **attributes)


def _both(parent: ElementTree.Element, name: str, text: Text) -> None:
    for language, words in _spoken(text):
        _child(parent, name, words, lang=language)


def _spoken(text: Text) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        if text.get(language):
            yield language, text[language]
