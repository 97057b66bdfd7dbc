"""Queues of rows: whatever takes long is a committed row, and this is how workers take the next one.

A worker takes the oldest row that nobody is at, counts the try, and holds the row's lock while it works. If the worker
dies, PostgreSQL lets go of the lock with its connection and the next worker goes on. A row that failed so often that it
would fail again is given up ("dead"): it keeps its error, staff see it, and somebody may have it tried again.

Short work, such as sending a mail, needs none of this: it holds its row in one transaction (`livinglab.notices.mails`).
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum, unique
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

logger = logging.getLogger("livinglab.jobs")

# Work that failed or took its worker down so often would do so again.
MOST_TRIES = 3
# PostgreSQL's second number of a lock is a signed integer of 32 bits, keys of rows have 64.
LOCK_KEYS = 2**31


@unique
class Lock(IntEnum):
    """Every advisory lock of the site: the first of PostgreSQL's two numbers. The second one is the key of the row."""

    REPORT_ORDERS = 1
    EXPORTS = 2
    CLOSING_WORK = 3


@contextmanager
def held(lock: Lock, pk: int) -> Iterator[bool]:
    """Whether this connection alone holds the lock of a row. It is let go at the end, or with the connection.

    Rows whose keys are 2^31 apart share a lock, which only means that one of them waits for the other.
    """
    numbers = [lock.value, pk % LOCK_KEYS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


class GivenUp(Exception):
    """Raised by work that would end the same way however often it is tried.

    ``code`` is one of the queue's ``reasons``; ``detail`` is filled into its sentence.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Job(models.Model):
    """A row of a queue. Which of its stages mean waiting, done and given up is known to its ``Queue``."""

    tries = models.PositiveSmallIntegerField(default=0)
    # Of the last try: a code of the queue's ``reasons``, a colon and a detail.
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True


AnyJob = TypeVar("AnyJob", bound=Job)


class Queue(ABC, Generic[AnyJob]):
    """The rows of one model that wait to be worked on, and what to do with each.

    A try that raises is repeated until ``most_tries`` are used up, but for ``GivenUp``, and for a full disk, which
    somebody has to see to first. While the database is away nothing is written: the row waits for the next sweep.
    """

    lock: ClassVar[Lock]
    most_tries: ClassVar[int] = MOST_TRIES
    # Values of fields of a row while somebody is at it, once it is given up, and when it is to be tried again.
    fields_at_work: ClassVar[Mapping[str, object]] = {}
    fields_given_up: ClassVar[Mapping[str, object]]
    fields_tried_again: ClassVar[Mapping[str, object]]
    # Why a row is given up, in a sentence for whoever waits for it.
    reasons: ClassVar[Mapping[str, "_StrPromise"]] = {
        "DISK": _("The file could not be written (%(detail)s). Make room on the disk, then try again."),
        "TRIES": _("The work was interrupted %(detail)s times. Try again; if that does not help, tell us."),
        "PROGRAM": _("Something went wrong in our program (%(detail)s). It has been written to the log."),
    }

    @abstractmethod
    def waiting(self) -> QuerySet[AnyJob]:
        """Rows to be worked on, the oldest first, also those somebody began: whoever still is at one holds its lock."""

    @abstractmethod
    def dead(self) -> QuerySet[AnyJob]:
        """Rows that were given up and may be tried again."""

    @abstractmethod
    def work(self, job: AnyJob, *, at: datetime) -> None:
        """Do what the row asks for and write that it is done. Must be safe to repeat after any interruption."""

    def tell_given_up(self, job: AnyJob, *, at: datetime) -> None:
        """Tell whoever waits for a row that it was given up, in the transaction that writes it. Nobody by default."""

    def do_next(self, *, at: datetime) -> bool:
        """Work on the oldest row that nobody is at. False if there is none."""
        for pk in self.waiting().values_list("pk", flat=True):
            with held(self.lock, pk) as is_ours:
                # Whoever held it before may have finished between our look and our lock.
                job = self.waiting().filter(pk=pk).first() if is_ours else None
                if job is not None:
                    self._try(job, at=at)
                    return True
        return False

    def _try(self, job: AnyJob, *, at: datetime) -> None:
        if job.tries >= self.most_tries:
            self.give_up(job, "TRIES", str(job.tries), at=at)
            return
        # Before the work: a worker that dies of it has had its try.
        begun = self.waiting().filter(pk=job.pk)
        if not begun.update(tries=F("tries") + 1, error="", **self.fields_at_work):
            return
        try:
            self.work(job, at=at)
        except (OperationalError, InterfaceError):
            raise
        except GivenUp as given_up:
            self.give_up(job, given_up.code, given_up.detail, at=at)
        except OSError as error:
            logger.exception("%s %s", self.lock.name, job.pk)
            self.give_up(job, "DISK", error.strerror or str(error), at=at)
        except Exception as error:
            logger.exception("%s %s", self.lock.name, job.pk)
            if job.tries + 1 >= self.most_tries:
                self.give_up(job, "PROGRAM", type(error).__name__, at=at)
            else:
                self.waiting().filter(pk=job.pk).update(error=self._error("PROGRAM", type(error).__name__))

    def give_up(self, job: AnyJob, code: str, detail: str, *, at: datetime) -> None:
        """Let nobody work on a row any more, keep why, and tell whoever waits for it."""
        fields = {"error": self._error(code, detail), **self.fields_given_up}
        with transaction.atomic():
            # Somebody may have called it off meanwhile.
            if self.waiting().filter(pk=job.pk).update(**fields):
                self.tell_given_up(job, at=at)

    def _error(self, code: str, detail: str) -> str:
        column = self.waiting().model._meta.get_field("error")
        assert isinstance(column, models.CharField)
        return f"{code}:{detail}"[: column.max_length]

    def try_again(self, job: AnyJob) -> bool:
        """Put a row that was given up back into the queue, with all its tries. False if it is not given up any more."""
        fields = {"tries": 0, "error": "", **self.fields_tried_again}
        return bool(self.dead().filter(pk=job.pk).update(**fields))

    def error_in_words(self, job: AnyJob) -> str:
        """Why a row was given up, in a sentence; empty where it was not."""
        code, _colon, detail = job.error.partition(":")
        return str(self.reasons[code]) % {"detail": detail} if code in self.reasons else ""
