"""Released figures as rows for tables and charts, in words: both the desk and the public pages use it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys import words
from surveys.metrics.disclosure import is_told
from surveys.metrics.figures import Plain
from surveys.metrics.layouts import registration_of
from surveys.metrics.scores import DIGITS
from surveys.models import Survey, Verdict, Wave

OUTCOMES = ("accept", "use", "endorse")
ONE_TO_FIVE = (1, 5)


def interval_row(label: str, figure: Plain, note: str = "") -> Plain:
    """A row of an interval chart."""
    return {
        "label": label,
        "estimate": figure["value"],
        "low": figure["low"],
        "high": figure["high"],
        "n": figure["n"],
        "reason": words.bound_in_words(figure) or words.reason_in_words(figure["reason"]),
        "note": note,
    }


def outcome_rows(figures: Plain) -> list[Plain]:
    labels = {
        "accept": _("accept the service"),
        "use": _("would use it"),
        "endorse": _("in favour of making it permanent"),
    }
    rows = [interval_row(labels[name], figures[name]) for name in OUTCOMES]
    if figures["weighting"] is not None and figures["weighting"]["reason"] is None:
        unweighted = {name: _("%(outcome)s, unweighted") % {"outcome": label} for name, label in labels.items()}
        rows = [
            row
            for name, weighted in zip(OUTCOMES, rows, strict=True)
            for row in (weighted, interval_row(unweighted[name], figures[f"{name}_unweighted"]))
        ]
    if figures["informed"] is not None:
        informed = figures["informed"]
        rows.append(interval_row(_("accept, among the well informed"), informed["accept_informed"]))
        rows.append(interval_row(_("accept, among the others"), informed["accept_others"]))
    return rows


def construct_rows(survey: Survey, figures: Plain) -> list[Plain]:
    """Means with their intervals, and alpha."""
    concern = set(survey.instrument.document["scoring"].get("high_means_concern", []))
    rows = []
    scales = {item["code"]: (item["lo"], item["hi"]) for item in figures["items"]}
    omegas = {found["name"]: found["omega"] for found in figures.get("appendix", {}).get("reliability", [])}
    for construct in figures["constructs"]:
        # What has another scale is told in its own unit, by score_rows.
        if any(scales[code] != ONE_TO_FIVE for code in construct["items"]) and not survey.pilot.imported:
            continue
        label = words.construct_name(survey, construct["name"])
        if construct["name"] in concern:
            label = _("%(name)s (high is bad)") % {"name": label}
        alpha, mean = construct["alpha"], construct["mean"]
        rows.append(
            interval_row(label, mean)
            | {
                "sd": mean["sd"],
                "reads": words.mean_in_words(survey, construct["name"], mean["value"]),
                "omega": omegas.get(construct["name"]),
                "alpha": alpha,
                "alpha_words": str(words.ALPHA_LABELS.get(alpha["label"], "")),
                "alpha_reason": words.reason_in_words(alpha["reason"]),
            }
        )
    return rows


def score_rows(survey: Survey, figures: Plain) -> list[Plain]:
    """Scores of the known instruments, each with its unit, what its mean reads as, and what has to be said with it."""
    return [
        interval_row(words.score_name(survey, found), found["score"], words.filled_in_words(found))
        | {
            "unit": str(words.METHODS[found["method"]]),
            "reads": words.band_of(survey, found["name"], found["score"]["value"]),
            "digits": DIGITS[found["method"]] + (figures["audience"] == "desk"),
        }
        for found in figures.get("scores", [])
    ]


def index_row(survey: Survey, figures: Plain) -> Plain | None:
    """The acceptance index and what went into it; None where none of its topics was asked."""
    index = figures.get("index")
    if not index or index["value"] is None:
        return None
    return interval_row(_("Acceptance index"), index) | {"of": words.index_parts(survey, index["of"])}


def item_groups(survey: Survey, figures: Plain) -> list[Plain]:
    """Answers to each item, gathered by scale: one chart for each set of labels."""
    groups: dict[tuple[str, ...], list[Plain]] = {}
    for item in filter(is_told, figures["items"]):
        labels = tuple(words.scale_labels(survey, item["code"])) or tuple(
            str(value) for value in range(item["lo"], item["hi"] + 1)
        )
        counts = [part["n"] for part in item["histogram"]]
        missing = [item[kind] for kind in ("dont_know", "no_answer", "not_applicable")]
        groups.setdefault(labels, []).append(
            {
                "code": item["code"],
                "label": words.item_text(survey, item["code"]),
                "counts": [count or 0 for count in counts],
                "hidden": any(count is None for count in counts),
                "missing": None if None in missing else sum(missing),
                "n": item["answered"],
                "item": item,
            }
        )
    return [
        {"labels": list(labels), "rows": rows, "drawn": [row for row in rows if not row["hidden"]]}
        for labels, rows in groups.items()
    ]


def closed_items(survey: Survey, figures: Plain) -> list[str]:
    """Questions of which nothing is told, in words."""
    return [words.item_text(survey, item["code"]) for item in figures["items"] if not is_told(item)]


def people_tables(figures: Plain, areas: dict[str, str]) -> list[Plain]:
    """Who was asked and who answered, by each variable."""
    return [
        {
            "title": str(words.VARIABLES[variable]),
            "rows": [row | {"label": words.category_label(variable, row["category"], areas)} for row in rows],
        }
        for variable, rows in figures["people"].items()
        if rows
    ]


def group_rows(figures: Plain) -> list[Plain]:
    rows = []
    for group in figures["groups"]:
        label = words.group_label(group["name"])
        rows.append(interval_row(label, group["accept"]) | {"gap": group["gap"]})
        rows.append(interval_row(_("all others"), group["accept_rest"]))
    return rows


def group_gap_rows(figures: Plain) -> list[Plain]:
    """How much less each registered group accepts than the others, tested and measured."""
    inclusion = figures.get("appendix", {}).get("inclusion")
    panel = {found["name"]: found for found in inclusion["groups"]} if inclusion else {}
    return [
        {
            "label": words.group_label(group["name"]),
            "gap": group["gap"],
            "adjusted": panel.get(group["name"], {}).get("adjusted"),
            "delta": panel.get(group["name"], {}).get("delta"),
            "size_words": words.size_in_words(panel.get(group["name"], {}).get("size")),
            "coverage": panel.get(group["name"], {}).get("coverage"),
        }
        for group in figures["groups"]
    ]


def group_score_rows(survey: Survey, figures: Plain) -> list[Plain]:
    """Each registered group beside the rest, topic by topic."""
    return [
        {
            "label": words.group_label(group["name"]),
            # As finely as they are published.
            "digits": 2 if figures["audience"] == "desk" else 1,
            "rows": [
                score
                | {
                    "label": words.construct_name(survey, score["construct"]),
                    "size_words": words.size_in_words(score["size"].get("word")),
                }
                for score in group["scores"]
            ],
        }
        for group in figures["groups"]
        if group.get("scores")
    ]


def question_rows(wave: Wave, figures: Plain) -> list[Plain]:
    """The questions of knowledge in words; never which answer is right."""
    informed, question_set = figures["informed"], wave.question_set
    asked = {question["code"]: question["text"] for question in question_set.questions} if question_set else {}
    return [
        question | {"label": words.in_language(asked.get(question["code"], {})) or question["code"]}
        for question in (informed["questions"] if informed else [])
    ]


def knowledge_rows(figures: Plain) -> list[Plain]:
    """What people know and what they think they know, as means from 0 to 1."""
    appendix = figures.get("appendix", {})
    knowledge, beliefs = appendix.get("knowledge"), appendix.get("understanding")
    told = {**(knowledge or {}), **(beliefs or {})}
    return [
        interval_row(str(label), told[name]) | {"signed": name == "calibration"}
        for name, label in words.KNOWLEDGE.items()
        if name in told
    ]


def part_rows(parts: list[Plain], labels: dict[str, str]) -> list[Plain]:
    """Classes with people in them, or hidden."""
    return [
        interval_row(labels.get(part["label"]) or part["label"], part["accept"]) | {"n": part["n"]}
        for part in parts
        if part["n"] != 0
    ]


def mode_rows(figures: Plain) -> list[Plain]:
    return part_rows(figures["by_mode"], {name: str(label) for name, label in words.MODES.items()})


def use_level_rows(survey: Survey, figures: Plain) -> list[Plain]:
    labels = {"unknown": pgettext("use level", "not said")}
    if survey.use_level is not None:
        (scale,) = survey.use_level.document["scales"].values()
        labels |= {str(point["value"]): words.in_language(point["label"]) for point in scale["points"]}
    return part_rows(figures["by_use_level"], labels)


def weighting_context(figures: Plain, areas: dict[str, str]) -> Plain | None:
    """The recipe at work: its notes, and each category before and after."""
    told = figures["weighting"]
    if told is None:
        return None
    rows = [
        row
        | {
            "label": words.category_label(row["variable"], row["category"], areas),
            "variable_label": str(words.VARIABLES[row["variable"]]),
        }
        for row in told["margins"]
    ]
    return told | {"notes": words.weighting_notes(told), "rows": rows}


def thresholds(verdict: Plain | None) -> list[tuple[float, str]]:
    if verdict is None:
        return []
    return [(verdict["tau_retire"], _("retire below")), (verdict["tau_scale"], _("scale from"))]


def codes_in_words(verdict: Plain, survey: Survey) -> list[dict[str, str]]:
    return [{"code": code, "words": words.code_in_words(code, survey)} for code in verdict["codes"]]


def _population(survey: Survey) -> str:
    """Whom the registered rule speaks of: those who take part, not everybody of the population."""
    registration = registration_of(survey)
    return words.in_language(registration.document["population"]) if registration else ""


def sensitivity_rows(verdict: Plain) -> list[Plain]:
    """What the rule says, and what it would have said with one choice made otherwise."""
    lines = verdict["sensitivity"]
    labels = {
        "without_suspects": _("without answers that carry two signs of carelessness"),
        "unweighted": _("without weights"),
        "calibrated": _("with the calibrated error"),
    }
    rows = [verdict | {"label": _("as registered")}]
    rows += [lines[name] | {"label": label} for name, label in labels.items() if lines[name] is not None]
    return [outcome_row(row["label"], row) for row in rows if row["low"] is not None]


def outcome_row(label: str, line: Plain) -> Plain:
    """What the rule says, or would have said, with the name of its outcome; none where it does not look."""
    outcome = line.get("outcome")
    return line | {"label": label, "outcome_label": Verdict.Outcome(outcome).label if outcome else ""}


def entered_context(figures: Plain) -> dict[str, Any]:
    """The share of answers that staff entered; of an imported wave nobody can say."""
    return {"entered": figures["entered"], "figures_of_import": figures["wave"]["imported"]}


def verdict_context(figures: Plain, survey: Survey) -> dict[str, Any]:
    verdict: Plain | None = figures["verdict"]
    if verdict is None:
        return {"verdict": None}
    return {
        "verdict": verdict,
        **entered_context(figures),
        # Where acceptance has no interval, in place of share and interval.
        "acceptance_words": words.acceptance_in_words(verdict),
        "outcome_label": Verdict.Outcome(verdict["outcome"]).label,
        "outcome_words": str(words.OUTCOMES[verdict["outcome"]]),
        "codes": codes_in_words(verdict, survey),
        "thresholds": thresholds(verdict),
        "sensitivity": sensitivity_rows(verdict),
        "verdict_population": _population(survey),
        "verdict_groups": [group | {"label": words.group_label(group["name"])} for group in verdict["groups"]],
        "verdict_criteria": [
            criterion | {"label": words.metric_name(survey, criterion["metric"])} for criterion in verdict["criteria"]
        ],
    }


def results_context(wave: Wave, figures: Plain, areas: dict[str, str]) -> dict[str, Any]:
    """Everything a page of results shows."""
    survey, informed = wave.survey, figures["informed"]
    beliefs = figures.get("appendix", {}).get("understanding")
    return {
        "figures": figures,
        "outcomes": outcome_rows(figures),
        "constructs": construct_rows(survey, figures),
        "index": index_row(survey, figures),
        "scores": score_rows(survey, figures),
        "score_notes": words.score_notes(survey) if figures.get("scores") else [],
        "item_groups": item_groups(survey, figures),
        "closed_items": closed_items(survey, figures),
        "people": people_tables(figures, areas),
        "weighting": weighting_context(figures, areas),
        "groups": group_rows(figures),
        "group_gaps": group_gap_rows(figures),
        "group_scores": group_score_rows(survey, figures),
        "questions": question_rows(wave, figures),
        "knowledge": knowledge_rows(figures),
        "beliefs": beliefs,
        "calibration": words.calibration_in_words(beliefs["calibration"]["value"]) if beliefs else "",
        "modes": mode_rows(figures),
        "use_levels": use_level_rows(survey, figures),
        "reading": str(words.READINGS.get(informed["reading"], "")) if informed else "",
        "flag_kinds": [
            {"label": str(words.FLAG_KINDS[kind]), "n": count} for kind, count in figures["flags"]["kinds"].items()
        ],
        **entered_context(figures),
        **verdict_context(figures, survey),
    }


def closing_context(survey: Survey, worked: Plain) -> dict[str, Any]:
    """What was worked out from the answers after the close: drivers, and what changed among the same people."""
    return {
        "work_waits": worked["waiting"] > 0,
        "work_failed": worked["failed"] > 0,
        "drivers": _drivers_shown(survey, worked["drivers"]),
        "alphas": _alphas_shown(survey, worked["alphas"]),
        "pairs": [_pairs_shown(survey, pairs) for pairs in worked["pairs"]],
        "signals": _signals_shown(worked["signals"]),
    }


def _signals_shown(signals: Plain | None) -> Plain | None:
    if signals is None:
        return None
    without = signals["without"]
    shown = without is not None and without["low"] is not None
    return signals | {
        "without": outcome_row(_("without answers that bear a sign of a stuffed ballot"), without) if shown else None
    }


def _drivers_shown(survey: Survey, drivers: Plain | None) -> Plain | None:
    if drivers is None:
        return None
    turned = set(survey.instrument.document["scoring"].get("high_means_concern", []))
    rows = []
    for driver in drivers["drivers"]:
        label = words.construct_name(survey, driver["name"])
        rows.append(
            driver
            | {
                "label": _("%(name)s (turned around)") % {"name": label} if driver["name"] in turned else label,
                "turned": driver["name"] in turned,
                "quadrant_words": str(words.QUADRANTS[driver["quadrant"]]),
                "lowest_words": [words.item_text(survey, code) for code in driver["lowest"]],
            }
        )
    return drivers | {"rows": rows, "outcome_label": words.construct_name(survey, drivers["outcome"])}


def _alphas_shown(survey: Survey, alphas: Plain | None) -> Plain | None:
    if alphas is None:
        return None
    rows = [found | {"label": words.construct_name(survey, found["name"])} for found in alphas["constructs"]]
    return alphas | {"rows": rows}


def _pairs_shown(survey: Survey, pairs: Plain) -> Plain:
    attrition = pairs["attrition"]
    return pairs | {
        "leavers": [row | {"label": words.construct_name(survey, row["name"])} for row in attrition["leavers"]],
        "rows": words.change_rows(survey, pairs),
        "telling": [words.construct_name(survey, name) for name in attrition["telling"]],
    }
