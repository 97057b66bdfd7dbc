"""What a column of an exported file is: its name, its words in both languages, its codes, which of them are missing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy.typing as npt
from django.utils import translation

from surveys.questionnaire import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE, Text

LANGUAGES = ("ko", "en")
# In whole-number columns: there is no value.
NOTHING = -1
# Bytes of a name in SPSS.
LONGEST_NAME = 64

# One array a column: whole numbers, or bytes for text.
Column = npt.NDArray[Any]
Chunk = Sequence[Column]


class Measure(StrEnum):
    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True)
class Variable:
    """One column of a file about people.

    Parameters
    ----------
    name
        Letters, digits and underscores, beginning with a letter.
    label
        What it says, in both languages.
    measure
        As statistics programs have it.
    values
        Codes with their words; empty for numbers and text.
    missing
        Codes that are no value, with their words.
    width
        Bytes of a text column; 0 for whole numbers.
    origin
        Where it comes from: bank and version, or how it is derived.
    """

    name: str
    label: Text
    measure: Measure
    values: Mapping[int, Text] = field(default_factory=dict)
    missing: Mapping[int, Text] = field(default_factory=dict)
    width: int = 0
    origin: str = ""

    @property
    def is_text(self) -> bool:
        return self.width > 0

    @property
    def labelled(self) -> dict[int, Text]:
        """Every code that has words, missing ones last."""
        return {**self.values, **self.missing}


def safe_names(codes: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Codes of questions as names that every statistics program takes, no two alike whatever their case."""
    used = {name.lower() for name in taken}
    names = []
    for code in codes:
        name = re.sub(r"[^A-Za-z0-9_]", "_", code)[: LONGEST_NAME - 4]
        name = name if re.match("[A-Za-z]", name) else f"v_{name}"
        number = 1
        while (numbered := name if number == 1 else f"{name}_{number}").lower() in used:
            number += 1
        used.add(numbered.lower())
        names.append(numbered)
    return names


def both(words: Callable[[], object]) -> Text:
    """What ``words()`` says in each language."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(words())
    return found


def user_missing() -> dict[int, Text]:
    """The codes of an answer that is none."""
    return {
        NOT_APPLICABLE: {"ko": "해당 없음", "en": "not applicable"},
        DONT_KNOW: {"ko": "모르겠다", "en": "don’t know"},
        NO_ANSWER: {"ko": "무응답", "en": "no answer"},
    }


def dictionary(variables: Sequence[Variable]) -> Iterator[list[object]]:
    """The codebook: one row a code, and one for each variable without codes."""
    for variable in variables:
        told = [
            variable.name,
            variable.label["ko"],
            variable.label["en"],
            "text" if variable.is_text else "integer",
            variable.measure.value,
            variable.origin,
        ]
        for code, words in variable.labelled.items():
            yield [*told, code, words["ko"], words["en"], int(code in variable.missing)]
        if not variable.labelled:
            yield [*told, None, None, None, None]


DICTIONARY = (
    "variable",
    "label_ko",
    "label_en",
    "type",
    "measure",
    "origin",
    "code",
    "code_ko",
    "code_en",
    "is_missing",
)
