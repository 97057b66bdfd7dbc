"""YAML that people write: plain data, the line of each part, and whatever about it is not plain.

Question banks (surveys/bank_schema.py) and the documents that describe survey files (surveys/imports/documents.py) are
read with it. Which of the flaws are refused, and in what words, each of them says itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

import yaml

# The C parser, where the wheel brings it, is forty times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# More than any survey needs; fewer than a document that names itself again and again would unfold to.
MOST_NODES = 200_000
MOST_LEVELS = 40
LONGEST_REASON = 200
# Longer than any number that means something. To work out one of thousands of digits takes seconds, or is refused only
# where it is printed.
LONGEST_NUMBER = 40

# Control characters, and halves of characters: neither can be stored or written into a result.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_TAG = "tag:yaml.org,2002:"
_READ_AS_NO_TEXT = (f"{_TAG}bool", f"{_TAG}null")
_READ_AS_NUMBER = (f"{_TAG}int", f"{_TAG}float")

Place = tuple[str | int, ...]


class Kind(Enum):
    """What may be wrong; in brackets what then stands in the data."""

    NO_YAML = auto()  # (nothing at all)
    NO_MAPPING = auto()  # (nothing at all)
    TOO_DEEP = auto()  # (nothing at all)
    TOO_LONG = auto()  # once its aliases are written out (None from there on)
    TAG = auto()  # a kind of part that is not plain (None)
    ALIAS = auto()  # (the part that it stands for)
    MERGE = auto()  # the key << (left out)
    KEY_NO_WORD = auto()  # a list or a mapping as a key (left out)
    KEY_UNPRINTABLE = auto()  # (left out)
    KEY_YES_NO = auto()  # a key that YAML takes for yes, no or nothing (left out)
    KEY_NUMBER = auto()  # a key that YAML takes for a number or a date (the key as it is written)
    KEY_TWICE = auto()  # (the first of the two)
    DATE = auto()  # (YYYY-MM-DD)
    UNPRINTABLE = auto()  # (None)
    NO_VALUE = auto()  # what a number or a date cannot be (None)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not plain, as it is written, and where. The line is 0 where the parser does not tell."""

    kind: Kind
    line: int
    place: Place
    value: str


@dataclass(frozen=True)
class Written:
    """What a text says: its data, the line of each part, its flaws in the order of the text."""

    data: dict[str, Any]
    lines: Mapping[Place, int]
    flaws: tuple[Flaw, ...]


def read(text: str) -> Written:
    """The mapping of names to plain values that a text holds. Whatever the text, it ends soon and raises nothing.

    Examples
    --------
    >>> read("title: Lamps\\nwaves:\\n  - opens: 2027-03-01\\n").data
    {'title': 'Lamps', 'waves': [{'opens': '2027-03-01'}]}
    >>> [(flaw.kind.name, flaw.line, flaw.value) for flaw in read("a: 1\\na: 2\\n").flaws]
    [('KEY_TWICE', 2, 'a')]
    """
    try:
        if deep := _too_deep(text):
            return _nothing(Kind.TOO_DEEP, deep, "")
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context)
        # The C parser reads ahead, and refuses what lies a thousand levels deep before it hands out any of it.
        kind = Kind.TOO_DEEP if "nesting depth" in reason else Kind.NO_YAML
        return _nothing(kind, mark.line + 1 if mark else 0, "" if kind is Kind.TOO_DEEP else reason)
    except (yaml.YAMLError, ValueError) as error:
        return _nothing(Kind.NO_YAML, 0, str(error))
    if not isinstance(node, yaml.MappingNode):
        return _nothing(Kind.NO_MAPPING, 1, "")
    builder = _Builder()
    return Written(builder.part(node, ()) or {}, builder.lines, tuple(builder.flaws))


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a part, or of the part that it would belong to; 0 where there is none.

    Examples
    --------
    >>> line_of({(): 1, ("files",): 4}, ("files", 2, "name"))
    4
    """
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 0)


def _too_deep(text: str) -> int | None:
    """The line from which on parts lie too deep in each other. To compose them would end the process, not raise."""
    level = 0
    for event in yaml.parse(text, Loader=LOADER):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if level > MOST_LEVELS:
            return event.start_mark.line + 1 if event.start_mark else 1
    return None


def _nothing(kind: Kind, line: int, reason: str) -> Written:
    return Written({}, {(): 1}, (Flaw(kind, line, (), " ".join(reason.split())[:LONGEST_REASON]),))


class _Builder:
    """Plain data from YAML nodes, with the line of each part."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.flaws: list[Flaw] = []
        self.scalars = yaml.constructor.SafeConstructor()
        self.nodes = 0
        self.seen: set[int] = set()

    def note(self, kind: Kind, node: yaml.Node, place: Place, value: str = "") -> None:
        shown = value if len(value) <= LONGEST_REASON else f"{value[:LONGEST_REASON]}…"
        self.flaws.append(Flaw(kind, node.start_mark.line + 1, place, shown))

    def part(self, node: yaml.Node, place: Place, *, repeated: bool = False) -> Any:
        self.nodes += 1
        self.lines.setdefault(place, node.start_mark.line + 1)
        if self.nodes > MOST_NODES or len(place) > MOST_LEVELS:
            if self.nodes <= MOST_NODES + 1:
                self.note(Kind.TOO_LONG, node, ())
            self.nodes = max(self.nodes, MOST_NODES + 1)
            return None
        if id(node) in self.seen and not repeated:
            self.note(Kind.ALIAS, node, place)
            repeated = True
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place)
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self.note(Kind.TAG, node, place, node.tag.replace(_TAG, "!!"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place, repeated=repeated)
        return [self.part(inner, (*place, at), repeated=repeated) for at, inner in enumerate(node.value)]

    def mapping(self, node: yaml.MappingNode, place: Place, *, repeated: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(Kind.KEY_NO_WORD, key_node, place)
                continue
            key = str(key_node.value)
            if UNPRINTABLE.search(key):
                self.note(Kind.KEY_UNPRINTABLE, key_node, place, key)
            elif key_node.tag == f"{_TAG}merge":
                self.note(Kind.MERGE, key_node, place, key)
            elif key_node.tag in _READ_AS_NO_TEXT:
                self.note(Kind.KEY_YES_NO, key_node, place, key)
            elif key in found:
                self.note(Kind.KEY_TWICE, key_node, place, key)
            else:
                if key_node.tag != f"{_TAG}str":
                    self.note(Kind.KEY_NUMBER, key_node, place, key)
                self.lines[*place, key] = key_node.start_mark.line + 1
                found[key] = self.part(value_node, (*place, key), repeated=repeated)
        return found

    def scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        if node.tag in _READ_AS_NUMBER and len(node.value) > LONGEST_NUMBER:
            self.note(Kind.NO_VALUE, node, place, str(node.value))
            return None
        try:
            value = self.scalars.construct_object(node)
        except yaml.constructor.ConstructorError:
            self.note(Kind.TAG, node, place, node.tag.replace(_TAG, "!!"))
            return None
        except (ValueError, OverflowError):
            value = self
        if isinstance(value, date):
            self.note(Kind.DATE, node, place, str(node.value))
            return value.isoformat()
        if isinstance(value, str) and UNPRINTABLE.search(value):
            self.note(Kind.UNPRINTABLE, node, place, value)
            return None
        endless = isinstance(value, float) and not math.isfinite(value)
        if endless or not (value is None or isinstance(value, str | int | float)):
            self.note(Kind.NO_VALUE, node, place, str(node.value))
            return None
        return value
