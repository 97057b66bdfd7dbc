"""Figures, categories and codes in words people understand."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.models import Area
from livinglab.korean import fill
from pilots.models import AgeBand, Sex
from surveys.instruments import choices_of, holder_of_wording
from surveys.metrics.cells import UNKNOWN
from surveys.models import Survey
from surveys.questionnaire import in_language
from surveys.stats.comprehension import calibration_word
from surveys.stats.instruments import CONCERN, INDEX, Word, acceptance_word

OUTCOMES: Mapping[str, Promise] = {
    "SCALE": gettext_lazy("Enough residents accept the service: it can be scaled."),
    "REVISE": gettext_lazy("The service is to be revised before it is tried again."),
    "RETIRE": gettext_lazy("Too few residents accept the service: it is to be retired."),
    "NOT_ENOUGH_EVIDENCE": gettext_lazy("The answers do not allow a conclusion yet."),
}
CODES: Mapping[str, Promise] = {
    "ABOVE_THRESHOLD": gettext_lazy("Even the lower end of the interval reaches the share that was fixed for scaling."),
    "BELOW_THRESHOLD": gettext_lazy("Even the upper end of the interval stays below the share fixed for scaling."),
    "BELOW_FLOOR": gettext_lazy("Even the upper end of the interval stays below the share fixed for retiring."),
    "STRADDLES": gettext_lazy("The interval still holds the share fixed for scaling, so either could be true."),
    "N_TOTAL": gettext_lazy("Fewer people answered than the rule asks for."),
    "N_GROUP": gettext_lazy("Fewer people of the group “%(name)s” answered than the rule asks for."),
    "INCLUSION_GAP": gettext_lazy("The group “%(name)s” accepts the service clearly less than the rest."),
    "CRITERION": gettext_lazy("The further condition on “%(name)s” is not met."),
    "GUARD": gettext_lazy("A condition of the rule does not hold: %(name)s."),
}
GUARDS: Mapping[str, Promise] = {"WEIGHTING": gettext_lazy("the answers could not be weighted as registered")}
REASONS: Mapping[str, Promise] = {
    "NO_ANSWERS": gettext_lazy("no answers"),
    "TOO_FEW": gettext_lazy("too few answers"),
    "NO_VARIATION": gettext_lazy("everybody answered alike"),
    "ONE_ITEM": gettext_lazy("one question only"),
    "EMPTY_CATEGORY": gettext_lazy("a category has no answers"),
    "NOT_CONVERGED": gettext_lazy("could not be worked out"),
    "FEW_ITEMS": gettext_lazy("fewer than three questions"),
    "HEYWOOD": gettext_lazy("the questions do not share one thing"),
    "OVERLAPPING": gettext_lazy("two of the topics were answered alike throughout"),
    "LITTLE_EXPLAINED": gettext_lazy("these topics explain too little of it"),
    "UNRELIABLE_OUTCOME": gettext_lazy("the questions about the outcome do not belong together"),
    "HIDDEN": gettext_lazy("hidden, too few people"),
    "BOUND": gettext_lazy("fewer than 5 people on one side"),
}
WEIGHTING: Mapping[str, Promise] = {
    "EMPTY_CATEGORY": gettext_lazy(
        "Nobody in the category “%(category)s” answered, and the recipe names no neighbour that it could join. So "
        "there are no weights: the figures are unweighted and the rule gives no verdict."
    ),
    "NOT_CONVERGED": gettext_lazy(
        "No weights meet all margins of the recipe at once. So the figures are unweighted and the rule gives no "
        "verdict."
    ),
    "NO_ANSWERS": gettext_lazy("There are no answers to weight."),
    "INFEASIBLE_CAP": gettext_lazy(
        "No weights meet the margins and stay below the registered cap, so they are not trimmed: a few answers weigh "
        "much. Another recipe should join small categories."
    ),
    "HIGH_DEFF": gettext_lazy(
        "Weighting costs more than half of the precision: the answers are worth %(n_eff)s that count the same."
    ),
}
STATUSES: Mapping[str, Promise] = {
    "official": gettext_lazy("official numbers"),
    "reported": gettext_lazy("official numbers as others report them"),
    "illustrative": gettext_lazy("illustrative numbers, worked out with an assumption"),
}
READINGS: Mapping[str, Promise] = {
    "good": gettext_lazy("People know well what they judge."),
    "explain more": gettext_lazy("The pilot should be explained more."),
    "low understanding": gettext_lazy("Low understanding: read the acceptance figures with care."),
}
MODES: Mapping[str, Promise] = {
    "self": gettext_lazy("by oneself"),
    "assisted": gettext_lazy("with help"),
    "paper": gettext_lazy("on paper"),
    "imported": gettext_lazy("imported"),
}
FLAG_KINDS: Mapping[str, Promise] = {
    "speed": gettext_lazy("answered very fast"),
    "longstring": gettext_lazy("the same answer in a long row"),
    "irv": gettext_lazy("no variation at all"),
    "pair": gettext_lazy("agreed with opposites"),
}
VARIABLES: Mapping[str, Promise] = {
    "age": gettext_lazy("Age"),
    "sex": gettext_lazy("Sex"),
    "area": gettext_lazy("Area"),
}
QUADRANTS: Mapping[str, Promise] = {
    "improve first": gettext_lazy("matters much, stands low: improve first"),
    "keep up": gettext_lazy("matters much, stands high: keep up"),
    "later": gettext_lazy("matters less, stands low: later"),
    "enough": gettext_lazy("matters less, stands high: enough"),
}
METHODS: Mapping[str, Promise] = {
    "sus": gettext_lazy("System Usability Scale, 0 to 100"),
    "ueq-s": gettext_lazy("User Experience Questionnaire, −3 to +3"),
    "ueq": gettext_lazy("User Experience Questionnaire, −3 to +3"),
    "vdl": gettext_lazy("Van der Laan, −2 to +2"),
    "recommend-index": gettext_lazy("recommend index, −100 to +100"),
    "satisfaction": gettext_lazy("share of the two highest answers"),
}
NORMS: Mapping[str, Promise] = {
    "ko": gettext_lazy("Korean"),
    "en": gettext_lazy("English"),
    "several": gettext_lazy("several languages"),
}
SIZES: Mapping[str, Promise] = {
    "NEGLIGIBLE": gettext_lazy("negligible"),
    "SMALL": gettext_lazy("small"),
    "MEDIUM": gettext_lazy("medium"),
    "LARGE": gettext_lazy("large"),
}
# Topics whose mean is an opinion of the service, the higher the better.
OF_SERVICE = (*INDEX, "SI", "FC", "HM", "PV")
MEANS: Mapping[Word, Promise] = {
    Word.REJECTING: gettext_lazy("rejecting"),
    Word.UNDECIDED: gettext_lazy("undecided"),
    Word.LEANING: gettext_lazy("leaning towards it"),
    Word.ACCEPTING: gettext_lazy("accepting"),
}
KNOWLEDGE: Mapping[str, Promise] = {
    "objective": gettext_lazy("Know: share of the questions answered right"),
    "corrected": gettext_lazy("The same, less what guessing gives"),
    "confident_wrong": gettext_lazy("Wrong rather than “don’t know”, of what was not right"),
    "subjective": gettext_lazy("Think they know"),
    "calibration": gettext_lazy("Calibration: think minus know"),
}
CALIBRATION: Mapping[str, Promise] = {
    "overconfident": gettext_lazy("On average people think that they know more than they do."),
    "calibrated": gettext_lazy("On average people know about as much as they think."),
    "underconfident": gettext_lazy("On average people know more than they think."),
}
ALPHA_LABELS: Mapping[str, Promise] = {
    "good": gettext_lazy("the questions belong together"),
    "usable": gettext_lazy("usable"),
    "item by item": gettext_lazy("read question by question"),
}

ALARMS: Mapping[tuple[str, str], Promise] = {
    ("ewma", "down"): gettext_lazy("the moving average lies below its limit"),
    ("ewma", "up"): gettext_lazy("the moving average lies above its limit"),
    ("cusum", "down"): gettext_lazy("the sum of what was missing is past its limit"),
    ("cusum", "up"): gettext_lazy("the sum of what was more is past its limit"),
}


def code_in_words(code: str, survey: Survey | None = None) -> str:
    """A reason code of a verdict as a sentence. Raises KeyError for a code the rule does not know."""
    kind, _colon, name = code.partition(":")
    if kind == "CRITERION" and survey is not None:
        name = metric_name(survey, name)
    if kind == "GUARD":
        name = str(GUARDS.get(name, name))
    if kind in ("N_GROUP", "INCLUSION_GAP"):
        name = group_label(name)
    return str(CODES[kind]) % {"name": name}


def reason_in_words(reason: str | None) -> str:
    return str(REASONS.get(reason, reason)) if reason else ""


def grouped(number: int) -> str:
    return formats.number_format(number, force_grouping=True)


def bound_in_words(figure: Mapping[str, Any], count: Callable[[int], str] = grouped) -> str:
    """Acceptance as a bound, in a sentence; empty where it has none. ``count`` writes its numbers."""
    least, most, n = figure.get("at_least"), figure.get("at_most"), figure["n"]
    if least is None or most is None:
        return ""
    if least:
        return _("At least %(least)s of %(n)s people accept the service.") % {"least": count(least), "n": count(n)}
    return _("At most %(most)s of %(n)s people accept the service.") % {"most": count(most), "n": count(n)}


def acceptance_in_words(figure: Mapping[str, Any]) -> str:
    """Acceptance where it has no interval: as a bound, in whole percent or hidden; empty where it is told exactly."""
    if figure.get("at_least") is not None:
        return bound_in_words(figure)
    if figure["value"] is None:
        hidden = _("How many people accept the service is not published: too few are on one side.")
        return hidden if figure["reason"] == "HIDDEN" else ""
    if figure["low"] is None:
        told = {"share": f"{100 * figure['value']:.0f}%", "n": grouped(figure["n"])}
        return _("About %(share)s of %(n)s people accept the service.") % told
    return ""


def charts_in_words(charts: Iterable[Mapping[str, Any]]) -> str:
    """Which limits a wave after the verdict has left, as a list."""
    return "; ".join(str(ALARMS[told["chart"], told["direction"]]) for told in charts)


def alarm_rows(charts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same, one after the other with value and limit."""
    return [dict(told) | {"label": str(ALARMS[told["chart"], told["direction"]])} for told in charts]


