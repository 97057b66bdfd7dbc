"""What is measured on: a folder, databases and a web server of this run's own, as ``make run`` would start them."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from livinglab import embedded

BASE_DIR = Path(__file__).resolve().parent.parent


@contextmanager
def own_folder() -> Iterator[Path]:
    """An environment in which everything but the built files lies in a folder that is gone afterwards."""
    subprocess.run(
        [sys.executable, "-m", "livinglab.build"], cwd=BASE_DIR, env=os.environ | {"DEMONSTRATION": "true"}, check=True
    )
    built = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")
    with own_postgres() as folder:
        for name in ("assets", "static"):
            (folder / name).symlink_to(built / name)
        yield folder


@contextmanager
def own_postgres() -> Iterator[Path]:
    """The same without any files for pages."""
    os.environ["DEMONSTRATION"] = "true"
    folder = Path(tempfile.mkdtemp(prefix="livinglab-bench-"))
    # PostgreSQL runs as somebody else when we are root and has to pass.
    folder.chmod(0o711)
    for name in ("SITE_URL", "ALLOWED_HOSTS", "REDIS_URL", "DEBUG"):
        os.environ.pop(name, None)
    try:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PORT": str(free_port()),
            "VAR_DIR": str(folder),
            "DATABASE_URL": embedded.postgres(folder / "postgres"),
        }
        yield folder
    finally:
        embedded.stop_postgres(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
    return port


def make_database(name: str) -> str:
    """Address of a new, empty database."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace(f"/{embedded.DATABASE}?", f"/{name}?")


def manage(url: str, *words: str) -> float:
    """Run a management command on a database; returns the seconds it took."""
    began = time.monotonic()
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=BASE_DIR, env=environment, stdin=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def settle(url: str) -> None:
    """What autovacuum does within minutes on a site that lives; and the table of the bare write."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CREATE TABLE benchmark_row (id bigserial PRIMARY KEY, at timestamptz)")


@contextmanager
def web_server(url: str) -> Iterator[int]:
    """The web server of ``make run`` on this database; gives its port."""
    from livinglab.run import CHILDREN  # reads the environment, which has to be there first

    port = int(os.environ["PORT"])
    server = subprocess.Popen(
        embedded.ending_with_us(CHILDREN["web server"]),
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
        server.terminate()
        for process in psutil.wait_procs(family, timeout=10)[1]:
            process.kill()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The web server did not answer within a minute.")


def peak_memory(pid: int) -> int:
    """Most bytes a process has held at once, as Linux tells it."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"Process {pid} does not tell its peak memory.")
