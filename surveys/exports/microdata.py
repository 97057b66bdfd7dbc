"""The answers of a closed wave as a file about people: made safe by a recipe for research, or whole for the house.

What leaves is read from one view of the database: first the classes are counted, then the rows come in chunks, in an
order that has nothing to do with when they were written. Keys are hashed with a salt that is never written down, so
nobody, we included, can join two files, or a file and the database, by them. By the answers themselves files of one
wave can be joined row by row, which is why there is one recipe a wave (``surveys.actions.exports``).
"""

import secrets
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg import Connection, ServerCursor

from surveys import words
from surveys.exports.recipes import AREA, HELPED, MODE, MONTH, QUASI_IDENTIFIERS, WIDE_LABELS, Recipe, large_zones
from surveys.exports.variables import LANGUAGES, NOTHING, Chunk, Measure, Variable, both, safe_names, user_missing
from surveys.instruments import holder_of_wording, in_language
from surveys.metrics.cells import UNKNOWN, VARIABLES
from surveys.metrics.counter import BETWEEN, answers_as_sent
from surveys.metrics.disclosure import BOUND, HIDDEN, has_rules, is_told
from surveys.metrics.figures import Plain
from surveys.metrics.layouts import MODES, NOT_SAID, columns_of, counted_of, layout_of
from surveys.models import Instrument, Wave
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, Question, Text, questionnaire_of
from surveys.stats.anonymity import ALL, Anonymised, Class, Diversity, anonymised, diversity
from surveys.stats.layout import FLAGS, Item
from surveys.stats.scoring import MISSING, Answers, is_answered, reaches

ROWS_AT_ONCE = 5_000
Integers = npt.NDArray[np.int64]

YES_NO = {0: {"ko": "아니요", "en": "no"}, 1: {"ko": "예", "en": "yes"}}
NOT_TOLD = {NO_ANSWER: {"ko": "밝히지 않음", "en": "not said"}}
CANNOT_SAY = {NO_ANSWER: {"ko": "판단할 수 없음", "en": "cannot be judged"}}

KEY = Variable(
    "person",
    {"ko": "사람마다 다른 임의의 값(파일마다 새로 만듦)", "en": "random key of the person, new in every file"},
    Measure.NOMINAL,
    width=16,
    origin="hashed with a salt that is not kept",
)
WITHHELD = Variable(
    "withheld",
    {"ko": "비운 까닭", "en": "why values are empty"},
    Measure.NOMINAL,
    values={
        0: {"ko": "비운 값 없음", "en": "nothing is empty"},
        1: {
            "ko": "K_ANONYMITY: 누구인지 짐작할 수 없도록 비움",
            "en": "K_ANONYMITY: left empty so that nobody stands alone",
        },
    },
    origin="recipe",
)
ACCEPT = Variable(
    "accept",
    {"ko": "서비스를 받아들임", "en": "accepts the service"},
    Measure.NOMINAL,
    values=YES_NO,
    missing=CANNOT_SAY,
    origin="derived as registered",
)
COUNTED = Variable(
    "counted",
    {"ko": "판정에 들어간 응답", "en": "counts for the verdict"},
    Measure.NOMINAL,
    values=YES_NO,
    origin="derived: mode and use level as registered",
)
FLAGS_RAISED = Variable(
    "flags",
    {"ko": "성의 없는 응답의 징후 수", "en": "signs of careless answering"},
    Measure.SCALE,
    origin="derived at submission",
)
MILLISECONDS = Variable(
    "milliseconds",
    {"ko": "응답에 걸린 시간(밀리초)", "en": "time taken to answer, in milliseconds"},
    Measure.SCALE,
    origin="by the clock of the server",
)
STARTED_AT = Variable(
    "started_at", {"ko": "시작한 때(한국 시각)", "en": "begun at, Korean time"}, Measure.NOMINAL, width=19
)
SUBMITTED_AT = Variable(
    "submitted_at", {"ko": "낸 때(한국 시각)", "en": "handed in at, Korean time"}, Measure.NOMINAL, width=19
)
RESERVED = [
    variable.name for variable in (KEY, WITHHELD, ACCEPT, COUNTED, FLAGS_RAISED, MILLISECONDS, STARTED_AT, SUBMITTED_AT)
] + ["wave", *QUASI_IDENTIFIERS]

