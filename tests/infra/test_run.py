"""make run: everything under one parent, and nothing left when it ends, however it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from livinglab import build, embedded, heartbeats
from livinglab.env import BASE_DIR

BUILT = BASE_DIR / "var"
PATIENCE = 240.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Site:
    """`python -m livinglab.run` in a folder of its own, with static files that were built before, fresh or not."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        for name in ("assets", "static"):
            (folder / name).symlink_to(BUILT / name)
        (folder / "built.stamp").write_text(build.fingerprint())
        self.folder, self.port = folder, free_port()
        self.output = folder / "output"

    def command(self, **environment: str) -> subprocess.Popen[bytes]:
        settings = os.environ | {
            "DEMONSTRATION": "false",
            "DJANGO_SETTINGS_MODULE": "livinglab.settings",
            "PORT": str(self.port),
            "SITE_URL": f"http://localhost:{self.port}",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        with open(self.output, "wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "livinglab.run"],
                cwd=BASE_DIR,
                env=settings | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self, **environment: str) -> psutil.Process:
        self.parent = self.command(**environment)
        assert eventually(lambda: self.says("Living Lab runs at") or self.parent.poll() is not None), self.told()
        assert self.parent.poll() is None, self.told()
        return psutil.Process(self.parent.pid)

    def told(self) -> str:
        return self.output.read_text(errors="replace")

    def says(self, words: str) -> bool:
        return words in self.told()

    def answers(self) -> bool:
        try:
            with urlopen(f"http://localhost:{self.port}/healthz", timeout=20) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def is_ready(self) -> bool:
        """Database, workers and beat do their work, says the site."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=20) as response:
                return bool(json.load(response)["ready"])
        except OSError:
            return False

    def refusal(self, **environment: str) -> str:
        refused = self.command(**environment)
        assert refused.wait(PATIENCE) == 1
        return self.told()


@pytest.fixture
def site(short_path: Path) -> Iterator[Site]:
    if not (BUILT / "static" / "staticfiles.json").exists():
        pytest.skip("Messages and static files are not built; make test builds them.")
    site = Site(short_path / "var")
    yield site
    parent = getattr(site, "parent", None)
    if parent is not None and parent.poll() is None:
        parent.terminate()
        parent.wait(PATIENCE)
    embedded.stop_redis(site.folder / "redis")
    embedded.stop_postgres(site.folder / "postgres")


def all_ended(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_site_answers_until_it_is_told_to_stop_and_leaves_nothing(site, how):
    parent = site.start()
    family = parent.children(recursive=True)
    assert site.answers()
    assert eventually(site.is_ready), site.told()

    parent.send_signal(how)

    assert site.parent.wait(PATIENCE) == 0
    assert all_ended(family)
    assert not (site.folder / "run.json").exists()
    assert not list((site.folder / "postgres" / "socket").iterdir())
    assert not list((site.folder / "redis" / "socket").iterdir())
    assert not (site.folder / "postgres" / "data" / "postmaster.pid").exists()


def test_next_start_recovers_after_kill_9_of_the_parent(site):
    parent = site.start()
    family = parent.children(recursive=True)
    parent.kill()
    site.parent.wait()

    site.start()

    assert site.answers()
    assert all_ended(family)


def test_parts_that_were_killed_start_again(site):
    parent = site.start()
    worker = next(child for child in parent.children() if "worker" in child.cmdline())
    postmaster = psutil.Process(int((site.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))

    for process in (worker, postmaster):
        process.kill()

    assert eventually(lambda: site.says("PostgreSQL ended; it starts again.")), site.told()
    assert eventually(lambda: site.says("The worker ended (-9); it starts again in 1 s.")), site.told()
    assert eventually(lambda: any("worker" in child.cmdline() for child in parent.children())), site.told()
    assert eventually(site.is_ready), site.told()


def gives_signs(site: Site, process: psutil.Process) -> bool:
    return (site.folder / "heartbeats" / heartbeats.file_of(process.pid).name).exists()


def child_with(parent: psutil.Process, word: str) -> psutil.Process:
    return next(child for child in parent.children() if word in child.cmdline())


def working(site: Site, parent: psutil.Process, part: str) -> list[psutil.Process]:
    """The processes of a part that give signs of life."""
    return [process for process in family_of(parent, part) if gives_signs(site, process)]


def family_of(parent: psutil.Process, part: str) -> list[psutil.Process]:
    leader = child_with(parent, part)
    return [leader, *leader.children(recursive=True)]


def freeze(process: psutil.Process) -> None:
    process.suspend()
    assert eventually(lambda: process.status() == psutil.STATUS_STOPPED)


# Seconds; short, because these tests wait for it, and long enough for processes that have just been started.
PATIENCE_OF_SITE = {"FROZEN_AFTER": "8"}


def test_frozen_processes_are_replaced_and_the_others_stay(site):
    parent = site.start(**PATIENCE_OF_SITE)

    # One of the two that answer requests: granian starts another one.
    assert eventually(lambda: len(working(site, parent, "granian")) == 2), site.told()
    frozen, other = working(site, parent, "granian")
    freeze(frozen)
    assert eventually(lambda: not frozen.is_running()), site.told()
    assert site.says(f"Process {frozen.pid} of the web server is frozen"), site.told()
    assert eventually(lambda: len(working(site, parent, "granian")) == 2), site.told()
    assert other.is_running()

    # One of the worker's processes: Celery starts another one. The worker itself gives signs, too.
    worker = child_with(parent, "worker")
    assert eventually(lambda: len(working(site, parent, "worker")) == 3), site.told()
    frozen = next(process for process in working(site, parent, "worker") if process != worker)
    freeze(frozen)
    assert eventually(lambda: not frozen.is_running()), site.told()
    assert eventually(lambda: len(working(site, parent, "worker")) == 3), site.told()
    assert worker.is_running()

    # What the parent started itself; granian's first process answers nobody and gives no signs.
    for part in ("worker", "beat", "granian"):
        frozen = child_with(parent, part)
        freeze(frozen)
        assert eventually(lambda process=frozen: not process.is_running()), site.told()
        assert eventually(lambda name=part: any(name in child.cmdline() for child in parent.children())), site.told()

    assert eventually(site.is_ready), site.told()
    assert site.told().count("is frozen") == 5, site.told()


def test_frozen_servers_are_replaced(site):
    site.start(**PATIENCE_OF_SITE)
    for name, server in (
        ("PostgreSQL", lambda: embedded.postgres_server(site.folder / "postgres")),
        ("Redis", lambda: embedded.redis_server(site.folder / "redis")),
    ):
        frozen = server()
        freeze(frozen)
        assert eventually(lambda told=name: site.says(f"{told} ended; it starts again.")), site.told()
        assert eventually(lambda find=server, process=frozen: find() not in (None, process)), site.told()

    assert eventually(site.is_ready), site.told()


def test_second_start_in_one_folder_is_refused(site):
    parent = site.start()

    assert re.fullmatch(
        rf"livinglab: Living Lab already runs from this folder \(process {parent.pid}\); stop it with Ctrl-C there\.\n",
        site.refusal(),
    )
    assert site.answers()


def test_port_in_use_is_told_in_one_sentence(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()

        told = site.refusal()

    assert told == f"livinglab: Port {site.port} is in use; choose another one, such as PORT=9000 make run.\n"
    assert not (site.folder / "postgres").exists()


def test_database_that_does_not_answer_is_told_in_one_sentence(site):
    told = site.refusal(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    assert told.startswith("livinglab: The database that DATABASE_URL names does not answer: ")
    assert told.count("\n") == 1
