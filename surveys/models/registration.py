"""The acceptance rule of a pilot, fixed before its first wave opens (acceptance-metrics.md 3.1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livinglab.text_columns import clean_texts
from surveys.models.survey import Survey


class Registration(models.Model):
    """Immutable once made (the database refuses). ``document`` is the whole rule, ``hash`` the SHA-256 of its canonical
    form."""

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="registration")
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"LL-1 {self.hash[:12]}"


class Criterion(models.Model):
    """An extra condition beside the primary outcome: a share or mean whose lower limit must reach a minimum."""

    class Kind(models.TextChoices):
        SHARE = "share", _("share")
        MEAN = "mean", _("mean")

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="criteria")
    metric = models.CharField(max_length=40)
    kind = models.CharField(max_length=5, choices=Kind)
    minimum = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "metric"], name="criterion_once_per_metric"),
            models.CheckConstraint(condition=models.Q(kind__in=["share", "mean"]), name="criterion_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} >= {self.minimum:g}"


class Amendment(models.Model):
    """A change of dates or operations of waves that have not opened yet; logged and printed for ever."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="amendments")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(max_length=1000)
    # [{"wave": 2, "field": "closes_at", "before": ..., "after": ...}, ...]
    changes = models.JSONField()

    class Meta:
        constraints = [clean_texts("amendment_texts_are_clean", texts={"reason": 1000})]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.reason[:60]}"
