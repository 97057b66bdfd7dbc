"""Hidden fields that come back with something that our pages never wrote."""

from datetime import UTC, datetime

import pytest

from livinglab.errors import TryAgain
from livinglab.posted import moment, seen_moment, whole_number
from tests.posted import NO_MOMENTS, NO_NUMBERS


def test_moments_and_numbers_are_read_as_pages_write_them():
    at = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)

    assert moment(at.isoformat()) == seen_moment(at.isoformat()) == at
    assert whole_number("15") == 15
    assert whole_number("9" * 15) == int("9" * 15)


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_what_is_no_moment_is_refused_where_a_decision_rests_on_it(text):
    assert moment(text) is None
    with pytest.raises(TryAgain, match="Please look at it again"):
        seen_moment(text)


def test_a_page_that_names_no_moment_is_taken_at_its_word():
    assert seen_moment("") is None


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_of_a_row_is_the_number_of_none(text):
    assert whole_number(text) == 0
