"""How the columns and words of somebody else's survey become items and numbers of ours (docs/analyse.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surveys.imports.documents import Document, Place
from surveys.imports.files import Cell, Unreadable
from surveys.stats import layout
from surveys.stats.scoring import DONT_KNOW, NO_ANSWER, NOT_APPLICABLE
from surveys.stats.state import MEMBER, NOT_MEMBER, RIGHT, UNKNOWN_MEMBER, WRONG
from surveys.stats.weights import SEPARATOR

# What is told of the words an item knows, where an answer is none of them.
MOST_WORDS_TOLD = 12
LAST_WAVE = 9999
# Forms without a year give 1900, which nobody was surveyed in.
FIRST_YEAR = 1901
MODES = ("self", "assisted", "paper")
_WHOLE = re.compile(r"([+-]?\d{1,9})(\.0+)?")
_KINDS = (("missing", NO_ANSWER), ("dont_know", DONT_KNOW), ("not_applicable", NOT_APPLICABLE))


@dataclass(frozen=True)
class Item:
    """Where an item stands in a file, and what its words mean. Without ``words`` answers are whole numbers."""

    code: str
    column: str
    low: int
    high: int
    words: Mapping[str, int]
    codes: Mapping[str, int]

    def read(self, cell: str) -> int:
        """The answer as it is stored. Raises ValueError with the reason it is told by."""
        text = cell.strip()
        for spelling in _spellings(cell):
            if spelling in self.codes:
                return self.codes[spelling]
        if isinstance(cell, Cell) and cell.missing:
            return {"97": NOT_APPLICABLE, "98": DONT_KNOW}.get(text, NO_ANSWER)
        for spelling in _spellings(cell):
            if spelling in self.words:
                return self.words[spelling]
        number = _WHOLE.fullmatch(text)
        # A file that holds words has no numbers, unless it is one that holds both.
        if number and (not self.words or isinstance(cell, Cell)) and self.low <= int(number[1]) <= self.high:
            return int(number[1])
        raise ValueError(f"{quoted(text)} is no answer of this item; known are {self._known()}")

    def _known(self) -> str:
        words = [quoted(word) for word in (*self.words, *self.codes) if word]
        known = words if self.words else [f"{self.low} to {self.high}", *words]
        return ", ".join(known[:MOST_WORDS_TOLD]) + (" and others" if len(known) > MOST_WORDS_TOLD else "")


@dataclass(frozen=True)
class Choice:
    """A column whose words are sorted into categories: which wave, which age; ``otherwise`` reads other words."""

    column: str
    words: Mapping[str, Any]
    otherwise: Callable[[str], Any] | None = None

    def read(self, cell: str) -> Any:
        """What the word means. Raises ValueError with the reason it is told by."""
        for spelling in ("",) if isinstance(cell, Cell) and cell.missing else _spellings(cell):
            if spelling in self.words:
                return self.words[spelling]
        if self.otherwise:
            return self.otherwise(_spellings(cell)[-1])
        in_order = sorted(self.words, key=lambda word: self.words[word] in ("", 0))
        known = ", ".join(quoted(word) for word in in_order[:MOST_WORDS_TOLD] if word)
        raise ValueError(f"{quoted(cell.strip())} is not among the words of this column; known are {known}")


@dataclass(frozen=True)
class Group:
    """Who is a member of a group; who did not say is neither member nor not."""

    name: str
    column: str
    members: frozenset[str]
    not_said: frozenset[str]

    def read(self, cell: str) -> int:
        """1 member, 0 not, -1 not said."""
        spelled = _spellings(cell)
        if (isinstance(cell, Cell) and cell.missing) or not self.not_said.isdisjoint(spelled):
            return UNKNOWN_MEMBER
        return NOT_MEMBER if self.members.isdisjoint(spelled) else MEMBER


@dataclass(frozen=True)
class Knowledge:
    """A comprehension question and the words that answer it rightly."""

    code: str
    column: str
    right: frozenset[str]
    codes: Mapping[str, int]

    def read(self, cell: str) -> int:
        """1 right, 0 wrong, 98 don't know, 99 no answer."""
        spelled = _spellings(cell)
        if not self.right.isdisjoint(spelled):
            return RIGHT
        if isinstance(cell, Cell) and cell.missing:
            return DONT_KNOW if cell.strip() == str(DONT_KNOW) else NO_ANSWER
        found = next((self.codes[word] for word in spelled if word in self.codes), WRONG)
        return NO_ANSWER if found == NOT_APPLICABLE else found


