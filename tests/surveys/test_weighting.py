"""Raking recipes: what comes with the site, what may be registered, and what the pages say of the weights."""

import csv

import numpy as np
import pytest
import yaml
from django.urls import reverse

from livinglab.env import BASE_DIR
from pilots.models import AgeBand
from surveys.errors import WrongRule
from surveys.metrics.cells import joined
from surveys.metrics.release import Audience, release
from surveys.stats.layout import Layout
from surveys.stats.state import tally
from surveys.weighting import (
    RECIPES,
    WrongRecipe,
    as_registered,
    complaints,
    read_recipe,
    recipes,
    registered_recipe,
    scaled,
)
from surveys.words import weighting_notes
from tests.builders.surveys import (
    answers_of,
    closed_wave,
    open_wave_of,
    planned_survey,
    registered,
    registered_survey,
    take_part,
)

SEX_AGE = "sejong-sex-age"


def document(**changes):
    """The recipe by sex and age as its file has it, with a changed margin of age."""
    found = yaml.safe_load((RECIPES / f"{SEX_AGE}.yaml").read_text(encoding="utf-8"))
    found["margins"][1] |= changes
    return found


def test_every_recipe_of_ours_can_be_registered():
    assert list(recipes()) == [SEX_AGE, "sejong-sex-age-area"]
    for recipe in recipes().values():
        found = as_registered(recipe)
        assert len({sum(margin.values()) for margin in found["margins"]}) == 1
        assert found["status"] == "illustrative"
        assert [source["variable"] for source in found["sources"]] == found["variables"]


def test_the_recipes_hold_the_margins_of_the_city():
    path = BASE_DIR / "livinglab" / "accounts" / "data" / "margins.csv"
    with open(path, encoding="utf-8", newline="") as file:
        people = {(row["margin"], row["category"]): int(row["people"]) for row in csv.DictReader(file)}
    sex, age = registered_recipe(SEX_AGE)["margins"]
    area = recipes()["sejong-sex-age-area"]["margins"][2]["targets"]

    assert sex["m"] == people["sex_by_65", "male_14_64"] + people["sex_by_65", "male_65"]
    assert age["65+"] == people["sex_by_65", "male_65"] + people["sex_by_65", "female_65"]
    assert (
        sum(sex.values()) == sum(age.values()) == sum(n for (margin, _), n in people.items() if margin == "sex_by_65")
    )
    assert area == {code: n for (margin, code), n in people.items() if margin == "area"}


def test_scaling_keeps_whole_people_and_the_total():
    assert scaled({"a": 1, "b": 1, "c": 1}, 100) == {"a": 34, "b": 33, "c": 33}
    assert sum(scaled({"a": 31032, "b": 3557, "c": 2668}, 316463).values()) == 316463


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"variable": "income"}, "margins must be of age, sex, area, each once"),
        ({"variable": "sex"}, "margins must be of age, sex, area, each once"),
        ({"status": "guessed"}, "status must be one of official, reported, illustrative"),
        ({"date": "lately"}, "date must be a year, a month or a day"),
        ({"targets": {"14-64": 1, "65+": 0}}, "targets must be above zero"),
        ({"joins": {"14-64": ["14-18"], "65+": ["65-74", "75+"]}}, "says nothing of 19-29, 30-39, 40-49, 50-64"),
        ({"joins": {"80+": ["75+"]}}, "has no target for 80+"),
        ({"merges": {"65+": "50-64"}}, "has no target for 50-64"),
        ({"joins": {"14-64": ["75+"], "65+": ["75+"]}}, "joins the same category twice"),
    ],
)
def test_a_recipe_that_cannot_be_meant_is_told_what_is_wrong(changes, complaint):
    assert complaint in "\n".join(complaints(document(**changes)))


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "mine.yaml"
    for text, complaint in (("cap: [", "mine.yaml"), ("- 1", "no mapping"), ("id: mine", "lacks cap, margins, title")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WrongRecipe, match=complaint):
            read_recipe(path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "recipe",
    [
        {"margins": [{"f": 1, "m": 2}]},
        {"margins": [{"f": 1, "m": 2}, {"14-64": 3, "65+": 1}]},
        {"margins": [{"f": 1, "m": 2}, {"14-64": 3, "65+": 0}]},
        {"variables": ["sex", "income"]},
        {"cap": 1.0},
        {"status": "guessed"},
        {"source": ""},
    ],
)
def test_what_cannot_be_raked_cannot_be_registered(eva, recipe):
    with pytest.raises(WrongRule):
        registered(planned_survey(eva), eva, weighting=registered_recipe(SEX_AGE) | recipe)


