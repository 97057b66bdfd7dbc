"""Form fields of ours, for every package's forms: the door through which text comes in from pages."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livinglab.text import clean_line, clean_text, fold_code, is_blank


class WrittenField(forms.CharField):
    """What somebody writes, in several lines, as ``clean_text`` leaves it.

    Its length is counted after that, one for each code point and each line end. Nothing is cut off by the browser: the
    page counts beside the field (``templates/forms/field.html``), and too long a text is refused with its length.
    """

    default_error_messages = {
        "max_length": ngettext_lazy(
            "Please write %(limit_value)d character at most. Now there are %(show_value)d.",
            "Please write %(limit_value)d characters at most. Now there are %(show_value)d.",
            "limit_value",
        )
    }
    clean_written = staticmethod(clean_text)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        if text and is_blank(text):
            if self.required:
                raise forms.ValidationError(_("Please write something."), code="required")
            return ""
        return self.clean_written(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = {"dir": "auto"} | super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs

    @property
    def is_counted(self) -> bool:
        """Whether the page counts beside the field: wherever somebody might write more than fits."""
        return self.max_length is not None and isinstance(self.widget, forms.Textarea)


class LineField(WrittenField):
    """What somebody writes in one line: a line end is a blank."""

    clean_written = staticmethod(clean_line)


class CodeField(forms.CharField):
    """A code that was printed or sent, as ``fold_code`` reads it: any width and case, with or without dashes."""

    def to_python(self, value: Any) -> str:
        return fold_code(super().to_python(value) or "")


def written_formfield(column: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """The form field of a model's column (``formfield_callback``): texts come in by the fields above."""
    if isinstance(column, models.TextField):
        kwargs.setdefault("form_class", WrittenField)
    elif type(column) is models.CharField and not column.choices:
        kwargs.setdefault("form_class", LineField)
    return column.formfield(**kwargs)
