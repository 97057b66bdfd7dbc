"""A rule in words: the same text before it is registered, for whoever registers it, and after, for everybody."""

from collections.abc import Iterable
from typing import Any

from livinglab.bilingual import active_language
from surveys.models import Survey, Wave
from surveys.questionnaire import in_language
from surveys.words import MODES, STATUSES, VARIABLES, area_names, category_label, group_label, metric_name


def rule_in_words(survey: Survey, document: dict[str, Any], waves: Iterable[Wave]) -> dict[str, Any]:
    """What the template ``surveys/_rule_text.html`` shows."""
    by_number = {wave.number: wave for wave in waves}
    weighting = document["weighting"] or {}
    return {
        "document": document,
        "survey": survey,
        "population": document["population"][active_language()],
        "looks": [
            look | {"alpha": alpha, "row": by_number.get(look["wave"])}
            for look, alpha in zip(document["looks"], document["alpha"], strict=True)
        ],
        "groups": [group_label(name) for name in document["protected_groups"]],
        "criteria": [
            criterion | {"label": metric_name(survey, criterion["metric"])} for criterion in document["criteria"]
        ],
        "open_question": in_language(document.get("open_question", {})),
        "modes": [MODES[mode] for mode in document["counted"]["modes"]],
        "weighted_by": [VARIABLES[variable] for variable in weighting.get("variables", [])],
        "weighting_source": weighting.get(f"source_{active_language()}") or weighting.get("source", ""),
        "weighting_status": STATUSES.get(weighting.get("status", "")),
        "margins": margins_in_words(weighting),
    }


def margins_in_words(weighting: dict[str, Any]) -> list[dict[str, Any]]:
    """The population that answers are weighted to, category by category."""
    areas = area_names() if "area" in weighting.get("variables", []) else {}
    return [
        {
            "title": VARIABLES[variable],
            "rows": [
                {
                    "label": category_label(variable, category, areas),
                    "people": people,
                    "share": people / sum(margin.values()),
                }
                for category, people in margin.items()
            ],
        }
        for variable, margin in zip(weighting.get("variables", []), weighting.get("margins", []), strict=True)
    ]
