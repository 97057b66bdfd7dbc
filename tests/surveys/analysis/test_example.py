"""The worked example of docs/analyse.md, against numbers worked out apart from our code."""

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, stdev
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from jsonschema import Draft202012Validator
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from surveys.spreadsheets import FORMULA_STARTS
from surveys.stats.estimates import Reason
from tests.surveys.analysis.conftest import ANSWERS, SCHEMA, VALIDATOR, Rows, rows_of

WORDS = {"Strongly disagree": 1, "Disagree": 2, "Neither": 3, "Agree": 4, "Strongly agree": 5}
FIGURE = {"value", "low", "high", "confidence", "n", "method", "reason"}


@pytest.fixture(scope="module")
def counted() -> dict[int, Rows]:
    """The rows that count, by wave: whoever tried the service, levels 3 to 5."""
    return {
        wave: [row for row in rows_of(ANSWERS) if int(row["wave"]) == wave and int(row["level"]) >= 3]
        for wave in (1, 2)
    }


def value(row: dict[str, str], code: str) -> int | None:
    answer = WORDS.get(row[code])
    return 6 - answer if answer and code == "PE2" else answer


def score(row: dict[str, str], codes: tuple[str, ...], least: int) -> float | None:
    given = [answer for answer in (value(row, code) for code in codes) if answer is not None]
    return mean(given) if len(given) >= least else None


def accepts(row: dict[str, str]) -> bool | None:
    intention = score(row, ("BI1", "BI2", "BI3"), 2)
    return None if intention is None else intention >= 4


def wave_of(results: dict[str, Any], number: int) -> dict[str, Any]:
    return next(wave for wave in results["waves"] if wave["number"] == number)


def named(parts: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(part for part in parts if name in (part.get("name"), part.get("code"), part.get("construct")))


def test_items_and_constructs_are_those_of_the_file(example, counted):
    for wave, rows in counted.items():
        figures = wave_of(example, wave)
        for code in ("PU1", "PE2", "BI3"):
            raw = [WORDS[row[code]] for row in rows if row[code] in WORDS]
            item = named(figures["items"], code)
            assert item["mean"]["n"] == len(raw)
            assert item["mean"]["value"] == pytest.approx(mean(raw))
            assert item["mean"]["sd"] == pytest.approx(stdev(raw))
            low, high = stats.t.interval(0.95, len(raw) - 1, mean(raw), stats.sem(raw))
            assert (item["mean"]["low"], item["mean"]["high"]) == pytest.approx((low, high))
            assert {part["from"]: part["n"] for part in item["histogram"] if part["n"]} == Counter(raw)
            assert item["dont_know"] == sum(row[code] == "Don't know" for row in rows)
            assert item["no_answer"] == sum(row[code] == "-" for row in rows)
        scores = [found for row in rows if (found := score(row, ("PE1", "PE2"), 1)) is not None]
        ease = named(figures["constructs"], "PE")
        assert ease["mean"]["n"] == len(scores)
        assert ease["mean"]["value"] == pytest.approx(mean(scores))


def test_alpha_is_that_of_the_answers(example, counted):
    for wave, rows in counted.items():
        codes = ("BI1", "BI2", "BI3")
        table = np.array(
            [[value(row, code) for code in codes] for row in rows if all(value(row, code) for code in codes)]
        )
        spread = table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1)
        found = named(wave_of(example, wave)["constructs"], "BI")
        assert found["alpha"]["n"] == len(table)
        assert found["alpha"]["value"] == pytest.approx(1.5 * (1 - spread))
        assert found["by_item"][0]["item_rest"]["value"] == pytest.approx(
            np.corrcoef(table[:, 0], table[:, 1] + table[:, 2])[0, 1]
        )


def cell_of(row: dict[str, str]) -> tuple[str, str]:
    return row["sex"], "65+" if row["age"] in ("65-74", "75+") else row["age"]


def raked(rows: Rows) -> dict[tuple[str, str], float]:
    """Weights by turns of simple proportions."""
    weights = dict.fromkeys(map(cell_of, rows), 1.0)
    for _turn in range(200):
        for place, margin in enumerate(({"F": 4000, "M": 4000}, {"19-39": 3200, "40-64": 3200, "65+": 1600})):
            for category, target in margin.items():
                now = sum(weights[cell_of(row)] for row in rows if cell_of(row)[place] == category)
                for cell in weights:
                    weights[cell] *= target / now if cell[place] == category else 1
    return weights


