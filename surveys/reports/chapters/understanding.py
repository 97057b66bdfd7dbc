"""What people know of the pilot, and what they think they know."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.questionnaire import in_language
from surveys.reports.blocks import Block, table, text
from surveys.reports.material import Material
from surveys.reports.numbers import (
    count,
    difference,
    difference_interval,
    number,
    number_interval,
    points_interval,
    points_of,
    share,
    share_interval,
)
from surveys.words import KNOWLEDGE, READINGS, calibration_in_words


def understanding(material: Material) -> Iterator[Block]:
    informed = material.figures["informed"]
    if informed is None:
        yield text(_("No questions on what people know of the pilot were asked in this wave."))
        return
    question_set = material.wave.question_set
    asked = {question["code"]: question["text"] for question in question_set.questions} if question_set else {}
    told = _("%(share)s know the pilot well (interval %(interval)s): at least 3 of the first 4 questions right.") % {
        "share": share(informed["informed"]),
        "interval": share_interval(informed["informed"]),
    }
    reading = READINGS.get(informed["reading"])
    yield text(f"{told} {reading}" if reading else told)
    yield table(
        material.caption(_("Questions of knowledge"), n=informed["informed"]["n"]),
        [_("Question"), "n", _("Right"), _("Interval"), _("Wrong"), _("Don’t know"), _("No answer")],
        [
            [
                in_language(asked.get(question["code"], {})) or question["code"],
                count(question["right"]["n"]),
                share(question["right"]),
                share_interval(question["right"]),
                count(question["wrong"]),
                count(question["dont_know"]),
                count(question["no_answer"]),
            ]
            for question in informed["questions"]
        ],
        note=_("Counts are rounded to 5; x: hidden, too few people."),
    )
    yield from _acceptance(material)
    yield from _knowledge(material)


def _acceptance(material: Material) -> Iterator[Block]:
    """Acceptance of those who know the pilot well, beside that of the others."""
    informed = material.figures["informed"]
    yield table(
        material.caption(_("Acceptance by understanding"), n=informed["informed"]["n"]),
        [_("Measure"), "n", "%", _("Interval")],
        [
            *(
                [label, count(informed[key]["n"]), share(informed[key]), share_interval(informed[key])]
                for key, label in (
                    ("accept_informed", _("Accept, among those well informed")),
                    ("accept_others", _("Accept, among the others")),
                )
            ),
            [
                _("Difference: well informed minus the others"),
                count(informed["gap"]["n"]),
                points_of(informed["gap"]),
                points_interval(informed["gap"]),
            ],
        ],
        note=_("Shares by Wilson’s interval, their difference by Newcombe’s, in percentage points."),
    )


def _knowledge(material: Material) -> Iterator[Block]:
    appendix = material.figures.get("appendix")
    beliefs = appendix["understanding"] if appendix else None
    knowledge = appendix.get("knowledge") if appendix else None
    if knowledge and any(figure["value"] is not None for figure in knowledge.values()):
        yield table(
            material.caption(_("How much people know"), n=knowledge["objective"]["n"]),
            [_("Measure"), "n", _("Mean"), _("Interval")],
            [
                [str(label), count(knowledge[name]["n"]), number(knowledge[name]), number_interval(knowledge[name])]
                for name, label in KNOWLEDGE.items()
                if name in knowledge
            ],
            note=_("Means over people, from 0 to 1. Guessing one of four answers is right once in four times."),
        )
    if beliefs:
        yield table(
            material.caption(_("What people think they know, beside what they know"), n=beliefs["calibration"]["n"]),
            [_("Measure"), "n", _("Mean"), _("Interval")],
            [
                [
                    _("Think they know (0 to 1)"),
                    count(beliefs["subjective"]["n"]),
                    number(beliefs["subjective"]),
                    number_interval(beliefs["subjective"]),
                ],
                [
                    _("Calibration: think minus know"),
                    count(beliefs["calibration"]["n"]),
                    difference(beliefs["calibration"]),
                    difference_interval(beliefs["calibration"]),
                ],
            ],
            note=" ".join(
                [
                    calibration_in_words(beliefs["calibration"]["value"]),
                    _("Surer than they know by more than 0.2: %(over)s people; less sure by more than 0.2: %(under)s.")
                    % {"over": count(beliefs["overconfident"]), "under": count(beliefs["underconfident"])},
                ]
            ).strip(),
        )
