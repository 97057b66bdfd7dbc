from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livinglab.accounts.actions import record_agreement
from livinglab.accounts.agreements import text_of
from livinglab.accounts.models import AccessRecord, Agreement, Area, MailKind, Office, Person
from livinglab.accounts.models.api_token import Scope
from livinglab.accounts.names import check_nickname
from livinglab.accounts.roles import Role
from livinglab.bilingual import active_language
from livinglab.errors import Refused
from livinglab.form_fields import CodeField, LineField


def agreement_text(kind: Agreement.Kind) -> SafeString:
    return mark_safe(text_of(kind, active_language()))  # our own templates


def link_to_terms() -> SafeString:
    return format_html(
        '<a href="{}" target="_blank">{}</a>', reverse_lazy("terms"), _("Read the terms of use (opens a new window)")
    )


class NamesForm(forms.Form):
    """One name field, as Korean names want it, and the nickname that others see."""

    name = LineField(
        label=_("Name"),
        min_length=2,
        max_length=50,
        help_text=_("Only the staff who answer you see it."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    nickname = LineField(
        label=_("Nickname shown to others"),
        min_length=2,
        max_length=20,
        help_text=_("It stands beside your proposals and comments."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def holder(self) -> Person | None:
        """Who may go on to use the nickname they have."""
        return None

    def clean_nickname(self) -> str:
        nickname: str = self.cleaned_data["nickname"]
        try:
            check_nickname(nickname, holder=self.holder())
        except Refused as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from refused
        return nickname


class SignupForm(NamesForm, allauth_forms.SignupForm):
    """Signing up: what the account needs, the age, and each agreement by itself."""

    account_already_exists: bool

    over_14 = forms.BooleanField(label=_("I am 14 years old or older"))
    agrees_to_terms = forms.BooleanField(
        label=_("I agree to the terms of use (required)"), help_text=lazy(link_to_terms, str)()
    )
    agrees_to_privacy = forms.BooleanField(
        label=_("I agree that the data my account needs are kept (required)"),
        help_text=lazy(agreement_text, str)(Agreement.Kind.PRIVACY),
    )
    agrees_to_news = forms.BooleanField(
        label=_("I would like news about new pilots by e-mail (optional)"),
        required=False,
        help_text=lazy(agreement_text, str)(Agreement.Kind.NEWS),
        widget=forms.CheckboxInput({"data-plain": ""}),
    )

    field_order = (
        *("email", "password1", "password2", "name", "nickname"),
        *("over_14", "agrees_to_terms", "agrees_to_privacy", "agrees_to_news"),
    )

    def holder(self) -> Person | None:
        # Who sends the form twice is not told that she has taken her own nickname. Only before the address is verified:
        # later this would tell strangers whose nickname it is.
        of_this_address = Person.objects.filter(email__iexact=self.cleaned_data.get("email", ""))
        return of_this_address.exclude(emailaddress__verified=True).first()

    def custom_signup(self, request: HttpRequest, user: Person) -> None:
        language, at = active_language(), timezone.now()
        user.name, user.language = self.cleaned_data["name"], language
        user.set_nickname(self.cleaned_data["nickname"])
        user.save(update_fields=["name", "nickname", "nickname_key", "language"])
        for kind in (Agreement.Kind.AGE, Agreement.Kind.TERMS, Agreement.Kind.PRIVACY):
            record_agreement(user, kind, agreed=True, language=language, at=at)
        if self.cleaned_data["agrees_to_news"]:
            record_agreement(user, Agreement.Kind.NEWS, agreed=True, language=language, at=at)

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        if self.account_already_exists:
            # As much work as for a new account: the time of the answer must not tell who has one.
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # A double click: the first of the two requests has just made this account.
            if not Person.objects.filter(email__iexact=self.cleaned_data["email"]).exists():
                raise
            self.account_already_exists = True
            return super().try_save(request)


class ProfileForm(NamesForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("as my browser says")), ("ko", "한국어"), ("en", "English")],
        required=False,
        widget=forms.Select({"data-plain": ""}),
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area where I live"),
        required=False,
        empty_label=_("I would rather not say, or I live elsewhere"),
    )
    mails = forms.MultipleChoiceField(
        label=_("Send me e-mails about"),
        choices=MailKind.chosen_in_the_profile(),
        required=False,
        help_text=_("Everything also stands on the page “Notices”."),
        widget=forms.CheckboxSelectMultiple({"data-plain": ""}),
    )

    def holder(self) -> Person | None:
        return self.person

    def __init__(self, data: QueryDict | None = None, *, person: Person) -> None:
        fields = ("name", "nickname", "language", "area")
        offered = [
            (kind, label)
            for kind, label in MailKind.chosen_in_the_profile()
            if kind != MailKind.WORK or person.is_city_staff
        ]
        wanted = [kind for kind, _label in offered if kind not in person.stopped_mails]
        super().__init__(data, initial={field: getattr(person, field) for field in fields} | {"mails": wanted})
        self.person = person
        self.fields["mails"].choices = offered  # type: ignore[attr-defined]
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = Area.objects.defer("boundary").valid_on(timezone.localdate())
        if person.is_confirmed_resident:
            area.help_text = _("If you change it, your residence has to be confirmed again before you can support.")

    def clean(self) -> dict[str, Any]:
        """The kinds that were left out; what is not offered to her stays as it is."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = cleaned.pop("mails", [])
        offered = {kind for kind, _label in self.fields["mails"].choices}  # type: ignore[attr-defined]
        cleaned["stopped_mails"] = [
            kind
            for kind in MailKind.values
            if (kind not in wanted if kind in offered else kind in self.person.stopped_mails)
        ]
        return cleaned


class ResidenceCodeForm(forms.Form):
    code = CodeField(
        label=_("Code from the printed letter"),
        max_length=20,
        help_text=_("Twelve letters and digits, such as 7KQM-R2XD-94TB."),
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class FindPersonForm(forms.Form):
    who = LineField(
        label=_("E-mail or nickname"),
        max_length=254,
        help_text=_("Exactly as in the account."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def person(self) -> Person | None:
        """Whoever is called so and may sign in."""
        return self.person_among(Person.objects.select_related("area").defer("area__boundary").filter(is_active=True))

    def person_among(self, people: QuerySet[Person]) -> Person | None:
        who = self.cleaned_data["who"]
        return (
            people.filter(email__iexact=who).first() or people.filter(pk__in=Person.objects.with_nickname(who)).first()
        )


class RoleForm(forms.Form):
    """A role to be given."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *Role.granted()])
    office = forms.ModelChoiceField(
        Office.objects.all(), label=_("Office"), required=False, empty_label=_("The whole city")
    )


class AccountNameForm(forms.Form):
    """Another nickname for an account: that of staff may speak for the city."""

    nickname = LineField(label=_("Nickname shown to others"), min_length=2, max_length=20)


class AccessFilter(forms.Form):
    """Which rows of the audit trail; nothing that could be an address is asked for, because it would be in the URL."""

    action = forms.ChoiceField(
        label=pgettext_lazy("record of access", "What was done"),
        choices=[("", _("Everything")), *AccessRecord.Action.choices],
        required=False,
    )
    staff = forms.IntegerField(label=_("Staff number"), min_value=1, max_value=2**63 - 1, required=False)
    since = forms.DateField(
        label=pgettext_lazy("record of access", "From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("record of access", "Until"), required=False, widget=forms.DateInput({"type": "date"})
    )
    # Reached by pressing what a row is about.
    about = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)


class AreaForm(forms.Form):
    """An area among those the member of staff is in charge of."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=_("Choose an area"))

    def __init__(self, *args: Any, in_charge: frozenset[int] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.defer("boundary").valid_on(timezone.localdate())
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas if in_charge is None else areas.filter(pk__in=in_charge)


class CodesForm(AreaForm):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=100, initial=20)


class TokenForm(forms.Form):
    """What a new token is for, what it may do beside reading, and how long."""

    name = LineField(
        label=_("What it is for"),
        max_length=60,
        help_text=_("So that you recognise it later, such as: figures for the map."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    WRITE = (Scope.WRITE.value, _("Write: propose, comment, support, answer in your name"))
    STAFF = (Scope.STAFF.value, _("Work as staff: see and do what your role allows"))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do beside reading"),
        choices=[WRITE, STAFF],
        required=False,
        help_text=_("Choose as little as possible. Without a choice it can only read."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=[(7, _("a week")), (30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        coerce=int,
        initial=90,
        widget=forms.Select({"data-plain": ""}),
    )

    def __init__(self, data: QueryDict | None = None, *, person: Person) -> None:
        super().__init__(data)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [self.WRITE, self.STAFF] if person.is_city_staff else [self.WRITE]
