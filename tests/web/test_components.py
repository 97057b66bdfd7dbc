"""What every page is built from: fields, charts, maps, filters, and how a person wants the pages shown."""

import gzip
import re
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from playwright.sync_api import expect

from livinglab.web.display import Display, TextSize, Theme
from livinglab.web.management.commands import build_assets
from livinglab.web.templatetags import ui
from livinglab.widgets import Scale
from tests.browser import axe, follow
from tests.web.kitchen_sink import AREAS, INTERVALS, POINTS, Everything

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STYLES = settings.VAR_DIR / "assets" / "css" / "site.css"


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui charts maps %}" + source).render(Context(context))


# Forms


def test_a_field_is_tied_to_its_label_help_and_error():
    field = str(Everything({"title": ""})["title"].as_field_group())

    assert '<label for="id_title">' in field
    described = re.search(r'aria-describedby="([^"]+)"', field)
    assert described is not None
    assert described[1].split() == ["id_title_helptext", "id_title_error"]
    assert all(f'id="{name}"' in field for name in described[1].split())
    assert 'aria-invalid="true"' in field


def test_choices_are_a_fieldset_with_a_legend():
    field = str(Everything()["sex"].as_field_group())

    assert "<fieldset" in field
    assert re.search(r"<legend>\s*성별", field)


def test_every_line_of_the_error_summary_leads_to_a_control_that_is_there():
    page = str(Everything({}))
    summary, _end, rest = page.partition("</ul>")

    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 6
    assert all(f'id="{target}"' in rest for target in targets)


def test_optional_fields_say_so_and_required_ones_do_not():
    with translation.override("en"):
        assert "(optional)" in str(Everything()["problem"].as_field_group())
        assert "(optional)" not in str(Everything()["title"].as_field_group())


@pytest.mark.parametrize("no_point", ["", "dk"])
def test_a_scale_sets_dont_know_apart_from_its_points(no_point):
    field = forms.ChoiceField(widget=Scale, choices=[("0", "no"), ("1", "yes"), (no_point, "don't know")])
    context = field.widget.get_context("use", None, {"id": "id_use"})

    assert [option["label"] for option in context["widget"]["points"]] == ["no", "yes"]
    assert [option["label"] for option in context["widget"]["apart"]] == ["don't know"]


def test_what_was_typed_comes_back_in_a_refused_form():
    page = str(Everything({"title": "<가로등>", "use": "4"}))

    assert 'value="&lt;가로등&gt;"' in page
    assert re.search(r'value="4"[^>]* checked', page)


# Text size and colours


def test_display_choices_are_kept_one_at_a_time_and_lead_back(client, db):
    client.post("/display/", {"text_size": "4", "next": "/proposals/?page=2"})
    response = client.post("/display/", {"theme": "contrast", "next": "/proposals/?page=2"})

    assert response.url == "/proposals/?page=2"
    assert client.cookies["display"].value == "contrast.4"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_display_never_leads_to_another_site(client, db, elsewhere):
    assert client.post("/display/", {"theme": "contrast", "next": elsewhere}).url == "/"


@pytest.mark.parametrize("cookie", ["", "contrast", "pink.9", "contrast.x", "<script>.2", "light.2.3"])
def test_a_cookie_that_is_not_ours_falls_back_to_the_usual_display(cookie):
    request = RequestFactory().get("/")
    request.COOKIES["display"] = cookie

    display = Display.of(request)
    assert display.text_size is TextSize.NORMAL
    assert display.theme in Theme


# Numbers, days and pages as people read them


def test_days_are_written_as_each_language_does():
    with translation.override("ko"):
        assert ui.day(date(2027, 3, 1)) == '<time datetime="2027-03-01">2027. 3. 1.</time>'
    with translation.override("en"):
        assert ui.day(date(2027, 3, 1)) == '<time datetime="2027-03-01">1 March 2027</time>'


def test_a_moment_is_shown_in_korean_time():
    at = timezone.datetime(2027, 2, 28, 20, 30, tzinfo=timezone.get_fixed_timezone(0))
    with translation.override("ko"):
        assert ">2027. 3. 1. 05:30<" in ui.moment(at)


@pytest.mark.parametrize(
    ("filtered", "shown"),
    [
        (ui.percent(0.7094), "71%"),
        (ui.percent(0.7094, 1), "70.9%"),
        (ui.percent(0.285), "29%"),
        (ui.count(12345), "12,345"),
        (ui.rounded(3.912), "3.91"),
        (ui.interval(0.709, 0.9294), "70.9–92.9%"),
        (ui.interval(3.784, 4.0412, digits=2, unit="points"), "3.78–4.04"),
        (ui.interval(-0.0612, 0.0471, digits=2, unit="points"), "−0.06~0.05"),
    ],
)
def test_numbers_are_rounded_for_reading_only(filtered, shown):
    assert filtered == shown


