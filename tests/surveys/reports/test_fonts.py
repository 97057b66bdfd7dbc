"""Charts and PDFs: every letter is one of the project's own fonts, whatever fonts the machine has."""

import base64
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from surveys.analysis.pictures import pictures_of
from surveys.models import Snapshot
from surveys.reports.charts import Bar, Line, interval_chart
from surveys.reports.drawing import LETTER
from surveys.reports.fonts import BOLD, FAMILY, MEASURED, MEASURED_FAMILY, REGULAR
from tests.surveys.analysis.conftest import ANSWERS, SPEC, results_of
from tests.surveys.reports.conftest import made

LABEL = "I would ride it again"
HANGUL = "버스를 다시 탈 거예요"


def width(words: str, size: float, file: str = REGULAR) -> float:
    """In px, by the advances that stand in the font."""
    with TTFont(settings.REPORT_FONTS / file, lazy=True) as font:
        letters, advances, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        return sum(advances[letters[ord(letter)]][0] for letter in words) / unit * size


def left_edge(svg: str) -> float:
    """Where the drawing begins, to the right of its longest name."""
    return float(re.search(r'<g [^>]*transform="translate\(([\d.]+),', svg)[1])


@pytest.mark.parametrize("label", [LABEL, HANGUL])
def test_a_chart_is_laid_out_by_the_widths_of_its_own_font(label):
    def edge(words: str) -> float:
        return left_edge(interval_chart([Bar(words, 0.5, 0.4, 0.6)], low=0, high=1).wide)

    assert edge(label) - edge("i") == pytest.approx(width(label, LETTER) - width("i", LETTER), abs=1.5)


def test_a_font_of_the_same_name_on_the_machine_changes_no_chart():
    # What measures words looks among the fonts of the machine first, so it is asked for a name that is nobody's.
    for file in (REGULAR, BOLD):
        with TTFont(settings.REPORT_FONTS / MEASURED / file, lazy=True) as font:
            assert font["name"].getBestFamilyName() == MEASURED_FAMILY

    svg = interval_chart([Bar(LABEL, 0.5, 0.4, 0.6)], low=0, high=1, lines=[Line(0.6, "scale from")]).wide
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {FAMILY}


def fonts_of(resources: Any) -> Iterator[str]:
    """Names of all fonts that a page can use, those inside its pictures, too."""
    for font in (resources.get("/Font") or {}).values():
        font = font.get_object()
        parts = [part.get_object() for part in font.get("/DescendantFonts", [font])]
        for part in parts:
            descriptor = part["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys(), "a font that is not in the file"
            yield str(part["/BaseFont"]).partition("+")[2]
    for inner in (resources.get("/XObject") or {}).values():
        inner = inner.get_object()
        if "/Resources" in inner:
            yield from fonts_of(inner["/Resources"].get_object())


@pytest.mark.django_db
def test_a_pdf_holds_its_own_fonts_and_no_other(snapshot: Snapshot):
    pdf = PdfReader(BytesIO(made(snapshot, "both").pdf))

    names = {name for page in pdf.pages for name in fonts_of(page["/Resources"].get_object())}

    assert names == {"NotoSansKR-Regular", "NotoSansKR-Bold"}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pictures_that_leave_the_house_bring_their_letters(language):
    with translation.override(language):
        pictures = list(pictures_of(results_of(SPEC, ANSWERS), language))

    assert len(pictures) >= 8
    for name, svg in pictures:
        text = unescape("".join(re.findall(r"<text[^>]*>([^<]*)", svg)))
        faces = re.findall(r"font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)", svg)
        assert faces, name
        for _weight, data in faces:
            with TTFont(BytesIO(base64.b64decode(data))) as font:
                assert set(map(ord, text)) <= font.getBestCmap().keys(), name
        assert 'font-weight="bold"' not in svg or "700" in dict(faces), name
        assert not re.findall(r"url\((?!data:|#)", svg), name
