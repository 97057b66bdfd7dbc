"""People in two waves: the same counts in any order and split, and from them the same change as from the answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.change import available_means, paired_means, paired_shares
from surveys.stats.estimates import Reason
from surveys.stats.layout import Layout
from surveys.stats.means import mean_of_sums, mean_of_values
from surveys.stats.pairs import (
    PairLayout,
    Pairs,
    accept_change,
    attrition_between,
    available_accept,
    available_construct,
    construct_change,
    linked,
    tally_pairs,
    weighted_accept_change,
    weighted_construct_change,
)
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER
from surveys.stats.state import tally
from surveys.stats.weights import weighted_share

ITEMS = [
    {"code": "PU1", "construct": "PU"},
    {"code": "PU2", "construct": "PU"},
    {"code": "FA4", "construct": "FA", "reverse": True},
    {"code": "BI1", "construct": "BI"},
    {"code": "BI2", "construct": "BI"},
    {"code": "BI3", "construct": "BI"},
]
ACCEPT = {"items": ["BI1", "BI2", "BI3"], "answered": 2}
# The later wave asks in another order and one item more.
EARLIER = Layout.of({"items": ITEMS, "accept": ACCEPT})
LATER = Layout.of({"items": [{"code": "CS"}, *reversed(ITEMS)], "accept": ACCEPT})
# Within a construct the order is part of the series.
LATER_ALIKE = Layout.of({"items": [{"code": "CS"}, *ITEMS], "accept": ACCEPT})
LAYOUT = PairLayout(EARLIER, LATER_ALIKE)

ANSWER = st.sampled_from([1, 2, 3, 4, 5, DONT_KNOW, NO_ANSWER])
PERSON = st.tuples(
    st.lists(ANSWER, min_size=6, max_size=6),
    st.lists(ANSWER, min_size=7, max_size=7),
    st.sampled_from(["F/19-39", "F/65+", "M/65+", "남/unknown"]),
)
PEOPLE = st.lists(PERSON, max_size=14)


def counted(people):
    before = np.array([person[0] for person in people], dtype=np.int16).reshape(len(people), 6)
    after = np.array([person[1] for person in people], dtype=np.int16).reshape(len(people), 7)
    return tally_pairs(LAYOUT, before, after, cells=[person[2] for person in people])


def panel(n, seed):
    """Answers of one and the same panel in both waves; what people think lasts."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(3.4, 0.8, size=(n, 1))
    before = np.clip(np.rint(leaning + rng.normal(0, 0.7, size=(n, 6))), 1, 5).astype(np.int16)
    after = np.clip(np.rint(leaning + 0.3 + rng.normal(0, 0.7, size=(n, 7))), 1, 5).astype(np.int16)
    return before, after, np.array(["F", "M"])[rng.integers(0, 2, n)]


def scores_of(answers, columns):
    return answers[:, columns].mean(axis=1).tolist()


@given(PEOPLE, st.data())
def test_any_order_and_any_split_give_the_same_bytes(people, data):
    order, split = data.draw(st.permutations(people)), data.draw(st.integers(0, len(people)))
    whole, first, rest = counted(people), counted(order[:split]), counted(order[split:])

    assert first.merge(rest).to_bytes() == rest.merge(first).to_bytes() == whole.to_bytes()
    assert whole.subtract(first) == rest
    assert whole.subtract(whole) == counted([])
    assert Pairs.from_bytes(LAYOUT, whole.to_bytes()) == whole
    assert whole.n == len(people)


@given(PEOPLE)
def test_change_from_counts_is_change_from_answers(people):
    pairs = counted(people)

    def mean(answers):
        given_ = [answer for answer in answers if answer <= 5]
        return sum(given_) / len(given_) if len(given_) >= (len(answers) + 1) // 2 else None

    both = [(mean(before[:2]), mean(after[1:3])) for before, after, _cell in people]
    both = [pair for pair in both if None not in pair]
    expected = paired_means([one for one, _other in both], [other for _one, other in both])
    found = construct_change(pairs, "PU")
    assert (found.change.n, found.change.reason) == (expected.change.n, expected.change.reason)
    for name in ("t", "p", "d_z", "d_av", "r"):
        value = getattr(expected, name)
        assert getattr(found, name) == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12))

    def accepts(answers):
        given_ = [answer for answer in answers if answer <= 5]
        return sum(given_) / len(given_) >= 4 if len(given_) >= 2 else None

    said = [(accepts(before[3:]), accepts(after[4:])) for before, after, _cell in people]
    counts = [said.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))]
    assert accept_change(pairs) == paired_shares(*counts)


