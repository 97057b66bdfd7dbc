"""Text comes in from pages by the fields of ``livinglab.form_fields``, cleaned and counted."""

import importlib
import pkgutil

import pytest
from django import forms

from livinglab.form_fields import CodeField, LineField, WrittenField
from livinglab.stored_texts import SEEN
from tests.test_text import FAMILY

# Fields of ours that take a string as it stands, with the reason.
NO_WRITING = {
    # The text of a file: its hash is kept, and its lines are named in what is refused.
    "BankForm.text": forms.CharField,
    # What a page sends back unchanged.
    "ReadForm.seen": forms.CharField,
    "AccessFilter.about": forms.CharField,
}
OURS = ("livinglab", "proposals", "pilots", "surveys", "feedback")


def all_forms():
    for package in map(importlib.import_module, OURS):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "form" in module.name or "views" in module.name:
                importlib.import_module(module.name)

    def below(kind):
        for form in kind.__subclasses__():
            yield form
            yield from below(form)

    return sorted({form for form in below(forms.BaseForm) if form.__module__.split(".")[0] in OURS}, key=str)


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__qualname__)
def test_every_text_of_a_form_of_ours_comes_in_by_a_field_of_ours(form):
    texts = {name for name, field in getattr(form, "base_fields", {}).items() if type(field) is forms.CharField}

    # The mark of StoredTextsForm is no text.
    assert {f"{form.__name__}.{name}" for name in texts - {SEEN}} <= NO_WRITING.keys() | of_allauth(form)


def of_allauth(form):
    """Names of the fields that a form of ours has from allauth."""
    return {
        f"{form.__name__}.{name}"
        for parent in form.__mro__
        if parent.__module__.startswith("allauth")
        for name in getattr(parent, "base_fields", {})
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\r\n".join(["가" * 29] * 50), "\n".join(["가" * 29] * 50)),
        ("  앞뒤 빈칸\r\n", "앞뒤 빈칸"),
        (f"가족 {FAMILY}\u200b", f"가족 {FAMILY}"),
    ],
)
def test_a_text_is_counted_as_it_is_kept(typed, kept):
    field = WrittenField(max_length=len(kept))

    assert field.clean(typed) == kept
    with pytest.raises(forms.ValidationError, match=f"{len(kept) + 1}"):
        field.clean(f"가{typed.strip()}")


def test_the_browser_cuts_nothing_off():
    class Form(forms.Form):
        text = WrittenField(max_length=1500, widget=forms.Textarea)
        line = LineField(max_length=80)

    drawn = str(Form())
    assert "maxlength" not in drawn
    assert "1500" in drawn  # beside the field


def test_a_line_that_was_pasted_with_line_ends_is_one_line():
    assert LineField().clean("버스 정류장\r\n지붕 ") == "버스 정류장 지붕"


@pytest.mark.parametrize("typed", ["k7mn-4xqp", "Ｋ７ＭＮ４ＸＱＰ", " k7 mn 4x qp "])
def test_a_code_is_read_however_it_is_typed(typed):
    assert CodeField().clean(typed) == "K7MN4XQP"
