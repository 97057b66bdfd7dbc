"""YAML documents that people write, and what is wrong with them, by line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

# The C parser, where the wheel brings it, is forty times faster.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# More than any survey needs; fewer than a document that names itself again and again would unfold to.
MOST_NODES = 200_000
MOST_LEVELS = 40
LONGEST_VALUE = 60
# Known keys are told where they are few enough to read.
MOST_KEYS_TOLD = 15

# Control characters, and halves of characters: neither can be written into a result.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing that is wrong: where it stands, in words a person finds it by, and a sentence."""

    line: int
    where: str
    sentence: str

    def __str__(self) -> str:
        found = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.where) if part)
        return f"{found}: {self.sentence}" if found else self.sentence


class WrongDocument(ValueError):
    """A document that cannot be followed; ``complaints`` in the order of its lines."""

    def __init__(self, name: str, complaints: list[Complaint]) -> None:
        self.name = name
        self.complaints = sorted(set(complaints))
        super().__init__(f"{name}, {self.complaints[0]}" if self.complaints else name)


@dataclass
class Document:
    """A document as plain data with the line of each of its parts; complaints gather until ``check`` is called."""

    name: str
    data: dict[str, Any]
    lines: Mapping[Place, int]
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, place: Place, sentence: str) -> None:
        """Note that something is wrong at that place, which may also be one that is not there."""
        known = place
        while known not in self.lines and known:
            known = known[:-1]
        self.complaints.append(Complaint(self.lines.get(known, 0), spelled(place), sentence))

    def check(self) -> None:
        """Raise WrongDocument if there was any complaint."""
        if self.complaints:
            raise WrongDocument(self.name, self.complaints)


def spelled(place: Place) -> str:
    """A place as a person writes it: ``files 2, items, BI1``. Lists count from 1.

    Examples
    --------
    >>> spelled(("files", 1, "items", "BI1"))
    'files 2, items, BI1'
    """
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)


