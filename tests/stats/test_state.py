"""The exact state: case G24 of docs/methods.md, and that any order and any split give the same bytes."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.stats.figures import group_scores
from surveys.stats.layout import FLAGS, Layout
from surveys.stats.reliability import alpha_of_products
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE
from surveys.stats.state import OtherForm, State, cross_products, empty, tally

PRAGMATIC = Layout.of({"items": [{"code": f"PQ{n}", "lo": -3, "hi": 3, "construct": "PQ"} for n in (1, 2, 3, 4)]})
# G2: pragmatic items of ten people in the sample of the official tool.
TICKED = (1645, 5545, 6725, 5664, 4445, 6445, 5666, 7645, 7765, 6655)
SAMPLE = np.array([[int(digit) - 4 for digit in str(row)] for row in TICKED], dtype=np.int16)

WAVE = Layout.of(
    {
        "items": [
            {"code": "PU1", "construct": "PU"},
            {"code": "PU2", "construct": "PU"},
            {"code": "FA4", "construct": "FA", "reverse": True},
            {"code": "BI1", "construct": "BI"},
            {"code": "BI2", "construct": "BI"},
            {"code": "BI3", "construct": "BI"},
            {"code": "CS"},
        ],
        "accept": {"items": ["BI1", "BI2", "BI3"], "answered": 2},
        "use": {"items": ["BI1", "BI2"]},
        "endorse": {"items": ["BI3"]},
        "groups": ["65+", "disability"],
        "informed": {"questions": 5, "of": 4, "right": 3, "subjective": ["CS"]},
        "drivers": {"constructs": ["FA", "PU"], "outcome": "BI"},
    }
)

ANSWER = st.sampled_from([1, 2, 3, 4, 5, NOT_APPLICABLE, DONT_KNOW, NO_ANSWER])
RESPONSE = st.fixed_dictionaries(
    {
        "answers": st.lists(ANSWER, min_size=7, max_size=7),
        "cells": st.sampled_from(["F/19-39", "F/65+", "M/65+", "여/unknown"]),
        "counted": st.booleans(),
        "modes": st.sampled_from(WAVE.modes),
        "use_levels": st.integers(0, 5),
        "members": st.lists(st.sampled_from([1, 0, -1]), min_size=2, max_size=2),
        "flags": st.integers(0, 15),
        "marks": st.lists(st.sampled_from([1, 0, DONT_KNOW, NO_ANSWER]), min_size=5, max_size=5),
        "milliseconds": st.integers(-1, 10**13),
    }
)
WAVES = st.lists(RESPONSE, max_size=12)


def counted(responses, layout=WAVE):
    columns = {name: [response[name] for response in responses] for name in RESPONSE_COLUMNS}
    shapes = {"answers": (-1, 7), "members": (-1, 2), "marks": (-1, 5)}
    arrays = {name: np.array(columns[name], dtype=np.int64).reshape(shape) for name, shape in shapes.items()}
    return tally(layout, **{**columns, **arrays})


RESPONSE_COLUMNS = (
    "answers", "cells", "counted", "modes", "use_levels", "members", "flags", "marks", "milliseconds",
)  # fmt: skip


def test_sums_and_cross_products_of_the_published_sample():
    n, sums, products = cross_products(tally(PRAGMATIC, SAMPLE, cells=["all"] * 10).block("listwise:PQ"), 4)

    assert (n, sums.tolist()) == (10, [12, 17, 5, 10])
    assert products.tolist() == [[42, 24, 8, 12], [24, 39, 10, 17], [8, 10, 17, 5], [12, 17, 5, 12]]


def test_withdrawing_one_person_and_adding_her_back_is_the_first_state_bit_for_bit():
    everybody, one = tally(PRAGMATIC, SAMPLE, cells=["all"] * 10), tally(PRAGMATIC, SAMPLE[:1], cells=["all"])
    without = everybody.subtract(one)
    n, sums, products = cross_products(without.block("listwise:PQ"), 4)

    assert (n, sums.tolist()) == (9, [15, 15, 5, 9])
    assert products.tolist() == [[33, 30, 8, 15], [30, 35, 10, 15], [8, 10, 17, 5], [15, 15, 5, 11]]
    assert alpha_of_products(n, sums, products).value == pytest.approx(0.36018957, rel=1e-6)
    assert without.merge(one) == everybody
    assert without.merge(one).to_bytes() == everybody.to_bytes()


@settings(deadline=None)
@given(WAVES, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_split_give_the_same_bytes(responses, random, parts):
    whole = counted(responses)
    shuffled = random.sample(responses, len(responses))
    merged = empty(WAVE)
    for part in range(parts):
        merged = merged.merge(counted(shuffled[part::parts]))

    assert merged == whole
    assert sha256(merged.to_bytes()).digest() == sha256(whole.to_bytes()).digest()


@settings(deadline=None)
@given(WAVES, WAVES, WAVES)
def test_replacing_a_chunk_equals_a_recount(kept, before, after):
    total = counted(kept + before)

    replaced = total.subtract(counted(before)).merge(counted(after))

    assert replaced.to_bytes() == counted(kept + after).to_bytes()


@settings(deadline=None)
@given(WAVES, st.data())
def test_withdrawing_anybody_and_adding_them_back_leaves_no_trace(responses, data):
    gone = data.draw(st.lists(st.sampled_from(responses), unique_by=id) if responses else st.just([]))
    whole, withdrawn = counted(responses), counted(gone)
    kept = counted([response for response in responses if not any(response is one for one in gone)])

    assert whole.subtract(withdrawn).to_bytes() == kept.to_bytes()
    assert whole.subtract(withdrawn).merge(withdrawn).to_bytes() == whole.to_bytes()


@settings(deadline=None)
@given(WAVES, st.integers(0, 12), st.integers(0, 12))
def test_responses_may_be_cut_anywhere(responses, one, other):
    first, second = sorted((one, other))
    parts = [counted(part) for part in (responses[:first], responses[first:second], responses[second:])]

    assert parts[0].merge(parts[1]).merge(parts[2]) == counted(responses)
    assert parts[0].merge(parts[1].merge(parts[2])) == counted(responses)


@settings(deadline=None)
@given(WAVES)
def test_the_order_and_the_names_of_groups_change_no_figure(responses):
    relabelled = Layout.of({**WAVE.describe(), "groups": ["b", "a"]})
    swapped = [{**response, "members": response["members"][::-1]} for response in responses]
    one, other = counted(responses), counted(swapped, relabelled)

    for name, new_name in (("65+", "a"), ("disability", "b")):
        for who in ("member", "unknown"):
            assert one.block(f"{who}:{name}").tolist() == other.block(f"{who}:{new_name}").tolist()


@settings(deadline=None)
@given(WAVES, WAVES)
def test_bytes_hold_everything_also_below_zero(responses, others):
    state = counted(responses).subtract(counted(others))

    assert State.from_bytes(WAVE, state.to_bytes()) == state


@pytest.mark.parametrize("exponent", [0, 1, 6, 7, 8, 14, 15, 16, 30, 31, 32, 62])
@pytest.mark.parametrize("sign", [1, -1])
def test_every_number_of_64_bits_survives(exponent, sign):
    edges = [sign * 2**exponent + offset for offset in (-1, 0, 1)]
    rows = [((f"cell {number}", True), np.full(PRAGMATIC.size, edge)) for number, edge in enumerate(edges)]
    state = State.of_rows(PRAGMATIC, rows)

    assert State.from_bytes(PRAGMATIC, state.to_bytes()) == state


@settings(deadline=None)
@given(WAVES, st.permutations(range(7)))
def test_the_order_of_the_items_changes_no_figure(responses, order):
    described = WAVE.describe()
    turned = Layout.of({**described, "items": [described["items"][column] for column in order]})
    permuted = [{**response, "answers": [response["answers"][column] for column in order]} for response in responses]
    one, other = counted(responses), counted(permuted, turned)

    for section in WAVE.sections:
        if not section.startswith(("listwise:", "drivers", "member:", "unknown:")):
            assert one.block(section).tolist() == other.block(section).tolist(), section
    for group in WAVE.groups:
        assert group_scores(one, group) == group_scores(other, group)
    for name in ("PU", "BI"):
        codes = [[item.code for item in layout.constructs[name]] for layout in (WAVE, turned)]
        (n, sums, products), (n_turned, sums_turned, products_turned) = (
            cross_products(state.block(f"listwise:{name}"), len(codes[0])) for state in (one, other)
        )
        place = [codes[1].index(code) for code in codes[0]]
        assert n == n_turned
        assert sums.tolist() == sums_turned[place].tolist()
        assert products.tolist() == products_turned[np.ix_(place, place)].tolist()


def test_more_responses_than_are_counted_at_once_give_the_same_counts():
    many = np.tile(SAMPLE, (6000, 1))
    cells = [f"cell {number % 7}" for number in range(len(many))]
    parts = [tally(PRAGMATIC, many[start::3], cells=cells[start::3]) for start in range(3)]

    assert tally(PRAGMATIC, many, cells=cells) == parts[0].merge(parts[1]).merge(parts[2])


@settings(deadline=None)
@given(WAVES)
def test_counts_agree_with_counting_one_by_one(responses):
    state = counted(responses)
    valid = [
        [value for value in response["answers"][3:6] if value < NOT_APPLICABLE]
        for response in responses
        if response["counted"]
    ]
    judged = [values for values in valid if len(values) >= 2]
    fair = [
        6 - response["answers"][2]
        for response in responses
        if response["counted"] and response["answers"][2] < NOT_APPLICABLE
    ]

    assert state.n(counted=None) == len(responses)
    assert state.block("accept").tolist() == [len(judged), sum(sum(values) >= 4 * len(values) for values in judged)]
    assert state.block("score:FA").tolist() == [
        len(fair), sum(60 * value for value in fair), sum((60 * value) ** 2 for value in fair)
    ]  # fmt: skip
    assert state.block("flag", counted=None).tolist() == [
        sum(response["flags"] >> bit & 1 for response in responses) for bit in range(len(FLAGS))
    ]


def test_what_is_counted_and_what_is_not_stay_apart():
    answers = np.array([[5] * 7, [1] * 7], dtype=np.int16)
    state = tally(WAVE, answers, cells=["F", "F"], counted=[True, False])

    assert state.block("accept").tolist() == [1, 1]
    assert state.block("accept", counted=False).tolist() == [1, 0]
    assert state.block("accept", counted=None).tolist() == [2, 1]
    assert list(state.by_cell("n")) == ["F"]


def test_missing_answers_are_told_apart():
    answers = np.full((3, 7), [[NOT_APPLICABLE], [DONT_KNOW], [NO_ANSWER]], dtype=np.int16)
    state = tally(WAVE, answers, cells=["F"] * 3)

    assert state.block("item:CS").tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert state.block("score:BI").tolist() == [0, 0, 0]
    assert state.block("accept").tolist() == [0, 0]


def test_completeness_takes_dont_know_for_an_answer_and_leaves_out_what_does_not_apply():
    na, dk, no = NOT_APPLICABLE, DONT_KNOW, NO_ANSWER
    answers = np.array(
        [
            [na, na, 3, 3, 3, dk, no],
            [3, 3, 3, 3, no, no, no],
            [3, 3, 3, no, no, no, no],
        ],
        dtype=np.int16,
    )

    assert tally(WAVE, answers, cells=["F"] * 3).block("disposition").tolist() == [1, 1, 1]


@given(st.lists(st.lists(ANSWER, min_size=7, max_size=7), min_size=1, max_size=6))
def test_complete_is_who_answered_four_fifths_of_what_applied_and_partial_who_answered_half(rows):
    expected = [0, 0, 0]
    for row in rows:
        applied = [answer for answer in row if answer != NOT_APPLICABLE]
        told = Fraction(sum(answer != NO_ANSWER for answer in applied), max(1, len(applied)))
        expected[0 if told >= Fraction(4, 5) else 1 if told >= Fraction(1, 2) else 2] += 1

    state = tally(WAVE, np.array(rows, dtype=np.int16), cells=["F"] * len(rows))
    assert state.block("disposition").tolist() == expected


def test_whom_nothing_applies_to_has_completed_nothing_and_who_never_knows_has():
    answers = np.full((2, 7), [[NOT_APPLICABLE], [DONT_KNOW]], dtype=np.int16)

    assert tally(WAVE, answers, cells=["F"] * 2).block("disposition").tolist() == [1, 0, 1]


def test_informed_needs_three_of_the_first_four_and_somebody_who_answered():
    marks = [[1, 1, 1, 0, 0], [1, 1, 0, 0, 1], [NO_ANSWER] * 5, [DONT_KNOW] * 5]
    answers = np.array([[5] * 7, [5] * 7, [5] * 7, [1] * 7], dtype=np.int16)
    state = tally(WAVE, answers, cells=["F"] * 4, marks=marks)

    assert state.block("informed").tolist() == [1, 1, 1, 2, 2, 1]
    assert state.block("question").reshape(5, 4)[4].tolist() == [1, 1, 1, 1]


def test_drivers_and_their_outcome_are_counted_together_where_all_their_items_are_answered():
    answers = np.array([[5, 4, 2, 3, 4, 5, 1], [1, 2, 3, 4, 5, 1, NO_ANSWER], [5, 5, DONT_KNOW, 5, 5, 5, 5]])
    n, sums, products = cross_products(tally(WAVE, answers, cells=["F", "M", "F"]).block("drivers"), 6)
    # FA4 is reversed and comes first, as named; the third person left it open.
    complete = np.array([[4, 5, 4, 3, 4, 5], [3, 1, 2, 4, 5, 1]])

    assert [item.code for item in WAVE.driver_items] == ["FA4", "PU1", "PU2", "BI1", "BI2", "BI3"]
    assert (n, sums.tolist()) == (2, complete.sum(axis=0).tolist())
    assert products.tolist() == (complete.T @ complete).tolist()


def test_a_wave_without_drivers_counts_none():
    assert "drivers" not in PRAGMATIC.sections
    assert "understanding" not in PRAGMATIC.sections


def test_understanding_adds_up_right_wrong_and_unknown():
    # Case G25: C 3, W 1, K 1, confident wrong 1/2; then five right, who has nothing to be wrong about; nobody.
    marks = [[1, 1, 0, DONT_KNOW, 1], [1] * 5, [NO_ANSWER] * 5]
    answers = np.full((3, 7), 4)
    state = tally(WAVE, answers, cells=["F"] * 3, marks=marks)

    assert state.block("understanding").tolist() == [2, 8, 1, 1, 9 + 25, 3, 1, 1, 30, 900]


def test_calibration_is_what_people_think_to_know_less_what_they_know():
    layout = Layout.of(
        {
            "items": [{"code": "CU1", "construct": "CU"}, {"code": "CU2", "construct": "CU"}],
            "informed": {"questions": 5, "subjective": ["CU1", "CU2"]},
        }
    )
    # Case G25: S .875, calibration .275; then 1 - 0.2 and 0 - 1; the last two cannot be compared.
    answers = np.array([[5, 4], [5, NO_ANSWER], [1, 1], [3, 3], [DONT_KNOW, NO_ANSWER]])
    marks = [[1, 1, 0, DONT_KNOW, 1], [1, 0, 0, 0, 0], [1] * 5, [NO_ANSWER] * 5, [1] * 5]
    block = tally(layout, answers, cells=["F"] * 5, marks=marks).block("calibration").tolist()

    assert layout.calibration_units == 240
    believed, gaps = [210, 240, 0, 120], [66, 192, -240]
    assert block[:3] == [4, sum(believed), sum(value**2 for value in believed)]
    assert block[3:] == [3, sum(gaps), sum(gap**2 for gap in gaps), 2, 1]


def test_states_of_different_layouts_do_not_mix():
    one, other = tally(PRAGMATIC, SAMPLE, cells=["all"] * 10), empty(WAVE)

    assert one != other
    with pytest.raises(ValueError, match="different layouts"):
        one.merge(other)
    with pytest.raises(OtherForm, match="another layout"):
        State.from_bytes(WAVE, one.to_bytes())


def test_bytes_of_another_version_are_recognised():
    data = tally(PRAGMATIC, SAMPLE, cells=["all"] * 10).to_bytes()

    with pytest.raises(OtherForm, match="not a state of this version"):
        State.from_bytes(PRAGMATIC, b"LLS1" + data[4:])


def earlier(state, without=(), **longer):
    """The bytes of a version that did not know some sections, or held some of them at another length."""
    names = {name: place for name, place in state.layout.sections.items() if name not in without}
    form = "\n".join(f"{longer.get(name, length)} {name}" for name, (_start, length) in names.items()).encode()
    data, layout = state.to_bytes(), state.layout
    head = 36
    count, named, formed = np.frombuffer(data, dtype="<u4", count=3, offset=head).tolist()
    start = head + 12 + named + formed
    kinds = np.frombuffer(data, dtype=np.uint8, count=layout.size, offset=start)
    kept = np.concatenate([np.arange(place, place + length) for place, length in names.values()])
    columns = b"".join(
        np.ascontiguousarray(state.table[:, kept[kinds[kept] == number]].T, dtype=kind).tobytes()
        for number, kind in enumerate(("<u1", "<u2", "<u4", "<i1", "<i2", "<i4", "<i8"), start=1)
    )
    sizes = np.array([count, named, len(form)], dtype="<u4").tobytes()
    return data[:head] + sizes + data[head + 12 : head + 12 + named] + form + kinds[kept].tobytes() + columns


def test_bytes_of_a_version_that_counted_less_are_read_as_far_as_they_go():
    answers = np.array([[5, 4, 2, 3, 4, 5, 1], [1, 2, 3, 4, 5, 1, 2]])
    state = tally(WAVE, answers, cells=["F", "M"], marks=[[1, 1, 0, 1, 1], [0, 0, 1, 0, DONT_KNOW]])
    read = State.from_bytes(WAVE, earlier(state, without=("drivers", "understanding")))

    assert earlier(state) == state.to_bytes()
    assert not read.block("drivers").any()
    assert read.block("calibration").tolist() == state.block("calibration").tolist()
    assert read.block("item:PU1").tolist() == state.block("item:PU1").tolist()
    with pytest.raises(OtherForm, match="holds duration as this version does not count it"):
        State.from_bytes(WAVE, earlier(state, duration=7))


def test_a_layout_keeps_its_fingerprint_when_later_versions_can_say_more():
    described = PRAGMATIC.describe()
    earlier_description = {name: described[name] for name in ("items", "groups", "modes")}

    assert Layout.of(earlier_description).fingerprint == PRAGMATIC.fingerprint
    assert Layout.of({**described, "groups": ["65+"]}).fingerprint != PRAGMATIC.fingerprint


def test_counts_of_a_wave_without_known_instruments_keep_their_bytes():
    # As an earlier version wrote them: snapshots are told by the hash of theirs.
    data = tally(PRAGMATIC, SAMPLE, cells=["all"] * 10).to_bytes()

    assert sha256(data).hexdigest() == "e0e838de00d47b6e8bb0fb063e43007ad89510e1e89f980ea5b1d7eb943cfa64"


def test_damaged_bytes_are_refused():
    data = tally(PRAGMATIC, SAMPLE, cells=["all"] * 10).to_bytes()

    with pytest.raises(ValueError, match="goes on"):
        State.from_bytes(PRAGMATIC, data + b"\0")
    for length in range(36, len(data)):
        with pytest.raises(ValueError, match="data ends"):
            State.from_bytes(PRAGMATIC, data[:length])


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"answers": np.full((2, 6), 3)}, "answers must be n x 7"),
        ({"answers": np.full((2, 7), 6)}, "answers hold 6 for PU1"),
        ({"cells": ["F"]}, "cells"),
        ({"counted": [True]}, "counted"),
        ({"modes": ["self", "fax"]}, "fax"),
        ({"modes": ["self"]}, "modes"),
        ({"use_levels": [6, 1]}, "use_levels"),
        ({"flags": [16, 0]}, "flags"),
        ({"members": [[1, 0]]}, "members"),
        ({"members": [[2, 0], [0, 0]]}, "members"),
        ({"marks": [[2] * 5] * 2}, "marks"),
        ({"milliseconds": [1]}, "milliseconds"),
    ],
)
def test_impossible_input_is_named(change, names):
    arguments = {"answers": np.full((2, 7), 3), "cells": ["F", "F"], **change}
    with pytest.raises(ValueError, match=names):
        tally(WAVE, **arguments)


def sus_of(*constructs):
    return {"name": "SUS", "method": "sus", "constructs": list(constructs)}


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ({"items": []}, "items"),
        ({"items": [{"code": "Q"}, {"code": "Q"}]}, "items repeat"),
        ({"items": [{"code": "Q", "lo": 5, "hi": 5}]}, "Q has the impossible scale"),
        ({"items": [{"code": "Q", "lo": 0, "hi": 100}]}, "Q has the impossible scale"),
        (
            {"items": [{"code": "Q", "construct": "C"}, {"code": "R", "hi": 7, "construct": "C"}]},
            "construct C mixes scales",
        ),
        ({"items": [{"code": f"Q{n}", "construct": "C"} for n in range(11)]}, "1 to 10"),
        ({"items": [{"code": "Q"}], "accept": {"items": ["R"]}}, "accept names unknown items: R"),
        ({"items": [{"code": "Q"}], "accept": {"items": ["Q"], "answered": 2}}, "accept cannot need 2"),
        ({"items": [{"code": "Q"}], "groups": ["g", "g"]}, "groups repeat"),
        ({"items": [{"code": "Q"}], "informed": {"questions": 3}}, "informed"),
        ({"items": [{"code": "Q"}], "informed": {"questions": 11}}, "11 questions"),
        (
            {"items": [{"code": "Q"}], "informed": {"questions": 4, "subjective": ["R"]}},
            "informed names unknown items: R",
        ),
        ({"items": [{"code": "Q"}], "informed": {"subjective": ["Q"]}}, "without any question"),
        (
            {"items": [{"code": "Q"}, {"code": "R", "hi": 7}], "informed": {"questions": 4, "subjective": ["Q", "R"]}},
            "informed mixes scales",
        ),
        ({"items": [{"code": "Q"}], "drivers": {"constructs": ["C"], "outcome": "D"}}, "unknown constructs: C, D"),
        (
            {"items": [{"code": "Q", "construct": "C"}], "drivers": {"constructs": ["C"], "outcome": "C"}},
            "2 to 10 constructs",
        ),
        (
            {
                "items": [{"code": "Q", "construct": "C"}, {"code": "R", "construct": "D"}],
                "drivers": {"constructs": ["C", "D"], "outcome": "D"},
            },
            "drivers repeat a construct",
        ),
        (
            {
                "items": [{"code": code, "construct": code} for code in "CDE"],
                "drivers": {"constructs": ["C", "D"], "outcome": "E", "turned": ["E"]},
            },
            "drivers turn what is no driver: E",
        ),
        (
            {"items": [{"code": "Q", "construct": "C"}], "instruments": [sus_of("C", "D")]},
            "instrument SUS names unknown constructs: D",
        ),
        ({"items": [{"code": "Q", "construct": "C"}], "instruments": [sus_of("C")]}, "not laid out as the SUS"),
        (
            {"items": [{"code": "Q", "construct": "C"}], "instruments": [sus_of("C") | {"method": "mean"}]},
            "2 constructs or more",
        ),
        (
            {"items": [{"code": "Q", "construct": "C"}], "instruments": [sus_of("C") | {"method": "sum"}]},
            "unknown method sum",
        ),
        ({"items": [{"code": "Q"}], "instruments": [sus_of(), sus_of()]}, "instruments repeat a name: SUS, SUS"),
    ],
)
def test_a_layout_that_cannot_be_counted_is_refused(description, names):
    with pytest.raises(ValueError, match=names):
        Layout.of(description)


def test_a_layout_is_described_without_loss():
    assert Layout.of(WAVE.describe()) == WAVE
    assert Layout.of(WAVE.describe()).fingerprint == WAVE.fingerprint != PRAGMATIC.fingerprint


def test_a_cross_product_block_of_the_wrong_size_is_refused():
    with pytest.raises(ValueError, match="block of 2 items must hold 6"):
        cross_products(np.zeros(5, dtype=np.int64), 2)


def test_a_chunk_of_five_thousand_responses_is_counted_at_once():
    random = np.random.default_rng(7)
    layout = Layout.of(
        {
            "items": [{"code": f"Q{n}", "construct": f"C{n // 3}"} for n in range(20)],
            "accept": {"items": ["Q0", "Q1", "Q2"], "answered": 2},
            "groups": ["65+"],
            "informed": {"questions": 4},
        }
    )
    answers = random.choice([1, 2, 3, 4, 5, DONT_KNOW, NO_ANSWER], (5000, 20)).astype(np.int16)
    cells = random.choice([f"F/{band}" for band in range(60)], 5000)

    def seconds():
        started = perf_counter()
        tally(layout, answers, cells=cells)
        return perf_counter() - started

    # The best of several runs: a busy machine is slow now and then, a slow tally always.
    assert min(seconds() for _run in range(7)) < 0.05
