from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.snapshot import Snapshot


class ReportOrder(models.Model):
    """An evaluator ordered the report of a snapshot; a task makes it, and the order survives a restart."""

    class Stage(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="report_orders")
    language = models.CharField(max_length=2, choices=[("ko", "한국어"), ("en", "English")])
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ordered_at = models.DateTimeField()
    stage = models.CharField(max_length=7, choices=Stage, default=Stage.ORDERED)
    # 0..100, for the person who waits.
    progress = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    pdf = models.CharField(max_length=200, blank=True)
    pack = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-ordered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "language"],
                condition=~Q(stage="failed"),
                name="report_ordered_once_per_language",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["ordered", "making", "ready", "failed"]), name="report_stage_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.language}"