def open_alarm_in_words() -> str:
    return _("The review of an alarm is open. Until it is closed, nothing is evidence for step 9 of the SRL.")


def weighting_notes(told: Mapping[str, Any]) -> list[str]:
    """What a reader of weighted figures has to know about these weights, in sentences."""
    words = {
        "category": told["empty"],
        "n_eff": "–" if told["n_eff"] is None else formats.number_format(round(told["n_eff"]), force_grouping=True),
    }
    codes = [told["reason"]] if told["reason"] else []
    notes = [str(WEIGHTING[code]) % words for code in [*codes, *told["warnings"]]]
    if told["status"]:
        notes.append(_("Weighted to %(status)s.") % {"status": STATUSES[told["status"]]})
    unknown = sum(row["n"] for row in told["margins"] if row["category"] == UNKNOWN)
    if unknown:
        notes.append(_("Answers of people who did not say what is weighted by keep their share of the sample."))
    return notes


def entered_in_words(entered: Mapping[str, Any] | None, *, n: str, of: str, share: str) -> str:
    """How many answers staff entered, with the numbers as they are written where this is read."""
    if entered is None:
        return _("not recorded when the wave closed")
    return {
        None: _("too few answers to say"),
        "none": _("none"),
        "few": _("fewer than five of %(of)s") % {"of": of},
        "exact": _("%(n)s of %(of)s (%(share)s)") % {"n": n, "of": of, "share": share},
        "about": _("about %(n)s of %(of)s (%(share)s)") % {"n": n, "of": of, "share": share},
        "some": _("at least five of %(of)s") % {"of": of},
        "most": _("nearly all of %(of)s") % {"of": of},
        "all": _("all %(of)s") % {"of": of},
    }[entered["extent"]]


