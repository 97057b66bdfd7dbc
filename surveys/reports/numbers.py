"""Numbers as reports print them, in the active language; rounding for print happens here."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from surveys.words import reason_in_words

Figure = dict[str, Any]
NONE = "–"
HIDDEN = "x"


def signed(text: str, value: float) -> str:
    """With a true minus sign, and a plus where there is growth."""
    text = text.lstrip("-")
    return f"−{text}" if value < 0 and text.strip("0.") else f"+{text}" if text.strip("0.") else text


def plain(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def percent(value: float, digits: int = 0) -> str:
    return f"{plain(100 * value, digits)}%"


def between(low: str, high: str) -> str:
    return f"{low}~{high}" if active_language() == "ko" else f"{low} to {high}"


def count(value: int | None) -> str:
    """Hidden counts are an x."""
    return HIDDEN if value is None else number_format(value, use_l10n=True, force_grouping=True)


def _absent(figure: Figure) -> str:
    return HIDDEN if figure["reason"] == "HIDDEN" else reason_in_words(figure["reason"]) or NONE


def share(figure: Figure, digits: int = 0) -> str:
    return _absent(figure) if figure["value"] is None else percent(figure["value"], digits)


def share_interval(figure: Figure, digits: int = 0) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(plain(100 * figure["low"], digits), percent(figure["high"], digits))


def number(figure: Figure, digits: int = 2) -> str:
    return _absent(figure) if figure["value"] is None else plain(figure["value"], digits)


def number_interval(figure: Figure, digits: int = 2) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(plain(figure["low"], digits), plain(figure["high"], digits))


def points(value: float, digits: int = 0) -> str:
    """A difference of shares, in percentage points."""
    return _("%(number)s points") % {"number": signed(f"{100 * value:.{digits}f}", value)}


def points_interval(figure: Figure, digits: int = 0) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    low, high = (signed(f"{100 * figure[side]:.{digits}f}", figure[side]) for side in ("low", "high"))
    return between(low, high)


def difference(figure: Figure, digits: int = 2) -> str:
    return _absent(figure) if figure["value"] is None else signed(f"{figure['value']:.{digits}f}", figure["value"])


def difference_interval(figure: Figure, digits: int = 2) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    low, high = (signed(f"{figure[side]:.{digits}f}", figure[side]) for side in ("low", "high"))
    return between(low, high)


def day(value: date | str) -> str:
    """2027. 3. 1. or 1 March 2027; moments are told in the city's time."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    if active_language() == "ko":
        return f"{value.year}. {value.month}. {value.day}."
    return f"{value.day} {value:%B} {value.year}"


def days(first: date | str, last: date | str) -> str:
    return f"{day(first)} ~ {day(last)}" if active_language() == "ko" else f"{day(first)} to {day(last)}"
