"""What the nightly deletion did, for whoever has to answer for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionKind(models.TextChoices):
    """In the order in which they are done."""

    REMINDERS = "reminders", _("reminders that a pilot is past its last day")
    PILOTS = "pilots", _("pilots that ended by themselves")
    CONTACTS = "contacts", _("people whose contact data and keys were deleted")
    TEXTS_AS_WRITTEN = "as_written", _("texts of which only the masked form is left")
    TEXTS = "texts", _("texts that nobody had released")
    ANSWERS = "answers", _("answers without a name")
    MAILS = "mails", _("mails emptied of what they said and to whom")
    NOTICES = "notices", _("old notices and mails")
    ACCOUNTS = "accounts", _("accounts whose address was never confirmed")
    RESIDENCE_CODES = "codes", _("printed residence codes that are no longer valid")
    MESSAGES = "messages", _("messages to the city")
    ACCESS_RECORDS = "access", _("old records of who looked at what")
    SESSIONS = "sessions", _("sign-ins and counters that are no longer valid")
    RUNS = "runs", _("old lines of this list")


class RetentionRun(models.Model):
    """One kind of thing in one run: how many rows were deleted, or that it failed."""

    Kind = RetentionKind

    kind = models.CharField(_("what"), max_length=12, choices=RetentionKind)
    at = models.DateTimeField(_("when"))
    count = models.PositiveIntegerField(_("how many"), default=0)
    # The name of the error, which the log tells in full; empty where all went well.
    error = models.CharField(_("error"), max_length=100, blank=True)

    class Meta:
        ordering = ["-at", "pk"]
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=RetentionKind.values), name="retention_run_kind_is_known"
            )
        ]
        indexes = [models.Index(fields=["-at"], name="retention_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d} {self.count}"
