"""Who counts as frozen, told by real processes; that they are replaced is in test_run.py."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
import pytest

from livinglab import heartbeats
from livinglab.env import BASE_DIR
from livinglab.watching import Watch, WebProbe

PATIENCE = 1.0
LIVES = "from livinglab import heartbeats; heartbeats.start(); print(flush=True); input()"
WORKS_WITHOUT_SIGNS = "print(flush=True); input()"


def eventually(holds: Callable[[], object], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def process() -> Iterator[Callable[[str], psutil.Process]]:
    started = []

    def start(program: str) -> psutil.Process:
        begun = subprocess.Popen(
            [sys.executable, "-c", program], cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(begun)
        assert begun.stdout is not None
        begun.stdout.readline()
        return psutil.Process(begun.pid)

    yield start
    for begun in started:
        begun.kill()
        begun.communicate()


def test_who_gives_signs_lives_and_who_was_stopped_is_frozen(process):
    watch, living, stopped = Watch(8.0), process(LIVES), process(LIVES)
    assert eventually(lambda: heartbeats.file_of(living.pid).exists())
    watched = [living, stopped]

    stopped.suspend()

    assert eventually(lambda: watch.frozen(watched) == [stopped])
    assert watch.frozen(watched) == [stopped]


def test_stopped_process_that_gives_no_signs_is_frozen_until_it_goes_on(process):
    watch, server = Watch(PATIENCE), process(WORKS_WITHOUT_SIGNS)
    assert watch.frozen([server]) == []

    server.suspend()
    assert eventually(lambda: watch.frozen([server]) == [server])

    server.resume()
    assert eventually(lambda: server.status() != psutil.STATUS_STOPPED)
    assert watch.frozen([server]) == []


def test_time_in_which_nobody_looked_makes_nobody_frozen(process):
    """A machine that slept, or had no time for the parent, finds its children as they were."""
    watch, server = Watch(PATIENCE), process(WORKS_WITHOUT_SIGNS)
    server.suspend()
    assert eventually(lambda: server.status() == psutil.STATUS_STOPPED)
    watch.frozen([server])
    last_look = time.monotonic()

    assert eventually(lambda: time.monotonic() > last_look + 2 * PATIENCE)

    assert watch.frozen([server]) == []


def test_sign_of_an_earlier_process_with_the_same_number_is_none(process):
    server = process(WORKS_WITHOUT_SIGNS)
    heartbeats.FOLDER.mkdir(parents=True, exist_ok=True)
    left = heartbeats.file_of(server.pid)
    left.touch()

    assert heartbeats.last_sign(server.pid, began=server.create_time()) is not None
    assert heartbeats.last_sign(server.pid, began=server.create_time() + 60) is None


def test_files_of_the_dead_are_forgotten(process):
    living = process(LIVES)
    assert eventually(lambda: heartbeats.file_of(living.pid).exists())
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    heartbeats.file_of(dead.pid).touch()

    heartbeats.forget_the_dead()

    assert not heartbeats.file_of(dead.pid).exists()
    assert heartbeats.file_of(living.pid).exists()


class Answers(BaseHTTPRequestHandler):
    goes_on = threading.Event()

    def do_GET(self) -> None:
        self.goes_on.wait()
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def web_server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Answers.goes_on.set()
    yield server
    Answers.goes_on.set()
    server.shutdown()
    server.server_close()


def test_web_server_that_answered_and_does_not_any_more_is_given_up(web_server):
    probe = WebProbe("127.0.0.1", web_server.server_address[1], patience=PATIENCE)
    assert eventually(lambda: probe.has_answered)
    assert not probe.gives_up()

    Answers.goes_on.clear()

    assert eventually(probe.gives_up)
    probe.restarted()
    assert not probe.gives_up()


def test_web_server_that_has_not_answered_yet_may_take_its_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        probe = WebProbe("127.0.0.1", silent.getsockname()[1], patience=0.1)
        begun = time.monotonic()

        assert eventually(lambda: time.monotonic() > begun + 1)

        assert not probe.gives_up()
