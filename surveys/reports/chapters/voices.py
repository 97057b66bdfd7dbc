"""What people said in their own words."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livinglab.bilingual import active_language
from surveys.reports.blocks import Block, heading, quotes, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import HIDDEN, between, count, percent, plain
from surveys.words import reason_in_words


def in_their_words(material: Material) -> Iterator[Block]:
    """Comments on the proposal are public on the site and not part of a wave."""
    voices = material.voices
    if voices is None:
        yield text(_("No open question was part of this wave, so there are no themes and no quotations."))
        return
    asked = voices["question"][active_language()]
    yield text(_("The last question could be answered in one’s own words: “%(question)s”") % {"question": asked})
    yield text(_who_wrote(voices))
    yield heading(_("What it is about"))
    yield from _themes(material, voices)
    yield heading(_("Words that tell both sides apart"))
    yield from _words(material)
    yield heading(_("Some of what was said"))
    yield from _quotations(voices)


def _who_wrote(voices: dict[str, Any]) -> str:
    wrote = voices["wrote"]
    if wrote["reason"] == "NO_ANSWERS" or voices["answers"] == 0:
        return _("Nobody wrote anything.")
    if wrote["value"] is None:
        return _("How many wrote something is not told, because too few did or did not.")
    return _("About %(wrote)s of the %(asked)s people who answered wrote something (%(share)s).") % {
        "wrote": count(voices["answers"]),
        "asked": count(voices["asked"]),
        "share": percent(wrote["value"]),
    }


def _themes(material: Material, voices: dict[str, Any]) -> Iterator[Block]:
    if not voices["themes"]:
        yield text(_("No theme is told: too few answers were coded, or none in five answers or more was found."))
        return
    coders = ngettext(
        "One person read the answers and coded them with a codebook of the pilot.",
        "%(n)s people read the answers and coded them with a codebook of the pilot.",
        voices["coders"],
    ) % {"n": count(voices["coders"])}
    agreed = [theme for theme in voices["themes"] if theme["kappa"]]
    if agreed:
        agreement = _(
            "%(twice)s answers were coded by two people, the second without seeing what the first one said; kappa says "
            "how far they agree beyond chance."
        ) % {"twice": count(agreed[0]["kappa"]["n"])}
    else:
        agreement = _("No second person has coded enough of them, so how far two people would agree is not known.")
    yield text(f"{coders} {agreement}")
    title = _("What people wrote about")
    head = [_("Theme"), _("Answers"), _("Share"), _("Interval"), *([_("Kappa"), _("Interval")] if agreed else [])]
    rows = [
        [
            _name(theme),
            count(theme["answers"]),
            *_share(theme["share"]),
            *(_kappa(theme["kappa"]) if agreed else []),
        ]
        for theme in voices["themes"]
    ]
    rest = [""] * (len(head) - 2)
    if voices["rare"] != 0:
        rows.append([_("Other themes, each in fewer than five answers"), count(voices["rare"]), *rest])
    rows.append([_("None of the themes"), count(voices["none"]), *rest])
    yield table(
        material.caption(title, n=voices["coded"]),
        head,
        rows,
        note=_("One answer may be about several themes. Counts are rounded to 5; n are the coded answers."),
    )


def _name(theme: dict[str, Any]) -> str:
    korean, english = theme["name_ko"], theme["name_en"]
    return str((english or korean) if active_language() == "en" else korean)


def _share(figure: dict[str, Any]) -> list[str]:
    if figure["value"] is None:
        return [HIDDEN, HIDDEN]
    return [percent(figure["value"]), between(percent(figure["low"]), percent(figure["high"]))]


def _kappa(figure: dict[str, Any] | None) -> list[str]:
    if figure is None or figure["value"] is None:
        return [reason_in_words(figure["reason"]) if figure else "", ""]
    return [plain(figure["value"], 2), between(plain(figure["low"], 2), plain(figure["high"], 2))]


def _words(material: Material) -> Iterator[Block]:
    found = material.closing.get("words")
    if found is None:
        yield text(_("This is still being worked out."))
        return
    if found["reason"]:
        yield text(_("Nothing is told of words: too few of those who accept, or of the others, wrote something."))
        return
    if not found["words"]:
        yield text(_("No word in five answers or more is clearly used more by one side."))
        return
    sides = {"not_accepting": _("who do not accept"), "accepting": _("who accept")}
    yield table(
        material.caption(_("Words that one side uses more"), n=found["n"]),
        [_("Word"), _("Used more by those"), _("Do not accept"), _("Accept"), _("Log-odds"), _("Interval")],
        [
            [
                word["word"],
                sides[word["leans"]],
                count(word["not_accepting"]),
                count(word["accepting"]),
                *_log_odds(word),
            ]
            for word in found["words"]
        ],
        words=2,
        note=_(
            "Answers that hold the word, of about %(against)s people who do not accept and %(for)s who do; rounded to "
            "5. x: hidden, because few on one side used it. Found by looking at many words: some stand out by chance."
        )
        % {"against": count(found["not_accepting"]), "for": count(found["accepting"])},
    )


def _log_odds(word: dict[str, Any]) -> list[str]:
    if word["value"] is None:
        return [HIDDEN, HIDDEN]
    return [plain(word["value"], 2), between(plain(word["low"], 2), plain(word["high"], 2))]


def _quotations(voices: dict[str, Any]) -> Iterator[Block]:
    if not voices["quotations"]:
        yield text(_("No answer was released to be quoted."))
        return
    yield text(
        _(
            "Chosen theme by theme from the answers that an evaluator read and released. Numbers to call, addresses "
            "and car plates are masked; […] stands for words that were left out. Who said it is not kept with it."
        )
    )
    names = {theme["code"]: _name(theme) for theme in voices["themes"]}
    told: dict[str | None, list[tuple[str, str]]] = {}
    for one in voices["quotations"]:
        told.setdefault(one["theme"], []).append((one["text"], one["language"]))
    for code, said in told.items():
        if names:
            yield text(f"{names[code]}:" if code in names else _("Of other things:"))
        yield quotes(said)
