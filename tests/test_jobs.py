"""Queues of rows: one at a row, a try counted before it, given up with its error, and tried again by people."""

import re

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from livinglab.env import BASE_DIR
from livinglab.jobs import MOST_TRIES, GivenUp, Job, Lock, Queue, held
from surveys.actions.closing import CLOSING_WORK, ClosingQueue
from surveys.actions.exports import EXPORTS
from surveys.actions.reports import REPORT_ORDERS
from surveys.models import ClosingWork
from tests.builders.surveys import registered_survey
from tests.workers import another_worker_at

PACKAGES = ("livinglab", "proposals", "pilots", "surveys", "feedback")
QUEUES = [CLOSING_WORK, EXPORTS, REPORT_ORDERS]


class Practice(ClosingQueue):
    """The queue of closing work with other work: each row raises or does what ``steps`` says next."""

    def __init__(self, *steps: Exception | None) -> None:
        self.steps, self.told = list(steps), []

    def work(self, job, *, at):
        step = self.steps.pop(0)
        if step is not None:
            raise step
        ClosingWork.objects.filter(pk=job.pk).update(stage="done", done_at=at)

    def tell_given_up(self, job, *, at):
        self.told.append(job.pk)


@pytest.fixture
def rows(db, eva) -> list[ClosingWork]:
    """Two rows that wait, the older one first."""
    wave = registered_survey(eva).waves.get(number=1)
    at = timezone.now()
    return [ClosingWork.objects.create(wave=wave, kind=kind, queued_at=at) for kind in ("drivers", "alpha")]


def state_of(row: ClosingWork) -> tuple[str, int, str]:
    row.refresh_from_db()
    return row.stage, row.tries, row.error


def test_every_queue_has_a_lock_of_its_own_and_every_lock_a_queue():
    assert sorted(queue.lock for queue in QUEUES) == sorted(Lock)
    assert len({lock.value for lock in Lock}) == len(Lock.__members__)


def test_every_kind_of_job_has_its_queue():
    assert {queue.waiting().model for queue in QUEUES} == set(Job.__subclasses__())


def test_advisory_locks_are_taken_in_the_module_of_queues_only():
    """Numbers that two modules choose for themselves were once the same."""
    users = {
        path.relative_to(BASE_DIR).as_posix()
        for package in PACKAGES
        for path in (BASE_DIR / package).rglob("*.py")
        if re.search(r"advisory_(xact_)?(un)?lock", path.read_text(encoding="utf-8"))
    }

    assert users == {"livinglab/jobs.py"}


@pytest.mark.django_db
def test_a_lock_keeps_out_its_own_row_and_neither_another_queue_nor_another_row():
    with another_worker_at(Lock.EXPORTS, 7):
        with held(Lock.EXPORTS, 7) as is_ours:
            assert not is_ours
        for lock, pk in ((Lock.CLOSING_WORK, 7), (Lock.REPORT_ORDERS, 7), (Lock.EXPORTS, 8)):
            with held(lock, pk) as is_ours:
                assert is_ours
    with held(Lock.EXPORTS, 7) as is_ours:
        assert is_ours


@pytest.mark.django_db
def test_a_lock_takes_keys_of_any_size_and_is_let_go():
    with held(Lock.EXPORTS, 2**40 + 7) as is_ours:
        assert is_ours

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_the_oldest_row_that_nobody_is_at_comes_next(rows):
    queue = Practice(None)

    with another_worker_at(Lock.CLOSING_WORK, rows[0].pk):
        assert queue.do_next(at=timezone.now())
        assert not queue.do_next(at=timezone.now())

    assert [state_of(row) for row in rows] == [("waiting", 0, ""), ("done", 1, "")]


def test_work_that_failed_is_tried_again_and_keeps_no_error_once_it_is_done(rows):
    queue = Practice(ZeroDivisionError(), None)

    assert queue.do_next(at=timezone.now())
    assert state_of(rows[0]) == ("waiting", 1, "PROGRAM:ZeroDivisionError")
    assert queue.do_next(at=timezone.now())

    assert state_of(rows[0]) == ("done", 2, "")
    assert queue.told == []


def test_work_that_fails_every_time_is_given_up_told_once_and_the_next_row_follows(rows):
    queue = Practice(*[ZeroDivisionError()] * MOST_TRIES, None)

    while queue.do_next(at=timezone.now()):
        pass

    assert state_of(rows[0]) == ("failed", MOST_TRIES, "PROGRAM:ZeroDivisionError")
    assert state_of(rows[1]) == ("done", 1, "")
    assert queue.told == [rows[0].pk]
    assert queue.error_in_words(rows[0]) == (
        "Something went wrong in our program (ZeroDivisionError). It has been written to the log."
    )


@pytest.mark.parametrize(
    ("error", "kept"),
    [(GivenUp("DISK", "No space"), "DISK:No space"), (OSError(28, "No space left"), "DISK:No space left")],
)
def test_what_another_try_would_not_mend_is_given_up_at_once(rows, error, kept):
    queue = Practice(error)

    assert queue.do_next(at=timezone.now())

    assert state_of(rows[0]) == ("failed", 1, kept)
    assert queue.told == [rows[0].pk]


def test_what_took_its_worker_down_every_time_is_given_up_without_another_try(rows):
    ClosingWork.objects.filter(pk=rows[0].pk).update(tries=MOST_TRIES)
    queue = Practice()

    assert queue.do_next(at=timezone.now())

    assert state_of(rows[0]) == ("failed", MOST_TRIES, f"TRIES:{MOST_TRIES}")


def test_while_the_database_is_away_a_row_waits(rows):
    queue = Practice(OperationalError())

    with pytest.raises(OperationalError):
        queue.do_next(at=timezone.now())

    assert state_of(rows[0]) == ("waiting", 1, "")
    assert queue.told == []


def test_a_row_that_was_given_up_is_tried_again_with_all_its_tries(rows):
    queue = Practice(GivenUp("DISK"), None)
    queue.do_next(at=timezone.now())
    assert list(queue.dead()) == [rows[0]]

    assert queue.try_again(rows[0])
    assert state_of(rows[0]) == ("waiting", 0, "")
    queue.do_next(at=timezone.now())

    assert state_of(rows[0]) == ("done", 1, "")


def test_a_row_that_waits_or_is_done_is_not_tried_again(rows):
    queue = Practice(None)
    assert not queue.try_again(rows[0])

    queue.do_next(at=timezone.now())

    assert not queue.try_again(rows[0])
    assert state_of(rows[0])[0] == "done"


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.lock.name)
@pytest.mark.django_db
def test_every_queue_says_every_reason_in_words(queue: Queue):
    assert {"DISK", "TRIES", "PROGRAM"} <= queue.reasons.keys()
    for code in queue.reasons:
        assert queue.error_in_words(queue.waiting().model(error=f"{code}:of this")) != ""
    assert queue.error_in_words(queue.waiting().model(error="")) == ""


def test_an_error_longer_than_its_column_is_cut(rows):
    queue = Practice(GivenUp("DISK", "x" * 1000))

    queue.do_next(at=timezone.now())

    assert len(state_of(rows[0])[2]) == ClosingWork._meta.get_field("error").max_length
