"""What needs the answers themselves and is worked out when a wave has closed: each row is a place in the queue."""

from django.db import models
from django.db.models import Q

from livinglab.jobs import Job
from surveys.models.survey import Wave


class ClosingWork(Job):
    """One thing to work out from the answers of a closed wave. Once done it is never changed; the database refuses."""

    class Kind(models.TextChoices):
        # How stable the ranking of drivers is, by drawing people anew.
        DRIVERS = "drivers"
        # How far alpha depends on who answered, by drawing people anew.
        ALPHA = "alpha"
        # What changed among the people who answered an earlier wave, too.
        PAIRS = "pairs"
        # Which words tell the open answers of people who accept from those of people who do not.
        WORDS = "words"
        # Signs of stuffed ballots, and what the rule would say without the answers that bear one.
        SIGNALS = "signals"

    class Stage(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="closing_work")
    kind = models.CharField(max_length=7, choices=Kind)
    earlier = models.ForeignKey(Wave, models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=7, choices=Stage, default=Stage.WAITING)
    queued_at = models.DateTimeField()
    error = models.CharField(max_length=100, blank=True)
    # Exact figures and their public form; nobody reads them but `metrics.closing.released_work`.
    results = models.JSONField(default=dict)
    released = models.JSONField(default=dict)
    # From which every figure can be worked out again: counts of the people in both waves (surveys.stats.pairs), Poisson
    # replicates (surveys.stats.bootstrap), counts of the answers that bear a sign (surveys.stats.state).
    state = models.BinaryField(default=bytes)
    # What the replicates follow from: the same seed and number draw the same ones again.
    seed = models.CharField(max_length=60, blank=True)
    replicates = models.PositiveIntegerField(default=0)
    code_version = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["queued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "kind"], condition=Q(earlier=None), name="closing_work_once_per_wave_and_kind"
            ),
            models.UniqueConstraint(fields=["wave", "kind", "earlier"], name="closing_work_once_per_pair_of_waves"),
            models.CheckConstraint(
                condition=Q(kind__in=["drivers", "alpha", "pairs", "words", "signals"]),
                name="closing_work_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["waiting", "done", "failed"]), name="closing_work_stage_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="pairs", earlier__isnull=False)
                | Q(kind__in=["drivers", "alpha", "words", "signals"], earlier=None),
                name="closing_work_pairs_have_an_earlier_wave",
            ),
            models.CheckConstraint(
                condition=~Q(stage="done") | Q(done_at__isnull=False), name="closing_work_done_has_date"
            ),
        ]
        indexes = [models.Index(fields=["queued_at"], condition=Q(stage="waiting"), name="closing_work_waiting")]

    def __str__(self) -> str:
        return f"{self.wave} {self.kind}"
