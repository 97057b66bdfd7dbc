"""What somebody learns who has every exported table of a pilot, and of a version from before and after a withdrawal."""

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from livinglab.errors import Refused
from pilots.actions.enrol import leave_pilot
from pilots.models import GROUPS
from surveys.actions.answer import enter_response
from surveys.actions.closing import work_out_next
from surveys.actions.reports import make_next_report, order_report, publish_report, write_notes
from surveys.actions.waves import close_wave, invite
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import CannotPublish
from surveys.metrics.refresh import refresh
from surveys.metrics.release import Audience, live_desk, release
from surveys.metrics.suppression import SLACK, Audit, K, is_small
from surveys.models import Report, ReportOrder, Snapshot
from surveys.reports.verify import complaints, remarks
from tests.builders.surveys import (
    CONTENT,
    answer_openly,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)
from tests.surveys.exports.conftest import file_of


@pytest.fixture(autouse=True)
def reports_root(settings, tmp_path: Path) -> None:
    settings.REPORTS_ROOT = tmp_path / "reports"


Tables = dict[str, list[dict[str, str]]]
VALUES = ("1", "2", "3", "4", "5")
MISSING = ("dont_know", "no_answer", "not_applicable")
ANSWERS = (*VALUES, *MISSING)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# How the page of results calls acceptance and its companions.
OUTCOMES = {"accept": "서비스를 받아들임", "use": "이용할 뜻이 있음", "endorse": "정식 도입에 찬성"}


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
    # Where a few did not answer, n counts them in.
    missing = [row for row in tables["distributions"] if row["code"] == code and row["answer"] in MISSING]
    slack = SLACK + (K - 1 if any(not row["answers"] for row in missing) else 0)
    for row in tables["distributions"]:
        if row["code"] == code and row["answers"]:
            told = int(row["answers"])
            near = SLACK if told else 0
            audit.know({ANSWERS.index(row["answer"]): 1.0}, told - near, told + near)
    for row in tables["questions"]:
        if row["code"] != code or not row["value"]:
            continue
        audit.know(on_scale, int(row["n"]) - slack, int(row["n"]) + slack)
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
            know_printed(audit, part, on_scale, row, slack=slack)
            for bound, low, high in (
                (float(row["value"]) - 0.005, -1e-9, 1e12),
                (float(row["value"]) + 0.005, -1e12, 1e-9),
            ):
                audit.know({place: part.get(place, 0.0) - bound for place in on_scale}, low, high)
    return audit


def know_printed(
    audit: Audit, part: dict[int, float], whole: dict[int, float], row: Any, *, slack: int = SLACK
) -> None:
    """A share printed with its n and Wilson's limits, turned back into every pair of counts that prints the same."""
    if row["value"] in ("", None) or row["low"] in ("", None):
        return
    printed, about = tuple(float(row[name]) for name in ("value", "low", "high")), int(row["n"])
    found = [
        (yes, people)
        for people in range(max(1, about - slack), about + slack + 1)
        for yes in range(people + 1)
        if in_print(yes, people) == printed
    ]
    assert found, "what is printed is the print of some counts"
    rest = {place: weight - part.get(place, 0.0) for place, weight in whole.items()}
    for weights, values in (
        (part, [yes for yes, _people in found]),
        (whole, [people for _yes, people in found]),
        (rest, [people - yes for yes, people in found]),
    ):
        audit.know(weights, min(values), max(values))


def in_print(yes: int, people: int) -> tuple[float, float, float]:
    """Share and Wilson's limits at 95% in whole percent, by the formula."""
    z, share = 1.959963984540054, yes / people
    middle = (share + z * z / (2 * people)) / (1 + z * z / people)
    half = z / (1 + z * z / people) * (share * (1 - share) / people + z * z / (4 * people * people)) ** 0.5
    return round(share, 2), round(max(0.0, middle - half), 2), round(min(1.0, middle + half), 2)


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