@pytest.mark.django_db
def test_the_whole_recipe_stands_in_the_registration_and_on_its_page(client, eva):
    survey = registered_survey(eva, weighting=registered_recipe(SEX_AGE))
    found = survey.registration.document["weighting"]

    assert found["categories"]["age"]["75+"] == "65+"
    assert (found["cap"], found["recipe"]) == (5.0, SEX_AGE)
    url = reverse("surveys:rule", args=[survey.pilot.slug])
    page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
    assert "resident registers of Sejong" in page
    assert "illustrative numbers" in page


def wave_with(eva, *groups):
    """A closed wave: (people, age band, sex, of whom so many accept)."""
    survey = registered_survey(eva, n_min=4, m_min=1, weighting=registered_recipe(SEX_AGE), waves=1)
    wave = open_wave_of(survey)
    for people, age, sex, accepting in groups:
        enrolments = take_part(survey, people, age_band=age, sex=sex, prefix=f"{sex}{age}-")
        answers_of(wave, enrolments, accepting=accepting)
    return closed_wave(wave)


@pytest.mark.django_db
def test_weighted_and_unweighted_stand_side_by_side_on_the_desk(client_of, eva):
    snapshot = wave_with(eva, (4, AgeBand.A40_49, "f", 4), (2, AgeBand.A40_49, "m", 1), (2, AgeBand.A75_PLUS, "f", 0))
    page = client_of(eva).get(reverse("surveys:wave", args=[snapshot.wave_id])).content.decode()

    assert "accept the service, unweighted" in page
    assert "Category by category" in page
    assert "Weighted to illustrative numbers" in page


@pytest.mark.django_db
def test_an_empty_category_is_told_by_its_name_and_stops_the_verdict(eva):
    snapshot = wave_with(eva, (4, AgeBand.A40_49, "f", 4), (2, AgeBand.A40_49, "m", 1))
    figures = release(snapshot, Audience.DESK)

    assert (figures["weighting"]["reason"], figures["weighting"]["empty"]) == ("EMPTY_CATEGORY", "65+")
    assert "“65+”" in weighting_notes(figures["weighting"])[0]
    assert "GUARD:WEIGHTING" in figures["verdict"]["codes"]
    assert figures["verdict"]["sensitivity"]["unweighted"]["value"] == 5 / 6


@pytest.mark.django_db
def test_a_cap_that_cannot_be_met_is_told(eva):
    groups = [(12, AgeBand.A40_49, "f", 9), (12, AgeBand.A40_49, "m", 9), (1, AgeBand.A75_PLUS, "f", 0)]
    survey = registered_survey(eva, n_min=4, m_min=1, weighting=registered_recipe(SEX_AGE) | {"cap": 1.5}, waves=1)
    wave = open_wave_of(survey)
    for people, age, sex, accepting in groups:
        answers_of(wave, take_part(survey, people, age_band=age, sex=sex, prefix=f"{sex}{age}"), accepting=accepting)
    told = release(closed_wave(wave), Audience.DESK)["weighting"]

    assert told["warnings"] == ["INFEASIBLE_CAP"]
    assert "not trimmed" in weighting_notes(told)[0]


@pytest.mark.django_db
def test_people_who_did_not_say_keep_their_share(eva):
    told_both = [(4, AgeBand.A40_49, "f", 4), (2, AgeBand.A40_49, "m", 1), (1, AgeBand.A75_PLUS, "f", 0)]
    told_one = [(1, AgeBand.A75_PLUS, "", 0), (1, AgeBand.A30_39, "", 1), (1, "", "f", 1)]
    snapshot = wave_with(eva, *told_both, *told_one)
    told = release(snapshot, Audience.DESK)["weighting"]
    unknown = [row for row in told["margins"] if row["category"] == "unknown"]

    assert [(row["variable"], row["n"], row["share"], row["target"]) for row in unknown] == [
        ("sex", 2, 0.2, None),
        ("age", 1, 0.1, None),
    ]
    assert [row["weighted"] for row in unknown] == pytest.approx([0.2, 0.1])
    assert "keep their share" in weighting_notes(told)[-1]


def test_an_area_younger_than_the_recipe_is_unknown_to_it():
    layout = Layout.of({"items": [{"code": "BI1"}]})
    cells = ["40-49/f/3611052300", "75+/m/3611010100", "75+/m/unknown"]
    state = tally(layout, np.full((3, 1), 4, dtype=np.int16), cells=cells)

    assert set(joined(state, registered_recipe("sejong-sex-age-area")).by_cell("n")) == {
        "f/14-64/3611052000",
        "m/65+/unknown",
    }
