"""What an evaluator fills in to get a file."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.form_fields import LineField
from livinglab.widgets import CardRadio
from surveys.exports.make import FORMATS
from surveys.exports.recipes import RESEARCH
from surveys.models import Export

LEVEL_HELP = {
    Export.Level.AGGREGATE: gettext_lazy("What everybody may see, as tables. Nothing about single people."),
    Export.Level.RESEARCH: gettext_lazy(
        "One row a person, without anything that singles anybody out. For whoever does research under an agreement."
    ),
    Export.Level.FULL: gettext_lazy(
        "One row a person, as stored, with exact times. Must not leave the organisation; a second person has to agree."
    ),
}


def cards(choices: Any, help: Any) -> list[tuple[str, Any]]:
    return [(value, format_lazy("{}|{}", label, help[value])) for value, label in choices]


class ExportForm(forms.Form):
    level = forms.ChoiceField(
        label=gettext_lazy("What is in it"),
        choices=cards(Export.Level.choices, LEVEL_HELP),
        widget=CardRadio,
        initial=Export.Level.AGGREGATE,
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=Export.Format.choices,
        help_text=gettext_lazy(
            "SPSS and programs for R and SPSS are for files with one row a person; JSON is for tables."
        ),
    )
    recipe = forms.ChoiceField(
        label=gettext_lazy("How people are protected in a research file"),
        choices=cards(
            [(name, recipe.title) for name, recipe in RESEARCH.items()],
            {name: recipe.help for name, recipe in RESEARCH.items()},
        ),
        widget=CardRadio(attrs={"data-plain": ""}),
        initial="strict",
        required=False,
    )
    why = LineField(
        label=gettext_lazy("What it is for"),
        max_length=500,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept for ever in the record of this survey, with your name. Say who gets the file."),
    )

    def __init__(self, *args: Any, taken: str = "", **kwargs: Any) -> None:
        """``taken`` is the recipe that files of this wave follow already; empty where there is none."""
        super().__init__(*args, **kwargs)
        if taken:
            self.fields["recipe"].initial = taken
            self.fields["recipe"].help_text = _("Research files of this wave follow one recipe: %(recipe)s.") % {
                "recipe": RESEARCH[taken].title
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        level, form = cleaned.get("level"), cleaned.get("format")
        if level and form and form not in FORMATS[level]:
            fitting = ", ".join(str(one.label) for one in FORMATS[level])
            self.add_error("format", _("These data come as: %(formats)s.") % {"formats": fitting})
        if level != Export.Level.RESEARCH:
            cleaned["recipe"] = ""
        elif not cleaned.get("recipe") and "recipe" not in self.errors:
            self.add_error("recipe", _("Choose how people are protected."))
        return cleaned