@dataclass(frozen=True)
class Timed:
    """A page of the questionnaire: the column that tells the seconds spent on it, and its items."""

    column: str
    items: tuple[str, ...]

    def read(self, cell: str) -> float | None:
        """Seconds; None where nobody took the time. Raises ValueError with the reason it is told by."""
        text = cell.strip()
        if not text or (isinstance(cell, Cell) and cell.missing):
            return None
        try:
            seconds = float(text.replace(",", "."))
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"{quoted(text)} is no number of seconds")
        return seconds


@dataclass(frozen=True)
class Moment:
    """The column that tells when the answers were given."""

    column: str
    form: str
    zone: ZoneInfo

    def read(self, cell: str) -> datetime:
        """Raises ValueError with the reason it is told by."""
        try:
            found = datetime.strptime(cell.strip(), self.form).replace(tzinfo=self.zone)
        except ValueError:
            raise ValueError(f"{quoted(cell.strip())} is not a date of the form {self.form}") from None
        if found.year < FIRST_YEAR:
            raise ValueError(f"{quoted(cell.strip())} is too long ago; the form {self.form} may tell no year")
        return found


@dataclass(frozen=True)
class Coders:
    """Two columns with the themes that two people gave a comment, each having read it alone."""

    columns: tuple[str, str]
    separator: str
    none: frozenset[str]

    def read(self, *cells: str) -> tuple[frozenset[str], frozenset[str]] | None:
        """The themes of either; None where one of them has not coded the comment."""
        first, second = (cell.strip() for cell in cells)
        return (self._themes(first), self._themes(second)) if first and second else None

    def _themes(self, cell: str) -> frozenset[str]:
        return frozenset(theme for word in cell.split(self.separator) if (theme := word.strip())) - self.none


