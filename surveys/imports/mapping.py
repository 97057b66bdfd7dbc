"""A mapping: how an existing survey becomes a pilot with closed waves (docs/examples/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from surveys.imports.documents import Document, read_document
from surveys.imports.schema import SCHEMA
from surveys.imports.sources import SurveyFiles, survey_files
from surveys.instruments import read_bank
from surveys.metrics.cells import VARIABLES

# What an import needs beyond what an analysis does: the pilot's own texts, and who answered when.
NEEDED = ("bank", "source", "service", "test_bed", "pilot", "files")
NEEDED_OF_A_FILE = ("name", "encoding", "row_id", "wave", "date", "items")
TEXTS = {
    "service": ("name", "summary"),
    "test_bed": ("name", "offer"),
    "pilot": ("title", "purpose", "expected", "limits"),
}
OWN = {"service": ("slug", "field", "smart_service_level"), "test_bed": (), "pilot": ("slug",)}


def read_mapping(path: Path) -> SurveyFiles:
    """A mapping and its bank from their files.

    Raises WrongDocument; WrongBank where the bank does not follow its schema.
    """
    document = read_document(path, SCHEMA)
    told = document.data
    for name in NEEDED:
        if name not in told:
            document.complain((), f"lacks {name}.")
    for number, entry in enumerate(told.get("files", [])):
        for name in NEEDED_OF_A_FILE:
            if name not in entry:
                document.complain(("files", number), f"lacks {name}.")
        for variable in entry.get("people", {}).keys() - set(VARIABLES):
            document.complain(("files", number, "people", variable), f"is none of {', '.join(VARIABLES)}.")
    _check_texts(document)
    document.check()
    if not (path.parent / told["bank"]).is_file():
        document.complain(("bank",), f"the bank {told['bank']} is not there.")
    document.check()
    bank = read_bank(path.parent / told["bank"])
    entries = [(("files", number), entry) for number, entry in enumerate(told["files"])]
    survey = survey_files(document, bank, entries)
    document.check()
    return survey


def _check_texts(document: Document) -> None:
    for part, names in TEXTS.items():
        told: dict[str, Any] = document.data.get(part, {})
        for name in names:
            text = told.get(name)
            if not isinstance(text, dict) or not all(str(text.get(language, "")).strip() for language in ("ko", "en")):
                document.complain((part, name), "needs a text in ko and in en.")
        for name in OWN[part]:
            if part in document.data and name not in told:
                document.complain((part,), f"lacks {name}.")
