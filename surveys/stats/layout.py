"""What a wave asks and how its counts are laid out: the plain description of a bank, and where each integer stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING as MISSING_DEFAULT
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from surveys.stats.scoring import MISSING, least_answered, units_of

FLAGS = ("speed", "longstring", "irv", "pair")
USE_LEVELS = (1, 2, 3, 4, 5)
DURATION_BINS = 40
# Comprehension questions, and drivers of one outcome.
MOST = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One question with whole answers from ``lo`` to ``hi``; without a construct it is shown by itself only."""

    code: str
    lo: int = 1
    hi: int = 5
    construct: str = ""
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A yes or no made of items: yes from a mean of ``at_least``, missing with fewer than ``answered`` answers."""

    items: tuple[str, ...] = ()
    at_least: float = 4.0
    answered: int = 1


@dataclass(frozen=True, slots=True)
class Informed:
    """Informed is who has at least ``right`` of the first ``of`` comprehension questions; more may be asked after."""

    questions: int = 0
    of: int = 4
    right: int = 3
    # Items that ask how much one thinks to know.
    subjective: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drivers:
    """Constructs that may explain the ``outcome`` construct: 2 to 10 of them, or none at all."""

    constructs: tuple[str, ...] = ()
    outcome: str = ""
    # Those of them whose high scores are bad (concern), looked at the other way round (comfort).
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A known instrument whose score of a person does not follow from the scores of its constructs.

    ``sus`` fills in the middle for up to two items of its one construct; ``mean`` is that of all items of several.
    """

    name: str
    method: str
    constructs: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The shape of a wave's counts.

    Parameters
    ----------
    items
        In the order of the columns of the answers.
    accept, use, endorse
        The primary outcome and its companions; without items nobody can be judged.
    groups
        Names of the registered groups whose acceptance is looked at apart.
    modes
        How an answer can have come in.
    informed
        Comprehension questions, who counts as informed, and the items on how much one thinks to know.
    drivers
        Constructs whose items are counted together with those of the outcome they may explain.
    instruments
        Known instruments that are scored person by person.

    Raises
    ------
    ValueError
        If codes repeat, a scale is empty or runs into the missing codes, a construct mixes scales, or an outcome, the
        drivers, the instruments or the comprehension name what is not there.

    Examples
    --------
    >>> layout = Layout.of({"items": [{"code": "Q1"}, {"code": "Q2"}], "accept": {"items": ["Q1", "Q2"]}})
    >>> layout.column["Q2"], layout.size
    (1, 113)
    """

    items: tuple[Item, ...]
    accept: Threshold = Threshold()
    use: Threshold = Threshold()
    endorse: Threshold = Threshold()
    groups: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("self", "assisted", "paper")
    informed: Informed = field(default_factory=Informed)
    drivers: Drivers = field(default_factory=Drivers)
    instruments: tuple[Instrument, ...] = ()

    def __post_init__(self) -> None:
        for what, names in (
            ("items", [item.code for item in self.items]),
            ("groups", self.groups),
            ("modes", self.modes),
            ("instruments", [instrument.name for instrument in self.instruments]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"{what} repeat a name: {', '.join(names)}")
        if not self.items:
            raise ValueError("items must not be empty")
        for item in self.items:
            if not -90 <= item.lo < item.hi < min(MISSING):
                raise ValueError(f"item {item.code} has the impossible scale {item.lo}..{item.hi}")
        for name, members in self.constructs.items():
            if len({(item.lo, item.hi) for item in members}) > 1:
                raise ValueError(f"construct {name} mixes scales")
            units_of(len(members))
        for what, threshold in (("accept", self.accept), ("use", self.use), ("endorse", self.endorse)):
            unknown = [code for code in threshold.items if code not in self.column]
            if unknown:
                raise ValueError(f"{what} names unknown items: {', '.join(unknown)}")
            if threshold.items and not 1 <= threshold.answered <= len(threshold.items):
                raise ValueError(f"{what} cannot need {threshold.answered} answers of {len(threshold.items)} items")
        rule = self.informed
        if rule.questions and not 1 <= rule.right <= rule.of <= rule.questions:
            raise ValueError(f"informed cannot be {rule.right} right of {rule.of} in {rule.questions} questions")
        if rule.questions > MOST:
            raise ValueError(f"informed cannot have {rule.questions} questions; {MOST} are the most")
        if rule.subjective:
            if unknown := [code for code in rule.subjective if code not in self.column]:
                raise ValueError(f"informed names unknown items: {', '.join(unknown)}")
            if not rule.questions:
                raise ValueError("informed names subjective items without any question")
            if len({(item.lo, item.hi) for item in self.subjective_items}) > 1:
                raise ValueError("informed mixes scales of subjective items")
        self._check_drivers()
        for instrument in self.instruments:
            self._check_instrument(instrument)

    def _check_drivers(self) -> None:
        constructs, outcome = self.drivers.constructs, self.drivers.outcome
        if not constructs and not outcome:
            return
        if unknown := [name for name in (*constructs, outcome) if name not in self.constructs]:
            raise ValueError(f"drivers name unknown constructs: {', '.join(unknown)}")
        if not 2 <= len(constructs) <= MOST:
            raise ValueError(f"drivers must be 2 to {MOST} constructs, got {len(constructs)}")
        if len({*constructs, outcome}) <= len(constructs):
            raise ValueError(f"drivers repeat a construct: {', '.join((*constructs, outcome))}")
        if unknown := [name for name in self.drivers.turned if name not in constructs]:
            raise ValueError(f"drivers turn what is no driver: {', '.join(unknown)}")

    def _check_instrument(self, instrument: Instrument) -> None:
        if unknown := [name for name in instrument.constructs if name not in self.constructs]:
            raise ValueError(f"instrument {instrument.name} names unknown constructs: {', '.join(unknown)}")
        items = [item for name in instrument.constructs for item in self.constructs[name]]
        if instrument.method == "sus":
            if len(instrument.constructs) != 1 or not is_sus(items):
                raise ValueError(f"instrument {instrument.name} is not laid out as the SUS")
        elif instrument.method == "mean":
            if len(instrument.constructs) < 2 or len(items) > MOST:
                raise ValueError(f"instrument {instrument.name} must be 2 constructs or more of at most {MOST} items")
            if len({(item.lo, item.hi) for item in items}) > 1:
                raise ValueError(f"instrument {instrument.name} mixes scales")
        else:
            raise ValueError(f"instrument {instrument.name} has the unknown method {instrument.method}")

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Layout:
        """Layout from a plain description (as JSON or YAML holds it), the inverse of `describe`.

        A threshold that does not say how many items must be answered needs half of them, rounded up.

        Parameters
        ----------
        description
            As `describe` gives it; everything but ``items`` may be left out.

        Returns
        -------
        Layout

        Raises
        ------
        ValueError
            As the layout itself does.
        """

        def threshold(name: str) -> Threshold:
            found = description.get(name) or {}
            items = tuple(found.get("items", ()))
            return Threshold(
                items, found.get("at_least", 4.0), found.get("answered", max(1, least_answered(len(items))))
            )

        return cls(
            items=tuple(Item(**item) for item in description["items"]),
            accept=threshold("accept"),
            use=threshold("use"),
            endorse=threshold("endorse"),
            groups=tuple(description.get("groups", ())),
            modes=tuple(description.get("modes", ("self", "assisted", "paper"))),
            informed=Informed(**_tuples(description.get("informed") or {})),
            drivers=Drivers(**_tuples(description.get("drivers") or {})),
            instruments=tuple(Instrument(**_tuples(one)) for one in description.get("instruments", ())),
        )

    def describe(self) -> dict[str, Any]:
        """The layout as plain data, to be stored beside the counts.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts only.

        Examples
        --------
        >>> layout = Layout((Item("Q1"), Item("Q2", reverse=True)), accept=Threshold(("Q1",)))
        >>> Layout.of(layout.describe()) == layout
        True
        """
        described: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return described

    @cached_property
    def fingerprint(self) -> bytes:
        """32 bytes that tell layouts apart, so that counts of two shapes are never added.

        What is at its default is left out: a layout keeps its fingerprint when later versions can say more.
        """
        return sha256(json.dumps(_told(self), sort_keys=True, ensure_ascii=False).encode()).digest()

    @cached_property
    def form(self) -> bytes:
        """The sections as text, so that counts say what they hold: one line each, length and name."""
        return "\n".join(f"{length} {name}" for name, (_start, length) in self.sections.items()).encode()

    @cached_property
    def column(self) -> dict[str, int]:
        """Column of each item code."""
        return {item.code: number for number, item in enumerate(self.items)}

    @cached_property
    def constructs(self) -> dict[str, tuple[Item, ...]]:
        """Items of each construct, in the order of the bank."""
        found: dict[str, tuple[Item, ...]] = {}
        for item in self.items:
            if item.construct:
                found[item.construct] = (*found.get(item.construct, ()), item)
        return found

    @cached_property
    def driver_items(self) -> tuple[Item, ...]:
        """Items of the ``drivers`` section in its order: driver after driver, the outcome last."""
        names = (*self.drivers.constructs, self.drivers.outcome) if self.drivers.outcome else ()
        return tuple(item for name in names for item in self.constructs[name])

    @cached_property
    def subjective_items(self) -> tuple[Item, ...]:
        """Items on how much one thinks to know of the pilot."""
        return tuple(self.items[self.column[code]] for code in self.informed.subjective)

    @cached_property
    def calibration_units(self) -> int:
        """Units that make 1 in the ``calibration`` section; 0 without subjective items."""
        if not self.subjective_items:
            return 0
        first = self.subjective_items[0]
        return (first.hi - first.lo) * units_of(max(self.informed.questions, len(self.subjective_items)))

    @cached_property
    def sections(self) -> dict[str, tuple[int, int]]:
        """Start and length of each block of integers in a row of counts.

        ======================  =================================================================================
        n                       responses
        item:CODE               histogram lo..hi, then not applicable, don't know, no answer
        score:CONSTRUCT         people with a score, sum, sum of squares (in units)
        listwise:CONSTRUCT      people who answered all items, sums, upper triangle of cross-products
        drivers                 the same over all `driver_items`; left out without drivers
        accept, use, endorse    people who can be judged, yes
        flag                    responses with each kind of flag
        flags                   for 0, 1, 2 and more flags: n, judged, accept
        mode                    for each mode: n, judged, accept
        use_level               for unknown, 1..5: n, judged, accept
        informed                for informed, not informed: n, judged, accept
        question                for each comprehension question: right, wrong, don't know, no answer
        understanding           of who answered any question: n; sums of the numbers right (C), wrong (W) and don't
                                know (K), of C C, C W, W W; confident wrong W/(W+K): people who have it, sum, sum of
                                squares in units (60, from 7 questions on 2520); left out without questions
        calibration             subjective understanding in [0, 1]: n, sum, sum of squares; the same less C/N: n, sum,
                                sum of squares, above +0.2, below -0.2; in `calibration_units`; left out where not asked
        sus:CONSTRUCT           people with a score; sum and sum of squares of their ten contributions (0 to 40), of
                                the two of learnability, of the eight others; people of whom the middle was filled in,
                                people who agree with both of two opposite items; left out where not asked
        overall:INSTRUMENT      people with a score in each of its constructs; of the mean of all its items the sum and
                                sum of squares (in units); left out where not asked
        member:G, unknown:G     n, judged, accept; comprehension judged, informed; score block of each construct
        disposition             complete, partial, broken off
        duration                responses by bit length of their milliseconds; the last bin is unknown
        ======================  =================================================================================
        """
        lengths: list[tuple[str, int]] = [("n", 1)]
        lengths += [(f"item:{item.code}", item.hi - item.lo + 1 + len(MISSING)) for item in self.items]
        for name, members in self.constructs.items():
            k = len(members)
            lengths += [(f"score:{name}", 3), (f"listwise:{name}", 1 + k + k * (k + 1) // 2)]
        if p := len(self.driver_items):
            lengths += [("drivers", 1 + p + p * (p + 1) // 2)]
        lengths += [("accept", 2), ("use", 2), ("endorse", 2)]
        lengths += [("flag", len(FLAGS)), ("flags", 9), ("mode", 3 * len(self.modes)), ("use_level", 18)]
        lengths += [("informed", 6), ("question", 4 * self.informed.questions)]
        if self.informed.questions:
            lengths += [("understanding", 10)]
        if self.subjective_items:
            lengths += [("calibration", 8)]
        for instrument in self.instruments:
            if instrument.method == "sus":
                lengths += [(f"sus:{instrument.constructs[0]}", 9)]
            else:
                lengths += [(f"overall:{instrument.name}", 3)]
        for group in self.groups:
            lengths += [(f"{who}:{group}", 5 + 3 * len(self.constructs)) for who in ("member", "unknown")]
        lengths += [("disposition", 3), ("duration", DURATION_BINS + 1)]
        found: dict[str, tuple[int, int]] = {}
        start = 0
        for name, length in lengths:
            found[name] = (start, length)
            start += length
        return found

    @cached_property
    def size(self) -> int:
        """Integers in a row of counts."""
        return sum(length for _start, length in self.sections.values())


def is_sus(items: Iterable[Item]) -> bool:
    """Whether items are laid out as those of the System Usability Scale: ten, the even ones reversed, 1 to 5.

    Parameters
    ----------
    items
        Of one construct, in the order of the bank.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_sus(Item(f"S{n}", reverse=n % 2 == 0) for n in range(1, 11))
    True
    """
    return [(item.lo, item.hi, item.reverse) for item in items] == [(1, 5, False), (1, 5, True)] * 5


def instruments_among(methods: Mapping[str, str], items: Iterable[Item]) -> tuple[Instrument, ...]:
    """The instruments that a wave's counts have to hold by themselves.

    Parameters
    ----------
    methods
        By which known instrument a construct is scored, as the bank says.
    items
        What the wave asks.

    Returns
    -------
    tuple
        The SUS where all of it is asked, and Van der Laan's nine items where both of its constructs are.

    Examples
    --------
    >>> items = [Item("V1", construct="U"), Item("V2", construct="S"), Item("C", construct="CS")]
    >>> instruments_among({"U": "vdl", "S": "vdl", "CS": "satisfaction"}, items)
    (Instrument(name='VDL', method='mean', constructs=('U', 'S')),)
    """
    asked: dict[str, list[Item]] = {}
    for item in items:
        asked.setdefault(item.construct, []).append(item)
    found = [
        Instrument(name, "sus", (name,))
        for name, method in methods.items()
        if method == "sus" and is_sus(asked.get(name, ()))
    ]
    halves = tuple(name for name, method in methods.items() if method == "vdl" and name in asked)
    if len(halves) > 1 and sum(len(asked[name]) for name in halves) <= MOST:
        found.append(Instrument("VDL", "mean", halves))
    return tuple(found)


def _told(value: Any) -> Any:
    """Plain data of a dataclass without what is at its default."""
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    if not is_dataclass(value):
        return value
    found = {}
    for each in fields(value):
        default = each.default_factory() if each.default_factory is not MISSING_DEFAULT else each.default
        if getattr(value, each.name) != default:
            found[each.name] = _told(getattr(value, each.name))
    return found


def _tuples(described: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as JSON holds them turned into tuples, which equal layouts need."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in described.items()}
