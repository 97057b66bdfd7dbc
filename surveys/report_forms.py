"""Forms about reports: the evaluator's own words, publishing, corrections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livinglab.form_fields import written_formfield
from livinglab.stored_texts import StoredTextsForm
from surveys.models import Correction, PackTaken, ReportNotes
from surveys.reports.notes import Notes

LADDER = [("", "–"), *((step, str(step)) for step in range(1, 10))]


class NotesForm(StoredTextsForm, forms.ModelForm):
    class Meta:
        formfield_callback = written_formfield
        model = ReportNotes
        fields = Notes.FIELDS
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in Notes.FIELDS[:4]}
        help_texts = {
            "foreword_ko": _("Stands after the first page. Leave a field empty and the other language is shown."),
            "limits_ko": _("One sentence a line; they stand on the first page under the others."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Notes.FIELDS[4:]:
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label,
                choices=LADDER,
                coerce=int,
                empty_value=None,
                required=False,
                help_text=_("As you judge and sign it; 1 is the first step and 9 the last."),
            )


class PublishForm(forms.Form):
    sure = forms.BooleanField(label=_("I have read every page of this draft."))


class CorrectionForm(forms.ModelForm):
    class Meta:
        formfield_callback = written_formfield
        model = Correction
        fields = ("what_ko", "what_en", "why_ko", "why_en")
        widgets = dict.fromkeys(fields, forms.Textarea(attrs={"rows": 4}))


class ReasonForm(forms.ModelForm):
    class Meta:
        formfield_callback = written_formfield
        model = PackTaken
        fields = ("why",)
        help_texts = {"why": _("It is kept with your name and the time, for ever.")}
