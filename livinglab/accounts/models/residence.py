"""How a residence was confirmed: at a staff desk, or with a code printed and handed over."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.area import Area
from livinglab.accounts.models.person import Person


class ResidenceCode(models.Model):
    """A printed code for one area, good for one person. Only its hash is kept."""

    code_hash = models.CharField(max_length=64, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="residence_codes")
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("residence code")
        verbose_name_plural = _("residence codes")


class ResidenceRecord(models.Model):
    """Who confirmed or ended whose residence, how and when."""

    class Way(models.TextChoices):
        DESK = "desk", _("at a staff desk")
        CODE = "code", _("with a printed code")
        MOVED = "moved", _("ended because of a move")

    person = models.ForeignKey(Person, models.CASCADE, related_name="residence_records")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    way = models.CharField(max_length=5, choices=Way)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way__in=["desk", "code", "moved"]), name="residence_record_way_is_known"
            )
        ]
