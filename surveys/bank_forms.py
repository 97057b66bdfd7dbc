"""Forms of the question banks: the text of a bank of the city, and a permission."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livinglab.form_fields import LineField
from surveys.bank_schema import LONGEST


class BankForm(forms.Form):
    """The text of a bank, typed or from a file; what was read from a file is given back in the text."""

    file = forms.FileField(
        label=_("A file (YAML)"),
        required=False,
        help_text=_("Its content takes the place of the text below."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/yaml,text/plain"}),
    )
    text = forms.CharField(
        label=_("Text of the bank"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "data-plain": ""}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if file := cleaned.get("file"):
            if file.size > LONGEST:
                self.add_error("file", _("The file is too large for a question bank."))
                return cleaned
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not text in UTF-8. Save it again as UTF-8."))
        elif not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("Choose a file, or write the bank here."))
        return cleaned


class PermissionForm(forms.Form):
    given_by = LineField(
        label=_("Who gave it"),
        max_length=200,
        help_text=_("The holder of the rights, or the office that signed off."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    given_on = forms.DateField(
        label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reference = LineField(
        label=_("Where it is written"),
        max_length=300,
        help_text=_("Number of the letter, the contract or the document, so that others find it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return given_on
