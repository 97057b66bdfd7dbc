"""How a person wants the pages shown: text size and colours, kept in a cookie so that it also holds signed out."""

from dataclasses import dataclass

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COOKIE = "display"
COOKIE_AGE = 365 * 24 * 3600


class Theme(models.TextChoices):
    LIGHT = "light", pgettext_lazy("colours", "Normal")
    CONTRAST = "contrast", _("High contrast")


class TextSize(models.IntegerChoices):
    SMALL = 1, pgettext_lazy("text size", "Small")
    NORMAL = 2, pgettext_lazy("text size", "Normal")
    LARGER = 3, pgettext_lazy("text size", "A little larger")
    LARGE = 4, pgettext_lazy("text size", "Large")
    LARGEST = 5, pgettext_lazy("text size", "Largest")


@dataclass(frozen=True)
class Option:
    value: object
    label: object
    chosen: bool


@dataclass(frozen=True)
class Display:
    theme: Theme = Theme.LIGHT
    text_size: TextSize = TextSize.NORMAL

    @classmethod
    def of(cls, request: HttpRequest) -> "Display":
        """What the cookie says; anything that is not a choice of ours counts as not said."""
        theme, _dot, size = request.COOKIES.get(COOKIE, "").partition(".")
        return cls().changed(theme=theme, text_size=size)

    def changed(self, *, theme: str, text_size: str) -> "Display":
        return Display(
            theme=Theme(theme) if theme in Theme.values else self.theme,
            text_size=TextSize(int(text_size))
            if text_size in {str(value) for value in TextSize.values}
            else self.text_size,
        )

    @property
    def as_cookie(self) -> str:
        return f"{self.theme.value}.{self.text_size.value}"

    @property
    def themes(self) -> list[Option]:
        return [Option(theme.value, theme.label, theme == self.theme) for theme in Theme]

    @property
    def text_sizes(self) -> list[Option]:
        return [Option(size.value, size.label, size == self.text_size) for size in TextSize]
