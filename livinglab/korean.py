"""Korean particles: which of two forms follows a word depends on how the word ends when it is read aloud."""

from __future__ import annotations

import re
from typing import Literal

Ending = Literal["vowel", "consonant", "rieul"]

# What is printed when nobody can know how the word is read (hanja, symbols only).
EITHER = {
    "은/는": "은(는)",
    "이/가": "이(가)",
    "을/를": "을(를)",
    "과/와": "과(와)",
    "으로/로": "(으)로",
    "이에요/예요": "이에요(예요)",
}

_IN_TEMPLATE = {
    "은(는)": "은/는",
    "이(가)": "이/가",
    "을(를)": "을/를",
    "과(와)": "과/와",
    "(으)로": "으로/로",
    "으로(로)": "으로/로",
}
_SLOT = re.compile(r"\{S\}(" + "|".join(re.escape(notation) for notation in _IN_TEMPLATE) + ")?")

_BRACKETED_END = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】)\s*$")
_LATIN_END = re.compile(r"[A-Za-z]+$")
_HANGUL_FIRST, _HANGUL_LAST, _RIEUL = ord("가"), ord("힣"), 8

# 영 일 이 삼 사 오 육 칠 팔 구; ten, hundred, thousand and million end in a consonant too, so the last digit decides.
_DIGITS: dict[str, Ending] = dict(
    zip(
        "0123456789",
        ["consonant", "rieul", "vowel", "consonant", "vowel", "vowel", "consonant", "rieul", "rieul", "vowel"],
        strict=True,
    )
)
# Only L (엘), M (엠), N (엔) and R (알) have a name that ends in a consonant.
_LETTER_NAMES: dict[str, Ending] = {"L": "rieul", "M": "consonant", "N": "consonant", "R": "rieul"}
_SYMBOLS: dict[str, Ending] = {
    "%": "vowel",
    "℃": "vowel",
    "㎡": "vowel",
    "㎞": "vowel",
    "㎏": "consonant",
    "+": "vowel",
}


def particle(word: str, pair: str) -> str:
    """The form of the particle that follows the word.

    `pair` is one of the keys of EITHER, the form after a consonant first. A bracket at the end of the word is not read
    ("공유차(시범)" is followed like "공유차"); what stands in quotes is. Raises ValueError for an unknown pair.
    """
    if pair not in EITHER:
        raise ValueError(f"unknown pair of particles {pair!r}; known are {', '.join(EITHER)}")
    ending = _ending(word)
    if ending is None:
        return EITHER[pair]
    after_consonant, after_vowel = pair.split("/")
    if ending == "vowel" or (ending == "rieul" and pair == "으로/로"):
        return after_vowel
    return after_consonant


def fill(template: str, name: str) -> str:
    """Put the name of a service where a question says {S}, and settle a particle written as 은(는), 이(가), 을(를)."""

    def settle(slot: re.Match[str]) -> str:
        notation = slot.group(1)
        return name + (particle(name, _IN_TEMPLATE[notation]) if notation else "")

    return _SLOT.sub(settle, template)


def _ending(word: str) -> Ending | None:
    word = _without_brackets(word)
    while word:
        last = word[-1]
        if _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
            final = (ord(last) - _HANGUL_FIRST) % 28
            return "vowel" if final == 0 else "rieul" if final == _RIEUL else "consonant"
        if last in _DIGITS:
            return _DIGITS[last]
        if last in _SYMBOLS:
            return _SYMBOLS[last]
        if latin := _LATIN_END.search(word):
            return _latin_ending(latin.group())
        if last.isalpha():
            return None
        word = word[:-1]
    return None


def _without_brackets(word: str) -> str:
    while (shorter := _BRACKETED_END.sub("", word)) != word and shorter:
        word = shorter
    return word


def _latin_ending(word: str) -> Ending:
    if len(word) == 1 or word.isupper():
        return _LETTER_NAMES.get(word[-1].upper(), "vowel")
    # Read as an English word written in Hangul: trail 트레일, zone 존, app 앱, clinic 클리닉; but bus 버스, park 파크.
    word = word.lower()
    if re.search(r"(l|[^aeiou]le|[aiou]le)$", word):
        return "rieul"
    if re.search(r"(m|n|ng|[aiou][mn]e)$", word):
        return "consonant"
    if re.search(r"(^|[^aeiou])[aeiou](p|pp|ck|k|t|b|c)$|ook$", word) and word not in {"hub", "net"}:
        return "consonant"
    return "vowel"
