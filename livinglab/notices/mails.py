"""From notices to mails, and from mails to the mail server."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from livinglab.accounts.actions import wants_mails
from livinglab.notices.models import Mail, Notice
from livinglab.notices.stopping import mail_kind_of, path_to_stop
from livinglab.notices.texts import render

# The link of these works without signing in.
INVITATIONS = frozenset({"invitation", "reminder"})
# A minute, then twice as long each time: the last try comes after two days.
FIRST_PAUSE = timedelta(minutes=1)
MOST_TRIES = 12


@transaction.atomic
def write_mails(*, at_most: int, at: datetime) -> int:
    """Decide for the oldest undecided notices whether they also go by mail, and write those mails.

    Returns how many notices were decided. Safe to run twice and at the same time: rows somebody else works on are
    passed over, and a notice has at most one mail.
    """
    notices = list(
        Notice.objects.awaiting_mail()
        .select_related("person")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:at_most]
    )
    Mail.objects.bulk_create(mail_of(notice) for notice in notices if wants_mail(notice))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_considered_at=at)
    return len(notices)


def wants_mail(notice: Notice) -> bool:
    kind = mail_kind_of(notice)
    return notice.person.is_active and (kind is None or wants_mails(notice.person, kind))


def mail_of(notice: Notice) -> Mail:
    language = notice.person.language or settings.LANGUAGE_CODE
    text = render(notice, language)
    # The link of an invitation works without signing in; any other is followed as her notice.
    path = notice.url if notice.kind in INVITATIONS else reverse("notices:open", args=[notice.pk])
    kind = mail_kind_of(notice)
    stop_path = path_to_stop(notice.person, kind) if kind else ""
    with translation.override(language):
        context = {
            "body": text.body,
            "url": notice.url and settings.SITE_URL + path,
            "stop_url": stop_path and settings.SITE_URL + stop_path,
        }
        body = render_to_string("notices/mail.txt", context)
        subject = subject_of_mail(text.subject)
    return Mail(
        notice=notice,
        to=notice.person.email,
        subject=subject[:300],
        body=body.strip() + "\n",
        thread=notice.thread,
        stop_path=stop_path,
    )


def subject_of_mail(subject: str) -> str:
    """With the name of the site before it, so that people know the sender."""
    return f"[{_('Living Lab')}] {subject}"


def send_next(*, at: datetime) -> bool:
    """Send the mail that has waited longest; false if none is due or the mail server does not answer.

    The row is locked until the mail server has answered and the answer is committed, so that two workers never send
    one mail. Who dies in between leaves it waiting: it goes out again with the same Message-ID.
    """
    with transaction.atomic():
        mail = Mail.objects.waiting(at).select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
        if mail is None:
            return False
        mail.tries += 1
        answered = True
        try:
            # A connection of its own: what went wrong with one mail does not reach the next.
            message_of(mail).send()
        except (OSError, ValueError) as error:
            answered = isinstance(error, (SMTPException, ValueError))
            mail.last_error = f"{type(error).__name__}: {error}"[:300]
            if mail.tries >= MOST_TRIES:
                mail.given_up_at = at
                empty(mail)
            else:
                mail.next_try_at = at + FIRST_PAUSE * 2 ** (mail.tries - 1)
        else:
            mail.sent_at = timezone.now()
            empty(mail)
        mail.save(update_fields=["tries", "given_up_at", "next_try_at", "sent_at", *Mail.EMPTY])
    return answered


def empty(mail: Mail) -> None:
    """Take out of a mail what it said and to whom; a demonstration shows that for a day (see ``retention``)."""
    mail.last_error = ""
    if not settings.DEMONSTRATION:
        for name, nothing in Mail.EMPTY.items():
            setattr(mail, name, nothing)


def headers_of(mail: Mail) -> dict[str, str]:
    """What programs for mail need: that nobody wrote this by hand, what it belongs to, and how it is stopped."""
    host = urlsplit(settings.SITE_URL).hostname
    # RFC 3834: nobody's "I am on holiday" answers a machine.
    headers = {"Message-ID": f"<{mail.message_id}@{host}>", "Auto-Submitted": "auto-generated"}
    if mail.thread:
        # There never was such a mail; all that is about the same thing refers to it.
        headers |= {"References": f"<{mail.thread}@{host}>", "In-Reply-To": f"<{mail.thread}@{host}>"}
    if mail.stop_path:
        # RFC 8058: one press in the program for mail, which sends a POST without any cookie.
        headers |= {
            "List-Unsubscribe": f"<{settings.SITE_URL}{mail.stop_path}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def message_of(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.body,
        to=[mail.to],
        headers=headers_of(mail),
        connection=get_connection(),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
