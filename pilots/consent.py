"""The words people consent to: what a new pilot starts with, and the hash that proves which ones were shown."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from livinglab.bilingual import LANGUAGES
from pilots.models import ConsentText


@dataclass(frozen=True)
class ConsentWords:
    """A consent text in both languages. What stands between two pairs of asterisks is important and shown so."""

    ko: str
    en: str = ""


def hash_of(purpose: str, words: ConsentWords, *, keeps_answers: bool) -> str:
    """SHA-256 over everything that is shown, so that a consent can be held against its text."""
    shown = {"purpose": purpose, "ko": words.ko, "en": words.en, "keeps_answers": keeps_answers}
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_intact(text: ConsentText) -> bool:
    words = ConsentWords(text.body_ko, text.body_en)
    return text.hash == hash_of(text.purpose, words, keeps_answers=text.keeps_answers)


def usual_words(purpose: ConsentText.Purpose) -> ConsentWords:
    """What staff start from when they prepare a pilot."""
    folder = Path(__file__).parent / "consent_texts"
    return ConsentWords(*[(folder / f"{purpose}.{language}.txt").read_text("utf-8").strip() for language in LANGUAGES])
