"""The form by which waves to come are run otherwise than planned, after the rule was registered."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livinglab.form_fields import WrittenField
from surveys.actions.amend import Operations
from surveys.forms import QuestionsForm, moment_field
from surveys.models import Survey, Wave
from surveys.rule_form import RuleForm

OF_WAVE = ("opens_at", "closes_at", "n_planned")
OF_SURVEY = ("reminders", "remind_after_days")


def reason_field() -> forms.CharField:
    return WrittenField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody will read it beside the rule, for ever."),
    )


class AmendForm(forms.Form):
    """Dates, planned answers and reminders of waves that have not opened, with the reason that is printed."""

    def __init__(self, survey: Survey, waves: Sequence[Wave], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waves = [wave for wave in waves if wave.stage == Wave.Stage.PLANNED]
        self.running = next((wave for wave in waves if wave.stage == Wave.Stage.OPEN), None)
        for wave in self.waves:
            self._add_wave(wave)
        if self.waves and self.running is None:
            self._add_reminders(survey)
        self.fields["reason"] = reason_field()

    def _add_wave(self, wave: Wave) -> None:
        number = wave.number
        for name, label in (
            ("opens_at", gettext_lazy("Wave {number} opens")),
            ("closes_at", gettext_lazy("Wave {number} closes")),
        ):
            self.fields[f"{name}_{number}"] = moment_field(format_lazy(label, number=number))
        self.fields[f"n_planned_{number}"] = forms.IntegerField(
            label=format_lazy(gettext_lazy("Answers planned in wave {number}"), number=number),
            min_value=1,
            max_value=1_000_000,
            help_text=gettext_lazy("For the monitoring band only; how many the rule needs stays as registered."),
        )
        for name in OF_WAVE:
            value = getattr(wave, name)
            self.initial.setdefault(f"{name}_{number}", value if name == "n_planned" else timezone.localtime(value))

    def _add_reminders(self, survey: Survey) -> None:
        self.fields["reminders"] = forms.IntegerField(
            label=gettext_lazy("Reminders at most"), min_value=0, max_value=5, initial=survey.reminders
        )
        self.fields["remind_after_days"] = forms.IntegerField(
            label=gettext_lazy("Remind after how many days"),
            min_value=1,
            max_value=60,
            initial=survey.remind_after_days,
            help_text=gettext_lazy("In all waves that have not opened."),
        )

    def groups(self) -> list[tuple[Wave, list[BoundField]]]:
        """Fields of each wave, for the page."""
        return [(wave, [self[f"{name}_{wave.number}"] for name in OF_WAVE]) for wave in self.waves]

    def about_reminders(self) -> list[BoundField]:
        return [self[name] for name in OF_SURVEY if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Nothing of the rule is a field here; who sends it all the same is told that it stands, and by its name.
        if fixed := [str(field.label) for name, field in RuleForm.base_fields.items() if name in self.data]:
            told = ngettext(
                "%(names)s: fixed with the registration; nobody can change it.",
                "%(names)s: fixed with the registration; nobody can change them.",
                len(fixed),
            )
            self.add_error(None, told % {"names": ", ".join(fixed)})
        for wave in self.waves:
            opens_at, closes_at = cleaned.get(f"opens_at_{wave.number}"), cleaned.get(f"closes_at_{wave.number}")
            if opens_at and closes_at and closes_at <= opens_at:
                self.add_error(f"closes_at_{wave.number}", _("A wave closes after it opens."))
        return cleaned

    def wished(self) -> Operations:
        """As ``amend_registration`` takes it; dates left as they were keep their seconds."""
        told = self.cleaned_data
        dates, n_planned = {}, {}
        for wave in self.waves:
            pair = []
            for name in ("opens_at", "closes_at"):
                before, given = getattr(wave, name), told[f"{name}_{wave.number}"]
                pair.append(before if before.replace(second=0, microsecond=0) == given else given)
            dates[wave.number] = (pair[0], pair[1])
            n_planned[wave.number] = told[f"n_planned_{wave.number}"]
        return Operations(
            dates=dates,
            n_planned=n_planned,
            reminders=told.get("reminders"),
            remind_after_days=told.get("remind_after_days"),
        )


class AmendQuestionsForm(QuestionsForm):
    """The questions of understanding once the rule is registered: with the reason that is printed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field()
