"""Words that tell the comments of people who accept from those of people who do not. No comment is ever quoted."""

from __future__ import annotations

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.comments import Spoken, counts_by_acceptance, who_accepts, words_figures, words_of
from surveys.metrics.figures import Plain


def comments(spec: Spec, wave: Wave) -> Plain | None:
    """Words of counted people who can be judged; None where no file has a column of comments.

    Numbers of phones, addresses and the like are taken out before anything is counted.
    """
    if not any(source.comment for source in spec.files.sources) or not wave.layout.accept.items:
        return None
    yes, judged = who_accepts(wave.layout, wave.answers)
    told = (
        Spoken(place, words_of(row.comment, spec.nouns), accepts=yes[place])
        for place, row in enumerate(wave.rows)
        if row.comment and judged[place] and wave.counted[place]
    )
    return words_figures(*counts_by_acceptance(told))
