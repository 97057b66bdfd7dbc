"""Texts that two windows change: a save that does not know the newest text is refused, and both are shown."""

import hashlib
import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livinglab.form_fields import WrittenField

SEEN = "seen_texts"


class StoredTextsForm(forms.Form):
    """A form that changes stored texts, whose ``initial`` is what is stored now.

    A hidden field says which texts its page was drawn with. Where other texts are stored meanwhile, and not those that
    are sent, the form is refused once: ``texts_meanwhile`` holds what is stored, by field, and the page that comes back
    knows it, so that sending again means what it says. Templates draw the hidden field beside the others.
    """

    seen_texts = forms.CharField(required=False, widget=forms.HiddenInput)
    texts_meanwhile: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts_meanwhile = {}
        # Worked out when it is asked for: some forms add their fields after this.
        self.initial.setdefault(SEEN, lambda: digest_of(self.stored_texts()))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        seen, stored = self.cleaned_data.pop(SEEN, ""), self.stored_texts()
        if seen and seen != digest_of(stored):
            sent = {name: self.cleaned_data.get(name, stored[name]) for name in stored}
            self.texts_meanwhile = {name: text for name, text in stored.items() if text != sent[name]}
        if self.texts_meanwhile:
            for name, text in self.texts_meanwhile.items():
                self.fields[name].text_meanwhile = text  # type: ignore[attr-defined]
            self.know(stored)
            raise forms.ValidationError(
                _(
                    "This was changed in another window or by somebody else. Below, each text that differs stands"
                    " beside yours. Nothing is lost: change your text as you like and save again."
                ),
                code="changed_meanwhile",
            )
        return cleaned

    def know(self, stored: dict[str, str]) -> None:
        """From now on the page knows these texts, as when they have just been stored with what was sent."""
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent[self.add_prefix(SEEN)] = digest_of(stored)
        self.data = sent

    def stored_texts(self) -> dict[str, str]:
        """What is stored now, by field."""
        names = [name for name, field in self.fields.items() if isinstance(field, WrittenField) and not field.disabled]
        return {name: self.get_initial_for_field(self.fields[name], name) or "" for name in names}


def digest_of(texts: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:24]
