"""The figures of the site for Prometheus, in its text format. None of them is about anybody."""

from collections.abc import Iterable, Mapping

from django.db import Error
from django.utils import timezone

from livinglab.web.backlogs import backlogs, mails_given_up
from livinglab.web.models import Heartbeat
from livinglab.web.readiness import free_disk
from livinglab.web.request_times import BUCKETS, REQUEST_TIMES, Counts

Sample = tuple[str, Mapping[str, str], float]


def metrics() -> str:
    """Every metric; those that are asked from the database are left out while it is away."""
    lines = _lines("disk_free_bytes", "gauge", "Bytes that are free under VAR_DIR.", [("", {}, free_disk())])
    try:
        lines += _from_database()
        up = 1
    except Error:
        up = 0
    lines += _lines("database_up", "gauge", "1 while the database answers.", [("", {}, up)])
    lines += _request_times(REQUEST_TIMES.of_all_processes())
    return "\n".join(lines) + "\n"


def _from_database() -> list[str]:
    at = timezone.now()
    waiting = backlogs(at)
    return [
        *_lines(
            "waiting_rows",
            "gauge",
            "Rows that wait to be worked on.",
            [("", {"kind": row.kind}, row.rows) for row in waiting],
        ),
        *_lines(
            "waiting_oldest_seconds",
            "gauge",
            "For how long the oldest of them waits.",
            [("", {"kind": row.kind}, row.age.total_seconds()) for row in waiting],
        ),
        *_lines(
            "mails_given_up",
            "gauge",
            "Mails that no mail server took.",
            [("", {}, mails_given_up())],
        ),
        *_lines(
            "heartbeat_age_seconds",
            "gauge",
            "Seconds since a worker or beat gave its last sign of life.",
            [("", {"name": row.name}, (at - row.at).total_seconds()) for row in Heartbeat.objects.order_by("name")],
        ),
    ]


def _request_times(counts: Counts) -> list[str]:
    samples: list[Sample] = []
    for (view, status), row in sorted(counts.items()):
        labels, total = {"view": view, "status": status}, 0.0
        for end, requests in zip(BUCKETS, row, strict=False):
            total += requests
            samples.append(("_bucket", labels | {"le": "+Inf" if end == float("inf") else f"{end:g}"}, total))
        samples += [("_sum", labels, row[-1]), ("_count", labels, total)]
    return _lines("request_seconds", "histogram", "Time of requests until the answer begins, by view.", samples)


def _lines(name: str, kind: str, says: str, samples: Iterable[Sample]) -> list[str]:
    lines = [f"# HELP livinglab_{name} {says}", f"# TYPE livinglab_{name} {kind}"]
    for suffix, labels, value in samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(
            f"livinglab_{name}{suffix}{{{told}}} {value:.15g}" if told else f"livinglab_{name}{suffix} {value:.15g}"
        )
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
