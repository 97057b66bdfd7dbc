"""What a wave said when it closed, frozen; and what the registered rule makes of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.registration import Registration
from surveys.models.survey import Wave


class Snapshot(models.Model):
    """A wave's state at its close, with everything needed to recompute every published figure."""

    wave = models.OneToOneField(Wave, models.PROTECT, related_name="snapshot")
    state = models.BinaryField()
    # SHA-256 of the canonical state; the public pack shows it only together with a salt.
    hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    code_version = models.CharField(max_length=60)
    # Invited, answered, broken off ... at the moment of the close.
    counts = models.JSONField()
    # Every figure, exact, as computed from the state, and its public form; nobody reads them but `release`.
    results = models.JSONField()
    released = models.JSONField(default=dict)
    # How many answers were entered by staff, exact and as everybody may read it; empty where it was not recorded yet.
    entered = models.JSONField(null=True)
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wave} {self.hash[:12]}"


class EnteredPart(models.Model):
    """Counts of the answers that one member of the staff entered, as they stood at the close: what she knew already.

    Without her name: published figures are such that she learns nothing of those whose answers she did not enter.
    """

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="entered_parts")
    number = models.PositiveSmallIntegerField()
    state = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "number"], name="entered_part_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id}/{self.number}"


class KeptVoices(models.Model):
    """What the open question of a wave came to, exact, kept when its texts go; until then it is counted from them."""

    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="kept_voices")
    # How many wrote, the themes with their counts, how far coders agree; how many coders there were.
    figures = models.JSONField()
    coders = models.PositiveIntegerField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.kept_at:%Y-%m-%d}"


class Verdict(models.Model):
    """Computed by LL-1 at a registered look; never changed."""

    class Outcome(models.TextChoices):
        SCALE = "SCALE", _("Scale")
        REVISE = "REVISE", _("Revise")
        RETIRE = "RETIRE", _("Retire")
        NOT_ENOUGH_EVIDENCE = "NOT_ENOUGH_EVIDENCE", _("Not enough evidence")

    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="verdict")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="verdicts")
    look = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=19, choices=Outcome)
    codes = ArrayField(models.CharField(max_length=60), default=list)
    # Interval, n, n*, alpha used and left, needed n, sensitivity lines.
    details = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "look"], name="verdict_once_per_look"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["SCALE", "REVISE", "RETIRE", "NOT_ENOUGH_EVIDENCE"]),
                name="verdict_outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.look})"


class VerdictSignature(models.Model):
    """An evaluator has checked that a verdict was computed as registered, and signs it. Never changed."""

    verdict = models.ForeignKey(Verdict, models.PROTECT, related_name="signatures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["verdict", "by"], name="verdict_signed_once_by_each")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at:%Y-%m-%d}"
