"""Where allauth asks us."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage

from livinglab.notices.mails import subject_of_mail
from livinglab.notices.models import Mail


class AccountAdapter(DefaultAccountAdapter):
    """Mails of allauth (codes, confirmations) become rows that the mail task sends."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        message: EmailMessage = self.render_mail(template_prefix, email, {**context, "email": email})
        Mail.objects.create(to=email, subject=str(message.subject), body=str(message.body))

    def format_email_subject(self, subject: str) -> str:
        return subject_of_mail(subject)

    def populate_username(self, request: object, user: AbstractBaseUser) -> None:
        """There are no user names."""
