"""Words that tell the comments of people who accept from those of people who do not. No comment is ever quoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.figures import Plain, limits
from surveys.stats.scoring import is_answered, reaches
from surveys.stats.text import LABELS, count_words, distinctive_words, english_words, korean_words, mask_personal


def comments(spec: Spec, wave: Wave) -> Plain | None:
    """Words of counted people who can be judged; None where no file has a column of comments.

    Numbers of phones, addresses and the like are taken out before anything is counted.
    """
    if not any(source.comment for source in spec.files.sources) or not wave.layout.accept.items:
        return None
    yes, judged = _accepts(wave)
    told = [
        (row.comment, bool(yes[place]))
        for place, row in enumerate(wave.rows)
        if row.comment and judged[place] and wave.counted[place]
    ]
    against, in_favour = (
        count_words(_words(comment, spec.nouns) for comment, accepts in told if accepts is wanted)
        for wanted in (False, True)
    )
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


def _accepts(wave: Wave) -> tuple[Sequence[bool], Sequence[bool]]:
    """Who accepts, and who can be judged."""
    rule = wave.layout.accept
    columns = [wave.layout.column[code] for code in rule.items]
    items = [wave.layout.items[column] for column in columns]
    raw = wave.answers[:, columns].astype(np.int64)
    ends = np.array([item.lo + item.hi for item in items])
    oriented = np.where([item.reverse for item in items], ends - raw, raw)
    yes, judged = reaches(oriented, is_answered(raw), at_least=rule.at_least, least=rule.answered)
    return yes.tolist(), judged.tolist()


def _words(comment: str, nouns: Sequence[str]) -> list[str]:
    korean = any("가" <= letter <= "힣" for letter in comment)
    language = "ko" if korean else "en"
    text = mask_personal(comment, language=language).text
    # What was masked is nobody's word.
    for label in LABELS[language].values():
        text = text.replace(label, " ")
    return korean_words(text, nouns=nouns) if korean else english_words(text)
