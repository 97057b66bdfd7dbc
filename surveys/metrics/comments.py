"""What comments tell by their words: what tells people apart who accept and who do not, and what is typical of a topic.

Nothing here reads a database: the site and `manage.py analyse` follow the same rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from surveys.metrics.disclosure import HIDDEN, leaves_enough
from surveys.metrics.figures import Plain, limits
from surveys.metrics.suppression import K, rounded
from surveys.stats.drivers import GOOD_PERFORMANCE
from surveys.stats.layout import Layout
from surveys.stats.scoring import Answers, Integers, is_answered, least_answered, reaches
from surveys.stats.text import (
    LABELS,
    LEAST_DOCUMENTS,
    WordCounts,
    count_words,
    distinctive_words,
    english_words,
    korean_words,
    log_odds,
    mask_personal,
)

# Words that show what people who score low on a topic speak of, and comments kept for each topic.
LEADING_WORDS = 10
MOST_TYPICAL = 20


@dataclass(frozen=True)
class Spoken:
    """A comment as its words, with its key and who wrote it: accepts or not, and on which topics she scores low."""

    key: int
    words: Sequence[str]
    accepts: bool
    low: frozenset[str] = frozenset()


def words_of(comment: str, nouns: Sequence[str]) -> list[str]:
    """The words of a comment that are counted; what points at a person is taken out before."""
    korean = any("가" <= letter <= "힣" for letter in comment)
    language = "ko" if korean else "en"
    text = mask_personal(comment, language=language).text
    # What was masked is nobody's word.
    for label in LABELS[language].values():
        text = text.replace(label, " ")
    return korean_words(text, nouns=nouns) if korean else english_words(text)


def who_accepts(layout: Layout, answers: Answers | Integers) -> tuple[list[bool], list[bool]]:
    """Who accepts, and who can be judged."""
    rule = layout.accept
    yes, judged = _reaching(layout, answers, rule.items, at_least=rule.at_least, least=rule.answered)
    return yes, judged


def who_scores_low(layout: Layout, answers: Answers | Integers) -> list[frozenset[str]]:
    """Of each person the topics on which she stands below the line that parts a good standing from one to improve."""
    found: list[set[str]] = [set() for _row in answers]
    for name in layout.drivers.constructs:
        items = layout.constructs[name]
        at_least = items[0].lo + GOOD_PERFORMANCE * (items[0].hi - items[0].lo)
        yes, judged = _reaching(
            layout,
            answers,
            [item.code for item in items],
            at_least=at_least,
            least=least_answered(len(items)),
            turned=name in layout.drivers.turned,
        )
        for topics, good, known in zip(found, yes, judged, strict=True):
            if known and not good:
                topics.add(name)
    return [frozenset(topics) for topics in found]


def _reaching(
    layout: Layout,
    answers: Answers | Integers,
    codes: Sequence[str],
    *,
    at_least: float,
    least: int,
    turned: bool = False,
) -> tuple[list[bool], list[bool]]:
    columns = [layout.column[code] for code in codes]
    items = [layout.items[column] for column in columns]
    raw = answers[:, columns].astype(np.int64)
    ends = np.array([item.lo + item.hi for item in items])
    oriented = np.where([item.reverse != turned for item in items], ends - raw, raw)
    yes, judged = reaches(oriented, is_answered(raw), at_least=at_least, least=least)
    return yes.tolist(), judged.tolist()


def counts_by_acceptance(comments: Iterable[Spoken]) -> tuple[WordCounts, WordCounts]:
    """Words of people who do not accept, and of those who do."""
    told = list(comments)
    against, in_favour = (count_words(one.words for one in told if one.accepts is wanted) for wanted in (False, True))
    return against, in_favour


def words_figures(against: WordCounts, in_favour: WordCounts) -> Plain:
    """The words that tell the comments of people who do not accept from those of people who do, with their counts."""
    found = distinctive_words(against, in_favour)
    return {
        "not_accepting": found.n_1,
        "accepting": found.n_2,
        "method": found.method,
        "reason": found.reason.value if found.reason else None,
        "words": [
            {
                "word": word.word,
                "value": word.value,
                **limits(word.interval),
                "n": word.n_1 + word.n_2,
                "not_accepting": word.n_1,
                "accepting": word.n_2,
                "z": word.z,
                "method": found.method,
                "reason": None,
            }
            for word in found.words
        ],
    }


def typical_comments(comments: Sequence[Spoken], topic: str) -> list[int]:
    """Numbers of the comments that speak most of what people who score low on a topic speak of, the most typical first.

    Of the words in five comments or more, the ten that lean most to people who score low; of the comments of these
    people, those whose words of that list have the largest z together. A way to find what to read, not a figure.
    """
    low = count_words(one.words for one in comments if topic in one.low)
    others = count_words(one.words for one in comments if topic not in one.low)
    leaning = {}
    for word, count in low.documents.items():
        together = count + others.documents.get(word, 0)
        if LEAST_DOCUMENTS <= together < low.n + others.n:
            leaning[word] = log_odds(word, count, low.n, together - count, others.n).z
    leading = sorted((word for word, z in leaning.items() if z > 0), key=lambda word: (-leaning[word], word))
    wanted = set(leading[:LEADING_WORDS])
    scored = [
        # Summed in one order, so that the last digit is the same in every run.
        (sum(leaning[word] for word in sorted(wanted & set(one.words))), one.key)
        for one in comments
        if topic in one.low
    ]
    typical = sorted((entry for entry in scored if entry[0] > 0), key=lambda entry: (-entry[0], entry[1]))
    return [key for _score, key in typical[:MOST_TYPICAL]]


def words_again(results: Plain) -> Plain:
    """The figures of the words that are told, from their counts alone; which words are told follows from comments."""
    sides = ("not_accepting", "accepting")
    against, in_favour = (
        WordCounts(results[side], {word["word"]: word[side] for word in results["words"] if word[side]})
        for side in sides
    )
    return words_figures(against, in_favour)


def entered_words(told: Iterable[Spoken], results: Plain) -> Plain:
    """Of comments that one member of the staff entered how many stand on each side, and hold each word of the list."""
    against, in_favour = counts_by_acceptance(told)
    words = [word["word"] for word in results["words"]]
    return {
        "not_accepting": against.n,
        "accepting": in_favour.n,
        "words": {word: [against.documents.get(word, 0), in_favour.documents.get(word, 0)] for word in words},
    }


def words_released(results: Plain) -> Plain:
    """For everybody: nothing where few of one side wrote; a word with its counts, or only the side it leans to.

    ``entered`` in the results is what each member of the staff entered: the same holds for the rest of it.
    """
    sides = results["not_accepting"], results["accepting"]
    entered = results.get("entered", [])
    rests = [(sides[0] - own["not_accepting"], sides[1] - own["accepting"]) for own in entered]
    told = {name: results[name] for name in ("method", "reason")}
    if min(sides) < K or any(any(rest) and min(rest) < K for rest in rests):
        # That nobody of one side wrote tells on which side everybody stands who did.
        reason = HIDDEN if any(sides) else results["reason"]
        return told | {"n": None, "not_accepting": None, "accepting": None, "reason": reason, "words": []}
    return told | {
        "n": sum(map(rounded, sides)),
        "not_accepting": rounded(sides[0]),
        "accepting": rounded(sides[1]),
        "words": [
            _word_released(word, sides, [own["words"][word["word"]] for own in entered], rests)
            for word in results["words"]
            if leaves_enough(word["n"], [sum(own["words"][word["word"]]) for own in entered])
        ],
    }


def _word_released(
    word: Plain, sides: tuple[int, int], entered: Sequence[Sequence[int]], rests: Sequence[tuple[int, int]]
) -> Plain:
    used = word["not_accepting"], word["accepting"]
    views = [(used, sides)]
    views += [((used[0] - own[0], used[1] - own[1]), rest) for own, rest in zip(entered, rests, strict=True)]
    # Nobody at all on one side would say of everybody with the word on which side she stands.
    shown = all(
        count >= K and n - count >= K
        for counts, people in views
        if any(people)
        for count, n in zip(counts, people, strict=True)
    )
    numbers = ("value", "low", "high", "confidence", "n", "not_accepting", "accepting", "z")
    told = {"word": word["word"], "leans": leaning_of(word), "method": word["method"]}
    if not shown:
        return told | dict.fromkeys(numbers) | {"reason": HIDDEN}
    return told | {
        **{name: round(word[name], 2) for name in ("value", "low", "high")},
        "confidence": word["confidence"],
        **{name: rounded(word[name]) for name in ("n", "not_accepting", "accepting")},
        "z": None,
        "reason": None,
    }


def leaning_of(word: Plain) -> str:
    """On which side a word stands out."""
    return "not_accepting" if word["value"] > 0 else "accepting"


def counts_to_bytes(against: WordCounts, in_favour: WordCounts) -> bytes:
    """What figures and public form of the words follow from. Rarer words, which may be names, are left out."""
    common = {
        word: [against.documents.get(word, 0), in_favour.documents.get(word, 0)]
        for word in sorted({*against.documents, *in_favour.documents})
        if against.documents.get(word, 0) + in_favour.documents.get(word, 0) >= LEAST_DOCUMENTS
    }
    return json.dumps({"n": [against.n, in_favour.n], "documents": common}, ensure_ascii=False).encode()


def counts_from_bytes(data: bytes) -> tuple[WordCounts, WordCounts]:
    told: Plain = json.loads(data)
    first, second = (
        WordCounts(n, {word: counts[side] for word, counts in told["documents"].items() if counts[side]})
        for side, n in enumerate(told["n"])
    )
    return first, second
