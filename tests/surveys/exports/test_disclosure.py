"""What somebody learns who has every exported table of a pilot, and of a version from before and after a withdrawal."""

import csv
import io
from zipfile import ZipFile

import pytest

from surveys.metrics.suppression import SLACK, Audit, K, is_small
from surveys.models import Snapshot
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.surveys.exports.conftest import file_of

Tables = dict[str, list[dict[str, str]]]
VALUES = ("1", "2", "3", "4", "5")
MISSING = ("dont_know", "no_answer", "not_applicable")
ANSWERS = (*VALUES, *MISSING)


def tables_of(export) -> Tables:
    with ZipFile(file_of(export)) as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            )
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def knowledge_of_item(tables: Tables, code: str, n: int) -> Audit:
    """Everything the tables say of the answers to one question, as bounds on how many gave each."""
    audit = Audit(len(ANSWERS))
    everybody = dict.fromkeys(range(len(ANSWERS)), 1.0)
    on_scale = dict.fromkeys(range(len(VALUES)), 1.0)
    audit.know(everybody, n, n)
    for row in tables["distributions"]:
        if row["code"] == code and row["answers"]:
            told = int(row["answers"])
            slack = SLACK if told else 0
            audit.know({ANSWERS.index(row["answer"]): 1.0}, told - slack, told + slack)
    for row in tables["questions"]:
        if row["code"] != code or not row["value"]:
            continue
        if row["measure"] == "mean":
            digits = len(row["value"].partition(".")[2])
            half = 0.5 * 10**-digits
            for bound, low, high in (
                (float(row["value"]) - half, -1e-9, 1e12),
                (float(row["value"]) + half, -1e12, 1e-9),
            ):
                audit.know({place: place + 1 - bound for place in on_scale}, low, high)
        else:
            part = {3: 1.0, 4: 1.0} if row["measure"] == "top_2" else {0: 1.0, 1: 1.0}
            for bound, low, high in (
                (float(row["value"]) - 0.005, -1e-9, 1e12),
                (float(row["value"]) + 0.005, -1e12, 1e-9),
            ):
                audit.know({place: part.get(place, 0.0) - bound for place in on_scale}, low, high)
    return audit


def true_counts(snapshot: Snapshot, code: str) -> list[int]:
    item = next(item for item in snapshot.results["items"] if item["code"] == code)
    return [part["n"] for part in item["histogram"]] + [item[kind] for kind in MISSING]


@pytest.fixture
def varied(eva) -> Snapshot:
    """A wave in which small counts stand everywhere: a few extreme answers, a few without one, few older men."""
    survey = registered_survey(eva)
    people = take_part(survey, 21) + take_part(survey, 4, age_band="65-74", sex="m", prefix="old")
    wave = open_wave_of(survey)
    answers_of(wave, people[:12], accepting=9, PU1=4, PE2=1)
    answers_of(wave, people[12:19], accepting=4, PU1=2, TR1=5)
    answers_of(wave, people[19:22], accepting=3, PU1=1, TR1=98)
    answers_of(wave, people[22:], accepting=0, PU1=5, TR1=1, CS=98)
    return closed_wave(wave)


@pytest.mark.django_db
def test_no_hidden_answer_can_be_worked_out_from_all_exported_tables(varied, made_of):
    tables = tables_of(made_of(varied.wave, "csv", "a"))

    attacked = 0
    for item in varied.results["items"]:
        if item["hi"] != 5:
            continue
        counts = true_counts(varied, item["code"])
        audit = knowledge_of_item(tables, item["code"], sum(counts))
        for place, count in enumerate(counts):
            if is_small(count):
                low, high = audit.range_of([place])
                assert low <= count <= high, "the attacker's programme must hold what is true"
                assert high - low >= K - 1e-6, (item["code"], ANSWERS[place])
                attacked += 1
    assert attacked >= 5


@pytest.mark.django_db
def test_no_small_category_of_people_can_be_worked_out(varied, made_of):
    tables = tables_of(made_of(varied.wave, "csv", "a"))

    attacked = 0
    for variable, rows in varied.results["people"].items():
        told = [row for row in tables["people"] if row["variable"] == variable]
        for measure in ("invited", "answered"):
            counts = [row[measure] for row in rows]
            audit = Audit(len(counts))
            audit.know(dict.fromkeys(range(len(counts)), 1.0), sum(counts), sum(counts))
            for place, row in enumerate(told):
                if row[measure]:
                    number = int(row[measure])
                    slack = SLACK if number else 0
                    audit.know({place: 1.0}, number - slack, number + slack)
            for place, count in enumerate(counts):
                if is_small(count):
                    low, high = audit.range_of([place])
                    assert high - low >= K - 1e-6, (variable, rows[place]["category"])
                    attacked += 1
    assert attacked >= 2


@pytest.mark.django_db
def test_the_difference_of_two_versions_tells_nothing(varied, made_of):
    """A snapshot is frozen: after somebody has withdrawn her answers, tables of the same wave are the same tables."""
    before = tables_of(made_of(varied.wave, "csv", "a"))
    varied.wave.responses.latest("pk").delete()

    after = tables_of(made_of(varied.wave, "csv", "a"))

    assert after == before
