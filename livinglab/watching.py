"""Which processes under `livinglab.run` are frozen: there, but without a sign of life for too long."""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

import psutil

from livinglab import heartbeats


class Watch:
    """Notes when each process last showed that it lives.

    A process that gives signs of life (`livinglab.heartbeats`) has to go on giving them. One that gives none, such as
    PostgreSQL, lives as long as nobody has stopped it. Only time that passed while we were awake ourselves counts: a
    machine that slept, or is too busy to run us, makes nobody frozen.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._last_look = time.monotonic()
        self._signs: dict[tuple[int, float], object] = {}
        self._silent: dict[tuple[int, float], float] = {}

    def frozen(self, processes: Iterable[psutil.Process]) -> list[psutil.Process]:
        """Those among all watched `processes` that have been silent for longer than the patience."""
        now = time.monotonic()
        passed, self._last_look = min(now - self._last_look, self.patience / 4), now
        signs: dict[tuple[int, float], object] = {}
        silent: dict[tuple[int, float], float] = {}
        found = []
        for process in processes:
            with suppress(psutil.Error):
                if process.status() == psutil.STATUS_ZOMBIE:
                    # It has ended, and waits to be buried by its parent.
                    continue
                key = (process.pid, process.create_time())
                signs[key] = _sign_of(process, now)
                silent[key] = self._silent.get(key, 0.0) + passed if signs[key] == self._signs.get(key) else 0.0
                if silent[key] > self.patience:
                    found.append(process)
        self._signs, self._silent = signs, silent
        return found


def _sign_of(process: psutil.Process, now: float) -> object:
    """What changes from look to look as long as the process lives."""
    sign = heartbeats.last_sign(process.pid, began=process.create_time())
    if sign is not None:
        return sign
    return "stopped" if process.status() == psutil.STATUS_STOPPED else now


class WebProbe:
    """Asks the web server for `/healthz` again and again, in a thread, with a deadline for each answer.

    It finds what no process shows by itself: all threads that answer requests wait for something that never comes.
    """

    def __init__(self, host: str, port: int, *, patience: float) -> None:
        self._place, self._patience = (host, port), patience
        self._answered: float | None = None
        threading.Thread(target=self._go_on, name="web probe", daemon=True).start()

    def restarted(self) -> None:
        """From now on another process is asked, which may take its time until its first answer."""
        self._answered = None

    @property
    def has_answered(self) -> bool:
        return self._answered is not None

    def gives_up(self) -> bool:
        """Whether a server that did answer has not answered for longer than the patience."""
        answered = self._answered
        # Questions come one after the other, and the last one may have waited for as long as the patience.
        return answered is not None and time.monotonic() - answered > 2 * self._patience

    def _go_on(self) -> None:
        while True:
            if self._asked():
                self._answered = time.monotonic()
            time.sleep(min(5.0, self._patience / 4))

    def _asked(self) -> bool:
        connection = HTTPConnection(*self._place, timeout=self._patience)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
