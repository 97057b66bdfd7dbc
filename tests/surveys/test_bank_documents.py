from pathlib import Path
from typing import Any

import pytest
import yaml

from livinglab.korean import fill

BANKS = sorted((Path(__file__).parents[2] / "surveys" / "banks").glob("*.yaml"))


def document(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def texts(value: Any) -> list[dict[str, str]]:
    """Every text of a document, however deep: the mappings that have a Korean side."""
    if isinstance(value, dict):
        return [value] if "ko" in value else [text for inner in value.values() for text in texts(inner)]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


def codes(bank: dict[str, Any]) -> list[str]:
    return [item["code"] for item in bank["items"]]


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_a_bank_is_complete_in_each_of_its_languages(path):
    bank = document(path)

    assert bank["id"] == path.stem
    for text in texts(bank):
        assert set(text) == set(bank["languages"])
        assert all(isinstance(words, str) and words.strip() for words in text.values())


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_item_stands_on_one_screen_and_has_a_scale(path):
    bank = document(path)
    questions = [slot["code"] for slot in bank.get("questions", {}).get("slots", [])]
    on_screens = [code for block in bank["blocks"] for code in block["items"]]

    assert sorted(on_screens) == sorted(codes(bank) + questions)
    assert all(len(block["items"]) <= 4 for block in bank["blocks"])
    for item in bank["items"]:
        scale = bank["scales"][item["scale"]]
        assert [point["value"] for point in scale["points"]] == list(range(scale["low"], scale["high"] + 1))


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_scores_and_pairs_rest_on_items_of_the_bank(path):
    bank = document(path)
    scoring = bank["scoring"]
    used = [code for score in scoring.get("constructs", {}).values() for code in score["items"]]

    assert not used or used == codes(bank)
    for outcome in scoring.get("outcomes", {}).values():
        assert set(outcome["items"]) <= set(codes(bank))
        assert outcome["minimum_answered"] <= len(outcome["items"])
    reverse = {item["code"]: item["reverse"] for item in bank["items"]}
    assert all(reverse[one] != reverse[other] for one, other in bank.get("pairs", []))


@pytest.mark.parametrize("name", ["수요응답버스", "똑똑한 가로등", "DRT"])
def test_no_question_keeps_a_placeholder_or_both_forms_of_a_particle(name):
    for path in BANKS:
        for item in document(path)["items"]:
            question = fill(item["text"]["ko"], name)
            assert "{" not in question
            assert "(" not in question


def test_the_short_survey_is_part_of_the_full_one():
    short, full = (document(path) for path in BANKS if path.stem in ("lla-13", "lla-31"))
    wording = {item["code"]: item["text"] for item in full["items"]}

    assert len(short["items"]) == 13
    assert len(full["items"]) == 31
    assert all(wording[item["code"]] == item["text"] for item in short["items"] if item["code"] != "CS")
    assert {item["code"] for item in full["items"] if item["reverse"]} == {"PE2", "HM2", "PC3", "FA4"}
