"""One person's answers: scoring, comprehension (G25) and flags (G26); cases of docs/methods.md."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.stats.comprehension import understanding
from surveys.stats.quality import Block, FlagSet, Page, irv, longstring, response_flags
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER, is_answered, reaches, reverse, scores, units_of


def test_reversed_answers_turn_around_the_middle():
    # G30.
    assert reverse(2, 1, 5) == 4
    assert reverse(2, 1, 6) == 5
    assert reverse(-3, -3, 3) == 3
    with pytest.raises(ValueError, match="6 is not on the scale"):
        reverse(6, 1, 5)


def test_score_is_the_mean_of_what_was_answered_from_half_on():
    answers = np.array([[4, 5, 3], [4, DONT_KNOW, 5], [NO_ANSWER, DONT_KNOW, 5]])
    found, has = scores(answers, is_answered(answers), units=60, least=2)

    assert found.tolist() == [240, 270, 0]
    assert has.tolist() == [True, True, False]


@pytest.mark.parametrize("items", range(1, 11))
def test_every_mean_of_answered_items_is_a_whole_number_of_units(items):
    assert all(units_of(items) % answered == 0 for answered in range(1, items + 1))


def test_scores_of_more_than_ten_items_are_refused():
    with pytest.raises(ValueError, match="items"):
        units_of(11)


@pytest.mark.parametrize(
    ("answers", "accepts"),
    [
        ((4, 4, 4), True),
        ((5, 5, 2), True),
        ((4, 4, 3), False),
        ((5, 3, NO_ANSWER), True),
        ((4, 3, DONT_KNOW), False),
        ((5, NO_ANSWER, DONT_KNOW), None),
        ((NO_ANSWER, NO_ANSWER, NO_ANSWER), None),
    ],
)
def test_accept_is_a_mean_of_four_from_two_answers_on(answers, accepts):
    row = np.array([answers])
    yes, judged = reaches(row, is_answered(row), at_least=4, least=2)

    assert (bool(yes[0]) if judged[0] else None) is accepts


def test_understanding_of_five_questions():
    found = understanding([1, 1, 0, DONT_KNOW, 1], subjective=[5, 4])

    assert (found.correct, found.wrong, found.dont_know, found.unanswered) == (3, 1, 1, 0)
    assert (found.objective, found.corrected, found.confident_wrong) == pytest.approx((0.6, 0.53333333, 0.5))
    assert not found.informed
    assert (found.subjective, found.calibration) == pytest.approx((0.875, 0.275))
    assert found.word == "overconfident"


def test_all_right_leaves_nothing_to_be_wrong_about():
    found = understanding([1] * 5, subjective=[3, DONT_KNOW])

    assert found.confident_wrong is None
    assert found.informed
    assert found.word == "underconfident"


def test_the_fifth_question_does_not_make_anybody_informed():
    assert not understanding([1, 1, 0, 0, 1]).informed
    assert understanding([1, 1, 1, 0, 0]).informed


def test_nothing_said_about_oneself_is_no_calibration():
    found = understanding([1, 1, 1, NO_ANSWER])

    assert (found.subjective, found.calibration, found.word, found.unanswered) == (None, None, "", 1)
    assert understanding([1, 1, 1, 1], subjective=[5, 5]).word == "calibrated"


def test_who_answered_no_question_has_no_score():
    nothing, only_last = understanding([NO_ANSWER] * 5, subjective=[5, 5]), understanding([NO_ANSWER] * 4 + [1])

    assert (nothing.objective, nothing.corrected, nothing.confident_wrong, nothing.informed) == (None, None, None, None)
    assert (nothing.subjective, nothing.calibration, nothing.unanswered) == (1.0, None, 5)
    assert (only_last.objective, only_last.informed) == (0.2, None)


@pytest.mark.parametrize(
    ("marks", "subjective", "names"), [([], (), "marks"), ([1, 1, 1, 2], (), "marks"), ([1] * 4, (6,), "subjective")]
)
def test_impossible_understanding_is_named(marks, subjective, names):
    with pytest.raises(ValueError, match=names):
        understanding(marks, subjective=subjective)


def test_longest_run_and_variability():
    raw = [3, 3, 3, 3, 4, 4, 2, 5, 5, 5]

    assert longstring(raw) == 4
    assert irv(raw) == pytest.approx(1.0593499, rel=1e-6)


def test_ten_equal_answers_with_a_reversed_item_are_suspect():
    found = response_flags([Block((4,) * 10, holds_reversed=True)])

    assert (longstring((4,) * 10), irv((4,) * 10)) == (10, 0)
    assert found == FlagSet(longstring=True, irv=True)
    assert found.suspect
    assert found.mask == 0b0110


def test_missing_answers_are_a_run_of_their_own_and_no_variation():
    assert longstring([3, NO_ANSWER, NO_ANSWER, NO_ANSWER, 3]) == 3
    assert irv([4, NO_ANSWER, NO_ANSWER]) is None
    assert irv([4, 4, NO_ANSWER]) == 0


@pytest.mark.parametrize(
    "block",
    [
        Block((4,) * 7, holds_reversed=True),
        Block((4,) * 10, holds_reversed=False),
        Block((4, 4, 4, 4, 4, 4, 4, 3, 2, 1), holds_reversed=True),
    ],
)
def test_short_even_or_varied_blocks_say_nothing(block):
    assert response_flags([block]) == FlagSet()


def test_eight_equal_of_ten_are_a_run_but_not_without_variation():
    assert response_flags([Block((4,) * 8 + (2, 3), holds_reversed=True)]) == FlagSet(longstring=True)


def test_speed_is_looked_at_on_long_pages_filled_in_alone():
    fast = [Page(5, 9.9)]

    assert response_flags([], pages=fast).speed
    assert not response_flags([], pages=fast, mode="assisted").speed
    assert not response_flags([], pages=fast, mode="paper").speed
    assert not response_flags([], pages=[Page(5, 10.0), Page(3, 1.0), Page(9, None)]).speed


def test_agreeing_with_both_sides_is_a_flag_but_silence_is_not():
    assert response_flags([], opposite_pairs=[(5, 4)]).pair
    assert not response_flags([], opposite_pairs=[(5, 3)]).pair
    assert not response_flags([], opposite_pairs=[(5, DONT_KNOW), (NO_ANSWER, NO_ANSWER)]).pair


def test_one_kind_of_flag_makes_nobody_suspect():
    assert not FlagSet(pair=True).suspect
    assert FlagSet(speed=True, pair=True).suspect
    assert FlagSet(speed=True, pair=True).mask == 0b1001
