import csv
import datetime
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "livinglab" / "accounts" / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_office_of_the_city_is_there_once():
    areas = rows("areas.csv")

    assert Counter(area["kind"] for area in areas) == {"eup": 1, "myeon": 9, "dong": 14}
    for column in ("office_code", "name_ko", "name_en"):
        assert len({area[column] for area in areas}) == 24
    assert all(len(area["office_code"]) == 10 and area["office_code"].startswith("36110") for area in areas)


def test_electors_add_up_to_the_published_total():
    electors = [int(area["electors"]) for area in rows("areas.csv") if area["electors"]]

    assert len(electors) == 22
    assert sum(electors) == 254_607


def test_points_lie_in_the_city():
    for area in rows("areas.csv"):
        assert 36.40 < float(area["lat"]) < 36.74
        assert 127.12 < float(area["lon"]) < 127.42


@pytest.mark.parametrize("name", ["areas.csv", "margins.csv"])
def test_every_figure_names_its_source_and_standing(name):
    assert all(row["source"] for row in rows(name))
    assert {row["status"] for row in rows(name)} <= {"official", "reported", "illustrative"}


def test_a_legal_area_has_one_office_on_any_day():
    offices = {area["office_code"]: area for area in rows("areas.csv")}
    spans: dict[str, list[tuple[datetime.date, datetime.date]]] = {}
    for row in rows("legal_codes.csv"):
        first = datetime.date.fromisoformat(row["valid_from"])
        last = datetime.date.fromisoformat(row["valid_to"]) if row["valid_to"] else datetime.date.max
        assert first < last
        assert offices[row["office_code"]]["valid_from"] <= row["valid_from"]
        spans.setdefault(row["legal_code"], []).append((first, last))

    for span in map(sorted, spans.values()):
        assert all(before[1] == after[0] for before, after in zip(span, span[1:], strict=False))
        assert span[-1][1] == datetime.date.max
    assert {row["office_code"] for row in rows("legal_codes.csv")} == set(offices)


def test_margins_agree_with_each_other_and_with_the_areas():
    people: dict[str, dict[str, int]] = {}
    for row in rows("margins.csv"):
        people.setdefault(row["margin"], {})[row["category"]] = int(row["people"])

    assert sum(people["sex"].values()) == 383_591
    assert people["sex_by_65"]["male_65"] + people["sex_by_65"]["female_65"] == 40_219
    assert sum(people["sex_by_65"].values()) == pytest.approx(383_591 * 0.825, abs=1)
    assert people["area"] == {
        area["office_code"]: int(area["electors"]) for area in rows("areas.csv") if area["electors"]
    }