@pytest.fixture
def few_old(eva) -> Snapshot:
    """One is 75 or older, eight are 65 to 74, two of these nine against: of both ages together something is told."""
    survey = registered_survey(eva)
    people = [
        *take_part(survey, 15, age_band="40-49"),
        *take_part(survey, 6, age_band="30-39", prefix="thirty"),
        *take_part(survey, 8, age_band="65-74", prefix="old"),
        *take_part(survey, 1, age_band="75+", prefix="oldest"),
    ]
    wave = open_wave_of(survey)
    answers_of(wave, people[:21], accepting=14)
    answers_of(wave, people[21:], accepting=7)
    return closed_wave(wave)


def published_report(snapshot: Snapshot, foreword: str) -> Report:
    """The next version of the report of a wave, with a foreword of its own."""
    at, (evaluator,) = timezone.now(), snapshot.wave.survey.evaluators.all()
    while work_out_next(at=at):
        pass
    write_notes(snapshot, by=evaluator, at=at, foreword_ko=foreword)
    order = order_report(snapshot, language="ko", by=evaluator, at=at)
    assert make_next_report()
    assert not ReportOrder.objects.get(pk=order.pk).error
    return publish_report(ReportOrder.objects.get(pk=order.pk), by=evaluator, at=at)


def files_of(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def printed_rows(page: str) -> list[list[str]]:
    """The cells of every row of every table of a page, as somebody reads them."""
    main = html.fromstring(page).find(".//main")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in main.iter("tr")]


def numbers_printed(cells: Iterable[str]) -> list[float]:
    """The numbers in some cells; what is hidden has none."""
    return [float(number) for cell in cells for number in NUMBER.findall(cell)]


def printed_of(row: Any, *, times: int, digits: int) -> list[float]:
    """What a page prints of an exported figure and its limits."""
    return [round(float(row[name]) * times, digits) for name in ("value", "low", "high") if row[name]]


@pytest.mark.django_db
@pytest.mark.parametrize("wave", ["varied", "few_old"])
def test_page_report_pack_and_files_tell_the_same_figures_and_no_others(wave: str, request, made_of, client):
    """So that whoever attacks one of them attacks all of them together."""
    snapshot = request.getfixturevalue(wave)
    wave = snapshot.wave
    report = published_report(snapshot, "처음")
    pack = files_of(report.pack)
    exported = tables_of(made_of(wave, "csv", "a"))
    with ZipFile(file_of(made_of(wave, "json", "a"))) as archive:
        written = json.loads(archive.read("results.json"))

    told = json.loads(pack["results.json"])
    assert told["figures"] == written["figures"] == client.get(f"/api/v1/waves/{wave.pk}/results/").json()
    for name, rows in exported.items():
        of_pack = list(csv.DictReader(io.StringIO(pack[f"{name}.csv"].decode("utf-8-sig"), newline="")))
        assert of_pack == [{column: row[column] for column in of_pack[0]} for row in rows], name
    # Every number in the text is one of these figures: the script of the pack says so, whoever runs it.
    assert list(complaints(pack)) == []

    in_korean = {"accept-language": "ko"}
    address = reverse("surveys:published_report", args=[wave.pk, report.number])
    of_report = printed_rows(client.get(address, headers=in_korean).content.decode())
    lines = pack["report.ko.txt"].decode().splitlines()
    assert len(of_report) > 50
    assert [row for row in of_report if " | ".join(row) not in lines] == []

    of_page = printed_rows(client.get(reverse("surveys:results", args=[wave.pk]), headers=in_korean).content.decode())
    compared = 0
    for row in exported["people"]:
        _variable, category = row["label_ko"].split(": ")
        (printed,) = [cells for cells in of_page if cells[0] == category and len(cells) == 3]
        assert printed[1:] == [row["invited"] or "x", row["answered"] or "x"]
        compared += 1
    for code in {row["code"] for row in exported["questions"]}:
        figures = {row["measure"]: row for row in exported["questions"] if row["code"] == code}
        (label,) = {row["label_ko"] for row in figures.values()}
        rows = [cells for cells in of_page if cells[0].removesuffix(" (R)") == label]
        if not rows:
            assert not any(row["value"] for row in figures.values()), "a question is told everywhere or nowhere"
            continue
        answers, numbers = rows
        counts = [row["answers"] for row in exported["distributions"] if row["code"] == code]
        counts_printed = [cell.split(" ")[0] for cell in answers[1 : len(VALUES) + 1]]
        assert counts_printed == [count or "x" for count in counts[: len(VALUES)]], code
        _label, n, mean, limits, _median, *ends = numbers
        assert numbers_printed([mean, limits]) == printed_of(figures["mean"], times=1, digits=2), code
        ends_told = [
            number for measure in ("top_2", "bottom_2") for number in printed_of(figures[measure], times=100, digits=0)
        ]
        assert numbers_printed(ends) == ends_told, code
        assert {row["n"] for row in figures.values()} <= {n, ""}, code
        compared += 1
    for row in exported["acceptance"]:
        if row["measure"] in OUTCOMES:
            (printed,) = [cells for cells in of_page if cells[0] == OUTCOMES[row["measure"]]][:1]
            assert numbers_printed(printed[1:3]) == printed_of(row, times=100, digits=1), row["measure"]
            compared += 1
    assert compared >= 9


