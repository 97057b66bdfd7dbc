"""YAML that people write: what it says, on which line, and everything about it that is not plain."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.yaml_lines import LONGEST_REASON, MOST_NODES, Kind, line_of, read

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


def flaws(text: str) -> list[tuple[Kind, int, str]]:
    return [(flaw.kind, flaw.line, flaw.value) for flaw in read(text).flaws]


def test_every_part_has_its_line():
    written = read("title:\n  ko: 가로등\nfiles:\n  - name: a.csv\n  - {name: b.csv,\n     wave: 2}\n")

    assert written.data == {"title": {"ko": "가로등"}, "files": [{"name": "a.csv"}, {"name": "b.csv", "wave": 2}]}
    assert written.flaws == ()
    lines = {
        ("title",): 1,
        ("title", "ko"): 2,
        ("files",): 3,
        ("files", 0): 4,
        ("files", 1): 5,
        ("files", 1, "wave"): 6,
    }
    assert {place: written.lines[place] for place in lines} == lines
    assert line_of(written.lines, ("files", 1, "items", "A")) == 5
    assert line_of(written.lines, ("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "found", "data"),
    [
        ("a: 1\nb: [1\n", [(Kind.NO_YAML, 3, "did not find expected ',' or ']'")], {}),
        ("a: 1\n---\nb: 2\n", [(Kind.NO_YAML, 2, "but found another document")], {}),
        ("", [(Kind.NO_MAPPING, 1, "")], {}),
        ("- a\n", [(Kind.NO_MAPPING, 1, "")], {}),
        ("a: 1\nb: !!set {x}\n", [(Kind.TAG, 2, "!!set")], {"a": 1, "b": None}),
        ("a: !!python/name:os.system x\n", [(Kind.TAG, 1, "!!python/name:os.system")], {"a": None}),
        ("a: !ours {b: 1}\n", [(Kind.TAG, 1, "!ours")], {"a": None}),
        ("a: &x [1]\nb: *x\n", [(Kind.ALIAS, 1, "")], {"a": [1], "b": [1]}),
        ("a: {b: 1,\n    <<: {c: 2}}\n", [(Kind.MERGE, 2, "<<")], {"a": {"b": 1}}),
        ("a: 1\n[b]: 2\n", [(Kind.KEY_NO_WORD, 2, "")], {"a": 1}),
        ('"a\\0": 1\n', [(Kind.KEY_UNPRINTABLE, 1, "a\0")], {}),
        ("yes: 1\n~: 2\n", [(Kind.KEY_YES_NO, 1, "yes"), (Kind.KEY_YES_NO, 2, "~")], {}),
        ("1: one\n2027-03-01: two\n", [(Kind.KEY_NUMBER, 1, "1"), (Kind.KEY_NUMBER, 2, "2027-03-01")],
         {"1": "one", "2027-03-01": "two"}),
        ("a: 1\nb: 2\na: 3\n", [(Kind.KEY_TWICE, 3, "a")], {"a": 1, "b": 2}),
        ("a: 2027-03-01\n", [(Kind.DATE, 1, "2027-03-01")], {"a": "2027-03-01"}),
        ("a: 2027-02-30\n", [(Kind.NO_VALUE, 1, "2027-02-30")], {"a": None}),
        ("a: .nan\nb: -.inf\n", [(Kind.NO_VALUE, 1, ".nan"), (Kind.NO_VALUE, 2, "-.inf")], {"a": None, "b": None}),
        ("a: !!binary aGk=\n", [(Kind.NO_VALUE, 1, "aGk=")], {"a": None}),
        ('a: "\\0"\n', [(Kind.UNPRINTABLE, 1, "\0")], {"a": None}),
        ("a: [yes, 'yes', 0x1f, ~, 1.5]\n", [], {"a": [True, "yes", 31, None, 1.5]}),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_not_plain_is_told_with_its_line(text, found, data):
    assert flaws(text) == found
    assert read(text).data == data


@pytest.mark.parametrize(
    "number",
    [
        "59:" * 100_000 + "59",
        "0x" + "f" * 6_000,
        "9" * 5_000,
        "0b" + "1" * 20_000,
        "1." + "0" * 5_000,
        "!!int 1" + "0" * 50,
    ],
    ids=["sixties", "hexadecimal", "digits", "binary", "decimals", "tagged"],
)
def test_numbers_longer_than_any_that_means_something_are_not_worked_out(number):
    written = read(f"title: Lamps\nversion: {number}\n")

    assert written.data == {"title": "Lamps", "version": None}
    ((kind, line, value),) = [(flaw.kind, flaw.line, flaw.value) for flaw in written.flaws]
    assert (kind, line) == (Kind.NO_VALUE, 2)
    assert len(value) <= LONGEST_REASON + 1
    assert read("a: [0x1f, 12:30, 3.14159265358979, 12345678901234567890]\n").data == {
        "a": [31, 750, 3.14159265358979, 12345678901234567890]
    }


@pytest.mark.parametrize("text", [BOMB, "a: &a {b: *a}\n"], ids=["bomb", "endless"])
def test_aliases_that_go_on_too_long_are_cut_off_and_told_once(text):
    written = read(text)

    assert [flaw.kind for flaw in written.flaws].count(Kind.TOO_LONG) == 1
    assert len(written.lines) <= MOST_NODES + 50


@pytest.mark.parametrize("levels", [41, 999, 1000, 100_000])
@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_parts_that_lie_too_deep_in_each_other_are_told_and_not_read(bracket, levels):
    assert flaws("a:\n  " + bracket * levels) == [(Kind.TOO_DEEP, 2, "")]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200) | st.text("[]{}:,&*!-?<>|'\"#%@ \n\tab1\\0", max_size=60))
def test_any_text_is_read_or_told_what_is_wrong(text: str):
    written = read(text)

    assert written.flaws or written.data or re.fullmatch(r"(?s).*\{\s*\}.*", text)
    assert all(flaw.line >= 0 for flaw in written.flaws)
