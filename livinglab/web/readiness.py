"""Whether the site does its work, and what keeps it from that: for `/readyz` and for the metrics."""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from livinglab.web.backlogs import backlogs
from livinglab.web.models import Heartbeat

LONGEST_CONNECT = 3  # seconds for the database to let us in
# What has to be taken by somebody; livinglab/settings.py routes tasks to these.
QUEUES = ("celery", "reports", "analysis")


@dataclass
class Readiness:
    """What was looked at, and in sentences what is wrong. Nothing in it is about anybody."""

    checks: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def readiness() -> Readiness:
    found, at = Readiness(), timezone.now()
    _look_at_disk(found)
    if _database_answers(found):
        try:
            _look_at_workers(found, at)
            _look_at_backlogs(found, at)
        except Error as error:
            found.problems.append(f"The database answers, but not what was asked ({type(error).__name__}).")
    return found


def free_disk() -> int:
    """Bytes that are left for what is uploaded and made."""
    return shutil.disk_usage(settings.VAR_DIR).free


def _look_at_disk(found: Readiness) -> None:
    free, least = free_disk(), settings.LEAST_FREE_DISK
    found.checks["disk_free_mb"] = free // 2**20
    if free < least:
        found.problems.append(f"The disk is nearly full: {free // 2**20} MB are free, {least // 2**20} are needed.")


def _database_answers(found: Readiness) -> bool:
    """Asked by a connection of its own: a server that is frozen lets nobody in, and one that is there would hang."""
    try:
        psycopg.connect(**connection.get_connection_params() | {"connect_timeout": LONGEST_CONNECT}).close()
    except psycopg.Error as error:
        found.checks["database"] = "away"
        found.problems.append(f"The database does not answer ({type(error).__name__}).")
        return False
    found.checks["database"] = "answers"
    return True


def _look_at_workers(found: Readiness, at: datetime) -> None:
    rows, alive = Heartbeat.objects.order_by("name"), set(Heartbeat.objects.alive(at))
    found.checks["workers"] = [
        {"name": row.name, "queues": row.queues, "seconds_since": _seconds(at - row.at), "alive": row in alive}
        for row in rows
    ]
    taken = {queue for row in alive for queue in row.queues}
    found.problems += [f"No worker takes the queue “{queue}”." for queue in QUEUES if queue not in taken]
    if not any(row.is_beat for row in alive):
        found.problems.append("No beat is running: nothing starts by itself.")


def _look_at_backlogs(found: Readiness, at: datetime) -> None:
    waiting = backlogs(at)
    found.checks["waiting"] = {row.kind: {"rows": row.rows, "seconds": _seconds(row.age)} for row in waiting}
    found.problems += [f"Waiting for too long: {row.kind}, {_seconds(row.age)} s." for row in waiting if row.is_late]


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
