"""What must not matter does not matter, and no file and no spec brings the command down."""

from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.analysis.run import analyse
from surveys.analysis.table import WrongRows, read_table
from surveys.imports.documents import WrongDocument, parsed, violations
from surveys.imports.files import Unreadable, found_delimiter, found_encoding
from surveys.imports.schema import SCHEMA
from tests.surveys.analysis.conftest import ANSWERS, SPEC, changed_spec, results_of, rows_of, spec_of, write_rows

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SLOW = settings(QUICK, max_examples=6)


def figures(results: dict[str, Any]) -> dict[str, Any]:
    return {name: results[name] for name in ("waves", "changes", "registration", "population")}


@SLOW
@given(seed=st.integers(0, 2**32))
def test_order_of_rows_and_columns_changes_nothing(tmp_path: Path, example, seed: int):
    rows, random = rows_of(ANSWERS), Random(seed)
    columns = list(rows[0])
    random.shuffle(rows)
    random.shuffle(columns)

    assert figures(results_of(SPEC, write_rows(tmp_path / "answers.csv", rows, columns))) == figures(example)


@SLOW
@given(cut=st.lists(st.integers(1, 310), min_size=1, max_size=3, unique=True))
def test_splitting_the_file_changes_nothing(tmp_path: Path, example, cut: list[int]):
    rows = rows_of(ANSWERS)
    places = [0, *sorted(cut), len(rows)]
    parts = [
        write_rows(tmp_path / f"part-{number}.csv", rows[start:end])
        for number, (start, end) in enumerate(zip(places, places[1:], strict=False))
    ]

    assert figures(results_of(SPEC, *parts)) == figures(example)


@SLOW
@given(name=st.text("abcXYZ 가나다_-.", min_size=1, max_size=12).map(str.strip).filter(bool))
def test_another_name_of_a_group_is_another_label_and_nothing_else(tmp_path: Path, example, name: str):
    def rename(told: dict[str, Any]) -> None:
        told["groups"] = {name: told["groups"]["65+"]}
        told["registration"]["protected_groups"] = [name]

    found = results_of(changed_spec(tmp_path, rename), ANSWERS)

    # Said in two steps: the difference of two trees this large takes minutes to print.
    same = figures(found) == _renamed(figures(example), "65+", name)
    assert same


def _renamed(part: Any, old: str, new: str, key: str = "") -> Any:
    """The group's name wherever a group is named; the age category of the same name stays."""
    if isinstance(part, dict):
        is_group = "accept_rest" in part or "blocked" in part
        return {
            inner: new if is_group and inner == "name" else _renamed(value, old, new, inner)
            for inner, value in part.items()
        }
    if isinstance(part, list):
        return [_renamed(value, old, new, key) for value in part]
    if key in ("protected_groups", "worst", "least_covered", "unheard") and part == old:
        return new
    return part.replace(f":{old}", f":{new}") if key == "codes" else part


def test_weights_do_not_depend_on_the_unit_of_the_population(tmp_path: Path, example):
    def scale(told: dict[str, Any]) -> None:
        for margin in told["weights"]["margins"]:
            margin["people"] = {name: people * 3.7 for name, people in margin["people"].items()}

    found = results_of(changed_spec(tmp_path, scale), ANSWERS)

    for wave, before in zip(found["waves"], example["waves"], strict=True):
        assert wave["accept"]["value"] == pytest.approx(before["accept"]["value"])
        assert wave["verdict"]["outcome"] == before["verdict"]["outcome"]


# Fuzz: whatever stands in a file or a spec, it is read or refused with a sentence.


def outcome_of(spec: Path, *files: Path) -> str:
    try:
        read = spec_of(spec)
        analyse(read, read_table(read, files))
    except (WrongDocument, WrongRows, Unreadable) as error:
        return str(error)
    return ""