def test_agresti_from_counts():
    # G12: 1,600 voters; a yes is three fives, a no three ones.
    yes, no = [3, 3, 3, 5, 5, 5], [3, 3, 3, 1, 1, 1]
    before = np.array([yes] * 794 + [yes] * 150 + [no] * 86 + [no] * 570, dtype=np.int16)
    after = np.array([yes] * 794 + [no] * 150 + [yes] * 86 + [no] * 570, dtype=np.int16)
    pairs = tally_pairs(PairLayout(EARLIER, EARLIER), before, after, cells=["F", "M"] * 800)
    found = accept_change(pairs)

    assert pairs.block("accept").tolist() == [794, 150, 86, 570]
    assert found.value == pytest.approx(-0.04)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.058682936, -0.021217189), rel=1e-6)


def test_everyone_available_uses_the_covariance_of_those_in_both():
    before, after, cells = panel(300, 20270301)
    # The first 200 stayed, the last 80 of the later wave are new.
    early, late = before[:220], after[:280]
    pairs = tally_pairs(LAYOUT, before[:200], after[:200], cells=cells[:200])
    x, y = scores_of(early, [0, 1]), scores_of(late, [1, 2])
    means = mean_of_values(x), mean_of_values(y)
    covariance = float(np.cov(x[:200], y[:200])[0, 1])
    found = available_construct(pairs, "PU", *means)

    expected = available_means(*means, in_both=200, covariance=covariance)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.interval.low, expected.interval.high))
    assert found.interval.high - found.interval.low < available_means(*means).interval.high - found.interval.low


def test_acceptance_of_everyone_available_is_surer_than_of_different_people():
    before, after, cells = panel(300, 20270302)
    pairs = tally_pairs(LAYOUT, before, after, cells=cells)
    stayed, lost, gained, never = pairs.block("accept").tolist()
    shares = weighted_share({"": (300, stayed + lost)}), weighted_share({"": (300, stayed + gained)})
    found, apart = available_accept(pairs, *shares), available_accept(counted([]), *shares)

    assert found.value == apart.value == pytest.approx((gained - lost) / 300)
    assert found.interval.high - found.interval.low < apart.interval.high - apart.interval.low
    # Everybody stayed: about as wide as among the same people.
    paired = accept_change(pairs).interval
    assert found.interval.high - found.interval.low == pytest.approx(paired.high - paired.low, rel=0.03)


def test_equal_weights_give_the_plain_change_and_scaling_them_gives_the_same():
    before, after, cells = panel(120, 20270303)
    pairs = tally_pairs(LAYOUT, before, after, cells=cells)
    plain = construct_change(pairs, "BI").change
    equal = weighted_construct_change(pairs, "BI", {"F": 2.0, "M": 2.0})

    assert (equal.value, equal.standard_error) == pytest.approx((plain.value, plain.standard_error))
    assert (equal.interval.low, equal.interval.high) == pytest.approx((plain.interval.low, plain.interval.high))
    assert weighted_accept_change(pairs, {"F": 1.0, "M": 1.0}).value == pytest.approx(accept_change(pairs).value)
    uneven, scaled = (weighted_accept_change(pairs, {"F": factor, "M": 3 * factor}) for factor in (1.0, 7.5))
    assert (uneven.value, uneven.standard_error) == pytest.approx((scaled.value, scaled.standard_error))


