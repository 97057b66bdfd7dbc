from django import forms
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person


class SignupForm(forms.Form):
    """What signing up asks beside e-mail and password."""

    name = forms.CharField(label=_("Name"), min_length=2, max_length=50)
    nickname = forms.CharField(label=_("Nickname shown to others"), min_length=2, max_length=20)

    def signup(self, request: object, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.nickname = self.cleaned_data["nickname"]
        user.save(update_fields=["name", "nickname"])
