from django.db import models
from django.db.models import Q

from proposals.models.proposal import Proposal


class Photo(models.Model):
    """A picture of a proposal: checked, re-encoded, without its metadata."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="proposals/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "order"], name="photo_one_per_place"),
            models.CheckConstraint(condition=Q(order__range=(1, 4)), name="photo_at_most_four"),
        ]
