"""What people wrote: the words of comments, those that tell two groups apart, two coders, and what must be masked.

Words are counted by the comments that hold them, not by how often they occur: one loud person counts once. Nothing here
writes a summary; the reportable result is a codebook applied by people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import log, sqrt
from string import ascii_letters, digits
from typing import Any

from surveys.stats.estimates import Interval, Reason, check_same_length, two_sided_z

LOG_ODDS = "log-odds with informative dirichlet prior"
KAPPA = "cohen kappa"

PRIOR = 1000.0
LEAST_DOCUMENTS = 5
DISTINCTIVE_Z = 1.96

# Common and proper nouns, verbs, adjectives, roots.
KEPT_TAGS = frozenset({"NNG", "NNP", "VV", "VA", "XR"})

_ENGLISH_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_STOP_WORDS = re.compile(
    r"about|after|again|all|also|always|am|an|and|any|are|as|at|be|because|been|before|being|both|but|by|can|"
    r"cannot|could|did|do|does|doing|done|down|each|even|ever|every|for|from|get|gets|getting|got|had|has|have|"
    r"having|he|her|here|him|his|how|if|in|into|is|it|its|itself|just|let|like|made|make|makes|many|may|me|more|"
    r"most|much|must|my|myself|no|nor|not|now|of|off|on|once|one|only|or|other|our|out|over|own|perhaps|really|"
    r"same|she|should|so|some|sometimes|still|such|than|that|the|their|them|then|there|these|they|thing|things|"
    r"this|those|though|through|to|too|under|until|up|us|very|was|we|were|what|when|where|which|while|who|whom|"
    r"whose|why|will|with|would|yet|you|your|yours"
)
_IRREGULAR = {"buses": "bus", "children": "child", "men": "man", "women": "woman", "news": "news"}


def english_words(text: str) -> list[str]:
    """Words of an English comment, in the order written.

    Parameters
    ----------
    text
        Any text; whatever is no letter from a to z parts words.

    Returns
    -------
    list of str
        Lower case, without possessive endings, contractions, single letters and the common words that say nothing by
        themselves; plurals folded into singulars.

    Notes
    -----
    The stemmer is light on purpose: it folds plurals only, so what is shown is still a word.

    References
    ----------
    Harman (1991), How effective is suffixing?, JASIS 42 (the S stemmer).

    Examples
    --------
    >>> english_words("The buses were late, and the driver's app isn't made for older cities!")
    ['bus', 'late', 'driver', 'app', 'older', 'city']
    """
    found = []
    for written in _ENGLISH_WORD.findall(text.lower().replace("’", "'")):
        word = written.partition("'")[0]
        if len(word) > 1 and not _STOP_WORDS.fullmatch(word) and not written.endswith("n't"):
            found.append(_singular(word))
    return found


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def korean_words(text: str, *, nouns: Collection[str] = ()) -> list[str]:
    """Words of a Korean comment, in the order written.

    Parameters
    ----------
    text
        Any text.
    nouns
        Names and terms of the service, kept in one piece wherever they stand: without it 공유차 falls in two. Where one
        holds another, the longer wins.

    Returns
    -------
    list of str
        Nouns, roots, and verbs and adjectives in their dictionary form; no particles, endings and adverbs.

    Notes
    -----
    The model is loaded once per process, which takes about a second and half a gigabyte. ``nouns`` belong to the call,
    not to the model: what one comment is taken apart into does not depend on the comments before it.

    References
    ----------
    Kiwi, the Korean Intelligent Word Identifier; part-of-speech tags of the Sejong corpus.

    Examples
    --------
    >>> korean_words("공유차가 늦게 와서 불편했어요.", nouns=["공유차"])
    ['공유차', '늦다', '오다', '불편']
    """
    fixed = [(found.start(), found.end(), "NNP") for found in _any_of(nouns).finditer(text)] if nouns else None
    # An irregular verb has the tag VV-I, its dictionary form is the lemma.
    return [
        token.lemma for token in _kiwi().tokenize(text, pretokenized=fixed) if token.tag.partition("-")[0] in KEPT_TAGS
    ]


@cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


def _any_of(nouns: Collection[str]) -> re.Pattern[str]:
    return re.compile(
        "|".join(re.escape(noun) for noun in sorted(set(nouns) - {""}, key=lambda noun: (-len(noun), noun)))
    )


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many comments hold each word, of how many comments in all. Adds and subtracts exactly."""

    n: int
    documents: Mapping[str, int]

    def merge(self, other: WordCounts) -> WordCounts:
        """The counts of both sets of comments."""
        return self._combined(other, 1)

    def subtract(self, other: WordCounts) -> WordCounts:
        """These counts without the other ones: the inverse of `merge`."""
        return self._combined(other, -1)

    def _combined(self, other: WordCounts, sign: int) -> WordCounts:
        combined = Counter(self.documents)
        for word, count in other.documents.items():
            combined[word] += sign * count
        return WordCounts(self.n + sign * other.n, {word: count for word, count in combined.items() if count})


