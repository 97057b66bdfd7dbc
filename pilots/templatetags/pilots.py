from __future__ import annotations

import re

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

IMPORTANT = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@register.filter
def consent_words(text: str) -> SafeString:
    """A consent text as it is read: a paragraph a line, and what stands between ** and ** in the eye."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [IMPORTANT.sub(r'<strong class="important">\1</strong>', escape(line)) for line in lines]
    return mark_safe("".join(f"<p>{line}</p>" for line in marked))  # escaped line by line above


@register.filter
def from_five(number: int) -> SafeString | str:
    """A number of people, unless it is so small that it might point at one of them."""
    return str(number) if number >= 5 or number == 0 else format_html("&lt;{}", 5)