# Among the codes of questions that are left out: whether she accepts.
ACCEPT_CLOSED = "accept"
# What is known of a person beside her answers, as one word: looked up once for each class, not once for each person.
KNOWN = f"concat_ws('{BETWEEN}', cell, mode, to_char(submitted_at AT TIME ZONE 'Asia/Seoul', 'YYYYMM'))"
SUBMITTED = "FROM surveys_response WHERE wave_id = %(wave)s AND submitted_at IS NOT NULL"
# Who knows which answers: those as she entered them (Entry.as_entered).
ENTERED = f"""
    SELECT staff_pk, known, count(*) FROM (
        SELECT entry.staff_pk, {KNOWN} AS known FROM surveys_response
        JOIN surveys_entry AS entry ON entry.response_id = surveys_response.id
        WHERE wave_id = %(wave)s AND submitted_at IS NOT NULL AND saved_at = entry.at
    ) AS person GROUP BY staff_pk, known ORDER BY staff_pk
"""
IN_KOREA = "to_char({} AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD HH24:MI:SS')"
ROWS = f"""
    SELECT array_send(answers), uuid_send(participant_key), {KNOWN}, coalesce(use_level, 0),
           array_to_string(flags, ',') {{more}}
    {SUBMITTED} ORDER BY uuid_hash_extended(participant_key, %(seed)s)
"""
MORE = f""", array_to_string(groups, '{BETWEEN}'), milliseconds,
    {IN_KOREA.format("started_at")}, {IN_KOREA.format("submitted_at")}"""


@dataclass(frozen=True)
class Microdata:
    """One file about people: its columns, how many rows there are, and the rows, to be read once."""

    variables: tuple[Variable, ...]
    rows: int
    chunks: Iterator[Chunk]
    # For the protocol; empty where nothing was changed.
    disclosure: dict[str, Any]
    # Of a research file: how many of these people each member of the staff entered.
    entered: tuple[int, ...] = ()


@contextmanager
def research_file(wave: Wave, recipe: Recipe, public: Plain) -> Iterator[Microdata]:
    """Level b: direct identifiers and free text out, keys hashed anew, dates to the month, classes of at least k.

    ``public`` are the released figures: what is not told there is in no column, or counting it would tell it. People
    whom a member of the staff entered count for nothing in the classes that she could look into.
    """
    asked = _Asked(wave)
    closed = closed_questions(public)
    kept = [place for place, code in enumerate(asked.codes) if code not in closed]
    with _view(wave, ROWS.format(more=""), asked.sensitive, per_staff=True) as view:
        known = {said: _class_of(said) for said in view.people}
        counts: dict[Class, int] = {}
        for said, people in view.people.items():
            counts[known[said]] = counts.get(known[said], 0) + people
        steps = (large_zones({one[AREA] for one in counts}), *recipe.steps)
        entered = [_by(known, own) for own in view.entered]
        found = anonymised(counts, steps, k=recipe.k, tolerated=recipe.tolerated, entered=entered)
        spread = {
            code: diversity(_by_class(answers, known, found), l=recipe.l) for code, answers in view.answers.items()
        }
        quasi = _Categories(found.classes)
        places = {said: quasi.place[found.classes[one]] for said, one in known.items()}
        counted = (COUNTED,) if asked.counts_by_level_alone else ()
        questions = tuple(asked.answers[place] for place in kept)
        derived = () if ACCEPT_CLOSED in closed else asked.derived
        variables = (KEY, asked.wave_number, *quasi.variables, WITHHELD, *questions, *derived, *counted)

        def chunks() -> Iterator[Chunk]:
            key = _Key()
            for rows in view.chunks():
                sent, keys, said, levels, flags = zip(*rows, strict=True)
                answers = answers_as_sent(sent)
                place = np.fromiter((places[one] for one in said), np.int64, len(rows))
                yield [
                    key.hashed(keys),
                    np.full(len(rows), wave.number),
                    *quasi.codes[place].T,
                    quasi.withheld[place],
                    *answers.T[kept],
                    *(asked.accept(answers) if derived else []),
                    *([asked.counted(said, levels)] if counted else []),
                    np.fromiter((raised.count(",") + 1 if raised else 0 for raised in flags), np.int64, len(rows)),
                ]

        told = _disclosure(recipe, found, {code: one for code, one in spread.items() if code not in closed})
        known_to_staff = tuple(sum(own.values()) for own in entered)
        yield Microdata(
            (*variables, FLAGS_RAISED), found.n, chunks(), told | {"left_out": sorted(closed)}, known_to_staff
        )