@dataclass(frozen=True)
class Source:
    """One kind of file of the survey: its columns, its words, and into which wave its rows go.

    What is empty or None was not told: an encoding is then found out, rows have no name, people are not known again.
    """

    name: str
    encoding: str
    delimiter: str
    sheet: str
    row_id: str
    person: str
    wave: int | Choice
    date: Moment | None
    only: Mapping[str, frozenset[str]]
    items: tuple[Item, ...]
    people: Mapping[str, Choice]
    groups: tuple[Group, ...]
    mode: Choice | None = None
    use_level: Choice | None = None
    knowledge: tuple[Knowledge, ...] = ()
    pages: tuple[Timed, ...] = ()
    comment: str = ""
    coders: Coders | None = None

    @property
    def waves(self) -> set[int]:
        """The waves a file can hold; none where any number may stand in its column."""
        return set(self.wave.words.values()) if isinstance(self.wave, Choice) else {self.wave}

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns a file must have."""
        found: list[Item | Choice | Group | Knowledge | Timed | Moment | None] = [
            *self.items,
            *self.people.values(),
            *self.groups,
            *self.knowledge,
            *self.pages,
            self.mode,
            self.use_level,
            self.date,
        ]
        if isinstance(self.wave, Choice):
            found.append(self.wave)
        told = {self.row_id, self.person, self.comment, *self.only}
        if self.coders:
            told |= set(self.coders.columns)
        return frozenset({part.column for part in found if part is not None} | told) - {""}


@dataclass(frozen=True)
class SurveyFiles:
    """What a survey asked, and in which columns and words its files hold the answers.

    ``bank`` is a question bank (surveys/banks/README.md); what is asked and how it is scored is all that matters of it.
    """

    id: str
    document: Mapping[str, Any]
    bank: Mapping[str, Any]
    sources: tuple[Source, ...]
    groups: tuple[str, ...] = field(default=())
    variables: tuple[str, ...] = field(default=())

    def source_of(self, file: Path) -> Source:
        """Which of the described files this is, by its name. Raises Unreadable where it is none of them."""
        found = next((source for source in self.sources if fnmatch(file.name, source.name)), None)
        if found is None:
            names = ", ".join(source.name for source in self.sources)
            raise Unreadable(f"{file.name}: {self.id} describes only {names}.")
        return found

    @cached_property
    def waves(self) -> list[int]:
        """The waves that are described, in their order."""
        return sorted({wave for source in self.sources for wave in source.waves})

    def items_of(self, wave: int) -> list[str]:
        """Codes of the items asked in a wave, in the order of the bank."""
        return asked(self.bank, wave)

    def layout_of(self, wave: int) -> dict[str, Any]:
        """Items, outcomes and groups of a wave as a layout of counts describes them."""
        described = {item["code"]: item for item in self.bank["items"]}
        codes = self.items_of(wave)
        scales = self.bank["scales"]
        items = [
            layout.Item(
                code,
                lo=scales[described[code]["scale"]]["low"],
                hi=scales[described[code]["scale"]]["high"],
                construct=described[code].get("construct", ""),
                reverse=described[code].get("reverse", False),
            )
            for code in codes
        ]
        return {
            "items": [asdict(item) for item in items],
            "instruments": [asdict(one) for one in layout.instruments_among(self._methods(codes), items)],
            **{
                name: {"items": told["items"], "at_least": told["at_least"], "answered": told["minimum_answered"]}
                for name, told in self.bank["scoring"].get("outcomes", {}).items()
                if set(told["items"]) <= set(codes)
            },
            "groups": list(self.groups),
        }

    def _methods(self, codes: Collection[str]) -> dict[str, str]:
        """How the constructs are scored of which a wave asks every item."""
        left_out = {item.get("construct") for item in self.bank["items"] if item["code"] not in codes}
        methods = self.bank["scoring"].get("methods", {})
        return {name: method for name, method in methods.items() if name not in left_out}

    def key(self, source: Source, row_id: str) -> UUID:
        """The same row of the same survey always gets the same key, so that nothing is brought in twice."""
        return uuid5(uuid5(NAMESPACE_URL, f"urn:livinglab:import:{self.id}"), f"{source.name}/{row_id}")


def asked(bank: Mapping[str, Any], wave: int) -> list[str]:
    return [item["code"] for item in bank["items"] if wave in item.get("waves", [wave])]


def quoted(text: str) -> str:
    """A word as it is told in a complaint: without what a terminal cannot show, and not too long."""
    text = text.encode("utf-8", "replace").decode()
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _spellings(cell: str) -> list[str]:
    """A cell as it stands and, where its file has labels, as it is called."""
    return [cell.strip(), cell.label.strip()] if isinstance(cell, Cell) and cell.label else [cell.strip()]


def survey_files(
    document: Document, bank: Mapping[str, Any], entries: Iterable[tuple[Place, Mapping[str, Any]]]
) -> SurveyFiles:
    """The survey that a document describes, which follows the schema; what else is wrong is complained of.

    ``entries`` are the descriptions of its files with their places in the document. The survey is to be used only after
    ``document.check()``.
    """
    told = document.data
    sources = [_Entry(document, bank, place, entry).source() for place, entry in entries]
    groups = dict.fromkeys(group.name for source in sources for group in source.groups)
    variables = dict.fromkeys(variable for source in sources for variable in source.people)
    questions = {tuple(question.code for question in source.knowledge) for source in sources}
    if len(questions) > 1:
        document.complain(("files",), "all files must hold the same comprehension questions (knowledge).")
    return SurveyFiles(str(told["id"]), told, bank, tuple(sources), tuple(groups), tuple(variables))


class _Entry:
    """One description of a file, being read."""

    def __init__(self, document: Document, bank: Mapping[str, Any], place: Place, entry: Mapping[str, Any]) -> None:
        self.document, self.bank, self.place, self.entry = document, bank, place, entry
        self.missing = ["", *entry.get("missing", [])]

    def complain(self, place: Place, sentence: str) -> None:
        self.document.complain((*self.place, *place), sentence)

    def source(self) -> Source:
        entry = self.entry
        return Source(
            name=entry.get("name", "*"),
            encoding=self._encoding(),
            delimiter=entry.get("delimiter", ""),
            sheet=entry.get("sheet", ""),
            row_id=entry.get("row_id", ""),
            person=entry.get("person", ""),
            wave=self._wave(),
            date=self._date(),
            only={column: frozenset(word.strip() for word in words) for column, words in entry.get("only", {}).items()},
            items=tuple(self._items()),
            people={
                variable: Choice(
                    where["column"],
                    dict.fromkeys(self.missing, "") | where.get("words", {}),
                    None if "words" in where else _category,
                )
                for variable, where in entry.get("people", {}).items()
                if self._is_category(("people", variable), *where.get("words", {}).values())
            },
            groups=tuple(
                Group(
                    name,
                    where["column"],
                    frozenset(word.strip() for word in where["members"]),
                    frozenset(word.strip() for word in where.get("not_said", self.missing)) | {""},
                )
                for name, where in entry.get("groups", {}).items()
            ),
            mode=self._choice("mode", dict(zip(MODES, MODES, strict=True)), None),
            use_level=self._choice("use_level", dict.fromkeys(self.missing, 0), partial(_number, lo=1, hi=5)),
            knowledge=tuple(
                Knowledge(
                    code,
                    where.get("column", code),
                    frozenset(word.strip() for word in where["right"]),
                    self._codes({}),
                )
                for code, where in entry.get("knowledge", {}).items()
            ),
            pages=tuple(self._pages()),
            comment=entry.get("comment", ""),
            coders=self._coders(),
        )

    def _coders(self) -> Coders | None:
        told = self.entry.get("coders")
        if told is None:
            return None
        first, second = told["columns"]
        if first == second:
            self.complain(("coders", "columns"), f"{first} cannot be both coders.")
        none = frozenset(word.strip() for word in told.get("none", ["-"]))
        return Coders((first, second), told.get("separator", ";"), none)

    def _encoding(self) -> str:
        encoding: str = self.entry.get("encoding", "")
        try:
            "".encode(encoding or "utf-8")
            b"".decode(encoding or "utf-8")
        except (LookupError, ValueError):
            self.complain(("encoding",), f"unknown encoding: {encoding}.")
        return encoding

    def _date(self) -> Moment | None:
        told = self.entry.get("date")
        if told is None:
            return None
        try:
            return Moment(told["column"], told["format"], ZoneInfo(told["timezone"]))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.complain(("date", "timezone"), f"unknown time zone: {told['timezone']}.")
            return None

    def _wave(self) -> int | Choice:
        told = self.entry.get("wave", 1)
        if isinstance(told, int):
            return told
        return Choice(told["column"], told["words"]) if "words" in told else Choice(told["column"], {}, _wave_number)

    def _choice(self, name: str, known: Mapping[str, Any], otherwise: Callable[[str], Any] | None) -> Choice | None:
        if name not in self.entry:
            return None
        told = self.entry[name]
        return Choice(told["column"], {**known, **told["words"]} if "words" in told else known, otherwise)

    def _is_category(self, place: Place, *words: str) -> bool:
        if wrong := [word for word in words if SEPARATOR in word]:
            self.complain(place, f"{wrong[0]} must not hold a {SEPARATOR}, which stands between categories.")
        return not wrong

    def _items(self) -> list[Item]:
        waves = self._waves()
        wanted = {number: asked(self.bank, number) for number in waves or {1}}
        in_order = [item["code"] for item in self.bank["items"]]
        needed = set(in_order) if not waves else {code for codes in wanted.values() for code in codes}
        told = self.entry.get("items")
        if told is None:
            told = {code: {} for code in in_order if code in needed}
        for number, codes in sorted(wanted.items()):
            if not set(codes) <= told.keys():
                which = f"the bank asks in wave {number}" if waves else "are asked"
                self.complain(("items",), f"must map the items that {which}: {', '.join(codes)}.")
                break
        for code in sorted(told.keys() - needed):
            which = f"the bank has no item {code}" if code not in in_order else f"{code} is not asked in this wave"
            self.complain(("items", code), f"{which}.")
        described = {item["code"]: item for item in self.bank["items"]}
        return [self._item(described[code], told[code]) for code in in_order if code in told and code in needed]

    def _waves(self) -> Collection[int]:
        """The waves a file can hold; none where any number may stand in its column."""
        told = self.entry.get("wave", 1)
        return {told} if isinstance(told, int) else set(told.get("words", {}).values())

    def _item(self, described: Mapping[str, Any], where: Mapping[str, Any]) -> Item:
        code = described["code"]
        scale = self.bank["scales"][described["scale"]]
        place: Place = ("items", code)
        where = {**described.get("read", {}), **where}
        tables = self.document.data.get("words", {})
        words: Mapping[str, int] = scale.get("words", {})
        if "words" in where:
            words = tables.get(where["words"], {})
            if not words:
                self.complain(place, f"there is no table {where['words']} under words.")
        words = {word.strip(): value for word, value in words.items()}
        outside = [word for word, value in words.items() if not scale["low"] <= value <= scale["high"]]
        if "words" in where and outside:
            self.complain(place, f"{', '.join(outside)} would lie outside the scale of {code}.")
        return Item(code, where.get("column", code), scale["low"], scale["high"], words, self._codes(where))

    def _codes(self, where: Mapping[str, Any]) -> dict[str, int]:
        codes = {"": NO_ANSWER}
        for kind, number in _KINDS:
            codes |= dict.fromkeys((word.strip() for word in self.entry.get(kind, [])), number)
        for kind, number in _KINDS:
            codes |= dict.fromkeys((word.strip() for word in where.get(kind, [])), number)
        return codes

    def _pages(self) -> Iterable[Timed]:
        known = {item["code"] for item in self.bank["items"]}
        for number, page in enumerate(self.entry.get("pages", [])):
            if unknown := [code for code in page["items"] if code not in known]:
                self.complain(("pages", number, "items"), f"unknown items {', '.join(unknown)}.")
            yield Timed(page["seconds"], tuple(page["items"]))


def _category(word: str) -> str:
    if SEPARATOR in word:
        raise ValueError(f"{quoted(word)} holds a {SEPARATOR}, which stands between categories; give it another word")
    return word


def _number(word: str, *, lo: int, hi: int) -> int:
    number = _WHOLE.fullmatch(word)
    if not number or not lo <= int(number[1]) <= hi:
        raise ValueError(f"{quoted(word)} is no whole number from {lo} to {hi}")
    return int(number[1])


_wave_number = partial(_number, lo=1, hi=LAST_WAVE)
