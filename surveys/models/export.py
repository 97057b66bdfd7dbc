"""Files that leave the desk: each row is a place in the queue, and for ever the record of who took what and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livinglab.jobs import Job
from livinglab.text_columns import clean_texts
from surveys.models.survey import Wave


class Export(Job):
    """An evaluator asked for a file of a closed wave. A task makes it; after some days the file goes, the row stays."""

    class Level(models.TextChoices):
        AGGREGATE = "a", _("Released tables")
        RESEARCH = "b", _("Research file")
        FULL = "c", _("Full file, for inside the organisation")

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("CSV with codebook")
        SAV = "sav", _("SPSS")
        PARQUET = "parquet", _("Parquet")
        PACKAGE = "package", _("Data package (Frictionless)")
        DDI = "ddi", _("Description for archives (DDI Codebook 2.5)")
        SYNTAX = "syntax", _("CSV with programs for R and SPSS")
        JSON = "json", _("Figures as JSON")

    class Stage(models.TextChoices):
        # Of a full file: a second person has to agree first.
        TO_CONFIRM = "to_confirm", _("Waits for a second person")
        WAITING = "waiting", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        DECLINED = "declined", pgettext_lazy("export", "Declined")
        EXPIRED = "expired", _("File deleted")

    UNFINISHED = (Stage.TO_CONFIRM, Stage.WAITING, Stage.MAKING)

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="exports")
    format = models.CharField(max_length=7, choices=Format)
    level = models.CharField(max_length=1, choices=Level)
    # Of a research file: surveys.exports.recipes.
    recipe = models.CharField(max_length=20, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    why = models.CharField(max_length=500)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    # 0..100, for the person who waits.
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)
    # People in the file; nothing for released tables.
    rows = models.PositiveIntegerField(null=True)
    protocol = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # When it was cancelled, declined or given up.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            clean_texts("export_texts_are_clean", lines=("why",)),
            models.CheckConstraint(condition=Q(level__in=["a", "b", "c"]), name="export_level_is_known"),
            models.CheckConstraint(
                condition=Q(format__in=["xlsx", "csv", "sav", "parquet", "package", "ddi", "syntax", "json"]),
                name="export_format_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    stage__in=[
                        "to_confirm",
                        "waiting",
                        "making",
                        "ready",
                        "failed",
                        "cancelled",
                        "declined",
                        "expired",
                    ]
                ),
                name="export_stage_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(stage="ready") | Q(made_at__isnull=False, expires_at__isnull=False),
                name="export_ready_has_dates",
            ),
            models.CheckConstraint(
                condition=~Q(level="c", stage__in=["waiting", "making", "ready", "expired"])
                | Q(confirmed_at__isnull=False),
                name="export_full_file_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("requested_by")),
                name="export_confirmed_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(stage__in=["waiting", "making", "ready"]),
                name="export_at_work_or_ready",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave} {self.level} {self.format}"

    @property
    def is_unfinished(self) -> bool:
        return self.stage in self.UNFINISHED


class ExportDownload(models.Model):
    """Somebody took a file. Never changed."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="downloads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.export} {self.at:%Y-%m-%d}"
