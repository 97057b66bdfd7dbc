"""What people wrote about, as people who read it say: themes with their counts, and how far two coders agree.

Nothing here reads a database, so that whoever holds the codes works out the same figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from surveys.metrics.disclosure import HIDDEN, also_hidden
from surveys.metrics.figures import Plain, estimate, limits
from surveys.metrics.suppression import K, counts_shown, is_small, rounded
from surveys.stats.proportions import share_of
from surveys.stats.text import KAPPA, Kappa, kappa_by_code

# Of the comments of a wave, those that a second person codes without seeing the codes of the first.
SECOND_SHARE, SECOND_LEAST = 0.2, 10


@dataclass(frozen=True)
class Coded:
    """One comment with the themes that each coder gave it, by their codes; the first to code it stands first."""

    key: int
    given: tuple[frozenset[str], ...]


def second_sample(keys: Collection[int]) -> set[int]:
    """Which of the comments with these keys a second person codes: a fifth, 10 at least, the same in every run."""
    ranked = sorted(keys, key=lambda key: sha256(f"second coder {key}".encode()).digest())
    return set(ranked[: max(ceil(SECOND_SHARE * len(ranked)), SECOND_LEAST)])


def suggested(keywords: Iterable[str], text: str) -> bool:
    """Whether a comment holds one of a theme's keywords; who codes decides."""
    lower = text.lower()
    return any(keyword.lower() in lower for keyword in keywords)


def themes_figures(coded: Sequence[Coded], codes: Sequence[str], *, wrote: int, answered: int, sample: int) -> Plain:
    """How many of the coded comments are about each theme, by whoever coded them first.

    ``sample`` is how many comments are to be coded twice; ``kappa`` of a theme is None while they are not all coded so.
    """
    first = [one.given[0] for one in coded if one.given]
    twice = [one.given for one in coded if len(one.given) > 1]
    agreed = (
        kappa_by_code([given[0] for given in twice], [given[1] for given in twice], codes)
        if sample and len(twice) >= sample
        else {}
    )
    return {
        "asked": answered,
        "answers": wrote,
        "wrote": estimate(share_of(wrote, answered)),
        "coded": len(first),
        "coded_twice": len(twice),
        "to_code_twice": sample,
        "none": sum(not given for given in first),
        "themes": [
            {
                "code": code,
                "answers": sum(code in given for given in first),
                "share": estimate(share_of(sum(code in given for given in first), len(first))),
                "kappa": _kappa(agreed[code]) if code in agreed else None,
            }
            for code in codes
        ],
        # Of the themes in fewer than 5 comments together, for everybody who may not see them one by one.
        "rare": sum(any(_rare(code, first) and code in given for code in codes) for given in first),
    }


def _rare(code: str, first: Sequence[frozenset[str]]) -> bool:
    return sum(code in given for given in first) < K


def _kappa(found: Kappa) -> Plain:
    return {
        "value": found.value,
        **limits(found.interval),
        "agreement": found.agreement,
        "n": found.n,
        "method": KAPPA,
        "reason": found.reason.value if found.reason else None,
    }


def themes_released(figures: Plain) -> Plain:
    """For everybody: themes in five comments or more, the rarer ones together as "other" where they are five or more.

    Where they are fewer, the comments about none of the themes are not counted out either: from both and the whole the
    rare ones could be worked out. ``others`` in the figures are those of the comments that each member of the staff did
    not enter: nothing is told that could not be told of these.
    """
    told = _released(figures)
    for rest in figures.get("others", []):
        if rest["asked"]:
            released = _released(rest)
            shown = {theme["code"] for theme in released["themes"]}
            told["themes"] = [theme for theme in told["themes"] if theme["code"] in shown]
            told = also_hidden(told, released)
    return told


def _released(figures: Plain) -> Plain:
    coded = figures["coded"]
    common = [theme for theme in figures["themes"] if theme["answers"] >= K] if coded >= K else []
    rare = [theme for theme in figures["themes"] if theme not in common and theme["answers"]]
    other = figures["rare"] if rare else 0
    hides_other = is_small(other) or coded < K
    none = figures["none"]
    hides_none = hides_other or is_small(none)
    wrote = _share_released(figures["wrote"])
    return {
        "asked": figures["asked"] if figures["asked"] >= K else None,
        "answers": None if wrote["n"] is None else rounded(figures["answers"]),
        "wrote": wrote,
        "coded": rounded(coded) if coded >= K else None,
        "coded_twice": figures["coded_twice"] if common else None,
        "to_code_twice": figures["to_code_twice"],
        "none": None if hides_none else rounded(none),
        "themes": [_theme_released(theme, coded) for theme in common],
        "rare": None if hides_other else rounded(other),
    }


def _theme_released(theme: Plain, coded: int) -> Plain:
    kappa = theme["kappa"]
    return {
        "code": theme["code"],
        "answers": rounded(theme["answers"]),
        "share": _share_released(theme["share"]),
        "kappa": kappa
        and kappa
        | {name: None if kappa[name] is None else round(kappa[name], 2) for name in ("value", "low", "high")}
        # The plain share of agreement beside an exact n would count out the comments that the coders saw differently.
        | {"agreement": None},
    }


def _share_released(figure: Plain) -> Plain:
    if figure["value"] is None:
        return figure | {"n": None}
    yes = round(figure["value"] * figure["n"])
    if not all(counts_shown([yes, figure["n"] - yes])):
        return dict.fromkeys(figure) | {"method": figure["method"], "reason": HIDDEN}
    told = {name: None if figure[name] is None else round(figure[name], 2) for name in ("value", "low", "high")}
    return figure | told | {"n": rounded(figure["n"])}


def voices_released(voices: Plain) -> Plain:
    """What a report tells of the open question: question, released themes with their names, and quotations."""
    themes = themes_released(voices["figures"])
    shown = {theme["code"] for theme in themes["themes"]}
    return themes | {
        "question": voices["question"],
        "coders": voices["coders"],
        "themes": [theme | voices["names"][theme["code"]] for theme in themes["themes"]],
        "quotations": [_quoted(one, shown) for one in voices["quotations"]],
        "typical": {driver: [_quoted(one, shown) for one in found] for driver, found in voices["typical"].items()},
    }


def _quoted(quotation: Plain, shown: Collection[str]) -> Plain:
    """The words alone: which answer they are of is nobody's business, and a rare theme has no name."""
    theme = quotation["theme"] if quotation["theme"] in shown else None
    return {"text": quotation["text"], "language": quotation["language"], "theme": theme}


def quotations_by_theme(
    released: Sequence[int], coded: Sequence[Coded], themes: Sequence[str], *, most: int
) -> list[tuple[int, str | None]]:
    """Which released answers a report quotes, and for which theme: each theme in turn, until there are enough.

    ``themes`` in the order in which a report tells them; answers about none of them come last, in no theme.
    """
    given = {one.key: one.given[0] for one in coded if one.given}
    queues = {code: [key for key in released if code in given.get(key, ())] for code in themes}
    chosen: dict[int, str | None] = {}
    while len(chosen) < most and any(queues.values()):
        for code, queue in queues.items():
            while queue and queue[0] in chosen:
                queue.pop(0)
            if queue and len(chosen) < most:
                chosen[queue.pop(0)] = code
    for key in released:
        if len(chosen) < most:
            chosen.setdefault(key, None)
    order = {code: place for place, code in enumerate(themes)}
    return sorted(chosen.items(), key=lambda entry: (order.get(entry[1] or "", len(order)), entry[0]))
