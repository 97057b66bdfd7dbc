"""The words people consent to: what a new pilot starts with, what the site itself writes below, and the hash that
proves which ones were shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from livinglab.bilingual import LANGUAGES
from livinglab.korean import particle
from livinglab.periods import in_words
from pilots.models import ConsentText, Pilot
from pilots.periods import (
    ANSWERS_KEPT_AFTER_REPORT,
    ANSWERS_KEPT_WITHOUT_REPORT,
    CONTACTS_KEPT,
    TEXTS_KEPT,
    TEXTS_KEPT_AS_WRITTEN,
)

Purpose = ConsentText.Purpose
FOLDER = Path(__file__).parent / "consent_texts"
PERIODS = {
    "contacts": CONTACTS_KEPT,
    "after_report": ANSWERS_KEPT_AFTER_REPORT,
    "without_report": ANSWERS_KEPT_WITHOUT_REPORT,
    "as_written": TEXTS_KEPT_AS_WRITTEN,
    "texts": TEXTS_KEPT,
}
# What stands on an enrolment or is reached through it, as the texts call it. The joining form asks for nothing else.
ITEMS = {
    "name": {"ko": "이름과 별명", "en": "your name and nickname"},
    "email": {"ko": "이메일", "en": "e-mail address"},
    "phone": {"ko": "전화번호", "en": "telephone number"},
    "area": {"ko": "사는 지역", "en": "the area you live in"},
    "answers": {"ko": "설문 응답", "en": "your survey answers"},
    "age_band": {"ko": "연령대", "en": "your age group"},
    "sex": {"ko": "성별", "en": "your sex"},
    "access_needs": {"ko": "참여할 때 필요하다고 고르신 도움", "en": "the help you ticked for taking part"},
    "key": {"ko": "이름과 응답을 잇는 표", "en": "the table that joins names and answers"},
}
ON_DELETION = {
    True: {
        "ko": "자유롭게 적은 글은 함께 지우고, 설문 응답은 이름 없이 남아요.",
        "en": "what you wrote in your own words is deleted as well; your answers stay, without your name.",
    },
    False: {
        "ko": "자유롭게 적은 글과 설문 응답도 함께 지워요.",
        "en": "what you wrote in your own words and your answers are deleted as well.",
    },
}


@dataclass(frozen=True)
class ConsentWords:
    """A consent text in both languages. What stands between two pairs of asterisks is important and shown so."""

    ko: str
    en: str = ""


NO_FACTS = ConsentWords("")


def hash_of(purpose: str, words: ConsentWords, *, keeps_answers: bool, facts: ConsentWords = NO_FACTS) -> str:
    """SHA-256 over everything that is shown, so that a consent can be held against its text."""
    shown = {"purpose": purpose, "ko": words.ko, "en": words.en, "keeps_answers": keeps_answers}
    # Versions from before the site wrote facts keep their hash.
    if facts != NO_FACTS:
        shown |= {"facts_ko": facts.ko, "facts_en": facts.en}
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_intact(text: ConsentText) -> bool:
    words, facts = ConsentWords(text.body_ko, text.body_en), ConsentWords(text.facts_ko, text.facts_en)
    return text.hash == hash_of(text.purpose, words, keeps_answers=text.keeps_answers, facts=facts)


def usual_words(purpose: ConsentText.Purpose) -> ConsentWords:
    """What staff start from when they prepare a pilot."""
    return ConsentWords(*[text_in(language, str(purpose)) for language in LANGUAGES])


def items_of(pilot: Pilot, purpose: str) -> list[str]:
    """The keys of ``ITEMS`` that everybody gives who agrees to this purpose in this pilot."""
    contact = ["name", "email", *(["phone"] if pilot.asks_phone else [])]
    return {
        Purpose.PARTICIPATION: [*contact, "area", "answers"],
        Purpose.SENSITIVE: ["access_needs"],
        Purpose.MONITORING: [*contact, "key"],
    }[Purpose(purpose)]


OPTIONAL_ITEMS = ("age_band", "sex")


def facts_of(pilot: Pilot, purpose: str, *, keeps_answers: bool) -> ConsentWords:
    """What the site writes below the words of staff: items, periods and what goes with the account, each once."""
    return ConsentWords(*[_facts_in(language, pilot, purpose, keeps_answers) for language in LANGUAGES])


def _facts_in(language: str, pilot: Pilot, purpose: str, keeps_answers: bool) -> str:
    periods = {name: in_words(period, language) for name, period in PERIODS.items()}
    items, optional = listed(items_of(pilot, purpose), language), listed(OPTIONAL_ITEMS, language)
    if language == "ko":
        items, optional = items + particle(items, "을/를"), optional + particle(optional, "은/는")
    return text_in(language, f"{purpose}.facts").format(
        items=items,
        optional=optional,
        on_deletion=ON_DELETION[keeps_answers][language],
        **periods,
    )


def listed(items: Sequence[str], language: str) -> str:
    """Items in a row, as the language puts them."""
    words = [ITEMS[item][language] for item in items]
    if language == "ko" or len(words) == 1:
        return ", ".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def text_in(language: str, name: str) -> str:
    return (FOLDER / f"{name}.{language}.txt").read_text("utf-8").strip()
