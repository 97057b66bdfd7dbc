"""How far two people who coded the same comments agree, theme by theme. No comment is ever quoted."""

from __future__ import annotations

from surveys.analysis.spec import Spec
from surveys.analysis.waves import Wave
from surveys.metrics.figures import Plain, limits
from surveys.stats.text import kappa_by_code


def coding(spec: Spec, wave: Wave) -> Plain | None:
    """Of the comments that both coded; None where no file names two columns of codes."""
    if not any(source.coders for source in spec.files.sources):
        return None
    coded = [row.coded for row in wave.rows if row.coded is not None]
    first, second = [one for one, _other in coded], [other for _one, other in coded]
    themes = sorted(set().union(*first, *second))
    return {
        "n": len(coded),
        "themes": [
            {
                "theme": theme,
                "first": sum(theme in given for given in first),
                "second": sum(theme in given for given in second),
                "agreement": found.agreement,
                "kappa": {
                    "value": found.value,
                    **limits(found.interval),
                    "n": found.n,
                    "method": found.method,
                    "reason": found.reason.value if found.reason else None,
                },
            }
            for theme, found in kappa_by_code(first, second, themes).items()
        ],
    }