def group_label(name: str) -> str:
    return _("65 and older") if name == "65+" else name


def item_text(survey: Survey, code: str) -> str:
    """The text of an item or question with the service's name in it; the code where there is no such item.

    Words that may not be handed on give way to what the item is about, or its code, and the reason.
    """
    service = survey.pilot.version.service
    for instrument in (survey.instrument, survey.use_level, survey.comprehension):
        if instrument is None:
            continue
        for item in instrument.document["items"]:
            if item["code"] == code:
                if holder := holder_of_wording(instrument.document, code):
                    topic = in_language(item.get("topic", {})) or code
                    return _("%(topic)s (wording not shown: rights of %(holder)s)") % {"topic": topic, "holder": holder}
                return fill(in_language(item["text"]), service.name)
    return code


def scale_labels(survey: Survey, code: str) -> list[str]:
    """The points of an item's scale in words."""
    for instrument in (survey.instrument, survey.comprehension):
        for item in instrument.document["items"] if instrument else []:
            if item["code"] == code:
                bank = instrument.document  # type: ignore[union-attr]
                hidden = holder_of_wording(bank, code)
                choices = choices_of(item, bank["scales"][item["scale"]])
                return [str(value) if hidden else in_language(label) for value, label in choices]
    return []


def band_of(survey: Survey, name: str, mean: float | None) -> str:
    """What the bands of its bank say of the mean of a construct, each with what it tells; empty without bands."""
    if mean is None:
        return ""
    found = []
    for band in survey.instrument.document.get("bands", []):
        label = next((limit["label"] for limit in band["limits"] if mean >= limit["from"]), "")
        if band["score"] == name and label:
            what = in_language(band["what"])
            found.append(f"{what}: {in_language(label) if isinstance(label, dict) else label}")
    return "; ".join(found)


