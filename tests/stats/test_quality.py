"""Stuffed ballots: bursts (G27, Poisson tails), the same answers again, and a door unlike the others."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.quality import Alike, bursts, duplicates, is_burst, poisson_tail, source_skew
from surveys.stats.scoring import NO_ANSWER

MORNING = datetime(2027, 3, 1, 9, 0)
ROW = [4, 4, 5, 2, 4, 3, 4, 4, 5, 4, 1, 4]


def minutes(*after):
    return [MORNING + timedelta(minutes=minute) for minute in after]


def daily(days, count, *, at=MORNING):
    return [at + timedelta(days=day, seconds=second) for day in range(days) for second in range(count)]


def test_poisson_tails_of_g27():
    assert poisson_tail(14, 2) == pytest.approx(2.9305696e-08, rel=1e-6)
    assert poisson_tail(25, 6) == pytest.approx(5.8875199e-09, rel=1e-6)
    assert is_burst(14, 2)
    assert is_burst(25, 6)
    # 9 at a usual 0.5 are far out in the tail, and too few to be called a burst.
    assert poisson_tail(9, 0.5) < 1e-6
    assert not is_burst(9, 0.5)


def test_poisson_tail_is_scipys():
    from scipy.stats import poisson

    for count in (0, 1, 10, 40):
        assert poisson_tail(count, 3.5) == pytest.approx(poisson.sf(count - 1, 3.5), rel=1e-9)


def test_burst_is_measured_against_the_same_ten_minutes_of_other_days():
    # Two a day at nine, fourteen on the fourth day; at noon fourteen are what every day brings.
    usual = daily(7, 2) + daily(7, 14, at=MORNING.replace(hour=12))
    rush = [MORNING + timedelta(days=3, seconds=30 + second) for second in range(12)]
    found = bursts(range(len(usual) + 12), usual + rush)

    (burst,) = found.found
    assert (burst.start, burst.count, burst.usual) == (MORNING + timedelta(days=3), 14, 2.0)
    assert burst.p == pytest.approx(2.9305696e-08, rel=1e-6)
    assert set(range(len(usual), len(usual) + 12)) <= set(found.ids)
    assert (len(found.ids), found.n, found.reason) == (14, 124, None)


def test_days_without_answers_count_as_days():
    # Ten at nine on the first day, one response ten days later: nine silent days make the usual count 0, taken as .5.
    found = bursts(range(11), [*daily(1, 10), MORNING + timedelta(days=10, hours=5)])

    assert [(burst.count, burst.usual) for burst in found.found] == [(10, 0.5)]


def test_one_day_has_nothing_to_be_compared_with():
    assert bursts(range(40), daily(1, 40)).reason == Reason.TOO_FEW
    assert bursts([], []).reason == Reason.NO_ANSWERS


def test_the_same_token_twice_is_a_set():
    found = duplicates([7, 8, 9], [[1], [2], [3]], minutes(0, 5, 900), tokens=["a", "b", "a"])

    assert [(one.kind, one.ids, one.together) for one in found.found] == [(Alike.TOKEN, (7, 9), 1)]
    assert (found.ids, found.n) == ((7, 9), 3)


def test_responses_without_a_token_share_none():
    assert duplicates([7, 8], [[1], [2]], minutes(0, 5), tokens=[None, None]).found == ()


def test_four_with_the_same_answers_half_of_them_in_an_hour_are_a_set():
    found = duplicates([1, 2, 3, 4, 5], [ROW] * 4 + [ROW[::-1]], minutes(0, 60, 500, 900, 2))

    assert [(one.kind, one.ids, one.together) for one in found.found] == [(Alike.ANSWERS, (1, 2, 3, 4), 2)]


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        ([ROW] * 3, (0, 1, 2)),
        ([ROW] * 4, (0, 61, 122, 183)),
        ([ROW[:11]] * 4, (0, 1, 2, 3)),
        ([[4] * 11 + [5]] * 4, (0, 1, 2, 3)),
        ([[4] * 10 + [5, NO_ANSWER]] * 4, (0, 1, 2, 3)),
    ],
    ids=["three", "spread over the day", "eleven items", "two values", "silence is no value"],
)
def test_what_happens_by_itself_is_no_set(rows, after):
    assert duplicates(range(len(rows)), rows, minutes(*after)).found == ()


def test_silence_in_different_places_is_not_the_same():
    rows = [ROW[:place] + [NO_ANSWER] + ROW[place + 1 :] for place in range(4)]

    assert duplicates(range(4), rows, minutes(0, 1, 2, 3)).found == ()


@given(st.permutations(range(9)))
def test_order_of_the_responses_does_not_matter(order):
    rows, tokens = [ROW] * 5 + [ROW[::-1]] * 4, ["a", "a", *"bcdefgh"]
    moments = minutes(0, 10, 20, 300, 600, 0, 1, 2, 3)
    shuffled = duplicates(
        [order[place] for place in range(9)],
        [rows[order[place]] for place in range(9)],
        [moments[order[place]] for place in range(9)],
        tokens=[tokens[order[place]] for place in range(9)],
    )

    assert shuffled == duplicates(range(9), rows, moments, tokens=tokens)
    assert len(shuffled.found) == 3


def test_a_door_far_from_the_others_is_flagged():
    counts = {"kiosk": {1: 55, 0: 5}, "mail": {1: 120, 0: 80}, "desk": {1: 30, 0: 20}}
    kiosk, mail, desk = source_skew(counts)

    assert kiosk.distance == pytest.approx(55 / 60 - 150 / 250)
    assert kiosk.flagged
    # Far below .01, and yet not far enough apart.
    assert mail.adjusted < 0.01
    assert mail.distance < 0.3
    assert not mail.flagged
    assert (desk.n, desk.n_rest, desk.flagged) == (50, 260, False)


def test_chi_square_is_scipys_and_holm_is_over_the_tested_doors():
    from scipy.stats import chi2_contingency

    counts = {
        "a": {1: 10, 2: 20, 3: 30, 4: 0},
        "b": {1: 30, 2: 20, 3: 10, 4: 5},
        "c": {1: 12, 2: 9, 3: 14, 4: 2},
        "tiny": {1: 9, 2: 0, 3: 0, 4: 0},
    }
    found = {skew.source: skew for skew in source_skew(counts)}
    rest = [sum(counts[name][value] for name in ("b", "c", "tiny")) for value in (1, 2, 3, 4)]
    expected = chi2_contingency([list(counts["a"].values()), rest], correction=False).pvalue

    assert found["a"].p == pytest.approx(expected, rel=1e-9)
    p_values = sorted(found[name].p for name in "abc")
    assert min(found[name].adjusted for name in "abc") == pytest.approx(3 * p_values[0])
    assert (found["tiny"].p, found["tiny"].reason) == (None, Reason.TOO_FEW)
    assert found["tiny"].distance > 0.3
    assert not found["tiny"].flagged


def test_nothing_to_compare_is_a_reason():
    alone, nobody = source_skew({"only": {1: 40}, "closed": {}})

    assert (alone.reason, nobody.reason) == (Reason.NO_ANSWERS, Reason.NO_ANSWERS)
    assert {skew.reason for skew in source_skew({"a": {1: 40}, "b": {1: 40}})} == {Reason.NO_VARIATION}
    assert duplicates([], [], []).reason == Reason.NO_ANSWERS
    assert source_skew({}) == []


@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.dictionaries(st.integers(1, 5), st.integers(0, 60), min_size=1),
        min_size=2,
    ),
    st.data(),
)
def test_names_of_the_doors_do_not_matter(counts, data):
    order = data.draw(st.permutations(list(counts)))
    shuffled = {skew.source: skew for skew in source_skew({source: counts[source] for source in order})}

    assert shuffled == {skew.source: skew for skew in source_skew(counts)}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: poisson_tail(-1, 2), "count"),
        (lambda: poisson_tail(1, 0), "usual"),
        (lambda: bursts([1], []), "equal lengths: ids 1, moments 0"),
        (lambda: duplicates([1], [ROW], minutes(0), tokens=[]), "tokens 0"),
        (lambda: duplicates([1], [1], minutes(0)), "answers"),
        (lambda: source_skew({"a": {1: -1}}), "source a"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()


def test_sets_of_equal_answers_are_those_of_a_dictionary_whatever_the_integers():
    random = np.random.default_rng(7)
    answers = np.array([[1, 2, 3] * 4, [3, 2, 1] * 4, [5, 98, 4] * 4, [99, 1, 2] * 4])[random.integers(0, 4, 60)]
    moments = [datetime(2027, 3, 1, 9) + timedelta(seconds=number) for number in range(60)]
    sets = defaultdict(list)
    for number, row in enumerate(answers.tolist()):
        sets[tuple(row)].append(number)
    # A missing code is compared like an answer and is no value of its own.
    expected = sorted(tuple(ids) for row, ids in sets.items() if len(set(row) - {97, 98, 99}) >= 3)

    for kind in (np.int16, np.int64, np.float64):
        assert [found.ids for found in duplicates(range(60), answers.astype(kind), moments).found] == expected
    assert len(expected) == 2
