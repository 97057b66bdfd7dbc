"""From notices to mails, and from mails to the mail server."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from livinglab.accounts.actions import wants_mails
from livinglab.notices.models import INVITATIONS, TALK, Mail, Notice
from livinglab.notices.stopping import mail_kind_of, path_to_stop
from livinglab.notices.texts import render

# About one thing, for one person.
ONE_MAIL_EACH = timedelta(hours=1)
MOST_LISTED = 20
# A minute, then twice as long each time: the last try comes after two days.
FIRST_PAUSE = timedelta(minutes=1)
MOST_TRIES = 12


@transaction.atomic
def write_mails(*, at_most: int, at: datetime) -> int:
    """Decide for the oldest undecided notices whether they also go by mail, and write those mails.

    About one thing there is at most one mail an hour for each person: the first goes at once, what follows waits for
    the end of the hour and goes together. Returns how many notices were decided. Safe to run twice and at the same
    time: people somebody else works for are passed over, and a notice is in at most one mail.
    """
    notices = list(
        Notice.objects.awaiting_mail()
        .not_told_of_since(at - ONE_MAIL_EACH)
        .select_related("person")
        .select_for_update(skip_locked=True, of=("self", "person"), no_key=True)
        .order_by("pk")[:at_most]
    )
    wanted = [notice for notice in notices if wants_mail(notice)]
    Mail.objects.bulk_create(mail_of(group, at=at) for group in groups_of(wanted))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mail_considered_at=at)
    return len(notices)


def groups_of(notices: Iterable[Notice]) -> list[list[Notice]]:
    """The notices of each mail: of one person, about one thing, of one kind or of one talk."""
    groups: dict[tuple[object, ...], list[Notice]] = {}
    for notice in notices:
        alone = not notice.thread or notice.kind in INVITATIONS
        kind = "talk" if notice.kind in TALK else notice.kind
        groups.setdefault((notice.pk,) if alone else (notice.person_id, notice.thread, kind), []).append(notice)
    return list(groups.values())


def wants_mail(notice: Notice) -> bool:
    kind = mail_kind_of(notice)
    return notice.person.is_active and (kind is None or wants_mails(notice.person, kind))


def mail_of(notices: list[Notice], *, at: datetime) -> Mail:
    """One mail about these notices; it belongs to the first of them."""
    notice, more = notices[0], len(notices) - 1
    language = notice.person.language or settings.LANGUAGE_CODE
    text = render(notice, language)
    kind = mail_kind_of(notice)
    stop_path = path_to_stop(notice.person, kind) if kind else ""
    with translation.override(language):
        subject = text.subject
        stop_url = stop_path and settings.SITE_URL + stop_path
        context: dict[str, Any] = {"body": text.body, "url": link_of(notice), "stop_url": stop_url}
        if more:
            subject = _("%(subject)s, and %(more)s more") % {"subject": text.subject, "more": more}
            context |= {
                "rows": [(render(one, language).subject, link_of(one)) for one in notices[:MOST_LISTED]],
                "unlisted": max(0, len(notices) - MOST_LISTED),
                "all_url": settings.SITE_URL + reverse("notices:list"),
            }
        body = render_to_string("notices/mails.txt" if more else "notices/mail.txt", context)
        subject = subject_of_mail(subject)
    return Mail(
        notice=notice,
        at=at,
        to=notice.person.email,
        subject=subject[:300],
        body=body.strip() + "\n",
        thread=notice.thread,
        stop_path=stop_path,
    )


def link_of(notice: Notice) -> str:
    """The link of an invitation works without signing in; any other is followed as her notice. Empty where none is."""
    path = notice.url if notice.kind in INVITATIONS else reverse("notices:open", args=[notice.pk])
    return notice.url and settings.SITE_URL + path


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


@transaction.atomic
def write_given_up_mails_again(*, at: datetime) -> int:
    """Have mails that were given up lately written anew from their notices. Returns how many; safe to press twice.

    Nothing is left of what they said. Mails without a notice held a code that is over by now.
    """
    mails = list(
        Mail.objects.given_up_lately(at).with_notice().select_for_update(of=("self",)).select_related("notice")
    )
    for mail in mails:
        assert mail.notice is not None
        # What went together was decided at the time of the mail.
        together = Q(person=mail.notice.person_id, thread=mail.notice.thread, mail_considered_at=mail.at)
        Notice.objects.filter(Q(pk=mail.notice.pk) | ~Q(thread="") & together).update(mail_considered_at=None)
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()
    return len(mails)


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
