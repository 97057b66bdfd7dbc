"""From a written report, in one language or two, to a tagged PDF (PDF/UA-1)."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pikepdf
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
        compiler = typst.Compiler(
            folder / LAYOUT.name, root=folder, font_paths=[settings.REPORT_FONTS], ignore_system_fonts=True
        )
        pdf = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(made_at))
        assert isinstance(pdf, bytes)
        return finished(pdf, json.loads(compiler.query("<place>", field="value")))


def finished(pdf: bytes, places: Sequence[Mapping[str, Any]]) -> bytes:
    """With what typst does not write by itself: an address for every table and figure, and heads of rows.

    ``places`` are the name, the page (from 1), and the points from the left and from above, of each.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        addresses = pikepdf.NameTree(document.Root.Names.Dests)
        for place in places:
            page = document.pages[place["page"] - 1]
            top = float(page.mediabox[3]) - place["y"]
            addresses[place["name"]] = pikepdf.Array([page.obj, pikepdf.Name.XYZ, place["x"], top, None])
        for row in _rows(document.Root.StructTreeRoot):
            first = next((cell for cell in _inside(row) if cell.S in (pikepdf.Name.TD, pikepdf.Name.TH)), None)
            if first is not None and first.S == pikepdf.Name.TD:
                first.S = pikepdf.Name.TH
                head = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
                told = first.get("/A", pikepdf.Array())
                first.A = pikepdf.Array([*(told if isinstance(told, pikepdf.Array) else [told]), head])
        target = BytesIO()
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return target.getvalue()


def _rows(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Of all tables, in their order."""
    for child in _inside(element):
        if child.S == pikepdf.Name.TR:
            yield child
        yield from _rows(child)


def _inside(element: pikepdf.Object) -> list[pikepdf.Object]:
    """The elements of the structure in another one; marks of content are none."""
    inside = element.get("/K", pikepdf.Array())
    children = list(inside) if isinstance(inside, pikepdf.Array) else [inside]
    return [child for child in children if isinstance(child, pikepdf.Dictionary) and "/S" in child]