def test_accept_is_counted_and_weighed_as_by_hand(example, counted):
    for wave, rows in counted.items():
        judged = [(cell_of(row), accepts(row)) for row in rows if accepts(row) is not None]
        yes = sum(accepted for _cell, accepted in judged)
        plain = wave_of(example, wave)["accept_unweighted"]
        assert (plain["n"], plain["value"]) == (len(judged), pytest.approx(yes / len(judged)))
        assert (plain["low"], plain["high"]) == pytest.approx(proportion_confint(yes, len(judged), method="wilson"))

        weights = raked(rows)
        total = sum(weights[cell] for cell, _accepted in judged)
        share = sum(weights[cell] for cell, accepted in judged if accepted) / total
        squares = sum(weights[cell] ** 2 * (accepted - share) ** 2 for cell, accepted in judged)
        weighted = wave_of(example, wave)["accept"]
        assert weighted["value"] == pytest.approx(share)
        assert weighted["n_star"] == pytest.approx(total**2 * share * (1 - share) / squares)


def test_verdict_follows_from_the_figures(example):
    first, second = (wave_of(example, wave)["verdict"] for wave in (1, 2))

    assert (first["outcome"], first["codes"]) == ("NOT_ENOUGH_EVIDENCE", ["STRADDLES", "INCLUSION_GAP:65+"])
    assert first["low"] < first["tau_scale"] < first["high"]
    assert first["groups"][0]["gap"] >= first["delta"]
    assert first["groups"][0]["low"] > 0
    assert (second["outcome"], second["codes"]) == ("SCALE", ["ABOVE_THRESHOLD"])
    z = stats.norm.ppf(1 - 0.03 / 2)
    p, n = second["value"], second["n_star"]
    middle, half = p + z * z / 2 / n, z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert second["low"] == pytest.approx((middle - half) / (1 + z * z / n))
    assert second["low"] >= second["tau_scale"]


def test_change_of_the_same_people_is_that_of_a_paired_test(example, counted):
    change = example["changes"][0]
    by_person = [{row["person"]: row for row in counted[wave]} for wave in (1, 2)]
    both = sorted(by_person[0].keys() & by_person[1].keys())
    scores = [tuple(score(rows[person], ("TR1", "TR3"), 1) for rows in by_person) for person in both]
    pairs = np.array([pair for pair in scores if None not in pair])
    found = named(change["constructs"], "TR")["same_people"]
    tested = stats.ttest_rel(pairs[:, 1], pairs[:, 0])
    assert change["in_both"] == len(both)
    assert found["n"] == len(pairs)
    assert found["p"] == pytest.approx(tested.pvalue)
    assert (found["low"], found["high"]) == pytest.approx(tuple(tested.confidence_interval()))

    moves = Counter(tuple(accepts(rows[person]) for rows in by_person) for person in both)
    paired = change["accept"]["same_people"]
    lost, gained = moves[True, False], moves[False, True]
    assert (paired["lost"], paired["gained"]) == (lost, gained)
    assert paired["p"] == pytest.approx(stats.binomtest(min(lost, gained), lost + gained).pvalue)
    retention = change["attrition"]["retention"]
    assert retention["value"] == pytest.approx(len(both) / len(counted[1]))


def test_groups_are_compared_as_by_welch(example, counted):
    for wave, rows in counted.items():
        old, rest = [], []
        for row in rows:
            if (found := score(row, ("PE1", "PE2"), 1)) is not None:
                (old if row["age"] in ("65-74", "75+") else rest).append(found)
        told = named(wave_of(example, wave)["groups"][0]["scores"], "PE")
        tested = stats.ttest_ind(rest, old, equal_var=False)
        assert told["gap"]["value"] == pytest.approx(mean(rest) - mean(old))
        assert told["test"]["p"] == pytest.approx(tested.pvalue)
        assert told["test"]["adjusted"] >= told["test"]["p"]


def test_drivers_explain_what_a_regression_explains(example, counted):
    constructs = {"PU": ("PU1", "PU2"), "PE": ("PE1", "PE2"), "TR": ("TR1", "TR3"), "BI": ("BI1", "BI2", "BI3")}
    weights = raked(counted[1])
    complete = [row for row in counted[1] if all(value(row, code) for items in constructs.values() for code in items)]
    table = np.array([[score(row, items, 1) for items in constructs.values()] for row in complete], dtype=float)
    covariance = np.cov(table.T, aweights=[weights[cell_of(row)] for row in complete])
    spread = np.sqrt(np.diag(covariance))
    related = covariance / np.outer(spread, spread)

    told = wave_of(example, 1)["drivers"]
    assert told["n"] == len(complete)
    assert told["r_squared"] == pytest.approx(related[3, :3] @ np.linalg.solve(related[:3, :3], related[:3, 3]))
    assert sum(driver["raw"] for driver in told["drivers"]) == pytest.approx(told["r_squared"])
    assert sum(driver["importance"] for driver in told["drivers"]) == pytest.approx(1)
    assert named(told["drivers"], "PE")["correlation"] == pytest.approx(related[1, 3])


