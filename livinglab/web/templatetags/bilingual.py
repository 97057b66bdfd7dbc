"""What people wrote, laid out in its own direction and read aloud in its own language."""

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from livinglab.bilingual import active_language, shown_language
from livinglab.text import language_of_letters

register = template.Library()


@register.simple_tag
def bilingual_text(obj: models.Model, name: str) -> SafeString:
    """The text in the reader's language; where only the other language has it, that one."""
    language = shown_language(obj, name)
    return marked(getattr(obj, f"{name}_{language}"), language)


@register.filter
def own_words(text: str | None, language: str = "") -> SafeString:
    """A text that somebody wrote, in ``language`` as far as its letters do not say otherwise."""
    return marked(text or "", language or active_language())


def marked(text: str, language: str) -> SafeString:
    """The element that keeps a text from right to left by itself; whoever reads aloud learns the language."""
    if not text:
        return SafeString("")
    return format_html('<span dir="auto" lang="{}">{}</span>', language_of_letters(text, otherwise=language), text)