def closed_questions(public: Plain) -> set[str]:
    """Codes of the questions of which the released figures tell nothing, and of those behind a share that is closed."""
    if not has_rules(public):
        return set()
    closed = {item["code"] for item in public["items"] if not is_told(item)}
    if public["accept"]["reason"] in (BOUND, HIDDEN):
        closed |= {ACCEPT_CLOSED, *public["disclosure"]["outcome"]["items"]}
    questions = public["informed"]["questions"] if public["informed"] else []
    return closed | {one["code"] for one in questions if one["right"]["reason"] == HIDDEN and one["wrong"] is None}


def _by(known: Mapping[str, Class], people: Mapping[str, int]) -> dict[Class, int]:
    found: dict[Class, int] = {}
    for said, count in people.items():
        found[known[said]] = found.get(known[said], 0) + count
    return found


@contextmanager
def full_file(wave: Wave) -> Iterator[Microdata]:
    """Level c, for inside the organisation: everything that was stored with the answers, but never the stored key."""
    asked = _Asked(wave)
    with _view(wave, ROWS.format(more=MORE)) as view:
        # The month stands in the moments.
        known = {said: (*_class_of(said)[:MONTH], ALL) for said in view.people}
        people = _Categories({one: one for one in known.values()})
        places = {said: people.place[one] for said, one in known.items()}
        flags = tuple(
            Variable(f"flag_{kind}", both(lambda kind=kind: words.FLAG_KINDS[kind]), Measure.NOMINAL, values=YES_NO)  # type: ignore[misc]
            for kind in FLAGS
        )

        def chunks() -> Iterator[Chunk]:
            key = _Key()
            for rows in view.chunks():
                sent, keys, said, levels, raised, groups, milliseconds, started, submitted = zip(*rows, strict=True)
                answers = answers_as_sent(sent)
                place = np.fromiter((places[one] for one in said), np.int64, len(rows))
                yield [
                    key.hashed(keys),
                    np.full(len(rows), wave.number),
                    *people.codes[place].T,
                    *asked.members(groups),
                    *answers.T,
                    *asked.accept(answers),
                    asked.counted(said, levels),
                    *(np.array([kind in one.split(",") for one in raised], dtype=np.int64) for kind in FLAGS),
                    np.array(milliseconds, dtype=np.int64),
                    np.array([moment.encode() for moment in started], dtype="S19"),
                    np.array([moment.encode() for moment in submitted], dtype="S19"),
                ]

        yield Microdata(
            (KEY, asked.wave_number, *people.variables, *asked.groups, *asked.answers, *asked.derived, COUNTED)
            + (*flags, MILLISECONDS, STARTED_AT, SUBMITTED_AT),
            sum(view.people.values()),
            chunks(),
            {},
        )


# What is read


@dataclass
class _View:
    """The responses of a wave as they stood at one moment."""

    # People by what is known of them; for each sensitive question, by what is known of them and what they answered.
    people: dict[str, int]
    answers: dict[str, dict[str, dict[int, int]]]
    cursor: ServerCursor[Any]
    # For each member of the staff, those of these people whom she entered.
    entered: list[dict[str, int]] = field(default_factory=list)

    def chunks(self) -> Iterator[list[tuple[Any, ...]]]:
        while rows := self.cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


