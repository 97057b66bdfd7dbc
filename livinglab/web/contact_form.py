"""What people write to the city with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from livinglab.form_fields import LineField, WrittenField
from livinglab.phone import to_e164
from livinglab.web.models.contact import LONGEST


class AboutForm(forms.Form):
    """Which pilot a question is about, as the address or the form says it."""

    pilot = forms.SlugField(max_length=70, required=False)


class ContactForm(forms.Form):
    """A question to the city. Nobody has to say who they are; without an address nobody can answer, either."""

    text = WrittenField(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Please leave out what points at somebody else, such as names or numbers of neighbours."),
    )
    reply_to = LineField(
        label=_("Where may we answer you? (e-mail or telephone)"),
        max_length=100,
        required=False,
        help_text=_("You may leave it empty. If you are signed in, we answer to the address of your account then."),
        widget=forms.TextInput({"autocomplete": "email"}),
    )

    def clean_reply_to(self) -> str:
        reply_to: str = self.cleaned_data["reply_to"]
        if reply_to and "@" not in reply_to and to_e164(reply_to) is None:
            raise forms.ValidationError(_("Write an e-mail address or a telephone number."))
        return reply_to
