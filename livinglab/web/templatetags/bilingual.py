"""Texts that people wrote in one of the two languages."""

from django import template
from django.db import models
from django.utils.html import format_html

from livinglab.bilingual import active_language, shown_language

register = template.Library()


@register.simple_tag
def bilingual_text(obj: models.Model, name: str) -> str:
    """The text in the reader's language; where only the other language has it, marked with that language."""
    language = shown_language(obj, name)
    text = getattr(obj, f"{name}_{language}")
    if language == active_language() or not text:
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)
