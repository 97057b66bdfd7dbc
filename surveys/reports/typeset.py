"""From a written report, in one language or two, to a tagged PDF (PDF/UA-1)."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from django.conf import settings

from surveys.reports.content import Written

LAYOUT = Path(__file__).with_name("report.typ")
DRAFT = "Draft / 초안"


def typeset(parts: Sequence[Written], *, made_at: float, watermark: str = "") -> bytes:
    """The PDF. Everything that people wrote reaches typst as data, never as its language.

    ``made_at`` (seconds since 1970) is the date the document bears, so that the same report is the same file.
    """
    with TemporaryDirectory(prefix="livinglab-report-") as place:
        folder = Path(place)
        shutil.copyfile(LAYOUT, folder / LAYOUT.name)
        told = [part.report | {"folder": f"{part.language}/"} for part in parts]
        document = {"parts": told, "watermark": watermark}
        (folder / "report.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        for part in parts:
            (folder / part.language).mkdir()
            for name, svg in part.charts.items():
                (folder / part.language / f"{name}.svg").write_text(svg, encoding="utf-8")
        return bytes(
            typst.compile(
                folder / LAYOUT.name,
                root=folder,
                font_paths=[settings.REPORT_FONTS],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=int(made_at),
            )
        )
