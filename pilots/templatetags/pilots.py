from __future__ import annotations

import re
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from livinglab.bilingual import active_language
from pilots.cards import Card

register = template.Library()

KEPT = 512

IMPORTANT = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@register.filter
def consent_words(text: str) -> SafeString:
    """A consent text as it is read: a paragraph a line, and what stands between ** and ** in the eye."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [IMPORTANT.sub(r'<strong class="important">\1</strong>', escape(line)) for line in lines]
    return mark_safe("".join(f"<p>{line}</p>" for line in marked))  # escaped line by line above


@register.simple_tag
def pilot_card(card: Card, shown: str, heading: str = "h2") -> SafeString:
    """A pilot in the list ``shown``, where "open" is the one of pilots that one can join."""
    return drawn_card(active_language(), card, shown, heading)


@lru_cache(maxsize=KEPT)
def drawn_card(language: str, card: Card, shown: str, heading: str) -> SafeString:
    """Drawn once for everything it shows: what changes is another card, so nothing old can show."""
    return render_to_string("pilots/_card.html", {"card": card, "shown": shown, "heading": heading})


@register.filter
def from_five(number: int) -> SafeString | str:
    """A number of people, unless it is so small that it might point at one of them."""
    return str(number) if number >= 5 or number == 0 else format_html("&lt;{}", 5)