@contextmanager
def _view(
    wave: Wave, rows: str, sensitive: Mapping[str, int] | None = None, *, per_staff: bool = False
) -> Iterator[_View]:
    """Counts and rows of the same moment, although answers may be withdrawn meanwhile.

    The cursor outlives the transaction (PostgreSQL sets its rows aside on its own disk), so that whoever waits can be
    told how far it is.
    """
    outermost = not connection.in_atomic_block
    parameters: dict[str, Any] = {"wave": wave.pk, "seed": secrets.randbits(62)}
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Rows are put in order on disk; with as little memory as usual a million would go there and back again.
            cursor.execute("SET LOCAL work_mem = '32MB'")
            people, answers = _counted(cursor, wave, sensitive or {})
            entered = _entered(cursor, wave) if per_staff else []
        held = _held_cursor()
        held.execute(rows, parameters, binary=True)
    try:
        yield _View(people, answers, held, entered)
    finally:
        held.close()


def _counted(
    cursor: CursorWrapper, wave: Wave, sensitive: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, dict[str, dict[int, int]]]]:
    """People by what is known of them, and for each sensitive question by their answer, too: in one reading."""
    names = [f"answer_{number}" for number in range(len(sensitive))]
    told = "".join(f", answers[{place + 1}] AS {name}" for place, name in zip(sensitive.values(), names, strict=True))
    sets = ", ".join(["(known)", *(f"(known, {name})" for name in names)])
    which = "".join(f", CASE WHEN GROUPING({name}) = 0 THEN {name} END" for name in names)
    cursor.execute(
        f"SELECT known, count(*) {which} FROM (SELECT {KNOWN} AS known {told} {SUBMITTED}) AS person "
        f"GROUP BY GROUPING SETS ({sets})",
        {"wave": wave.pk},
    )
    people: dict[str, int] = {}
    answers: dict[str, dict[str, dict[int, int]]] = {code: {} for code in sensitive}
    for known, count, *given in cursor.fetchall():
        asked = [(code, answer) for code, answer in zip(sensitive, given, strict=True) if answer is not None]
        if not asked:
            people[known] = count
        for code, answer in asked:
            answers[code].setdefault(known, {})[answer] = count
    return people, answers


def _entered(cursor: CursorWrapper, wave: Wave) -> list[dict[str, int]]:
    cursor.execute(ENTERED, {"wave": wave.pk})
    found: dict[int, dict[str, int]] = {}
    for staff, known, count in cursor.fetchall():
        found.setdefault(staff, {})[known] = count
    return list(found.values())


def _held_cursor() -> ServerCursor[Any]:
    """The cursor of psycopg itself: results in binary form are not what Django asks for."""
    psycopg: Connection[Any] = connection.connection
    return ServerCursor(psycopg, name=f"export_{secrets.token_hex(8)}", withhold=True)


def _class_of(said: str) -> Class:
    """Quasi-identifiers in their order; an imported wave that has other cells tells no age, sex or area."""
    cell, mode, month = said.split(BETWEEN)
    parts = cell.split("/")
    if len(parts) != len(VARIABLES):
        parts = [UNKNOWN] * len(VARIABLES)
    return (*parts, mode, month)


