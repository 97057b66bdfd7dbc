import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from proposals.lifecycle import Stage

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "livinglab" / "web" / "demonstration"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


PEOPLE = read(CONTENT / "people.yaml")
PROPOSALS = read(CONTENT / "proposals.yaml")["proposals"]
SERVICES = read(CONTENT / "services.yaml")
PILOTS = {
    version["pilot"]["slug"]: version["pilot"]
    for service in SERVICES["services"]
    for version in service["versions"]
    if "pilot" in version
}
WAVES = [(slug, wave) for slug, pilot in PILOTS.items() for wave in pilot["survey"]["waves"] if "answered" in wave]
KEYS = {person["key"] for person in PEOPLE["staff"] + PEOPLE["residents"]}


def texts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "ko" in value or "en" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def everything_said() -> Iterator[tuple[dict[str, Any], int]]:
    """Each comment with the day before which it cannot have been written."""
    for proposal in PROPOSALS:
        for comment in proposal.get("comments", []):
            yield comment, proposal["decided"]
            for answer in comment.get("answers", []):
                yield answer, comment["days_ago"]


def test_every_text_is_there_in_both_languages():
    for text in texts([PEOPLE, PROPOSALS, SERVICES]):
        assert isinstance(text["ko"], str)
        assert isinstance(text["en"], str)
        assert bool(text["ko"]) == bool(text["en"])


def test_proposals_are_in_every_stage_of_life_and_every_field():
    stages = Counter(proposal["stage"] for proposal in PROPOSALS)

    assert len(PROPOSALS) >= 15
    assert set(stages) == set(Stage.values)
    assert {proposal["field"] for proposal in PROPOSALS} == {f"{number:02}" for number in range(1, 13)}


def test_whoever_speaks_is_somebody_and_speaks_after_publication():
    assert {proposal["author"] for proposal in PROPOSALS} <= KEYS
    assert set(PEOPLE["sign_ins"]) <= KEYS
    for comment, since in everything_said():
        assert comment["author"] in KEYS
        assert comment["days_ago"] < since


def test_nobody_shares_a_nickname_or_an_address():
    people = PEOPLE["staff"] + PEOPLE["residents"]

    assert len({person["nickname"] for person in people}) == len(people)
    assert len({person["email"] for person in people}) == len(people)
    assert all(person["email"].endswith("@example.kr") for person in people)


def test_there_are_nicknames_for_everybody_in_the_pilots():
    words = PEOPLE["crowd"]
    nicknames = {first + second for first in words["first"] for second in words["second"]}

    assert len(nicknames) >= sum(pilot["people"]["joined"] for pilot in PILOTS.values())
    assert max(map(len, nicknames)) <= 20


def test_proposals_lie_in_areas_of_the_city_and_near_their_point():
    with (ROOT / "livinglab" / "accounts" / "data" / "areas.csv").open(encoding="utf-8", newline="") as file:
        points = {area["name_ko"]: (float(area["lat"]), float(area["lon"])) for area in csv.DictReader(file)}

    for proposal in PROPOSALS:
        lat, lon = points[proposal["area"]]
        assert proposal["point"]["lat"] == pytest.approx(lat, abs=0.04)
        assert proposal["point"]["lon"] == pytest.approx(lon, abs=0.04)


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS)
def test_a_pilot_has_as_many_people_as_it_says(pilot):
    people = pilot["people"]
    beds = {bed["key"]: bed for bed in SERVICES["test_beds"]}

    assert sum(people["areas"].values()) == sum(people["age_bands"].values()) == people["joined"]
    assert people["joined"] <= pilot["capacity"] <= beds[pilot["test_bed"]]["capacity"]
    assert not people["waiting"] or people["joined"] == pilot["capacity"]
    residents = {person["key"]: person for person in PEOPLE["residents"]}
    for key in people["named"]:
        assert residents[key]["residence"] == "confirmed"
        assert residents[key]["area"] in people["areas"]
    assert all(wave.get("answered", 0) <= people["joined"] - people["left"] for wave in pilot["survey"]["waves"])


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS)
def test_the_rule_is_registered_before_the_first_wave(pilot):
    survey = pilot["survey"]

    assert pilot["announced"] <= survey["registered"] < survey["waves"][0]["opens"]
    # Every wave is a look, unless some only watch what was scaled.
    assert len(survey["alpha"]) == len(survey.get("looks", survey["waves"]))
    assert sum(survey["alpha"]) <= 0.05 + 1e-9


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS)
def test_questions_of_comprehension_have_four_options_and_one_answer(pilot):
    frame = read(ROOT / "surveys" / "banks" / "comprehension.yaml")["questions"]
    waves = len(pilot["survey"]["waves"])
    asked = [slot["code"] for slot in frame["slots"] if slot["first_wave"] <= waves]

    assert [question["code"] for question in pilot["questions"]] == asked
    for question in pilot["questions"]:
        assert len(question["options"]) == frame["options"]
        assert question["correct"] in range(1, 5)


@pytest.mark.parametrize(
    ("slug", "wave"), WAVES, ids=lambda value: value if isinstance(value, str) else value["number"]
)
def test_figures_of_a_wave_agree_with_each_other(slug, wave):
    assert sum(wave["modes"].values()) == sum(wave["use_levels"].values()) == wave["answered"]
    assert sum(number for level, number in wave["use_levels"].items() if level >= 3) == wave["counted"]
    for group in wave["groups"].values():
        assert group["accepting"] <= group["counted"]
        assert wave["accepting"] - group["accepting"] <= wave["counted"] - group["counted"]
    bank = read(ROOT / "surveys" / "banks" / f"{PILOTS[slug]['survey']['bank']}.yaml")
    assert set(wave["means"]) == {item["code"] for item in bank["items"]} - {"BI1", "BI2", "BI3"}


def test_every_change_rests_on_something_that_was_said_or_measured():
    comments = {comment["key"] for proposal in PROPOSALS for comment in proposal.get("comments", [])}

    for _slug, wave in WAVES:
        for change in wave.get("decision", {}).get("changes", []):
            assert len({"comment", "item", "figure"} & set(change)) == 1
            assert change.get("comment") in comments | {None}
            assert change.get("item") in set(wave["means"]) | {None}
