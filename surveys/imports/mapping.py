"""How the columns and words of somebody else's survey become items and numbers of ours (docs/examples/README.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from surveys.instruments import read_bank
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE

KEYS = {"id", "bank", "source", "service", "test_bed", "pilot", "files"}
MAY_HAVE = KEYS | {"words", "illustrative"}
FILE_KEYS = {"name", "encoding", "row_id", "wave", "date", "items"}
FILE_MAY_HAVE = FILE_KEYS | {"only", "missing", "dont_know", "not_applicable", "people", "groups"}
TEXTS = {
    "service": ("name", "summary"),
    "test_bed": ("name", "offer"),
    "pilot": ("title", "purpose", "expected", "limits"),
}
# A cell is "age/sex/area", as everywhere.
PEOPLE = ("age", "sex", "area")


class WrongMapping(ValueError):
    """A mapping that cannot be followed; the message says where and why."""


@dataclass(frozen=True)
class Item:
    """Where an item stands in a file, and what its words mean. Without ``words`` answers are whole numbers."""

    code: str
    column: str
    low: int
    high: int
    words: dict[str, int]
    codes: dict[str, int]

    def read(self, text: str) -> int:
        """The answer as it is stored. Raises ValueError with the reason for the table of refused rows."""
        text = text.strip()
        if text in self.codes:
            return self.codes[text]
        if self.words:
            if text not in self.words:
                raise ValueError(f"not among the words for {self.code}")
            return self.words[text]
        if not text.lstrip("-").isdecimal():
            raise ValueError(f"not a whole number, as {self.code} needs")
        if not self.low <= int(text) <= self.high:
            raise ValueError(f"outside {self.low} to {self.high}, the scale of {self.code}")
        return int(text)


@dataclass(frozen=True)
class Choice:
    """A column whose words are sorted into categories: which wave, which age. If free, other words mean themselves."""

    column: str
    words: dict[str, Any]
    free: bool = False

    def read(self, text: str) -> Any:
        text = text.strip()
        if text in self.words:
            return self.words[text]
        if self.free:
            return text
        raise ValueError("not among the words the mapping lists")


@dataclass(frozen=True)
class Group:
    """Who is a member of a group; who did not say is neither member nor not."""

    name: str
    column: str
    members: frozenset[str]
    not_said: frozenset[str]


@dataclass(frozen=True)
class Source:
    """One file of the survey: its columns, its words, and into which wave its rows go."""

    name: str
    encoding: str
    row_id: str
    wave: int | Choice
    date_column: str
    date_format: str
    zone: ZoneInfo
    only: dict[str, frozenset[str]]
    items: tuple[Item, ...]
    people: dict[str, Choice]
    groups: tuple[Group, ...]

    @property
    def columns(self) -> set[str]:
        """The columns a file must have."""
        needed = {self.row_id, self.date_column, *self.only, *(item.column for item in self.items)}
        needed |= {choice.column for choice in self.people.values()} | {group.column for group in self.groups}
        return needed | ({self.wave.column} if isinstance(self.wave, Choice) else set())

    @property
    def waves(self) -> set[int]:
        return set(self.wave.words.values()) if isinstance(self.wave, Choice) else {self.wave}


@dataclass(frozen=True)
class Mapping:
    """A mapping that was read and checked, with its bank."""

    id: str
    document: dict[str, Any]
    bank: dict[str, Any]
    sources: tuple[Source, ...]

    def source_of(self, file: Path) -> Source:
        """Which of the described files this is, by its name."""
        found = next((source for source in self.sources if fnmatch(file.name, source.name)), None)
        if found is None:
            names = ", ".join(source.name for source in self.sources)
            raise WrongMapping(f"{file.name}: the mapping {self.id} describes only {names}.")
        return found

    @cached_property
    def waves(self) -> list[int]:
        return sorted({wave for source in self.sources for wave in source.waves})

    def items_of(self, wave: int) -> list[str]:
        return _asked(self.bank, wave)

    @property
    def groups(self) -> list[str]:
        return sorted({group.name for source in self.sources for group in source.groups})

    def key(self, source: Source, row_id: str) -> UUID:
        """The same row of the same mapping always gets the same key, so that nothing is brought in twice."""
        return uuid5(uuid5(NAMESPACE_URL, f"urn:livinglab:import:{self.id}"), f"{source.name}/{row_id}")


def read_mapping(path: Path) -> Mapping:
    """A mapping and its bank from their files.

    Raises WrongMapping; WrongBank where the bank does not follow its schema.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongMapping(f"{path}: cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise WrongMapping(f"{path.name}: {error}") from error
    if not isinstance(document, dict):
        raise WrongMapping(f"{path.name}: is no mapping.")
    for complaint in _complaints(document, KEYS, MAY_HAVE):
        raise WrongMapping(f"{path.name}: {complaint}.")
    if not (path.parent / document["bank"]).is_file():
        raise WrongMapping(f"{path.name}: the bank {document['bank']} is not there.")
    bank = read_bank(path.parent / document["bank"])
    try:
        for part, names in TEXTS.items():
            for name in names:
                _bilingual(document[part], part, name)
        sources = tuple(_source(entry, document.get("words", {}), bank) for entry in document["files"])
    except WrongMapping as error:
        raise WrongMapping(f"{path.name}: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongMapping(f"{path.name}: something is missing or misplaced at {error}.") from error
    return Mapping(str(document["id"]), document, bank, sources)


def _complaints(found: dict[str, Any], needed: set[str], allowed: set[str]) -> Iterator[str]:
    if missing := needed - found.keys():
        yield f"lacks {', '.join(sorted(missing))}"
    if unknown := found.keys() - allowed:
        yield f"has unknown keys {', '.join(map(str, sorted(unknown, key=str)))}"


def _bilingual(part: dict[str, Any], where: str, name: str) -> None:
    text = part.get(name)
    if not isinstance(text, dict) or not all(str(text.get(language, "")).strip() for language in ("ko", "en")):
        raise WrongMapping(f"{where}.{name} needs a text in ko and in en")


def _asked(bank: dict[str, Any], wave: int) -> list[str]:
    return [item["code"] for item in bank["items"] if wave in item.get("waves", [wave])]


def _source(entry: dict[str, Any], tables: dict[str, dict[str, int]], bank: dict[str, Any]) -> Source:
    name = entry.get("name", "?")
    for complaint in _complaints(entry, FILE_KEYS, FILE_MAY_HAVE):
        raise WrongMapping(f"the entry for {name} {complaint}")
    wave = _wave(entry["wave"], name)
    waves = set(wave.words.values()) if isinstance(wave, Choice) else {wave}
    items = tuple(_item(code, where, entry, tables, bank) for code, where in entry["items"].items())
    for number in sorted(waves):
        if sorted(item.code for item in items) != sorted(asked := _asked(bank, number)):
            raise WrongMapping(f"{name} must map the items that the bank asks in wave {number}: {', '.join(asked)}")
    try:
        zone = ZoneInfo(entry["date"]["timezone"])
        "".encode(entry["encoding"])
    except (ZoneInfoNotFoundError, LookupError) as error:
        raise WrongMapping(f"{name}: {error}") from error
    order = _asked(bank, min(waves))
    return Source(
        name=name,
        encoding=entry["encoding"],
        row_id=entry["row_id"],
        wave=wave,
        date_column=entry["date"]["column"],
        date_format=entry["date"]["format"],
        zone=zone,
        only={column: frozenset(_words(words, name)) for column, words in entry.get("only", {}).items()},
        items=tuple(sorted(items, key=lambda item: order.index(item.code))),
        people={
            variable: Choice(where["column"], {word: "" for word in _words(entry.get("missing", []), name)}, free=True)
            for variable, where in entry.get("people", {}).items()
            if variable in PEOPLE
        },
        groups=tuple(
            Group(
                group,
                where["column"],
                frozenset(_words(where["members"], name)),
                frozenset(_words(where.get("not_said", entry.get("missing", [])), name)),
            )
            for group, where in entry.get("groups", {}).items()
        ),
    )


def _wave(told: Any, name: str) -> int | Choice:
    if isinstance(told, int):
        return told
    words = {word: told["words"][word] for word in _words(list(told["words"]), name)}
    return Choice(told["column"], words)


def _item(
    code: str, where: dict[str, Any], entry: dict[str, Any], tables: dict[str, dict[str, int]], bank: dict[str, Any]
) -> Item:
    described = next((item for item in bank["items"] if item["code"] == code), None)
    if described is None:
        raise WrongMapping(f"{entry['name']}: the bank has no item {code}")
    scale = bank["scales"][described["scale"]]
    words = tables[where["words"]] if "words" in where else {}
    _words(list(words), entry["name"])
    if outside := [word for word, value in words.items() if not scale["low"] <= value <= scale["high"]]:
        raise WrongMapping(f"{entry['name']}: {', '.join(outside)} would lie outside the scale of {code}")
    codes: dict[str, int] = {}
    for kind, number in (("missing", NO_ANSWER), ("dont_know", DONT_KNOW), ("not_applicable", NOT_APPLICABLE)):
        told = [*entry.get(kind, []), *where.get(kind, [])]
        codes |= dict.fromkeys(_words(told, entry["name"]), number)
    return Item(code, where["column"], scale["low"], scale["high"], words, codes)


def _words(words: list[Any], where: str) -> list[str]:
    for word in words:
        if not isinstance(word, str):
            raise WrongMapping(f"{where}: put {word!r} in quotes; unquoted, YAML reads Yes, No and numbers as its own")
    return words
