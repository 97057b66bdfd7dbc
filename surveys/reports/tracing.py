"""Which released figure each printed number is.

While a report is written, numbers know where they stand in ``results.json`` (or the registration), and whatever prints
one (``numbers``) leaves a mark around its words. Marks go through sentences, tables and translations with the words;
``unmarked`` takes them out before anybody reads, ``printed`` lists them for the pack.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Of the private use area: no keyboard types them, no font holds them, and what people wrote is rid of them.
OPEN, NEXT, CLOSE = "\ue000", "\ue001", "\ue002"
MARKED = re.compile(f"{OPEN}([^{OPEN}{NEXT}{CLOSE}]*){NEXT}([^{OPEN}{NEXT}{CLOSE}]*){CLOSE}")
ANY = re.compile(f"[{OPEN}{NEXT}{CLOSE}]")


class Whole(int):
    """A whole number that knows its place."""

    key = ""


class Real(float):
    """A number that knows its place."""

    key = ""


@dataclass(frozen=True)
class Printed:
    """One number as it stands in a text: its words, how they were made, and of which figure."""

    words: str
    form: str
    key: str


def traced(value: Any, key: str) -> Any:
    """The same data, in which every number knows the path that leads to it: a file and a JSON pointer (RFC 6901)."""
    if isinstance(value, dict):
        return {name: traced(inner, f"{key}/{_step(name)}") for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [traced(inner, f"{key}/{place}") for place, inner in enumerate(value)]
    if isinstance(value, str):
        return ANY.sub("", value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = Whole(value) if isinstance(value, int) else Real(value)
    number.key = key
    return number


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def mark(words: str, form: str, value: float | None) -> str:
    """Words that print a number; as they are where it has no place."""
    key = getattr(value, "key", "")
    return f"{OPEN}{form} {key}{NEXT}{words}{CLOSE}" if key else words


def unmarked(value: Any) -> Any:
    """The same data for whoever reads it."""
    if isinstance(value, str):
        return ANY.sub("", MARKED.sub(r"\2", value))
    if isinstance(value, dict):
        return {name: unmarked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [unmarked(inner) for inner in value]
    return value


def printed(text: str) -> Iterator[Printed]:
    """The numbers of a text, in their order."""
    for found in MARKED.finditer(text):
        form, _space, key = found[1].partition(" ")
        yield Printed(found[2], form, key)
