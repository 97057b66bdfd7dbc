"""That an evaluator had a part of the participants reminded, because it was missing among the answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from surveys.models.survey import Wave


class PartReminded(models.Model):
    """A log: whom it was about, as categories of one variable, and how many were asked. Never who."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="parts_reminded")
    variable = models.CharField(max_length=4)
    category = models.CharField(max_length=20)
    people = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(variable__in=["age", "sex", "area"]), name="part_reminded_of_variable")
        ]

    def __str__(self) -> str:
        return f"{self.wave} {self.variable} {self.category}"
