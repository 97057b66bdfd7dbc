"""Telephone numbers on pages."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from livinglab.phone import as_written, to_dial

register = template.Library()


@register.filter
def telephone(number: str) -> SafeString | str:
    """A number to press on a phone, as people write it."""
    return format_html('<a href="tel:{}">{}</a>', to_dial(number), as_written(number)) if number else "–"
