"""Which workers live: each writes a row of its own every few seconds, on whichever machine it runs."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

# Seconds of a machine that is very busy; a worker that has been silent for longer is taken for dead.
LONGEST_SILENCE = timedelta(seconds=60)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def alive(self, at: datetime) -> "HeartbeatQuerySet":
        return self.filter(at__gt=at - LONGEST_SILENCE)


class Heartbeat(models.Model):
    """The last sign of life of a Celery worker or a beat, under the name that Celery gives it (`celery@machine`)."""

    name = models.CharField(max_length=200, unique=True)
    # What the worker takes; a beat takes nothing.
    queues = ArrayField(models.CharField(max_length=50), default=list)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_beat(self) -> bool:
        return self.name.startswith("beat@")
