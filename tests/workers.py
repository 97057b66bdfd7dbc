"""Real Celery workers and a Redis of one's own, for the journeys and for what happens when parts fail."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from redis import Redis

from livinglab import embedded
from livinglab.jobs import Lock

QUEUES = "celery,reports,analysis"


class RedisServer:
    """A Redis of one test, which may go away and come back at the same address, empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = embedded.redis_url(folder)
        self.start()

    def start(self) -> None:
        embedded.redis(self.folder)

    def stop(self) -> None:
        embedded.stop_redis(self.folder)


class Worker:
    """A worker with its beat, as a process of its own on the database of the test.

    Sweeps run every second here. Its log is in `log`.
    """

    def __init__(self, folder: Path, redis_url: str, **environment: str) -> None:
        self.log = folder / "worker.log"
        database = connection.settings_dict
        self._environment = os.environ | environment
        self._environment |= {
            "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
            "REDIS_URL": redis_url,
        }
        self._command = [sys.executable, "-m", "celery", "--app", "livinglab", "worker", "--beat"]
        self._command += [
            "--schedule",
            str(folder / "beat"),
            "--queues",
            QUEUES,
            "--concurrency",
            "2",
        ]
        self._command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        self.start()

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait_until(self, holds: Callable[[], bool], *, seconds: float = 120) -> None:
        """Until its work shows; else the test fails and shows the log."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.log.read_text(errors="replace")
            time.sleep(0.05)

    def stop(self) -> None:
        """Let it finish what it does, as a deployment would."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9 on the worker and each of its children, in the middle of whatever they do."""
        if self._process.poll() is None:
            family = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family)
            self._process.wait()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    yield server
    server.stop()


@pytest.fixture
def redis_url() -> str:
    """An empty database of the run's Redis, private to this process of pytest-xdist."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    url = f"{settings.CELERY_BROKER_URL}?virtual_host={number}"
    Redis(unix_socket_path=settings.CELERY_BROKER_URL.removeprefix("redis+socket://"), db=number).flushdb()
    return url


@pytest.fixture
def celery_worker_process(transactional_db, tmp_path: Path, redis_url: str) -> Iterator[Callable[..., Worker]]:
    """Starts workers that are killed at the end: `worker = celery_worker_process(SITE_URL=live_server.url)`.

    Give `redis_url=redis_server.url` to let Redis fail.
    """
    workers: list[Worker] = []

    def start(*, redis_url: str = redis_url, **environment: str) -> Worker:
        folder = tmp_path / f"worker-{len(workers)}"
        folder.mkdir()
        workers.append(Worker(folder, redis_url, **environment))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@contextmanager
def another_worker_at(lock: Lock, pk: int) -> Iterator[None]:
    """Another connection holds the lock of a row, as a worker does while it is at it."""
    database = connection.settings_dict
    with psycopg.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [lock.value, pk])
        yield


@contextmanager
def database_away() -> Iterator[None]:
    """Ends every connection to the test's database and lets no new one in, as its restart would."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            connections.close_all()
