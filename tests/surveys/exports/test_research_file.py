"""What a research file tells of single people: never so much that one of them stands alone."""

import csv
import io
from collections import Counter
from zipfile import ZipFile

import pytest

from surveys.exports.recipes import QUASI_IDENTIFIERS
from surveys.models import Export
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.surveys.exports.conftest import file_of


def rows_of(export: Export) -> list[dict[str, str]]:
    with ZipFile(file_of(export)) as archive:
        text = archive.read("responses.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def classes(rows: list[dict[str, str]]) -> Counter[tuple[str, ...]]:
    told = [name for name in QUASI_IDENTIFIERS if name in rows[0]]
    return Counter(tuple(row[name] for name in told) for row in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("recipe", ["strict", "fine"])
def test_nobody_shares_her_categories_with_fewer_than_four_others(made, recipe):
    export = made("csv", recipe=recipe)

    found = classes(rows_of(export))
    assert min(found.values()) >= 5
    assert export.protocol["disclosure_control"]["smallest_class"] == min(found.values())
    assert export.protocol["disclosure_control"]["uniques_before"] == 1
    assert export.protocol["disclosure_control"]["uniques_after"] == 0


@pytest.mark.django_db
def test_the_strict_recipe_joins(made):
    strict = made("csv")

    coarse = rows_of(strict)
    assert Counter(row["withheld"] for row in coarse) == {"0": 30}
    assert "area" not in coarse[0]
    assert "age in four bands" in strict.protocol["disclosure_control"]["steps_taken"]


@pytest.mark.django_db
def test_the_fine_recipe_empties(made):
    fine = made("csv", recipe="fine")

    told = rows_of(fine)
    # The man of 75 and older alone would be easy to pick among the empty rows: the smallest class goes with him.
    assert Counter(row["withheld"] for row in told) == {"0": 22, "1": 8}
    emptied = [row for row in told if row["withheld"] == "1"]
    assert all(row[name] == "" for row in emptied for name in QUASI_IDENTIFIERS if name in row)
    assert fine.protocol["disclosure_control"]["missing"] == 8
    assert "area" in told[0]


@pytest.mark.django_db
def test_no_date_closer_than_the_month_no_text_and_no_stored_key_leaves(made):
    (row, *_others) = rows_of(made("csv", recipe="fine"))

    left_out = {"started_at", "submitted_at", "milliseconds", "group_1", "participant_key", "cell"}
    assert not left_out & row.keys()
    assert row.keys() >= {"month"}
    assert len(row["month"]) in (0, 6)


@pytest.mark.django_db
def test_protocol_tells_the_recipe_and_how_varied_the_answers_of_each_class_are(made):
    told = made("csv").protocol["disclosure_control"]

    assert told["recipe"]["quasi_identifiers"] == ["age", "sex", "area", "mode", "month"]
    assert (told["recipe"]["k"], told["recipe"]["l"]) == (5, 2)
    assert told["people"] == 30
    assert 0 <= told["changed_share"] <= 1
    assert {item["item"] for item in told["l_diversity"]} == {"BI1", "BI2", "BI3"}
    assert all(item["classes"] == 3 and item["least"] == 2 for item in told["l_diversity"])


@pytest.mark.django_db
def test_a_class_of_one_opinion_is_told_in_the_protocol(eva, made_of):
    survey = registered_survey(eva)
    people = take_part(survey, 6, age_band="30-39", sex="m") + take_part(survey, 10, prefix="f")
    wave = open_wave_of(survey)
    answers_of(wave, people, accepting=11)
    closed_wave(wave)

    told = made_of(wave, "csv").protocol["disclosure_control"]["l_diversity"]

    assert {(item["least"], item["classes_below"], item["people_below"]) for item in told} == {(1, 1, 6)}


@pytest.mark.django_db
def test_areas_not_known_to_have_a_thousand_residents_are_one(made, wave):
    wave.responses.filter(cell__startswith="40-49").update(cell="40-49/f/9999999999")

    rows = rows_of(made("csv", recipe="fine"))

    assert "9999999999" not in str(rows)
    assert len({row["area"] for row in rows if row["area"]}) == 2


@pytest.mark.django_db
def test_there_is_no_file_about_fewer_than_five_people(eva, made_of):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 4), accepting=2)
    closed_wave(wave)

    export = made_of(wave, "csv", ready=False)

    assert (export.stage, export.error) == ("failed", "FEW:5")


@pytest.mark.django_db
def test_a_question_that_is_closed_in_public_is_in_no_research_file(eva, made_of):
    """Everybody answered PU1 alike: with a row for each of them the file would tell what everybody answered."""
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 12), accepting=6)
    snapshot = closed_wave(wave)
    export = made_of(wave, "csv")

    closed = {item["code"] for item in snapshot.released["items"] if item["answered"] is None}
    assert "PU1" in closed
    assert closed.isdisjoint(rows_of(export)[0])
    assert closed <= set(export.protocol["disclosure_control"]["left_out"])
    assert {"BI1", "accept"} <= rows_of(export)[0].keys()