def knowledge_of_ages(figures: Any, categories: list[str]) -> Audit:
    """What is told of ages, of the group made of two of them, and of who accepts, as bounds on four counts of each age.

    Of each age these accept, these do not, of these it is not known, and the answers of these do not count.
    """
    audit = Audit(4 * len(categories))
    old = [place for place, category in enumerate(categories) if category in GROUPS["65+"]]
    rest = [place for place in range(len(categories)) if place not in old]

    def know(places: Iterable[int], kinds: Iterable[int], low: float, high: float) -> None:
        audit.know({4 * place + kind: 1.0 for place in places for kind in kinds}, low, high)

    def know_count(places: Iterable[int], kinds: Iterable[int], count: int | None) -> None:
        if count is not None:
            slack = SLACK if count else 0
            know(places, kinds, count - slack, count + slack)

    everybody, accept = range(len(categories)), figures["accept_unweighted"]
    know(everybody, range(4), *[figures["counts"]["answered"]] * 2)
    know(everybody, range(3), *[figures["counts"]["counted"]] * 2)
    if accept["n"] is not None:
        slack = 0 if accept["low"] is not None or accept["at_least"] is not None else SLACK
        know(everybody, range(2), accept["n"] - slack, accept["n"] + slack)
    if accept["at_least"] is not None:
        know(everybody, range(1), accept["at_least"], accept["at_most"])
    elif accept["low"] is not None:
        know(everybody, range(1), *[round(accept["value"] * accept["n"])] * 2)
    for row in figures["people"]["age"]:
        know_count([categories.index(row["category"])], range(4), row["answered"])
    (group,) = figures["groups"]
    for places, n, share in ((old, group["n"], group["accept"]), (rest, group["n_rest"], group["accept_rest"])):
        know_count(places, range(3), n)
        if share["value"] is not None:
            for bound, low, high in ((share["value"] - 0.005, -1e-9, 1e12), (share["value"] + 0.005, -1e12, 1e-9)):
                audit.know({4 * place + kind: (kind == 0) - bound for place in places for kind in (0, 1)}, low, high)
            part = {4 * place: 1.0 for place in places}
            know_printed(audit, part, part | {4 * place + 1: 1.0 for place in places}, share)
    return audit


@pytest.fixture
def few_against(eva) -> Snapshot:
    """A hundred people, of whom three do not accept: their count would tell who they are."""
    survey = registered_survey(eva)
    people = take_part(survey, 82) + take_part(survey, 18, age_band="75+", prefix="old")
    wave = open_wave_of(survey)
    answers_of(wave, people[:40], accepting=40, PU1=5, CS=3)
    answers_of(wave, people[40:82], accepting=40, PU1=3, CS=5)
    answers_of(wave, people[82:], accepting=17, PU1=4, CS=2)
    return closed_wave(wave)


