"""Form widgets of ours, for every package's forms."""

from typing import Any

from django import forms


class Scale(forms.RadioSelect):
    """The answers of a rating item: the points side by side where there is room, "don't know" set apart.

    The choice without a point ("", None or "dk") is the one set apart; 0 is a point.
    """

    template_name = "forms/scale.html"
    NO_POINT = ("", "dk", "None")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        context["widget"]["points"] = [option for option in options if str(option["value"]) not in self.NO_POINT]
        context["widget"]["apart"] = [option for option in options if str(option["value"]) in self.NO_POINT]
        return context


class CardRadio(forms.RadioSelect):
    """Choices that need a sentence each: what follows the bar in "Label|What it means" is shown below the label."""

    template_name = "forms/cards.html"

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["label"], _bar, option["explanation"] = str(option["label"]).partition("|")
        return option


class Coordinate(forms.NumberInput):
    """Latitude or longitude in degrees, typed or filled in by a click on the map beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": "0.00001", "inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