@pytest.mark.parametrize("filtered", [ui.percent, ui.count, ui.rounded, ui.day, ui.moment, ui.ago, ui.days_left])
def test_what_is_not_known_is_a_dash(filtered):
    assert filtered(None) == "–"


@pytest.mark.parametrize(("days", "words"), [(3, "3 days left"), (1, "1 day left"), (0, "today"), (-2, "2 days late")])
def test_days_left_counts_whole_days_of_the_calendar(days, words):
    with translation.override("en"):
        assert ui.days_left(timezone.localdate() + timedelta(days=days)) == words


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        (1, [1, 2, None, 20]),
        (3, [1, 2, 3, 4, None, 20]),
        (4, [1, 2, 3, 4, 5, None, 20]),
        (7, [1, None, 6, 7, 8, None, 20]),
        (20, [1, None, 19, 20]),
    ],
)
def test_the_pager_shows_first_last_and_neighbours(shown, numbers):
    assert list(ui.page_numbers(Paginator(range(400), 20).page(shown))) == numbers


def test_the_pager_keeps_the_filters_of_the_list():
    request = RequestFactory().get("/proposals/?field=02&page=7")
    page = Paginator(range(400), 20).page(7)
    pager = Template('{% include "components/pager.html" %}').render(RequestContext(request, {"page": page}))

    assert 'href="?field=02&amp;page=8"' in pager


# Charts and map


def test_an_interval_chart_tells_the_same_numbers_in_its_table():
    with translation.override("en"):
        chart = drawn("{% interval_chart rows thresholds %}", rows=INTERVALS, thresholds=[(0.6, "scale")])
    picture, table = chart.split("<table")

    for words in ("71.0%", "62.0–78.5%", "1,130"):
        assert words in picture
        assert words in table
    assert 'cx="71.00%"' in picture
    assert "너무 적어요." in table
    assert "scale (60%)" in picture


def test_a_chart_never_draws_beyond_its_axis():
    rows = [{"label": "mean", "estimate": 5.0, "low": 4.6, "high": 5.4, "n": 9}]
    chart = drawn('{% interval_chart rows low_end=1 high_end=5 unit="points" %}', rows=rows)

    places = [float(place) for place in re.findall(r'[xc]\d?="(-?[\d.]+)%"', chart)]
    assert places
    assert all(0 <= place <= 100 for place in places)


def test_the_parts_of_a_stacked_bar_fill_it_exactly():
    chart = drawn("{% stacked_bar rows points %}", rows=[{"label": "a", "counts": [1, 2, 0, 4, 2]}], points=POINTS)
    widths = [float(width) for width in re.findall(r'class="part part-\d" x="[\d.]+%" width="([\d.]+)%"', chart)]

    assert len(widths) == 4
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert "n = 9" in chart


def test_a_stacked_bar_without_answers_is_empty_and_not_an_error():
    assert "n = 0" in drawn("{% stacked_bar rows points %}", rows=[{"label": "a", "counts": [0] * 5}], points=POINTS)


def test_bars_are_drawn_from_zero():
    chart = drawn("{% bar_chart rows %}", rows=[{"label": "a", "value": 128}, {"label": "b", "value": 64}])

    assert re.findall(r'bar-fill" width="([\d.]+)%"', chart) == ["100.00", "50.00"]


def test_charts_escape_what_people_wrote():
    assert "<b>" not in drawn("{% bar_chart rows %}", rows=[{"label": "<b>", "value": 1}])


def test_the_map_draws_known_boundaries_and_marks_the_other_areas_by_a_circle():
    area_map = drawn('{% area_map areas href="/?area={}" selected=1 %}', areas=AREAS)

    assert area_map.count("<path ") == 1
    assert area_map.count("<circle ") == 1
    assert 'href="/?area=2"' in area_map
    assert area_map.count('aria-current="true"') == 2  # in the picture and in the list


def test_the_map_has_a_list_with_the_same_links_and_values():
    with translation.override("en"):
        area_map = drawn('{% area_map areas href="/?area={}" %}', areas=AREAS)
    picture, listed = area_map.split("<table")

    assert re.findall(r'href="([^"]+)"', listed) == ["/?area=1", "/?area=2"]
    assert "도담동: 3" in picture
    assert '<td class="number">3</td>' in listed


def test_a_map_without_links_is_one_picture():
    assert 'role="img"' in drawn("{% area_map areas table=False %}", areas=AREAS)
    assert 'role="group"' in drawn('{% area_map areas href="/{}" table=False %}', areas=AREAS)


# What the security policy and first visits need


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_templates_have_no_inline_style_or_script(template: Path):
    source = template.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"<style|\son[a-z]+=[\"']", source)
    scripts = re.findall(r"<script\b[^>]*>", source)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert not re.search(r'(src|href)="(https?:)?//', source)