def test_leavers_are_the_earlier_wave_less_those_who_stayed():
    before, after, cells = panel(200, 20270304)
    state = tally(EARLIER, before, cells=cells)
    pairs = tally_pairs(LAYOUT, before[:130], after[:130], cells=cells[:130])
    people = {cell: int(count[0]) for cell, count in state.by_cell("n").items()}
    found = attrition_between(pairs, people, {"PU": state.block("score:PU"), "FA": state.block("score:FA")})

    assert (found.retention.value, found.n) == (0.65, 200)
    left, kept = (np.array(scores_of(part, [0, 1])) for part in (before[130:], before[:130]))
    pooled = ((69 * left.var(ddof=1) + 129 * kept.var(ddof=1)) / 198) ** 0.5
    assert found.leavers["PU"].plain == pytest.approx((left.mean() - kept.mean()) / pooled)
    assert found.evenness.n == 130
    assert (found.leavers["FA"].n_1, found.leavers["FA"].n_2) == (70, 130)


def test_a_reworded_item_breaks_its_series_and_no_other():
    reworded = PairLayout(EARLIER, LATER_ALIKE, frozenset({"BI2"}))
    before, after, cells = panel(10, 1)
    pairs = tally_pairs(reworded, before, after, cells=cells)

    assert reworded.constructs == ("PU", "FA")
    assert not reworded.accept
    assert accept_change(pairs).reason == Reason.NO_ANSWERS
    assert construct_change(pairs, "PU").change.n == 10
    with pytest.raises(ValueError, match="BI was not asked alike"):
        construct_change(pairs, "BI")


def test_order_and_company_of_items_are_part_of_a_series():
    assert PairLayout(EARLIER, LATER).constructs == ("FA",)
    other_rule = Layout.of({"items": ITEMS, "accept": {**ACCEPT, "at_least": 3.5}})
    assert not PairLayout(EARLIER, other_rule).accept
    assert PairLayout(EARLIER, Layout.of({"items": ITEMS})).accept is False


def test_people_are_linked_by_their_key_only():
    before, after = linked(["k3", "k1", "k2"], ["k2", "k4", "k3"])

    assert [["k3", "k1", "k2"][place] for place in before] == [["k2", "k4", "k3"][place] for place in after]
    assert len(before) == 2
    assert [len(places) for places in linked([], ["k1"])] == [0, 0]


def test_two_people_of_one_cell_have_exact_sums():
    pairs = counted([([4, 5, 2, 4, 4, 4], [1, 3, 4, 2, 5, 5, 5], "F"), ([2, DONT_KNOW, 1, 1, 1, 1], [1] * 7, "F")])

    # In sixtieths: 4.5 and 2 before, 3.5 and 1 after.
    assert pairs.block("pair:PU").tolist() == [2, 390, 270, 270**2 + 120**2, 210**2 + 60**2, 270 * 210 + 120 * 60]
    assert pairs.block("stayers:FA").tolist() == [2, 540, 240**2 + 300**2]
    assert mean_of_sums(2, 390, 270**2 + 120**2, unit=60).value == 3.25
    assert pairs.block("accept").tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: linked(["k", "k"], []), "before holds a key twice"),
        (lambda: linked([], ["k", "k"]), "after holds a key twice"),
        (lambda: tally_pairs(LAYOUT, np.zeros((1, 5)), np.zeros((1, 7)), cells=["F"]), "before must be n x 6"),
        (lambda: tally_pairs(LAYOUT, np.full((1, 6), 6), np.ones((1, 7)), cells=["F"]), "before holds an answer off"),
        (lambda: tally_pairs(LAYOUT, np.ones((1, 6)), np.ones((2, 7)), cells=["F"]), "same people, got 1, 2, 1"),
        (lambda: counted([]).merge(Pairs(PairLayout(EARLIER, LATER), {})), "different layouts"),
        (lambda: Pairs.from_bytes(LAYOUT, b"LLS1"), "no pairs"),
        (lambda: Pairs.from_bytes(PairLayout(EARLIER, LATER), counted([]).to_bytes()), "another layout"),
        (lambda: Pairs.from_bytes(LAYOUT, counted([]).to_bytes() + b"\x01"), "middle of a row"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
