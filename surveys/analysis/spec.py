"""What an analysis is told: the survey and its files, the population, the rule that was registered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from surveys.imports.documents import Document, Place, WrongDocument, read_document
from surveys.imports.schema import SCHEMA
from surveys.imports.sources import MODES, Choice, Source, SurveyFiles, asked, quoted, survey_files
from surveys.stats.layout import Layout
from surveys.stats.scoring import least_answered
from surveys.stats.verdict import LEDGERS, Kind, Minimum, Rule
from surveys.stats.weights import SEPARATOR, UNKNOWN

# Whoever has only heard of the service or seen it shown tells what she expects, not what she accepts.
COUNTED_LEVELS = (3, 4, 5)
# How an answer came in, where no column tells.
NOT_TOLD = "file"
# How far a margin can be trusted, the best first; a recipe is as good as its worst margin.
STATUSES = ("official", "reported", "illustrative")
# From where a mean counts as yes, unless said: 4 on 1..5, 5.5 on 1..7.
YES_FROM = 0.75
# What an item says of its column rather than of its question.
READING_KEYS = ("column", "words", "missing", "dont_know", "not_applicable")
# The keys of an entry of ``files`` that a survey in one file may write beside the others.
FILE_KEYS = tuple(SCHEMA["$defs"]["file"]["properties"].keys() - {"name", "items"})

ReadBank = Callable[[Path], Mapping[str, Any]]
Text = str | Mapping[str, str]


@dataclass(frozen=True)
class Margin:
    """How many people of the population there are in each category of a variable, and who says so."""

    variable: str
    source: str
    date: str
    status: str
    people: Mapping[str, float]


@dataclass(frozen=True)
class Weights:
    """The recipe that makes the sample look like the population."""

    margins: tuple[Margin, ...]
    cap: float
    merges: Mapping[str, str]

    @property
    def recipe(self) -> dict[str, Any]:
        """As the counts of a wave are weighed by it."""
        return {
            "variables": [margin.variable for margin in self.margins],
            "margins": [dict(margin.people) for margin in self.margins],
            "merges": dict(self.merges),
            "cap": self.cap,
            "status": max((margin.status for margin in self.margins), key=STATUSES.index),
        }


@dataclass(frozen=True)
class Registered:
    """The rule LL-1 as it was fixed before, and the waves it looks at, the first look's first."""

    rule: Rule
    registered_on: date
    population: str
    analyst: str
    looks: tuple[int, ...]


