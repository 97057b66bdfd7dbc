"""How long requests took, by view and kind of answer, added up over all web processes of this machine.

Each process counts in its memory and writes its counts to a file of its own every few seconds; whoever is asked for
the metrics adds the files up. The counts of a process that has ended stay, so that no sum ever falls.
"""

import fcntl
import json
import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from django.conf import settings

from livinglab.heartbeats import MACHINE

# Upper ends in seconds, the last one without end.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, float("inf"))
ENDED = f"{MACHINE}-ended.json"

# (view, class of status such as "2xx") -> requests in each bucket, then seconds in all.
Counts = dict[tuple[str, str], list[float]]


class RequestTimes:
    """The requests of this process, and those of all processes."""

    def __init__(self) -> None:
        self._counts: Counts = {}
        self._lock = threading.Lock()
        self._writes_as: int | None = None

    def add(self, view: str, status: int, seconds: float) -> None:
        with self._lock:
            row = self._counts.setdefault((view, f"{status // 100}xx"), [0] * len(BUCKETS) + [0.0])
            row[bisect_left(BUCKETS, seconds)] += 1
            row[-1] += seconds

    def write(self) -> None:
        """Write down what this process has counted so far."""
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        own = _file_of(os.getpid())
        if self._writes_as != os.getpid():
            # A process that has ended may have had our number.
            with _locked(folder):
                _keep_counts_of(own)
            self._writes_as = os.getpid()
        _write(own, self._copy())

    def of_all_processes(self) -> Counts:
        """Of this machine, ended ones too; of others what they wrote down last."""
        total = self._copy()
        folder = _folder()
        if folder.is_dir():
            with _locked(folder):
                _keep_counts_of_ended(folder)
                for path in folder.glob(f"{MACHINE}-*.json"):
                    if path != _file_of(os.getpid()):
                        _add(total, _read(path))
        return total

    def _copy(self) -> Counts:
        with self._lock:
            return {key: list(row) for key, row in self._counts.items()}


REQUEST_TIMES = RequestTimes()


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "metrics"


def _file_of(pid: int) -> Path:
    return _folder() / f"{MACHINE}-{pid}.json"


def _keep_counts_of_ended(folder: Path) -> None:
    """Add the files of processes that are gone to one, under the lock."""
    for path in folder.glob(f"{MACHINE}-*.json"):
        pid = path.stem.rpartition("-")[2]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            _keep_counts_of(path)


def _keep_counts_of(path: Path) -> None:
    if path.exists():
        kept = _read(path.with_name(ENDED))
        _add(kept, _read(path))
        with suppress(OSError):
            _write(path.with_name(ENDED), kept)
            path.unlink()


def _add(total: Counts, more: Mapping[tuple[str, str], list[float]]) -> None:
    for key, row in more.items():
        total[key] = [ours + theirs for ours, theirs in zip(total.get(key, [0] * len(row)), row, strict=True)]


def _read(path: Path) -> Counts:
    with suppress(OSError, ValueError):
        return {(view, kind): row for view, kind, row in json.loads(path.read_text())}
    return {}


def _write(path: Path, counts: Counts) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([[view, kind, row] for (view, kind), row in counts.items()]))
    fresh.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
