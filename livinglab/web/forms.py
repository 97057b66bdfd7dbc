"""How Django draws our forms, and the forms of the site's own pages."""

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livinglab.form_fields import LineField


class Renderer(TemplatesSetting):
    """Label, help and error in one place, joined for screen readers."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class DeleteAccountForm(forms.Form):
    """A word to type, so that nobody deletes an account by a slip of the finger."""

    WORD = pgettext_lazy("word to type", "delete")

    word = LineField(max_length=20, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["word"].label = _("Type “%(word)s” to confirm") % {"word": self.WORD}

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.lower() != str(self.WORD):
            raise forms.ValidationError(_("Please type “%(word)s”."), params={"word": self.WORD})
        return word
