"""Forms of the surveys: answering, planning, registering."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from livinglab.widgets import CardRadio, Scale
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, Question, in_language

NO_IDEA = "dk"


class AnswersForm(forms.Form):
    """The questions of one screen, or of all of them on paper. Leaving some open is asked about once, then accepted."""

    def __init__(self, questions: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.code] = field_of(question)

    @classmethod
    def stored(cls, questions: Iterable[Question], values: Mapping[str, int]) -> "AnswersForm":
        """Filled in with what was answered before."""
        return cls(questions, initial={code: shown(value) for code, value in values.items()})

    def answers(self) -> dict[str, int]:
        """What was chosen, as it is stored; 99 where a question was left open."""
        return {question.code: stored_value(self.cleaned_data[question.code]) for question in self.questions}

    def left_open(self) -> list[Question]:
        return [question for question in self.questions if self.answers()[question.code] == NO_ANSWER]

    def note(self) -> str:
        """The gentle word about questions left open."""
        count = len(self.left_open())
        return ngettext(
            "%(count)d question has no answer yet. You can answer it now, or go on without it.",
            "%(count)d questions have no answer yet. You can answer them now, or go on without them.",
            count,
        ) % {"count": count}


def field_of(question: Question) -> forms.ChoiceField:
    choices = [(str(value), in_language(label)) for value, label in question.choices]
    if question.dont_know:
        choices.append((NO_IDEA, in_language(question.dont_know)))
    widget = Scale if question.kind == "item" else CardRadio
    return forms.ChoiceField(
        label=str(question),
        choices=choices,
        required=False,
        widget=widget(attrs={"data-plain": ""}),
        error_messages={"invalid_choice": _("Please choose one of the answers shown.")},
    )


def stored_value(chosen: str) -> int:
    return NO_ANSWER if not chosen else DONT_KNOW if chosen == NO_IDEA else int(chosen)


def shown(value: int) -> str:
    return NO_IDEA if value == DONT_KNOW else "" if value == NO_ANSWER else str(value)
