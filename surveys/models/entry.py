"""Answers that staff entered for somebody: who, when and from which sheet, as long as the answers are kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from livinglab.accounts.models import Person
from pilots.models import Pilot
from surveys.models.response import Response

# Of answers entered before this was recorded.
UNKNOWN_STAFF = 0


class EntryQuerySet(models.QuerySet["Entry"]):
    def as_entered(self) -> "EntryQuerySet":
        """Those whose answers nobody has changed since: whoever entered them knows what they are."""
        return self.filter(at=F("response__saved_at"))


class Entry(models.Model):
    """One response was entered by a member of staff, from one sheet. Goes with the response and never changes."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="entry")
    # Empty once the account is gone.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="entries")
    # Key of that account, kept when it is gone, so that one member of staff can still be told from another.
    staff_pk = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    # As on the sheet, without its hyphen; empty for answers entered before sheets had a code.
    sheet = models.CharField(max_length=8, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=~Q(sheet=""), name="entry_once_from_each_sheet"),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by=F("staff_pk")), name="entry_number_is_of_who_entered"
            ),
        ]

    def __str__(self) -> str:
        # Never the sheet: whoever holds it may know whose it was.
        return f"{self.staff_pk} {self.at:%Y-%m-%d}"


class EntryClerkQuerySet(models.QuerySet["EntryClerk"]):
    def of(self, pilot: Pilot, person: Person) -> "EntryClerkQuerySet":
        return self.filter(pilot=pilot, person=person)


class EntryClerk(models.Model):
    """A member of staff who has entered answers of a pilot, also where these answers have been deleted since."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="entry_clerks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = EntryClerkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "person"], name="entry_clerk_once_per_pilot")]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.since:%Y-%m-%d}"
