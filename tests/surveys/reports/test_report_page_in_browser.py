"""Ordering a report, waiting for it, and reading it, on a phone and at the desk, with and without JavaScript."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from livinglab.accounts.models import Person
from surveys.actions.closing import work_out_next
from surveys.actions.reports import correct_report, make_next_report, order_report, publish_report, write_notes
from surveys.models import Report, ReportOrder, Snapshot
from tests.browser import looks_right, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_an_evaluator_orders_and_sees_it_become_ready(
    visitor, live_server, imported: Snapshot, eva: Person, width: int, javascript: bool
):
    imported.wave.survey.evaluators.add(eva)
    page = visitor(locale="en-GB", javascript=javascript, width=width)
    sign_in(page, eva, live_server.url)
    page.goto(live_server.url + reverse("surveys:report_desk", args=[imported.wave_id]))
    looks_right(page)

    english = page.get_by_role("region", name="English", exact=True)
    english.get_by_role("button", name="Order a draft").click()
    expect(english.get_by_text("Ordered: 0 percent")).to_be_visible()
    looks_right(page)
    make_next_report()
    if not javascript:
        english.get_by_role("link", name="See how far it is").click()
    expect(english.get_by_role("link", name="Draft as PDF")).to_be_visible()
    looks_right(page)


@pytest.fixture
def published(settings, tmp_path, snapshot: Snapshot, eva: Person) -> Report:
    """A report in both languages with a correction beside it."""
    settings.REPORTS_ROOT = tmp_path / "reports"
    while work_out_next(at=timezone.now()):
        pass
    write_notes(
        snapshot, by=eva, at=timezone.now(), foreword_ko="머리말이에요.", foreword_en="A foreword.", srl_after=5
    )
    order_report(snapshot, language="both", by=eva, at=timezone.now())
    assert make_next_report()
    report = publish_report(ReportOrder.objects.get(), by=eva, at=timezone.now())
    correct_report(report, by=eva, at=timezone.now(), what_ko="무엇", what_en="What", why_ko="왜", why_en="Why")
    return report


# Of every chart that is seen: its width and that of its place, its fonts, its smallest letter in px of the screen, and
# words that reach over its edge.
CHARTS = """
    [...document.querySelectorAll(".report-chart svg")].filter(svg => svg.getBoundingClientRect().width).map(svg => {
        const seen = svg.getBoundingClientRect(), scale = seen.width / svg.viewBox.baseVal.width;
        const words = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim());
        return {
            width: seen.width,
            room: svg.closest(".report-figure").getBoundingClientRect().width,
            families: [...new Set(words.map(text => getComputedStyle(text).fontFamily.split(",")[0]))],
            letter: Math.min(...words.map(text => parseFloat(getComputedStyle(text).fontSize) * scale)),
            outside: words.filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < seen.left - 1 || box.right > seen.right + 1
                    || box.top < seen.top - 1 || box.bottom > seen.bottom + 1;
            }).map(text => text.textContent),
        };
    })
"""


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 360), ("en-GB", 1280)])
def test_everybody_reads_a_report_as_a_page(visitor, live_server, published: Report, locale: str, width: int):
    page = visitor(locale=locale, width=width)
    wave = published.snapshot.wave_id
    page.goto(live_server.url + reverse("surveys:report", args=[wave]))
    looks_right(page)

    page.goto(live_server.url + reverse("surveys:published_report", args=[wave, published.number]))
    looks_right(page)

    expect(page.locator("article.report")).to_have_count(2)
    assert [part.get_attribute("lang") for part in page.locator("article.report").all()] == ["ko", "en"]
    page.evaluate("document.fonts.ready.then(() => true)")
    charts = page.evaluate(CHARTS)
    assert len(charts) >= 10
    for chart in charts:
        assert chart["width"] <= chart["room"], chart
        assert chart["letter"] >= 12, chart
        assert chart["outside"] == [], chart
        assert chart["families"] == ['"Pretendard GOV"'], chart
    anchors = page.evaluate("[...document.querySelectorAll('article.report [id]')].map(element => element.id)")
    assert len(anchors) == len(set(anchors))
    assert {"summary", "what-to-change", "check", "table-1", "figure-1", "en-summary", "en-table-1"} <= set(anchors)


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 360), ("en-GB", 1280)])
def test_pages_of_the_report_desk_satisfy_axe(visitor, live_server, published: Report, eva, locale: str, width: int):
    page = visitor(locale=locale, width=width)
    sign_in(page, eva, live_server.url)
    wave, draft = published.snapshot.wave_id, ReportOrder.objects.get().pk
    for address in (
        reverse("surveys:report_desk", args=[wave]),
        reverse("surveys:report_notes", args=[wave]),
        reverse("surveys:draft", args=[draft]),
        reverse("surveys:publish_report", args=[draft]),
        reverse("surveys:correct_report", args=[wave, published.number]),
    ):
        page.goto(live_server.url + address)
        looks_right(page)


def test_a_foreword_is_kept_while_it_is_typed(visitor, live_server, snapshot: Snapshot, eva: Person):
    page = visitor(locale="en-GB")
    sign_in(page, eva, live_server.url)
    page.goto(live_server.url + reverse("surveys:report_notes", args=[snapshot.wave_id]))

    page.get_by_label("Foreword, in English").fill("Half a sent")
    expect(page.get_by_text("Kept:")).to_be_visible()

    page.reload()
    expect(page.get_by_label("Foreword, in English")).to_have_value("Half a sent")
