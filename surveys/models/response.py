"""Answers, kept apart from names: a response carries a random key, one table joins key to enrolment."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilots.models import Enrolment
from surveys.models.survey import Wave

# Responses are cut into chunks by their number; gaps do no harm.
CHUNK = 5_000


class ParticipantKey(models.Model):
    """The one place where a key meets a person. Only inviting, resuming, withdrawing and purging read it."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="participant_key")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        # Never the key: what is printed, logged or shown in an error must not join it to a person.
        return f"key of enrolment {self.enrolment_id}"


class Invitation(models.Model):
    """A participant was asked to answer a wave. Holds the enrolment, never the key."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    last_reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "enrolment"], name="invitation_once_per_wave")]

    def __str__(self) -> str:
        return f"{self.wave} {self.invited_at:%Y-%m-%d}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def submitted(self) -> "ResponseQuerySet":
        """What tallies count. Withdrawn answers are not there any more."""
        return self.filter(submitted_at__isnull=False)

    def in_chunk(self, chunk: int) -> "ResponseQuerySet":
        return self.filter(pk__gte=chunk * CHUNK, pk__lt=(chunk + 1) * CHUNK)


class Response(models.Model):
    """One person's answers to one wave; replaced by its author while the wave is open, never edited after."""

    class Mode(models.TextChoices):
        SELF = "self", _("by oneself")
        ASSISTED = "assisted", _("with help")
        PAPER = "paper", _("on paper")
        IMPORTED = "imported", _("imported")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="responses")
    participant_key = models.UUIDField()
    # In the order of ``surveys.questionnaire``: items, use level, comprehension.
    # 97 not applicable, 98 don't know, 99 not answered.
    answers = ArrayField(models.SmallIntegerField())
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.SELF)
    # Copied at submit, never re-derived from a profile: "65-74/f/3611052000"; "65+", or "65+?" where not said.
    cell = models.CharField(max_length=40, blank=True)
    groups = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    use_level = models.PositiveSmallIntegerField(null=True, blank=True)
    flags = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    # What each screen took, by the server's clock; nothing where it was not saved yet.
    screens = ArrayField(models.PositiveIntegerField(null=True), default=list, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "participant_key"], name="response_once_per_person_and_wave"),
            models.CheckConstraint(
                condition=Q(mode__in=["self", "assisted", "paper", "imported"]), name="response_mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(use_level__isnull=True) | Q(use_level__range=(1, 5)), name="response_use_level_one_to_five"
            ),
        ]
        indexes = [
            models.Index(fields=["wave", "id"], name="response_of_wave_by_number"),
            models.Index(fields=["wave"], condition=Q(submitted_at__isnull=True), name="response_not_handed_in"),
        ]

    def __str__(self) -> str:
        return f"{self.wave} {self.pk}"

    @property
    def chunk(self) -> int:
        return self.pk // CHUNK
