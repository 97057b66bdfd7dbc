"""Spans of time in words, for promises: whoever deletes and whoever tells of it take the same constant."""

from datetime import timedelta

from livinglab.bilingual import active_language

A_YEAR = 365


def in_words(period: timedelta, language: str | None = None) -> str:
    """``30일`` or ``30 days``, ``2년`` or ``2 years``; in the language of the interface unless another is named."""
    days = period.days
    # Two years may hold a leap day.
    years, rest = divmod(days, A_YEAR)
    if (language or active_language()) == "ko":
        return f"{years}년" if years and rest <= 1 else f"{days}일"
    count, unit = (years, "year") if years and rest <= 1 else (days, "day")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
