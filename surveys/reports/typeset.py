"""From a written report to a tagged PDF (PDF/UA-1)."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings

LAYOUT = Path(__file__).with_name("report.typ")


def typeset(report: dict[str, Any], charts: dict[str, str], *, made_at: float) -> bytes:
    """The PDF. Everything that people wrote reaches typst as data, never as its language.

    ``made_at`` (seconds since 1970) is the date the document bears, so that the same report is the same file.
    """
    with TemporaryDirectory(prefix="livinglab-report-") as place:
        folder = Path(place)
        shutil.copyfile(LAYOUT, folder / LAYOUT.name)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        for name, svg in charts.items():
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
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