def acceptance_in_all(snapshot: Snapshot, files: dict[str, bytes]) -> Audit:
    """What everything published together says of how many do not accept (first) and do (second)."""
    figures, n = json.loads(files["results.json"])["figures"], snapshot.results["accept"]["n"]
    audit = Audit(2)
    audit.know({0: 1.0, 1: 1.0}, n, n)
    audit.know({1: 1.0}, figures["accept"]["at_least"], figures["accept"]["at_most"])
    return audit


@pytest.mark.django_db
def test_a_small_side_stays_open_over_page_report_pack_and_every_file(few_against, made_of, client):
    wave = few_against.wave
    report = published_report(few_against, "처음")
    pack = files_of(report.pack)
    low, high = acceptance_in_all(few_against, pack).range_of([0])
    assert (low, high) == pytest.approx((0, 4))

    # No number anywhere that follows from 97 of 100: not the share, not an end of any interval, in no rounding.
    exact = few_against.results
    followers = {exact[name][side] for name in ("accept", "accept_unweighted") for side in ("value", "low", "high")}
    followers |= {few_against.verdict.details[side] for side in ("value", "low", "high")}
    followers |= {exact["appendix"]["finite"]["accept"]["low"]} if exact["appendix"]["finite"] else set()
    told = numbers_in(json.loads(pack["results.json"]))
    assert not {round(number, 2) for number in followers} & {round(other, 2) for other in told}
    assert 97 not in told
    text = pack["report.ko.txt"].decode()
    assert "100명 가운데 96명 이상" in text
    report_page = reverse("surveys:published_report", args=[wave.pk, report.number])
    for printed in (text, words_of(client, reverse("surveys:results", args=[wave.pk])), words_of(client, report_page)):
        shares = {float(share) for share in re.findall(r"([\d.]+)(?=%|~|–)", printed)}
        assert not {round(100 * number, digits) for number in followers for digits in (0, 1, 2)} & shares
    assert list(complaints(pack)) == []
    assert remarks(pack) == ["Acceptance is published as a bound; every value inside it gives the printed verdict."]

    rows = rows_of(made_of(wave, "csv", "b", recipe="strict"))
    assert len(rows) == 100
    assert {"accept", "BI1", "BI2", "BI3"}.isdisjoint(rows[0])


def words_of(client: Client, address: str) -> str:
    """What stands on a page, its drawings included."""
    return str(html.fromstring(client.get(address).content.decode()).find(".//main").text_content())


def numbers_in(value: Any) -> list[float]:
    """Every number in a document, but how sure its intervals are."""
    if isinstance(value, dict):
        return [number for name, inner in value.items() if name != "confidence" for number in numbers_in(inner)]
    if isinstance(value, list):
        return [number for inner in value for number in numbers_in(inner)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def rows_of(export) -> list[dict[str, str]]:
    with ZipFile(file_of(export)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read("responses.csv").decode("utf-8-sig"), newline="")))


@pytest.fixture
def entered_by_mo(eva, mo) -> tuple[Snapshot, list[dict[str, int]]]:
    """Twenty-one people, of whom mo entered four; nobody else of their age and sex answered but one person."""
    survey = registered_survey(eva)
    others = take_part(survey, 16)
    known = take_part(survey, 4, age_band="65-74", sex="m", prefix="known")
    (alone,) = take_part(survey, 1, age_band="65-74", sex="m", prefix="alone")
    wave = open_wave_of(survey)
    answers_of(wave, others[:8], accepting=6, PU1=5, CS=3, TR1=3)
    answers_of(wave, others[8:], accepting=4, PU1=3, CS=5, TR1=5)
    sheets = [CONTENT | {"PU1": 1, "CS": 1}] * 4
    for number, (enrolment, sheet) in enumerate(zip(known, sheets, strict=True)):
        enter_response(wave, enrolment, sheet, mode="paper", by=mo, sheet=f"KNOWN{number:03}", at=wave.opens_at)
    answers_of(wave, [alone], accepting=0, PU1=2, CS=2, TR1=1)
    return closed_wave(wave), sheets


