"""Icons, dates and numbers as people read them. Rounding happens here and nowhere before."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livinglab.bilingual import active_language
from livinglab.web.icons import ICONS

register = template.Library()
NONE = "–"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A small drawing beside a text that says the same; screen readers pass over it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # our own constant
    )


def written_day(value: date) -> str:
    if active_language() == "ko":
        return f"{value.year}. {value.month}. {value.day}."
    return f"{value.day} {value:%B} {value.year}"


def time_element(at: date, text: str) -> SafeString:
    # Without minutes and seconds of a second: what is written is what is meant.
    stamp = at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()
    return format_html('<time datetime="{}">{}</time>', stamp, text)


def local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | None) -> str:
    if not value:
        return NONE
    return time_element(local(value), written_day(local(value)))


@register.filter
def moment(value: datetime | None) -> str:
    if not value:
        return NONE
    at = local(value)
    return time_element(at, f"{written_day(at)}{' ' if active_language() == 'ko' else ', '}{at:%H:%M}")


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago in its largest unit; within the last minute "just now"."""
    if not value:
        return NONE
    seconds = (timezone.now() - value).total_seconds()
    if seconds < 60:
        return time_element(local(value), _("just now"))
    return time_element(local(value), _("%(time)s ago") % {"time": timesince(value, depth=1).replace("\xa0", " ")})


@register.filter
def days_left(value: date | None) -> str:
    if not value:
        return NONE
    due = local(value)
    left = (due.date() if isinstance(due, datetime) else due) - timezone.localdate()
    if left.days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -left.days) % {"n": -left.days}
    if left.days == 0:
        return _("today")
    return ngettext("%(n)d day left", "%(n)d days left", left.days) % {"n": left.days}


def written(value: float | Decimal, digits: int) -> str:
    # Through the shortest decimal: 28.5 percent must not become 28 because 0.285 has no exact binary form.
    return floatformat(value if isinstance(value, Decimal) else Decimal(repr(value)), f"{digits}g")


def in_percent(share: float) -> Decimal:
    return 100 * Decimal(repr(float(share)))


@register.filter
def count(value: int | None) -> str:
    return NONE if value is None else written(value, 0)


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """A share in [0, 1] as percent."""
    return NONE if share is None else f"{written(in_percent(share), digits)}%"


@register.filter
def rounded(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else written(float(value), digits)


@register.simple_tag
def interval(low: float | None, high: float | None, digits: int = 1, unit: str = "share") -> str:
    """ "70.9–92.9%" of shares, "3.41–3.87" of points, "−0.06 to 0.05" where a dash would stand beside a minus."""
    if low is None or high is None:
        return NONE
    ends = [in_percent(end) if unit == "share" else Decimal(repr(float(end))) for end in (low, high)]
    dash = "–" if ends[0] >= 0 else ("~" if active_language() == "ko" else " to ")
    told = dash.join(written(end, digits).replace("-", "−") for end in ends)
    return f"{told}%" if unit == "share" else told


@register.filter
def page_numbers(page: Page) -> Iterator[int | None]:
    """First, last and the neighbours of the page shown; None stands for a gap."""
    last, shown = page.paginator.num_pages, page.number
    kept = sorted({1, last, *(n for n in range(shown - 1, shown + 2) if 1 <= n <= last)})
    for before, number in zip([0, *kept], kept, strict=False):
        if number - before == 2:
            yield number - 1
        elif number - before > 2:
            yield None
        yield number


@register.simple_tag
def options(field: BoundField) -> SafeString:
    """The options of a select with the chosen one marked, drawn at once: a filter bar has fifty of them."""
    choices = tuple((str(value), str(label)) for value, label in field.field.choices)  # type: ignore[attr-defined]
    return drawn_options(choices, str(field.value() or ""))


@lru_cache(maxsize=256)
def drawn_options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices),
    )
