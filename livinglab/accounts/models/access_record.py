"""The audit trail: which member of staff looked at, took or changed what about people."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.person import Person
from livinglab.accounts.roles import Role

# The trigger of the table knows the same span, so that nobody can delete sooner, whatever this says.
KEPT_FOR = timedelta(days=731)


class AccessAction(models.TextChoices):
    CONTACTS_SEEN = "contacts_seen", _("saw contacts")
    PARTICIPANT_SOUGHT = "participant_sought", _("looked up a participant")
    DESK_SEARCHED = "desk_searched", _("searched at the residence desk")
    RESIDENCE_CONFIRMED = "residence_confirmed", _("confirmed a residence")
    CODES_PRINTED = "codes_printed", _("printed residence codes")
    ANSWERS_ENTERED = "answers_entered", _("entered answers")
    SHEETS_PRINTED = "sheets_printed", _("printed answer sheets")
    ANSWERS_READ = "answers_read", _("read answers in people's own words")
    ANSWERS_RELEASED = "answers_released", _("released or withheld a quotation")
    REASONS_READ = "reasons_read", _("read why people left")
    ROLE_GRANTED = "role_granted", _("granted a role")
    ROLE_TAKEN = "role_taken", _("took a role away")
    ACCOUNT_CLOSED = "account_closed", _("closed an account")
    ACCOUNT_OPENED = "account_opened", _("opened an account again")
    ACCOUNT_NAMED = "account_named", _("gave an account another nickname")
    RESET_ASKED = "reset_asked", _("asked to reset a second factor")
    RESET_DROPPED = "reset_dropped", _("dropped a request to reset a second factor")
    FACTOR_RESET = "factor_reset", _("reset a second factor")
    FILE_TAKEN = "file_taken", _("took a file")
    MAILS_READ = "mails_read", _("read sent mails")
    TRAIL_READ = "trail_read", _("read this record")


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    def narrowed_to(
        self,
        *,
        action: str = "",
        staff: int | None = None,
        about: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> "AccessRecordQuerySet":
        """Of this action, by this staff number, about this thing and its parts, from one day to another (included)."""
        rows = self
        if action:
            rows = rows.filter(action=action)
        if staff is not None:
            rows = rows.filter(by_pk=staff)
        if about:
            rows = rows.filter(Q(about=about) | Q(about__startswith=f"{about} "))
        if since is not None:
            rows = rows.filter(at__date__gte=since)
        if until is not None:
            rows = rows.filter(at__date__lte=until)
        return rows

    def past_retention(self, at: datetime) -> "AccessRecordQuerySet":
        """Rows old enough to be deleted: two years and, at most, a day."""
        return self.filter(at__lt=at - KEPT_FOR)


class AccessRecord(models.Model):
    """One look or deed of staff. Rows are only added: a trigger refuses changes, and deletion for two years.

    ``by`` is emptied when the account goes; the number and the roles she had stay. ``about`` names a thing of the
    site by its kind and key (``pilot call-bus-1``, ``person 12``), never anybody's name or address.
    """

    Action = AccessAction

    at = models.DateTimeField(_("when"))
    # Empty where the account is gone, and for what was done by a command on the server.
    by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="access_records", verbose_name=_("who")
    )
    by_pk = models.PositiveBigIntegerField(_("staff number"), null=True, blank=True)
    by_roles = ArrayField(models.CharField(max_length=13, choices=Role), default=list, verbose_name=_("roles then"))
    action = models.CharField(_("did"), max_length=19, choices=AccessAction)
    about = models.CharField(_("about"), max_length=120, blank=True)
    count = models.PositiveIntegerField(_("people concerned"), null=True, blank=True)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        indexes = [models.Index(fields=["-at", "-id"], name="access_record_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=AccessAction.values), name="access_record_action_is_known"),
            models.CheckConstraint(condition=~Q(about__contains="@"), name="access_record_holds_no_address"),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by_pk__isnull=False), name="access_record_keeps_a_staff_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"


class AccessDigest(models.Model):
    """That the officer for personal data was written to about a month, so that it happens once."""

    month = models.DateField(unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="access_digest_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