@pytest.mark.django_db
def test_who_entered_four_answers_learns_nobodys_from_all_files_together(entered_by_mo, made_of, client):
    """She takes her four out of every table and file; of those left nobody stands alone or among fewer than five."""
    snapshot, sheets = entered_by_mo
    wave = snapshot.wave
    tables = tables_of(made_of(wave, "csv", "a"))
    attacked = 0
    for item in snapshot.results["items"]:
        if item["hi"] != 5:
            continue
        counts = true_counts(snapshot, item["code"])
        own = [sum(sheet.get(item["code"]) == value for sheet in sheets) for value in range(1, 6)] + [0, 0, 0]
        audit = knowledge_of_item(tables, item["code"], sum(counts))
        for place, count in enumerate(counts):
            audit.know({place: 1.0}, own[place], 1e12)
            if is_small(count - own[place]):
                low, high = audit.range_of([place])
                assert low <= count <= high
                assert high - low >= K - 1e-6, (item["code"], ANSWERS[place])
                attacked += 1
    assert attacked >= 3

    told = {row["category"]: row["answered"] for row in tables["people"] if row["variable"] == "age"}
    assert told["65-74"] == ""
    rows = rows_of(made_of(wave, "csv", "b", recipe="strict"))
    for variable in {"age", "sex", "area", "mode", "month"} & rows[0].keys():
        classes: dict[str, int] = {}
        for row in rows:
            classes[row[variable]] = classes.get(row[variable], 0) + 1
        for row in rows:
            if row["PU1"] == "1" and row["CS"] == "1":
                classes[row[variable]] -= 1
        assert not any(map(is_small, classes.values())), variable


@pytest.mark.django_db
def test_of_five_answers_of_which_one_person_entered_four_there_is_no_research_file(eva, mo, made_of):
    survey = registered_survey(eva)
    people = take_part(survey, 5)
    wave = open_wave_of(survey)
    answers_of(wave, people[:1], accepting=1)
    for number, enrolment in enumerate(people[1:]):
        enter_response(wave, enrolment, CONTENT, mode="paper", by=mo, sheet=f"SHEET{number:03}", at=wave.opens_at)
    closed_wave(wave)

    export = made_of(wave, "csv", "b", ready=False)
    assert (export.stage, export.error) == ("failed", "FEW:5")


@pytest.mark.django_db
def test_two_readings_of_an_open_wave_tell_of_no_answer_whose_it_is(eva):
    """Whoever knows which five people answered between two readings learns of none of them what they said."""
    survey = registered_survey(eva)
    people = take_part(survey, 20)
    wave = open_wave_of(survey)
    answers_of(wave, people[:10], accepting=6, PU1=5)
    refresh(wave, at=wave.opens_at)
    first = live_desk(wave)
    for enrolment in people[10:14]:
        answers_of(wave, [enrolment], accepting=1, PU1=3)
        refresh(wave, at=wave.opens_at)
        assert live_desk(wave) == first
    answers_of(wave, people[14:15], accepting=0, PU1=1, TR1=1)
    refresh(wave, at=wave.opens_at)
    second = live_desk(wave)

    assert (first["answered"], second["answered"]) == (10, 15)
    for before, after in zip(first["items"], second["items"], strict=True):
        told = [
            [*(part["n"] for part in item["histogram"]), *(item[kind] for kind in MISSING)] for item in (before, after)
        ]
        new = Audit(len(told[0]))
        new.know(dict.fromkeys(range(new.size), 1.0), 5, 5)
        # Rounded to 5, each reading may be two more or fewer; any other count is exact, and so is what came to it.
        in_steps = all(count % 5 == 0 for counts in told for count in counts)
        slack = 2 * SLACK if in_steps else 0
        for place, (one, other) in enumerate(zip(*told, strict=True)):
            new.know({place: 1.0}, other - one - slack, other - one + slack)
        for place in range(new.size):
            low, high = new.range_of([place])
            # Of k numbers of people any may have given it: nobody certainly did, or certainly did not.
            assert high - low + 1 >= K - 1e-6, (before["code"], place)


