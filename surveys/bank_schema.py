"""Reading a question bank: what surveys/banks/README.md asks of it, checked with the line of every error."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.yaml_lines import Flaw, Kind, Place, line_of, read

LONGEST = 400_000
# Answers that are none: they must not be points of a scale.
MISSING = (97, 98, 99)
# Exact sums of a construct hold up to ten items (surveys.stats.scoring).
MOST_ITEMS = 10
KEYS = {"id", "version", "languages", "status", "title", "licence", "scales", "blocks", "items", "scoring"}
MAY_HAVE = KEYS | {
    "pairs", "questions", "source", "notes", "enabled", "disabled_because", "fills", "asked_of", "bands", "warnings",
}  # fmt: skip
LANGUAGES = ("ko", "en")
STATUSES = ("own", "validated", "translated-unvalidated")
ASKED_OF = ("participants", "evaluators")
# For each way to tell a score: how many items it takes (None: any number), and from where to where they go.
METHODS: Mapping[str, tuple[int | None, int, int]] = {
    "sus": (10, 1, 5),
    "ueq-s": (4, 1, 7),
    "ueq": (None, 1, 7),
    "vdl": (None, 1, 5),
    "recommend-index": (1, 0, 10),
    "satisfaction": (1, 1, 5),
}
OUTCOMES = ("accept", "use", "endorse")
SCORING = {
    "constructs", "high_means_concern", "outcomes", "words", "methods", "headline", "counted_from", "evidence",
    "guessing_penalty", "informed", "calibration", "reading",
}  # fmt: skip
BANK_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
BRACES = re.compile(r"[{}]")

# Flaws that spoil one value only: the rest of the bank can be checked all the same.
ONLY_A_VALUE = {Kind.DATE, Kind.NO_VALUE, Kind.UNPRINTABLE}

Bank = dict[str, Any]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and the line of the text where it is."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return _("line %(line)s: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


class WrongBank(ValueError):
    """A bank that does not follow its schema: all its problems, in the order of their lines."""

    def __init__(self, problems: list[Problem], name: str = "") -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{name}: {problem}" if name else str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Text:
    """A bank with the line of each of its parts."""

    bank: Bank
    lines: Mapping[Place, int]

    def line_of(self, path: Place) -> int:
        """The line of this part, or of the part it would belong to."""
        return line_of(self.lines, path)


def check(text: str, name: str = "") -> Text:
    """A bank from its text, every part with its line. Raises WrongBank with every problem that can be told at once."""
    if len(text) > LONGEST:
        raise WrongBank([Problem(1, _("The text is too long for a question bank."))], name)
    written = read(text)
    found = Text(written.data, written.lines)
    problems = [Problem(max(flaw.line, 1), _told(flaw)) for flaw in written.flaws]
    if all(flaw.kind in ONLY_A_VALUE for flaw in written.flaws):
        flawed = {flaw.place for flaw in written.flaws}
        problems += [
            Problem(found.line_of(path), sentence) for path, sentence in complaints(found.bank) if path not in flawed
        ]
    if problems:
        raise WrongBank(problems, name)
    return found


def _told(flaw: Flaw) -> str:
    match flaw.kind:
        case Kind.NO_YAML:
            return _("This is no YAML: %(problem)s.") % {"problem": flaw.value}
        case Kind.NO_MAPPING:
            return _("A bank is a mapping of names to values.")
        case Kind.TOO_DEEP:
            return _("Its parts lie too deep in each other.")
        case Kind.TOO_LONG:
            return _("The text is too long for a question bank.")
        case Kind.TAG:
            return _("The tag %(tag)s is unknown here.") % {"tag": flaw.value}
        case Kind.ALIAS | Kind.MERGE:
            return _("Anchors and aliases are not taken; write the text out.")
        case Kind.KEY_NO_WORD | Kind.KEY_UNPRINTABLE | Kind.KEY_YES_NO | Kind.KEY_NUMBER:
            return _("A key must be a word; put it in quotes if it looks like a number or yes and no.")
        case Kind.KEY_TWICE:
            return _("The key %(key)s is here twice.") % {"key": flaw.value}
        case Kind.UNPRINTABLE:
            return _("The text holds a character that cannot be shown.")
    return _("Put %(value)s in quotes.") % {"value": flaw.value}


def complaints(bank: Bank) -> list[tuple[Place, str]]:
    """What is wrong with a bank, each with the place where it is."""
    return _Check(bank).complaints


class _Check:
    """Goes through a bank and gathers what is wrong; a part of the wrong kind hides what would be inside it."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.complaints: list[tuple[Place, str]] = []
        self.languages = self.languages_of()
        if missing := KEYS - bank.keys():
            self.say((), _("The bank lacks %(keys)s.") % {"keys": ", ".join(sorted(missing))})
        for key in bank.keys() - MAY_HAVE:
            self.say((key,), _("The key %(key)s is unknown here.") % {"key": key})
        self.described = bank.get("enabled") is False
        self.head()
        self.scales = self.check_scales()
        self.codes = self.check_items()
        self.slots = self.check_questions()
        self.check_blocks()
        self.check_scoring()
        self.check_pairs()
        self.check_bands()

    def say(self, path: Place, sentence: str) -> None:
        self.complaints.append((path, sentence))

    # Kinds of parts

    def mapping(self, value: Any, path: Place, needs: set[str] | None = None, may: set[str] | None = None) -> Bank:
        """The part, if it is a mapping with these keys; otherwise it is complained about and taken as empty."""
        if not isinstance(value, dict):
            self.say(path, _("%(name)s must be a mapping of names to values.") % {"name": self.name(path)})
            return {}
        if needs and (missing := needs - value.keys()):
            self.say(
                path, _("%(name)s lacks %(keys)s.") % {"name": self.name(path), "keys": ", ".join(sorted(missing))}
            )
        if may is not None:
            for key in value.keys() - may - (needs or set()):
                self.say((*path, key), _("The key %(key)s is unknown here.") % {"key": key})
        return value

    def sequence(self, value: Any, path: Place) -> list[Any]:
        if not isinstance(value, list):
            self.say(path, _("%(name)s must be a list.") % {"name": self.name(path)})
            return []
        return value

    def text(self, value: Any, path: Place) -> None:
        """A text in every language of the bank."""
        if not isinstance(value, dict):
            self.say(path, _("%(name)s must be a text by language.") % {"name": self.name(path)})
            return
        for language in self.languages:
            words = value.get(language)
            if not isinstance(words, str) or not words.strip():
                sentence = _("%(name)s has no text in %(language)s.")
                self.say((*path, language), sentence % {"name": self.name(path), "language": language})
            elif BRACES.search(words.replace("{S}", "")):
                self.say((*path, language), _("Only {S}, the name of the service, may stand in braces."))
        for language in value.keys() - set(self.languages):
            self.say((*path, language), _("The bank has no language %(language)s.") % {"language": language})

    def whole(self, value: Any, path: Place, low: int, high: int) -> bool:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return True
        self.say(
            path,
            _("%(name)s must be a whole number from %(low)s to %(high)s.")
            % {"name": self.name(path), "low": low, "high": high},
        )
        return False

    def number(self, value: Any, path: Place) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.say(path, _("%(name)s must be a number.") % {"name": self.name(path)})

    def one_of(self, value: Any, path: Place, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            self.say(
                path,
                _("%(name)s is %(value)s, which is none of %(allowed)s.")
                % {"name": self.name(path), "value": value, "allowed": ", ".join(allowed)},
            )

    def known(self, codes: Any, path: Place) -> list[str]:
        """Codes of items of the bank, each once."""
        found = self.sequence(codes, path)
        for place, code in enumerate(found):
            if not isinstance(code, str) or code not in self.codes:
                self.say((*path, place), _("There is no item %(code)s in the bank.") % {"code": code})
            elif code in found[:place]:
                self.say((*path, place), _("%(code)s is here twice.") % {"code": code})
        return [code for code in found if isinstance(code, str)]

    def name(self, path: Place) -> str:
        """What to call a part: an item and a block by its own name, the rest by its keys."""
        if len(path) > 1 and isinstance(path[1], int):
            try:
                part = self.bank[str(path[0])][path[1]]
                own = part.get("code") or part.get("id")
            except (AttributeError, IndexError, KeyError, TypeError):
                own = None
            if own:
                return " ".join(map(str, (own, *path[2:])))
        return " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in path) or _("The bank")

    # Parts of a bank

    def languages_of(self) -> tuple[str, ...]:
        found = self.bank.get("languages", list(LANGUAGES))
        if not isinstance(found, list) or not found or any(language not in LANGUAGES for language in found):
            self.say(("languages",), _("languages must be a list of ko and en, or one of them."))
            return LANGUAGES
        return tuple(found)

    def head(self) -> None:
        bank = self.bank
        if "id" in bank and not (isinstance(bank["id"], str) and BANK_ID.fullmatch(bank["id"])):
            self.say(("id",), _("id must be a short name of small letters, digits and hyphens."))
        if "version" in bank and (
            isinstance(bank["version"], bool | float) or not VERSION.fullmatch(str(bank["version"]))
        ):
            self.say(("version",), _("version must be a whole number, or a short name in quotes."))
        if isinstance(bank.get("status"), dict):
            for language in self.languages:
                self.one_of(bank["status"].get(language), ("status", language), STATUSES)
        elif "status" in bank:
            self.one_of(bank["status"], ("status",), STATUSES)
        if "title" in bank:
            self.text(bank["title"], ("title",))
        if "enabled" in bank and not isinstance(bank["enabled"], bool):
            self.say(("enabled",), _("enabled must be true or false."))
        if self.described:
            self.text(bank.get("disabled_because"), ("disabled_because",))
        if "asked_of" in bank:
            self.one_of(bank["asked_of"], ("asked_of",), ASKED_OF)
        if "fills" in bank and not isinstance(bank["fills"], str):
            self.say(("fills",), _("fills must be the id of a bank of the catalogue."))
        for place, warning in enumerate(self.sequence(bank.get("warnings", []), ("warnings",))):
            self.text(warning, ("warnings", place))
        if "licence" in bank:
            self.check_licence()

    def check_licence(self) -> None:
        licence = self.mapping(
            self.bank["licence"], ("licence",), {"holder", "terms", "may_ship"}, {"permission_ref", "needs_permission"}
        )
        for key in ("holder", "terms"):
            if key in licence and not (isinstance(licence[key], str) and licence[key].strip()):
                self.say(("licence", key), _("%(name)s must be a text.") % {"name": f"licence {key}"})
        for key in ("may_ship", "needs_permission"):
            if key in licence and not isinstance(licence[key], bool):
                self.say(("licence", key), _("%(name)s must be true or false.") % {"name": f"licence {key}"})
        if licence.get("may_ship") is False and not self.described and not licence.get("permission_ref"):
            self.say(
                ("licence",),
                _("A bank whose wording may not be handed on needs permission_ref: what lets the city use it."),
            )

    def check_scales(self) -> Bank:
        found = {}
        for name, scale in self.mapping(self.bank.get("scales", {}), ("scales",)).items():
            path: Place = ("scales", name)
            needs = {"low", "high"} if self.described else {"low", "high", "points"}
            scale = self.mapping(scale, path, needs, {"points", "dont_know"})
            if not all(key in scale and self.whole(scale[key], (*path, key), -90, 96) for key in ("low", "high")):
                continue
            low, high = scale["low"], scale["high"]
            if high >= min(MISSING) or low >= high:
                self.say(path, _("The scale %(name)s must rise, and end below 97.") % {"name": name})
                continue
            found[name] = (low, high)
            if "dont_know" in scale:
                self.text(scale["dont_know"], (*path, "dont_know"))
            if "points" in scale:
                self.check_points(name, scale["points"], low, high)
        return found

    def check_points(self, name: str, points: Any, low: int, high: int) -> None:
        path: Place = ("scales", name, "points")
        values = []
        for place, point in enumerate(self.sequence(points, path)):
            point = self.mapping(point, (*path, place), {"value", "label"}, set())
            values.append(point.get("value"))
            if "label" in point:
                self.text(point["label"], (*path, place, "label"))
        if values != list(range(low, high + 1)):
            self.say(
                path,
                _("The scale %(name)s has the points %(points)s, not %(low)s to %(high)s.")
                % {"name": name, "points": ", ".join(map(str, values)), "low": low, "high": high},
            )

    def check_items(self) -> list[str]:
        codes: list[str] = []
        needs = {"code", "scale"} if self.described else {"code", "scale", "text"}
        may = {"construct", "reverse", "order_fixed", "text", "topic", "poles", "first_wave", "waves"}
        for place, item in enumerate(self.sequence(self.bank.get("items", []), ("items",))):
            path: Place = ("items", place)
            item = self.mapping(item, path, needs, may)
            if "code" in item:
                self.check_code(item["code"], (*path, "code"), codes)
            if "scale" in item and (not isinstance(item["scale"], str) or item["scale"] not in self.scales):
                self.say(
                    (*path, "scale"),
                    _("item %(code)s has the unknown scale %(scale)s.")
                    % {"code": item.get("code"), "scale": item["scale"]},
                )
            for key in ("text", "topic"):
                if key in item:
                    self.text(item[key], (*path, key))
            if "poles" in item:
                for pole, words in self.mapping(item["poles"], (*path, "poles"), {"left", "right"}, set()).items():
                    self.text(words, (*path, "poles", pole))
            for key in ("reverse", "order_fixed"):
                if key in item and not isinstance(item[key], bool):
                    self.say((*path, key), _("%(name)s must be true or false.") % {"name": self.name((*path, key))})
            if "construct" in item and not (isinstance(item["construct"], str) and CODE.fullmatch(item["construct"])):
                self.say((*path, "construct"), _("%(name)s must be a short name.") % {"name": self.name(path)})
            if "first_wave" in item:
                self.whole(item["first_wave"], (*path, "first_wave"), 1, 99)
            for number, wave in enumerate(self.sequence(item.get("waves", []), (*path, "waves"))):
                self.whole(wave, (*path, "waves", number), 1, 99)
        return codes

    def check_code(self, code: Any, path: Place, codes: list[str]) -> None:
        if not isinstance(code, str) or not CODE.fullmatch(code):
            self.say(path, _("A code is a letter and up to 19 letters, digits and underscores."))
        elif code in codes:
            self.say(path, _("The code %(code)s is here twice.") % {"code": code})
        else:
            codes.append(code)

    def check_questions(self) -> list[str]:
        if "questions" not in self.bank:
            return []
        questions = self.mapping(self.bank["questions"], ("questions",), {"options", "dont_know", "slots"}, set())
        if "options" in questions:
            self.whole(questions["options"], ("questions", "options"), 2, 9)
        if "dont_know" in questions:
            self.text(questions["dont_know"], ("questions", "dont_know"))
        taken = list(self.codes)
        for place, slot in enumerate(self.sequence(questions.get("slots", []), ("questions", "slots"))):
            path: Place = ("questions", "slots", place)
            slot = self.mapping(slot, path, {"code", "first_wave", "asks"}, {"topic"})
            if "code" in slot:
                self.check_code(slot["code"], (*path, "code"), taken)
            if "first_wave" in slot:
                self.whole(slot["first_wave"], (*path, "first_wave"), 1, 99)
            if "asks" in slot:
                self.text(slot["asks"], (*path, "asks"))
        return taken[len(self.codes) :]

    def check_blocks(self) -> None:
        askable, shown = {*self.codes, *self.slots}, set()
        for place, block in enumerate(self.sequence(self.bank.get("blocks", []), ("blocks",))):
            path: Place = ("blocks", place)
            block = self.mapping(block, path, {"id", "title", "items"}, set())
            if "title" in block:
                self.text(block["title"], (*path, "title"))
            for number, code in enumerate(self.sequence(block.get("items", []), (*path, "items"))):
                where = (*path, "items", number)
                if not isinstance(code, str) or code not in askable:
                    self.say(where, _("There is no item %(code)s in the bank.") % {"code": code})
                elif code in shown:
                    self.say(where, _("%(code)s is shown twice.") % {"code": code})
                else:
                    shown.add(code)
        if (unseen := askable - shown) and not self.described:
            self.say(("blocks",), _("No block shows %(codes)s.") % {"codes": ", ".join(sorted(unseen))})

    def check_scoring(self) -> None:
        scoring = self.mapping(self.bank.get("scoring", {}), ("scoring",), None, SCORING)
        constructs = self.mapping(scoring.get("constructs", {}), ("scoring", "constructs"))
        for name, construct in constructs.items():
            self.check_construct(name, construct)
        for key in ("high_means_concern", "headline"):
            for place, name in enumerate(self.sequence(scoring.get(key, []), ("scoring", key))):
                if name not in constructs:
                    self.say(("scoring", key, place), _("There is no construct %(name)s.") % {"name": name})
        for name, method in self.mapping(scoring.get("methods", {}), ("scoring", "methods")).items():
            self.one_of(method, ("scoring", "methods", name), tuple(METHODS))
            if name not in constructs:
                self.say(("scoring", "methods", name), _("There is no construct %(name)s.") % {"name": name})
            elif method in METHODS and not self.described:
                self.check_method(name, method)
        for name, outcome in self.mapping(
            scoring.get("outcomes", {}), ("scoring", "outcomes"), None, set(OUTCOMES)
        ).items():
            path: Place = ("scoring", "outcomes", name)
            outcome = self.mapping(outcome, path, {"items", "at_least", "minimum_answered"}, set())
            items = self.known(outcome.get("items", []), (*path, "items"))
            if "at_least" in outcome:
                self.number(outcome["at_least"], (*path, "at_least"))
            if "minimum_answered" in outcome:
                self.whole(outcome["minimum_answered"], (*path, "minimum_answered"), 1, max(1, len(items)))
        for key in ("words", "reading"):
            for place, word in enumerate(self.sequence(scoring.get(key, []), ("scoring", key))):
                path = ("scoring", key, place)
                word = self.mapping(word, path, {"label"}, {"below"})
                if "label" in word:
                    self.text(word["label"], (*path, "label"))
                if "below" in word:
                    self.number(word["below"], (*path, "below"))
        for place, step in enumerate(self.sequence(scoring.get("evidence", []), ("scoring", "evidence"))):
            path = ("scoring", "evidence", place)
            step = self.mapping(step, path, {"step", "text"}, set())
            if "step" in step:
                self.whole(step["step"], (*path, "step"), 1, 9)
            if "text" in step:
                self.text(step["text"], (*path, "text"))

    def check_construct(self, name: str, construct: Any) -> None:
        path: Place = ("scoring", "constructs", name)
        construct = self.mapping(construct, path, {"name", "items"}, {"minimum_answered", "number_of_items"})
        if "name" in construct:
            self.text(construct["name"], (*path, "name"))
        codes = self.known(construct.get("items", []), (*path, "items"))
        if len(codes) > MOST_ITEMS:
            self.say((*path, "items"), _("A construct has at most %(most)s items.") % {"most": MOST_ITEMS})
        if "minimum_answered" in construct:
            most = max(1, len(codes), construct.get("number_of_items", 0) if self.described else 0)
            self.whole(construct["minimum_answered"], (*path, "minimum_answered"), 1, most)
        described = self.items_by_code()
        for place, code in enumerate(codes):
            belongs = described.get(code, {}).get("construct")
            if code in described and belongs != name:
                self.say(
                    (*path, "items", place),
                    _("item %(code)s says that it belongs to %(construct)s.") % {"code": code, "construct": belongs},
                )
        ends = {self.scales.get(str(described[code].get("scale"))) for code in codes if code in described} - {None}
        if len(ends) > 1:
            self.say(path, _("The construct %(name)s mixes scales of different length.") % {"name": name})

    def check_method(self, name: str, method: str) -> None:
        """A score is told in this way only if the wave asks all of what the way is made for."""
        count, low, high = METHODS[method]
        construct = self.bank["scoring"]["constructs"][name]
        codes = construct.get("items") if isinstance(construct, dict) else None
        items = [self.items_by_code().get(code, {}) for code in codes if isinstance(code, str)] if codes else []
        path: Place = ("scoring", "methods", name)
        if (count is not None and len(items) != count) or any(
            self.scales.get(str(item.get("scale"))) != (low, high) for item in items
        ):
            self.say(
                path,
                _("%(method)s takes items from %(low)s to %(high)s, and %(count)s of them.")
                % {"method": method, "low": low, "high": high, "count": count or len(items)},
            )
        elif method == "sus" and [item.get("reverse", False) for item in items] != [False, True] * 5:
            self.say(path, _("sus takes ten items of which every second is reversed."))
        elif any("waves" in item or "first_wave" in item for item in items):
            self.say(path, _("%(method)s takes items that every wave asks.") % {"method": method})

    def items_by_code(self) -> dict[str, Bank]:
        items = self.bank.get("items")
        return {
            item["code"]: item
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict) and isinstance(item.get("code"), str)
        }

    def check_pairs(self) -> None:
        for place, pair in enumerate(self.sequence(self.bank.get("pairs", []), ("pairs",))):
            if len(self.known(pair, ("pairs", place))) != 2:
                self.say(("pairs", place), _("A pair has two items."))

    def check_bands(self) -> None:
        for place, band in enumerate(self.sequence(self.bank.get("bands", []), ("bands",))):
            path: Place = ("bands", place)
            band = self.mapping(band, path, {"score", "what", "source", "norms_language", "limits"}, set())
            if "what" in band:
                self.text(band["what"], (*path, "what"))
            lowest = math.inf
            for number, limit in enumerate(self.sequence(band.get("limits", []), (*path, "limits"))):
                where = (*path, "limits", number)
                limit = self.mapping(limit, where, {"from", "label"}, {"percentiles"})
                found = limit.get("from")
                if isinstance(found, bool) or not isinstance(found, int | float) or not found < lowest:
                    self.say(where, _("The limits of a band must be numbers that fall."))
                else:
                    lowest = found
