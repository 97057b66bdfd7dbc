"""Working out what closed waves left in the queue: one worker takes a row, it may be taken again, it is done once."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from livinglab.errors import TryAgain
from livinglab.jobs import Lock, Queue
from surveys.errors import refuse_if_answers_are_gone
from surveys.metrics.closing import work_to_do, worked_out
from surveys.metrics.snapshots import code_version
from surveys.models import ClosingWork, Wave


class ClosingQueue(Queue[ClosingWork]):
    lock = Lock.CLOSING_WORK
    fields_given_up = {"stage": ClosingWork.Stage.FAILED}
    fields_tried_again = {"stage": ClosingWork.Stage.WAITING}

    def waiting(self) -> QuerySet[ClosingWork]:
        waiting = ClosingWork.objects.filter(stage=ClosingWork.Stage.WAITING)
        return waiting.select_related("wave", "earlier").order_by("queued_at", "pk")

    def dead(self) -> QuerySet[ClosingWork]:
        """What failed and can still be worked out: not once the answers are gone."""
        failed = ClosingWork.objects.filter(stage=ClosingWork.Stage.FAILED)
        gone = Wave.objects.filter(answers_deleted_at__isnull=False)
        return failed.exclude(wave__in=gone).exclude(earlier__in=gone).order_by("queued_at", "pk")

    def work(self, job: ClosingWork, *, at: datetime) -> None:
        result = worked_out(job)
        ClosingWork.objects.filter(pk=job.pk, stage=ClosingWork.Stage.WAITING).update(
            stage=ClosingWork.Stage.DONE,
            results=result.results,
            released=result.released,
            state=result.state,
            seed=result.seed,
            replicates=result.replicates,
            code_version=code_version(),
            done_at=at,
        )


CLOSING_WORK = ClosingQueue()


def queue_closing_work(wave: Wave, *, at: datetime) -> None:
    """Have everything worked out that needs the answers of a wave that has just closed. Safe to repeat."""
    ClosingWork.objects.bulk_create(
        [ClosingWork(wave=wave, kind=kind, earlier=earlier, queued_at=at) for kind, earlier in work_to_do(wave)],
        ignore_conflicts=True,
    )


@transaction.atomic
def queue_again(wave: Wave, *, at: datetime) -> int:
    """Queue what was never queued, and what failed, with all its tries. Returns how much of the wave waits now.

    Refuses where the answers are gone: there is nothing left to work it out from.
    """
    refuse_if_answers_are_gone(wave)
    queue_closing_work(wave, at=at)
    for work in CLOSING_WORK.dead().filter(wave=wave):
        CLOSING_WORK.try_again(work)
    return ClosingWork.objects.filter(wave=wave, stage=ClosingWork.Stage.WAITING).count()


def try_work_again(work: ClosingWork) -> None:
    """Have worked out what was given up. Refuses where it is not given up any more, or the answers are gone."""
    refuse_if_answers_are_gone(work.wave)
    if not CLOSING_WORK.try_again(work):
        raise TryAgain(_("This is being worked out already; look again."))


def work_out_next(*, at: datetime) -> bool:
    """Work out the oldest row that nobody is at. False if there is none."""
    return CLOSING_WORK.do_next(at=at)
