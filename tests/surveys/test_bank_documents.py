"""The banks of the program: what stands in them, how they are checked, and that every error says its line."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from livinglab.korean import fill
from surveys.bank_schema import Problem, WrongBank, check, complaints
from surveys.instruments import choices_of, holder_of_wording
from surveys.stats.instruments import SUS_GRADES, UEQ_BENCHMARK, UEQ_S_BENCHMARK, UEQ_SCALES, VDL_MIRRORED
from surveys.stats.layout import Layout

BANKS = sorted((Path(__file__).parents[2] / "surveys" / "banks").glob("*.yaml"))
DESCRIBED = {"sus", "ueq-s", "ueq", "vdl"}
ASKED = [path for path in BANKS if path.stem not in DESCRIBED]

SMALL = """\
id: ours
version: 1
languages: [ko, en]
status: own
title: {ko: 우리 설문, en: Ours}
licence: {holder: The city, terms: ours, may_ship: true}
scales:
  yes_no:
    low: 1
    high: 2
    points:
      - {value: 1, label: {ko: 아니요, en: "No"}}
      - {value: 2, label: {ko: 예, en: "Yes"}}
blocks:
  - id: one
    title: {ko: 하나, en: One}
    items: [A, B]
items:
  - code: A
    construct: AB
    scale: yes_no
    text: {ko: 첫째, en: First}
  - code: B
    construct: AB
    scale: yes_no
    reverse: true
    text: {ko: 둘째, en: Second}
scoring:
  constructs:
    AB: {name: {ko: 둘, en: Both}, items: [A, B], minimum_answered: 1}
pairs:
  - [A, B]
