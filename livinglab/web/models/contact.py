"""What people write to the city through the form, for the office in charge."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Office, Person
from livinglab.accounts.roles import Role
from livinglab.text_columns import clean_texts
from pilots.models import Pilot

LONGEST = 2_000
# Long enough to answer and to ask back.
MESSAGES_KEPT = timedelta(days=180)


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    def open(self) -> "ContactMessageQuerySet":
        return self.filter(done_at__isnull=True)

    def in_care_of(self, person: Person) -> "ContactMessageQuerySet":
        """Those a moderator answers: about pilots in her areas; administrators and the whole city's see all."""
        if person.has_role(Role.ADMINISTRATOR):
            return self.all()
        return self.filter(person.in_charge(Role.MODERATOR, area="pilot__test_bed__area"))


class ContactMessage(models.Model):
    """One message. Whoever wrote it may be unknown; how to answer is what they left."""

    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="+")
    pilot = models.ForeignKey(Pilot, models.SET_NULL, null=True, blank=True, related_name="+")
    # Signed in when writing.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("your message"), max_length=LONGEST)
    reply_to = models.CharField(_("e-mail or telephone for the answer"), max_length=100, blank=True)
    language = models.CharField(max_length=2)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            clean_texts("contact_message_texts_are_clean", lines=("reply_to",), texts={"text": 2000}),
            models.CheckConstraint(condition=~Q(text=""), name="contact_message_says_something"),
        ]
        indexes = [models.Index(fields=["at"], name="contact_message_by_age")]

    def __str__(self) -> str:
        return f"message {self.pk} {self.at:%Y-%m-%d}"
