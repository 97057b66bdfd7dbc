"""Texts kept in Korean and English side by side (``title_ko``, ``title_en``)."""

from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("ko", "en")


def active_language() -> str:
    """The language of the interface at this moment, ``ko`` or ``en``."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"


def shown_language(obj: object, name: str, language: str | None = None) -> str:
    """Which of the two texts a reader gets: the wished language if it is filled, otherwise the other."""
    wished = language or active_language()
    other = "ko" if wished == "en" else "en"
    return wished if getattr(obj, f"{name}_{wished}") or not getattr(obj, f"{name}_{other}") else other


class Bilingual:
    """Descriptor: ``title = Bilingual("title")`` reads ``title_ko`` or ``title_en`` for the active language."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: object | None, owner: type | None = None) -> Any:
        if obj is None:
            return self
        return getattr(obj, f"{self.name}_{shown_language(obj, self.name)}")