def count_words(comments: Iterable[Iterable[str]]) -> WordCounts:
    """Count the comments that hold each word.

    Parameters
    ----------
    comments
        The words of each comment, as `korean_words` or `english_words` found them.

    Returns
    -------
    WordCounts
        Of no comments, where there are none.

    Notes
    -----
    A comment counts once for each word it holds.

    Examples
    --------
    >>> counts = count_words([["bus", "late", "bus"], ["bus", "clean"]])
    >>> counts.n, counts.documents["bus"]
    (2, 2)
    """
    n, documents = 0, Counter[str]()
    for words in comments:
        n += 1
        documents.update(set(words))
    return WordCounts(n, dict(documents))


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the comments that hold it in either group; ``value`` above 0 leans to the first.

    ``value`` is the difference of the log-odds, ``z`` that over its standard error.
    """

    word: str
    value: float
    interval: Interval
    z: float
    n_1: int
    n_2: int


@dataclass(frozen=True, slots=True)
class Distinctive:
    """Words that tell two groups of comments apart, the most telling of the first group first; n counts comments."""

    words: tuple[Word, ...]
    n_1: int
    n_2: int
    method: str = LOG_ODDS
    reason: Reason | None = None


def log_odds(
    word: str, count_1: int, n_1: int, count_2: int, n_2: int, *, prior: float = PRIOR, confidence: float = 0.95
) -> Word:
    """How much likelier a comment of the first group is to hold a word than one of the second.

    Parameters
    ----------
    word
        Stands in the result.
    count_1, count_2
        Comments with the word, together at least 1.
    n_1, n_2
        All comments of either group.
    prior
        Weight of what both groups share (A0), in comments, above 0.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Word
        Log-odds in nats; the interval is normal.

    Raises
    ------
    ValueError
        If a count is impossible, nobody or everybody used the word, or ``prior`` is not above 0.

    Notes
    -----
    ``a = A0 (y1 + y2) / (n1 + n2)``, ``d = ln((y1 + a)/(n1 + A0 - y1 - a)) - ln((y2 + a)/(n2 + A0 - y2 - a))``,
    ``SE^2 = 1/(y1 + a) + 1/(y2 + a)``. The prior pulls rare words towards no difference.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), Political Analysis 16.

    Examples
    --------
    >>> found = log_odds("late", 30, 500, 6, 400)
    >>> round(found.value, 4), round(found.z, 4)
    (0.3652, 1.9243)
    """
    for count, n in ((count_1, n_1), (count_2, n_2)):
        if not 0 <= count <= n:
            raise ValueError(f"cannot have {count} comments with the word in {n} comments")
    if not 0 < count_1 + count_2 < n_1 + n_2:
        raise ValueError(f"a word of {count_1 + count_2} in {n_1 + n_2} comments tells nothing apart")
    if not prior > 0:
        raise ValueError(f"prior must be above 0, got {prior}")
    shared = prior * (count_1 + count_2) / (n_1 + n_2)
    first, second = count_1 + shared, count_2 + shared
    value = log(first / (n_1 + prior - first)) - log(second / (n_2 + prior - second))
    error = sqrt(1 / first + 1 / second)
    half = two_sided_z(confidence) * error
    interval = Interval(value - half, value + half, confidence, LOG_ODDS)
    return Word(word, value, interval, value / error, count_1, count_2)


def distinctive_words(first: WordCounts, second: WordCounts, *, prior: float = PRIOR) -> Distinctive:
    """Words that tell the comments of two groups apart, such as of people who do not accept and people who do.

    Parameters
    ----------
    first, second
        Counts of the comments of either group.
    prior
        As in `log_odds`.

    Returns
    -------
    Distinctive
        Words with ``|z| > 1.96`` in at least 5 comments, from the highest z to the lowest. NO_ANSWERS where a group has
        no comments. An exploration: with hundreds of words some stand out by chance.

    Raises
    ------
    ValueError
        If ``prior`` is not above 0.

    Notes
    -----
    `log_odds` of each word that some comments hold and not all do.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), Political Analysis 16.

    Examples
    --------
    >>> unwilling = WordCounts(500, {"fare": 60, "app": 12, "seat": 5})
    >>> willing = WordCounts(400, {"fare": 10, "app": 10, "seat": 25})
    >>> [(word.word, round(word.z, 2)) for word in distinctive_words(unwilling, willing).words]
    [('fare', 3.03), ('seat', -2.43)]
    """
    if not first.n or not second.n:
        return Distinctive((), first.n, second.n, reason=Reason.NO_ANSWERS)
    found = []
    for word in {*first.documents, *second.documents}:
        count_1, count_2 = first.documents.get(word, 0), second.documents.get(word, 0)
        if LEAST_DOCUMENTS <= count_1 + count_2 < first.n + second.n:
            measured = log_odds(word, count_1, first.n, count_2, second.n, prior=prior)
            if abs(measured.z) > DISTINCTIVE_Z:
                found.append(measured)
    found.sort(key=lambda measured: (-measured.z, measured.word))
    return Distinctive(tuple(found), first.n, second.n)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two coders beyond chance; ``agreement`` is the plain share of comments they coded alike."""

    value: float | None
    interval: Interval | None
    agreement: float | None
    n: int
    method: str = KAPPA
    reason: Reason | None = None


