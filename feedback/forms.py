"""Forms for writing a decision down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.decide import SaidAndDid, kinds_allowed, needs_reason
from feedback.models import Change, Decision
from livinglab.form_fields import WrittenField
from livinglab.stored_texts import StoredTextsForm
from livinglab.widgets import CardRadio
from proposals.models import Comment
from surveys.models import Direction, Verdict

WHAT_FOLLOWS = {
    Decision.Kind.SCALE: _("The pilot ends and the service goes on for good."),
    Decision.Kind.REVISE: _("The pilot ends and the next version of the service opens."),
    Decision.Kind.RETIRE: _("The pilot ends and the service is not tried again."),
    Decision.Kind.CONTINUE: _("The pilot goes on until its next survey."),
}
MOST_CHANGES = 20


class DecisionForm(StoredTextsForm):
    """Which decision, why, and what the next version changes."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=_("What does the city decide?"), widget=CardRadio)
    reason_ko = WrittenField(
        label=_("Reason, in Korean"),
        help_text=_("Printed with the decision. Needed where the city decides otherwise than the verdict says."),
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 4, "lang": "ko"}),
    )
    reason_en = WrittenField(
        label=_("Reason, in English"),
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 4, "lang": "en"}),
    )
    next_changed_ko = WrittenField(
        label=_("What is different in the next version, in Korean"),
        help_text=_("Only for a revision: the page of the service shows it beside the new version."),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 3, "lang": "ko"}),
    )
    next_changed_en = WrittenField(
        label=_("What is different in the next version, in English"),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 3, "lang": "en"}),
    )

    def __init__(self, verdict: Verdict, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict = verdict
        kinds = kinds_allowed(verdict)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(each.value, f"{each.label}|{WHAT_FOLLOWS[each]}") for each in kinds]
        if Decision.Kind.REVISE not in kinds:
            del self.fields["next_changed_ko"], self.fields["next_changed_en"]

    def clean(self) -> dict[str, Any]:
        written: dict[str, Any] = super().clean() or {}
        kind = written.get("kind")
        if kind and needs_reason(self.verdict, kind) and not (written.get("reason_ko") or written.get("reason_en")):
            self.add_error("reason_ko", _("This is not what the verdict asks for. Say why; the reason is printed."))
        changed = written.get("next_changed_ko") or written.get("next_changed_en")
        if kind == Decision.Kind.REVISE and not changed:
            self.add_error("next_changed_ko", _("Say what will be different in the next version."))
        return written


class ChangeForm(forms.Form):
    """You said, we did: one pair."""

    rests = forms.ChoiceField(label=_("Rests on"))
    said_ko = WrittenField(
        label=_("You said, in Korean"), max_length=1000, widget=forms.Textarea({"rows": 2, "lang": "ko"})
    )
    said_en = WrittenField(
        label=_("You said, in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2, "lang": "en"}),
    )
    answer = forms.ChoiceField(label=_("The city’s answer"), choices=Change.Answer.choices, widget=forms.RadioSelect)
    did_ko = WrittenField(
        label=_("What is done, or why not, in Korean"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "ko"}),
    )
    did_en = WrittenField(
        label=_("What is done, or why not, in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3, "lang": "en"}),
    )

    def __init__(self, *args: Any, sources: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rests = self.fields["rests"]
        assert isinstance(rests, forms.ChoiceField)
        rests.choices = sources

    def pair(self) -> SaidAndDid:
        written = {name: self.cleaned_data[name] for name in ("said_ko", "said_en", "did_ko", "did_en", "answer")}
        kind, _colon, key = self.cleaned_data["rests"].partition(":")
        if kind == "comment":
            return SaidAndDid(comment=Comment.objects.get(pk=key), **written)
        if kind == "direction":
            direction = Direction.objects.get(pk=key)
            return SaidAndDid(direction=direction, figure=direction.figure, **written)
        return SaidAndDid(**{kind: key}, **written)


class ChangesFormSet(forms.BaseFormSet):
    """As many pairs as there are; what was never filled in counts for nothing."""

    def initial_form_count(self) -> int:
        # No pair exists before it is saved: an empty one is left out rather than missed.
        return 0

    def pairs(self) -> list[SaidAndDid]:
        return [form.pair() for form in self.forms if form.has_changed() and form not in self.deleted_forms]


def changes_form_set(extra: int) -> type[ChangesFormSet]:
    """The form set with so many pairs to show."""
    made = forms.formset_factory(
        ChangeForm,
        formset=ChangesFormSet,
        extra=extra,
        can_delete=True,
        max_num=MOST_CHANGES,
        absolute_max=MOST_CHANGES,
    )
    assert issubclass(made, ChangesFormSet)
    return made
