"""The whole site under one parent: `make run`.

Starts what is not there (PostgreSQL, Redis), prepares the site, then keeps a web server, a Celery worker and a beat
running until it is told to stop. Each child leads a session of its own and is written down in var/run.json, so that
what a killed parent left behind can be found and ended, whatever numbers its processes had.
"""

import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, TextIO

import psutil
import psycopg

from livinglab import embedded, heartbeats
from livinglab.build import build, manage
from livinglab.env import BASE_DIR, ENV
from livinglab.watching import Watch, WebProbe

PATIENCE = 15.0  # seconds for a child to end by itself; rows are the queue, so nothing is lost after that
LONGEST_START = 180.0  # seconds for the first start of all, from a slow disk that has read none of it before
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY = 60.0  # a child that ran for so many seconds starts again with the shortest pause
PR_SET_PDEATHSIG = 1

VAR = ENV.var_dir
POSTGRES, REDIS, RECORD = VAR / "postgres", VAR / "redis", VAR / "run.json"
PYTHON = sys.executable
# Celery warns of root at length; whoever starts a demonstration as root knows it.
CELERY = [PYTHON, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "livinglab"]
CHILDREN = {
    "web server": [
        *[PYTHON, "-m", "granian", "--interface", "wsgi", "--no-ws"],
        *["--host", ENV.bind_address, "--port", str(ENV.port)],
        *["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "5s"],
        *["--log-level", "warning", "livinglab.wsgi:application"],
    ],
    "worker": [*CELERY, "worker", "--queues", "celery,reports,analysis", "--concurrency", "2", "--loglevel", "WARNING"],
    "beat": [*CELERY, "beat", "--schedule", str(VAR / "beat"), "--pidfile", "", "--loglevel", "WARNING"],
}


class CannotRun(SystemExit):
    """Ends the start with one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"livinglab: {sentence}")


@dataclass
class Child:
    """A process that is started again when it ends."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = SHORTEST_PAUSE
    due: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            embedded.ending_with_us(self.command), cwd=BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started = time.monotonic()

    def keep_running(self) -> bool:
        """Whether it had to be started."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return False
            end_group(self.process.pid, patience=0)
            if now - self.started > STEADY:
                self.pause = SHORTEST_PAUSE
            say(f"The {self.name} ended ({self.process.returncode}); it starts again in {self.pause:.0f} s.")
            self.process, self.due = None, now + self.pause
            self.pause = min(2 * self.pause, LONGEST_PAUSE)
        if now < self.due:
            return False
        self.start()
        return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, told_to_stop)
    if "--with-parent" in sys.argv:
        end_with_parent()
    children = [Child(name, command) for name, command in CHILDREN.items()]
    lock = only_one_here()
    end_what_was_left()
    refuse_taken_port()
    try:
        start_servers()
        prepare()
        for child in children:
            child.start()
        record(children)
        wait_for_web_server(children[0])
        announce()
        keep_running(children)
    except embedded.CannotStart as error:
        raise CannotRun(str(error)) from None
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(children)
        lock.close()


def say(sentence: str) -> None:
    print(sentence, flush=True)


def told_to_stop(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)


def end_with_parent() -> None:
    """Let Linux tell us when make is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def only_one_here() -> TextIO:
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        lock = open(VAR / "run.lock", "a+")  # noqa: SIM115 (open for as long as we run)
    except OSError as error:
        raise CannotRun(f"{VAR} cannot be written ({error.strerror}); set VAR_DIR to a folder of yours.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotRun(
            f"Living Lab already runs from this folder (process {lock.read().strip()}); stop it with Ctrl-C there."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def end_what_was_left() -> None:
    """End the children of a run that was killed; none when it ended in order."""
    with suppress(OSError, ValueError, KeyError):
        for leader in json.loads(RECORD.read_text()):
            end_group(leader["pid"], since=leader["started"], patience=PATIENCE)
    RECORD.unlink(missing_ok=True)


def end_group(leader: int, *, since: float = 0.0, patience: float) -> None:
    """End every process of a child's session, also when the child itself is gone."""
    # A session keeps its leader's number as long as any member lives; one that began before ours is a stranger.
    members = members_of(leader, since=since)
    for process in members:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(members, timeout=patience)[1]:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(members, timeout=PATIENCE)


def members_of(leader: int, *, since: float = 0.0) -> list[psutil.Process]:
    """Every process of a child's session."""
    return [process for process in psutil.process_iter() if in_session(process, leader, since)]


def in_session(process: psutil.Process, leader: int, since: float) -> bool:
    try:
        return os.getsid(process.pid) == leader and process.create_time() >= since - 1
    except (OSError, psutil.Error):
        return False


def reachable_at() -> str:
    """Where this machine itself reaches the web server."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(ENV.bind_address, ENV.bind_address)


def refuse_taken_port() -> None:
    with socket.socket(socket.AF_INET6 if ":" in ENV.bind_address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ENV.bind_address, ENV.port))
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            other = 9000 if ENV.port != 9000 else 8000
            raise CannotRun(f"Port {ENV.port} {why}; choose another one, such as PORT={other} make run.") from None


def start_servers() -> None:
    """Start what is embedded; the children find it in their environment."""
    if ENV.embedded_database:
        embedded.postgres(POSTGRES)
    else:
        refuse_absent_database()
    if ENV.embedded_redis:
        embedded.redis(REDIS)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = ENV.database_url, ENV.redis_url


def refuse_absent_database() -> None:
    try:
        psycopg.connect(ENV.database_url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = next(iter(str(error).strip().splitlines()), "no reason given")
        raise CannotRun(f"The database that DATABASE_URL names does not answer: {reason}") from None


def prepare() -> None:
    build()
    manage("migrate", "--verbosity", "0")
    if ENV.demonstration and nobody_is_here():
        say("Loading the demonstration city ...")
        manage("load_demonstration")


def nobody_is_here() -> bool:
    with psycopg.connect(ENV.database_url) as connection:
        return connection.execute("SELECT 1 FROM accounts_person LIMIT 1").fetchone() is None


def record(children: list[Child]) -> None:
    """Write down who runs, so that the next start finds them if we are killed."""
    leaders = [
        {"pid": child.process.pid, "started": psutil.Process(child.process.pid).create_time()}
        for child in children
        if child.process is not None and psutil.pid_exists(child.process.pid)
    ]
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps(leaders))
    fresh.replace(RECORD)


def wait_for_web_server(child: Child) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((reachable_at(), ENV.port), timeout=5):
            return
        if child.process is not None and child.process.poll() is not None:
            raise CannotRun("The web server ended as soon as it began; the lines above say why.")
        time.sleep(0.1)
    raise CannotRun("The web server did not answer within three minutes; the lines above may say why.")


def announce() -> None:
    if ENV.demonstration:
        manage("load_demonstration", "--show-sign-ins")
    say(f"\nLiving Lab runs at {ENV.site_url} (stop it with Ctrl-C).")


def keep_running(children: list[Child]) -> None:
    """Start again whatever ends, and end whatever is frozen."""
    watch, web_server = Watch(ENV.frozen_after), children[0]
    probe = WebProbe(reachable_at(), ENV.port, patience=ENV.frozen_after)
    look = 0.0
    while True:
        time.sleep(0.5)
        if time.monotonic() > look:
            look = time.monotonic() + min(5.0, ENV.frozen_after / 4)
            end_frozen(children, watch)
            if probe.gives_up():
                say("The web server has not answered for too long; it is ended.")
                end_at_once(web_server)
            for log in (POSTGRES / "log", REDIS / "log"):
                embedded.rotate(log)
        if ENV.embedded_database and embedded.postgres_server(POSTGRES) is None:
            say("PostgreSQL ended; it starts again.")
            embedded.postgres(POSTGRES)
        if ENV.embedded_redis and embedded.redis_server(REDIS) is None:
            say("Redis ended; it starts again.")
            embedded.redis(REDIS)
        started = [child for child in children if child.keep_running()]
        if web_server in started:
            probe.restarted()
        if started:
            record(children)


def end_frozen(children: list[Child], watch: Watch) -> None:
    """End each process that gives no sign of life; who started it, a child of ours or we, starts another one."""
    heartbeats.forget_the_dead()
    names: dict[psutil.Process, str] = {}
    for child in children:
        if child.process is not None:
            names |= dict.fromkeys(members_of(child.process.pid), f"the {child.name}")
    for name, server in (
        ("PostgreSQL", ENV.embedded_database and embedded.postgres_server(POSTGRES)),
        ("Redis", ENV.embedded_redis and embedded.redis_server(REDIS)),
    ):
        if server:
            names[server] = name
    for process in watch.frozen(names):
        say(f"Process {process.pid} of {names[process]} is frozen; it is ended, and another one takes its place.")
        with suppress(psutil.Error):
            process.kill()


def end_at_once(child: Child) -> None:
    if child.process is not None:
        child.process.kill()


def stop(children: list[Child]) -> None:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        end_group(process.pid, patience=1)
    RECORD.unlink(missing_ok=True)
    if ENV.embedded_redis:
        embedded.stop_redis(REDIS)
    if ENV.embedded_database:
        embedded.stop_postgres(POSTGRES)


if __name__ == "__main__":
    main()
