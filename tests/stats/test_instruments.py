"""Scores of the known instruments: G1, G2, G3, G15, and what must hold for any answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.comprehension import understanding
from surveys.stats.estimates import Reason
from surveys.stats.instruments import (
    SUS_AVERAGE,
    SUS_GRADES,
    UEQ_BENCHMARK,
    UEQ_S_BENCHMARK,
    UEQ_SCALES,
    Acceptability,
    PilotRecord,
    Word,
    acceptance_index,
    acceptance_index_of_means,
    acceptance_word,
    benchmark,
    out_of_100,
    overall_of_wave,
    recommend_index,
    recommend_index_of_wave,
    satisfaction,
    satisfaction_of_wave,
    score_of_wave,
    supported_steps,
    sus,
    sus_band,
    sus_of_wave,
    tendency,
    ueq,
    ueq_s,
    vdl,
)
from surveys.stats.layout import Instrument, Layout, instruments_among
from surveys.stats.means import mean_of_histogram, mean_of_values
from surveys.stats.reliability import alpha_of_products
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER, reverse
from surveys.stats.state import State, tally

# The sample sheet published in the UEQ-S data tool: ten people, eight word pairs, 1 to 7.
SHEET = [
    [1, 6, 4, 5, 3, 4, 3, 5],
    [5, 5, 4, 5, 2, 3, 4, 5],
    [6, 7, 2, 5, 5, 6, 5, 4],
    [5, 6, 6, 4, 4, 6, 6, 4],
    [4, 4, 4, 5, 5, 5, 4, 5],
    [6, 4, 4, 5, 6, 6, 5, 5],
    [5, 6, 6, 6, 3, 4, 4, 3],
    [7, 6, 4, 5, 5, 3, 5, 4],
    [7, 7, 6, 5, 4, 6, 5, 5],
    [6, 6, 5, 5, 6, 5, 6, 6],
]
UEQ_KEY = [(scale, (-1) ** place) for scale, items in UEQ_SCALES.items() for place in range(items)]

five = st.integers(1, 5)
seven = st.integers(1, 7)
missing = st.sampled_from([97, 98, 99])


SUS_AND_VDL = {"SUS": "sus", "useful": "vdl", "satisfying": "vdl"}


def state_of(items: list[dict[str, object]], rows: list[list[int]], methods: dict[str, str] | None = None) -> State:
    layout = Layout.of({"items": items})
    layout = replace(layout, instruments=instruments_among(methods or {}, layout.items))
    return tally(layout, np.array(rows, dtype=np.int16), cells=["all"] * len(rows))


def sus_items() -> list[dict[str, object]]:
    return [{"code": f"SUS{n}", "construct": "SUS", "reverse": n % 2 == 0} for n in range(1, 11)]


# SUS


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        # G1: the first is Brooke's own worked case (1996).
        ([5, 4, 2, 1, 2, 3, 2, 4, 5, 2], 55),
        ([3] * 10, 50),
        ([5, 1] * 5, 100),
        ([5] * 10, 50),
        ([1, 5] * 5, 0),
    ],
)
def test_sus_is_scored_as_brooke_does(answers, score):
    assert sus(answers).score == score


def test_two_missing_sus_answers_are_the_middle_and_are_noted_but_three_are_no_score():
    assert (sus([5, 1] * 4 + [DONT_KNOW, NO_ANSWER]).score, sus([5, 1] * 4 + [DONT_KNOW, NO_ANSWER]).filled) == (90, 2)
    lost = sus([5, 1] * 3 + [5, DONT_KNOW, NO_ANSWER, 97])
    assert (lost.score, lost.learnability, lost.usability, lost.filled) == (None, None, None, 3)


def test_parts_of_the_sus_are_learnability_and_usability():
    # Items 4 and 10 as good as can be, all others as bad as can be.
    answers = [1, 5, 1, 1, 1, 5, 1, 5, 1, 1]
    assert (sus(answers).learnability, sus(answers).usability, sus(answers).score) == (100, 0, 20)


@pytest.mark.parametrize(("pair", "flag"), [((3, 8), True), ((7, 10), True), ((3, 7), False), ((8, 10), False)])
def test_agreeing_with_both_sides_of_the_sus_is_flagged(pair, flag):
    answers = [3] * 10
    for number in pair:
        answers[number - 1] = 4
    assert sus(answers).both_sides is flag


def test_not_knowing_is_not_agreeing_with_both_sides():
    answers = [3] * 10
    answers[2], answers[7] = 5, DONT_KNOW
    assert not sus(answers).both_sides


@given(st.lists(five, min_size=10, max_size=10))
def test_sus_stays_in_range_and_is_its_parts_weighed(answers):
    found = sus(answers)
    assert found.score is not None
    assert 0 <= found.score <= 100
    assert found.score == pytest.approx(0.2 * found.learnability + 0.8 * found.usability)
    turned = sus([reverse(value, 1, 5) for value in answers])
    assert turned.score == 100 - found.score


@pytest.mark.parametrize(
    ("mean", "grade", "acceptability"),
    [
        (84.1, "A+", Acceptability.YES),
        (84.0, "A", Acceptability.YES),
        (71.1, "C+", Acceptability.YES),
        (71.0, "C", Acceptability.MARGINAL),
        (SUS_AVERAGE, "C", Acceptability.MARGINAL),
        (51.7, "D", Acceptability.MARGINAL),
        (51.6, "F", Acceptability.NO),
        (0, "F", Acceptability.NO),
        (100, "A+", Acceptability.YES),
    ],
)
def test_bands_begin_at_their_lower_limit(mean, grade, acceptability):
    assert (sus_band(mean).grade, sus_band(mean).acceptability) == (grade, acceptability)


def test_grades_cover_all_percentiles_without_gap():
    spans = [percentiles for _low, _grade, percentiles in SUS_GRADES]
    assert (spans[0][1], spans[-1][0]) == (100, 0)
    assert all(upper[0] == lower[1] + 1 for upper, lower in pairwise(spans))
    low, high = sus_band(SUS_AVERAGE).percentiles
    assert low <= 50 <= high


def test_sus_of_a_wave_scores_up_to_two_missing_answers_as_the_middle():
    # G1, then 40 of which two are missing, then three missing.
    rows = [[5, 4, 2, 1, 2, 3, 2, 4, 5, 2], [3] * 10, [5, 1] * 5, [5] * 10]
    rows += [[5, 1] * 4 + [DONT_KNOW, NO_ANSWER], [5, 1] * 3 + [97, 98, 99, 3]]
    found = sus_of_wave(state_of(sus_items(), rows, SUS_AND_VDL))
    expected = mean_of_values([55, 50, 100, 50, 90])

    assert (found.mean.value, found.mean.sd) == pytest.approx((expected.value, expected.sd))
    assert (found.mean.interval.low, found.mean.interval.high) == pytest.approx(
        (expected.interval.low, expected.interval.high)
    )
    # Whoever agrees with everything agrees with both sides.
    assert (found.mean.n, found.left_out, found.filled, found.both_sides) == (5, 1, 1, 1)


@given(st.lists(st.lists(st.one_of(five, five, five, missing), min_size=10, max_size=10), min_size=1, max_size=8))
def test_sus_of_a_wave_and_its_parts_are_the_means_of_its_people(rows):
    found = sus_of_wave(state_of(sus_items(), rows, SUS_AND_VDL))
    people = [sus(row) for row in rows]
    scored = [person for person in people if person.score is not None]

    assert (found.mean.n, found.left_out) == (len(scored), len(rows) - len(scored))
    assert found.filled == sum(person.filled > 0 for person in scored)
    assert found.both_sides == sum(person.both_sides for person in scored)
    if scored:
        assert found.mean.value == pytest.approx(np.mean([person.score for person in scored]))
        for name, part in found.parts.items():
            assert part.value == pytest.approx(np.mean([getattr(person, name) for person in scored]))


def test_an_instrument_is_counted_only_where_all_of_it_is_asked():
    layout = Layout.of({"items": [*sus_items(), *VDL_ITEMS]})

    assert instruments_among(SUS_AND_VDL, layout.items) == (
        Instrument("SUS", "sus", ("SUS",)),
        Instrument("VDL", "mean", ("useful", "satisfying")),
    )
    assert instruments_among(SUS_AND_VDL, layout.items[:9]) == ()
    assert instruments_among({}, layout.items) == ()


def test_counts_made_before_missing_answers_were_filled_in_are_of_those_who_answered_it_whole():
    rows = [[5, 4, 2, 1, 2, 3, 2, 4, 5, 2], [3] * 10, [5, 1] * 5, [5, 1] * 4 + [DONT_KNOW, NO_ANSWER]]
    found = sus_of_wave(state_of(sus_items(), rows))
    expected = mean_of_values([55, 50, 100])

    assert (found.mean.value, found.mean.sd) == pytest.approx((expected.value, expected.sd))
    assert (found.mean.interval.low, found.mean.interval.high) == pytest.approx(
        (expected.interval.low, expected.interval.high)
    )
    assert (found.mean.n, found.left_out, found.reading) == (3, 1, "C")


def test_sus_of_nobody_has_a_reason_and_no_grade():
    found = sus_of_wave(state_of(sus_items(), [[NO_ANSWER] * 10]))
    assert (found.mean.value, found.mean.reason, found.reading, found.left_out) == (None, Reason.NO_ANSWERS, "", 1)


def test_another_construct_is_not_taken_for_the_sus():
    items = [{"code": f"Q{n}", "construct": "SUS"} for n in range(10)]
    with pytest.raises(ValueError, match="not laid out as the SUS"):
        sus_of_wave(state_of(items, [[3] * 10]))


@given(st.lists(st.lists(five, min_size=10, max_size=10), min_size=2, max_size=8), st.randoms())
def test_order_of_people_does_not_matter_and_a_wave_is_the_mean_of_its_people(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    found = sus_of_wave(state_of(sus_items(), rows))

    assert found == sus_of_wave(state_of(sus_items(), shuffled))
    assert found.mean.value == pytest.approx(np.mean([sus(row).score for row in rows]))


# UEQ-S and UEQ


def test_ueq_s_of_the_published_sheet():
    people = [ueq_s(row) for row in SHEET]

    # G2.
    assert [person.pragmatic for person in people] == [0, 0.75, 1, 1.25, 0.25, 0.75, 1.75, 1.5, 2.25, 1.5]
    assert [person.hedonic for person in people] == [-0.25, -0.5, 1, 1, 0.75, 1.5, -0.5, 0.25, 1, 1.75]
    assert np.mean([person.overall for person in people]) == pytest.approx(0.85)


def test_ueq_s_of_a_wave_with_intervals_and_alpha():
    items = [{"code": f"U{n}", "lo": 1, "hi": 7, "construct": "PQ" if n <= 4 else "HQ"} for n in range(1, 9)]
    state = state_of(items, SHEET)
    pragmatic, hedonic = (score_of_wave(state, name, benchmark_limits=UEQ_S_BENCHMARK[name]) for name in ("PQ", "HQ"))

    # G2.
    assert (pragmatic.mean.value, hedonic.mean.value) == pytest.approx((1.10, 0.60))
    assert (pragmatic.mean.sd, hedonic.mean.sd) == pytest.approx((0.68920244, 0.80966385), rel=1e-6)
    assert (pragmatic.mean.interval.low, pragmatic.mean.interval.high) == pytest.approx(
        (0.60697428, 1.5930257), rel=1e-6
    )
    assert (hedonic.mean.interval.low, hedonic.mean.interval.high) == pytest.approx((0.020801371, 1.1791986), rel=1e-6)
    assert (pragmatic.reading, hedonic.reading, pragmatic.lo, pragmatic.hi) == ("below average", "below average", -3, 3)
    for columns, alpha in ((slice(0, 4), 0.27680312), (slice(4, 8), 0.70903955)):
        part = np.array(SHEET)[:, columns]
        assert alpha_of_products(len(part), part.sum(axis=0), part.T @ part).value == pytest.approx(alpha, rel=1e-6)
    assert score_of_wave(state, "PQ").reading == "positive"


@pytest.mark.parametrize(
    ("answers", "scores"),
    [
        ([4] * 8, (0, 0, 0)),
        ([7] * 4 + [1] * 4, (3, -3, 0)),
        ([7, 7, NO_ANSWER, DONT_KNOW, 4, 4, 4, 4], (3, 0, 1)),
        ([7, NO_ANSWER, NO_ANSWER, DONT_KNOW, 4, 4, 4, 4], (None, 0, None)),
    ],
)
def test_the_middle_is_zero_and_half_of_the_items_make_a_score(answers, scores):
    found = ueq_s(answers)
    assert (found.pragmatic, found.hedonic, found.overall) == scores


@given(st.lists(seven, min_size=8, max_size=8))
def test_turning_every_word_pair_around_turns_the_sign(answers):
    found, turned = ueq_s(answers), ueq_s([8 - value for value in answers])
    assert found.pragmatic == -turned.pragmatic
    assert -3 <= found.overall <= 3


def test_ueq_follows_its_key():
    best = [7 if sign == 1 else 1 for _scale, sign in UEQ_KEY]
    found = ueq(best, UEQ_KEY)

    assert set(found.scales.values()) == {3.0}
    assert not found.wide
    assert not found.inconsistent
    assert set(ueq([4] * 26, UEQ_KEY).scales.values()) == {0.0}


def test_ueq_notes_what_contradicts_itself_and_what_never_changes():
    straight = ueq([7] * 26, UEQ_KEY)
    assert straight.monotonous
    assert straight.wide == tuple(UEQ_SCALES)
    assert straight.inconsistent
    answers = [4] * 10 + [5] * 16
    answers[0], answers[2] = 1, 7
    one = ueq(answers, UEQ_KEY)
    assert (one.wide, one.inconsistent, one.monotonous) == (("ATT",), False, True)
    assert not ueq([4] * 15 + [5] * 11, UEQ_KEY).monotonous


def test_ueq_needs_the_official_key():
    with pytest.raises(ValueError, match="key must give six items"):
        ueq([4] * 26, UEQ_KEY[:-1] + [("ATT", 1)])
    with pytest.raises(ValueError, match="signs"):
        ueq([4] * 26, [(scale, 0) for scale, _sign in UEQ_KEY])


@pytest.mark.parametrize("limits", [*UEQ_BENCHMARK.values(), *UEQ_S_BENCHMARK.values()])
def test_benchmark_words_begin_at_their_limits(limits):
    words = [benchmark(limit, limits) for limit in limits]
    assert words == ["excellent", "good", "above average", "below average"]
    assert benchmark(limits[-1] - 0.01, limits) == "bad"
    with pytest.raises(ValueError, match="limits"):
        benchmark(0, limits[::-1])
    with pytest.raises(ValueError, match="mean"):
        benchmark(3.01, limits)


def test_tendency_is_neutral_up_to_eight_tenths():
    assert [tendency(mean) for mean in (-0.81, -0.8, 0, 0.8, 0.81)] == [
        "negative", "neutral", "neutral", "neutral", "positive",
    ]  # fmt: skip


# Van der Laan

VDL_ITEMS = [
    {"code": f"V{n}", "construct": "useful" if n % 2 else "satisfying", "reverse": n not in (3, 6, 8)}
    for n in range(1, 10)
]


def test_van_der_laan_turns_three_items_around():
    found = vdl([1, 2, 4, 2, 1, 5, 2, 4, 3])

    # G3.
    assert (found.usefulness, found.satisfying) == (1.2, 1.25)
    assert found.overall == pytest.approx(11 / 9)


def test_van_der_laan_item_by_item():
    alone = [{**item, "construct": item["code"]} for item in VDL_ITEMS]
    state = state_of(alone, [[1, 2, 4, 2, 1, 5, 2, 4, 3]])

    # G3.
    assert [score_of_wave(state, item["code"]).mean.value for item in alone] == [2, 1, 1, 1, 2, 2, 1, 1, 0]


def test_van_der_laan_of_a_wave_is_the_mean_of_its_people():
    rows = [[1, 2, 4, 2, 1, 5, 2, 4, 3], [3] * 9, [1, 1, 5, 1, 1, 5, 1, 5, 1]]
    state = state_of(VDL_ITEMS, rows)

    assert score_of_wave(state, "useful").mean.value == pytest.approx((1.2 + 0 + 2) / 3)
    assert score_of_wave(state, "satisfying").mean.value == pytest.approx((1.25 + 0 + 2) / 3)
    assert (score_of_wave(state, "useful").lo, score_of_wave(state, "useful").reading) == (-2, "")


@given(st.lists(st.lists(st.one_of(five, missing), min_size=9, max_size=9), min_size=1, max_size=8))
def test_all_nine_of_van_der_laan_in_a_wave_are_the_mean_of_its_people(rows):
    found = overall_of_wave(state_of(VDL_ITEMS, rows, SUS_AND_VDL), "VDL")
    scored = [person.overall for row in rows if (person := vdl(row)).overall is not None]

    assert (found.mean.n, found.left_out, found.lo, found.hi) == (len(scored), len(rows) - len(scored), -2, 2)
    if scored:
        assert found.mean.value == pytest.approx(np.mean(scored))
    with pytest.raises(ValueError, match="names no instrument VDL"):
        overall_of_wave(state_of(VDL_ITEMS, rows), "VDL")


@given(st.lists(st.one_of(five, missing), min_size=9, max_size=9))
def test_van_der_laan_mirrored_changes_the_sign(positions):
    found, turned = vdl(positions), vdl([value if value > 5 else 6 - value for value in positions])
    for one, other in ((found.usefulness, turned.usefulness), (found.satisfying, turned.satisfying)):
        assert (one is None) == (other is None)
        assert one is None or (one == -other and -2 <= one <= 2)


# Recommend index, satisfaction


def test_recommend_index_with_its_error():
    found = recommend_index({10: 50, 9: 40, 8: 30, 7: 30, 6: 20, 0: 30})

    # G15.
    assert (found.n, found.promoters, found.detractors, found.value) == (200, 90, 50, 20)
    assert found.standard_error == pytest.approx(5.7445626, rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((8.740864, 31.259136), rel=1e-6)


def test_recommend_index_of_nobody_and_of_one_mind():
    assert (recommend_index({}).value, recommend_index({}).reason) == (None, Reason.NO_ANSWERS)
    agreed = recommend_index({10: 7})
    assert (agreed.value, agreed.interval, agreed.reason) == (100, None, Reason.NO_VARIATION)


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 40)))
def test_recommend_index_stays_in_range(histogram):
    found = recommend_index(histogram)
    if found.value is not None:
        assert -100 <= found.value <= 100
    if found.interval is not None:
        assert -100 <= found.interval.low <= found.value <= found.interval.high <= 100


def test_recommend_and_satisfaction_of_a_wave_come_from_its_histograms():
    items = [{"code": "CS", "construct": "CS"}, {"code": "RC", "lo": 0, "hi": 10, "construct": "RC"}]
    state = state_of(items, [[5, 10], [4, 9], [3, 0], [NO_ANSWER, 7], [DONT_KNOW, NO_ANSWER]])

    assert recommend_index_of_wave(state) == recommend_index({10: 1, 9: 1, 0: 1, 7: 1})
    assert satisfaction_of_wave(state) == satisfaction({5: 1, 4: 1, 3: 1})
    assert satisfaction_of_wave(state).top_2.n == 3


# The acceptance survey


def test_words_for_a_mean_begin_at_their_limits():
    assert [acceptance_word(mean) for mean in (1, 2.5, 3.5, 4, 5)] == [
        Word.REJECTING, Word.UNDECIDED, Word.LEANING, Word.ACCEPTING, Word.ACCEPTING,
    ]  # fmt: skip


def test_acceptance_index_turns_concern_around_and_leaves_other_constructs_aside():
    scores = {"PU": 5.0, "PE": 4.0, "TR": 3.0, "FA": None, "PC": 1.0, "SI": 1.0, "BI": 3.0}
    found = acceptance_index(scores)

    assert found.of == ("PU", "PE", "TR", "BI", "PCr")
    assert found.value == pytest.approx((100 + 75 + 50 + 50 + 100) / 5)
    assert acceptance_index({"SI": 4.0}).reason == Reason.NO_ANSWERS


def test_interval_of_the_index_is_as_wide_as_if_all_topics_said_the_same():
    answers = {2: 10, 3: 20, 4: 40, 5: 30}
    mean = mean_of_histogram(answers)

    found = acceptance_index_of_means({name: mean for name in ("PU", "TR", "AT")})
    # Three times the same answers: the index is the score itself, moved to 0..100.
    assert found.interval.low == pytest.approx(25 * (mean.interval.low - 1))
    assert found.interval.high == pytest.approx(25 * (mean.interval.high - 1))
    assert found.n == 100
    # Unlike answers never make it wider than the widest of them.
    concern = acceptance_index_of_means({"PU": mean, "PC": mean_of_histogram({1: 50, 2: 50})})
    assert concern.interval.high - concern.interval.low < found.interval.high - found.interval.low
    assert acceptance_index_of_means({"PU": mean, "TR": mean_of_histogram({4: 1})}).reason == Reason.TOO_FEW
    assert acceptance_index_of_means({"SI": mean}).reason == Reason.NO_ANSWERS


@given(st.dictionaries(st.sampled_from(["PU", "PE", "TR", "FA", "AT", "BI", "PC"]), st.floats(1, 5), min_size=1))
def test_acceptance_index_stays_in_range_and_undecided_is_the_middle(scores):
    assert -1e-9 <= acceptance_index(scores).value <= 100 + 1e-9
    assert acceptance_index(dict.fromkeys(scores, 3.0)).value == 50


# Readiness, understanding


@pytest.mark.parametrize(
    ("record", "steps"),
    [
        (PilotRecord(), ()),
        (PilotRecord(answers=29, actual_users=29), ()),
        (PilotRecord(answers=30, actual_users=29), (4,)),
        (PilotRecord(answers=30, actual_users=30, revised_and_asked_again=True), (4, 6, 7)),
        (PilotRecord(answers=200, actual_users=150, scaled=True), (4, 6)),
        (PilotRecord(answers=200, actual_users=150, scaled=True, published=True, calm_months=12), (4, 6, 8, 9)),
        (PilotRecord(calm_months=40), ()),
    ],
)
def test_steps_of_readiness_rest_on_what_the_platform_has_seen(record, steps):
    assert supported_steps(record) == steps


def test_understanding_takes_any_number_of_questions_and_any_threshold():
    # G25, general.
    five_right = understanding([1] * 5)
    assert (five_right.confident_wrong, five_right.informed) == (None, True)
    assert understanding([1, 1, 0, DONT_KNOW, 1, 1, 1], right=5, of=7).informed
    assert not understanding([1, 1, 0, DONT_KNOW, 1, 1, 1], right=6, of=7).informed
    with pytest.raises(ValueError, match="informed cannot be 3 right of 4 in 3"):
        understanding([1, 1, 1])


@given(st.lists(st.sampled_from([0, 1, 98, 99]), min_size=4, max_size=9))
def test_understanding_stays_in_range(marks):
    found = understanding(marks)
    assert (found.objective is None) == (found.corrected is None) == all(mark == NO_ANSWER for mark in marks)
    if found.objective is not None:
        assert 0 <= found.objective <= 1
        assert -1 / 3 - 1e-9 <= found.corrected <= found.objective
    assert found.correct + found.wrong + found.dont_know + found.unanswered == len(marks)


# What no scale allows


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: sus([3] * 9), "answers must be 10"),
        (lambda: sus([3] * 9 + [6]), "answers cannot hold 6"),
        (lambda: sus_band(101), "mean"),
        (lambda: ueq_s([0] * 8), "answers cannot hold 0"),
        (lambda: ueq([8] * 26, UEQ_KEY), "answers cannot hold 8"),
        (lambda: vdl([3] * 8), "positions must be 9"),
        (lambda: recommend_index({11: 1}), "histogram"),
        (lambda: recommend_index({5: -1}), "histogram"),
        (lambda: satisfaction({6: 1}), "histogram"),
        (lambda: acceptance_word(5.1), "mean"),
        (lambda: acceptance_index({"PU": 0.5}), "score 0.5"),
        (lambda: out_of_100(3, 5, 1), "score 3"),
        (lambda: supported_steps(PilotRecord(answers=1, actual_users=2)), "record"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
