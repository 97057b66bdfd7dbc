"""Exact integer counts: per chunk of responses, and merged per wave (design.md, rule 2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Wave


class TouchedChunk(models.Model):
    """Somebody wrote a response of this chunk. Inserted with the response, deleted by the refresh that counts it."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="touched_chunks")
    chunk = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["wave", "chunk"], name="touched_chunk_of_wave")]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.chunk}"


class ChunkTally(models.Model):
    """The counts of one chunk; whoever writes them locks this row first."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="chunk_tallies")
    chunk = models.BigIntegerField()
    state = models.BinaryField(default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "chunk"], name="chunk_tally_once")]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.chunk}"


class InvitedCount(models.Model):
    """Whom a wave reached: its invited participants by category, counted anew with every sweep that invites."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="invited_count")
    invited = models.PositiveIntegerField()
    # {"age": {"65-74": 12, ...}, "sex": {...}, "area": {...}}
    by = models.JSONField()

    def __str__(self) -> str:
        return str(self.wave_id)


class Tally(models.Model):
    """The counts of a wave: the sum of its chunks, always equal to a recount from the rows once no marker waits."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="tally")
    state = models.BinaryField(default=bytes)
    # Kept by the database: tells whether the state has changed without fetching its hundreds of kilobytes.
    digest = models.GeneratedField(
        expression=models.Func("state", function="sha256"),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )
    refreshed_at = models.DateTimeField(null=True, blank=True)
    # What the desk sees of it while the wave is open. It follows five answers at a time (metrics.disclosure.may_step).
    seen_state = models.BinaryField(default=bytes)
    seen_digest = models.GeneratedField(
        expression=models.Func("seen_state", function="sha256"),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    # How many answers that holds: {"": all of them, number of a member of the staff: those she entered}.
    seen = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.wave_id)


class CountingIncident(models.Model):
    """The stored counts of a wave were not those of its answers; open until a recount finds every integer equal."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="counting_incidents", verbose_name=_("wave"))
    at = models.DateTimeField(_("found at"))
    found = models.PositiveIntegerField(_("differences"))
    # The first of them, with counts as exact as only the desk may see them: for whoever runs the server, on no page.
    differences = models.JSONField()
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("counting incident")
        verbose_name_plural = _("counting incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["wave"], condition=Q(resolved_at__isnull=True), name="counting_incident_open_once_per_wave"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave} {self.at:%Y-%m-%d}"
