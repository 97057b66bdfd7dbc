"""The first page of a report: what was found, for whom, what next, and what the figures do not say."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.reports import charts
from surveys.reports.blocks import Block, picture
from surveys.reports.drawing import GREEN, RED
from surveys.reports.material import Material, entered_by_staff, wave_label
from surveys.reports.numbers import (
    NONE,
    count,
    difference,
    difference_interval,
    level,
    number,
    number_interval,
    percent,
    plain,
    points,
    share,
    share_interval,
)
from surveys.words import OUTCOMES, bound_in_words, code_in_words, construct_name, group_label


def answer(material: Material) -> dict[str, Any]:
    """The first page: what was found, for whom, what next, and what it does not say."""
    if material.pilot.imported:
        return _answer_without_rule(material)
    figures, verdict, rule = material.figures, material.figures["verdict"], material.rule
    accept = verdict or figures["accept"]
    confidence = accept.get("confidence") or 0.95
    if verdict:
        look = _("look %(look)d of %(looks)d") % verdict
        found = {
            "label": _("Verdict of the rule registered before (LL-1), %(look)s") % {"look": look},
            "tone": verdict["outcome"],
            "verdict": str(OUTCOMES[verdict["outcome"]]),
            "reasons": [code_in_words(code, material.survey) for code in verdict["codes"]],
        }
    else:
        found = {
            "label": _("Result of this wave"),
            "tone": "NO_VERDICT",
            "verdict": _("No verdict"),
            "reasons": [_("This wave is none of the looks that the registered rule provides for.")],
        }
    pairs = [(_("Answers that count"), count(figures["counts"]["counted"]))]
    told, exact = figures["accept"], figures["accept"]["low"] is not None
    if told["value"] is not None or told["at_least"] is not None:
        interval = [(_("%(level)s interval") % {"level": level(confidence)}, share_interval(accept, 1))]
        pairs = [(_("Accept the service"), share(accept if exact else told, 1)), *(interval if exact else []), *pairs]
    pairs.append((_("Entered by staff"), entered_by_staff(material)))
    if verdict:
        pairs.append((_("Which look"), _("%(look)d of %(looks)d") % verdict))
    return found | {
        "facts": pairs,
        "picture": _threshold_picture(material, accept, confidence) if exact else None,
        "sentences": [
            (_("What was found"), _what(material, accept)),
            (_("For whom"), _for_whom(material)),
            (_("What next"), _what_next(material)),
        ],
        "limits": list(_limits(material, rule)),
    }


def _threshold_picture(material: Material, accept: dict[str, Any], confidence: float) -> Block:
    label = _("Accept the service")
    told = material.figures["verdict"] or material.rule
    retire, scale = told["tau_retire"], told["tau_scale"]
    lines = [
        charts.Line(retire, _("retire below %(share)s") % {"share": percent(retire)}, RED),
        charts.Line(scale, _("scale above %(share)s") % {"share": percent(scale)}, GREEN),
    ]
    bars = [charts.Bar(label, accept["value"], accept["low"], accept["high"])]
    material.charts["answer"] = charts.interval_chart(bars, low=0, high=1, lines=lines, row=46)
    alt = _(
        "%(share)s accept the service, with an interval of %(interval)s. The registered shares are %(retire)s "
        "for retiring "
        "and %(scale)s for scaling."
    ) % {
        "share": percent(accept["value"], 1),
        "interval": share_interval(accept, 1),
        "retire": percent(retire),
        "scale": percent(scale),
    }
    title = _("Share that accepts the service, beside both registered shares")
    caption = material.caption(title, n=accept["n"], confidence=confidence, weighted=True)
    return picture("answer", alt=alt, caption=caption)


def _what(material: Material, accept: dict[str, Any]) -> str:
    figure = material.figures["accept"]
    if figure["at_least"] is not None:
        return bound_in_words(figure, count)
    if figure["value"] is None:
        return _("Too few people are on one side to publish how many accept the service.")
    if figure["low"] is None:
        rough = {"share": share(figure), "n": count(figure["n"]), "title": material.pilot.title}
        return _("About %(share)s of %(n)s people accept “%(title)s”.") % rough
    told = {
        "share": percent(accept["value"], 1),
        "n": count(accept["n"]),
        "interval": share_interval(accept, 1),
        "title": material.pilot.title,
    }
    return _("%(share)s of %(n)s people accept “%(title)s”. Among everybody it is likely between %(interval)s.") % told


def _for_whom(material: Material) -> str:
    sentences = [_("The figures speak of: %(population)s.") % {"population": material.population.rstrip(".")}]
    for group in material.figures["groups"]:
        name = group_label(group["name"])
        gap = group["gap"]
        if gap["value"] is None:
            sentences.append(_("Of the group “%(name)s” too few answered to be told apart.") % {"name": name})
        else:
            sentences.append(
                _("In the group “%(name)s” %(share)s accept it, %(rest)s of the rest (difference %(gap)s).")
                % {
                    "name": name,
                    "share": share(group["accept"]),
                    "rest": share(group["accept_rest"]),
                    "gap": points(gap["value"]),
                }
            )
    return " ".join(sentences)


def _what_next(material: Material) -> str:
    verdict = material.figures["verdict"]
    if not verdict:
        return _("The city decides; this wave alone sets no rule in motion.")
    if verdict["outcome"] == "SCALE":
        return _(
            "The rule lets the city make the service permanent. People decide, and say why if they decide otherwise."
        )
    if verdict["outcome"] == "RETIRE":
        return _("The rule advises the city to end the service. People decide, and say why if they decide otherwise.")
    if verdict["outcome"] == "REVISE":
        told = ", ".join(
            f"{construct_name(material.survey, found['name'])} ({number(found['mean'])})" for found in _lowest(material)
        )
        return _("Improve the service and try it again, first where answers are lowest: %(lowest)s.") % {"lowest": told}
    if verdict["needed_n"]:
        return _("Ask more people: with the share seen so far, about %(n)s answers would settle it.") % {
            "n": count(verdict["needed_n"])
        }
    return _("More answers are needed before the rule can say anything.")


def _lowest(material: Material) -> list[dict[str, Any]]:
    """The two constructs with the lowest means; intention is the result itself, and worry is turned the other way."""
    rated = [found for found in material.figures["constructs"] if found["name"] not in ("BI", "CU", "PC")]
    known = [found for found in rated if found["mean"]["value"] is not None]
    return sorted(known, key=lambda found: float(found["mean"]["value"]))[:2]


def _limits(material: Material, rule: dict[str, Any]) -> Iterator[str]:
    figures = material.figures
    if material.pilot.illustrative:
        yield _("All people and answers in this report are made up to show how the site works.")
    if material.pilot.limits:
        yield material.pilot.limits
    if (figures["participation"]["value"] or 1) < 1:
        yield _("%(share)s of those invited answered; those who did not may think otherwise.") % {
            "share": share(figures["participation"])
        }
    if rule and not rule["weighting"]:
        yield _("Answers are not weighted to the population.")
    if figures["informed"] and figures["informed"]["reading"] == "low understanding":
        yield _("Few people could say what the pilot is about: read the acceptance figures with care.")
    if figures["flags"]["warning"]:
        yield _("Many answers look careless; the verdict without them is in the chapter on method.")
    yield from material.notes.limits.splitlines()


def _headline(material: Material) -> list[str]:
    asked = [found["name"] for found in material.figures["constructs"]]
    wished = material.survey.instrument.document["scoring"].get("headline", asked)
    return [name for name in wished if name in asked]


def _answer_without_rule(material: Material) -> dict[str, Any]:
    """An imported survey: what people said in each wave and what changed, and no verdict."""
    headline = _headline(material)
    waves = [*material.earlier, material.figures]
    bars, sentences = [], []
    for name in headline:
        told = []
        for figures in waves:
            mean = next((found["mean"] for found in figures["constructs"] if found["name"] == name), None)
            if mean is None or mean["value"] is None:
                continue
            year, label = wave_label(figures), construct_name(material.survey, name)
            bars.append(charts.Bar(label, mean["value"], mean["low"], mean["high"], year))
            told.append(
                _("%(value)s in %(wave)s (95%% interval %(interval)s, n about %(n)s)")
                % {"value": number(mean), "wave": year, "interval": number_interval(mean), "n": count(mean["n"])}
            )
        sentences.append((construct_name(material.survey, name), ", ".join(told) + "." if told else NONE))
    if material.changes:
        parts = []
        for found in material.changes[-1]["constructs"]:
            if found["name"] in headline:
                parts.append(
                    _("%(name)s: %(change)s (95%% interval %(interval)s)")
                    % {
                        "name": construct_name(material.survey, found["name"]),
                        "change": difference(found["change"]),
                        "interval": difference_interval(found["change"]),
                    }
                )
        sentences.append((_("What changed"), _("Since the wave before: %(changes)s.") % {"changes": "; ".join(parts)}))
    low, high = _scale_of(material, headline)
    drawing = None
    if bars:
        material.charts["answer"] = charts.interval_chart(bars, low=low, high=high, unit="number", row=44)
        title = _("Means on a scale from %(low)s to %(high)s, by wave") % {"low": plain(low, 0), "high": plain(high, 0)}
        drawing = picture(
            "answer",
            alt=" ".join(f"{name}: {words}" for name, words in sentences[: len(headline)]),
            caption=material.caption_of_waves(title),
        )
    return {
        "label": _("No verdict: no rule was registered before these answers were given."),
        "tone": "NO_VERDICT",
        "verdict": _("What people said in %(wave)s") % {"wave": wave_label(material.figures)},
        "reasons": [
            _("%(name)s: %(value)s on a scale from %(low)s to %(high)s")
            % {
                "name": construct_name(material.survey, name),
                "value": number(mean),
                "low": plain(low, 0),
                "high": plain(high, 0),
            }
            for name in headline
            if (mean := material.construct(name)) is not None
        ],
        "facts": [(wave_label(figures), _answers(figures["counts"]["answered"])) for figures in waves],
        "picture": drawing,
        "sentences": sentences,
        "limits": list(_limits(material, {})),
    }


def _answers(answered: int | None) -> str:
    return ngettext("%(n)s answer", "%(n)s answers", answered or 0) % {"n": count(answered)}


def _scale_of(material: Material, constructs: list[str]) -> tuple[float, float]:
    items = [item for item in material.figures["items"] if item["construct"] in constructs]
    return min((item["lo"] for item in items), default=1), max((item["hi"] for item in items), default=5)