def read_document(path: Path, schema: Mapping[str, Any]) -> Document:
    """A document that follows the schema.

    Raises
    ------
    WrongDocument
        If it cannot be read, is no YAML, repeats a key, or does not follow the schema.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise WrongDocument(path.name, [Complaint(0, "", f"cannot be read ({error.strerror or error}).")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise WrongDocument(path.name, [Complaint(line, "", "is not written in UTF-8.")]) from error
    document = parsed(path.name, text)
    for place, sentence in violations(document.data, schema):
        document.complain(place, sentence)
    document.check()
    return document


def parsed(name: str, text: str) -> Document:
    """The document of a text. Raises WrongDocument if it is no YAML mapping of plain values with text as keys."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        sentence = f"is no YAML: {error.problem or error.context}."
        raise WrongDocument(name, [Complaint(mark.line + 1 if mark else 0, "", sentence)]) from error
    except yaml.YAMLError as error:
        raise WrongDocument(name, [Complaint(0, "", f"is no YAML: {' '.join(str(error).split())}.")]) from error
    except RecursionError as error:
        raise WrongDocument(name, [Complaint(0, "", "is nested too deeply.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise WrongDocument(name, [Complaint(1, "", "is no mapping from names to what they mean.")])
    builder = _Builder()
    data = builder.value(node, ())
    if builder.complaints:
        raise WrongDocument(name, builder.complaints)
    return Document(name, data, builder.lines)


class _Builder:
    """Plain data from YAML nodes, with the line of each part."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.complaints: list[Complaint] = []
        self.scalars = yaml.constructor.SafeConstructor()
        self.nodes = 0

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.nodes += 1
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if self.nodes > MOST_NODES or len(place) > MOST_LEVELS:
            if self.nodes <= MOST_NODES + 1:
                self.complaints.append(Complaint(line, "", "the document goes on too long or too deep."))
            self.nodes = max(self.nodes, MOST_NODES + 1)
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(inner, (*place, number)) for number, inner in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.complaints.append(Complaint(line, spelled(place), "a name must be a word."))
                continue
            key = str(key_node.value)
            if _UNPRINTABLE.search(key):
                self.complaints.append(Complaint(line, spelled(place), f"{_short(key)} is no name."))
                continue
            if key_node.tag in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"):
                self.complaints.append(Complaint(line, spelled(place), quotes(key)))
            elif key_node.tag == "tag:yaml.org,2002:merge":
                self.complaints.append(Complaint(line, spelled(place), "<< is not understood here; write it out."))
            elif key in found:
                self.complaints.append(Complaint(line, spelled(place), f"{key} is there twice."))
            else:
                self.lines[*place, key] = line
                found[key] = self.value(value_node, (*place, key))
        return found

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        try:
            value = self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError):
            value = self
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and _UNPRINTABLE.search(value):
            value = self
        if isinstance(value, float) and not math.isfinite(value):
            value = self
        if value is not None and not isinstance(value, str | int | float | bool):
            line = node.start_mark.line + 1
            self.complaints.append(Complaint(line, spelled(place), f"{_short(node.value)} is no value."))
            return None
        return value


def quotes(value: object) -> str:
    return f"put {_short(value)} in quotes; unquoted, YAML reads Yes, No and numbers as its own."


def violations(data: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Where data do not follow a JSON schema (draft 2020-12), in sentences; nothing is said twice of one place."""
    from jsonschema import Draft202012Validator

    told: set[Place] = set()
    for error in sorted(Draft202012Validator(schema).iter_errors(data), key=lambda found: list(map(str, found.path))):
        while error.context:
            # Of several forms the one that was meant is that in which the least is wrong.
            error = min(error.context, key=lambda inner: (-len(inner.absolute_path), inner.validator == "type"))
        place = tuple(error.absolute_path)
        if place not in told:
            told.add(place)
            yield place, _sentence(error)


def _sentence(error: Any) -> str:
    wanted, value, schema = error.validator_value, error.instance, error.schema
    match error.validator:
        case "required":
            return f"lacks {', '.join(name for name in wanted if name not in value)}."
        case "additionalProperties":
            return _unknown(sorted(value.keys() - schema["properties"].keys()), list(schema["properties"]))
        case "type" if "string" in wanted and isinstance(value, bool | int | float):
            return quotes(value)
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return f"must be {' or '.join(_KINDS[kind] for kind in kinds)}, not {_short(value)}."
        case "enum":
            return f"{_short(value)} is none of {', '.join(map(str, wanted))}."
        case "const":
            return f"must be {wanted}, not {_short(value)}."
        case "pattern":
            return f"{_short(value)} is not spelled as it must be: {schema.get('description', wanted)}."
        case "minItems" | "minProperties" | "minLength":
            return "must not be empty." if wanted == 1 else f"needs at least {wanted}, not {len(value)}."
        case "maxItems" | "maxLength" | "maxProperties":
            return f"may hold at most {wanted}, not {len(value)}."
        case "minimum" | "exclusiveMinimum":
            return f"must be {'at least' if error.validator == 'minimum' else 'above'} {wanted}, not {_short(value)}."
        case "maximum" | "exclusiveMaximum":
            return f"must be {'at most' if error.validator == 'maximum' else 'below'} {wanted}, not {_short(value)}."
        case "uniqueItems":
            return "holds the same twice."
    return f"{_short(value)} does not fit."


def _unknown(keys: list[str], known: list[str]) -> str:
    told = f"has unknown keys {', '.join(map(_short, keys))}"
    meant = dict.fromkeys(near for key in keys for near in get_close_matches(key, known, 1))
    if meant:
        return f"{told}; did you mean {', '.join(meant)}?"
    return f"{told}; known are {', '.join(known)}." if len(known) <= MOST_KEYS_TOLD else f"{told}."


_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _short(value: object) -> str:
    text = re.sub(r"\s+", " ", _UNPRINTABLE.sub("?", str(value)))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
