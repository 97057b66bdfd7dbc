"""Form fields of ours, for every package's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livinglab.text import clean_name, is_blank


class WrittenField(forms.CharField):
    """What somebody writes. Characters that nobody sees are no text: refused where a text is needed, else dropped."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        if text and is_blank(text):
            if self.required:
                raise forms.ValidationError(_("Please write something."), code="required")
            return ""
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"dir": "auto"} | super().widget_attrs(widget)


class NameField(forms.CharField):
    """A name without anything that cannot be seen, in composed letters."""

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"dir": "auto"} | super().widget_attrs(widget)
