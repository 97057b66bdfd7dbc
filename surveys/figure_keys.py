"""Keys of figures (``items.PE2.mean``): which there are, what they are called, and where they are explained."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import words
from surveys.metrics.figures import Plain
from surveys.metrics.release import figure_at, name_of
from surveys.models import Survey

# Where the page of the methods explains what a key begins with.
ANCHORS = {
    "participation": "participation",
    "constructs": "constructs",
    "scores": "constructs",
    "items": "items",
    "index": "index",
    "groups": "groups",
    "informed": "understanding",
    "flags": "signals",
}
SHARES: Mapping[str, Promise] = {
    "accept": gettext_lazy("accept the service"),
    "use": gettext_lazy("would use it"),
    "endorse": gettext_lazy("in favour of making it permanent"),
    "participation": gettext_lazy("Participation"),
    "index": gettext_lazy("Acceptance index"),
    "informed.informed": gettext_lazy("well informed"),
    "informed.accept_informed": gettext_lazy("accept, among the well informed"),
    "informed.accept_others": gettext_lazy("accept, among the others"),
    "flags.suspects": gettext_lazy("answers with two signs or more"),
    "flags.accept_without_suspects": gettext_lazy("accept, without answers that carry two signs or more"),
}


def keys_of(figures: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The key of each figure (``items.PE2.mean``), as ``figure_at`` finds it."""
    if isinstance(figures, dict):
        if {"value", "n"} <= figures.keys():
            yield ".".join(path)
            return
        for name, inner in figures.items():
            yield from keys_of(inner, (*path, name))
    elif isinstance(figures, list):
        for entry in figures:
            if isinstance(entry, dict) and name_of(entry):
                yield from keys_of(entry, (*path, name_of(entry)))


def anchor_of(key: str) -> str:
    if key.endswith((".alpha", ".omega")):
        return "reliability"
    return ANCHORS.get(key.partition(".")[0], "accept")


def label_of(survey: Survey, key: str) -> str:
    """What a key stands for, in words; empty where only the key says it."""
    weighed, _dot, rest = key.partition(".")
    if weighed.endswith("_unweighted") and not rest:
        return _("%(outcome)s, unweighted") % {"outcome": SHARES[weighed.removesuffix("_unweighted")]}
    if key in SHARES:
        return str(SHARES[key])
    name, _dot, measure = rest.partition(".")
    if weighed in ("constructs", "scores") and measure in ("mean", "score"):
        return words.construct_name(survey, name)
    if weighed == "constructs" and measure == "alpha":
        return _("%(name)s: Cronbach’s alpha") % {"name": words.construct_name(survey, name)}
    if weighed == "items" and measure == "mean":
        return words.item_text(survey, name)
    if weighed == "groups" and measure == "gap":
        return _("%(group)s: gap to all others") % {"group": words.group_label(name)}
    if weighed == "groups" and measure == "accept":
        return _("%(group)s: accept the service") % {"group": words.group_label(name)}
    if weighed == "by_mode":
        return str(words.MODES[name])
    return ""


def links_of(survey: Survey, figures: Plain) -> dict[str, list[dict[str, str]]]:
    """By section of a page of results, the figures that it shows and that can be worked out again."""
    weighted = figures["weighting"] is not None and figures["weighting"]["reason"] is None
    keys = ["participation", "accept", "use", "endorse"]
    keys += [f"{name}_unweighted" for name in ("accept", "use", "endorse") if weighted]
    if figures["informed"] is not None:
        keys += ["informed.informed", "informed.accept_informed", "informed.accept_others"]
    for group in figures["groups"]:
        keys += [f"groups.{group['name']}.accept", f"groups.{group['name']}.gap"]
    keys += [f"constructs.{construct['name']}.mean" for construct in figures["constructs"]]
    keys += ["index", "flags.accept_without_suspects"]
    found: dict[str, list[dict[str, str]]] = {}
    for key in keys:
        if figure_at(figures, key) is not None:
            found.setdefault(anchor_of(key), []).append({"key": key, "label": label_of(survey, key)})
    return found
