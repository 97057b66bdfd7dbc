"""Documents that describe survey files, and what is wrong with them, by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from surveys.yaml_lines import UNPRINTABLE, Flaw, Kind, Place, line_of, read

LONGEST_VALUE = 60
# Known keys are told where they are few enough to read.
MOST_KEYS_TOLD = 15


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
        self.complaints.append(Complaint(line_of(self.lines, place), spelled(place), sentence))

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
    written = read(text)
    refused = [flaw for flaw in written.flaws if flaw.kind in _SENTENCES]
    if refused:
        raise WrongDocument(name, [Complaint(flaw.line, spelled(flaw.place), _told(flaw)) for flaw in refused])
    return Document(name, written.data, written.lines)


# Keys that look like numbers, dates and aliases are followed.
_QUOTES = "put {value} in quotes; unquoted, YAML reads Yes, No and numbers as its own."
_SENTENCES = {
    Kind.NO_YAML: "is no YAML: {reason}.",
    Kind.NO_MAPPING: "is no mapping from names to what they mean.",
    Kind.TOO_DEEP: "is nested too deeply.",
    Kind.TOO_LONG: "the document goes on too long.",
    Kind.TAG: "the tag {value} is not understood here.",
    Kind.MERGE: "<< is not understood here; write it out.",
    Kind.KEY_NO_WORD: "a name must be a word.",
    Kind.KEY_UNPRINTABLE: "{value} is no name.",
    Kind.KEY_YES_NO: _QUOTES,
    Kind.KEY_TWICE: "{value} is there twice.",
    Kind.UNPRINTABLE: "{value} is no value.",
    Kind.NO_VALUE: "{value} is no value.",
}


def _told(flaw: Flaw) -> str:
    return _SENTENCES[flaw.kind].format(value=_short(flaw.value), reason=flaw.value)


def quotes(value: object) -> str:
    return _QUOTES.format(value=_short(value))


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
    text = re.sub(r"\s+", " ", UNPRINTABLE.sub("?", str(value)))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
