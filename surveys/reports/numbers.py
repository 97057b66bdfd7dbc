"""Numbers as reports print them, in the active language; rounding for print happens here and nowhere else."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from livinglab.bilingual import active_language
from surveys.reports.tracing import mark
from surveys.words import reason_in_words

Figure = dict[str, Any]
NONE = "–"
HIDDEN = "x"


def signed(text: str, value: float) -> str:
    """With a true minus sign, and a plus where there is growth."""
    text = text.lstrip("-")
    return f"−{text}" if value < 0 and text.strip("0.") else f"+{text}" if text.strip("0.") else text


def plain(value: float, digits: int) -> str:
    return mark(_fixed(value, digits), f"plain{digits}", value)


def percent(value: float, digits: int = 0) -> str:
    return f"{hundredths(value, digits)}%"


def hundredths(value: float, digits: int = 0) -> str:
    """A share in percent, without the sign."""
    return mark(_fixed(100 * value, digits), f"hundredths{digits}", value)


def level(value: float) -> str:
    """Of an interval: 95%, or as finely as it needs to be."""
    words = f"{100 * value:.2f}".rstrip("0").rstrip(".")
    return f"{mark(words, 'level', value)}%"


def _fixed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def _signed(value: float, digits: int) -> str:
    return mark(signed(f"{value:.{digits}f}", value), f"signed{digits}", value)


def between(low: str, high: str) -> str:
    return f"{low}~{high}" if active_language() == "ko" else f"{low} to {high}"


def count(value: int | None) -> str:
    """Hidden counts are an x."""
    if value is None:
        return HIDDEN
    return mark(number_format(value, use_l10n=True, force_grouping=True), "count", value)


def _absent(figure: Figure) -> str:
    if figure.get("at_least") is not None:
        few = figure["at_least"] == 0
        told = {"limit": count(figure["at_most"] if few else figure["at_least"]), "n": count(figure["n"])}
        return (_("at most %(limit)s of %(n)s") if few else _("at least %(limit)s of %(n)s")) % told
    return HIDDEN if figure["reason"] == "HIDDEN" else reason_in_words(figure["reason"]) or NONE


def share(figure: Figure, digits: int = 0) -> str:
    """A share without an interval is one in whole percent."""
    if figure["value"] is None:
        return _absent(figure)
    return percent(figure["value"], digits if figure["low"] is not None else 0)


def share_interval(figure: Figure, digits: int = 0) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(hundredths(figure["low"], digits), percent(figure["high"], digits))


def number(figure: Figure, digits: int = 2) -> str:
    return _absent(figure) if figure["value"] is None else plain(figure["value"], digits)


def number_interval(figure: Figure, digits: int = 2) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(plain(figure["low"], digits), plain(figure["high"], digits))


def points(value: float, digits: int = 0) -> str:
    """A difference of shares, in percentage points."""
    return _("%(number)s points") % {"number": _points(value, digits)}


def _points(value: float, digits: int) -> str:
    return mark(signed(f"{100 * value:.{digits}f}", value), f"points{digits}", value)


def points_of(figure: Figure, digits: int = 0) -> str:
    if figure["value"] is None:
        return _absent(figure)
    return points(figure["value"], digits if figure["low"] is not None else 0)


def points_interval(figure: Figure, digits: int = 0) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(_points(figure["low"], digits), _points(figure["high"], digits))


def difference(figure: Figure, digits: int = 2) -> str:
    return _absent(figure) if figure["value"] is None else _signed(figure["value"], digits)


def difference_interval(figure: Figure, digits: int = 2) -> str:
    if figure["low"] is None:
        return HIDDEN if figure.get("reason") == "HIDDEN" else NONE
    return between(_signed(figure["low"], digits), _signed(figure["high"], digits))


def p_value(value: float | None) -> str:
    """Released p-values are rounded to 0.01, so the smallest is told as a bound."""
    if value is None:
        return NONE
    return "< 0.01" if value < 0.005 else plain(value, 2)


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
