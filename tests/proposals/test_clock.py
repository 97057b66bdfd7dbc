from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proposals import clock

moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 1), timezones=st.just(clock.KST))


def kst(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.KST)


@pytest.mark.parametrize(
    ("handed_in", "due"),
    [
        # Thirty days after Monday 1 March 2027 is Wednesday 31 March.
        (kst(2027, 3, 1, 9), date(2027, 3, 31)),
        # Thirty days end on Saturday 6 March 2027; answered by Monday.
        (kst(2027, 2, 4, 9), date(2027, 3, 8)),
        # Lunar New Year: Saturday 6 to Monday 8 February 2027 and its substitute on Tuesday.
        (kst(2027, 1, 7, 9), date(2027, 2, 10)),
        # Chuseok, 14 to 16 September 2027.
        (kst(2027, 8, 15, 9), date(2027, 9, 17)),
    ],
)
def test_an_answer_is_due_after_thirty_days_on_a_korean_working_day(handed_in, due):
    assert clock.answer_due(handed_in) == due


def test_the_day_is_the_day_in_korea():
    # 23:30 in London is already the next morning in Sejong.
    late = datetime.fromisoformat("2027-03-01T23:30:00+00:00")

    assert clock.answer_due(late) == clock.answer_due(kst(2027, 3, 2, 8, 30)) == date(2027, 4, 1)


@given(moments)
def test_an_answer_is_never_due_on_a_day_off_nor_before_thirty_days(handed_in):
    due = clock.answer_due(handed_in)

    assert clock.is_working_day(due)
    assert due >= handed_in.date() + timedelta(days=30)
    # The longest row of days off leaves less than two weeks.
    assert due < handed_in.date() + timedelta(days=44)


@given(moments, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_the_days_in_which_the_author_is_asked_do_not_count(handed_in, gaps):
    pauses, at, paused = [], handed_in, 0
    for runs, stands in gaps:
        since = at + timedelta(days=runs)
        at = since + timedelta(days=stands)
        pauses.append((since, at))
        paused += stands

    expected = clock.working_day_from(handed_in.date() + timedelta(days=30 + paused))
    assert clock.answer_due(handed_in, pauses) == expected
