"""Where allauth asks us."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.devices import known_device
from livinglab.accounts.limits import (
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_AN_ADDRESS,
    WRONG_PASSWORDS_ON_A_KNOWN_DEVICE,
    Limit,
    TooOften,
    address_of,
    duration,
    give_turn_back,
    take_turn,
)
from livinglab.accounts.models import Person
from livinglab.accounts.tokens import end_access_by_old_password
from livinglab.notices.mails import subject_of_mail
from livinglab.notices.models import Mail


class AccountAdapter(DefaultAccountAdapter):
    """Mails of allauth (codes, confirmations) become rows that the mail task sends."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        context = {**at_our_address(context), "email": email, "site": urlsplit(settings.SITE_URL).netloc}
        message: EmailMessage = self.render_mail(template_prefix, email, context)
        Mail.objects.create(to=email, subject=str(message.subject), body=str(message.body))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser | AnonymousUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell somebody what was changed about her account, in her language; by default at her main address.

        Neither the device nor the network it was done from is said: what a mail says is also stored.
        """
        assert isinstance(user, Person)
        links = {"sessions_url": reverse("me:sessions"), "password_reset_url": reverse("account_reset_password")}
        with translation.override(user.language or translation.get_language()):
            self.send_mail(
                template_prefix, email or user.email, {"timestamp": timezone.now(), **links, **(context or {})}
            )

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """The code goes to the new address; the main address hears of it, before anything has changed."""
        super().send_confirmation_mail(request, emailconfirmation, signup)
        person, added = emailconfirmation.email_address.user, emailconfirmation.email_address.email
        verified = EmailAddress.objects.filter(user=person, verified=True)
        if not signup and verified.exclude(email__iexact=added).exists():
            self.send_notification_mail("account/email/email_added", person, {"added_email": added})

    # Said where the last of the tries that a mailed code allows was wrong.
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("This code is used up. Sign in, and we send you another one."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "too_many_login_attempts":
            # Everywhere else allauth means what it says.
            return ValidationError(_("That was too often. Please wait a few minutes."), code=code)
        return super().validation_error(code, *args)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password before it is looked at: strangers by account and by address, a known device by itself.

        So five wrong passwords close this door to strangers only; and many at many accounts close it to strangers
        behind one address, where others still come in with a code, or on devices they have used before.
        """
        email, at = str(credentials.get("email", "")).lower(), timezone.now()
        if device := known_device(request, email):
            self.guesses: list[tuple[Limit, object]] = [(WRONG_PASSWORDS_ON_A_KNOWN_DEVICE, device)]
        else:
            self.guesses = [(WRONG_PASSWORDS, email), (WRONG_PASSWORDS_OF_AN_ADDRESS, address_of(request))]
        try:
            with transaction.atomic():
                for limit, who in self.guesses:
                    take_turn(limit, who, at=at)
        except TooOften as refusal:
            raise ValidationError(
                _(
                    "After several wrong passwords a password opens this account only on devices it was used on before,"
                    " for %(time)s. A code by e-mail opens it now."
                )
                % {"time": duration(refusal.seconds)},
                code="password_door_closed",
            ) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            for limit, who in self.guesses:
                give_turn_back(limit, who, at=timezone.now())
        return user

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Staff say who they are with the second factor only: what they may do is not done with a password alone."""
        methods = super().get_reauthentication_methods(user)
        if isinstance(user, Person) and user.is_city_staff and is_mfa_enabled(user):
            return [method for method in methods if method["id"].startswith("mfa_")]
        return methods

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that everything else on this site counts by."""
        return address_of(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """With an old password the other sessions end, and so do tokens of programs."""
        super().set_password(user, password)
        assert isinstance(user, Person)
        session = getattr(self.request, "session", None)
        end_access_by_old_password(user, but=session and session.session_key, at=timezone.now())

    def format_email_subject(self, subject: str) -> str:
        return subject_of_mail(subject)

    def populate_username(self, request: object, user: AbstractBaseUser) -> None:
        """There are no user names."""


def at_our_address(context: dict[str, object]) -> dict[str, object]:
    """Every ``..._url`` at the address of SITE_URL: what a request calls this site is up to whoever sends it."""
    return context | {
        name: settings.SITE_URL + urlsplit(value)._replace(scheme="", netloc="").geturl()
        for name, value in context.items()
        if name.endswith("_url") and isinstance(value, str)
    }
