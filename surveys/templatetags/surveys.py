"""Words for moments and figures, in templates."""

from datetime import datetime

from django import template
from django.utils import timezone

from livinglab.bilingual import active_language
from surveys import words

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


@register.filter
def reason(value: str | None) -> str:
    """Why there is no number."""
    return words.reason_in_words(value)
