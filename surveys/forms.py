"""Forms of the surveys: answering, planning, registering."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from livinglab.form_fields import CodeField, LineField, WrittenField
from livinglab.widgets import CardRadio, Scale
from surveys.actions.plan import USUAL_OPEN_QUESTION
from surveys.instruments import city_banks, tells_acceptance, title_of
from surveys.models import Instrument, Response
from surveys.models.open_answer import LONGEST
from surveys.questionnaire import DONT_KNOW, NO_ANSWER, Question, Questionnaire, Text, in_language

NO_IDEA = "dk"
# With blanks and hyphens that somebody may type between the letters.
LONGEST_CODE = 40
MOST_SHEETS = 30


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
        chosen = self.answers()
        return [question for question in self.questions if chosen[question.code] == NO_ANSWER]

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


class OwnWords(WrittenField):
    """What somebody writes under the last question of a wave."""

    def __init__(self, question: Text, *, help_text: Any, **kwargs: Any) -> None:
        super().__init__(
            label=in_language(question),
            help_text=help_text,
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 7}),
            **kwargs,
        )


class OpenAnswerForm(forms.Form):
    """The last question of a wave. An empty answer is fine and asked about no further."""

    def __init__(self, question: Text, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = OwnWords(
            question,
            help_text=_(
                "You may leave this empty. Please write no names or telephone numbers. What you write may be quoted,"
                " never with your name."
            ),
        )


class EnterForm(AnswersForm):
    """All questions at once, numbered as on paper, as somebody told them or wrote them."""

    sheet = CodeField(widget=forms.HiddenInput, max_length=LONGEST_CODE)
    mode = forms.ChoiceField(
        label=_("How the person answered"),
        choices=[(Response.Mode.PAPER.value, _("on paper")), (Response.Mode.ASSISTED.value, _("with help"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, questionnaire: Questionnaire, *args: Any, **kwargs: Any) -> None:
        super().__init__(questionnaire.questions, *args, **kwargs)
        for number, question in enumerate(questionnaire.as_asked, start=1):
            self.fields[question.code].label = f"{number}. {question}"
        if questionnaire.open_question is not None:
            self.fields["words"] = OwnWords(
                questionnaire.open_question,
                help_text=_(
                    "In the person’s words, without names or telephone numbers. Tell them that it may be quoted, never"
                    " with their name, and that they may leave it out."
                ),
            )


class SheetCodeForm(forms.Form):
    sheet = CodeField(
        label=_("Code of the sheet"),
        help_text=_("Eight letters and figures at its top, like K7MN-4XQP. Small letters will do."),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class SheetsForm(forms.Form):
    """Whom sheets are given out to, and in which language they are printed."""

    nicknames = WrittenField(
        label=_("Nicknames"),
        help_text=format_lazy(
            _("Each on a line of its own, {most} at most. Only people who take part in the pilot get a sheet."),
            most=MOST_SHEETS,
        ),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the sheets"),
        choices=[("ko", "한국어"), ("en", "English")],
        widget=forms.RadioSelect,
    )

    def clean_nicknames(self) -> list[str]:
        lines = self.cleaned_data["nicknames"].split("\n")
        # Whoever is named twice gets one sheet.
        nicknames = list({line.casefold(): line for line in lines if line}.values())
        if not 1 <= len(nicknames) <= MOST_SHEETS:
            raise forms.ValidationError(_("Write between one and %(most)s nicknames.") % {"most": MOST_SHEETS})
        return nicknames


MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


class WaveForm(forms.Form):
    """One wave of a plan; left empty it is none."""

    opens_at = moment_field(_("Opens"), required=False)
    closes_at = moment_field(_("Closes"), required=False)
    n_planned = forms.IntegerField(label=_("Answers planned"), min_value=1, max_value=1_000_000, required=False)
    before_use = forms.BooleanField(label=_("Before the service is used (expectation, never a look)"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if (opens_at is None) != (closes_at is None):
            self.add_error("closes_at" if closes_at is None else "opens_at", _("Give both dates of a wave, or none."))
        elif opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("A wave closes after it opens."))
        return cleaned


WaveFormSet = forms.formset_factory(WaveForm, extra=0, min_num=4, max_num=8)


SURVEYS = [
    ("lla-13", _("Short form|13 questions, about three minutes. Enough for the verdict.")),
    ("lla-31", _("Full form|31 questions, about seven minutes. Every construct with two to four questions.")),
]
BESIDE = [
    ("rc", _("Recommend index: would you tell a neighbour to use it (0 to 10)")),
    ("cs", _("Overall satisfaction (the short form asks it already)")),
]


def open_question_field(label: Any, language: str) -> LineField:
    return LineField(
        label=label,
        required=False,
        max_length=200,
        help_text=format_lazy(_("{name} stands for the name of the service."), name="{S}"),
        widget=forms.Textarea(attrs={"rows": 2, "lang": language, "placeholder": USUAL_OPEN_QUESTION[language]}),
    )


class PlanForm(forms.Form):
    bank = forms.ChoiceField(label=_("What is asked"), choices=SURVEYS, initial="lla-13", widget=CardRadio)
    extras = forms.MultipleChoiceField(
        label=_("Asked besides"), choices=BESIDE, required=False, widget=forms.CheckboxSelectMultiple
    )
    remind_after_days = forms.IntegerField(label=_("Remind after how many days"), min_value=1, max_value=60, initial=3)
    reminders = forms.IntegerField(label=_("Reminders at most"), min_value=0, max_value=5, initial=2)
    open_question_ko = open_question_field(_("Last question, in Korean"), "ko")
    open_question_en = open_question_field(_("Last question, in English"), "en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        loaded = city_banks()
        for name, choices, accepts in (("bank", SURVEYS, True), ("extras", BESIDE, False)):
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [
                *choices,
                *(of_city(bank) for bank in loaded if tells_acceptance(bank.document) is accepts),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = ("open_question_ko", "open_question_en")
        missing = [name for name in names if not cleaned.get(name) and name not in self.errors]
        if len(missing) == 1:
            self.add_error(missing[0], _("Write it in both languages, or leave both empty."))
        return cleaned


def of_city(instrument: Instrument) -> tuple[str, Any]:
    count, label = len(instrument.document["items"]), _("{title}|{count} questions, loaded by the city.")
    if not tells_acceptance(instrument.document):
        label = _("{title}: {count} questions, loaded by the city")
    return instrument.bank, format_lazy(label, title=title_of(instrument.document), count=count)


class QuestionsForm(forms.Form):
    """The comprehension questions of a pilot, in both languages, with the right answer marked."""

    def __init__(self, bank: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = bank["questions"]["slots"]
        self.options = range(1, bank["questions"]["options"] + 1)
        self.needed = set(bank["scoring"]["informed"]["questions"])
        for slot in self.slots:
            for name, label in self.texts_of(slot):
                self.fields[name] = LineField(
                    label=label, max_length=300, required=False, widget=forms.TextInput(attrs={"data-plain": ""})
                )
            self.fields[f"{slot['code']}_correct"] = forms.ChoiceField(
                label=_("Right answer"),
                choices=[("", "–"), *((str(option), str(option)) for option in self.options)],
                required=False,
                widget=forms.Select(attrs={"data-plain": ""}),
            )

    def texts_of(self, slot: Mapping[str, Any]) -> list[tuple[str, Any]]:
        code = slot["code"]
        texts = [(f"{code}_ko", _("Question in Korean")), (f"{code}_en", _("Question in English"))]
        for option in self.options:
            texts.append((f"{code}_{option}_ko", format_lazy(_("Answer {number} in Korean"), number=option)))
            texts.append((f"{code}_{option}_en", format_lazy(_("Answer {number} in English"), number=option)))
        return texts

    def groups(self) -> list[dict[str, Any]]:
        """Fields of each question, for the page."""
        return [
            {
                "code": slot["code"],
                "asks": in_language(slot["asks"]),
                "needed": slot["code"] in self.needed,
                "first_wave": slot["first_wave"],
                "fields": [self[name] for name, _label in self.texts_of(slot)] + [self[f"{slot['code']}_correct"]],
            }
            for slot in self.slots
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for slot in self.slots:
            code = slot["code"]
            names = [*(name for name, _label in self.texts_of(slot)), f"{code}_correct"]
            filled = [name for name in names if cleaned.get(name)]
            if code in self.needed or filled:
                for name in names:
                    if not cleaned.get(name):
                        self.add_error(name, _("This belongs to the question too."))
        return cleaned

    def questions(self) -> list[dict[str, Any]]:
        """As ``set_questions`` takes them."""
        found = []
        for slot in self.slots:
            code = slot["code"]
            if self.cleaned_data.get(f"{code}_ko"):
                found.append(
                    {
                        "code": code,
                        "correct": int(self.cleaned_data[f"{code}_correct"]),
                        "text": {language: self.cleaned_data[f"{code}_{language}"] for language in ("ko", "en")},
                        "options": [
                            {language: self.cleaned_data[f"{code}_{option}_{language}"] for language in ("ko", "en")}
                            for option in self.options
                        ],
                    }
                )
        return found

    @staticmethod
    def filled_with(questions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Initial values from questions set before."""
        initial: dict[str, Any] = {}
        for question in questions:
            code = question["code"]
            initial[f"{code}_correct"] = str(question["correct"])
            for language in ("ko", "en"):
                initial[f"{code}_{language}"] = question["text"][language]
                for number, option in enumerate(question["options"], start=1):
                    initial[f"{code}_{number}_{language}"] = option[language]
        return initial


class CancelForm(forms.Form):
    reason = WrittenField(label=_("Reason (public)"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