class _Key:
    """Hashes the keys of one file; the salt goes with it."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)

    def hashed(self, keys: Sequence[bytes]) -> npt.NDArray[np.bytes_]:
        # A letter in front, or a spreadsheet would read some of them as numbers.
        salt = self._salt
        return np.array([b"p" + blake2b(key, key=salt, digest_size=8).hexdigest()[1:].encode() for key in keys], "S16")


# What is asked


class _Asked:
    """The questions of a wave as columns, and what is derived from the answers."""

    def __init__(self, wave: Wave) -> None:
        self.layout = layout_of(wave)
        self._counted = counted_of(wave)
        self._groups = self.layout.groups
        self.codes = columns_of(wave)
        self._column = {code: place for place, code in enumerate(self.codes)}
        self.wave_number = Variable("wave", {"ko": "조사 차수", "en": "number of the wave"}, Measure.ORDINAL)
        self.answers = tuple(question_variables(wave))
        self.derived = (ACCEPT,) if self.layout.accept.items else ()
        self.groups = tuple(
            Variable(
                f"group_{number}",
                both(lambda group=group: words.group_label(group)),  # type: ignore[misc]
                Measure.NOMINAL,
                values=YES_NO,
                missing=NOT_TOLD,
                origin="protected group as registered",
            )
            for number, group in enumerate(self._groups, start=1)
        )

    @property
    def sensitive(self) -> dict[str, int]:
        """What nobody should learn of a neighbour: her answers to the primary outcome. Codes and their columns."""
        codes = self.layout.accept.items or (self.layout.items[0].code,)
        return {code: self._column[code] for code in codes}

    @property
    def counts_by_level_alone(self) -> bool:
        """Where some modes do not count, telling who counts would tell how she answered."""
        return self._counted is not None and set(MODES) <= self._counted.modes

    def accept(self, answers: Answers) -> list[Integers]:
        """Nothing where the bank has no such outcome."""
        threshold = self.layout.accept
        if not threshold.items:
            return []
        items = {item.code: item for item in self.layout.items}
        given = answers[:, [self._column[code] for code in threshold.items]].astype(np.int64)
        answered = is_answered(given)
        oriented = np.column_stack(
            [_turned(items[code], given[:, place]) for place, code in enumerate(threshold.items)]
        )
        yes, judged = reaches(oriented, answered, at_least=threshold.at_least, least=threshold.answered)
        return [np.where(judged, yes.astype(np.int64), NO_ANSWER)]

    def counted(self, said: Sequence[str], levels: Sequence[int]) -> Integers:
        counted = self._counted
        if counted is None:
            return np.ones(len(said), dtype=np.int64)
        return np.array(
            [
                one.split(BETWEEN)[1] in counted.modes and level in counted.use_levels
                for one, level in zip(said, levels, strict=True)
            ],
            dtype=np.int64,
        )

    def members(self, groups: Sequence[str]) -> list[Integers]:
        said = [one.split(BETWEEN) for one in groups]
        return [
            np.array([1 if group in one else NO_ANSWER if group + NOT_SAID in one else 0 for one in said])
            for group in self._groups
        ]


def _turned(item: Item, values: Integers) -> Integers:
    return item.lo + item.hi - values if item.reverse else values


def question_variables(wave: Wave) -> Iterator[Variable]:
    """A column for each question, in the order of the stored answers."""
    survey = wave.survey
    questions = {question.code: question for question in questionnaire_of(wave).questions}
    items = {item.code: item for item in layout_of(wave).items}
    codes = columns_of(wave)
    for code, name in zip(codes, safe_names(codes, RESERVED), strict=True):
        question = questions.get(code)
        if question is not None and question.kind == "knowledge":
            label, measure = _in_both(question.text), Measure.NOMINAL
        else:
            label, measure = both(lambda code=code: words.item_text(survey, code)), Measure.ORDINAL  # type: ignore[misc]
        hidden = holder_of_wording(survey.instrument.document, code) if code in items else ""
        if question is None or hidden:
            values = {value: {"ko": str(value), "en": str(value)} for value in _scale(items[code])}
        else:
            values = {value: _in_both(text) for value, text in question.choices}
        missing = user_missing()
        if question is not None and question.dont_know and not hidden:
            missing[DONT_KNOW] = _in_both(question.dont_know)
        turned = "; reversed: lowest + highest - answer in scores" if code in items and items[code].reverse else ""
        yield Variable(name, label, measure, values, missing, origin=f"{_bank_of(wave, code, question)}{turned}")


def _scale(item: Item) -> range:
    return range(item.lo, item.hi + 1)


def _in_both(text: Text) -> Text:
    return {language: in_language(text, language) for language in ("ko", "en")}


def _bank_of(wave: Wave, code: str, question: Question | None) -> str:
    survey = wave.survey
    if question is not None and question.kind == "knowledge" and wave.question_set is not None:
        return f"question set {wave.question_set.number} of the pilot"
    banks: list[Instrument | None] = [survey.instrument, survey.use_level, survey.comprehension]
    for instrument in banks:
        if instrument is not None and any(item["code"] == code for item in instrument.document["items"]):
            return str(instrument)
    return ""


# Who they are


class _Categories:
    """Released classes as columns of codes; a variable that tells nothing is left out."""

    def __init__(self, classes: Mapping[Class, Class | None]) -> None:
        released = sorted({one for one in classes.values() if one is not None})
        self.place: dict[Class | None, int] = {one: place for place, one in enumerate(released)}
        self.place[None] = len(released)
        areas = {language: _area_names(language) for language in LANGUAGES}
        self.variables: list[Variable] = []
        columns = []
        for number, name in enumerate(QUASI_IDENTIFIERS):
            categories = sorted({one[number] for one in released} - {UNKNOWN})
            if not set(categories) - {ALL}:
                continue
            codes = {
                category: int(category) if number == MONTH else code for code, category in enumerate(categories, 1)
            }
            self.variables.append(
                Variable(
                    name,
                    _LABELS[name],
                    Measure.ORDINAL if name in ("age", "month") else Measure.NOMINAL,
                    values={code: _category(number, category, areas) for category, code in codes.items()},
                    missing=NOT_TOLD,
                    origin="told when joining the pilot" if number < MODE else "noted with the answers",
                )
            )
            columns.append([*(codes.get(one[number], NO_ANSWER) for one in released), NOTHING])
        self.codes: Integers = np.array(columns, dtype=np.int64).reshape(len(columns), len(released) + 1).T
        self.withheld: Integers = np.array([0] * len(released) + [1])


_LABELS: dict[str, Text] = {
    "age": {"ko": "나이대", "en": "age band"},
    "sex": {"ko": "성별", "en": "sex"},
    "area": {"ko": "사는 곳", "en": "area"},
    "mode": {"ko": "응답 방법", "en": "how the answers came in"},
    "month": {"ko": "응답한 달", "en": "month of the answers"},
}


def _area_names(language: str) -> dict[str, str]:
    with translation.override(language):
        return words.area_names()


def _category(number: int, category: str, areas: Mapping[str, Mapping[str, str]]) -> Text:
    if number == MONTH:
        return dict.fromkeys(LANGUAGES, f"{category[:4]}-{category[4:]}")
    if number == MODE:
        return both(lambda: _("with help or on paper") if category == HELPED else words.MODES.get(category, category))
    if number == AREA and category == ALL:
        return both(lambda: _("other areas"))
    if number == AREA:
        return {language: names.get(category, category) for language, names in areas.items()}
    if category in WIDE_LABELS:
        return both(lambda: WIDE_LABELS[category])
    return both(lambda: words.category_label(QUASI_IDENTIFIERS[number], category))


# What the protocol says


def _by_class(
    answers: Mapping[str, Mapping[int, int]], known: Mapping[str, Class], found: Anonymised
) -> dict[Class | None, dict[Hashable, int]]:
    """Answers by the class as released; who did not answer tells nothing."""
    told: dict[Class | None, dict[Hashable, int]] = {}
    for said, given in answers.items():
        here = told.setdefault(found.classes[known[said]], {})
        for answer, people in given.items():
            if answer not in MISSING:
                here[answer] = here.get(answer, 0) + people
    return told


def _disclosure(recipe: Recipe, found: Anonymised, spread: Mapping[str, Diversity]) -> dict[str, Any]:
    return {
        "recipe": recipe.told(),
        "steps_taken": list(found.steps),
        "people": found.n,
        "changed": found.changed,
        "changed_share": round(found.changed / found.n, 4) if found.n else None,
        "missing": found.missing,
        "uniques_before": found.uniques_before,
        "uniques_after": found.uniques_after,
        "smallest_class": found.smallest,
        "l_diversity": [
            {
                "item": code,
                "l": recipe.l,
                "least": told.least,
                "classes": told.classes,
                "classes_below": told.below,
                "people_below": told.people_below,
            }
            for code, told in spread.items()
        ],
    }