"""


def document(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def bank(name: str) -> dict[str, Any]:
    return document(BANKS[0].with_name(f"{name}.yaml"))


def codes(bank: dict[str, Any]) -> list[str]:
    return [item["code"] for item in bank["items"]]


def problems(text: str) -> list[str]:
    with pytest.raises(WrongBank) as wrong:
        check(text)
    return [str(problem) for problem in wrong.value.problems]


# What stands in them


def test_every_instrument_of_the_catalogue_is_there():
    assert {path.stem for path in BANKS} == DESCRIBED | {
        "lla-13", "lla-31", "cs", "rc", "comprehension", "sl", "srl", "trl",
    }  # fmt: skip


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_a_bank_follows_the_schema_and_is_named_after_its_file(path):
    assert check(path.read_text(encoding="utf-8"), path.name).bank["id"] == path.stem


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_screens_are_short_and_scores_use_every_item(path):
    bank = document(path)
    used = [code for score in bank["scoring"].get("constructs", {}).values() for code in score["items"]]

    assert all(len(block["items"]) <= 4 for block in bank["blocks"])
    assert not used or used == codes(bank)
    reverse = {item["code"]: item["reverse"] for item in bank["items"]}
    assert all(reverse[one] != reverse[other] for one, other in bank.get("pairs", []))


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_what_the_program_words_itself_may_be_handed_on(path):
    licence = document(path)["licence"]
    assert licence["may_ship"]
    assert licence["holder"] == "Living Lab contributors"


@pytest.mark.parametrize("name", ["수요응답버스", "똑똑한 가로등", "DRT"])
def test_no_question_keeps_a_placeholder_or_both_forms_of_a_particle(name):
    for path in ASKED:
        for item in document(path)["items"]:
            question = fill(item["text"]["ko"], name)
            assert "{" not in question
            assert "(" not in question


def test_the_short_survey_is_part_of_the_full_one():
    short, full = bank("lla-13"), bank("lla-31")
    wording = {item["code"]: item["text"] for item in full["items"]} | {"CS": bank("cs")["items"][0]["text"]}

    assert len(short["items"]) == 13
    assert len(full["items"]) == 31
    assert all(wording[item["code"]] == item["text"] for item in short["items"])
    assert {item["code"] for item in full["items"] if item["reverse"]} == {"PE2", "HM2", "PC3", "FA4"}


@pytest.mark.parametrize("name", sorted(DESCRIBED))
def test_an_instrument_of_others_is_described_without_a_word_of_its_items(name):
    entry = bank(name)

    assert entry["enabled"] is False
    assert (entry["licence"]["may_ship"], entry["licence"]["needs_permission"]) == (False, True)
    assert not any("text" in item or "poles" in item for item in entry["items"])
    assert not any("points" in scale for scale in entry["scales"].values())
    assert set(entry["scoring"]["methods"]) == set(entry["scoring"]["constructs"])


def test_no_registered_mark_stands_in_a_bank():
    for path in BANKS:
        assert not re.search(r"\bNPS\b|net promoter", path.read_text(encoding="utf-8"), re.IGNORECASE), path.name


def test_signs_and_sizes_are_those_that_the_scores_expect():
    assert [item["reverse"] for item in bank("sus")["items"]] == [False, True] * 5
    assert [item["construct"] for item in bank("ueq-s")["items"]] == ["PQ"] * 4 + ["HQ"] * 4
    assert not any(item["reverse"] for item in bank("ueq-s")["items"])
    ueq = bank("ueq")["scoring"]["constructs"]
    assert {name: construct["number_of_items"] for name, construct in ueq.items()} == UEQ_SCALES
    vdl = bank("vdl")["items"]
    assert [number for number, item in enumerate(vdl, 1) if not item["reverse"]] == list(VDL_MIRRORED)
    assert [item["construct"] for item in vdl] == ["VDLU", "VDLS"] * 4 + ["VDLU"]


def test_bands_are_those_that_the_scores_use():
    grades, _acceptability = bank("sus")["bands"]
    assert [(limit["from"], limit["label"], tuple(limit["percentiles"])) for limit in grades["limits"]] == list(
        SUS_GRADES
    )
    for name, benchmark in (("ueq-s", UEQ_S_BENCHMARK), ("ueq", UEQ_BENCHMARK)):
        found = {band["score"]: tuple(limit["from"] for limit in band["limits"][:-1]) for band in bank(name)["bands"]}
        assert found == benchmark
    assert all(band["source"] and band["norms_language"] for name in DESCRIBED for band in bank(name).get("bands", []))


def test_status_says_which_language_is_validated():
    assert bank("sus")["status"] == {"en": "validated", "ko": "translated-unvalidated"}
    assert bank("vdl")["status"]["ko"] == "translated-unvalidated"


@pytest.mark.parametrize("path", ASKED, ids=lambda path: path.stem)
def test_a_bank_can_be_laid_out_for_counting(path):
    bank = document(path)
    items = [
        {
            "code": item["code"],
            "lo": bank["scales"][item["scale"]]["low"],
            "hi": bank["scales"][item["scale"]]["high"],
            "construct": item.get("construct", ""),
            "reverse": item.get("reverse", False),
        }
        for item in bank["items"]
    ]
    assert set(Layout.of({"items": items}).constructs) >= set(bank["scoring"].get("constructs", {}))


# How they are checked


def test_the_small_bank_is_right():
    assert codes(check(SMALL).bank) == ["A", "B"]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        (
            "    scale: yes_no\n    text: {ko: 첫째",
            "    scale: maybe\n    text: {ko: 첫째",
            ["21: item A has the unknown scale maybe."],
        ),
        (
            "status: own",
            "status: good",
            ["4: status is good, which is none of own, validated, translated-unvalidated."],
        ),
        ("en: Ours}", "en: ''}", ["5: title has no text in en."]),
        ("en: Ours}", "en: Ours, fr: Le nôtre}", ["5: The bank has no language fr."]),
        (
            "may_ship: true",
            "may_ship: false",
            ["6: A bank whose wording may not be handed on needs permission_ref: what lets the city use it."],
        ),
        ("may_ship: true", "may_ship: yes please", ["6: licence may_ship must be true or false."]),
        ("holder: The city, ", "", ["6: licence lacks holder."]),
        (
            "    high: 2",
            "    high: 97",
            [
                "10: scales yes_no high must be a whole number from -90 to 96.",
                "21: item A has the unknown scale yes_no.",
                "25: item B has the unknown scale yes_no.",
            ],
        ),
        ("    high: 2", "    high: 3", ["11: The scale yes_no has the points 1, 2, not 1 to 3."]),
        (
            "    items: [A, B]\nitems",
            "    items: [A, A, C]\nitems",
            ["14: No block shows B.", "17: A is shown twice.", "17: There is no item C in the bank."],
        ),
        (
            "  - code: B",
            "  - code: A",
            [
                "17: There is no item B in the bank.",
                "23: The code A is here twice.",
                "30: There is no item B in the bank.",
                "32: There is no item B in the bank.",
            ],
        ),
        ("    reverse: true", "    reverse: 1", ["26: B reverse must be true or false."]),
        ("    reverse: true", "    revers: true", ["26: The key revers is unknown here."]),
        ("en: Second}", "en: 'Second {service}'}", ["27: Only {S}, the name of the service, may stand in braces."]),
        (
            "minimum_answered: 1}",
            "minimum_answered: 3}",
            ["30: scoring constructs AB minimum_answered must be a whole number from 1 to 2."],
        ),
        (
            "    AB: {name",
            "    CD: {name",
            ["30: item A says that it belongs to AB.", "30: item B says that it belongs to AB."],
        ),
        ("  - [A, B]", "  - [A]", ["32: A pair has two items."]),
        ("version: 1\n", "version: 2027-03-01\n", ["2: Put 2027-03-01 in quotes."]),
        ("version: 1\n", "version: 2027-02-30\n", ["2: Put 2027-02-30 in quotes."]),
        ("ko: 첫째", 'ko: "\\0"', ["22: The text holds a character that cannot be shown."]),
        ("minimum_answered: 1}", "minimum_answered: .inf}", ["30: Put .inf in quotes."]),
        ("version: 1\n", "version: 1.5\n", ["2: version must be a whole number, or a short name in quotes."]),
        (
            "scoring:\n",
            "scoring:\n  methods: {AB: sums}\n",
            ["29: scoring methods AB is sums, which is none of sus, ueq-s, ueq, vdl, recommend-index, satisfaction."],
        ),
        (
            "scoring:\n",
            "scoring:\n  outcomes: {accept: {items: [A, Z], at_least: high, minimum_answered: 1}}\n",
            ["29: There is no item Z in the bank.", "29: scoring outcomes accept at_least must be a number."],
        ),
    ],
)
def test_an_error_says_its_line_and_what_is_wrong(old, new, sentences):
    assert old in SMALL
    assert problems(SMALL.replace(old, new, 1)) == [f"line {sentence}" for sentence in sentences]


def test_all_errors_are_told_at_once_in_the_order_of_their_lines():
    spoiled = (
        SMALL.replace("status: own", "status: good").replace("value: 2", "value: 3").replace("[A, B]\nscor", "[]\n")
    )

    found = problems(spoiled.replace("  - [A, B]", "  - [A, X]"))
    assert [line.split(":")[0] for line in found] == ["line 4", "line 11", "line 32"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: A bank is a mapping"),
        ("- a\n- b\n", "line 1: A bank is a mapping"),
        ("id: ours\nversion: [1\n", "line 3: This is no YAML"),
        ("id: ours\nid: theirs\n", "line 2: The key id is here twice."),
        ("id: ours\n1: one\n", "line 2: A key must be a word"),
        ("id: ours\nyes: one\n", "line 2: A key must be a word"),
        ("a: &x [1]\nb: *x\n", "line 1: Anchors and aliases are not taken"),
        ("a: {<<: {b: 1}}\n", "line 1: Anchors and aliases are not taken"),
        ("id: !!python/object:os.system x\n", "line 1: The tag !!python/object:os.system is unknown here."),
        ("id: ours\nitems: !!set {A, B}\n", "line 2: The tag !!set is unknown here."),
        ("a: " + "[" * 60 + "]" * 60, "line 1: Its parts lie too deep in each other."),
        ("id: a\x00b\n", "line 1: This is no YAML"),
        ("[" * 5000, "line "),
        ("a: b\n---\nc: d\n", "line 2: This is no YAML"),
        ("x" * 400_001, "line 1: The text is too long"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_bank_at_all_is_told_too(text, sentence):
    assert problems(text)[0].startswith(sentence)


def test_everything_a_bank_must_have_is_asked_for():
    (found,) = problems("title: {ko: 가, en: a}\n")
    assert found == "line 1: The bank lacks blocks, id, items, languages, licence, scales, scoring, status, version."


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 120) | st.floats() | st.sampled_from(["A", "yes_no", "ko", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "ko", "items"]), inner),
    max_leaves=6,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[Any] = list(enumerate(value)) if isinstance(value, list) else []
    if isinstance(value, dict):
        inner = list(value.items())
    return [path] * bool(path) + [found for key, part in inner for found in places(part, (*path, key))]


@given(st.data())
def test_no_document_however_wrong_stops_the_check(data):
    bank = yaml.safe_load(SMALL)
    *way, last = data.draw(st.sampled_from(places(bank)))
    part = bank
    for key in way:
        part = part[key]
    part[last] = data.draw(anything)

    assert all(isinstance(path, tuple) and sentence for path, sentence in complaints(bank))


def test_problems_are_sorted_and_told_once():
    wrong = WrongBank([Problem(9, "b"), Problem(2, "a"), Problem(9, "b")], "file.yaml")
    assert str(wrong) == "file.yaml: line 2: a\nfile.yaml: line 9: b"


# What they say when they are used


def test_an_item_with_poles_has_its_own_words_at_both_ends():
    scale = {"points": [{"value": value, "label": {"ko": str(value), "en": str(value)}} for value in range(1, 4)]}
    left, right = {"ko": "왼쪽", "en": "left"}, {"ko": "오른쪽", "en": "right"}

    assert choices_of({"poles": {"left": left, "right": right}}, scale) == (
        (1, left), (2, {"ko": "2", "en": "2"}), (3, right),
    )  # fmt: skip
    assert [label["en"] for _value, label in choices_of({}, scale)] == ["1", "2", "3"]


@pytest.mark.parametrize(("ours", "theirs"), list(itertools.product([True, False], repeat=2)))
def test_wording_is_hidden_item_by_item(ours: bool, theirs: bool):
    def part(codes: list[str], ship: bool) -> dict[str, Any]:
        return {"codes": codes, "licence": {"holder": "Somebody", "may_ship": ship}}

    bank = {"parts": [part(["A"], ours), part(["B"], theirs)]}
    assert holder_of_wording(bank, "A") == ("" if ours else "Somebody")
    assert holder_of_wording(bank, "B") == ("" if theirs else "Somebody")


def from_one(bank: dict[str, Any]) -> None:
    scale = bank["scales"]["likelihood"]
    scale.update(low=1, points=scale["points"][1:])


@pytest.mark.parametrize(
    ("name", "spoil", "sentence"),
    [
        ("rc", from_one, "recommend-index takes items from 0 to 10, and 1 of them."),
        ("cs", lambda bank: bank["scoring"].update(methods={"CS": "sus"}), "sus takes items from 1 to 5, and 10 of"),
        ("cs", lambda bank: bank["items"][0].update(first_wave=2), "satisfaction takes items that every wave asks."),
    ],
)
def test_a_score_is_told_only_as_what_its_items_allow(name, spoil, sentence):
    spoiled = bank(name)
    spoil(spoiled)
    (told,) = [told for _place, told in complaints(spoiled)]
    assert told.startswith(sentence)
