from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from livinglab.form_fields import LineField, WrittenField, written_formfield
from livinglab.phone import to_e164
from livinglab.stored_texts import StoredTextsForm
from livinglab.widgets import CardRadio
from pilots.consent import ConsentWords, usual_words
from pilots.models import (
    AccessNeed,
    AgeBand,
    ConsentText,
    Enrolment,
    Pilot,
    Service,
    ServiceVersion,
    Sex,
    TestBed,
)

Purpose = ConsentText.Purpose


class JoinForm(forms.Form):
    """Consents apart from each other, then a little about oneself, all of which may be left out.

    What it asks for stands in the texts (``pilots.consent.ITEMS``), and nothing else.
    """

    of_age = forms.BooleanField(label=_("I am 14 years old or older."))
    participation = forms.BooleanField(label=_("I have read this and agree to take part."))
    # Which versions she had before her eyes.
    participation_text = forms.IntegerField(widget=forms.HiddenInput)
    sensitive_text = forms.IntegerField(widget=forms.HiddenInput, required=False)
    monitoring_text = forms.IntegerField(widget=forms.HiddenInput, required=False)
    phone = LineField(
        label=_("Your telephone number"),
        help_text=_("The service cannot do without. For example 010-1234-5678."),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    age_band = forms.ChoiceField(
        label=_("Your age group"), choices=AgeBand.choices, required=False, widget=forms.RadioSelect({"data-plain": ""})
    )
    sex = forms.ChoiceField(
        label=_("Your sex"), choices=Sex.choices, required=False, widget=forms.RadioSelect({"data-plain": ""})
    )
    access_needs = forms.MultipleChoiceField(
        label=_("What you need in order to take part"),
        help_text=_("Leave this empty if you need nothing or would rather not say."),
        choices=AccessNeed.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sensitive = forms.BooleanField(
        label=_("I agree that the needs I ticked are kept."),
        required=False,
        widget=forms.CheckboxInput({"data-plain": ""}),
    )
    monitoring = forms.BooleanField(
        label=_("I agree to be asked again after the trial."),
        required=False,
        widget=forms.CheckboxInput({"data-plain": ""}),
    )

    def __init__(self, pilot: Pilot, texts: Collection[ConsentText], data: Any = None) -> None:
        self.pilot = pilot
        self.texts = {text.purpose: text for text in texts}
        super().__init__(
            data,
            initial={"age_band": "", "sex": ""} | {f"{purpose}_text": text.pk for purpose, text in self.texts.items()},
        )
        if not pilot.asks_phone:
            del self.fields["phone"]
        if Purpose.SENSITIVE not in self.texts:
            for name in ("sensitive_text", "access_needs", "sensitive"):
                del self.fields[name]
        if Purpose.MONITORING not in self.texts:
            for name in ("monitoring_text", "monitoring"):
                del self.fields[name]

    def clean_phone(self) -> str:
        number = to_e164(self.cleaned_data["phone"])
        if number is None:
            raise forms.ValidationError(_("This is no telephone number. Write it like 010-1234-5678."))
        return number

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("access_needs") and not told.get("sensitive"):
            self.add_error(
                "sensitive",
                _("We may keep the needs you ticked only if you agree. Please agree here, or untick them above."),
            )
        return told

    def consents(self) -> list[ConsentText]:
        """The texts she agreed to, in the versions she read."""
        read = [self.cleaned_data["participation_text"]]
        for purpose in (Purpose.SENSITIVE, Purpose.MONITORING):
            if self.cleaned_data.get(purpose):
                read.append(self.cleaned_data[f"{purpose}_text"])
        return list(ConsentText.objects.filter(pk__in=[pk for pk in read if pk]))

    def with_new_texts(self) -> "JoinForm":
        """The same words typed, beside the texts as they are now, which wait to be agreed to."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.texts}
        data |= {f"{purpose}_text": text.pk for purpose, text in self.texts.items()}
        form = JoinForm(self.pilot, list(self.texts.values()), data)
        form.full_clean()
        return form


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you leave?"),
        help_text=_("It helps us to do better. You may skip this."),
        choices=[*Enrolment.LeaveReason.choices, ("", _("I would rather not say"))],
        required=False,
        widget=forms.RadioSelect({"data-plain": ""}),
    )
    withdraw_answers = forms.BooleanField(
        label=_("Take my survey answers out as well"),
        help_text=_(
            "Answers to surveys that are still open are deleted. Results that have been published stay: they hold "
            "counts only, and nobody can be recognised in them."
        ),
        required=False,
        widget=forms.CheckboxInput({"data-plain": ""}),
    )


def text_areas(*names: str) -> dict[str, forms.Textarea]:
    return {f"{name}_{language}": forms.Textarea({"rows": 4}) for name in names for language in ("ko", "en")}


class ServiceForm(forms.ModelForm):
    summary_ko = written_formfield(ServiceVersion._meta.get_field("summary_ko"), widget=forms.Textarea({"rows": 4}))
    summary_en = written_formfield(ServiceVersion._meta.get_field("summary_en"), widget=forms.Textarea({"rows": 4}))
    smart_service_level = ServiceVersion._meta.get_field("smart_service_level").formfield(
        help_text=_("Told as what a resident can do.")
    )

    class Meta:
        formfield_callback = written_formfield
        model = Service
        fields = ["name_ko", "name_en", "field"]


class TestBedForm(forms.ModelForm):
    """What a host offers."""

    __test__ = False  # pytest would take the name for a test class

    class Meta:
        formfield_callback = written_formfield
        model = TestBed
        fields = ["name_ko", "name_en", "area", "offer_ko", "offer_en", "capacity"]
        widgets = text_areas("offer")


class HostedTestBedForm(TestBedForm):
    """The same, written by staff for a host."""

    class Meta(TestBedForm.Meta):
        fields = ["host", *TestBedForm.Meta.fields]

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = Person.objects.filter(grants__role=Role.HOST).distinct()  # type: ignore[attr-defined]
        areas = by.areas_in_charge(Role.MODERATOR)
        if areas is not None:
            # A test bed without an area, or elsewhere, would be out of reach for whoever adds it.
            self.fields["area"].required = True
            self.fields["area"].queryset = Area.objects.filter(pk__in=areas)  # type: ignore[attr-defined]


class ChooseTestBedForm(forms.Form):
    test_bed = forms.ModelChoiceField(
        label=_("Where is it tried?"), queryset=TestBed.objects.none(), widget=CardRadio, empty_label=None
    )

    def __init__(self, places: QuerySet[TestBed], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["test_bed"].queryset = places  # type: ignore[attr-defined]
        self.fields["test_bed"].label_from_instance = described  # type: ignore[attr-defined]


def described(test_bed: TestBed) -> str:
    room = _("room for %(n)d people") % {"n": test_bed.capacity}
    return f"{test_bed.name}|{test_bed.offer} ({room})"


class ConsentForm(forms.Form):
    """The words people will agree to."""

    HELP = _(
        "Why it is asked, who sees it, and what happens without it; what stands between ** and ** stands out. Below, "
        "the site itself writes what is collected, how long it is kept and what goes with a deleted account."
    )

    participation_ko = WrittenField(
        label=_("Consent to taking part, in Korean"), help_text=HELP, max_length=6000, widget=forms.Textarea
    )
    participation_en = WrittenField(
        label=_("Consent to taking part, in English"), max_length=6000, required=False, widget=forms.Textarea
    )
    asks_access_needs = forms.BooleanField(
        label=_("Ask for access needs, with a consent of their own"), required=False, initial=True
    )
    sensitive_ko = WrittenField(
        label=_("Consent to keeping access needs, in Korean"), max_length=6000, required=False, widget=forms.Textarea
    )
    sensitive_en = WrittenField(
        label=_("Consent to keeping access needs, in English"), max_length=6000, required=False, widget=forms.Textarea
    )
    asks_monitoring = forms.BooleanField(
        label=_("Ask for consent to be asked again after the trial"),
        help_text=_("Only where surveys are planned that go on when the contact data of the trial are deleted."),
        required=False,
    )
    monitoring_ko = WrittenField(
        label=_("Consent to being asked again, in Korean"), max_length=6000, required=False, widget=forms.Textarea
    )
    monitoring_en = WrittenField(
        label=_("Consent to being asked again, in English"), max_length=6000, required=False, widget=forms.Textarea
    )
    keeps_answers = forms.TypedChoiceField(
        label=_("When somebody deletes her account, her answers"),
        choices=[("yes", _("stay, without her name")), ("no", _("are taken out as well"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )

    def clean_sensitive_ko(self) -> str:
        text: str = self.cleaned_data["sensitive_ko"]
        if self.cleaned_data["asks_access_needs"] and not text:
            raise forms.ValidationError(_("Asking for access needs takes a consent text of its own."))
        return text

    def clean_monitoring_ko(self) -> str:
        text: str = self.cleaned_data["monitoring_ko"]
        if self.cleaned_data["asks_monitoring"] and not text:
            raise forms.ValidationError(_("Asking people again takes a consent text of its own."))
        return text

    def words(self, purpose: ConsentText.Purpose) -> ConsentWords | None:
        """The words typed for this purpose; none for what is not asked."""
        asks = {Purpose.SENSITIVE: "asks_access_needs", Purpose.MONITORING: "asks_monitoring"}
        if purpose in asks and not self.cleaned_data[asks[purpose]]:
            return None
        return ConsentWords(self.cleaned_data[f"{purpose}_ko"], self.cleaned_data[f"{purpose}_en"])


def usual_consent() -> dict[str, Any]:
    words = {purpose: usual_words(purpose) for purpose in Purpose}
    return {
        f"{purpose}_{language}": getattr(words[purpose], language) for purpose in Purpose for language in ("ko", "en")
    }


def consent_of(pilot: Pilot) -> dict[str, Any]:
    """The texts of a pilot as they stand, as the form wants them."""
    initial: dict[str, Any] = usual_consent() | {"asks_access_needs": False, "asks_monitoring": False}
    for text in pilot.current_consent_texts():
        initial |= {f"{text.purpose}_ko": text.body_ko, f"{text.purpose}_en": text.body_en}
        initial["keeps_answers"] = "yes" if text.keeps_answers else "no"
        initial["asks_access_needs"] |= text.purpose == Purpose.SENSITIVE
        initial["asks_monitoring"] |= text.purpose == Purpose.MONITORING
    return initial


class PilotForm(forms.ModelForm):
    class Meta:
        formfield_callback = written_formfield
        model = Pilot
        fields = [
            "title_ko",
            "title_en",
            "purpose_ko",
            "purpose_en",
            "expected_ko",
            "expected_en",
            "limits_ko",
            "limits_en",
            "usage_ko",
            "usage_en",
            "contact_phone",
            "asks_phone",
            "starts_on",
            "ends_on",
            "capacity",
        ]
        widgets = text_areas("purpose", "expected", "limits", "usage") | {
            "asks_phone": forms.CheckboxInput({"data-plain": ""}),
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, test_bed: TestBed, *args: Any, **kwargs: Any) -> None:
        self.test_bed = test_bed
        super().__init__(*args, **kwargs)
        self.fields["contact_phone"].help_text = _(
            "Of this pilot, for questions and for using it. Without it, the telephone of the office in charge is shown."
        )
        self.fields["asks_phone"].help_text = _(
            "Only where the service cannot do without; the consent text then says so."
        )
        self.fields["capacity"].help_text = _("At most %(room)d: that is the room of this test bed.") % {
            "room": test_bed.capacity
        }

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("capacity", 0) > self.test_bed.capacity:
            self.add_error("capacity", _("The test bed has no room for so many people."))
        if told.get("starts_on") and told.get("ends_on") and told["ends_on"] < told["starts_on"]:
            self.add_error("ends_on", _("The pilot would end before it starts."))
        return told


class ConsentTextsForm(StoredTextsForm, ConsentForm):
    """The words of a pilot that runs already."""


class PilotAndConsentForm(StoredTextsForm, PilotForm, ConsentForm):  # type: ignore[misc]
    """Everything about a new pilot on one page."""
