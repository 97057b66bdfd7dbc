"""Spans of time and days as words."""

from datetime import date, timedelta

from django import template

from livinglab.periods import in_words
from livinglab.web.templatetags.ui import written_day

register = template.Library()


@register.filter
def period(span: timedelta) -> str:
    """``30 days``, ``2년``: in the language of the page."""
    return in_words(span)


@register.filter
def written_date(iso: str) -> str:
    """A day that a notice holds (``2026-12-01``), in plain words."""
    return written_day(date.fromisoformat(iso))
