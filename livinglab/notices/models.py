"""What people are told. A notice is a row; mail is a row; a task walks both."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# The link of these works without signing in, and opens one thing only.
INVITATIONS = frozenset({"invitation", "reminder"})
# What is said under a proposal goes together.
TALK = frozenset({"comment_on_yours", "comment_answered"})


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def awaiting_mail(self) -> "NoticeQuerySet":
        """Notices for which nobody has decided yet whether a mail goes out."""
        return self.filter(mail_considered_at__isnull=True)

    def not_told_of_since(self, since: datetime) -> "NoticeQuerySet":
        """Without those whose person has had a mail of the same kind about the same thing after that."""
        mails = Mail.objects.filter(
            at__gt=since, notice__person=OuterRef("person"), notice__thread=OuterRef("thread")
        ).exclude(notice__thread="")
        of_its_kind = Exists(mails.filter(notice__kind=OuterRef("kind")))
        of_the_talk = Q(kind__in=TALK) & Exists(mails.filter(notice__kind__in=TALK))
        return self.exclude(~Q(kind__in=INVITATIONS) & (of_its_kind | of_the_talk))


class Notice(models.Model):
    """Something one person should hear of, once per occasion.

    ``kind`` names the templates ``notices/<kind>.subject.txt`` and ``.body.txt`` it is told with, ``data`` fills them;
    both are rendered when read, in the reader's language.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    occasion = models.CharField(max_length=120)
    # What it is about, such as "proposal-7"; programs for mail put the mails of a thread together.
    thread = models.CharField(max_length=120, blank=True, db_default="")
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_considered_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["person", "occasion"], name="notice_once_per_occasion")]
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_newest_of_person"),
            models.Index(fields=["id"], condition=Q(mail_considered_at__isnull=True), name="notice_awaiting_mail"),
        ]


# An e-mail that comes later than this tells nobody any news.
TELLS_NEWS = timedelta(days=30)


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self, at: object) -> "MailQuerySet":
        """Mails due by ``at`` that the mail server has not accepted yet."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=at)

    def given_up_lately(self, at: datetime) -> "MailQuerySet":
        """Mails that the mail server did not take however often it was tried, until a month before ``at``."""
        return self.filter(given_up_at__gt=at - TELLS_NEWS)

    def with_notice(self) -> "MailQuerySet":
        """Mails that were written from a notice and can be written anew; others held a code that is over."""
        return self.filter(notice__isnull=False)


class Mail(models.Model):
    """One e-mail on its way out. A repeat after a crash bears the same Message-ID."""

    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, blank=True, related_name="mail")
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    thread = models.CharField(max_length=120, blank=True)
    # Path of the page that stops mails of its kind; empty where they cannot be stopped.
    stop_path = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    # What is left of a mail once it went out: when, and that it did. It may have held a code, and held an address.
    EMPTY: ClassVar[dict[str, str]] = dict.fromkeys(["to", "subject", "body", "html", "stop_path", "last_error"], "")

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="mail_waiting",
            )
        ]