def figures_in(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        if "value" in part:
            yield path, part
        for key, inner in part.items():
            yield from figures_in(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from figures_in(inner, f"{path}/{number}")


def test_schema_is_one_and_knows_every_reason():
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["reason"]["enum"]) == {None, *(reason.value for reason in Reason)}


def test_schema_refuses_a_figure_without_its_n(example):
    spoiled = json.loads(json.dumps(example))
    del spoiled["waves"][0]["accept"]["n"]

    assert not VALIDATOR.is_valid(spoiled)
    assert VALIDATOR.is_valid(json.loads(json.dumps(example)))


def test_no_figure_is_without_n_interval_and_method(example):
    found = dict(figures_in(example))

    assert len(found) > 200
    for path, figure in found.items():
        assert figure.keys() >= FIGURE - {"reason"}, path
        assert (figure["value"] is None) == (figure.get("reason") is not None), path
        assert figure["low"] is None or figure["low"] <= figure["value"] <= figure["high"], path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the one line of docs/analyse.md writes."""
    folder = tmp_path_factory.mktemp("example") / "analysis"
    text = (settings.BASE_DIR / "docs" / "analyse.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("manage.py analyse docs/"))
    words = shlex.split(line)[1:]
    words = [str(settings.BASE_DIR / word) if word.startswith("docs/") else word for word in words]
    call_command(*words[: words.index("--out") + 1], str(folder), *words[words.index("--out") + 2 :], verbosity=0)
    return folder


def test_the_line_in_the_documentation_writes_results_tables_and_figures(written: Path, example):
    names = {path.name for path in written.iterdir()}

    assert json.loads((written / "results.json").read_text(encoding="utf-8"))["waves"] == json.loads(
        json.dumps(example["waves"])
    )
    assert names >= {
        "results.json", "outcomes.csv", "items.csv", "distributions.csv", "constructs.csv", "groups.csv", "people.csv",
        "drivers.csv", "changes.csv", "verdicts.csv", "flags.csv", "codebook.csv", "items-wave-1.svg",
        "constructs-1-to-5.svg", "groups-wave-1.svg", "change.svg", "drivers-wave-1.svg", "verdict-wave-2.svg",
    }  # fmt: skip


def test_numbers_in_the_documentation_are_those_that_come_out(example, written: Path):
    text = (settings.BASE_DIR / "docs" / "analyse.md").read_text(encoding="utf-8")
    assert f"{len(list(written.iterdir()))} files in analysis" in text

    for wave in example["waves"]:
        accept = wave["accept"]
        printed = f"accept {100 * accept['value']:.0f}% ({100 * accept['low']:.0f} to {100 * accept['high']:.0f}%)"
        verdict = f"{wave['verdict']['outcome']} ({', '.join(wave['verdict']['codes'])})"
        assert f"Wave {wave['number']}: {wave['counts']['counted']} answers, {printed}, {verdict}" in text


def test_tables_open_in_a_spreadsheet_and_agree_with_the_results(written: Path, example):
    columns: set[str] = set()
    for path in written.glob("*.csv"):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = rows_of_bom(path)
        assert rows
        columns |= rows[0].keys() if path.stem != "codebook" else set()
        for row in rows:
            for cell in row.values():
                assert not cell.startswith(FORMULA_STARTS) or float(cell) <= 0
    assert {row["column"] for row in rows_of_bom(written / "codebook.csv")} == columns
    told = {(row["wave"], row["measure"]): row for row in rows_of_bom(written / "outcomes.csv")}
    accept = wave_of(example, 2)["accept"]
    assert float(told["2", "accept"]["value"]) == accept["value"]
    assert int(told["2", "accept"]["n"]) == accept["n"]


def rows_of_bom(path: Path) -> Rows:
    import csv

    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_figures_are_pictures_with_a_title(written: Path):
    for path in written.glob("*.svg"):
        root = ElementTree.parse(path).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("role") == "img"
        assert root.find("{http://www.w3.org/2000/svg}title").text


def test_colours_of_a_scale_get_darker_step_by_step():
    from surveys.reports.drawing import steps

    for count in (2, 3, 5, 7, 11):
        light = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(_rgb, steps(count))]
        assert light == sorted(light, reverse=True)
        assert len(set(light)) == count


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
