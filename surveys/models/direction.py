"""What an evaluator says should change, on the ground of a frozen wave."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from surveys.models.snapshot import Snapshot


class Direction(models.Model):
    """A modification direction. Written and signed in one step; the database refuses any change after that."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="directions")
    # The construct that goes together with the wish to go on, and the key of the figure that shows how it stands.
    driver = models.CharField(max_length=20)
    figure = models.CharField(max_length=60)
    words_ko = models.TextField(max_length=1000)
    words_en = models.TextField(max_length=1000, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField()

    words = Bilingual("words")

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            clean_texts("direction_texts_are_clean", bilingual={"words": 1000}),
            models.CheckConstraint(condition=~Q(words_ko="") & ~Q(figure=""), name="direction_says_what_and_why"),
        ]

    def __str__(self) -> str:
        return f"{self.driver}: {self.words_ko[:60]}"