@pytest.mark.django_db
@pytest.mark.parametrize("wave", ["varied", "few_old"])
def test_no_age_and_no_part_of_a_group_can_be_worked_out_from_everything_together(wave: str, request):
    snapshot = request.getfixturevalue(wave)
    figures = release(snapshot, Audience.PUBLIC)
    counts = {row["category"]: row["answered"] for row in snapshot.results["people"]["age"]}
    categories = list(counts)
    audit = knowledge_of_ages(figures, categories)
    (group,) = snapshot.results["groups"]
    old = [place for place, category in enumerate(categories) if category in GROUPS["65+"]]
    accepting = round(group["accept"]["value"] * group["accept"]["n"])

    secrets = {
        category: ([4 * place + kind for kind in range(4)], counts[category])
        for place, category in enumerate(categories)
    }
    secrets["accepting"] = ([4 * place for place in old], accepting)
    secrets["against"] = ([4 * place + 1 for place in old], group["accept"]["n"] - accepting)
    attacked = 0
    for name, (places, count) in secrets.items():
        low, high = audit.range_of(places)
        assert low - 1e-6 <= count <= high + 1e-6, "the attacker's programme must hold what is true"
        if is_small(count):
            assert high - low >= K - 1e-6, name
            attacked += 1
    assert attacked


@pytest.mark.django_db
@pytest.mark.parametrize("leaving", [1, 7])
def test_two_versions_of_a_report_differ_by_nobody_however_many_withdrew_between(varied, made_of, client, leaving: int):
    """A snapshot is frozen, so a later version is of the same people: fewer than k can never be the difference."""
    wave = varied.wave
    page = reverse("surveys:results", args=[wave.pk])
    first, exported = published_report(varied, "처음"), tables_of(made_of(wave, "csv", "a"))
    shown = client.get(page).context["figures"]
    for enrolment in wave.survey.pilot.enrolments.order_by("pk")[:leaving]:
        leave_pilot(enrolment, at=timezone.now(), withdraw_answers=True)
    assert take_out_withdrawn() == leaving

    second = published_report(varied, "다시")

    assert second.number == first.number + 1
    before, after = files_of(first.pack), files_of(second.pack)
    assert before.keys() == after.keys()
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= {"report.ko.txt", "numbers.csv", "SHA256SUMS"}
    lines = [files["report.ko.txt"].decode().splitlines() for files in (before, after)]
    assert set(lines[0]) ^ set(lines[1]) == {"처음", "다시"}
    assert tables_of(made_of(wave, "csv", "a")) == exported
    assert client.get(page).context["figures"] == shown
    with pytest.raises(Refused):
        close_wave(reloaded(wave), at=timezone.now())


@pytest.fixture
def heard(eva) -> Snapshot:
    """A wave of 25 people, each with a sentence of her own."""
    survey = registered_survey(eva, with_open_question=True)
    people = take_part(survey, 25)
    wave = open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    for number, enrolment in enumerate(people):
        answer_openly(wave, enrolment, f"{number}번째 사람은 밝아서 좋았다고 해요.")
    return closed_wave(wave)


@pytest.mark.django_db
def test_a_version_whose_open_answers_are_of_one_to_four_people_fewer_is_not_published(heard):
    """What people wrote goes with them, so this alone may differ between versions: by nobody, or by five and more."""
    enrolments = list(heard.wave.survey.pilot.enrolments.order_by("pk"))
    first = json.loads(files_of(published_report(heard, "처음").pack)["results.json"])
    assert first["voices"]["asked"] == 25
    assert "{S}" not in first["voices"]["question"]["ko"]

    for left, enrolment in enumerate(enrolments[:5], start=1):
        leave_pilot(enrolment, at=timezone.now(), withdraw_answers=True)
        assert take_out_withdrawn() == 1
        if left in (1, 4):
            with pytest.raises(CannotPublish, match="fewer than five people"):
                published_report(heard, f"{left}명이 그만둔 뒤")

    told = json.loads(files_of(published_report(heard, "다섯 명이 그만둔 뒤").pack)["results.json"])
    assert told["voices"]["asked"] == 20
    assert told["figures"]["counts"]["answered"] == 25
