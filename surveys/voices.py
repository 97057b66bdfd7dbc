"""Comments under a proposal that speak of what a driver asks: found by shared letters, read by people."""

import re
from collections.abc import Iterable, Mapping, Sequence

from proposals.models import Comment

MOST_COMMENTS = 200
SHOWN = 3
# Fewer shared pairs than this are chance: endings and common syllables.
LEAST_SHARED = 2


def comments_near(comments: Sequence[Comment], texts: Mapping[str, Iterable[str]]) -> dict[str, list[Comment]]:
    """For each topic the comments that share most with its questions and with no other topic's; none where none does.

    Pairs of letters within words stand in for words: they need no dictionary, and Korean endings do not hide a stem.
    """
    pairs = {topic: set().union(*map(letter_pairs, asked)) for topic, asked in texts.items()}
    bodies = [(comment, letter_pairs(f"{comment.body_ko} {comment.body_en}")) for comment in comments]
    found = {}
    for topic, own in pairs.items():
        elsewhere = set().union(*(others for name, others in pairs.items() if name != topic))
        scored = [(len(body & (own - elsewhere)), comment) for comment, body in bodies]
        near = sorted(
            (entry for entry in scored if entry[0] >= LEAST_SHARED), key=lambda entry: (-entry[0], entry[1].pk)
        )
        found[topic] = [comment for _shared, comment in near[:SHOWN]]
    return found


def letter_pairs(text: str) -> set[str]:
    """Two syllables of a Korean word that follow each other; four letters of a Latin one."""
    found = set()
    for word in re.findall(r"[가-힣]+|[a-z]+", text.lower()):
        size = 4 if word.isascii() else 2
        found |= {word[start : start + size] for start in range(len(word) - size + 1)}
    return found
