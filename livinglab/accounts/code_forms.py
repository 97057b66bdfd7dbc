"""Codes by e-mail: asking for one, and typing it."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.devices import known_device
from livinglab.accounts.limits import (
    MAIL_CODE_TRIES,
    MAIL_CODES,
    MAIL_CODES_OF_AN_ADDRESS,
    TooOften,
    address_of,
    duration,
    take_turn,
)


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """Whom a code is sent to. One mailbox gets so many an hour; devices it was used on before go on getting them."""

    def clean_email(self) -> str:
        email, at = str(self.cleaned_data["email"]).lower(), timezone.now()
        try:
            with transaction.atomic():
                take_turn(MAIL_CODES_OF_AN_ADDRESS, (address_of(context.request), email), at=at)
                if known_device(context.request, email) is None:
                    take_turn(MAIL_CODES, email, at=at)
        except TooOften as refusal:
            raise forms.ValidationError(
                _("Several codes were sent to this address. Please look for the newest one, or wait %(time)s.")
                % {"time": duration(refusal.seconds)},
                code=refusal.code,
            ) from refusal
        cleaned: str = super().clean_email()
        return cleaned


class CodeMixin(forms.Form):
    """Six digits, which phones fill in; the tries are counted one after the other, also where they come at once."""

    expected_code: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["code"].widget.attrs
        attributes.pop("placeholder", None)
        attributes.update({"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"})

    def clean_code(self) -> str:
        try:
            take_turn(
                MAIL_CODE_TRIES, (context.request.session.session_key, self.expected_code or ""), at=timezone.now()
            )
        except TooOften as refusal:
            raise get_adapter().validation_error("incorrect_code") from refusal
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class ConfirmLoginCodeForm(CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    """Signing in."""


class ConfirmEmailVerificationCodeForm(CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    """An address is whose it is said to be."""


class ConfirmReauthenticationCodeForm(CodeMixin, allauth_forms.ConfirmReauthenticationCodeForm):
    """Saying who one is once more."""
