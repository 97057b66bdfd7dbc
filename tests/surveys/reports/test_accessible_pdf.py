"""PDF/UA-1, as far as it can be read from the file: every page, table, picture and heading of reports of all kinds."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.template.loader import render_to_string
from pypdf import PageObject, PdfReader

from surveys.models import Snapshot
from surveys.reports.drawing import SCALE
from surveys.reports.make import made_report
from surveys.reports.material import snapshot_of
from surveys.views.reports import shown
from tests.surveys.reports.conftest import made

pytestmark = pytest.mark.django_db


def children(node: Any) -> list[Any]:
    inside = node.get("/K")
    found = list(inside) if isinstance(inside, pikepdf.Array) else [inside]
    return [child for child in found if isinstance(child, pikepdf.Dictionary) and "/S" in child]


def elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    for child in children(node):
        yield child
        yield from elements(child)


def attributes(element: Any) -> dict[str, Any]:
    found = element.get("/A")
    parts = list(found) if isinstance(found, pikepdf.Array) else [found] if found is not None else []
    return {str(name): value for part in parts for name, value in part.items()}


def destinations(node: Any) -> set[str]:
    told = {str(name) for name in list(node.get("/Names", []))[::2]}
    return told.union(*(destinations(child) for child in node.get("/Kids", [])))


@pytest.fixture(params=["both languages", "imported"])
def pdf(request: pytest.FixtureRequest) -> Iterator[pikepdf.Pdf]:
    if request.param == "imported":
        report = made(request.getfixturevalue("imported"), "ko")
    else:
        report = made(request.getfixturevalue("snapshot"), "both")
    with pikepdf.open(BytesIO(report.pdf)) as opened:
        yield opened


def test_a_report_holds_what_pdf_ua_asks_for(pdf: pikepdf.Pdf):
    root = pdf.Root
    found = list(elements(root.StructTreeRoot))
    kinds = [str(element.S) for element in found]

    # The document: marked, titled, in a language, and it says that it is accessible.
    assert root.MarkInfo.Marked
    assert str(root.Lang) == "ko"
    assert root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
    # Every page: its content is in the tree, and one tabs through it in the order of the tree.
    for page in pdf.pages:
        assert "/StructParents" in page
        assert page.Tabs == pikepdf.Name.S
    # Pictures and tables: alternative texts, headings with their scope, rows as long as their table is wide.
    pictures = [element for element in found if str(element.S) == "/Figure"]
    assert pictures
    assert all(len(str(picture.Alt)) > 10 for picture in pictures)
    columns = [attributes(element)["/Scope"] for element in found if str(element.S) == "/TH"]
    assert columns
    assert set(map(str, columns)) <= {"/Column", "/Row", "/Both"}
    for table in (element for element in found if str(element.S) == "/Table"):
        rows = [element for element in elements(table) if str(element.S) == "/TR"]
        assert len({len(children(row)) for row in rows}) == 1
        # Every cell has a head: its row says what it is, and, but for lists of facts, its column does.
        heads = [[str(attributes(cell)["/Scope"]) for cell in children(row) if str(cell.S) == "/TH"] for row in rows]
        if len(children(rows[0])) > 2:
            assert set(heads[0]) == {"/Column"}
        assert all(head == ["/Row"] for head in heads[1:])
    # Headings start at the first level and leave none out.
    levels = [int(kind[2:]) for kind in kinds if kind[1] == "H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_bookmarks_are_the_twelve_parts(pdf: pikepdf.Pdf):
    with pdf.open_outline() as outline:
        titles = [entry.title for entry in outline.root]

    languages = len(titles) // 12
    assert languages in (1, 2)
    assert [title.partition(".")[0] for title in titles] == [str(number) for number in range(1, 13)] * languages


def test_page_and_pdf_have_the_same_addresses(snapshot: Snapshot):
    report = made_report(snapshot_of(snapshot.wave_id), "both")
    on_page = {
        anchor
        for part in shown(report.contents)["parts"]
        for anchor in [part["anchor"], *(chapter["anchor"] for chapter in part["chapters"]), *anchors(part)]
    }

    with pikepdf.open(BytesIO(report.pdf)) as opened:
        assert destinations(opened.Root.Names.Dests) == on_page
    assert {"table-1", "figure-1", "en-table-1", "en-figure-1"} <= on_page


def anchors(part: dict[str, Any]) -> Iterator[str]:
    """The addresses of tables and figures on a page."""
    blocks = [part["answer"]["picture"], *(block for chapter in part["chapters"] for block in chapter["blocks"])]
    yield from (block["anchor"] for block in blocks if "anchor" in block)


def test_an_address_of_the_pdf_leads_to_the_page_and_place_of_its_table(snapshot: Snapshot):
    report = made_report(snapshot_of(snapshot.wave_id), "en")
    words = PdfReader(BytesIO(report.pdf))

    for name, label in (("table-1", "Table 1."), ("table-7", "Table 7."), ("check", "12.")):
        place = words.named_destinations[name]
        page = words.pages[words.get_destination_page_number(place)]
        above = [float(place.top) - height for text, height in heights(page) if text.startswith(label)]
        assert any(0 <= distance < 40 for distance in above), (name, above)


def heights(page: PageObject) -> list[tuple[str, float]]:
    """Pieces of text of a page, each with its distance from the bottom."""
    found: list[tuple[str, float]] = []

    def seen(text: str, page: list[float], at: list[float], _font: Any, _size: float) -> None:
        found.append((text.strip(), at[4] * page[1] + at[5] * page[3] + page[5]))

    page.extract_text(visitor_text=seen)
    return found


def test_words_of_the_second_language_are_marked_as_such(snapshot: Snapshot):
    with pikepdf.open(BytesIO(made(snapshot, "both").pdf)) as opened:
        languages = {str(element.Lang) for element in elements(opened.Root.StructTreeRoot) if "/Lang" in element}

    assert languages == {"en", "ko"}


@pytest.mark.parametrize(("language", "other"), [("en", "ko"), ("ko", "en")])
def test_words_of_the_questions_in_the_other_language_say_which_it_is(snapshot: Snapshot, language: str, other: str):
    """The data dictionary has both languages, whatever the report is in."""
    with pikepdf.open(BytesIO(made(snapshot, language).pdf)) as opened:
        languages = {str(element.Lang) for element in elements(opened.Root.StructTreeRoot) if "/Lang" in element}
        assert str(opened.Root.Lang) == language

    assert other in languages


def test_the_page_says_so_too():
    words = ["PU1", "버스가 쓸모 있다", "The bus is of real use", "n = 40"]
    block = {"kind": "table", "label": "", "caption": "", "anchor": "", "words": 4, "head": words, "rows": [words]}
    for language, marked in (("ko", '<span lang="en">The bus is of real use</span>'), ("en", '<span lang="ko">버스가')):
        page = render_to_string("surveys/reports/_block.html", {"block": block, "part": {"language": language}})
        assert page.count("<span lang") == page.count(marked) == 2


def test_charts_keep_their_order_in_grey():
    grey = [
        sum(weight * int(colour[at : at + 2], 16) for weight, at in zip((0.3, 0.59, 0.11), (1, 3, 5), strict=True))
        for colour in SCALE
    ]
    assert min(one - other for one, other in zip(grey, grey[1:], strict=False)) > 15