def cohens_kappa(first: Sequence[Hashable], second: Sequence[Hashable], *, confidence: float = 0.95) -> Kappa:
    """Agreement of two coders who gave each comment one code.

    Parameters
    ----------
    first, second
        The code each coder gave, comment by comment.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Kappa
        1 full agreement, 0 as much as chance gives, below 0 less. NO_ANSWERS without comments; NO_VARIATION where both
        used one and the same code only, so that chance alone explains everything.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    ``kappa = (p_o - p_e) / (1 - p_e)`` with the observed agreement and that of independent coders with the same use of
    the codes. Standard error of Fleiss, Cohen and Everitt, normal interval, within [-1, 1]. Kappa is low where one code
    is used for nearly everything, even if the coders agree: read it beside ``agreement``.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20. Fleiss, Cohen and Everitt (1969), Psychological Bulletin
    72.

    Examples
    --------
    Of 50 comments both coders find 20 to be about the fare and 15 not to be:

    >>> found = cohens_kappa([1] * 25 + [0] * 25, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15)
    >>> round(found.agreement, 2), round(found.value, 2)
    (0.7, 0.4)
    """
    check_same_length(first=first, second=second)
    n = len(first)
    if not n:
        return Kappa(None, None, None, 0, reason=Reason.NO_ANSWERS)
    both = Counter(zip(first, second, strict=True))
    rows, columns = Counter(first), Counter(second)
    # In the order of appearance: the order of a set changes from run to run, and with it the last digit of a sum.
    codes = list(rows | columns)
    agreement = sum(both[code, code] for code in codes) / n
    if len(codes) == 1:
        return Kappa(None, None, agreement, n, reason=Reason.NO_VARIATION)
    chance = sum(rows[code] * columns[code] for code in codes) / n**2
    value = (agreement - chance) / (1 - chance)
    alike = sum(both[code, code] / n * (1 - (rows[code] + columns[code]) / n * (1 - value)) ** 2 for code in codes)
    apart = (1 - value) ** 2 * sum(
        count / n * ((columns[one] + rows[other]) / n) ** 2 for (one, other), count in both.items() if one != other
    )
    variance = (alike + apart - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    # Never below 0: with full agreement the terms cancel to a rounding error of either sign.
    half = two_sided_z(confidence) * sqrt(max(0.0, variance))
    return Kappa(value, Interval(max(-1.0, value - half), min(1.0, value + half), confidence, KAPPA), agreement, n)


def kappa_by_code(
    first: Sequence[Collection[str]],
    second: Sequence[Collection[str]],
    codes: Sequence[str],
    *,
    confidence: float = 0.95,
) -> dict[str, Kappa]:
    """Agreement of two coders on each code of a codebook, where a comment may have several codes or none.

    Parameters
    ----------
    first, second
        The codes each coder gave, comment by comment.
    codes
        The codebook.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    dict
        For each code the `cohens_kappa` of given and not given; NO_VARIATION for a code that neither used.

    Raises
    ------
    ValueError
        If the lengths differ or a coder used a code that is not in the codebook.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20.

    Examples
    --------
    >>> found = kappa_by_code([{"fare"}, {"fare", "wait"}, set()], [{"fare"}, {"fare"}, {"wait"}], ["fare", "wait"])
    >>> found["fare"].value, round(found["wait"].value, 6)
    (1.0, -0.5)
    """
    foreign = {code for given in (*first, *second) for code in given} - set(codes)
    if foreign:
        raise ValueError(f"codes lack {', '.join(sorted(foreign))}")
    return {
        code: cohens_kappa(
            [code in given for given in first], [code in given for given in second], confidence=confidence
        )
        for code in codes
    }


class Personal(StrEnum):
    """What in a comment points at a person."""

    EMAIL = "EMAIL"
    RESIDENT_NUMBER = "RESIDENT_NUMBER"
    PHONE = "PHONE"
    PLATE = "PLATE"


LABELS = {
    "ko": {
        Personal.EMAIL: "[이메일]",
        Personal.RESIDENT_NUMBER: "[주민등록번호]",
        Personal.PHONE: "[전화번호]",
        Personal.PLATE: "[차량번호]",
    },
    "en": {
        Personal.EMAIL: "[e-mail]",
        Personal.RESIDENT_NUMBER: "[resident number]",
        Personal.PHONE: "[phone]",
        Personal.PLATE: "[plate]",
    },
}

# Full-width signs, as some keyboards write them.
_NARROW = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in "０１２３４５６７８９＋－．（）＠＿"}
_DASH = r"[\s.\-‐-―−·~]{0,3}"
# What stands right of a name in an e-mail address. Looked for first: a pattern that began with the name would be tried
# at each of its letters, which takes a minute for a comment of 100,000.
_AT_DOMAIN = re.compile(r"\s?@\s?[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_OF_NAMES = f"{ascii_letters}{digits}_.+-"
# In this order, after e-mail addresses: what is masked first can no longer be taken for a part of something else.
_PATTERNS = {
    # Six digits of a birthday and seven that begin with 1 to 8 (or 9, 0), or hidden but for the first of them.
    Personal.RESIDENT_NUMBER: re.compile(
        rf"(?<!\d)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:{_DASH}\d\d{{6}}(?!\d)|{_DASH}\d[*●xX]{{3,6}}|-\d(?!\d))"
    ),
    # +82 or 0 with a mobile, internet, safe or area code, in brackets or not, then two groups of digits.
    Personal.PHONE: re.compile(
        rf"(?<![\d.])(?:\+?82{_DASH}\(?0?\)?|\(?0)(?:1[016-9]|2|[3-6][1-5]|50\d|60|70|80)\)?"
        rf"{_DASH}\d{{3,4}}{_DASH}\d{{4}}(?!\d)"
    ),
    # Two or three digits, one of the letters that plates use, four digits; old plates name their region first.
    Personal.PLATE: re.compile(
        r"(?:(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주)\s?)?"
        r"(?<!\d)\d{2,3}\s?"
        r"[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호국합육해공]"
        r"\s?\d{4}(?![\d원년월명])"
    ),
}


@dataclass(frozen=True, slots=True)
class Masked:
    """A comment without what points at a person, and how often each kind was found."""

    text: str
    found: Mapping[Personal, int]


def mask_personal(text: str, *, language: str = "ko") -> Masked:
    """Put a label in place of phone numbers, e-mail addresses, resident numbers and car plates.

    Parameters
    ----------
    text
        A comment.
    language
        Of the labels: ``ko`` or ``en``.

    Returns
    -------
    Masked
        The text with labels, and how often each kind was found; no entry for what was not.

    Raises
    ------
    ValueError
        If there are no labels in the language.

    Notes
    -----
    Korean formats, with hyphens, points, blanks or nothing between the groups; full-width digits become ordinary ones.
    It prefers to mask too much. It knows no names, addresses or numbers written out in words: a person releases each
    quotation.

    Examples
    --------
    >>> mask_personal("기사님 연락처 010-0000-0000, 차는 12가 3456이었어요").text
    '기사님 연락처 [전화번호], 차는 [차량번호]이었어요'
    """
    if language not in LABELS:
        raise ValueError(f"language must be among {', '.join(LABELS)}, got {language}")
    labels = LABELS[language]
    text, times = _without_addresses(text.translate(_NARROW), labels[Personal.EMAIL])
    found = {Personal.EMAIL: times}
    for kind, pattern in _PATTERNS.items():
        text, found[kind] = pattern.subn(labels[kind], text)
    return Masked(text, {kind: times for kind, times in found.items() if times})


def _without_addresses(text: str, label: str) -> tuple[str, int]:
    """The text with a label in place of each e-mail address, and how many there were; each letter is looked at once."""
    pieces = []
    done = before = 0
    for domain in _AT_DOMAIN.finditer(text):
        # A name reaches back to the sign @ before it at most.
        name = max(done, before)
        name += len(text[name : domain.start()].rstrip(_OF_NAMES))
        before = domain.start()
        if name < domain.start():
            pieces += [text[done:name], label]
            done = domain.end()
    return "".join([*pieces, text[done:]]), len(pieces) // 2
