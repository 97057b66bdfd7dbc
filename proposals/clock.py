"""The answer clock: thirty days, standing still while the author is asked to complete; Korean working days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

KST = ZoneInfo("Asia/Seoul")
ANSWER_WITHIN = timedelta(days=30)
SETTLE_FLAG_WITHIN = timedelta(days=7)


def answer_due(handed_in: datetime, pauses: Iterable[tuple[datetime, datetime]] = ()) -> date:
    """The day by which staff answer a proposal.

    ``pauses`` are the times between asking the author for changes and getting them; the days between the two dates do
    not count. A due day that is no working day moves to the next one.
    """
    stood_still = sum((day_of(until) - day_of(since) for since, until in pauses), timedelta())
    return working_day_from(day_of(handed_in) + ANSWER_WITHIN + stood_still)


def flag_due(reported: datetime) -> date:
    """The day by which staff settle a report."""
    return working_day_from(day_of(reported) + SETTLE_FLAG_WITHIN)


def working_day_from(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(day.year)


def day_of(at: datetime) -> date:
    """The date of a moment in Korea."""
    return at.astimezone(KST).date()


@cache
def public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=[year]))
