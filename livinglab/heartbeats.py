"""Signs of life on this machine: every process that does work touches a file of its own, from a thread beside it.

A process that was stopped, or that hangs as a whole, leaves its file as it is; `livinglab.run` sees that and replaces
it. Files and not rows, so that a database that is away makes nobody look dead. No Django here: the parent has none.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from livinglab.env import ENV

FOLDER = ENV.var_dir / "heartbeats"
# Several machines, or containers, may share the folder; each counts its processes from one.
MACHINE = socket.gethostname()
PAUSE = min(5.0, ENV.frozen_after / 4)  # seconds between two signs


def file_of(pid: int) -> Path:
    return FOLDER / f"{MACHINE}-{pid}"


def start(*besides: Callable[[], object]) -> None:
    """Give signs of life of this process from now on; `besides` is called before each, in the same thread.

    A forked process has no threads of its parent and calls this again.
    """
    threading.Thread(target=_go_on, args=[file_of(os.getpid()), besides], name="heartbeat", daemon=True).start()


def last_sign(pid: int, *, began: float) -> int | None:
    """When process `pid`, which began at `began`, last gave a sign, in nanoseconds; none where it gives none."""
    try:
        at = file_of(pid).stat().st_mtime_ns
    except OSError:
        return None
    # An earlier process may have had the number.
    return at if at >= (began - 1) * 1e9 else None


def forget_the_dead() -> None:
    """Delete the files of processes of this machine that are gone."""
    for path in FOLDER.glob(f"{MACHINE}-*"):
        if not psutil.pid_exists(int(path.name.rpartition("-")[2])):
            path.unlink(missing_ok=True)


def _go_on(path: Path, besides: tuple[Callable[[], object], ...]) -> None:
    while True:
        for act in besides:
            # What is done besides may fail on a full disk; the process lives all the same.
            with suppress(OSError):
                act()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        time.sleep(PAUSE)
