from django.db import models
from django.db.models import Q

from livinglab.text_columns import clean_texts
from proposals.models.proposal import Proposal


class Photo(models.Model):
    """A picture of a proposal: checked, re-encoded, without its metadata."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="proposals/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    # SHA-256 of the file as it came, by which the same one is known again; nothing for photos of before.
    digest = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            clean_texts("photo_texts_are_clean", lines=("alt",)),
            models.UniqueConstraint(fields=["proposal", "order"], name="photo_one_per_place"),
            models.CheckConstraint(condition=Q(order__range=(1, 4)), name="photo_at_most_four"),
            models.UniqueConstraint(
                fields=["proposal", "digest"], condition=~Q(digest=""), name="photo_once_per_proposal"
            ),
        ]
