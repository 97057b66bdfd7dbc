"""Words for moments and figures, in templates."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.html import format_html

from livinglab.bilingual import active_language
from pilots.models import Enrolment
from surveys import words
from surveys.actions.answer import handed_in_by
from surveys.metrics.disclosure import STEP
from surveys.models import Wave
from surveys.reports.lines import language_of

register = template.Library()


@register.filter
def written_moment(value: str) -> str:
    """A moment as it is stored in a notice, as plain text: "2027. 3. 1. 18:00", "1 March 2027, 18:00"."""
    at = timezone.localtime(datetime.fromisoformat(value))
    if active_language() == "ko":
        return f"{at.year}. {at.month}. {at.day}. {at:%H:%M}"
    return f"{at.day} {at:%B} {at.year}, {at:%H:%M}"


@register.filter
def as_moment(value: str | None) -> datetime | None:
    """A moment as released figures hold it, for the filters that write moments."""
    return datetime.fromisoformat(value) if value else None


@register.simple_tag
def entered_words(entered: dict[str, Any] | None, n: str, of: str, share: str) -> str:
    """How many answers staff entered, its numbers written as the page writes them."""
    return words.entered_in_words(entered, n=n, of=of, share=share)


@register.filter
def spoken(text: str, language: str) -> str:
    """Words of a report in ``language``, marked where they are in the other one."""
    told = language_of(text, language)
    return text if told == language else format_html('<span lang="{}">{}</span>', told, text)


@register.filter
def has_handed_in(enrolment: Enrolment, wave: Wave) -> bool:
    """Whether this participant has handed in her answers, for her own pages."""
    return handed_in_by(enrolment, wave)


@register.filter
def in_steps(number: int) -> int:
    """How many answers of an open wave the desk sees: those of the last full step."""
    return STEP * (number // STEP)


@register.filter
def bound(figure: dict[str, Any]) -> str:
    """Acceptance as a bound, in a sentence; empty where it has none."""
    return words.bound_in_words(figure)


@register.filter
def acceptance(verdict: dict[str, Any]) -> str:
    """Acceptance in a sentence where it has no interval; empty where it is told exactly."""
    return words.acceptance_in_words(verdict)


@register.filter
def reason(value: str | None) -> str:
    """Why there is no number."""
    return words.reason_in_words(value)


@register.filter
def under(found: Any, name: str) -> Any:
    """What a dictionary holds under a name; nothing where it holds nothing, or where there is none."""
    return found.get(name, ()) if isinstance(found, dict) else ()


@register.simple_tag
def change(value: float, *, points: bool = False, digits: int | None = None) -> str:
    """A change with its sign: "+0.28" of means, "−3.7" points of a hundred of shares."""
    number = Decimal(repr(float(value))) * (100 if points else 1)
    return _signed(number, (1 if points else 2) if digits is None else digits)


@register.simple_tag
def change_interval(low: float | None, high: float | None, *, points: bool = False, digits: int | None = None) -> str:
    """ "−28.7~+21.8", "−0.20 to +0.76"; a dash between two signs could not be read."""
    if low is None or high is None:
        return "–"
    ends = (change(end, points=points, digits=digits) for end in (low, high))
    return "~".join(ends) if active_language() == "ko" else " to ".join(ends)


def _signed(number: Decimal, digits: int) -> str:
    told = floatformat(abs(number), f"{digits}g")
    # What is rounded to nought has no sign.
    if not round(number, digits):
        return told
    return f"+{told}" if number > 0 else f"−{told}"
