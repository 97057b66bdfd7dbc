"""Where allauth asks us."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation

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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Guesses are counted by account alone: allauth adds the host, whose port is up to whoever guesses."""
        login = credentials.get("email", "")
        return str(login).lower()

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Staff say who they are with the second factor only: what they may do is not done with a password alone."""
        methods = super().get_reauthentication_methods(user)
        if isinstance(user, Person) and user.is_city_staff and is_mfa_enabled(user):
            return [method for method in methods if method["id"].startswith("mfa_")]
        return methods

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