needs_assets = pytest.mark.skipif(not STYLES.is_file(), reason="static files are not built: manage.py build_assets")


@needs_assets
def test_styles_are_small_and_ask_no_other_host():
    styles = STYLES.read_bytes()

    assert len(gzip.compress(styles)) < 40_000
    assert all(url.startswith(b'"../fonts/') for url in re.findall(rb"url\((.*?)\)", styles))
    assert b"@import" not in styles


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@needs_assets
@pytest.mark.parametrize(("selector", "least"), [(":root", 4.5), ('[data-theme="contrast"]', 7.0)])
def test_words_stand_out_from_what_they_stand_on(selector, least):
    block = STYLES.read_text(encoding="utf-8").split(selector + "{--ll-paper:", 1)[1].split("}", 1)[0]
    colours = dict(re.findall(r"--ll-([a-z0-9-]+):(#[0-9a-f]{6})", "--ll-paper:" + block))
    pairs = [
        *((ink, paper) for ink in ("ink", "ink-strong", "ink-soft") for paper in ("paper", "paper-soft", "paper-sunk")),
        *(("primary-ink", paper) for paper in ("paper", "paper-soft", "primary-soft")),
        *((f"{tone}-ink", f"{tone}-soft") for tone in ("info", "success", "warning", "danger")),
        ("danger-ink", "paper"),
        ("on-primary", "primary"),
        ("on-deep", "deep"),
    ]

    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < least}


def test_minified_styles_mean_the_same():
    assert (
        build_assets.minified("/* why */\n.a > :first-child ,\n.b {\n  width: calc(100% - 2rem);\n  color: red;\n}\n")
        == ".a > :first-child,.b{width:calc(100% - 2rem);color:red}"
    )


def test_a_colour_the_design_system_no_longer_has_is_named():
    with pytest.raises(CommandError, match="light-gray-0"):
        build_assets.tokens("--krds-color-light-gray-5: #f4f5f6;")


def test_without_network_the_build_says_one_sentence_and_leaves_the_former_files(tmp_path, monkeypatch, settings):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network request failed' >&2\nexit 1\n")
    npm.chmod(npm.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    settings.VAR_DIR = tmp_path / "var"
    former = settings.VAR_DIR / "assets" / "css" / "site.css"
    former.parent.mkdir(parents=True)
    former.write_text("former")

    with pytest.raises(CommandError, match=r"is there a network\? npm says: npm error network request failed"):
        call_command("build_assets")

    assert former.read_text() == "former"


def test_a_second_build_does_nothing(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("PATH", str(tmp_path))  # no npm, so that a build would be seen
    settings.VAR_DIR = tmp_path
    built = tmp_path / "assets" / "css" / "site.css"
    built.parent.mkdir(parents=True)
    built.write_text("built")
    (tmp_path / "assets.stamp").write_text(build_assets.fingerprint_of_sources())

    call_command("build_assets")

    assert built.read_text() == "built"
    assert not (tmp_path / "npm").exists()


# In a browser


@pytest.mark.browser
@needs_assets
@pytest.mark.urls("tests.web.kitchen_sink")
@pytest.mark.parametrize(
    ("language", "width", "display"),
    [("ko", 360, "light.5"), ("ko", 1280, "light.2"), ("en", 360, "light.2"), ("en", 1280, "contrast.2")],
)
def test_every_component_fits_the_screen_and_satisfies_axe(visitor, live_server, language, width, display):
    page = visitor(width=width)
    page.context.add_cookies(
        [
            {"name": "display", "value": display, "url": live_server.url},
            {"name": "django_language", "value": language, "url": live_server.url},
        ]
    )
    page.goto("/everything/")
    for summary in page.locator("main details.more > summary").all():
        summary.click()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    follow(page.locator("form.form .actions .button"))
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)


@pytest.mark.browser
@needs_assets
@pytest.mark.urls("tests.web.kitchen_sink")
def test_a_press_on_the_map_fills_in_the_point(visitor):
    page = visitor()
    page.goto("/everything/")
    page.locator(".map-picker path").click()

    expect(page.locator(".picked")).to_be_visible()
    assert float(page.input_value("#id_lat")) == pytest.approx(36.515, abs=0.002)
    assert float(page.input_value("#id_lon")) == pytest.approx(127.26, abs=0.002)


@pytest.mark.browser
@needs_assets
@pytest.mark.urls("tests.web.kitchen_sink")
def test_menu_text_size_and_language_work_without_javascript(visitor):
    page = visitor(width=360, javascript=False)
    page.goto("/everything/")
    page.click("details.menu > summary")
    expect(page.locator("details.menu nav")).to_be_visible()

    page.click("details.menu > summary")
    page.click("details.display > summary")
    follow(page.locator("button[name=text_size][value='5']"))
    expect(page.locator("html")).to_have_attribute("data-text", "5")

    follow(page.locator(".language button"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url("/everything/")
