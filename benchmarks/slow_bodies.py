"""What visitors notice of connections that send one byte of a form a second, with several web servers.

`python -m benchmarks.slow_bodies` starts a PostgreSQL and each server of ``servers`` in turn, and prints how many times
a second the home page is answered to eight clients alone, and how long one visitor waits for it beside 16 and 200 such
connections. waitress has to be installed (or on PYTHONPATH) for its rows. Takes about five minutes.
"""

import http.client
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from benchmarks.client import Client, closed_loop
from benchmarks.stage import BASE_DIR, manage, own_folder, wait_for
from livinglab import embedded

SLOW = (16, 200)
CLIENTS, SECONDS, WARM_UP = 8, 5.0, 1.0
LOOKS, LONGEST_WAIT = 3, 15.0
BODY = 600  # bytes that a slow connection announces
# Processes that share one port, each with so many threads, as granian's workers do.
WAITRESS = """
import socket, sys
from waitress.server import create_server
from livinglab.wsgi import application
port, threads = int(sys.argv[1]), int(sys.argv[2])
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
listening.bind(("127.0.0.1", port))
listening.listen(1024)
create_server(
    application, sockets=[listening], threads=threads, connection_limit=1000, channel_timeout=30
).run()
"""


def servers(port: int) -> dict[str, list[list[str]]]:
    """The commands of each server."""

    def granian(threads: int) -> list[str]:
        return [
            *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)],
            *["--no-ws", "--workers", "2", "--blocking-threads", str(threads), "--log-level", "warning"],
            "livinglab.wsgi:application",
        ]

    waitress = [sys.executable, "-c", WAITRESS, str(port)]
    # More threads than these hold more connections to PostgreSQL than it takes.
    found = {
        "granian, 2 workers of 4 threads (as `make run`)": [granian(4)],
        "granian, 2 workers of 32 threads": [granian(32)],
    }
    if importlib.util.find_spec("waitress"):
        found |= {
            "waitress, 1 process of 8 threads": [[*waitress, "8"]],
            "waitress, 2 processes of 4 threads": [[*waitress, "4"], [*waitress, "4"]],
        }
    return found


def main() -> None:
    with own_folder():
        url = os.environ["DATABASE_URL"]
        manage(url, "migrate", "--verbosity", "0")
        port = int(os.environ["PORT"])
        few, many = SLOW
        print(f"| server | GET / a second | longest wait beside {few} | beside {many} | a second beside {many} |")
        print("|---|---|---|---|---|", flush=True)
        for name, commands in servers(port).items():
            print(f"| {name} | {' | '.join(measured(commands, port))} |", flush=True)


def measured(commands: list[list[str]], port: int) -> list[str]:
    with running(commands, port):
        alone = f"{rate(port):.0f}"
        waits = []
        beside = ""
        for number in SLOW:
            with slow_connections(number, port):
                waited = [wait(port) for _look in range(LOOKS)]
                answered = max(waited) < LONGEST_WAIT
                waits.append(f"{max(waited):.2f} s" if answered else f"over {LONGEST_WAIT:.0f} s")
                if number == SLOW[-1]:
                    beside = f"{rate(port):.0f}" if answered else "0"
        return [alone, *waits, beside]


@contextmanager
def running(commands: list[list[str]], port: int) -> Iterator[None]:
    silent = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(embedded.ending_with_us(command), cwd=BASE_DIR, **silent) for command in commands]
    try:
        wait_for(port)
        time.sleep(2)
        yield
    finally:
        family = [process for one in started for process in family_of(one.pid)]
        for process in family:
            with suppress(psutil.Error):
                process.terminate()
        for process in psutil.wait_procs(family, timeout=10)[1]:
            process.kill()


def family_of(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def rate(port: int) -> float:
    clients = [Client(port) for _client in range(CLIENTS)]
    closed_loop(clients, look_at_home, seconds=WARM_UP)
    return closed_loop(clients, look_at_home, seconds=SECONDS).rate


def look_at_home(client: Client, number: int) -> None:
    client.get("/")


def wait(port: int) -> float:
    """Seconds until a visitor with a new connection has the home page; the longest wait where it does not come."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
    except OSError:
        return LONGEST_WAIT
    finally:
        connection.close()
    return time.perf_counter() - began


@contextmanager
def slow_connections(number: int, port: int) -> Iterator[None]:
    """So many connections that announce a form and send a byte of it a second."""
    over = threading.Event()
    visitor = Client(port)
    visitor.get("/accounts/login/")
    visitor.connection.close()
    # Without the token's cookie the site refuses before it reads a form.
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {BODY}\r\n"
        f"Cookie: csrftoken={visitor.cookies['csrftoken']}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()
    opened = [socket.create_connection(("127.0.0.1", port), timeout=10) for _connection in range(number)]

    def drip() -> None:
        while not over.wait(1.0):
            for connection in opened:
                with suppress(OSError):
                    connection.sendall(b"x")

    for connection in opened:
        connection.sendall(head)
    dripping = threading.Thread(target=drip)
    dripping.start()
    time.sleep(2)
    try:
        yield
    finally:
        over.set()
        dripping.join()
        for connection in opened:
            connection.close()


if __name__ == "__main__":
    main()