def score_notes(survey: Survey) -> list[str]:
    """Where the bands come from and in which language their norms are, and the warnings of the banks."""
    bank = survey.instrument.document
    sources = [
        _("%(scores)s are compared with %(source)s. Norms: %(language)s.")
        % {"scores": band["score"], "source": band["source"], "language": NORMS.get(band["norms_language"], "–")}
        for band in bank.get("bands", [])
    ]
    return [*dict.fromkeys(sources), *(in_language(warning) for warning in bank.get("warnings", []))]


def mean_in_words(survey: Survey, construct: str, mean: float | None) -> str:
    """What a mean from 1 to 5 of our own survey says of the service; what people know of it has other words."""
    if mean is None or survey.pilot.imported or construct not in OF_SERVICE:
        return ""
    return str(MEANS[acceptance_word(mean)])


def size_in_words(size: str | None) -> str:
    return str(SIZES[size]) if size else ""


def calibration_in_words(calibration: float | None) -> str:
    """How far people know how much they know."""
    return "" if calibration is None else str(CALIBRATION[calibration_word(calibration)])


def index_parts(survey: Survey, names: Iterable[str]) -> list[str]:
    """What went into an acceptance index; PCr is privacy concern turned around."""
    return [
        _("%(name)s (turned around)") % {"name": construct_name(survey, CONCERN)}
        if name == "PCr"
        else construct_name(survey, name)
        for name in names
    ]


def construct_name(survey: Survey, name: str) -> str:
    """What a construct is called; "CU" is the two items on how much people think they know."""
    constructs: dict[str, Any] = survey.instrument.document["scoring"].get("constructs", {})
    if name in constructs:
        return in_language(constructs[name]["name"])
    return _("Own view of what one knows") if name == "CU" else name


def score_name(survey: Survey, score: Mapping[str, Any]) -> str:
    """What a score of a known instrument is called: its construct, or all those it is made of."""
    if not score.get("of"):
        return construct_name(survey, score["name"])
    return _("%(topics)s together") % {"topics": ", ".join(construct_name(survey, name) for name in score["of"])}


def filled_in_words(score: Mapping[str, Any]) -> str:
    """How many missing answers a score was made with, and how many people agree with opposites; empty where nobody."""
    found = []
    if score.get("filled"):
        found.append(
            _("%(name)s: of %(filled)s people one or two missing answers count as the middle.")
            % {"name": score["name"], "filled": score["filled"]}
        )
    if score.get("both_sides"):
        found.append(
            _("%(name)s: %(n)s people agree with both of two opposite statements; their answers count all the same.")
            % {"name": score["name"], "n": score["both_sides"]}
        )
    return " ".join(found)


def change_rows(survey: Survey, pair: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changed between two waves, among the same people and among everybody; weighted rows where there are weights.

    ``points``: a difference of shares.
    """
    everybody = pair["accept_available"]
    unweighted = pair.get("accept_available_unweighted", everybody)
    rows: list[tuple[str, Any, Any, bool]] = [(_("Share that accepts"), pair["accept"], unweighted, True)]
    if pair["accept_weighted"]:
        # Without weights in the later wave there is nothing of everybody to put beside it.
        weighted = None if everybody == unweighted else everybody
        rows.append((_("Share that accepts, weighted"), pair["accept_weighted"], weighted, True))
    for entry in pair["constructs"]:
        topic = construct_name(survey, entry["name"])
        rows.append((topic, entry["change"], entry["available"], False))
        if entry["weighted"]:
            label = _("%(topic)s, weighted") % {"topic": topic}
            rows.append((label, entry["weighted"], entry.get("available_weighted"), False))
    return [dict(zip(("label", "same", "everybody", "points"), row, strict=True)) for row in rows]


def metric_name(survey: Survey, name: str) -> str:
    names = {"use": _("would use it"), "endorse": _("in favour of making it permanent"), "informed": _("well informed")}
    return names.get(name) or construct_name(survey, name)


def category_label(variable: str, category: str, areas: Mapping[str, str] | None = None) -> str:
    """A category of age, sex or area in words; area names as ``areas`` gives them by office code."""
    if category == UNKNOWN:
        return _("not said")
    if variable == "age":
        return str(dict(AgeBand.choices).get(category, category))
    if variable == "sex":
        return str(dict(Sex.choices).get(category, category))
    return (areas or {}).get(category, category)


def area_names() -> dict[str, str]:
    """Names of all areas by office code, in the active language: one query."""
    return {area.office_code: area.name for area in Area.objects.only("office_code", "name_ko", "name_en")}
