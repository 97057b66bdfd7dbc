"""How the counts of a wave are laid out, which of its answers count, and how its cells are named."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pilots.models import DEFAULT_PROTECTED_GROUP
from surveys.instruments import verified
from surveys.metrics.cells import UNKNOWN
from surveys.models import Registration, Response, Survey, Wave
from surveys.questionnaire import questionnaire_of
from surveys.stats.layout import Layout, instruments_among

# Whoever has only heard of the service or seen it shown tells what she expects, not what she accepts.
COUNTED_LEVELS = (3, 4, 5)
# Behind the name of a group in a response: she did not say whether she belongs to it.
NOT_SAID = "?"
MODES = (Response.Mode.SELF, Response.Mode.ASSISTED, Response.Mode.PAPER)
# Constructs of our banks that may explain the intention to go on; attitude is another outcome, not one of them.
DRIVERS = ("PU", "PE", "SI", "FC", "HM", "PV", "TR", "PC", "FA")
DRIVEN = "BI"
# Privacy concern: high is bad, so that it counts as privacy comfort.
TURNED = ("PC",)


@dataclass(frozen=True)
class Counted:
    """Which answers count for the verdict; the others are shown apart. No level means that nobody was asked."""

    modes: frozenset[str]
    use_levels: frozenset[int]


def registration_of(survey: Survey) -> Registration | None:
    registration: Registration | None = getattr(survey, "registration", None)
    return registration


def layout_of(wave: Wave) -> Layout:
    """As frozen when the wave opened; before, as it would be frozen now."""
    return Layout.of(wave.layout if wave.layout is not None else layout_to_freeze(wave))


def layout_to_freeze(wave: Wave) -> dict[str, Any]:
    questionnaire = questionnaire_of(wave)
    scoring = verified(wave.survey.instrument).document["scoring"]
    registration = registration_of(wave.survey)
    groups = registration.document["protected_groups"] if registration else [DEFAULT_PROTECTED_GROUP]
    layout = Layout.of(
        {
            "items": [
                {
                    "code": item.code,
                    "lo": item.low,
                    "hi": item.high,
                    "construct": item.construct,
                    "reverse": item.reverse,
                }
                for item in questionnaire.items
            ],
            **{
                name: {
                    "items": outcome["items"],
                    "at_least": outcome["at_least"],
                    "answered": outcome["minimum_answered"],
                }
                for name, outcome in scoring.get("outcomes", {}).items()
            },
            "groups": groups,
            "modes": [mode.value for mode in MODES],
            "informed": _informed(wave),
            "drivers": drivers_among(item.construct for item in questionnaire.items),
        }
    )
    return replace(layout, instruments=instruments_among(scoring.get("methods", {}), layout.items)).describe()


def drivers_among(constructs: Iterable[str]) -> dict[str, Any]:
    """Which of the constructs asked explain which; nothing where the outcome or a second driver is missing."""
    asked = set(constructs)
    found = [name for name in DRIVERS if name in asked]
    if DRIVEN not in asked or len(found) < 2:
        return {}
    return {"constructs": found, "outcome": DRIVEN, "turned": [name for name in TURNED if name in asked]}


def _informed(wave: Wave) -> dict[str, Any]:
    asked = knowledge_of(wave)
    if not asked or wave.survey.comprehension is None:
        return {"questions": 0}
    informed = wave.survey.comprehension.document["scoring"]["informed"]
    own_view = {item["code"] for item in wave.survey.comprehension.document["items"]}
    return {
        "questions": len(asked),
        "of": len(informed["questions"]),
        "right": informed["at_least_right"],
        "subjective": [item.code for item in questionnaire_of(wave).items if item.code in own_view],
    }


def knowledge_of(wave: Wave) -> list[tuple[str, int]]:
    """Codes of the comprehension questions of a wave with the number of the right option: not for clients."""
    if wave.question_set is None:
        return []
    asked = [question.code for question in questionnaire_of(wave).questions if question.kind == "knowledge"]
    correct = {question["code"]: question["correct"] for question in wave.question_set.questions}
    return [(code, correct[code]) for code in asked]


def columns_of(wave: Wave) -> list[str]:
    """Codes in the order of the stored answers; an imported wave has its items only."""
    if wave.survey.pilot.imported:
        return [item.code for item in layout_of(wave).items]
    return [question.code for question in questionnaire_of(wave).questions]


def counted_of(wave: Wave) -> Counted | None:
    """What counts, as registered; None where every answer does: of an import, and of a wave before use."""
    if wave.survey.pilot.imported or wave.before_use:
        return None
    registration = registration_of(wave.survey)
    if registration is None:
        return Counted(frozenset(MODES), frozenset(COUNTED_LEVELS))
    counted = registration.document["counted"]
    return Counted(frozenset(counted["modes"]), frozenset(counted["use_levels"]))


def cell_name(*, age: str, sex: str, area: str) -> str:
    return "/".join(part or UNKNOWN for part in (age, sex, area))