@dataclass(frozen=True)
class Frame:
    """What became of the people of a registered sampling frame who gave no answers.

    ``eligible_share`` is how many of those of whom nobody knows are taken to be eligible, ``basis`` why.
    """

    no_contact: int
    eligible_share: float
    basis: str
    refused: int = 0
    other: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Spec:
    """Everything an analysis is told. ``modes`` and ``use_levels``: what counts; None where everything does."""

    files: SurveyFiles
    title: Text
    source: str
    illustrative: bool
    weights: Weights | None
    registered: Registered | None
    modes: frozenset[str] | None
    use_levels: frozenset[int] | None
    blocks: tuple[tuple[str, ...], ...]
    pairs: tuple[tuple[str, str], ...]
    invited: Mapping[int, int]
    frame: Mapping[int, Frame]
    baseline: int | None
    bootstrap: bool
    nouns: tuple[str, ...]
    knowledge: tuple[str, ...]
    hash: str

    def layout_of(self, wave: int) -> Layout:
        """The shape of a wave's counts. Raises ValueError where the items cannot be counted so."""
        document = self.files.document
        described = self.files.layout_of(wave)
        constructs = {item["construct"] for item in described["items"]}
        told = document.get("drivers", {})
        drivers = [name for name in told.get("constructs", []) if name in constructs]
        concerns = self.files.bank["scoring"].get("high_means_concern", [])
        modes = MODES if any(source.mode for source in self.files.sources) else (NOT_TOLD,)
        questions = len(self.knowledge)
        informed = {"right": -(-3 * questions // 4), "of": questions} | document.get("informed", {})
        return Layout.of(
            described
            | {"modes": modes}
            | ({"informed": {"questions": len(self.knowledge), **informed}} if self.knowledge else {})
            | (
                {
                    "drivers": {
                        "constructs": drivers,
                        "outcome": told["outcome"],
                        "turned": [name for name in told.get("turned", concerns) if name in drivers],
                    }
                }
                if len(drivers) > 1 and told["outcome"] in constructs
                else {}
            )
        )

    def methods_of(self, layout: Layout) -> dict[str, str]:
        """Constructs of a wave that are scored as a known instrument is, as the bank says."""
        methods = self.files.bank["scoring"].get("methods", {})
        scored = [item.get("construct") for item in self.files.bank["items"]]
        return {
            name: method
            for name, method in methods.items()
            if len(layout.constructs.get(name, ())) == scored.count(name) > 0
        }

    def population_of(self, group: str) -> float | None:
        """A group's share of the population, where its members are just some categories of a weighted variable."""
        for margin in self.weights.margins if self.weights else ():
            categories: set[str] = set()
            others: set[str] = set()
            for source in self.files.sources:
                told = next((one for one in source.groups if one.name == group), None)
                choice = source.people.get(margin.variable)
                if told is None or choice is None or told.column != choice.column:
                    break
                words = {word: category for word, category in choice.words.items() if category} or {
                    category: category for category in margin.people
                }
                categories |= {words[word] for word in told.members if word in words}
                others |= {category for word, category in words.items() if word not in told.members}
            else:
                if categories and not categories & others:
                    return sum(margin.people[category] for category in categories) / sum(margin.people.values())
        return None

    @property
    def service(self) -> Text:
        """What stands for {S} in the wording of a bank."""
        name: Text = self.files.document.get("service", {}).get("name") or self.title
        return name

    def text_of(self, code: str) -> Text:
        """The wording of an item, or its code; {S} stands for the service.

        Words that may not be handed on give way to what the item is about.
        """
        item = next(item for item in self.files.bank["items"] if item["code"] == code)
        return item.get("topic" if self.wording_is_hidden else "text") or code

    @property
    def wording_is_hidden(self) -> bool:
        return not self.files.bank.get("licence", {}).get("may_ship", True)

    def name_of(self, construct: str) -> Text:
        """The name of a construct, or its code."""
        told = self.files.bank["scoring"].get("constructs", {}).get(construct, {})
        return told.get("name") or construct

    def labels_of(self, code: str) -> list[Text]:
        """What the points of an item's scale are called."""
        item = next(item for item in self.files.bank["items"] if item["code"] == code)
        scale = self.files.bank["scales"][item["scale"]]
        points = [] if self.wording_is_hidden else scale.get("points", [])
        named = {point["value"]: point["label"] for point in points}
        return [named.get(value, str(value)) for value in range(scale["low"], scale["high"] + 1)]


def text_in(text: Text, language: str) -> str:
    """A text in a language, or in the one it has."""
    return text if isinstance(text, str) else text.get(language) or next(iter(text.values()))


def read_spec(path: Path, *, banks: Path, read_bank: ReadBank) -> Spec:
    """A spec from its file, with the question bank it names: a file beside it, or one of those in ``banks``.

    Raises
    ------
    WrongDocument
        With everything that is wrong, by line.
    ValueError
        If the bank is wrong, as ``read_bank`` says it.
    """
    document = read_document(path, SCHEMA)
    told = document.data
    bank = _bank(document, path, banks, read_bank)
    document.check()
    files = survey_files(document, bank, _entries(document))
    document.check()
    weights = _weights(document, files)
    files = _within_margins(document, files, weights)
    registered = _registered(document, files)
    modes, use_levels = _counted(document, files)
    document.check()
    codes = {item["code"] for item in bank["items"]}
    for name in ("blocks", "pairs"):
        for number, group in enumerate(told.get(name, [])):
            if unknown := [code for code in group if code not in codes]:
                document.complain((name, number), f"unknown items {', '.join(unknown)}.")
    blocks = told.get("blocks") or _blocks(bank)
    spec = Spec(
        files=files,
        title=told.get("title") or told.get("pilot", {}).get("title") or str(told["id"]),
        source=told.get("source", ""),
        illustrative=told.get("illustrative", False),
        weights=weights,
        registered=registered,
        modes=modes,
        use_levels=use_levels,
        blocks=tuple(map(tuple, blocks)),
        pairs=tuple((first, second) for first, second in told.get("pairs", bank.get("pairs", []))),
        invited={int(wave): people for wave, people in told.get("invited", {}).items()},
        frame={int(wave): Frame(**part) for wave, part in told.get("frame", {}).items()},
        baseline=told["monitoring"]["baseline"] if "monitoring" in told else None,
        bootstrap=told.get("bootstrap", False),
        nouns=tuple(told.get("nouns", ())),
        knowledge=tuple(question.code for question in files.sources[0].knowledge),
        hash=_hash(told, bank),
    )
    if spec.baseline is not None and "accept" not in bank["scoring"].get("outcomes", {}):
        document.complain(("monitoring",), "what is followed is the outcome accept, which is not there.")
    _check_layouts(document, spec)
    document.check()
    return spec


def _bank(document: Document, path: Path, banks: Path, read_bank: ReadBank) -> Mapping[str, Any]:
    told = document.data
    if "bank" in told:
        for name in ("items", "scales", "constructs"):
            if name in told:
                document.complain((name,), "stands in the bank; name a bank or describe the items, not both.")
        document.check()
        beside, shipped = path.parent / told["bank"], banks / f"{told['bank']}.yaml"
        found = next((file for file in (beside, shipped) if file.is_file()), None)
        if found is None or Path(told["bank"]).name != told["bank"]:
            document.complain(("bank",), f"the bank {told['bank']} is not there.")
            raise WrongDocument(document.name, document.complaints)
        try:
            bank = read_bank(found)
        except (OSError, UnicodeDecodeError) as error:
            document.complain(("bank",), f"{found.name} cannot be read ({error}).")
            raise WrongDocument(document.name, document.complaints) from error
        outcomes = bank["scoring"].get("outcomes", {})
        if "outcomes" in told and outcomes:
            document.complain(("outcomes",), "stands in the bank, too; an analysis does not change what it says.")
        outcomes = outcomes or _outcomes(document, {item["code"]: item for item in bank["items"]}, bank["scales"])
        return {**bank, "scoring": {**bank["scoring"], "outcomes": outcomes}}
    for name in ("scales", "items"):
        if name not in told:
            document.complain((), f"lacks {name}: name a bank, or describe scales and items.")
    document.check()
    return _bank_of(document)


def _bank_of(document: Document) -> dict[str, Any]:
    """Scales and items written into the spec, in the form of a bank."""
    told = document.data
    scales = {name: _scale(document, name, scale) for name, scale in told["scales"].items()}
    items = []
    for code, item in told["items"].items():
        if item["scale"] not in scales:
            document.complain(("items", code, "scale"), f"there is no scale {item['scale']}.")
        reading = {
            key: item[key] for key in ("column", "words", "missing", "dont_know", "not_applicable") if key in item
        }
        items.append(
            {key: value for key, value in item.items() if key not in reading} | {"code": code, "read": reading}
        )
    constructs = {item["construct"] for item in items if "construct" in item}
    for name in told.get("constructs", {}).keys() - constructs:
        document.complain(("constructs", name), "no item is of this construct.")
    outcomes = _outcomes(document, told["items"], scales)
    names = {name: {"name": text} for name, text in told.get("constructs", {}).items()}
    return {"scales": scales, "items": items, "scoring": {"outcomes": outcomes, "constructs": names}}


def _outcomes(
    document: Document, items: Mapping[str, Mapping[str, Any]], scales: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The outcomes a spec describes, in the form of a bank."""
    found = {}
    for name, outcome in document.data.get("outcomes", {}).items():
        if unknown := [code for code in outcome["items"] if code not in items]:
            document.complain(("outcomes", name), f"unknown items {', '.join(unknown)}.")
            continue
        scale = scales.get(items[outcome["items"][0]]["scale"], {"low": 1, "high": 5})
        found[name] = {
            "items": outcome["items"],
            "at_least": outcome.get("at_least", scale["low"] + YES_FROM * (scale["high"] - scale["low"])),
            "minimum_answered": outcome.get("answered", least_answered(len(outcome["items"]))),
        }
    return found


def _scale(document: Document, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    low, high = told["low"], told["high"]
    place: Place = ("scales", name)
    if not low < high:
        document.complain(place, f"low must be below high, not {low} and {high}.")
    words = told.get("words", {})
    if isinstance(words, str):
        if words not in document.data.get("words", {}):
            document.complain((*place, "words"), f"there is no table {words} under words.")
        words = document.data.get("words", {}).get(words, {})
    if outside := [word for word, value in words.items() if not low <= value <= high]:
        document.complain((*place, "words"), f"{', '.join(outside)} would lie outside the scale.")
    labels = told.get("labels")
    if labels is not None and len(labels) != high - low + 1:
        document.complain((*place, "labels"), f"{low} to {high} needs {high - low + 1} labels, not {len(labels)}.")
    if labels is None:
        # Of several words for one point the first is what it is called.
        called = {value: word for word, value in reversed(words.items())}
        labels = [called.get(value, str(value)) for value in range(low, high + 1)]
    points = [{"value": value, "label": label} for value, label in zip(range(low, high + 1), labels, strict=False)]
    return {"low": low, "high": high, "words": words, "points": points}


def _entries(document: Document) -> list[tuple[Place, Mapping[str, Any]]]:
    told = document.data
    if "files" not in told:
        return [((), {key: told[key] for key in FILE_KEYS if key in told})]
    for key in FILE_KEYS:
        if key in told:
            document.complain((key,), "stands beside files; write it into each of the files.")
    return [(("files", number), entry) for number, entry in enumerate(told["files"])]


def _weights(document: Document, files: SurveyFiles) -> Weights | None:
    told = document.data.get("weights")
    if told is None:
        return None
    place: Place = ("weights", "margins")
    margins = tuple(Margin(**margin) for margin in told["margins"])
    totals = [sum(margin.people.values()) for margin in margins]
    for number, margin in enumerate(margins):
        if margin.variable not in files.variables:
            document.complain((*place, number), f"no file tells {margin.variable}; describe its column under people.")
        if margin.variable in [earlier.variable for earlier in margins[:number]]:
            document.complain((*place, number), f"{margin.variable} is there twice.")
        if wrong := [name for name in margin.people if SEPARATOR in name or name == UNKNOWN]:
            document.complain((*place, number), f"{wrong[0]} cannot be the name of a category.")
        if abs(totals[number] - totals[0]) > 4e-10 * totals[0]:
            sentence = f"holds {totals[number]:g} people, the first margin {totals[0]:g}; all need the same total."
            document.complain((*place, number), sentence)
    known = {name for margin in margins for name in margin.people}
    for name, neighbour in told.get("merges", {}).items():
        if not any({name, neighbour} <= margin.people.keys() for margin in margins):
            wrong = name if name not in known else neighbour
            document.complain(("weights", "merges", name), f"{wrong} is no category of the same margin.")
    return Weights(margins, float(told.get("cap", 5.0)), told.get("merges", {}))


def _registered(document: Document, files: SurveyFiles) -> Registered | None:
    told = document.data.get("registration")
    if told is None:
        return None
    place: Place = ("registration",)
    outcomes = files.bank["scoring"].get("outcomes", {})
    if "accept" not in outcomes:
        document.complain(place, "a rule needs the outcome accept.")
    for name in told.get("protected_groups", []):
        if name not in files.groups:
            document.complain(
                (*place, "protected_groups"), f"no file tells the group {name}; describe it under groups."
            )
    constructs = {item.get("construct") for item in files.bank["items"]}
    shares = outcomes.keys() - {"accept"} | ({"informed"} if files.sources[0].knowledge else set())
    for number, criterion in enumerate(told.get("criteria", [])):
        known = shares if criterion["kind"] == Kind.SHARE else constructs
        if criterion["metric"] not in known:
            sentence = f"{criterion['metric']} is no {criterion['kind']} that this survey has."
            document.complain((*place, "criteria", number), sentence)
    looks = tuple(told.get("looks", ()))
    alpha = tuple(told.get("alpha", ())) or LEDGERS.get(len(looks) or 3, ())
    looks = looks or tuple(range(1, len(alpha) + 1))
    if len(looks) != len(alpha):
        sentence = f"there are {len(looks)} looks and {len(alpha)} parts of alpha; each look needs one."
        document.complain((*place, "alpha" if "alpha" in told else "looks"), sentence)
    if list(looks) != sorted(looks):
        document.complain((*place, "looks"), "must name the waves in their order.")
    try:
        on = date.fromisoformat(told["registered_on"])
        rule = Rule(
            alpha=alpha,
            protected_groups=tuple(told.get("protected_groups", ())),
            criteria=tuple(
                Minimum(criterion["metric"], Kind(criterion["kind"]), float(criterion["least"]))
                for criterion in told.get("criteria", ())
            ),
            **{name: told[name] for name in ("tau_scale", "tau_retire", "delta", "n_min", "m_min") if name in told},
        )
    except ValueError as error:
        document.complain(place, f"{error}.")
        return None
    return Registered(rule, on, told["population"], told.get("analyst", ""), looks)


def _counted(document: Document, files: SurveyFiles) -> tuple[frozenset[str] | None, frozenset[int] | None]:
    """What counts for the verdict: as registered, else answers from use level 3 on, where the level was asked."""
    counted = document.data.get("registration", {}).get("counted", {})
    asked_mode, asked_level = (any(getattr(source, name) for source in files.sources) for name in ("mode", "use_level"))
    for name, was_asked in (("modes", asked_mode), ("use_levels", asked_level)):
        if name in counted and not was_asked:
            column = "mode" if name == "modes" else "use_level"
            document.complain(("registration", "counted", name), f"no file tells it; describe its column as {column}.")
    modes = frozenset(counted["modes"]) if "modes" in counted else None
    levels = frozenset(counted.get("use_levels", COUNTED_LEVELS)) if asked_level else None
    return modes, levels


def _within_margins(document: Document, files: SurveyFiles, weights: Weights | None) -> SurveyFiles:
    """The same files, read so that every category of a weighted variable is one of its margin."""
    if weights is None:
        return files
    known = {margin.variable: margin.people.keys() for margin in weights.margins}

    def within(source: Source) -> Source:
        return replace(
            source,
            people={
                variable: _limited(choice, known[variable]) if variable in known else choice
                for variable, choice in source.people.items()
            },
        )

    for source in files.sources:
        for variable, choice in source.people.items():
            if variable in known and (wrong := set(choice.words.values()) - known[variable] - {""}):
                sentence = f"{', '.join(sorted(wrong))}: no category of the margin {variable}."
                place = [margin.variable for margin in weights.margins].index(variable)
                document.complain(("weights", "margins", place), sentence)
    return replace(files, sources=tuple(map(within, files.sources)))


def _limited(choice: Choice, known: Any) -> Choice:
    def otherwise(word: str) -> str:
        if word not in known:
            categories = ", ".join(map(quoted, known))
            raise ValueError(f"{quoted(word)} is no category of the margin of this variable; known are {categories}")
        return word

    return replace(choice, otherwise=otherwise) if choice.otherwise else choice


def _blocks(bank: Mapping[str, Any]) -> list[list[str]]:
    """Items on one scale, in the order they are asked: what a careless person answers with one run of ticks."""
    found: dict[str, list[str]] = {}
    for item in bank["items"]:
        found.setdefault(item["scale"], []).append(item["code"])
    return list(found.values())


def _check_layouts(document: Document, spec: Spec) -> None:
    constructs = {item.get("construct") for item in spec.files.bank["items"]} - {None}
    drivers = document.data.get("drivers", {})
    for name in [*drivers.get("constructs", []), *([drivers["outcome"]] if drivers else [])]:
        if name not in constructs:
            document.complain(("drivers",), f"there is no construct {name}.")
    for name in drivers.get("turned", []):
        if name not in drivers["constructs"]:
            document.complain(("drivers", "turned"), f"{name} is none of the drivers.")
    if not drivers or document.complaints:
        document.check()
    mentioned = {wave for item in spec.files.bank["items"] for wave in item.get("waves", [])}
    waves = {*spec.files.waves, *mentioned} or {1}
    if any(not source.waves for source in spec.files.sources):
        # Any wave may come, also one that no item names; what none asks is refused by its row.
        other = max(waves) + 1
        waves |= {other} if asked(spec.files.bank, other) else set()
    for wave in sorted(waves):
        if not asked(spec.files.bank, wave):
            document.complain(("items",), f"no item is asked in wave {wave}.")
            continue
        try:
            spec.layout_of(wave)
        except ValueError as error:
            document.complain(("items",), f"{error}.")


def _hash(told: Mapping[str, Any], bank: Mapping[str, Any]) -> str:
    """Of everything the figures depend on but the answers."""
    text = json.dumps([told, bank], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
