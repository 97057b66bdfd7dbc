"""Every figure of the desk has its definition and a link that reproduces it, and no address filters people."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from surveys.figure_keys import keys_of
from surveys.metrics.release import Audience, figure_at, release
from tests.builders.surveys import answers_of, closed_wave, take_part

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)

# What an address of the desk may say after its question mark: a page of a list, pilots to put side by side, a form to
# begin with, and which open answers still wait to be read.
SAID = {"page", "pilot", "service", "fills", "review", "show"}
SINGLING_OUT = {
    **{"age": "75+", "sex": "f", "area": "1", "group": "65+", "mode": "paper", "use_level": "5", "cell": "f/75+"},
    **{"category": "75+", "key": "ben", "who": "ben", "participant": "1", "from": "2026-01-01", "to": "2030-01-01"},
    **{"n": "1", "q": "ben", "filter": "age:75+", "exclude": "1", "ids": "1,2", "answered": "1", "order": "-pk"},
}


@pytest.fixture
def closed(survey, wave):
    """Forty answers, ten of older people; thirty accept."""
    people = take_part(survey, 30) + take_part(survey, 10, age_band="75+", sex="m", prefix="old")
    answers_of(wave, people, accepting=30)
    closed_wave(wave)
    return wave


def texts_of(page):
    return " ".join(page.content.decode().split())


def shown(page):
    """What a page says, without the tokens that differ at each reading."""
    (main,) = re.findall(r"<main.*</main>", page.content.decode(), re.DOTALL)
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", main)


def test_every_figure_of_a_wave_is_worked_out_again_on_one_page(client_of, eva, closed, django_assert_max_num_queries):
    client = client_of(eva)
    with django_assert_max_num_queries(12):
        told = texts_of(client.get(reverse("surveys:figures", args=[closed.pk])))
    figures = release(closed.snapshot, Audience.DESK)
    # The verdict is checked by whoever signs it; what the reports add rests on more than one wave's counts.
    keys = [key for key in keys_of(figures) if key.partition(".")[0] not in ("verdict", "appendix")]

    assert f"Identical: all {len(keys)} figures" in told
    for key in keys:
        assert f'href="{reverse("surveys:figure", args=[closed.pk, key])}"' in told
    assert {"accept", "items.PE2.mean", "groups.65+.gap", "constructs.BI.alpha", "by_mode.self.accept"} <= set(keys)


def test_figures_of_a_result_page_lead_to_their_definition_and_to_their_reproduction(client_of, eva, closed):
    told = texts_of(client_of(eva).get(reverse("surveys:wave", args=[closed.pk])))
    figures = release(closed.snapshot, Audience.DESK)

    for key in (
        "participation",
        "accept",
        "use",
        "endorse",
        "informed.informed",
        "groups.65+.accept",
        "groups.65+.gap",
    ):
        assert figure_at(figures, key) is not None
        assert f'href="{reverse("surveys:figure", args=[closed.pk, key])}"' in told, key
    for construct in figures["constructs"]:
        key = f"constructs.{construct['name']}.mean"
        assert f'href="{reverse("surveys:figure", args=[closed.pk, key])}"' in told, key
    verdict = texts_of(client_of(eva).get(reverse("surveys:verdict", args=[closed.pk])))
    assert f'href="{reverse("surveys:figure", args=[closed.pk, "accept"])}"' in verdict
    assert 'href="/methods/#verdict"' in verdict


def test_the_public_page_leads_to_definitions_and_to_what_it_takes_to_check_it(client_of, closed):
    told = texts_of(client_of().get(reverse("surveys:results", args=[closed.pk])))

    for anchor in ("participation", "accept", "constructs", "groups", "understanding", "verdict"):
        assert f'href="/methods/#{anchor}"' in told
    assert "Anybody can check them" in told
    assert told.count(f'href="{reverse("surveys:report", args=[closed.pk])}"') >= 2
    # Working a figure out again takes the exact counts, which stay at the desk.
    assert "/desk/" not in told


def test_every_definition_that_a_page_leads_to_is_there_in_both_languages():
    pages = " ".join(path.read_text() for path in (ROOT / "templates" / "surveys").rglob("*.html"))
    anchors = set(re.findall(r'_definition\.html" with anchor="([a-z-]+)"', pages))
    assert {"accept", "band", "verdict", "representativeness"} <= anchors

    for language in ("ko", "en"):
        explained = (ROOT / "templates" / "web" / "texts" / f"methods.{language}.html").read_text()
        assert anchors <= set(re.findall(r'id="([a-z-]+)"', explained))


def test_no_address_of_the_desk_can_single_out_people(client_of, eva, closed):
    """Groups come from the registered list: whatever an address asks for, a page shows what it shows anyway."""
    client, slug = client_of(eva), closed.survey.pilot.slug
    pages = [reverse("surveys:desk"), reverse("surveys:compare"), reverse("surveys:banks")]
    pages += [reverse(f"surveys:{name}", args=[slug]) for name in ("pilot", "questions", "amend", "rule")]
    of_wave = ("wave", "verdict", "signals", "change", "figures", "results", "exports", "report_desk")
    pages += [reverse(f"surveys:{name}", args=[closed.pk]) for name in of_wave]
    pages += [reverse("surveys:figure", args=[closed.pk, key]) for key in ("accept", "groups.65+.gap")]

    for page in pages:
        plain = client.get(page)
        assert plain.status_code == 200, page
        assert shown(client.get(page, SINGLING_OUT)) == shown(plain), page


def test_views_of_surveys_read_nothing_from_an_address_but_what_is_named_here():
    read = set()
    for path in (ROOT / "surveys" / "views").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "GET":
                read.add(path.stem)
    assert read <= {"answer", "banks", "comparing", "desk", "entering", "exports", "reading"}

    sources = " ".join((ROOT / "surveys" / "views" / f"{name}.py").read_text() for name in read)
    assert set(re.findall(r'GET\.get\("(\w+)"|"(\w+)" in request\.GET', sources)) <= {
        *((name, "") for name in SAID),
        *(("", name) for name in SAID),
    }


def test_figures_are_reached_by_key_and_a_key_names_no_cell_of_people(client_of, eva, closed):
    client = client_of(eva)
    for key in ("people.age.75+", "cells.f/75+", "state", "counts", "groups.area:1.accept", "by_mode.paper/75+.accept"):
        assert client.get(f"/desk/waves/{closed.pk}/figures/{key}/").status_code == 404, key
    paths = [str(entry.pattern) for entry in get_resolver("surveys.urls").url_patterns]
    assert not any(word in path for path in paths for word in ("<age", "<sex", "<area", "<group", "<cell"))