@QUICK
@given(data=st.binary(max_size=400))
def test_any_bytes_as_answers_are_refused_in_a_sentence(tmp_path: Path, data: bytes):
    for name in ("answers.csv", "answers.xlsx", "answers.sav"):
        (tmp_path / name).write_bytes(data)
        assert outcome_of(SPEC, tmp_path / name)


@QUICK
@given(data=st.data())
def test_a_spoiled_file_is_read_or_refused_in_a_sentence(tmp_path: Path, data: st.DataObject):
    text = ANSWERS.read_bytes()[:4000].rpartition(b"\n")[0]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    (tmp_path / "answers.csv").write_bytes(text[:start] + data.draw(st.binary(max_size=12)) + text[end:])

    outcome_of(SPEC, tmp_path / "answers.csv")


@QUICK
@given(cells=st.lists(st.lists(st.text(max_size=6), min_size=2, max_size=4), min_size=1, max_size=5))
def test_any_cells_are_read_or_refused_in_a_sentence(tmp_path: Path, cells: list[list[str]]):
    rows = rows_of(ANSWERS)[:5]
    for row, wrong in zip(rows, cells, strict=False):
        row |= dict(zip(("PU1", "age", "seconds", "wave"), wrong, strict=False))

    outcome_of(SPEC, write_rows(tmp_path / "answers.csv", rows))


# What the example does without.
MORE = """
knowledge: {CK1: {right: [Agree]}, CK2: {right: [Agree, Neither]}}
informed: {right: 1, of: 2, subjective: [TR1]}
comment: said
nouns: [공유차]
frame: {"1": {no_contact: 3, eligible_share: 0.5, basis: Made up}}
monitoring: {baseline: 1}
bootstrap: false
blocks: [[PU1, PE1, PE2]]
"""
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.floats(allow_nan=False, width=16) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(place for key, value in inner for place in _places(value, (*path, key)))]


def rows_with_more() -> list[dict[str, str]]:
    """Some rows of both waves."""
    some = rows_of(ANSWERS)[150:190]
    return [row | {"CK1": row["TR1"], "CK2": row["TR3"], "said": "늦어요 late"} for row in some]


def test_the_spec_that_is_spoiled_below_is_followed_as_it_is(tmp_path: Path):
    document = yaml.safe_load(SPEC.read_text(encoding="utf-8")) | yaml.safe_load(MORE)
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")

    first, second = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows_with_more()))["waves"]
    assert first["response_rates"]["n"] == first["counts"]["answered"] + 3
    assert second["comments"]["accepting"] > 0
    assert second["informed"]["informed"]["n"] > 0


@QUICK
@given(data=st.data())
def test_a_spoiled_spec_is_followed_or_refused_with_a_line(tmp_path: Path, data: st.DataObject):
    document = yaml.safe_load(SPEC.read_text(encoding="utf-8")) | yaml.safe_load(MORE)
    *path, last = data.draw(st.sampled_from([place for place in _places(document) if place]))
    part = document
    for key in path:
        part = part[key]
    if isinstance(part, dict) and data.draw(st.booleans()):
        del part[last]
    else:
        part[last] = data.draw(values)
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    write_rows(tmp_path / "answers.csv", rows_with_more())

    told = outcome_of(tmp_path / "spec.yaml", tmp_path / "answers.csv")
    assert "\n" not in told


@QUICK
@given(text=st.text(max_size=200) | st.text("[]{}:,&*!-?<>|'\"#%@ \n\tab1", max_size=60))
def test_any_text_as_a_spec_is_refused_in_a_sentence(text: str):
    try:
        found = list(violations(parsed("spec.yaml", text).data, SCHEMA))
    except WrongDocument as wrong:
        found = list(wrong.complaints)

    assert found


@QUICK
@given(data=st.binary(max_size=200))
def test_encoding_and_delimiter_are_found_for_any_bytes(data: bytes):
    text = data.decode(found_encoding(data), "surrogateescape" if b"\0" not in data else "replace")

    assert found_delimiter(StringIO(text).read()) in (",", ";", "\t")
