"""Reports: ordered and drafted at the desk, published once, corrected beside and never inside."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.bilingual import Bilingual
from livinglab.jobs import Job
from livinglab.text_columns import clean_texts
from surveys.models.snapshot import Snapshot
from surveys.models.survey import Wave

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from django_stubs_ext.db.models.manager import RelatedManager


class ReportLanguage(models.TextChoices):
    KOREAN = "ko", "한국어"
    ENGLISH = "en", "English"
    BOTH = "both", _("한국어, then English")


def on_the_ladder(label: "_StrPromise") -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )


class ReportNotes(models.Model):
    """What an evaluator adds to the report of a snapshot in her own words; each report keeps the ones of its day."""

    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="report_notes")
    foreword_ko = models.TextField(_("Foreword, in Korean"), max_length=4000, blank=True)
    foreword_en = models.TextField(_("Foreword, in English"), max_length=4000, blank=True)
    limits_ko = models.TextField(_("What these figures do not say, in Korean"), max_length=2000, blank=True)
    limits_en = models.TextField(_("What these figures do not say, in English"), max_length=2000, blank=True)
    srl_before = on_the_ladder(_("Readiness for society before this wave (SRL)"))
    srl_after = on_the_ladder(_("Readiness for society after this wave (SRL)"))
    trl_before = on_the_ladder(_("Readiness of the technology before this wave (TRL)"))
    trl_after = on_the_ladder(_("Readiness of the technology after this wave (TRL)"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    foreword = Bilingual("foreword")
    limits = Bilingual("limits")

    class Meta:
        constraints = [
            clean_texts("report_notes_texts_are_clean", bilingual={"foreword": 4000, "limits": 2000}),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 9}),
                    name=f"report_notes_{name}_is_on_the_ladder",
                )
                for name in ("srl_before", "srl_after", "trl_before", "trl_after")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot}"


class ReportOrder(Job):
    """An evaluator ordered the report of a snapshot; a task makes a draft, and the order survives a restart."""

    class Stage(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    UNFINISHED = (Stage.ORDERED, Stage.MAKING)

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="report_orders")
    language = models.CharField(max_length=4, choices=ReportLanguage)
    # The evaluator's own words as they were when she ordered (surveys.reports.notes).
    notes = models.JSONField(default=dict)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ordered_at = models.DateTimeField()
    stage = models.CharField(max_length=7, choices=Stage, default=Stage.ORDERED)
    # 0..100, for the person who waits.
    progress = models.PositiveSmallIntegerField(default=0)
    # The draft with its watermark, and what is published when she says so: the same without it, for page and for print.
    draft = models.CharField(max_length=200, blank=True)
    pdf = models.CharField(max_length=200, blank=True)
    contents = models.CharField(max_length=200, blank=True)
    pack = models.CharField(max_length=200, blank=True)
    # SHA-256 over the files that are to be published, by name.
    hashes = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-ordered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "language"],
                condition=Q(stage__in=["ordered", "making"]),
                name="report_ordered_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["ordered", "making", "ready", "failed"]), name="report_stage_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.language}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Person | AnonymousUser) -> "ReportQuerySet":
        return self.filter(snapshot__wave__in=Wave.objects.visible_to(person))

    def without_files(self) -> "ReportQuerySet":
        return self.defer("contents", "pdf", "pack")


class Report(models.Model):
    """Published: the database refuses any change. What turns out to be wrong later is a correction beside it."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="reports")
    # 1, 2, ... of this wave; part of the address.
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=4, choices=ReportLanguage)
    contents = models.JSONField()
    pdf = models.BinaryField()
    pack = models.BinaryField()
    # SHA-256 of both files, and over them and the contents together.
    pdf_hash = models.CharField(max_length=64)
    pack_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    # Numbers of the open answers it quotes: they are not read anew afterwards.
    quoted = ArrayField(models.BigIntegerField(), default=list, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()
    if TYPE_CHECKING:
        corrections: RelatedManager["Correction"]

    class Meta:
        ordering = ["-published_at", "-number"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "number"], name="report_number_once_per_snapshot")]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.number}"


class Correction(models.Model):
    """What turned out to be wrong in a published report, and why. It stands beside the report for ever."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="corrections")
    what_ko = models.TextField(_("What is wrong and what is right, in Korean"), max_length=1000)
    what_en = models.TextField(_("What is wrong and what is right, in English"), max_length=1000, blank=True)
    why_ko = models.TextField(_("How it came about, in Korean"), max_length=1000)
    why_en = models.TextField(_("How it came about, in English"), max_length=1000, blank=True)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    corrected_at = models.DateTimeField()

    what = Bilingual("what")
    why = Bilingual("why")

    class Meta:
        ordering = ["corrected_at", "pk"]
        constraints = [
            clean_texts("correction_texts_are_clean", bilingual={"what": 1000, "why": 1000}),
            models.CheckConstraint(condition=~Q(what_ko="") & ~Q(why_ko=""), name="correction_says_what_and_why"),
        ]

    def __str__(self) -> str:
        return self.what_ko[:60]


class PackTaken(models.Model):
    """An evaluator took the pack with the frozen counts, which never leaves the house: who, when and why."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="packs_taken")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField()
    why = models.CharField(_("What you need it for"), max_length=500)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-taken_at", "-pk"]
        constraints = [
            clean_texts("pack_taken_texts_are_clean", lines=("why",)),
            models.CheckConstraint(condition=~Q(why=""), name="pack_taken_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.taken_at:%Y-%m-%d}"
