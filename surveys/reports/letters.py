"""Characters that the font of reports does not hold.

One of them stops the making of an accessible PDF, so each is written as its Unicode name in brackets, and counted.
"""

import unicodedata
from collections import Counter
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont

from surveys.reports.fonts import REGULAR, font_file
from surveys.reports.tracing import CLOSE, NEXT, OPEN

LINE_BREAKS = "\n\r\t"
LET_BE = frozenset({*LINE_BREAKS, OPEN, NEXT, CLOSE})


@cache
def held() -> frozenset[str]:
    """Every character the font holds."""
    with TTFont(font_file(REGULAR), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


class Letters:
    """Makes text fit to print; ``replaced`` counts what had to be written out, by name."""

    def __init__(self) -> None:
        self.replaced: Counter[str] = Counter()

    def fit(self, value: Any) -> Any:
        """The same data with every text fit to print."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.fit(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.fit(inner) for inner in value]
        return value

    def _text(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        if all(letter in held() or letter in LET_BE for letter in text):
            return text
        return "".join(self._letter(letter) for letter in text)

    def _letter(self, letter: str) -> str:
        if letter in LET_BE or letter in held():
            return letter
        # Joiners and variation selectors only steer how a neighbour looks.
        if unicodedata.category(letter) in ("Cf", "Mn", "Cc"):
            return ""
        name = unicodedata.name(letter, f"U+{ord(letter):04X}")
        self.replaced[name] += 1
        return f"[{name}]"
