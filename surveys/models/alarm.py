"""That a service is no longer accepted as it was when it was scaled, and what came of looking into it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from livinglab.accounts.models import Person
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from surveys.models.snapshot import Snapshot
from surveys.models.survey import Wave


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def open(self) -> "AlarmQuerySet":
        """Those that nobody has looked into and closed."""
        return self.filter(review__isnull=True)

    def of_evaluator(self, person: Person) -> "AlarmQuerySet":
        """Those of the surveys on her desk."""
        return self.filter(snapshot__wave__in=Wave.objects.of_evaluator(person))


class Alarm(models.Model):
    """Raised once, when a wave after the verdict SCALE closes outside the limits; the database refuses any change.

    It opens a review and changes neither verdict nor decision.
    """

    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="alarm")
    # The charts that left their limits, EWMA before CUSUM:
    # [{"chart": "ewma", "direction": "down", "value": -1.5, "limit": -0.8}, ...]
    charts = models.JSONField()
    # Answers of the wave behind its share, and how many standard errors that lies from the baseline.
    n = models.PositiveIntegerField()
    distance = models.FloatField()
    raised_at = models.DateTimeField()

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(charts=[]), name="alarm_names_a_chart")]

    def __str__(self) -> str:
        return f"{self.snapshot.wave} {', '.join(self.kinds)}"

    @property
    def kinds(self) -> list[str]:
        charts: list[dict[str, Any]] = self.charts
        return [told["chart"] for told in charts]


class Review(models.Model):
    """What an evaluator found behind an alarm, and what is done. Signed once; the database refuses any change."""

    alarm = models.OneToOneField(Alarm, models.PROTECT, related_name="review")
    found_ko = models.TextField(max_length=1000)
    found_en = models.TextField(max_length=1000)
    done_ko = models.TextField(max_length=1000)
    done_en = models.TextField(max_length=1000)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField()

    found = Bilingual("found")
    done = Bilingual("done")

    class Meta:
        constraints = [
            clean_texts("review_texts_are_clean", bilingual={"found": 1000, "done": 1000}),
            models.CheckConstraint(
                condition=~Q(found_ko="") & ~Q(found_en="") & ~Q(done_ko="") & ~Q(done_en=""),
                name="review_says_what_was_found_and_done",
            ),
        ]

    def __str__(self) -> str:
        return self.found_ko[:60]
